/*
 * likeness: which server profile behaves as a server was found to behave.
 *
 * What was found of the server (findings.h) is found out of each profile in the same way, in
 * memory (profile_ground.h), with the same account, and compared fact by fact. Facts that were not
 * decided on either side, and times, are left out. Words count
 * beside: how many replies are the same, names of hosts and numbers aside. Of two that are as near,
 * the plainer one is named first.
 */
#ifndef CHECK_LIKENESS_H
#define CHECK_LIKENESS_H

#include "findings.h"
#include "profile.h"

/* A server profile by its name in the catalogue; borrowed. */
struct likeness_candidate {
	const char *name;
	const struct profile *profile;
};

enum { LIKENESS_DIFFERENCES_MAX = 12, LIKENESS_WORDS_MAX = 160 };

struct likeness_difference {
	const char *fact; /* lent by the rows */
	char here[LIKENESS_WORDS_MAX], there[LIKENESS_WORDS_MAX];
};

struct likeness {
	const struct likeness_candidate *candidate;
	size_t agrees, of;
	size_t missing; /* facts that are decided of the server and not of the profile */
	size_t lines;	/* replies that were heard from both */
	size_t words;	/* replies that are the same */
	struct likeness_difference differs[LIKENESS_DIFFERENCES_MAX];
	size_t differ_count; /* those that are told; of - agrees is all of them */
};

/*
 * The best first, at most `max`; returns how many. `ground` is the one on which `here` was found
 * (its account, sender and recipient count); a candidate that cannot be played for want of memory
 * is left out.
 */
size_t likeness_find(const struct memory *memory, const struct findings *here,
	const struct ground *ground, bool delivered, const struct likeness_candidate *candidates,
	size_t candidate_count, struct likeness *best, size_t max);
/* One candidate, found out; for tests and for what was learned. False: no memory. */
bool likeness_compare(const struct memory *memory, const struct findings *here,
	const struct ground *ground, bool delivered, const struct likeness_candidate *candidate,
	struct likeness *likeness);

#endif
