/* base64: RFC 4648 4, both ways. */
#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_encode(struct buffer *out, struct octets in)
{
	uint8_t *to = buffer_reserve(out, (in.len / 3 + 1) * 4);
	if (to == NULL)
		return false;
	size_t len = 0;
	for (size_t i = 0; i < in.len; i += 3) {
		size_t have = in.len - i < 3 ? in.len - i : 3;
		uint32_t bits = (uint32_t)in.at[i] << 16;
		if (have > 1)
			bits |= (uint32_t)in.at[i + 1] << 8;
		if (have > 2)
			bits |= in.at[i + 2];
		to[len++] = (uint8_t)alphabet[bits >> 18];
		to[len++] = (uint8_t)alphabet[bits >> 12 & 63];
		to[len++] = have > 1 ? (uint8_t)alphabet[bits >> 6 & 63] : '=';
		to[len++] = have > 2 ? (uint8_t)alphabet[bits & 63] : '=';
	}
	buffer_commit(out, len);
	return true;
}

/* 0 to 63, or 64 for an octet that is not of the alphabet. */
static uint32_t value_of(uint8_t octet)
{
	if (octet >= 'A' && octet <= 'Z')
		return (uint32_t)octet - 'A';
	if (octet >= 'a' && octet <= 'z')
		return (uint32_t)octet - 'a' + 26;
	if (octet >= '0' && octet <= '9')
		return (uint32_t)octet - '0' + 52;
	return octet == '+' ? 62 : octet == '/' ? 63 : 64;
}

/* Decodes one group of four with `have` octets in it; false where it is not canonical. */
static bool decode_group(const uint8_t *group, size_t have, uint8_t out[3])
{
	uint32_t bits = 0;
	for (size_t i = 0; i < 4; i++) {
		uint32_t value = i <= have ? value_of(group[i]) : 0;
		if (value > 63 || (i > have && group[i] != '='))
			return false;
		bits = bits << 6 | value;
	}
	out[0] = (uint8_t)(bits >> 16);
	out[1] = (uint8_t)(bits >> 8 & 255);
	out[2] = (uint8_t)(bits & 255);
#ifdef HANDSET_PLANT_BASE64
	return have > 1 || out[1] == 0; /* takes the leftover bits of two octets */
#else
	return (have > 1 || out[1] == 0) && (have > 2 || out[2] == 0);
#endif
}

bool base64_decode(struct buffer *out, struct octets in)
{
	if (in.len % 4 != 0)
		return false;
	uint8_t *to = buffer_reserve(out, in.len / 4 * 3);
	if (to == NULL)
		return false;
	size_t len = 0;
	for (size_t i = 0; i < in.len; i += 4) {
		size_t have = 3;
		if (i + 4 == in.len && in.at[i + 3] == '=')
			have = in.at[i + 2] == '=' ? 1 : 2;
		if (!decode_group(in.at + i, have, to + len)) {
			memory_wipe(to, len);
			return false;
		}
		len += have;
	}
	buffer_commit(out, len);
	return true;
}
