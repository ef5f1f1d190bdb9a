/*
 * text: octets as people may safely see them, and back.
 *
 * What a peer sent may hold escape sequences, bidirectional overrides or broken UTF-8. Escaped
 * text holds only printable UTF-8: a backslash is written \\, anything unsafe \xHH per octet.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "octets.h"

/* How many octets at the front are printable ASCII without backslash: they stand for themselves. */
size_t text_plain_len(struct octets in);
/* Appends `in` escaped. C0, DEL, C1, bidi controls, line separators and invalid UTF-8 become \xHH.
 */
bool text_escape(struct buffer *out, struct octets in);
/* The inverse: \\ \r \n \t \0 and \xHH; false, with `out` as it was, on any other escape. */
bool text_unescape(struct buffer *out, struct octets in);
/* Length of the UTF-8 sequence at the front of `in`, or 0 where it is not valid (RFC 3629). */
size_t text_utf8_len(struct octets in);
bool text_is_utf8(struct octets in);
/* Controls, and what can reorder, hide or break a line that people read. */
bool text_is_unsafe(uint32_t point);
/* Valid UTF-8 in which no character is unsafe. */
bool text_is_readable(struct octets in);
/* The code point of a sequence of `len` octets that text_utf8_len() found. */
uint32_t text_utf8_point(const uint8_t *at, size_t len);

#endif
