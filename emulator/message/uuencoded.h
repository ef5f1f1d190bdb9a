/*
 * uuencoded: files in the text of a message, as they were sent before MIME (POSIX uuencode).
 *
 * "begin 644 name", lines of at most 45 octets, each a character for its count and 60 for its
 * octets, a line of none, "end". Six bits that are all 0 are written '`', so that no line has
 * blanks.
 */
#ifndef MESSAGE_UUENCODED_H
#define MESSAGE_UUENCODED_H

#include "compose.h"

/* As many lines are one write as of base64; the first and the last are writes of their own. */
bool uuencoded_append(struct message_composed *composed, const struct message_keys *keys,
	const struct message_attachment *attachment, struct octets charset);
/* Appends the line for at most 45 octets, with CR LF; for none, the one before "end". */
bool uuencoded_append_line(struct buffer *out, struct octets octets);

#endif
