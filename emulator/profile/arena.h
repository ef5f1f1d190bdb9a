/*
 * arena: memory that is given back all at once.
 *
 * A profile is many small things that live and die together. A failure is sticky: after one
 * allocation failed every further one fails, so that a long piece of work may look once at its end.
 */
#ifndef PROFILE_ARENA_H
#define PROFILE_ARENA_H

#include "octets.h"

struct arena_chunk;

struct arena {
	const struct memory *memory; /* borrowed, outlives the arena */
	struct arena_chunk *chunks;
	bool failed;
};

/* Allocates nothing yet. */
void arena_init(struct arena *arena, const struct memory *memory);
/* Frees all that came from it; the arena may be used again. */
void arena_free(struct arena *arena);
/* Zeroed and aligned for anything, never NULL for a count of 0; NULL on failure. Lent by the arena.
 */
void *arena_new(struct arena *arena, size_t count, size_t size);
/* Copied, with a NUL behind; .at is NULL on failure only. Lent by the arena. */
struct octets arena_copy(struct arena *arena, struct octets octets);
/* The same as a string, which ends at the first NUL where the octets hold one. */
const char *arena_string(struct arena *arena, struct octets octets);

#endif
