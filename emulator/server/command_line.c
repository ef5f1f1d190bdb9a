/* command_line: command lines from octets; RFC 5321 2.3.8 and 4.5.3.1. */
#include "command_line.h"

void command_line_begin(struct command_line *line, const struct memory *memory)
{
	*line = (struct command_line){.len = 0};
	buffer_init(&line->text, memory, COMMAND_LINE_KEPT);
}

void command_line_end(struct command_line *line)
{
	buffer_free(&line->text);
}

/* A buffer that failed for want of memory stays failed until the line is cleared. */
static void keep(struct command_line *line, struct octets octets)
{
	size_t room = COMMAND_LINE_KEPT - line->text.len;
	buffer_append_octets(&line->text, octets_cut(octets, room));
}

static void finish(struct command_line *line, bool after_cr)
{
	struct octets text = buffer_octets(&line->text);
	if (after_cr && text.len > 0 && text.at[text.len - 1] == '\r' && line->len <= text.len + 1)
		buffer_truncate(&line->text, text.len - 1);
	line->bare_lf = !after_cr;
}

size_t command_line_take(struct command_line *line, struct octets in, bool *complete)
{
	size_t end = octets_find(in, '\n');
	struct octets part = octets_cut(in, end);
	*complete = end < in.len;
	keep(line, part);
	if (part.len > 0)
		line->after_cr = part.at[part.len - 1] == '\r';
	line->len += part.len + (*complete ? 1 : 0);
	if (*complete)
		finish(line, line->after_cr);
	return part.len + (*complete ? 1 : 0);
}

void command_line_stop_at_cr(struct command_line *line)
{
	line->len++;
	finish(line, true);
}

void command_line_clear(struct command_line *line)
{
	buffer_clear(&line->text);
	line->len = 0;
	line->after_cr = line->bare_lf = line->early = false;
}
