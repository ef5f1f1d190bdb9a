/*
 * quoted_printable: two ways to encode a body (RFC 2045 6.7).
 *
 * *Strict* keeps every line within 76 octets. *Word-wise* is an encoder of the field that breaks
 * before a word and not within it, with lines of 77 octets and now and then more; the steps are
 * numbered in the source as in the description that it was written from.
 */
#ifndef MESSAGE_QUOTED_PRINTABLE_H
#define MESSAGE_QUOTED_PRINTABLE_H

#include "octets.h"

/* Both append; lines of `text` end in CR LF, and the last one is given an end if it has none. */
bool quoted_printable_strict(struct buffer *out, struct octets text);
/*
 * `utf8`: the window of 79 counts characters; a soft break may then fall inside a character, and
 * what is left of it begins the next line.
 */
bool quoted_printable_word_wise(struct buffer *out, struct octets text, bool utf8);

#endif
