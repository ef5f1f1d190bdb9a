/*
 * quoted_printable: two ways to encode a body (RFC 2045 6.7), line by line.
 *
 * *Strict* keeps every line within 76 octets. *Word-wise* is an encoder of the field that breaks
 * before a word and not within it, with lines of 77 octets and now and then more; the steps are
 * numbered in the source as in the description that it was written from. Both look at octets,
 * behind the charset's conversion, so that a soft break may fall inside a character.
 */
#ifndef MESSAGE_QUOTED_PRINTABLE_H
#define MESSAGE_QUOTED_PRINTABLE_H

#include "octets.h"

/*
 * Each appends one line of output with its CR LF, and returns how much of `text` is in it: at
 * least one octet of a text that is not empty. Lines of `text` end in CR LF; the last one is given
 * an end if it has none. A line of output is what a phone hands to its socket at once.
 */
size_t quoted_printable_strict_line(struct buffer *out, struct octets text);
/* `escapes`: no break within the three octets that begin with ESC (ISO-2022-*). */
size_t quoted_printable_word_wise_line(struct buffer *out, struct octets text, bool escapes);

#endif
