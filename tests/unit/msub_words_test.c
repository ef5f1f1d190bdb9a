/* Tests of tools/msub_words: what people and programs read is escaped as the library does it. */
#include "check.h"
#include "msub_words.h"
#include "octets.h"
#include "text.h"

#include <stdlib.h>

enum { POINTS = 0x110000, BLOCK = 0x400 };

typedef void print_function(FILE *to, const char *text);

/* What the function writes; the caller frees it. */
static char *written(print_function *print, const char *text)
{
	char *at = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&at, &len);
	if (to == NULL)
		return NULL;
	print(to, text);
	fclose(to);
	return at;
}

/* As UTF-8 would be, also where it must not be (surrogates). */
static size_t encode(uint32_t point, char *to)
{
	static const uint8_t marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	for (size_t i = len; i > 1; i--, point >>= 6)
		to[i - 1] = (char)(0x80 | (point & 0x3F));
	to[0] = (char)(marks[len] | point);
	return len;
}

static void check_as_the_library(const char *text)
{
	struct buffer want;
	char *got = written(words_print, text);
	buffer_init(&want, &memory_standard, 64 * BLOCK);
	CHECK(text_escape(&want, octets_of(text)));
	CHECK_TEXT(got, buffer_string(&want));
	buffer_free(&want);
	free(got);
}

static void all_code_points_are_as_in_the_library(void)
{
	char text[4 * BLOCK + 1];
	for (uint32_t first = 0; first < POINTS; first += BLOCK) {
		size_t len = 0;
		for (uint32_t point = first; point < first + BLOCK; point++) {
			if (point != 0)
				len += encode(point, text + len);
		}
		text[len] = 0;
		CHECK_CASE("U+%04X", (unsigned int)first);
		check_as_the_library(text);
	}
}

static void what_is_no_utf8_is_as_in_the_library(void)
{
	static const char *const rows[] = {"\x80", "\xC0\xAF", "\xC3", "\xC3(", "\xE0\x80\xAF",
		"\xE2\x82", "\xE2\x82(", "\xED\xA0\x80", "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80",
		"\xF8\x88\x80\x80\x80", "\xFF\xFE", "a\\b\\\\c\\x41", "\\"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("row %zu", i);
		check_as_the_library(rows[i]);
	}
}

static void json_strings_hold_what_was_meant(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", "\"\""},
		{"a \"b\" \\c", "\"a \\\"b\\\" \\\\c\""},
		{"line\nline", "\"line\\u000aline\""},
		{"J\xC3\xB6rg", "\"J\xC3\xB6rg\""},
		{"\xE2\x80\x8B\xE2\x80\xAE", "\"\\u200b\\u202e\""},
		{"\xEF\xBB\xBF", "\"\\ufeff\""},
		{"\xF3\xA0\x80\x81", "\"\\udb40\\udc01\""},
		{"\xF0\x9F\x93\xAE", "\"\xF0\x9F\x93\xAE\""},
		{"\xC3(", "\"\\ufffd(\""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *got = written(words_print_json, rows[i].text);
		CHECK_CASE("row %zu", i);
		CHECK_TEXT(got, rows[i].want);
		free(got);
	}
}

static void lines_of_the_library_are_joined(void)
{
	char *got = written(words_print_lines, "one\ntwo \\x1B \\\\");
	CHECK_TEXT(got, "one / two \\x1B \\\\");
	free(got);
}

#define TESTS(T)                                                                                   \
	T(all_code_points_are_as_in_the_library)                                                   \
	T(what_is_no_utf8_is_as_in_the_library)                                                    \
	T(json_strings_hold_what_was_meant)                                                        \
	T(lines_of_the_library_are_joined)
CHECK_MAIN("msub_words", TESTS)
