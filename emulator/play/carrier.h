/*
 * carrier: the link that a run has between the phone and its server (emulator/link), and what is
 * known of a message whose reply was lost on it.
 *
 * A phone that loses its bearer behind the final dot does not know whether the server has the
 * message; it keeps it and sends it again (RFC 1047). Whoever plays both the phone and the link
 * may know: what the server said to a phone that was gone is read, where it is not inside TLS.
 */
#ifndef PLAY_CARRIER_H
#define PLAY_CARRIER_H

#include "link.h"
#include "phone.h"
#include "sentence.h"

/* What became of the link; texts are its own. */
struct carrier_outcome {
	bool ended;
	enum link_end how;
	bool due; /* it was to end ("asked"), and has not */
	bool due_after_dot;
	bool has_folder; /* the outbox is kept between runs */
	uint64_t up;	 /* octets that came up to the server until the end of the run */
	bool past_dot;	 /* behind the final dot of `message` */
	bool dot_lost;	 /* said for `message`, and it never came up */
	size_t message;	 /* by number, from 0 */
	char unheard[LINK_REPLY_MAX + 1]; /* the reply to that dot, or "" */
};

enum carrier_twice { CARRIER_ONCE, CARRIER_PERHAPS_TWICE, CARRIER_TWICE };

struct carrier;

/* All borrowed. NULL: no memory. */
struct carrier *carrier_new(const struct memory *memory, const struct link_profile *profile,
	const struct phone *phone, uint64_t seed);
/* NULL is fine, as in the next two. */
void carrier_free(struct carrier *carrier);
const struct way *carrier_way(const struct carrier *carrier);
void carrier_read(const struct carrier *carrier, struct carrier_outcome *outcome);

/* Whether the server has a message twice, as far as that can be known. */
enum carrier_twice carrier_twice(
	const struct carrier_outcome *outcome, const struct phone *phone, size_t message);
/* "no", "possible", "certain"; lent for ever. */
const char *carrier_twice_word(enum carrier_twice twice);
/* What is worth knowing of a message, as a sentence; false: nothing. */
bool carrier_explain(const struct carrier_outcome *outcome, const struct phone *phone,
	size_t message, struct sentence *sentence);
/* The bearer is gone, for the rest of the connection in hand. */
bool carrier_has_lost_bearer(const struct carrier *carrier);
/* How the link ended, or that it did not although it was to; false: neither. */
bool carrier_explain_end(const struct carrier_outcome *outcome, struct sentence *sentence);

#endif
