/*
 * message: the inside of struct msub_message, for sessions and senders.
 *
 * A recipient goes from WAITING over UNDER_WAY (it belongs to a transaction) to SETTLED, where its
 * owner looks at it once: back to WAITING where it may be tried again, or DONE. The result is
 * written when it is known; later words never change an outcome that was said before it.
 */
#ifndef SESSION_MESSAGE_H
#define SESSION_MESSAGE_H

#include "address.h"
#include "failure.h"
#include "msub.h"
#include "source.h"
#include "stuffing.h"
#include "wishes.h"

enum recipient_state { RECIPIENT_WAITING, RECIPIENT_UNDER_WAY, RECIPIENT_SETTLED, RECIPIENT_DONE };

/* Whether a settled recipient could be tried again, and what for. */
enum recipient_again {
	AGAIN_NOT,
	AGAIN_FRESH, /* in a new session, first: the login may have been forgotten */
	AGAIN_LOST,  /* in another session: this one ended before its turn was over */
	AGAIN_NEXT,  /* in another session: what stood before it made its refusal mean nothing */
};

struct recipient {
	struct address address;
	char *wishes; /* owned: what RCPT says besides, " NOTIFY=NEVER"; NULL: nothing */
	enum recipient_state state;
	enum recipient_again again;
	uint8_t slot;	/* which transaction of the session it is in */
	bool taken;	/* RCPT was answered 2yz in that transaction */
	bool answered;	/* the outcome was said by a reply in that transaction */
	bool suspected; /* has been tried again because of a suspicion */
	bool leaving;	/* the end of the message may have left for it in that transaction */
	enum msub_outcome outcome;
	struct failure why;
};

/* As much text as most messages have: two addresses, and the reply that accepts. */
enum { MESSAGE_ROOM = 120 };

struct msub_message {
	struct memory memory;
	struct memory
		texts; /* for texts that are as old as the message: in `room` while they fit */
	char room_of_texts[MESSAGE_ROOM];
	size_t texts_len;
	size_t texts_outside;  /* texts that did not fit */
	struct address sender; /* without text: the null sender */
	struct wishes wishes;
	bool particular;	      /* a recipient has wishes, or needs SMTPUTF8 */
	struct recipient *recipients; /* &first, or allocated */
	struct recipient first;
	size_t count, room;
	struct source source;
	bool handed;   /* belongs to a session or sender */
	bool finished; /* every recipient is done */
	bool removes_bcc;
	bool measured;
	struct measure measure;
	bool utf8_header; /* its header holds UTF-8 */
	unsigned int remarks;
	unsigned int losses; /* connections lost under it */
	/* Where a forgotten login was suspected; a new session's answer there decides. */
	enum msub_phase suspected_at;
	char *trouble;		   /* owned; why it could not even be handed over, or NULL */
	uint64_t number;	   /* in the order of adding, for message_list_insert() */
	struct message_list *list; /* where it is listed, or NULL */
	struct msub_message *next, *previous;
};

/*
 * Messages in order; each is in one list at most, adding takes it out of another. A message that
 * is freed leaves its list.
 */
struct message_list {
	struct msub_message *first, *last;
	size_t count;
};
void message_list_add(struct message_list *list, struct msub_message *message);
/* In front of the first with a greater number, looked for from the front. */
void message_list_insert(struct message_list *list, struct msub_message *message);
void message_list_remove(struct msub_message *message);
/* The first that has recipients that wait, or NULL. */
struct msub_message *message_list_waiting(const struct message_list *list);

/* MSUB_OK where a session may take it, and marks it as handed over. */
enum msub_error message_hand_over(struct msub_message *message, bool probe);
bool message_has_waiting(const struct msub_message *message);
/* A recipient of it belongs to a transaction that is not over. */
bool message_is_under_way(const struct msub_message *message);
/* A recipient of it waits because a forgotten login was suspected. */
bool message_is_suspected(const struct msub_message *message);
/* Sets the outcome of one recipient. */
void message_set(struct msub_message *message, struct recipient *recipient,
	enum msub_outcome outcome, const struct cause *cause);
/* The first of its recipients' failures, where there is one. */
void message_copy_failure(
	const struct msub_message *message, struct failure *to, const struct memory *memory);
/* Ends every recipient that waits, with a copy of this failure, not tried; then finishes. */
void message_give_up(struct msub_message *message, const struct failure *failure);
/* Sets finished where every recipient is done; returns it. */
bool message_finish(struct msub_message *message);
/*
 * Walks through the content once, where it can be rewound and was not measured before. MSUB_OK,
 * MSUB_SOURCE or MSUB_MEMORY.
 */
enum msub_error message_measure(struct msub_message *message);
/* Begins to send or measure the content, in the way that what is known of it allows. */
void message_begin_body(const struct msub_message *message, bool keeps_dots, struct stuffing *body);
/* Keeps a copy of a text for as long as the message lives, lent; "" where there is no memory. */
const char *message_keep(struct msub_message *message, const char *text);
/* Notes what was seen of the content. */
void message_remark(struct msub_message *message, const struct measure *seen);

#endif
