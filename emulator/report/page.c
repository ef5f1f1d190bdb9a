/* page: wrapping, widths and tones. */
#define _XOPEN_SOURCE 700 /* wcwidth() */

#include "page.h"

#include "text.h"

#include <wchar.h>

enum { NARROW = 60, LABEL_COLUMNS = 10, LEAST_WIDTH = 20 };

void page_begin(struct page *page, FILE *out, size_t width, bool utf8, bool colour)
{
	locale_t locale = utf8 ? newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0) : (locale_t)0;
	*page = (struct page){.out = out,
		.width = width < LEAST_WIDTH ? LEAST_WIDTH : width,
		.utf8 = locale != (locale_t)0,
		.colour = colour,
		.locale = locale};
	if (locale != (locale_t)0)
		page->before = uselocale(locale);
}

void page_end(struct page *page)
{
	if (page->locale == (locale_t)0)
		return;
	uselocale(page->before);
	freelocale(page->locale);
	page->locale = (locale_t)0;
}

const char *page_tone(const struct page *page, enum tone tone)
{
	static const char *const sequences[TONES] = {[TONE_NONE] = "",
		[TONE_GOOD] = "\033[32m",
		[TONE_WARNING] = "\033[1;33m",
		[TONE_BAD] = "\033[1;31m",
		[TONE_QUIET] = "\033[2m",
		[TONE_BOLD] = "\033[1m"};
	return page->colour ? sequences[tone] : "";
}

const char *page_plain(const struct page *page)
{
	return page->colour ? "\033[0m" : "";
}

const char *page_mark(const struct page *page, const struct sign *sign)
{
	return page->utf8 ? sign->mark : sign->ascii;
}

void page_show(const struct page *page, struct buffer *out, const char *text)
{
	for (; *text != 0; text++) {
		if (page->utf8 || (unsigned char)*text < 0x80)
			buffer_append_byte(out, (uint8_t)*text);
		else
			buffer_format(out, "\\x%02X", (unsigned char)*text);
	}
}

/* The columns of the character at the front, and its octets. */
static size_t columns_of(struct octets text, size_t *len)
{
	*len = text_utf8_len(text);
	if (*len <= 1) {
		*len = 1;
		return 1;
	}
	int columns = wcwidth((wchar_t)text_utf8_point(text.at, *len));
	return columns < 0 ? 1 : (size_t)columns;
}

static size_t columns_in(struct octets text)
{
	size_t columns = 0;
	for (size_t len; text.len > 0; text = octets_from(text, len))
		columns += columns_of(text, &len);
	return columns;
}

size_t page_columns(const char *text)
{
	return columns_in(octets_of(text));
}

/* The octets at the front that fit into so many columns; at least one character. */
static size_t fitting(struct octets text, size_t columns)
{
	size_t taken = 0;
	while (taken < text.len) {
		size_t len, wide = columns_of(octets_from(text, taken), &len);
		if (taken > 0 && wide > columns)
			break;
		columns -= wide < columns ? wide : columns;
		taken += len;
	}
	return taken;
}

static void next_line(const struct page *page, size_t rest)
{
	fprintf(page->out, "\n%*s", (int)rest, "");
}

/* One word, where `*at` columns of the line are full; `fresh`: no blank belongs before it. */
static void wrap_word(
	const struct page *page, struct octets word, size_t rest, bool fresh, size_t *at)
{
	size_t columns = columns_in(word);
	if (!fresh && *at + 1 + columns > page->width) {
		next_line(page, rest);
		*at = rest;
	} else if (!fresh) {
		fputc(' ', page->out);
		++*at;
	}
	while (word.len > 0) {
		size_t len = fitting(word, page->width - *at);
		fwrite(word.at, 1, len, page->out);
		*at += columns_in(octets_cut(word, len));
		word = octets_from(word, len);
		if (word.len > 0) {
			next_line(page, rest);
			*at = rest;
		}
	}
}

void page_wrap(const struct page *page, const char *text, size_t first, size_t rest)
{
	struct buffer shown;
	buffer_init(&shown, &memory_standard, SIZE_MAX / 2);
	page_show(page, &shown, text);
	struct octets left = octets_trim(buffer_octets(&shown));
	rest = rest + LEAST_WIDTH / 2 > page->width ? 0 : rest;
	size_t at = first;
	if (at > rest && at + LEAST_WIDTH / 2 > page->width) {
		next_line(page, rest);
		at = rest;
	}
	/* The first word stands right behind what is there already. */
	for (bool begun = false; left.len > 0; begun = true) {
		size_t len = octets_find(left, ' ');
		wrap_word(page, octets_cut(left, len), rest, !begun, &at);
		left = octets_trim(octets_from(left, len));
	}
	fputc('\n', page->out);
	buffer_free(&shown);
}

/* The label; returns the column at which what belongs to it begins. */
static size_t put_label(const struct page *page, size_t indent, const char *label)
{
	bool narrow = page->width < NARROW;
	size_t column = indent + (narrow ? 2 : LABEL_COLUMNS);
	if (narrow && label[0] != 0)
		fprintf(page->out, "%*s%s%s%s\n", (int)indent, "", page_tone(page, TONE_QUIET),
			label, page_plain(page));
	if (narrow)
		fprintf(page->out, "%*s", (int)column, "");
	else
		fprintf(page->out, "%*s%s%-*s%s", (int)indent, "", page_tone(page, TONE_QUIET),
			LABEL_COLUMNS, label, page_plain(page));
	return column;
}

void page_labelled(const struct page *page, size_t indent, const char *label, const char *text)
{
	size_t column = put_label(page, indent, label);
	page_wrap(page, text, column, column);
}

void page_quoted(const struct page *page, size_t indent, const char *label, const char *text)
{
	size_t column = put_label(page, indent, label);
	struct buffer shown;
	buffer_init(&shown, &memory_standard, SIZE_MAX / 2);
	page_show(page, &shown, text);
	struct octets left = buffer_octets(&shown);
	while (left.len > 0) {
		size_t len = fitting(left, page->width - column);
		fwrite(left.at, 1, len, page->out);
		left = octets_from(left, len);
		if (left.len > 0)
			next_line(page, column);
	}
	fputc('\n', page->out);
	buffer_free(&shown);
}

void page_heading(const struct page *page, const char *text)
{
	fprintf(page->out, "\n%s", page_tone(page, TONE_BOLD));
	page_wrap(page, text, 0, 0);
	fprintf(page->out, "%s\n", page_plain(page));
}
