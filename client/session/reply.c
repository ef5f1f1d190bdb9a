/* reply: reads replies from a stream of octets that may be cut anywhere. */
#include "reply.h"

#include <string.h>

#include "text.h"

void reply_reader_init(struct reply_reader *reader, const struct memory *memory)
{
	*reader = (struct reply_reader){0};
	buffer_init(&reader->kept, memory, REPLY_TEXT_KEPT);
	buffer_init(&reader->line, memory, REPLY_LINE_KEPT);
}

void reply_reader_free(struct reply_reader *reader)
{
	buffer_free(&reader->kept);
	buffer_free(&reader->line);
	reader->reply.text = octets_make(NULL, 0);
}

void reply_reader_clear(struct reply_reader *reader)
{
	reader->reply = (struct reply){0};
	if (reader->kept.len > 0 || reader->kept.failed || reader->octet_count > 0) {
		buffer_clear(&reader->kept); /* it may repeat what was said in confidence */
		buffer_clear(&reader->line);
		reader->line_len = reader->line_count = reader->octet_count = 0;
	}
}

void reply_reader_put_text(struct reply_reader *reader, struct octets text)
{
	buffer_clear(&reader->kept);
	buffer_append_octets(&reader->kept, octets_cut(text, reader->kept.cap));
	reader->reply.text = buffer_octets(&reader->kept);
}

bool reply_reader_is_begun(const struct reply_reader *reader)
{
	return reader->octet_count > 0;
}

/* Reads one number of an enhanced code, at most three digits; returns its length, 0 for none. */
static size_t read_number(struct octets in, int *number)
{
	size_t len = 0;
	*number = 0;
	while (len < in.len && len < 3 && in.at[len] >= '0' && in.at[len] <= '9')
		*number = *number * 10 + (in.at[len++] - '0');
	return len;
}

/* Reads "5.7.1" at the front; returns its length, 0 where there is none (RFC 2034 4). */
static size_t read_enhanced(struct octets in, int enhanced[3])
{
	size_t at = 0;
	/* most lines have none, and most codes three digits */
	if (in.len < 5 || in.at[1] != '.' || !octet_is_digit(in.at[0]))
		return 0;
	if (in.len > 5 && in.at[3] == '.' && in.at[5] == ' ' && octet_is_digit(in.at[2]) &&
		octet_is_digit(in.at[4])) {
		for (size_t i = 0; i < 3; i++)
			enhanced[i] = in.at[2 * i] - '0';
		return enhanced[0] == 2 || enhanced[0] == 4 || enhanced[0] == 5 ? 5 : 0;
	}
	for (int i = 0; i < 3; i++) {
		if (i > 0 && (at >= in.len || in.at[at++] != '.'))
			return 0;
		size_t len = read_number(octets_from(in, at), &enhanced[i]);
		if (len == 0)
			return 0;
		at += len;
	}
	bool ends = at == in.len || in.at[at] == ' ' || in.at[at] == ')';
	return ends && (enhanced[0] == 2 || enhanced[0] == 4 || enhanced[0] == 5) ? at : 0;
}

/* The enhanced code of a line, in front or, as some servers have it, as "(#5.7.1)" behind. */
static bool find_enhanced(const struct reply *reply, struct octets line, int found[3])
{
	size_t len = read_enhanced(line, found);
	for (size_t i = 0; len == 0 && (i += octets_find(octets_from(line, i), '(')) < line.len;
		i++) {
		if (i + 1 < line.len && line.at[i + 1] == '#')
			len = read_enhanced(octets_from(line, i + 2), found);
	}
	return len != 0 && found[0] == reply->class;
}

bool reply_enhanced(const struct reply *reply, int enhanced[3])
{
	struct octets line;
	for (size_t i = 0; reply_line(reply, i, &line); i++) {
		if (find_enhanced(reply, line, enhanced))
			return true;
	}
	enhanced[0] = enhanced[1] = enhanced[2] = 0;
	return false;
}

/* The three digits at the front; false where there is something else. */
static bool read_code(struct reply *reply, struct octets line)
{
	if (line.len < 3)
		return false;
	/* less than '0' wraps around */
	unsigned int first = line.at[0] - '2' + 0U, second = line.at[1] - '0' + 0U,
		     third = line.at[2] - '0' + 0U;
	if (first > '5' - '2' || second > 9 || third > 9)
		return false;
	reply->class = (int)first + 2;
	reply->code = reply->class * 100 + (int)(second * 10 + third);
	return true;
}

/* Keeps a line's text behind those before it, as far as there is room. */
static bool keep_text(struct reply_reader *reader, struct octets text)
{
	struct buffer *kept = &reader->kept;
	if (kept->cap - kept->len < text.len + 1)
		return true;
	if (reader->line_count > 0)
		buffer_append_byte(kept, '\n');
	return buffer_append_octets(kept, text) && !buffer_failed(kept);
}

