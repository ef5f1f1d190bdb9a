/* plain_text: line ends, wrapped lines, and what fits where. */
#include "plain_text.h"

#include "text.h"

enum { MAX_LINE_LEN = 998, WRAP_LEN = 78 };

/* What an editor holds where people see the end of a line, and what it holds against one. */
static const struct {
	uint32_t point;
	bool is_blank;
	const char *as;
} codes[] = {
	{0x000c, false, "\r\n"},
	{0x2028, false, "\r\n"},
	{0x2029, false, "\r\n"},
	{0x00a0, true, " "},
	{0x2011, true, "-"},
};

static const char *code_of(uint32_t point, bool plain_blanks)
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (codes[i].point == point && (!codes[i].is_blank || plain_blanks))
			return codes[i].as;
	}
	return NULL;
}

bool plain_text_append(struct buffer *out, struct octets typed, bool plain_blanks)
{
	while (typed.len > 0 && !buffer_failed(out)) {
		size_t len = text_utf8_len(typed);
		uint32_t point = len == 0 ? UINT32_MAX : text_utf8_point(typed.at, len);
		const char *as = code_of(point, plain_blanks);
		if (len == 0)
			len = 1; /* no UTF-8: the charset's concern */
		if (point == '\r' || point == '\n') {
			buffer_append_text(out, "\r\n");
			len = point == '\r' && typed.len > 1 && typed.at[1] == '\n' ? 2 : 1;
		} else if (as != NULL) {
			buffer_append_text(out, as);
		} else {
			buffer_append_octets(out, octets_cut(typed, len));
		}
		typed = octets_from(typed, len);
	}
	return !buffer_failed(out);
}

size_t plain_text_line_len(struct octets text)
{
	size_t end = octets_find_text(text, octets_of("\r\n"));
	return end < text.len ? end + 2 : text.len;
}

bool plain_text_finish(struct buffer *out, struct octets text)
{
	bool ended =
		text.len >= 2 && text.at[text.len - 2] == '\r' && text.at[text.len - 1] == '\n';
	return text.len == 0 || ended ? !buffer_failed(out) : buffer_append_text(out, "\r\n");
}

/* How much of a line, which has no end any more, stands before the break; 0: it fits. */
static size_t break_at(struct octets line, bool *at_blank)
{
	size_t characters = 0, blank = 0, i = 0;
	*at_blank = false;
	while (i < line.len && characters <= WRAP_LEN) {
		if (octet_is_blank(line.at[i]) && i > 0) {
			*at_blank = true;
			blank = i;
		}
		if (characters == WRAP_LEN)
			break;
		size_t len = text_utf8_len(octets_from(line, i));
		characters += line.at[i] != 0;
		i += len == 0 ? 1 : len;
	}
	if (i == line.len)
		return 0;
	return *at_blank ? blank : i;
}

/* A NUL has no place in raw text (RFC 5322 2.2), and nothing that could say it. */
static void append_without_nul(struct buffer *out, struct octets text)
{
	while (text.len > 0) {
		size_t len = octets_find(text, 0);
		buffer_append_octets(out, octets_cut(text, len));
		text = octets_from(text, len + 1);
	}
}

static void wrap_line(struct buffer *out, struct octets line)
{
	do {
		bool at_blank = false;
		size_t taken = break_at(line, &at_blank);
		append_without_nul(out, taken > 0 ? octets_cut(line, taken) : line);
		buffer_append_text(out, "\r\n");
		line = taken > 0 ? octets_from(line, taken + at_blank) : octets_make(NULL, 0);
	} while (line.len > 0 && !buffer_failed(out));
}

bool plain_text_wrap(struct buffer *out, struct octets text)
{
	while (text.len > 0 && !buffer_failed(out)) {
		size_t whole = plain_text_line_len(text);
		struct octets line = octets_cut(text, whole);
		if (whole >= 2 && line.at[whole - 2] == '\r' && line.at[whole - 1] == '\n')
			line.len -= 2;
		wrap_line(out, line);
		text = octets_from(text, whole);
	}
	return !buffer_failed(out);
}

static bool fits(struct octets text, bool eight_bits)
{
	size_t line = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i];
		line = octet == '\n' ? 0 : line + (octet != '\r');
		if (octet == 0 || (octet >= 0x80 && !eight_bits) || line > MAX_LINE_LEN)
			return false;
	}
	return true;
}

bool plain_text_fits_7bit(struct octets text)
{
	return fits(text, false);
}

bool plain_text_fits_8bit(struct octets text)
{
	return fits(text, true);
}
