/* decoded_words: what a header line of a foreign message means (RFC 2047), in UTF-8. */
#ifndef MESSAGE_DECODED_WORDS_H
#define MESSAGE_DECODED_WORDS_H

#include "octets.h"

/*
 * Appends an unfolded value with its encoded words, B and Q, decoded; blanks between two of them
 * go (RFC 2047 6.2). A word of an unknown charset, or whose octets are none of it, stays as it is.
 */
bool decoded_words_append(struct buffer *out, struct octets value);

#endif
