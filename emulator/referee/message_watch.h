/* message_watch: the facts that a message's text shows, line by line, between 354 and the dot, or
 * in chunks. */
#ifndef REFEREE_MESSAGE_WATCH_H
#define REFEREE_MESSAGE_WATCH_H

#include "facts.h"
#include "transcript.h"

struct message_watch {
	bool in_chunks; /* no dot is doubled, and nothing but the count ends it */
	bool in_body, quoted_printable, last_is_command;
	bool in_encoding; /* the field at hand is Content-Transfer-Encoding, perhaps folded */
	uint64_t missing; /* NO_DATE, NO_FROM, NO_MESSAGE_ID; NO_MIME_VERSION once it is needed */
	bool has_mime_version, has_content_type;
};

/* A line of a message, and what it is. */
struct message_moment {
	enum moment moment; /* MOMENT_HEADER, MOMENT_HEADER_END, MOMENT_BODY_LINE */
	uint64_t facts;
};

void message_watch_begin(struct message_watch *watch, bool in_chunks);
/*
 * A line that is not the final dot. Every line is also a MOMENT_BODY_LINE with the same facts;
 * what is returned is what it is besides.
 */
struct message_moment message_watch_line(
	struct message_watch *watch, const struct transcript_event *line);

#endif
