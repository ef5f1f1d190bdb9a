/*
 * lesson: a server profile written from what was found out about a server.
 *
 * It is based on the parent that is most like the server; what differs, and how the server words
 * its replies, is written down with the check as its evidence. What was not found out is left to
 * the parent and named in a comment. A profile so written is played as any other (handset serve);
 * played to the same probes it gives the same findings, as far as profiles can say what was found.
 */
#ifndef CHECK_LESSON_H
#define CHECK_LESSON_H

#include "likeness.h"

/* All borrowed. */
struct lesson_wish {
	const struct memory *memory;
	const struct findings *findings;
	const struct ground *ground; /* on which they were found */
	bool delivered;
	const char *target, *date;		  /* for the evidence: a URL, "2026-11-24" */
	const struct likeness_candidate *parents; /* of which one becomes the parent */
	size_t parent_count;			  /* at least one */
};

/* Appends the profile. False: too little was found out (no login succeeded), or no memory. */
bool lesson_write(const struct lesson_wish *wish, struct buffer *out);

#endif
