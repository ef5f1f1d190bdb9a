/* base64: RFC 4648 4, strict in what it reads. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "octets.h"

/* Appends the encoded octets, without line breaks. */
bool base64_encode(struct buffer *out, struct octets in);
/*
 * Appends the decoded octets; false, with `out` as it was, where `in` is not exactly what an
 * encoder writes: length not a multiple of four, a foreign octet, a stray '=', leftover bits.
 */
bool base64_decode(struct buffer *out, struct octets in);

#endif
