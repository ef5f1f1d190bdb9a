/* drawn: what lies between two {random N} is a text like any other. */
#include "drawn.h"

enum { MAX_DRAWN = 998 }; /* RFC 5322 2.1.1 */

/* "{random 12}" at the front of `rest`: its length, or 0. */
static size_t drawing_len(struct octets rest, uint64_t *count)
{
	struct octets start = octets_of("{random ");
	size_t close = octets_find(rest, '}');
	if (close == rest.len || !octets_equal(octets_cut(rest, start.len), start))
		return 0;
	struct octets number = octets_make(rest.at + start.len, close - start.len);
	return octets_number(number, count) ? close + 1 : 0;
}

bool drawn_append(struct buffer *out, struct octets text, struct octets alphabet,
	const struct wire_variable *variables, size_t count, struct random *random)
{
	while (text.len > 0) {
		uint64_t wanted = 0;
		size_t len = drawing_len(text, &wanted);
		if (len == 0) {
			len = 1 + octets_find(octets_from(text, 1), '{');
			wire_expand(out, octets_cut(text, len), variables, count);
		}
		for (uint64_t n = 0; n < wanted && n < MAX_DRAWN && alphabet.len > 0; n++) {
			uint32_t index = random_below(random, (uint32_t)alphabet.len);
			buffer_append_byte(out, alphabet.at[index]);
		}
		text = octets_from(text, len);
	}
	return !buffer_failed(out);
}
