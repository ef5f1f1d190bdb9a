/* text_fixture: long texts written shortly, and how long their lines are. */
#ifndef SUPPORT_TEXT_FIXTURE_H
#define SUPPORT_TEXT_FIXTURE_H

#include "octets.h"

/* "{65 a} b" is 65 times "a" and then " b". */
static inline void expand(struct buffer *out, const char *text)
{
	for (struct octets rest = octets_of(text); rest.len > 0; rest = octets_from(rest, 1)) {
		uint64_t count = 1;
		if (rest.at[0] == '{') {
			size_t blank = octets_find(rest, ' ');
			octets_number(octets_make(rest.at + 1, blank - 1), &count);
			rest = octets_from(rest, blank + 1);
			size_t close = octets_find(rest, '}');
			for (; count > 0; count--)
				buffer_append(out, rest.at, close);
			rest = octets_from(rest, close);
			continue;
		}
		buffer_append_byte(out, rest.at[0]);
	}
}

/* The length of the longest line, without its CR LF. */
static inline size_t longest_line(struct octets text)
{
	size_t longest = 0;
	while (text.len > 0) {
		size_t len = octets_find(text, '\r');
		longest = len > longest ? len : longest;
		text = octets_from(text, len + 2);
	}
	return longest;
}

#endif
