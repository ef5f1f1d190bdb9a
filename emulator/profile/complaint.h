/*
 * complaint: messages about a profile file, as compilers write them.
 *
 *   phone.yaml:3:8: error: unknown key "flow.befor-first" (did you mean "flow.before-first"?)
 *     flow: {befor-first: [reset]}
 *            ^~~~~~~~~~~
 *
 * What is quoted from the file is escaped: a profile is hostile input and the reader a terminal.
 */
#ifndef PROFILE_COMPLAINT_H
#define PROFILE_COMPLAINT_H

#include "octets.h"

/* More than this many of one load are not shown. */
enum { COMPLAINTS_SHOWN = 20 };

/* A stretch of a file's text. */
struct location {
	size_t at, len;
};

struct complaints {
	struct buffer *out; /* borrowed */
	const char *file;   /* of the text under work; borrowed */
	struct octets text; /* borrowed */
	unsigned int count;
	/* The messages of this file that stand in `out`, one behind the other. */
	struct {
		size_t at; /* in the text */
		size_t start, len;
	} shown[COMPLAINTS_SHOWN];
	size_t shown_count;
};

/* One message about a place, with its line and a caret; printf-like, without a line end. */
void complain(struct complaints *complaints, struct location place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* One message about the file as a whole. */
void complain_of_file(struct complaints *complaints, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Puts the messages of this file into the order of their places: they come from several passes
 * over it. To be called before anybody else writes into `out`; without memory they stay as they
 * are.
 */
void complaints_sort(struct complaints *complaints);
/* Line of a place, 1 = the first. */
size_t place_line(struct octets text, size_t at);

#endif
