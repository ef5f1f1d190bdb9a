/* nearest: Levenshtein's distance, for short words. */
#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MAX_LEN = 48 };

struct nearest nearest_begin(const char *written)
{
	size_t len = strlen(written);
	/* one letter of a short word may be wrong, three of a long one */
	return (struct nearest){.written = written, .distance = len < 4 ? 2 : len < 8 ? 3 : 4};
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t less = a < b ? a : b;
	return less < c ? less : c;
}

static size_t distance(const char *from, const char *to)
{
	size_t row[WORD_MAX_LEN + 1], len = strlen(to);
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; from[i] != 0; i++) {
		size_t corner = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < len; j++) {
			size_t same = corner + (from[i] == to[j] ? 0 : 1);
			corner = row[j + 1];
			row[j + 1] = least(row[j] + 1, row[j + 1] + 1, same);
		}
	}
	return row[len];
}

void nearest_offer(struct nearest *nearest, const char *word)
{
	if (strlen(word) > WORD_MAX_LEN || strlen(nearest->written) > WORD_MAX_LEN)
		return;
	size_t apart = distance(nearest->written, word);
	if (apart >= nearest->distance)
		return;
	nearest->distance = apart;
	nearest->nearest = word;
}

const char *nearest_text(const struct nearest *nearest, char text[NEAREST_MAX])
{
	text[0] = 0;
	if (nearest->nearest != NULL)
		snprintf(text, NEAREST_MAX, " (did you mean \"%s\"?)", nearest->nearest);
	return text;
}
