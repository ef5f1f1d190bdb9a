/* complaint: file, line, column, the message, the line itself, and a caret under the place. */
#include "complaint.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

/* A line longer than this is shown in part: 256 KiB may be one line. */
enum { LINE_SHOWN = 160, BEFORE_SHOWN = 80, MESSAGE_ROOM = 1024 };

size_t place_line(struct octets text, size_t at)
{
	size_t line = 1;
	for (size_t i = 0; i < at && i < text.len; i++)
		line += text.at[i] == '\n';
	return line;
}

static bool is_inside_character(struct octets text, size_t at)
{
	return at < text.len && (text.at[at] & 0xC0) == 0x80;
}

/* Characters, or octets where it is no UTF-8; what a caret has to be moved by. */
static size_t width(struct octets text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++)
		count += !is_inside_character(text, i);
	return count;
}

static struct octets line_around(struct octets text, size_t at)
{
	size_t start = at, end = at;
	while (start > 0 && text.at[start - 1] != '\n')
		start--;
	while (end < text.len && text.at[end] != '\n' && text.at[end] != '\r')
		end++;
	return octets_make(text.at + start, end - start);
}

/* Escapes, so that what stands on the screen has the width that is counted. */
static size_t show(struct buffer *out, struct octets text)
{
	size_t before = out->len;
	for (size_t i = 0; i < text.len; i++) {
		size_t end = i + 1;
		while (is_inside_character(text, end))
			end++;
		if (text.at[i] == '\t' || text.at[i] == '\\')
			buffer_append_byte(out, text.at[i] == '\t' ? ' ' : '\\');
		else
			text_escape(out, octets_make(text.at + i, end - i));
		i = end - 1;
	}
	return buffer_failed(out) ? 0 : width(octets_make(out->at + before, out->len - before));
}

static void show_line(struct complaints *complaints, struct octets line, size_t at, size_t len)
{
	size_t start = line.len > LINE_SHOWN && at > BEFORE_SHOWN ? at - BEFORE_SHOWN : 0;
	while (start > 0 && is_inside_character(line, start))
		start--;
	size_t end = line.len - start > LINE_SHOWN ? start + LINE_SHOWN : line.len;
	while (end < line.len && is_inside_character(line, end))
		end++;
	size_t last = at + len < end ? at + len : end;
	buffer_append_text(complaints->out, "  ");
	size_t indent = show(complaints->out, octets_make(line.at + start, at - start));
	size_t marked = show(complaints->out, octets_make(line.at + at, last - at));
	show(complaints->out, octets_make(line.at + last, end - last));
	buffer_append_text(complaints->out, "\n  ");
	for (size_t i = 0; i < indent; i++)
		buffer_append_byte(complaints->out, ' ');
	buffer_append_byte(complaints->out, '^');
	for (size_t i = 1; i < marked; i++)
		buffer_append_byte(complaints->out, '~');
	buffer_append_byte(complaints->out, '\n');
}

/* Counts; false where enough has been shown. */
static bool is_shown(struct complaints *complaints)
{
	complaints->count++;
	if (complaints->count == COMPLAINTS_SHOWN + 1)
		buffer_append_text(complaints->out, "and more; 20 are shown\n");
	return complaints->count <= COMPLAINTS_SHOWN;
}

static void note(struct complaints *complaints, size_t at, size_t start)
{
	if (complaints->shown_count == COMPLAINTS_SHOWN)
		return;
	size_t index = complaints->shown_count++;
	complaints->shown[index].at = at;
	complaints->shown[index].start = start;
	complaints->shown[index].len = complaints->out->len - start;
}

void complain(struct complaints *complaints, struct location place, const char *format, ...)
{
	if (!is_shown(complaints))
		return;
	char message[MESSAGE_ROOM];
	size_t start = complaints->out->len;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	size_t at = place.at < complaints->text.len ? place.at : complaints->text.len;
	struct octets line = line_around(complaints->text, at);
	size_t column =
		complaints->text.len == 0 ? 0 : (size_t)(complaints->text.at + at - line.at);
	column = column < line.len ? column : line.len;
	buffer_format(complaints->out, "%s:%zu:%zu: error: ", complaints->file,
		place_line(complaints->text, at), width(octets_cut(line, column)) + 1);
	show(complaints->out, octets_of(message));
	buffer_append_byte(complaints->out, '\n');
	show_line(complaints, line, column, place.len);
	note(complaints, at, start);
}

void complain_of_file(struct complaints *complaints, const char *format, ...)
{
	if (!is_shown(complaints))
		return;
	char message[MESSAGE_ROOM];
	size_t start = complaints->out->len;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	buffer_format(complaints->out, "%s: error: ", complaints->file);
	show(complaints->out, octets_of(message));
	buffer_append_byte(complaints->out, '\n');
	note(complaints, 0, start);
}

/* Each message's place among the others: by its place in the text, then as they came. */
static void rank(const struct complaints *complaints, size_t order[COMPLAINTS_SHOWN])
{
	for (size_t i = 0; i < complaints->shown_count; i++) {
		size_t at = i;
		for (; at > 0 && complaints->shown[order[at - 1]].at > complaints->shown[i].at;
			at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

void complaints_sort(struct complaints *complaints)
{
	struct buffer *out = complaints->out, sorted;
	size_t order[COMPLAINTS_SHOWN], count = complaints->shown_count;
	if (count < 2 || buffer_failed(out))
		return;
	size_t start = complaints->shown[0].start;
	struct complaints old = *complaints;
	buffer_init(&sorted, out->memory, out->len);
	rank(complaints, order);
	for (size_t i = 0; i < count; i++) {
		complaints->shown[i] = old.shown[order[i]];
		buffer_append(
			&sorted, out->at + complaints->shown[i].start, complaints->shown[i].len);
		complaints->shown[i].start = start + sorted.len - complaints->shown[i].len;
	}
	if (buffer_failed(&sorted))
		*complaints = old;
	else
		memcpy(out->at + start, sorted.at, sorted.len); /* what stands behind stays there */
	buffer_free(&sorted);
}
