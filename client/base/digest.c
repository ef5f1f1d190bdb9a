/* digest: a thin layer over Nettle, so that no other file names it. */
#include "digest.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>

void digest_md5(struct octets in, uint8_t out[DIGEST_MD5_LEN])
{
	struct md5_ctx context;
	md5_init(&context);
	md5_update(&context, in.len, in.at);
	md5_digest(&context, DIGEST_MD5_LEN, out);
	memory_wipe(&context, sizeof context);
}

void digest_hmac_md5(struct octets key, struct octets text, uint8_t out[DIGEST_MD5_LEN])
{
	struct hmac_md5_ctx context;
	hmac_md5_set_key(&context, key.len, key.at);
	hmac_md5_update(&context, text.len, text.at);
	hmac_md5_digest(&context, DIGEST_MD5_LEN, out);
	memory_wipe(&context, sizeof context);
}

bool digest_hex(struct buffer *out, const uint8_t *digest, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		buffer_append_byte(out, (uint8_t)digits[digest[i] >> 4]);
		buffer_append_byte(out, (uint8_t)digits[digest[i] & 15]);
	}
	return !buffer_failed(out);
}
