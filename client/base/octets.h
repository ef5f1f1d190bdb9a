/*
 * octets: the two ways in which octets are held.
 *
 * struct octets is a view: it owns nothing and is as good as what it points into ("lent").
 * struct buffer owns its octets, grows through a struct memory, never passes its cap, and
 * wipes what it gives back, so that a secret that passed through one leaves no copy behind.
 *
 * A buffer's failure is sticky: after an allocation failed or the cap was reached, appends do
 * nothing and return false; buffer_failed() tells. A caller may therefore build a whole text
 * and look once at the end.
 */
#ifndef BASE_OCTETS_H
#define BASE_OCTETS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"

struct octets {
	const uint8_t *at;
	size_t len;
};

struct buffer {
	const struct memory *memory; /* borrowed, outlives the buffer */
	uint8_t *at;
	size_t len;
	size_t room;
	size_t cap; /* len never passes this */
	bool failed;
};

/* A blank or a tab; a digit of ASCII. */
static inline bool octet_is_blank(uint8_t octet)
{
	return octet == ' ' || octet == '\t';
}
static inline bool octet_is_digit(uint8_t octet)
{
	return octet >= '0' && octet <= '9';
}

static inline struct octets octets_make(const void *at, size_t len)
{
	return (struct octets){.at = (const uint8_t *)at, .len = len};
}
/* A view of a string without its NUL; NULL gives the empty view. */
static inline struct octets octets_of(const char *string)
{
	return octets_make(string, string == NULL ? 0 : strlen(string));
}
bool octets_equal(struct octets a, struct octets b);
/* Compares ASCII letters without case, everything else octet by octet; never the locale's way. */
bool octets_equal_nocase(struct octets a, struct octets b);
bool octets_start_nocase(struct octets all, const char *start);
/* True where any octet of the view is one of `set`. NUL is never in `set`. */
bool octets_contain(struct octets all, const char *set);
bool octets_are_ascii(struct octets all);
/* Position of the text `what`, with case or (ASCII letters) without, or all.len. */
size_t octets_find_text(struct octets all, struct octets what);
size_t octets_find_nocase(struct octets all, struct octets what);
/* Position of `what`, or all.len. */
static inline size_t octets_find(struct octets all, uint8_t what)
{
	const uint8_t *found = all.len == 0 ? NULL : (const uint8_t *)memchr(all.at, what, all.len);
	return found == NULL ? all.len : (size_t)(found - all.at);
}
static inline struct octets octets_from(struct octets all, size_t start)
{
	return start >= all.len ? octets_make(NULL, 0)
				: octets_make(all.at + start, all.len - start);
}
static inline struct octets octets_cut(struct octets all, size_t len)
{
	return octets_make(all.at, len < all.len ? len : all.len);
}
/* Without blanks and tabs at both ends. */
struct octets octets_trim(struct octets all);
/* Reads a decimal number that fills the view; false on anything else or beyond 2^64-1. */
bool octets_number(struct octets all, uint64_t *number);

/* `cap` is the most octets it may ever hold. Nothing is allocated until the first append. */
void buffer_init(struct buffer *buffer, const struct memory *memory, size_t cap);
/* Wipes, frees, and leaves an empty buffer that may be used again. */
void buffer_free(struct buffer *buffer);
/* Forgets the octets (wiping them) and the failure, keeps the room. */
void buffer_clear(struct buffer *buffer);
bool buffer_append_slowly(struct buffer *buffer, const void *at, size_t len); /* where it grows */
/* With a length that is known where it is called, as of most texts, it is a handful of moves. */
__attribute__((always_inline)) static inline bool buffer_append(
	struct buffer *buffer, const void *at, size_t len)
{
	if (buffer->failed || buffer->room - buffer->len <= len || buffer->cap - buffer->len < len)
		return buffer_append_slowly(buffer, at, len);
	memcpy(buffer->at + buffer->len, at, len);
	buffer->len += len;
	return true;
}
static inline bool buffer_append_octets(struct buffer *buffer, struct octets octets)
{
	return octets.len == 0 ? !buffer->failed : buffer_append(buffer, octets.at, octets.len);
}
__attribute__((always_inline)) static inline bool buffer_append_text(
	struct buffer *buffer, const char *text)
{
	return buffer_append(buffer, text, strlen(text));
}
static inline bool buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
	return buffer_append(buffer, &byte, 1);
}
/* In decimal. */
bool buffer_append_number(struct buffer *buffer, uint64_t number);
bool buffer_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Makes room for `len` more and returns where they go, or NULL; buffer_commit() says how many came.
 */
uint8_t *buffer_reserve_slowly(struct buffer *buffer, size_t len); /* where it grows */
static inline uint8_t *buffer_reserve(struct buffer *buffer, size_t len)
{
	if (buffer->failed || buffer->room - buffer->len <= len || buffer->cap - buffer->len < len)
		return buffer_reserve_slowly(buffer, len);
	return buffer->at + buffer->len;
}
static inline void buffer_commit(struct buffer *buffer, size_t len)
{
	buffer->len += len;
}
/* Drops the first `len` octets. The freed tail is wiped. */
void buffer_consume(struct buffer *buffer, size_t len);
/* Shortens to `len`, wiping the rest. */
void buffer_truncate(struct buffer *buffer, size_t len);
static inline struct octets buffer_octets(const struct buffer *buffer)
{
	return octets_make(buffer->at, buffer->len);
}
/* The octets as a NUL-ended string, lent until the next change; "" after a failure. */
const char *buffer_string(struct buffer *buffer);
static inline bool buffer_failed(const struct buffer *buffer)
{
	return buffer->failed;
}

#endif
