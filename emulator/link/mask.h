/*
 * mask: a guard between client and server that overwrites what it does not want to be understood
 * (mask.*): verbs with X, lines of the reply to EHLO with X, the greeting with asterisks.
 *
 * Or a proxy that says and answers something itself (proxy.*): RSET before MAIL, whose reply it
 * keeps, and an answer to verbs that it does not pass on.
 *
 * As a guard that puts lines together it holds the first word of a line back until it is whole.
 * It leaves the body alone, and everything from the first
 * octet of TLS on.
 */
#ifndef LINK_MASK_H
#define LINK_MASK_H

#include "link_profile.h"
#include "observer.h"

/*
 * Longer words are none that it knows; so much is looked at in one go; so much more than what came
 * may pass: a word that was held back, and a RSET.
 */
enum { MASK_WORD = 64, MASK_CHUNK = 4096, MASK_MORE = MASK_WORD + 6 };

/* One direction: the line in hand. */
struct mask_line {
	uint8_t word[MASK_WORD]; /* held back; of a reply with its code */
	size_t len;
	bool passing;  /* the word is decided: the rest of the line passes */
	bool covering; /* and is overwritten */
	bool stars;    /* with asterisks */
	bool dropping; /* and is not passed on */
	bool last;     /* of a reply */
};

struct mask {
	const struct link_profile *profile;
	struct mask_line lines[2]; /* by the side that says them */
	bool open;		   /* TLS has begun */
	bool greeted;
	bool in_body;
	unsigned int dot; /* how much of CR LF . CR LF has passed */
	uint64_t body_len;
	size_t fresh;	  /* octets of the body in this piece */
	bool dot_split;	  /* the final dot came in more than one */
	uint64_t awaited; /* replies that the client waits for */
	bool reset_said;  /* ... and so many of them come before the one to the RSET in between */
	uint64_t before_reset;
	bool answer_due; /* the client has said a verb that is not passed on */
};

/* What passed; there is room for a chunk and what was held back before. */
struct mask_passed {
	size_t len;
	uint8_t at[MASK_CHUNK + MASK_MORE];
};

void mask_init(struct mask *mask, const struct link_profile *profile);
/* Nothing is done at all: the octets need not be looked at. */
bool mask_is_idle(const struct mask *mask);
/* What comes next is another piece of the client's. */
void mask_piece(struct mask *mask);
/* The client has begun TLS behind a STARTTLS. */
bool mask_is_in_starttls(const struct mask *mask);
/* True, once, where the client is to be given proxy.refusal. */
bool mask_takes_answer(struct mask *mask);
/*
 * Appends what passes of at most MASK_CHUNK octets; what is held back comes with a later call, or
 * with mask_flush(): nothing more comes.
 */
void mask_pass(
	struct mask *mask, enum wire_side from, struct octets octets, struct mask_passed *out);
void mask_flush(struct mask *mask, enum wire_side from, struct mask_passed *out);

#endif
