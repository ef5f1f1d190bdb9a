/* reply: reads replies from a stream of octets that may be cut anywhere. */
#include "reply.h"

#include <string.h>

#include "text.h"

void reply_reader_init(struct reply_reader *reader, const struct memory *memory)
{
	*reader = (struct reply_reader){0};
	buffer_init(&reader->reply.text, memory, REPLY_TEXT_KEPT);
	buffer_init(&reader->line, memory, REPLY_LINE_KEPT);
}

void reply_reader_free(struct reply_reader *reader)
{
	buffer_free(&reader->reply.text);
	buffer_free(&reader->line);
}

void reply_reader_clear(struct reply_reader *reader)
{
	/* a refusal may repeat what was said in confidence; that is wiped, the rest forgotten */
	if (reader->reply.code >= 300 || buffer_failed(&reader->reply.text))
		buffer_clear(&reader->reply.text);
	reader->reply.text.len = 0;
	buffer_clear(&reader->line);
	reader->reply.code = 0;
	memset(reader->reply.enhanced, 0, sizeof reader->reply.enhanced);
	reader->line_len = reader->line_count = reader->octet_count = 0;
}

bool reply_reader_is_begun(const struct reply_reader *reader)
{
	return reader->octet_count > 0;
}

int reply_class(const struct reply *reply)
{
	return reply->code / 100;
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
	if (in.at[3] == '.' && octet_is_digit(in.at[2]) && octet_is_digit(in.at[4]) && in.len > 5 &&
		in.at[5] == ' ') {
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
static void find_enhanced(struct reply *reply, struct octets line)
{
	int found[3];
	size_t len = read_enhanced(line, found);
	for (size_t i = 0; len == 0 && (i += octets_find(octets_from(line, i), '(')) < line.len;
		i++) {
		if (i + 1 < line.len && line.at[i + 1] == '#')
			len = read_enhanced(octets_from(line, i + 2), found);
	}
	if (len != 0 && found[0] == reply_class(reply))
		memcpy(reply->enhanced, found, sizeof found);
}

/* The three digits at the front, or 0. */
static int read_code(struct octets line)
{
	if (line.len < 3)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (line.at[i] < '0' || line.at[i] > '9')
			return 0;
	}
	int code = (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 + (line.at[2] - '0');
	return code >= 200 && code <= 599 ? code : 0;
}

/* Keeps a line's text behind those before it, as far as there is room. */
static bool keep_text(struct reply_reader *reader, struct octets text)
{
	struct buffer *kept = &reader->reply.text;
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
	int code = read_code(line);
	bool more = line.len > 3 && line.at[3] == '-';
	if (code == 0 || (line.len > 3 && line.at[3] != ' ' && !more))
		return REPLY_BROKEN;
#ifndef HANDSET_PLANT_REPLY
	if (reader->line_count > 0 && code != reader->reply.code)
		return REPLY_BROKEN;
#endif
	reader->reply.code = code;
	line = octets_from(line, 4);
	if (!keep_text(reader, line))
		return REPLY_MEMORY;
	if (reader->reply.enhanced[0] == 0)
		find_enhanced(&reader->reply, line);
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

/* Most replies are one line and come whole: read where they lie, in one go. False: no such one. */
static bool read_one_line(struct reply_reader *reader, struct octets in, size_t *used)
{
	size_t len = octets_find(in, '\n');
	if (len < 5 || len == in.len || len > REPLY_LINE_KEPT || in.at[3] != ' ')
		return false;
	struct octets line = octets_make(in.at, in.at[len - 1] == '\r' ? len - 1 : len);
	reader->reply.code = read_code(line);
	line = octets_from(line, 4);
	if (reader->reply.code == 0 || !buffer_append_octets(&reader->reply.text, line))
		return false; /* what is wrong with it is found on the long way */
	find_enhanced(&reader->reply, line);
	*used = len + 1;
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
	struct octets rest = buffer_octets(&reply->text);
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

bool reply_shows_as(const struct reply *reply, struct octets *line)
{
	int enhanced[3];
	struct octets text = buffer_octets(&reply->text);
	size_t len = reply->enhanced[0] == 0 ? 0 : read_enhanced(text, enhanced);
	*line = octets_trim(octets_from(text, len));
	return text_plain_len(*line) == line->len;
}

bool reply_show(const struct reply *reply, struct buffer *out)
{
	struct octets line;
	for (size_t i = 0; reply_line(reply, i, &line); i++) {
		int enhanced[3];
		size_t len = reply->enhanced[0] == 0 ? 0 : read_enhanced(line, enhanced);
		if (i > 0)
			buffer_append_byte(out, '\n');
		text_escape(out, octets_trim(octets_from(line, len)));
	}
	return !buffer_failed(out);
}
