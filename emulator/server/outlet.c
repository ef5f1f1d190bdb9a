/* outlet: octets on their way out. */
#include "outlet.h"

enum { OUTLET_MAX = 2 * 1024 * 1024 };

void outlet_begin(struct outlet *outlet, const struct memory *memory)
{
	*outlet = (struct outlet){.split = false};
	buffer_init(&outlet->octets, memory, OUTLET_MAX);
}

void outlet_end(struct outlet *outlet)
{
	buffer_free(&outlet->octets);
}

/* Chooses the next write of a split reply; the last one is whatever is left. */
static void next_piece(struct outlet *outlet)
{
	while (outlet->split && outlet->piece == 0) {
		size_t len = outlet->octets.len;
		if (outlet->length_count == 0 || len == 0) {
			outlet->split = false;
			return;
		}
		outlet->piece = *outlet->lengths < len ? (size_t)*outlet->lengths : len;
		outlet->lengths++;
		outlet->length_count--;
	}
}

bool outlet_add(struct outlet *outlet, struct octets octets, const uint64_t *lengths, size_t count)
{
	size_t ahead = outlet->octets.len;
	if (!buffer_append_octets(&outlet->octets, octets)) {
		outlet->octets.failed =
			false; /* what was there before is still good, and is said */
		return false;
	}
	if (count > 0) {
		outlet->split = true;
		outlet->piece = ahead;
		outlet->lengths = lengths;
		outlet->length_count = count;
		next_piece(outlet);
	}
	return true;
}

void outlet_add_last_words(struct outlet *outlet, struct octets words)
{
	outlet->last_words = words;
}

void outlet_clear(struct outlet *outlet)
{
	buffer_clear(&outlet->octets);
	outlet->split = false;
	outlet->piece = outlet->length_count = 0;
	outlet->last_words = octets_make(NULL, 0);
}

bool outlet_is_empty(const struct outlet *outlet)
{
	return outlet->octets.len == 0 && outlet->last_words.len == 0;
}

bool outlet_is_full(const struct outlet *outlet)
{
	return outlet->split || outlet->octets.len > OUTLET_ENOUGH;
}

size_t outlet_lend(const struct outlet *outlet, struct octets *pieces, size_t max)
{
	size_t count = 0;
	struct octets first = buffer_octets(&outlet->octets);
	if (outlet->split)
		first = octets_cut(first, outlet->piece);
	if (first.len > 0 && count < max)
		pieces[count++] = first;
	if (!outlet->split && outlet->last_words.len > 0 && count < max)
		pieces[count++] = outlet->last_words;
	return count;
}

void outlet_sent(struct outlet *outlet, size_t count)
{
	size_t from_buffer = count < outlet->octets.len ? count : outlet->octets.len;
	buffer_consume(&outlet->octets, from_buffer);
	outlet->last_words = octets_from(outlet->last_words, count - from_buffer);
	outlet->piece -= from_buffer < outlet->piece ? from_buffer : outlet->piece;
	next_piece(outlet);
}
