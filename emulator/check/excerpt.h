/* excerpt: as much of a text as there is room for, never half a character. */
#ifndef CHECK_EXCERPT_H
#define CHECK_EXCERPT_H

#include <stddef.h>
#include <string.h>

/* How long the part of a UTF-8 text is that fits into `room` octets. */
static inline size_t excerpt_len(const char *text, size_t len, size_t room)
{
	if (len <= room)
		return len;
	while (room > 0 && ((unsigned char)text[room] & 0xc0) == 0x80)
		room--;
	return room;
}

/* Copies it with a NUL behind; `size` counts that. */
static inline void excerpt(char *to, size_t size, const char *text)
{
	size_t len = excerpt_len(text, strlen(text), size - 1);
	memcpy(to, text, len);
	to[len] = 0;
}

#endif
