/*
 * comparison: in which keys two profiles of a kind differ.
 *
 * Both are seen as differences from the correct one; a key that only one of them writes has in the
 * other what stands in for it there (timeouts.else, a general row of reactions), or its correct
 * value. Where that comes to the same, there is no difference.
 */
#ifndef PROFILE_COMPARISON_H
#define PROFILE_COMPARISON_H

#include "profile.h"

/*
 * One key, or several codes of one row of reactions that have the same two values. Of the side that
 * has the correct value, .path is NULL.
 */
struct comparison {
	const char *const *paths;
	size_t path_count;
	const char *sentence; /* of the key */
	const char *correct;  /* "" where absence is correct */
	struct profile_difference sides[2];
	/* The key is not written there; what counts instead is the side (`else`, a general row). */
	bool stands_in[2];
	const char *tellings[2]; /* of clients: what that value means; NULL on the correct side */
};

struct comparisons;

/* NULL for want of memory. What it lends ends with it or with either profile. */
struct comparisons *comparisons_make(
	const struct memory *memory, const struct profile *one, const struct profile *other);
size_t comparisons_count(const struct comparisons *comparisons);
struct comparison comparisons_at(const struct comparisons *comparisons, size_t index);
/* NULL is fine. */
void comparisons_free(struct comparisons *comparisons);

#endif
