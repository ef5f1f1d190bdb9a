/*
 * mask: a guard between client and server that overwrites what it does not want to be understood
 * (mask.*): verbs with X, lines of the reply to EHLO with X, the greeting with asterisks.
 *
 * As a guard that puts lines together it holds the first word of a line back until it is whole;
 * the number of octets never changes. It leaves the body alone, and everything from the first
 * octet of TLS on.
 */
#ifndef LINK_MASK_H
#define LINK_MASK_H

#include "link_profile.h"
#include "observer.h"

/* Longer words are none that it knows; so much is looked at in one go. */
enum { MASK_WORD = 64, MASK_CHUNK = 4096 };

/* One direction: the line in hand. */
struct mask_line {
	uint8_t word[MASK_WORD]; /* held back; of a reply with its code */
	size_t len;
	bool passing;  /* the word is decided: the rest of the line passes */
	bool covering; /* and is overwritten */
	bool stars;    /* with asterisks */
};

struct mask {
	const struct link_profile *profile;
	struct mask_line lines[2]; /* by the side that says them */
	bool open;		   /* TLS has begun */
	bool greeted;
	bool in_body;
	unsigned int dot; /* how much of CR LF . CR LF has passed */
};

/* What passed; there is room for a chunk and what was held back before. */
struct mask_passed {
	size_t len;
	uint8_t at[MASK_CHUNK + MASK_WORD];
};

void mask_init(struct mask *mask, const struct link_profile *profile);
/* Nothing is masked at all: the octets need not be looked at. */
bool mask_is_idle(const struct mask *mask);
/*
 * Appends what passes of at most MASK_CHUNK octets; what is held back comes with a later call, or
 * with mask_flush(): nothing more comes.
 */
void mask_pass(
	struct mask *mask, enum wire_side from, struct octets octets, struct mask_passed *out);
void mask_flush(struct mask *mask, enum wire_side from, struct mask_passed *out);

#endif
