/* stalls: the times in which nothing passes. */
#ifndef LINK_STALLS_H
#define LINK_STALLS_H

#include "link_profile.h"
#include "random.h"

/* Times inside this room are microseconds: an octet takes 400 of them over a slow line. */
enum { LINK_MS = 1000 };

struct stalls {
	struct span every, length;
	struct random random;
	uint64_t from_us, to_us; /* the one that comes, or is */
};

/* In milliseconds, a day at most; what is not written is 0. */
uint64_t link_draw(struct random *random, struct span span);
/* Two of the same seed and time are the same: a stall is one for both directions. */
void stalls_init(
	struct stalls *stalls, const struct link_profile *profile, uint64_t seed, uint64_t now_us);
/* The time itself, or the end of the stall it falls into. Asked for times that do not go back. */
uint64_t stalls_pass(struct stalls *stalls, uint64_t time_us);

#endif
