/*
 * part: one part of a body: a text or a file, what its header lines say, and its octets.
 *
 * A part stands between boundaries, or is all that a message has; then its header lines are those
 * of the message. A file is base64, but for an embedded message (message/rfc822), which RFC 2046
 * 5.2.1 keeps readable. How the embedded one goes depends on the profile: a client that encodes
 * in blocks (message.base64-lines-per-write) hands its blocks through as they are, with CR LF
 * behind each, whatever they hold; any other repairs the ends of its lines.
 */
#ifndef MESSAGE_PART_H
#define MESSAGE_PART_H

#include "compose.h"

enum part_encoding { PART_7BIT, PART_8BIT, PART_QP, PART_BASE64, PART_SLICES };

struct part {
	enum part_encoding encoding;
	struct octets content; /* of a text: in its charset, lines end in CR LF; lent */
	const struct message_attachment *file; /* NULL: the text */
	struct octets type;		       /* of the file; empty: unknown */
	bool is_message;		       /* embedded, and goes as such */
};

/* What the text becomes. `content` is lent for as long as the part is used. */
struct part part_of_text(const struct message_keys *keys, struct octets content);
struct part part_of_file(
	const struct message_keys *keys, const struct message_attachment *attachment);

/* Values for header lines. */
bool part_append_type(struct buffer *out, const struct part *part, const struct message_keys *keys,
	struct octets charset);
const char *part_encoding_name(const struct part *part);
/* The value of Content-Disposition as the profile's file-part has it; nothing for the text. */
bool part_append_disposition(struct buffer *out, const struct part *part,
	const struct message_keys *keys, struct octets charset);
/* The part's header lines and the empty one, each a write. */
bool part_append_header(struct message_composed *composed, const struct part *part,
	const struct message_keys *keys, struct octets charset);
/*
 * The encoded octets, which end in CR LF if there are any, each line a write. `escapes`: the
 * text's charset has some (charset.h).
 */
bool part_append_content(struct message_composed *composed, const struct part *part,
	const struct message_keys *keys, bool escapes);
/*
 * The CR LF before a boundary belongs to it (RFC 2046 5.1.1). False where the last line end of
 * the content is that one: the content itself has none there, or the profile's encoder of
 * quoted-printable gives its own away.
 */
bool part_ends_before_boundary(const struct part *part, const struct message_keys *keys);

#endif
