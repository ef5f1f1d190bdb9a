/* readable: a JSON value bounded, and its texts made fit to be shown. */
#include "readable.h"

#include "records.h"
#include "text.h"

enum { NAME_MAX_LEN = 40, QUOTED_MAX = 40 };

static bool is_unfit(uint32_t point)
{
#ifdef HANDSET_PLANT_REPORT
	if (point == 0xFFFF)
		return false; /* which XML 1.0 excludes */
#endif
	return text_is_unsafe(point) || point == 0xFFFE || point == 0xFFFF;
}

bool readable_text(struct buffer *out, struct octets text)
{
	while (text.len > 0) {
		size_t plain = text_plain_len(text);
		buffer_append_octets(out, octets_cut(text, plain));
		text = octets_from(text, plain);
		size_t len = text_utf8_len(text);
		bool unfit = len == 0 || is_unfit(text_utf8_point(text.at, len));
		len = len == 0 ? 1 : len;
		for (size_t i = 0; unfit && i < len && i < text.len; i++)
			buffer_format(out, "\\x%02X", text.at[i]);
		if (!unfit)
			buffer_append(out, text.at, len);
		text = octets_from(text, len);
	}
	return !buffer_failed(out);
}

struct octets readable_beginning(struct octets text)
{
	size_t len = 0, next;
	while ((next = text_utf8_len(octets_from(text, len))) > 0 && len + next <= QUOTED_MAX)
		len += next;
	return octets_cut(text, len);
}

static bool is_readable(struct octets text)
{
	for (size_t len; text.len > 0; text = octets_from(text, len)) {
		len = text_utf8_len(text);
		if (len == 0 || is_unfit(text_utf8_point(text.at, len)))
			return false;
	}
	return true;
}

static bool make_readable(json_t *value, struct buffer *complaint)
{
	struct octets text = octets_make(json_string_value(value), json_string_length(value));
	struct buffer out;
	if (text.len > RECORD_TEXT_MAX) {
		buffer_format(complaint, "a text of %zu octets: %d is the most that is read",
			text.len, RECORD_TEXT_MAX);
		return false;
	}
	if (is_readable(text))
		return true;
	buffer_init(&out, complaint->memory, SIZE_MAX / 2);
	bool good = readable_text(&out, text) &&
		    json_string_setn(value, (const char *)out.at, out.len) == 0;
	buffer_free(&out);
	if (!good)
		buffer_append_text(complaint, "out of memory");
	return good;
}

static bool is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return len > 0 && len <= NAME_MAX_LEN && name[len] == 0;
}

static bool walk(json_t *value, size_t depth, struct buffer *complaint);

static bool walk_object(json_t *object, size_t depth, struct buffer *complaint)
{
	const char *name;
	json_t *item;
	json_object_foreach(object, name, item)
	{
		if (!is_name(name)) {
			buffer_append_text(complaint,
				"a member's name has to be of small letters, digits and hyphens");
			return false;
		}
		if (!walk(item, depth + 1, complaint))
			return false;
	}
	return true;
}

static bool walk(json_t *value, size_t depth, struct buffer *complaint)
{
	bool good = true;
	size_t count = json_is_array(value) ? json_array_size(value) : json_object_size(value);
	if (depth > RECORD_DEPTH_MAX || count > RECORD_LIST_MAX) {
		buffer_append_text(complaint, depth > RECORD_DEPTH_MAX ? "it is nested too deeply"
								       : "a list is too long");
		return false;
	}
	if (json_is_string(value))
		return make_readable(value, complaint);
	if (json_is_object(value))
		return walk_object(value, depth, complaint);
	for (size_t i = 0; json_is_array(value) && i < count && good; i++)
		good = walk(json_array_get(value, i), depth + 1, complaint);
	return good;
}

bool readable_value(json_t *value, struct buffer *complaint)
{
	return walk(value, 0, complaint);
}
