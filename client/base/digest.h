/* digest: HMAC-MD5 for CRAM-MD5 (RFC 2195) and SHA-256, by nettle, and digests as text. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "octets.h"

enum { DIGEST_MD5_LEN = 16, DIGEST_SHA256_LEN = 32, DIGEST_MAX = 64 };

void digest_md5(struct octets in, uint8_t out[DIGEST_MD5_LEN]);
void digest_sha256(struct octets in, uint8_t out[DIGEST_SHA256_LEN]);
void digest_hmac_md5(struct octets key, struct octets text, uint8_t out[DIGEST_MD5_LEN]);
/* Appends lower-case hexadecimal digits. */
bool digest_hex(struct buffer *out, const uint8_t *digest, size_t len);
/*
 * Reads hexadecimal digits of either case, two and two, with colons between the pairs or without;
 * false on anything else, on an empty text, and beyond DIGEST_MAX octets.
 */
bool digest_unhex(struct octets text, uint8_t out[DIGEST_MAX], size_t *len);

#endif
