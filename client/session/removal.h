/*
 * removal: takes the Bcc fields out of a header on its way (RFC 5322 3.6.3), and nothing else.
 *
 * A filter of octets: what it keeps goes on as it came, in runs of the pieces that came. Only the
 * front of a line that a cut went through is held back, until it is known what it is. A field ends
 * where a line begins that is no continuation of it; the header ends at the first empty line.
 */
#ifndef SESSION_REMOVAL_H
#define SESSION_REMOVAL_H

#include "octets.h"

/* A name with more blanks behind it than this is one that hides: it is taken out. */
enum { REMOVAL_HELD = 64 };

struct removal {
	bool in_header; /* set it to begin; false: everything is kept */
	bool in_line;	/* what the line is, is known */
	bool drops;	/* the field under way is a Bcc */
	bool after_cr;	/* an LF that comes next belongs to the same line end */
	uint8_t held[REMOVAL_HELD];
	size_t held_len;
};

/* Called for each run that is kept; whether it stays where it is until it was sent. */
typedef void removal_keep(void *context, struct octets run, bool stays);

void removal_feed(
	struct removal *removal, struct octets in, bool stays, removal_keep *keep, void *context);
/* Nothing more comes. */
void removal_end(struct removal *removal, removal_keep *keep, void *context);

#endif
