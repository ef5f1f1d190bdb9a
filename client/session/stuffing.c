/* stuffing: line ends and dots. */
#include "stuffing.h"

#include <string.h>

void stuffing_begin(struct stuffing *body)
{
	*body = (struct stuffing){.line_start = true};
}

static void end_line(struct stuffing *body, struct buffer *out)
{
	body->seen.size += 2;
	body->line_start = true;
	body->line_len = 0;
	if (out != NULL)
		buffer_append(out, "\r\n", 2);
}

/* An octet above 127? Written so that compilers look at many octets at once. */
static bool holds_eight_bit(struct octets in)
{
	uint8_t all = 0;
	for (size_t i = 0; i < in.len; i++)
		all |= in.at[i];
	return (all & 0x80) != 0;
}

/* A part of a line, without CR and LF. */
static void take_text(struct stuffing *body, struct octets text, struct buffer *out)
{
	if (text.len == 0)
		return;
	body->seen.repaired |= body->after_cr; /* the CR before it was bare */
	if (out != NULL) {
		if (body->line_start && text.at[0] == '.')
			buffer_append_byte(out, '.');
		buffer_append_octets(out, text);
	}
	body->line_start = body->after_cr = false;
	body->line_len += text.len;
	body->seen.size += text.len;
	body->seen.long_line |= body->line_len > STUFFING_LINE_MAX;
	body->seen.eight_bit = body->seen.eight_bit || holds_eight_bit(text);
	body->seen.nul = body->seen.nul || octets_find(text, 0) != text.len;
}

/* A CR is an end of line at once; an LF behind it belongs to it. */
static void take_end(struct stuffing *body, uint8_t octet, struct buffer *out)
{
	if (octet == '\n' && body->after_cr) {
		body->after_cr = false;
		return;
	}
	body->seen.repaired |= octet == '\n' || body->after_cr;
	body->after_cr = octet == '\r';
	end_line(body, out);
}

void stuffing_feed(struct stuffing *body, struct octets in, struct buffer *out)
{
	size_t at = 0, line_feed = octets_find(in, '\n');
	while (at < in.len) {
		if (line_feed < at)
			line_feed = at + octets_find(octets_from(in, at), '\n');
		struct octets rest = octets_make(in.at + at, line_feed - at);
		size_t len = octets_find(rest, '\r');
		take_text(body, octets_cut(rest, len), out);
		at += len;
		if (at < in.len)
			take_end(body, in.at[at++], out);
	}
}

void stuffing_end(struct stuffing *body, struct buffer *out)
{
	body->seen.repaired |= body->after_cr || !body->line_start;
	if (!body->line_start)
		end_line(body, out);
	if (out != NULL)
		buffer_append(out, ".\r\n", 3);
}
