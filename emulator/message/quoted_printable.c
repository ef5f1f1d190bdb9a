/* quoted_printable: the strict encoder and the word-wise one. */
#include "quoted_printable.h"

enum { LINE_MAX_LEN = 76, WINDOW = 79 };

static bool is_literal(uint8_t octet)
{
	return octet >= ' ' && octet <= '~' && octet != '=';
}

static bool is_line_end(struct octets text, size_t at)
{
	return at + 1 < text.len && text.at[at] == '\r' && text.at[at + 1] == '\n';
}

static void append_hex(struct buffer *out, uint8_t octet)
{
	buffer_format(out, "=%02X", octet);
}

static size_t cost_of(uint8_t octet)
{
	return is_literal(octet) ? 1 : 3;
}

bool quoted_printable_strict(struct buffer *out, struct octets text)
{
	size_t written = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (is_line_end(text, i)) {
			buffer_append_text(out, "\r\n");
			written = 0;
			i++;
			continue;
		}
		/* a blank at the end of a line would be taken off on the way */
		bool last = i + 1 == text.len || is_line_end(text, i + 1);
		bool hex = text.at[i] == '\t' ? last : !is_literal(text.at[i]);
		hex = hex || (text.at[i] == ' ' && last);
		size_t cost = hex ? 3 : 1;
		if (written + cost > LINE_MAX_LEN - (last ? 0 : 1)) {
			buffer_append_text(out, "=\r\n");
			written = 0;
		}
		if (hex)
			append_hex(out, text.at[i]);
		else
			buffer_append_byte(out, text.at[i]);
		written += cost;
	}
	if (written > 0)
		buffer_append_text(out, "\r\n");
	return !buffer_failed(out);
}

/* Step 1: at most 79 characters, cut behind the first line end. */
static struct octets window_of(struct octets rest, bool utf8)
{
	size_t characters = 0, len = 0;
	while (len < rest.len) {
		bool starts = !utf8 || (rest.at[len] & 0xc0) != 0x80;
		if (starts && characters == WINDOW)
			break;
		characters += starts;
		len++;
		if (is_line_end(rest, len - 1)) {
			len++;
			break;
		}
	}
	return octets_cut(rest, len);
}

/*
 * Step 3: what it would cost to go on to the next blank. The blank itself is 1; CR and LF count
 * as encoded; an octet directly behind the blank that is not literal is counted twice, and so is
 * the end of the window there.
 */
static size_t word_cost(struct octets window, size_t blank)
{
	size_t cost = 1, next = blank + 1;
	if (next >= window.len || !is_literal(window.at[next]))
		cost += 2;
	for (; next < window.len && !octet_is_blank(window.at[next]); next++)
		cost += cost_of(window.at[next]);
	return cost;
}

/* Makes one line of output; returns how much of the window it took. */
static size_t make_line(struct buffer *out, struct octets window)
{
	size_t written = 0, i = 0;
	while (i < window.len) {
		if (written >= LINE_MAX_LEN) { /* 2 */
			buffer_append_text(out, "=\r\n");
			return i;
		}
		uint8_t octet = window.at[i];
		if (octet_is_blank(octet) &&
			written + word_cost(window, i) > LINE_MAX_LEN - 1) { /* 3 */
			buffer_append_text(out, " =\r\n");
			return i + 1;
		}
		if (octet_is_blank(octet) && is_line_end(window, i + 1)) { /* 4 */
			append_hex(out, octet);
			buffer_append_text(out, "\r\n");
			return i + 3;
		}
		if (is_line_end(window, i)) { /* 5 */
			buffer_append_text(out, "\r\n");
			return i + 2;
		}
		if (is_literal(octet)) /* 6 */
			buffer_append_byte(out, octet);
		else
			append_hex(out, octet);
		written += cost_of(octet);
		i++;
	}
	buffer_append_text(out, "\r\n"); /* 7 */
	return i;
}

bool quoted_printable_word_wise(struct buffer *out, struct octets text, bool utf8)
{
	while (text.len > 0 && !buffer_failed(out)) {
		size_t taken = make_line(out, window_of(text, utf8));
		text = octets_from(text, taken);
	}
	return !buffer_failed(out);
}
