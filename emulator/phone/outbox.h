/*
 * outbox: the messages, who is to get them, and what became of each.
 *
 * The outbox is worked through in *rounds*. A round has one connection, or several where the
 * profile plans them (flow.per-connection, an envelope left open, `again`); every message is
 * tried once in it. A message may go in several *copies*: part 0 is the main one, and with
 * envelope.bcc own-transactions each Bcc recipient is a part of its own. A recipient is *due*
 * until this round has settled it.
 */
#ifndef PHONE_OUTBOX_H
#define PHONE_OUTBOX_H

#include "phone.h"
#include "random.h"

struct outbox_state {
	uint8_t list; /* ORDER_TO, … */
	bool due;
	bool skipped;	  /* the same address stands before; it shares that one's verdict */
	uint32_t same_as; /* that one, or itself */
	uint32_t part;
};

struct outbox_message {
	struct phone_outcome outcome;
	struct phone_recipient *recipients; /* outcome.recipients */
	struct outbox_state *states;
	struct octets *addresses; /* to, cc, bcc, self */
	size_t to_count, cc_count, bcc_count;
	struct octets content;
	struct message_draft draft; /* from and recipients left empty */
	struct message_attachment *attachments;
	uint8_t *text; /* what all of these point into */
	size_t text_len;
	size_t break_body_at;
	uint64_t seed;		/* decides its Message-ID where that is made once */
	uint32_t earlier_tries; /* in earlier runs; they count for outbox.attempts */
	uint32_t part_count;
	uint32_t connection; /* the last one that tried it; 0: none */
	bool joined;	     /* outcome.verdict is of this round */
	bool was_again;	     /* the action `again` has been done for it */
	bool borrowed;	     /* content, body and attachments are not in `text` */
};

struct outbox_reply; /* the first line of a reply that decided something */

struct outbox {
	const struct memory *memory;
	const struct client_profile *profile;
	struct outbox_message *messages;
	size_t count, room;
	struct outbox_reply *replies;
	size_t message; /* the cursor: the next copy is this one or a later one */
	uint32_t part;
};

/* One copy of one message. */
struct copy {
	struct outbox_message *message;
	uint32_t part;
};

void outbox_init(
	struct outbox *outbox, const struct memory *memory, const struct client_profile *profile);
void outbox_free(struct outbox *outbox);
/* Copies it all; false: nothing to send it to, or no memory. The form has been checked. */
bool outbox_add(struct outbox *outbox, const struct phone_message *message, uint64_t seed);

/* Makes due what is still queued, and puts the cursor in front. False: nothing is due. */
bool outbox_begin_round(struct outbox *outbox);
/* Moves the cursor to the next copy with a recipient that is due; false: there is none. */
bool outbox_next(struct outbox *outbox, struct copy *copy);
/* Moves the cursor past that copy, or back to it. */
void outbox_pass(struct outbox *outbox, struct copy copy);
void outbox_return(struct outbox *outbox, struct copy copy);
/* True where the recipient belongs to the copy and is due. */
bool copy_holds(struct copy copy, size_t recipient);
/* True where any recipient is. */
bool copy_is_due(struct copy copy);
/* Counts a try, once per connection. */
void outbox_count_try(struct outbox_message *message, uint32_t connection);

/* A verdict whose reply is copied into the outbox (left empty where memory is short). */
struct phone_verdict outbox_verdict(struct outbox *outbox, enum phone_result result, enum step step,
	unsigned int code, struct octets reply);
/* One recipient, and those that share its verdict. */
void outbox_settle(struct outbox_message *message, size_t recipient, struct phone_verdict verdict);
/* What ended a copy: for each of its recipients that is still due, and for the message. */
void outbox_settle_copy(struct copy copy, struct phone_verdict verdict);
/* Every message with something due that this connection has not tried: it never came so far. */
void outbox_settle_rest(struct outbox *outbox, struct phone_verdict verdict, uint32_t connection);
/* Decides by outbox.keep what stays queued; true: something does and may be tried again. */
bool outbox_end_round(struct outbox *outbox);
/* Sets everything that has no outcome yet. */
void outbox_fail(struct outbox *outbox, struct phone_verdict verdict);

#endif
