/*
 * memory: the one door to the heap.
 *
 * Everything that a player or libmsub allocates goes through a struct memory, so that tests can
 * let any single allocation fail and a program can bring its own allocator. The old size is
 * passed along because it makes wiping possible.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

struct memory {
	/*
	 * As realloc(): old NULL allocates, want 0 frees and returns NULL. On failure it returns
	 * NULL and leaves `old` as it was. `old_size` is what was asked for `old`.
	 */
	void *(*resize)(void *context, void *old, size_t old_size, size_t want);
	void *context;
};

/* realloc() and free(). */
extern const struct memory memory_standard;

/* Zeroed memory for count elements, or NULL (also where count * size would overflow). */
void *memory_new(const struct memory *memory, size_t count, size_t size);
/* Grows or shrinks an array; a shrunk tail and a moved original are not wiped. */
static inline void *memory_resize(
	const struct memory *memory, void *old, size_t old_size, size_t want)
{
	return memory->resize(memory->context, old, old_size, want);
}
/* Frees; NULL is fine. */
static inline void memory_free(const struct memory *memory, void *old, size_t size)
{
	if (old != NULL)
		memory->resize(memory->context, old, size, 0);
}
/* Overwrites in a way that the compiler may not leave out. */
void memory_wipe(void *at, size_t len);
/* A NUL-ended copy of len octets, to be freed with size len + 1; NULL on failure. */
char *memory_copy_text(const struct memory *memory, const void *at, size_t len);
/* Frees a NUL-ended text made by memory_copy_text() that is no secret; NULL is fine. */
void memory_drop_text(const struct memory *memory, char *text);
/* Wipes and frees a NUL-ended text made by memory_copy_text(); NULL is fine. */
void memory_free_text(const struct memory *memory, char *text);

#endif
