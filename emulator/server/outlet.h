/*
 * outlet: what is to be said, and in which writes.
 *
 * Replies that come together leave together. A reply that a profile splits is lent piece by
 * piece; until it has left nothing may be added behind it. The last words are a text that needs
 * no memory: they follow everything else.
 */
#ifndef SERVER_OUTLET_H
#define SERVER_OUTLET_H

#include "octets.h"

/* Over so many octets that the client does not fetch, no further request is worked on. */
enum { OUTLET_ENOUGH = 64 * 1024 };

struct outlet {
	struct buffer octets;
	const uint64_t *lengths; /* of the writes still to be made; borrowed from the profile */
	size_t length_count;
	size_t piece; /* octets left of the write in hand, while `split` */
	bool split;
	struct octets last_words; /* borrowed */
};

void outlet_begin(struct outlet *outlet, const struct memory *memory);
void outlet_end(struct outlet *outlet);
/* Copies the octets; with lengths (borrowed) they leave in writes of these. False: no memory. */
bool outlet_add(struct outlet *outlet, struct octets octets, const uint64_t *lengths, size_t count);
/* Adds the last words; borrowed, and said without any memory. */
void outlet_add_last_words(struct outlet *outlet, struct octets words);
/* Forgets everything that was not taken. */
void outlet_clear(struct outlet *outlet);
bool outlet_is_empty(const struct outlet *outlet);
/* True where nothing more should be added now. */
bool outlet_is_full(const struct outlet *outlet);
/* Lends the next write. */
size_t outlet_lend(const struct outlet *outlet, struct octets *pieces, size_t max);
void outlet_sent(struct outlet *outlet, size_t count);

#endif
