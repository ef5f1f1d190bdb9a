/* address: checks addresses before anything is sent. */
#include "address.h"

#include <string.h>

static bool is_letter_or_digit(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= '0' && octet <= '9');
}

static bool is_one_of(uint8_t octet, const char *set)
{
	return octet != 0 && strchr(set, octet) != NULL;
}

/* atext of RFC 5322 3.2.3, and the dot. */
static bool is_atom(uint8_t octet)
{
	return is_letter_or_digit(octet) || is_one_of(octet, ".!#$%&'*+-/=?^_`{|}~");
}

/* Length of the quoted string at the front, or 0; the closing quote must be there. */
static size_t quoted_len(struct octets in)
{
	for (size_t i = 1; i < in.len; i++) {
		if (in.at[i] == '"')
			return i + 1;
		if (in.at[i] == '\\')
			i++;
		if (i >= in.len || in.at[i] < ' ' || in.at[i] > '~')
			return 0;
	}
	return 0;
}

/* Length of the local part at the front, or 0. */
static size_t local_len(struct octets in)
{
	size_t len = 0;
	if (in.at[0] == '"')
		return quoted_len(in);
	while (len < in.len && is_atom(in.at[len]))
		len++;
	return len;
}

/* "[192.0.2.7]", "[IPv6:2001:db8::7]": what stands inside is the server's to judge. */
static bool is_literal(struct octets domain)
{
	if (domain.len < 3 || domain.at[0] != '[' || domain.at[domain.len - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < domain.len; i++) {
		if (!is_letter_or_digit(domain.at[i]) && !is_one_of(domain.at[i], ".:-"))
			return false;
	}
	return true;
}

static bool is_domain(struct octets domain)
{
	if (domain.len == 0 || domain.len > ADDRESS_DOMAIN_MAX)
		return false;
	if (domain.at[0] == '[')
		return is_literal(domain);
	bool label = false; /* an octet of this label has been seen */
	for (size_t i = 0; i < domain.len; i++) {
		bool dot = domain.at[i] == '.';
		if (!dot && !is_letter_or_digit(domain.at[i]) && !is_one_of(domain.at[i], "-_"))
			return false;
		if (dot && !label)
			return false;
		label = !dot;
	}
	return label;
}

enum msub_error address_check(struct octets address)
{
	if (address.len == 0 || address.len > ADDRESS_MAX)
		return MSUB_ADDRESS;
	for (size_t i = 0; i < address.len; i++) {
		if (address.at[i] < ' ' || address.at[i] == 0x7F)
			return MSUB_ADDRESS;
	}
	for (size_t i = 0; i < address.len; i++) {
		if (address.at[i] >= 0x80)
			return MSUB_ADDRESS_NOT_ASCII;
	}
	size_t len = local_len(address);
	if (len == 0)
		return MSUB_ADDRESS;
	if (len == address.len)
		return MSUB_OK;
	return address.at[len] == '@' && is_domain(octets_from(address, len + 1)) ? MSUB_OK
										  : MSUB_ADDRESS;
}
