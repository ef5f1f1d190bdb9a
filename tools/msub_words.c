/* words: printable, or escaped. */
#include "msub_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The length of the UTF-8 sequence at the front (RFC 3629), with its code point; 0: it is none. */
static size_t take_point(const char *text, uint32_t *point)
{
	static const struct {
		uint8_t mask, mark;
		uint32_t least;
	} forms[] = {
		{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
	uint8_t front = (uint8_t)text[0];
	for (size_t len = 1; len <= 4; len++) {
		if ((front & forms[len - 1].mask) != forms[len - 1].mark)
			continue;
		*point = front & (uint8_t)~forms[len - 1].mask;
		for (size_t i = 1; i < len; i++) {
			if (((uint8_t)text[i] & 0xC0) != 0x80)
				return 0;
			*point = *point << 6 | ((uint8_t)text[i] & 0x3F);
		}
		bool surrogate = *point >= 0xD800 && *point <= 0xDFFF;
		return *point < forms[len - 1].least || *point > 0x10FFFF || surrogate ? 0 : len;
	}
	return 0;
}

/*
 * Controls, line separators, and what turns the direction of writing or cannot be seen: the list
 * of the library, which escapes what servers say in the same way (msub.h, TEXT).
 */
static bool is_printable(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {{0, 0x1F}, {0x7F, 0x9F}, {0x61C, 0x61C}, {0x200B, 0x200F}, {0x2028, 0x202E},
		{0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}};
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++) {
		if (point >= unsafe[i].first && point <= unsafe[i].last)
			return false;
	}
	return true;
}

static void print_without(FILE *to, const char *text, const char *without)
{
	while (*text != 0) {
		uint32_t point;
		size_t len = take_point(text, &point);
		bool printable = len > 0 && is_printable(point);
		if (len == 0)
			len = 1;
		for (; len > 0; len--, text++) {
			if (*text == '\\')
				fputs("\\\\", to);
			else if (printable && strchr(without, *text) == NULL)
				fputc(*text, to);
			else
				fprintf(to, "\\x%02X", (unsigned int)(uint8_t)*text);
		}
	}
}

void words_print(FILE *to, const char *text)
{
	print_without(to, text, "");
}

void words_print_word(FILE *to, const char *text)
{
	print_without(to, text, " ,");
}

void words_print_lines(FILE *to, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '\n')
			fputs(" / ", to);
		else
			fputc(*text, to);
	}
}

/* RFC 8259 7: what lies beyond four digits is written as two surrogates. */
static void print_json_point(FILE *to, uint32_t point)
{
	if (point >= 0x10000)
		fprintf(to, "\\u%04x\\u%04x", (unsigned int)(0xD800 + ((point - 0x10000) >> 10)),
			(unsigned int)(0xDC00 + (point & 0x3FF)));
	else
		fprintf(to, "\\u%04x", (unsigned int)point);
}

void words_print_json(FILE *to, const char *text)
{
	fputc('"', to);
	while (*text != 0) {
		uint32_t point;
		size_t len = take_point(text, &point);
		if (len == 0) {
			fputs("\\ufffd", to);
			len = 1;
		} else if (*text == '"' || *text == '\\') {
			fprintf(to, "\\%c", *text);
		} else if (!is_printable(point)) {
			print_json_point(to, point);
		} else {
			fwrite(text, 1, len, to);
		}
		text += len;
	}
	fputc('"', to);
}
