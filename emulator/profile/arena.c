/* arena: chunks of memory, each filled from the front. */
#include "arena.h"

#include <stdalign.h>

/* Under AddressSanitizer every allocation is one of its own, so that none runs into the next. */
#if defined(__SANITIZE_ADDRESS__)
enum { CHUNK_SIZE = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { CHUNK_SIZE = 0 };
#else
enum { CHUNK_SIZE = 8192 };
#endif
#else
enum { CHUNK_SIZE = 8192 };
#endif

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* of the whole chunk, this head included */
	size_t used;
	alignas(max_align_t) unsigned char at[];
};

void arena_init(struct arena *arena, const struct memory *memory)
{
	*arena = (struct arena){.memory = memory};
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;
	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;
		memory_free(arena->memory, chunk, chunk->size);
		chunk = next;
	}
	arena_init(arena, arena->memory);
}

/* A chunk with room for `want`, in front of the others. */
static struct arena_chunk *chunk_for(struct arena *arena, size_t want)
{
	struct arena_chunk *chunk = arena->chunks;
	if (chunk != NULL && chunk->size - sizeof *chunk - chunk->used >= want)
		return chunk;
	size_t room = want > CHUNK_SIZE ? want : CHUNK_SIZE;
	if (room > SIZE_MAX - sizeof *chunk)
		return NULL;
	chunk = memory_new(arena->memory, 1, sizeof *chunk + room);
	if (chunk == NULL)
		return NULL;
	chunk->size = sizeof *chunk + room;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
	const size_t step = alignof(max_align_t);
	if (arena->failed || (size != 0 && count > (SIZE_MAX - step) / size)) {
		arena->failed = true;
		return NULL;
	}
	size_t want = (count * size + step - 1) / step * step;
	want = want == 0 ? step : want;
	struct arena_chunk *chunk = chunk_for(arena, want);
	if (chunk == NULL) {
		arena->failed = true;
		return NULL;
	}
	void *fresh = chunk->at + chunk->used;
	chunk->used += want;
	return fresh;
}

struct octets arena_copy(struct arena *arena, struct octets octets)
{
	uint8_t *copy = arena_new(arena, octets.len + 1, 1);
	if (copy == NULL)
		return octets_make(NULL, 0);
	for (size_t i = 0; i < octets.len; i++)
		copy[i] = octets.at[i];
	return octets_make(copy, octets.len);
}

const char *arena_string(struct arena *arena, struct octets octets)
{
	return (const char *)arena_copy(arena, octets).at;
}
