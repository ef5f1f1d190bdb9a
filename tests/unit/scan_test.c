/* scan: what is to be seen in content, at every place of its blocks, by every loop. */
#include "scan.h"

#include <stdlib.h>

#include "check.h"
#include "scan_blocks.h"

enum { LEN = 200 };

/* The loop that this processor gets, and the one that every processor has. */
static void (*const loops[])(struct octets in, struct scan *scan) = {scan_octets, scan_all};

struct expected {
	bool odd_end, dot, eight_bit, nul, cr;
	uint64_t ends;
};

static void check(const struct scan *got, const struct expected *want)
{
	CHECK_INT(got->odd_end, want->odd_end);
	CHECK_INT(got->dot, want->dot);
	CHECK_INT(got->eight_bit, want->eight_bit);
	CHECK_INT(got->nul, want->nul);
	CHECK_INT(got->cr, want->cr);
	CHECK_INT(got->ends, want->ends);
}

static void sees_it_at_every_place(void)
{
	static const struct {
		const char *name;
		struct octets what;
		struct expected want; /* in the midst of text */
	} rows[] = {
		{"text", {(const uint8_t *)"x", 1}, {0}},
		{"CR LF", {(const uint8_t *)"\r\n", 2}, {.cr = true, .ends = 1}},
		{"two of them", {(const uint8_t *)"\r\n\r\n", 4}, {.cr = true, .ends = 2}},
		{"LF", {(const uint8_t *)"\n", 1}, {.odd_end = true, .ends = 1}},
		{"CR", {(const uint8_t *)"\r", 1}, {.odd_end = true, .cr = true}},
		{"LF CR", {(const uint8_t *)"\n\r", 2}, {.odd_end = true, .cr = true, .ends = 1}},
		{"CR CR LF", {(const uint8_t *)"\r\r\n", 3},
			{.odd_end = true, .cr = true, .ends = 1}},
		{"a dot in a line", {(const uint8_t *)".", 1}, {0}},
		{"a dot at the front", {(const uint8_t *)"\r\n.", 3},
			{.dot = true, .cr = true, .ends = 1}},
		{"behind LF", {(const uint8_t *)"\n.", 2},
			{.odd_end = true, .dot = true, .ends = 1}},
		{"8-bit", {(const uint8_t *)"\x80", 1}, {.eight_bit = true}},
		{"NUL", {(const uint8_t *)"\0", 1}, {.nul = true}},
	};
	/* shorter than a block, around one and two of them with the octet before, and more */
	static const size_t lens[] = {20, 63, 64, 65, 66, 67, 128, 129, 130, 131, LEN};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t k = 0; k < sizeof lens / sizeof *lens; k++) {
			uint8_t *text = malloc(lens[k]); /* so that reading behind it is seen */
			for (size_t at = 1; at + rows[i].what.len < lens[k]; at++) {
				for (size_t loop = 0; loop < 2; loop++) {
					struct scan scan = {0};
					CHECK_CASE("%s at %zu of %zu, loop %zu", rows[i].name, at,
						lens[k], loop);
					memset(text, 'a', lens[k]);
					memcpy(text + at, rows[i].what.at, rows[i].what.len);
					loops[loop](octets_make(text, lens[k]), &scan);
					check(&scan, &rows[i].want);
				}
			}
			free(text);
		}
	}
}

/* An end that a cut went through is odd here; what comes next shows what it was. */
static void sees_ends_at_the_edges(void)
{
	static const struct {
		const char *text;
		bool odd_end, dot;
		uint64_t line_len, line_max;
	} rows[] = {
		{"", false, false, 5, 5},
		{"ab", false, false, 7, 7},
		{"ab\r", true, false, 8, 8},
		{"\nab", true, false, 2, 5},
		{"ab\r\n", false, false, 0, 7},
		{"\r\nab", false, false, 2, 5},
		{".ab", false, false, 8, 8},
		{"\n", true, false, 0, 5},
		{"\r", true, false, 6, 6},
		{"\n.", true, true, 1, 5},
		{"ab\r\n.", false, true, 1, 7},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t loop = 0; loop < 2; loop++) {
			struct scan scan = {.line_len = 5};
			CHECK_CASE("row %zu, loop %zu", i, loop);
			loops[loop](octets_of(rows[i].text), &scan);
			CHECK_INT(scan.odd_end, rows[i].odd_end);
			CHECK_INT(scan.dot, rows[i].dot);
			CHECK_INT(scan.line_len, rows[i].line_len);
			if (!rows[i].odd_end)
				CHECK_INT(scan.line_max, rows[i].line_max);
		}
	}
}

#define TESTS(T)                                                                                   \
	T(sees_it_at_every_place)                                                                  \
	T(sees_ends_at_the_edges)
CHECK_MAIN("scan", TESTS)
