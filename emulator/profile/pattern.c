/* pattern: matching without recursion; only the last star is ever gone back to. */
#include "pattern.h"

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet - 'A' + 'a') : octet;
}

bool pattern_fits(const char *pattern, struct octets text)
{
	struct octets want = octets_of(pattern);
	size_t at = 0, star = want.len, resume = 0; /* star: behind the last one, if any */
	bool seen = false;
	for (size_t i = 0; i < text.len;) {
		bool is_plain = at + 1 < want.len && want.at[at] == '\\';
		uint8_t wanted = at < want.len ? want.at[at + is_plain] : 0;
		if (!is_plain && wanted == '*') {
			star = ++at;
			resume = i;
			seen = true;
		} else if (at < want.len &&
			   ((!is_plain && wanted == '?') || lower(wanted) == lower(text.at[i]))) {
			at += 1 + is_plain;
			i++;
		} else if (seen) {
			at = star;
			i = ++resume;
		} else {
			return false;
		}
	}
	while (at < want.len && want.at[at] == '*')
		at++;
	return at == want.len;
}
