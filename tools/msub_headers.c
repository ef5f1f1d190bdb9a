/* headers: lines to fields, fields to an envelope. */
#include "msub_headers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The length of the line at `text` with its end, CR LF, LF or CR. */
static size_t line_len(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			return i + 1;
		if (text[i] == '\r')
			return i + 1 + (i + 1 < len && text[i + 1] == '\n');
	}
	return len;
}

static bool is_empty(const char *line, size_t len)
{
	return len == 0 || line[0] == '\n' || line[0] == '\r';
}

size_t headers_end(const char *text, size_t len, bool more)
{
	if (more && len > 0 && text[len - 1] == '\r')
		len--;
	for (size_t at = 0; at < len;) {
		size_t line = line_len(text + at, len - at);
		if (is_empty(text + at, line))
			return at + line;
		at += line;
	}
	return 0;
}

/* A field's name is printable ASCII (RFC 5322 2.2); blanks may follow it (section 4.5). */
static bool begin_field(const char *text, size_t start, size_t line, struct header_field *field)
{
	size_t name = 0, colon;
	while (name < line && text[start + name] > ' ' && text[start + name] < 0x7F &&
		text[start + name] != ':')
		name++;
	colon = name;
	while (colon < line && (text[start + colon] == ' ' || text[start + colon] == '\t'))
		colon++;
	if (name == 0 || colon == line || text[start + colon] != ':')
		return false;
	*field = (struct header_field){
		.start = start, .name_len = name, .value = start + colon + 1, .end = start + line};
	return true;
}

static bool add_field(struct headers *headers, const struct header_field *field)
{
	/* Room doubles at each power of two. */
	if ((headers->count & (headers->count - 1)) == 0) {
		size_t room = headers->count == 0 ? 1 : 2 * headers->count;
		struct header_field *fields = realloc(headers->fields, room * sizeof *fields);
		if (fields == NULL)
			return false;
		headers->fields = fields;
	}
	headers->fields[headers->count++] = *field;
	return true;
}

bool headers_read(struct headers *headers, const char *text, size_t len)
{
	size_t end = headers_end(text, len, false), number = 0;
	bool in_field = false;
	*headers = (struct headers){.text = text, .len = end == 0 ? len : end, .ended = end != 0};
	for (size_t at = 0; at < headers->len;) {
		size_t line = line_len(text + at, headers->len - at);
		struct header_field field;
		number++;
		if (is_empty(text + at, line))
			break;
		if ((text[at] == ' ' || text[at] == '\t') && in_field) {
			headers->fields[headers->count - 1].end = at + line;
		} else if (begin_field(text, at, line, &field)) {
			in_field = true;
			if (!add_field(headers, &field))
				return false;
		} else {
			in_field = false;
			if (headers->odd_line == 0)
				headers->odd_line = number;
		}
		at += line;
	}
	return true;
}

void headers_free(struct headers *headers)
{
	free(headers->fields);
	*headers = (struct headers){0};
}

bool headers_is_named(
	const struct headers *headers, const struct header_field *field, const char *name)
{
	return field->name_len == strlen(name) &&
	       strncasecmp(headers->text + field->start, name, field->name_len) == 0;
}

static bool is_resent(const struct headers *headers, const struct header_field *field)
{
	return field->name_len > 7 && strncasecmp(headers->text + field->start, "Resent-", 7) == 0;
}

/* The fields that speak of this sending: the first run of Resent- fields, or all of them. */
static bool find_block(const struct headers *headers, size_t *first, size_t *behind)
{
	size_t at = 0;
	while (at < headers->count && !is_resent(headers, &headers->fields[at]))
		at++;
	bool resent = at < headers->count;
	*first = resent ? at : 0;
	while (at < headers->count && is_resent(headers, &headers->fields[at]))
		at++;
	*behind = at;
	return resent;
}

/* Adds the addresses of the fields of a block that have one of the names. */
static enum addresses_result add_block(const struct headers *headers, const char *const *names,
	const char *const *resent_names, struct addresses *addresses,
	const struct header_field **bad)
{
	size_t first, behind;
	if (find_block(headers, &first, &behind))
		names = resent_names;
	for (size_t i = first; i < behind; i++) {
		const struct header_field *field = &headers->fields[i];
		enum addresses_result result = ADDRESSES_TAKEN;
		for (size_t n = 0; names[n] != NULL; n++) {
			if (headers_is_named(headers, field, names[n]))
				result = addresses_add(addresses, headers->text + field->value,
					field->end - field->value);
		}
		if (result != ADDRESSES_TAKEN) {
			*bad = field;
			return result;
		}
	}
	return ADDRESSES_TAKEN;
}

enum addresses_result headers_recipients(const struct headers *headers, struct addresses *addresses,
	const struct header_field **field)
{
	static const char *const names[] = {"To", "Cc", "Bcc", NULL};
	static const char *const resent[] = {"Resent-To", "Resent-Cc", "Resent-Bcc", NULL};
	return add_block(headers, names, resent, addresses, field);
}

enum addresses_result headers_authors(const struct headers *headers, struct addresses *addresses,
	const struct header_field **field)
{
	static const char *const names[] = {"From", NULL};
	static const char *const resent[] = {"Resent-From", NULL};
	return add_block(headers, names, resent, addresses, field);
}
