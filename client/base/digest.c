/* digest: a thin layer over Nettle, so that no other file names it. */
#include "digest.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>

void digest_md5(struct octets in, uint8_t out[DIGEST_MD5_LEN])
{
	struct md5_ctx context;
	md5_init(&context);
	md5_update(&context, in.len, in.at);
	md5_digest(&context, DIGEST_MD5_LEN, out);
	memory_wipe(&context, sizeof context);
}

void digest_sha256(struct octets in, uint8_t out[DIGEST_SHA256_LEN])
{
	struct sha256_ctx context;
	sha256_init(&context);
	sha256_update(&context, in.len, in.at);
	sha256_digest(&context, DIGEST_SHA256_LEN, out);
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

/* 16: no digit. */
static unsigned int digit_of(uint8_t octet)
{
	if (octet_is_digit(octet))
		return octet - '0';
	octet |= 0x20;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10u : 16;
}

bool digest_unhex(struct octets text, uint8_t out[DIGEST_MAX], size_t *len)
{
	bool colons = text.len > 2 && text.at[2] == ':';
	size_t step = colons ? 3 : 2;
	*len = 0;
	if (text.len == 0 || (text.len + colons) % step != 0 ||
		(text.len + colons) / step > DIGEST_MAX)
		return false;
	for (size_t at = 0; at < text.len; at += step) {
		unsigned int high = digit_of(text.at[at]), low = digit_of(text.at[at + 1]);
		bool parted = !colons || at + 2 == text.len || text.at[at + 2] == ':';
		if (high > 15 || low > 15 || !parted)
			return false;
		out[(*len)++] = (uint8_t)(high << 4 | low);
	}
	return true;
}
