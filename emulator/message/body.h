/*
 * body: everything behind the empty line, and what the header says of it.
 *
 * It is planned before the header is written, because the header names its type, its encoding and
 * its boundary; then it is appended. A text alone, or a file alone (an empty text beside one file
 * is none), is all of the message; otherwise it is multipart, text first. Without MIME the text
 * is wrapped and stands raw in its charset, and files are uuencoded behind it.
 */
#ifndef MESSAGE_BODY_H
#define MESSAGE_BODY_H

#include "compose.h"

struct body {
	const struct message_keys *keys;
	const struct message_draft *draft;
	/* Values of {type}, {disposition}, {encoding}; empty: absent, and so is the line. */
	struct buffer type, disposition, encoding;
	struct buffer text; /* in its charset, lines end in CR LF */
	struct buffer boundary;
	struct octets charset; /* its label */
	bool mime, multipart;
};

/* Always to be followed by body_free(). False: no memory, or no such charset. */
bool body_plan(struct body *body, const struct memory *memory, const struct message_keys *keys,
	const struct message_draft *draft, struct random *random);
/* Appends all behind the empty line, and where its writes end. */
bool body_append(struct message_composed *composed, const struct body *body);
void body_free(struct body *body);

#endif
