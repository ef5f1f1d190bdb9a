/* octets: views without copies, and the buffer that wipes whatever it gives back. */
#include "octets.h"

#include <stdio.h>
#include <string.h>

bool octets_equal(struct octets a, struct octets b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

bool octets_equal_nocase(struct octets a, struct octets b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	}
	return true;
}

bool octets_start_nocase(struct octets all, const char *start)
{
	size_t len = strlen(start);
	return all.len >= len && octets_equal_nocase(octets_cut(all, len), octets_of(start));
}

bool octets_contain(struct octets all, const char *set)
{
	for (; *set != 0; set++) {
		if (octets_find(all, (uint8_t)*set) < all.len)
			return true;
	}
	return false;
}

bool octets_are_ascii(struct octets all)
{
	uint8_t seen = 0;
	for (size_t i = 0; i < all.len; i++)
		seen |= all.at[i];
	return seen < 0x80;
}

static size_t find(
	struct octets all, struct octets what, bool (*equal)(struct octets, struct octets))
{
	for (size_t i = 0; i + what.len <= all.len; i++) {
		if (equal(octets_make(all.at + i, what.len), what))
			return i;
	}
	return all.len;
}

size_t octets_find_text(struct octets all, struct octets what)
{
	return find(all, what, octets_equal);
}

size_t octets_find_nocase(struct octets all, struct octets what)
{
	return find(all, what, octets_equal_nocase);
}

struct octets octets_trim(struct octets all)
{
	while (all.len > 0 && octet_is_blank(all.at[0]))
		all = octets_make(all.at + 1, all.len - 1);
	while (all.len > 0 && octet_is_blank(all.at[all.len - 1]))
		all.len--;
	return all;
}

bool octets_number(struct octets all, uint64_t *number)
{
	uint64_t value = 0;
	if (all.len == 0)
		return false;
	for (size_t i = 0; i < all.len; i++) {
		if (all.at[i] < '0' || all.at[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(all.at[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

void buffer_init(struct buffer *buffer, const struct memory *memory, size_t cap)
{
	*buffer = (struct buffer){.memory = memory, .cap = cap};
}

void buffer_free(struct buffer *buffer)
{
	if (buffer->at != NULL) {
		memory_wipe(buffer->at, buffer->room);
		memory_free(buffer->memory, buffer->at, buffer->room);
	}
	buffer_init(buffer, buffer->memory, buffer->cap);
}

void buffer_clear(struct buffer *buffer)
{
	if (buffer->len > 0)
		buffer_truncate(buffer, 0);
	buffer->failed = false;
}

/* Moves to a larger room by hand, since realloc() would leave the old octets unwiped. */
static bool grow(struct buffer *buffer, size_t room)
{
	uint8_t *fresh = memory_resize(buffer->memory, NULL, 0, room);
	if (fresh == NULL)
		return false;
	if (buffer->at != NULL) {
		memcpy(fresh, buffer->at, buffer->len);
		memory_wipe(buffer->at, buffer->len);
		memory_free(buffer->memory, buffer->at, buffer->room);
	}
	buffer->at = fresh;
	buffer->room = room;
	return true;
}

uint8_t *buffer_reserve_slowly(struct buffer *buffer, size_t len)
{
	if (buffer->failed || len > buffer->cap - buffer->len) {
		buffer->failed = true;
		return NULL;
	}
	size_t need = buffer->len + len + 1; /* one more for the NUL of buffer_string() */
	if (need > buffer->room) {
		size_t room = buffer->room < 64 ? 64 : buffer->room;
		while (room < need)
			room = room > SIZE_MAX / 2 ? need : room * 2;
		if (!grow(buffer, room)) {
			buffer->failed = true;
			return NULL;
		}
	}
	return buffer->at + buffer->len;
}

bool buffer_append_slowly(struct buffer *buffer, const void *at, size_t len)
{
	uint8_t *room = buffer_reserve(buffer, len);
	if (room == NULL)
		return false;
	if (len != 0)
		memcpy(room, at, len);
	buffer_commit(buffer, len);
	return true;
}

bool buffer_append_number(struct buffer *buffer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return buffer_append(buffer, digits + at, sizeof digits - at);
}

bool buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0) {
		buffer->failed = true;
		return false;
	}
	uint8_t *room = buffer_reserve(buffer, (size_t)len);
	if (room == NULL)
		return false;
	va_start(arguments, format);
	vsnprintf((char *)room, (size_t)len + 1, format, arguments);
	va_end(arguments);
	buffer_commit(buffer, (size_t)len);
	return true;
}

void buffer_consume(struct buffer *buffer, size_t len)
{
	if (len == 0)
		return;
	if (len < buffer->len)
		memmove(buffer->at, buffer->at + len, buffer->len - len);
	buffer_truncate(buffer, len < buffer->len ? buffer->len - len : 0);
}

void buffer_truncate(struct buffer *buffer, size_t len)
{
	if (len >= buffer->len)
		return;
	memory_wipe(buffer->at + len, buffer->len - len);
	buffer->len = len;
}

const char *buffer_string(struct buffer *buffer)
{
	if (buffer->failed || buffer->at == NULL)
		return "";
	buffer->at[buffer->len] = 0;
	return (const char *)buffer->at;
}
