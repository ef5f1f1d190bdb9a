/* challenge: six bits at a time, whatever stands between them. */
#include "challenge.h"

/* 0 to 63, or 64 for an octet that is not of the alphabet (RFC 4648 4). */
static uint32_t digit_of(uint8_t octet)
{
	if (octet >= 'A' && octet <= 'Z')
		return (uint32_t)octet - 'A';
	if (octet >= 'a' && octet <= 'z')
		return (uint32_t)octet - 'a' + 26;
	if (octet_is_digit(octet))
		return (uint32_t)octet - '0' + 52;
	return octet == '+' ? 62 : octet == '/' ? 63 : 64;
}

bool challenge_decode(struct challenge *challenge, struct buffer *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint32_t digit = digit_of(text.at[i]);
		if (text.at[i] == '=')
			*challenge = (struct challenge){0};
		if (digit > 63)
			continue;
		challenge->bits = (challenge->bits << 6 | digit) & 0xffff;
		challenge->bit_count += 6;
		if (challenge->bit_count < 8)
			continue;
		challenge->bit_count -= 8;
		buffer_append_byte(out, (uint8_t)(challenge->bits >> challenge->bit_count));
	}
	return !buffer_failed(out);
}
