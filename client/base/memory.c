/* memory: the standard allocator, and wiping that the compiler may not leave out. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *standard_resize(void *context, void *old, size_t old_size, size_t want)
{
	(void)context;
	(void)old_size;
	if (want == 0) {
		free(old);
		return NULL;
	}
	return old == NULL ? malloc(want) : realloc(old, want);
}

const struct memory memory_standard = {.resize = standard_resize, .context = NULL};

void *memory_new(const struct memory *memory, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	size_t want = count * size == 0 ? 1 : count * size;
	void *fresh = memory->resize(memory->context, NULL, 0, want);
	if (fresh != NULL)
		memset(fresh, 0, want);
	return fresh;
}

void memory_wipe(void *at, size_t len)
{
	if (at != NULL && len != 0)
		explicit_bzero(at, len);
}

char *memory_copy_text(const struct memory *memory, const void *at, size_t len)
{
	if (len == SIZE_MAX)
		return NULL;
	char *copy = memory_resize(memory, NULL, 0, len + 1);
	if (copy == NULL)
		return NULL;
	if (len != 0)
		memcpy(copy, at, len);
	copy[len] = 0;
	return copy;
}

void memory_drop_text(const struct memory *memory, char *text)
{
	if (text != NULL)
		memory_free(memory, text, strlen(text) + 1);
}

void memory_free_text(const struct memory *memory, char *text)
{
	if (text == NULL)
		return;
	size_t len = strlen(text);
	memory_wipe(text, len);
	memory_free(memory, text, len + 1);
}
