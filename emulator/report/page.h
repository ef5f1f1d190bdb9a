/*
 * page: lines of text of a certain width, for a terminal or a file.
 *
 * Text is wrapped at blanks, and inside a word where the word is wider than the line. Where only
 * ASCII may be written, other characters become \xHH per octet. What is printed has been made
 * readable before (records.h): a page looks at widths, not at what a character may do.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <locale.h>
#include <stdio.h>

#include "octets.h"
#include "signs.h"

struct page {
	FILE *out;
	size_t width; /* in columns */
	bool utf8, colour;
	locale_t locale, before; /* widths of characters are the locale's to tell */
};

/* `utf8` becomes false where the system has no locale for it. page_end() puts the locale back. */
void page_begin(struct page *page, FILE *out, size_t width, bool utf8, bool colour);
void page_end(struct page *page);

/* "" or the sequence that begins a tone; page_plain() ends it. */
const char *page_tone(const struct page *page, enum tone tone);
const char *page_plain(const struct page *page);
const char *page_mark(const struct page *page, const struct sign *sign);

/* Appends the text as this page can show it. */
void page_show(const struct page *page, struct buffer *out, const char *text);
/* How many columns it takes, once shown. */
size_t page_columns(const char *text);

/* Writes `text` wrapped: the first line behind what stands there already, `first` columns wide, the
 * others behind `rest` blanks. Ends with a line end. */
void page_wrap(const struct page *page, const char *text, size_t first, size_t rest);
/* "   Label     text", wrapped; on a narrow page the text begins below the label. */
void page_labelled(const struct page *page, size_t indent, const char *label, const char *text);
/* Likewise what was said on the wire: octet for octet, cut where the line is full. */
void page_quoted(const struct page *page, size_t indent, const char *label, const char *text);
void page_heading(const struct page *page, const char *text);

#endif
