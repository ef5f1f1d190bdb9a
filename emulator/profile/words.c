/* words: looking words up, and the distance between two. */
#include "words.h"

#include <stdio.h>
#include <string.h>

size_t words_find(const struct words *words, struct octets word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (octets_equal(word, octets_of(words->texts[i])))
			return i;
	}
	return words->count;
}

uint8_t words_value(const struct words *words, size_t index)
{
	return words->values == NULL ? (uint8_t)index : words->values[index];
}

bool words_list(struct buffer *out, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (i > 0)
			buffer_append_text(out, ", ");
		buffer_append_text(out, words->texts[i]);
	}
	return !buffer_failed(out);
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t less = a < b ? a : b;
	return less < c ? less : c;
}

/* Levenshtein's distance; both shorter than the room of a suggestion. */
static size_t distance(struct octets a, struct octets b)
{
	size_t row[sizeof(((struct suggestion *)0)->nearest) + 1];
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 0; i < a.len; i++) {
		size_t corner = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < b.len; j++) {
			size_t same = corner + (a.at[i] == b.at[j] ? 0 : 1);
			corner = row[j + 1];
			row[j + 1] = least(row[j] + 1, row[j + 1] + 1, same);
		}
	}
	return row[b.len];
}

void suggestion_init(struct suggestion *suggestion, struct octets written)
{
	*suggestion = (struct suggestion){.written = written};
	/* one letter of a short word may be wrong, three of a long one */
	suggestion->distance = written.len < 4 ? 2 : written.len < 8 ? 3 : 4;
}

/* To leave the end of a name off, from a dash on, is nearly to know it. */
static bool begins_name(struct octets written, struct octets offered)
{
	return written.len >= 4 && offered.len > written.len && offered.at[written.len] == '-' &&
	       octets_equal(octets_cut(offered, written.len), written);
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
	struct octets offered = octets_of(candidate);
	const size_t room = sizeof suggestion->nearest;
	if (offered.len >= room || suggestion->written.len >= room)
		return;
	/* to leave the last part off is no way to spell it */
	if (octets_equal(octets_cut(suggestion->written, offered.len), offered) &&
		suggestion->written.len > offered.len && suggestion->written.at[offered.len] == '.')
		return;
	size_t apart = begins_name(suggestion->written, offered)
			       ? 1
			       : distance(suggestion->written, offered);
	if (apart >= suggestion->distance)
		return;
	suggestion->distance = apart;
	memcpy(suggestion->nearest, candidate, offered.len + 1);
}

void suggestion_text(const struct suggestion *suggestion, char *out, size_t room)
{
	out[0] = 0;
	if (suggestion->nearest[0] != 0)
		snprintf(out, room, " (did you mean \"%s\"?)", suggestion->nearest);
}
