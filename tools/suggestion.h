/* suggestion: the nearest of some words to one that somebody mistyped. */
#ifndef TOOLS_SUGGESTION_H
#define TOOLS_SUGGESTION_H

#include <stddef.h>

enum { SUGGESTION_MAX = 96 };

struct suggestion {
	const char *written; /* borrowed */
	const char *nearest; /* borrowed; NULL: none is near */
	size_t distance;
};

struct suggestion suggestion_begin(const char *written);
void suggestion_offer(struct suggestion *suggestion, const char *word);
/* " (did you mean \"port\"?)" in `text`, or nothing; returns it. */
const char *suggestion_text(const struct suggestion *suggestion, char text[SUGGESTION_MAX]);

#endif
