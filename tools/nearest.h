/* nearest: the nearest of some words to one that somebody mistyped. */
#ifndef TOOLS_NEAREST_H
#define TOOLS_NEAREST_H

#include <stddef.h>

enum { NEAREST_MAX = 96 };

struct nearest {
	const char *written; /* borrowed */
	const char *nearest; /* borrowed; NULL: none is near */
	size_t distance;
};

struct nearest nearest_begin(const char *written);
void nearest_offer(struct nearest *nearest, const char *word);
/* " (did you mean \"port\"?)" in `text`, or nothing; returns it. */
const char *nearest_text(const struct nearest *nearest, char text[NEAREST_MAX]);

#endif