/* A line is complete, without its LF: what is it? */
static enum reply_state take_line(struct reply_reader *reader, struct octets line)
{
	if (line.len > 0 && line.at[line.len - 1] == '\r' && line.len == reader->line_len)
		line.len--;
#ifndef HANDSET_PLANT_REPLY
	int before = reader->reply.code;
#endif
	bool more = line.len > 3 && line.at[3] == '-';
	if (!read_code(&reader->reply, line) || (line.len > 3 && line.at[3] != ' ' && !more))
		return REPLY_BROKEN;
#ifndef HANDSET_PLANT_REPLY
	if (reader->line_count > 0 && reader->reply.code != before)
		return REPLY_BROKEN;
#endif
	if (!keep_text(reader, octets_from(line, 4)))
		return REPLY_MEMORY;
	reader->reply.text = buffer_octets(&reader->kept);
	reader->line_count++;
	reader->line_len = 0;
	buffer_clear(&reader->line);
	if (more && reader->line_count >= REPLY_LINES_MAX)
		return REPLY_BROKEN;
	return more ? REPLY_MORE : REPLY_DONE;
}

static bool is_too_long(struct reply_reader *reader, struct octets part)
{
	reader->line_len += part.len;
	reader->octet_count += part.len;
	return reader->line_len > REPLY_LINE_MAX || reader->octet_count > REPLY_OCTETS_MAX;
}

/* Keeps octets of a line that is not complete, dropping what passes the limit. */
static enum reply_state keep_part(struct reply_reader *reader, struct octets part)
{
	size_t room = reader->line.cap - reader->line.len;
	return buffer_append_octets(&reader->line, octets_cut(part, room)) ? REPLY_MORE
									   : REPLY_MEMORY;
}

/*
 * Most replies are one line and come whole: they stay where they lie. False: no such one, or
 * something is wrong with it, which is found on the long way.
 */
static bool read_one_line(struct reply_reader *reader, struct octets in, size_t *used)
{
	if (in.len < 6 || in.at[3] != ' ' || !read_code(&reader->reply, in))
		return false;
	const uint8_t *end = memchr(in.at + 4, '\n', in.len - 4);
	if (end == NULL || (size_t)(end - in.at) > REPLY_LINE_KEPT)
		return false;
	*used = (size_t)(end - in.at) + 1;
	size_t len = *used - 5;
	len -= len > 0 && end[-1] == '\r';
	reader->reply.text = octets_make(in.at + 4, len);
	return true;
}

enum reply_state reply_reader_feed(struct reply_reader *reader, struct octets in, size_t *used)
{
	enum reply_state state = REPLY_MORE;
	*used = 0;
	if (reader->octet_count == 0 && read_one_line(reader, in, used))
		return REPLY_DONE;
	while (state == REPLY_MORE && *used < in.len) {
		struct octets rest = octets_from(in, *used);
		size_t len = octets_find(rest, '\n');
		struct octets part = octets_cut(rest, len);
		bool begun = reader->line_len > 0;
		*used += len;
		if (is_too_long(reader, part))
			return REPLY_BROKEN;
		if (begun || len == rest.len)
			state = keep_part(reader, part);
		if (state != REPLY_MORE || len == rest.len)
			break;
		++*used;
		++reader->octet_count;
		state = take_line(reader,
			begun ? buffer_octets(&reader->line) : octets_cut(part, REPLY_LINE_KEPT));
	}
	return state;
}

bool reply_line(const struct reply *reply, size_t index, struct octets *line)
{
	struct octets rest = reply->text;
	for (;;) {
		size_t len = octets_find(rest, '\n');
		if (index == 0) {
			*line = octets_cut(rest, len);
			return true;
		}
		if (len == rest.len)
			return false;
		rest = octets_from(rest, len + 1);
		index--;
	}
}

/* Length of the line's own code at its front, which is not shown. */
static size_t code_len(const struct reply *reply, struct octets line, int enhanced[3])
{
	size_t len = read_enhanced(line, enhanced);
	return len != 0 && enhanced[0] == reply->class ? len : 0;
}

bool reply_shows_as(const struct reply *reply, int enhanced[3], struct octets *line)
{
	size_t len = code_len(reply, reply->text, enhanced);
	*line = octets_trim(octets_from(reply->text, len));
	if (text_plain_len(*line) < line->len)
		return false;
	if (len == 0)
		reply_enhanced(reply, enhanced);
	return true;
}

bool reply_show(const struct reply *reply, struct buffer *out)
{
	struct octets line;
	int enhanced[3];
	for (size_t i = 0; reply_line(reply, i, &line); i++) {
		if (i > 0)
			buffer_append_byte(out, '\n');
		text_escape(out, octets_trim(octets_from(line, code_len(reply, line, enhanced))));
	}
	return !buffer_failed(out);
}
