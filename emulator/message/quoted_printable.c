/* quoted_printable: the strict encoder and the word-wise one. */
#include "quoted_printable.h"

/*
 * The window of the description is 79 characters before conversion. Here it is 79 octets behind
 * it, which makes no difference: a character is at least one octet, so the one window is within
 * the other, and a blank from which the next one is not seen within 79 octets costs more than a
 * line has room for, however much further it may be.
 */
enum { LINE_MAX_LEN = 76, WINDOW = 79, ESCAPE = 0x1b, ESCAPE_LEN = 3 };

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
	static const char digits[] = "0123456789ABCDEF";
	const char triple[] = {'=', digits[octet >> 4], digits[octet & 0xf]};
	buffer_append(out, triple, sizeof triple);
}

static size_t cost_of(uint8_t octet)
{
	return is_literal(octet) ? 1 : 3;
}

size_t quoted_printable_strict_line(struct buffer *out, struct octets text)
{
	size_t written = 0, i = 0;
	for (; i < text.len && !is_line_end(text, i); i++) {
		/* a blank at the end of a line would be taken off on the way */
		bool last = i + 1 == text.len || is_line_end(text, i + 1);
		bool hex = octet_is_blank(text.at[i]) ? last : !is_literal(text.at[i]);
		size_t cost = hex ? 3 : 1;
		if (written + cost > LINE_MAX_LEN - (last ? 0 : 1)) {
			buffer_append_text(out, "=\r\n");
			return i;
		}
		if (hex)
			append_hex(out, text.at[i]);
		else
			buffer_append_byte(out, text.at[i]);
		written += cost;
	}
	buffer_append_text(out, "\r\n");
	return is_line_end(text, i) ? i + 2 : i;
}

/* Step 1: cut behind the first line end. */
static struct octets window_of(struct octets text)
{
	struct octets window = octets_cut(text, WINDOW);
	for (size_t i = 0; i + 1 < window.len; i++) {
		if (is_line_end(window, i))
			return octets_cut(window, i + 2);
	}
	return window;
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

/* Is the place before `at` within three octets that begin with ESC? Not before ESC itself. */
static bool is_within_escape(struct octets window, size_t at)
{
	if (window.at[at] == ESCAPE)
		return false;
	for (size_t back = 1; back < ESCAPE_LEN && back <= at; back++) {
		if (window.at[at - back] == ESCAPE)
			return true;
	}
	return false;
}

size_t quoted_printable_word_wise_line(struct buffer *out, struct octets text, bool escapes)
{
	struct octets window = window_of(text); /* 1 */
	size_t written = 0, i = 0;
	for (; i < window.len; i++) {
		uint8_t octet = window.at[i];
		bool whole = escapes && is_within_escape(window, i);
		if (written >= LINE_MAX_LEN && !whole) { /* 2 */
			buffer_append_text(out, "=\r\n");
#ifdef HANDSET_PLANT_MESSAGE /* what stood at the break is lost */
			return i + 1;
#endif
			return i;
		}
		if (octet_is_blank(octet) && !whole &&
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
	}
	buffer_append_text(out, "\r\n"); /* 7 */
	return i;
}
