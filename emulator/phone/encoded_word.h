/* encoded_word: RFC 2047 for text that is not ASCII. */
#ifndef PHONE_ENCODED_WORD_H
#define PHONE_ENCODED_WORD_H

#include "octets.h"

bool encoded_word_is_needed(struct octets text);
/*
 * Appends `text` (UTF-8) as one or more B words of at most 75 octets, each of whole characters,
 * with a line break and a blank between them. What is not UTF-8 is encoded octet by octet.
 */
bool encoded_word_append(struct buffer *out, struct octets text);

#endif
