/*
 * reduce: from a set that fails to a smallest one that still does.
 *
 * The method is delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002): halves are asked for first, then what is left without a part, in
 * finer and finer parts, until no single element can be taken away. It ends whatever the answers
 * are; of answers that are always the same for the same set, what it ends with is 1-minimal.
 */
#ifndef CHECK_REDUCE_H
#define CHECK_REDUCE_H

#include "memory.h"

#include <stdbool.h>

enum answer {
	ANSWER_SENDS,
	ANSWER_FAILS,
	ANSWER_STOP /* nothing more can be asked */
};

struct reduction {
	const struct memory *memory;
	size_t count;	      /* of the whole */
	const size_t *labels; /* members with equal ones, each less than count, are one element */
	/* Does a client with only these fail? The same set may be asked for again. */
	enum answer (*ask)(void *context, const bool *kept);
	void *context;
};

/*
 * `kept` is a set that fails, and becomes the smallest one. The empty set is known to send and is
 * not asked for. ANSWER_FAILS: done; ANSWER_STOP: as far as it went, also for want of memory.
 */
enum answer reduce(const struct reduction *reduction, bool *kept);

#endif
