/* stuffing: line ends and dots, however the content is cut. */
#include "stuffing.h"
#include "check.h"

/* All that was made, as one run, with the end of data behind it. */
static void join(struct output *output, struct buffer *out)
{
	struct octets pieces[OUTPUT_PIECES];
	size_t count = output_gather(output, pieces, OUTPUT_PIECES);
	for (size_t i = 0; i < count; i++)
		buffer_append_octets(out, pieces[i]);
	buffer_append_text(out, ".\r\n");
}

static void run(struct octets in, size_t cut, struct buffer *out, struct measure *seen)
{
	struct stuffing body;
	struct output output;
	output_init(&output, &memory_standard);
	stuffing_begin(&body);
	for (size_t at = 0; at < in.len; at += cut)
		stuffing_feed(&body, octets_cut(octets_from(in, at), cut),
			out == NULL ? NULL : &output, true);
	stuffing_end(&body, out == NULL ? NULL : &output);
	if (out != NULL)
		join(&output, out);
	output_free(&output);
	*seen = body.seen;
}

static void repairs_and_stuffs(void)
{
	static const struct {
		const char *in, *out;
		bool repaired;
	} rows[] = {
		{"", ".\r\n", false},
		{"a\r\n", "a\r\n.\r\n", false},
		{"a\r\nb\r\n", "a\r\nb\r\n.\r\n", false},
		{"a", "a\r\n.\r\n", true},
		{"a\n", "a\r\n.\r\n", true},
		{"a\r", "a\r\n.\r\n", true},
		{"a\rb\r\n", "a\r\nb\r\n.\r\n", true},
		{"\n", "\r\n.\r\n", true},
		{"\r", "\r\n.\r\n", true},
		{"\r\n", "\r\n.\r\n", false},
		{"\r\r\n", "\r\n\r\n.\r\n", true},
		{"\n\r", "\r\n\r\n.\r\n", true},
		{"\r\n\r\n", "\r\n\r\n.\r\n", false},
		{"\n\n\n", "\r\n\r\n\r\n.\r\n", true},
		{".\r\n", "..\r\n.\r\n", false},
		{"..\r\n", "...\r\n.\r\n", false},
		{"a.b\r\n.c\r\n", "a.b\r\n..c\r\n.\r\n", false},
		{".", "..\r\n.\r\n", true},
		/* every form of smuggling: the dot is doubled, the ends are whole */
		{"a\n.\nMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", true},
		{"a\n.\r\nMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", true},
		{"a\r\n.\nMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", true},
		{"a\r.\rMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", true},
		{"a\r.\r\nMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", true},
		{"a\r\n.\rMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", true},
		{"a\r\n.\r\nMAIL\r\n", "a\r\n..\r\nMAIL\r\n.\r\n", false},
		{"a\n\r.\n\rMAIL\r\n", "a\r\n\r\n..\r\n\r\nMAIL\r\n.\r\n", true},
		{"a\r\r\n.\r\r\nMAIL\r\n", "a\r\n\r\n..\r\n\r\nMAIL\r\n.\r\n", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct octets in = octets_of(rows[i].in);
		for (size_t cut = 1; cut <= in.len + 1; cut++) {
			struct buffer out;
			struct measure seen, measured;
			CHECK_CASE("row %zu, cut %zu", i, cut);
			buffer_init(&out, &memory_standard, 1000);
			run(in, cut, &out, &seen);
			CHECK_OCTETS(buffer_octets(&out), octets_of(rows[i].out));
			CHECK_INT(seen.repaired, rows[i].repaired);
			run(in, cut, NULL, &measured);
			CHECK_INT(measured.size, seen.size);
			CHECK_INT(measured.repaired, seen.repaired);
			buffer_free(&out);
		}
	}
}

/* RFC 1870 section 3: with CR LF, without the doubled dots and the end of data. */
static void measures(void)
{
	static const struct {
		struct octets in;
		uint64_t size;
		bool eight_bit, nul;
	} rows[] = {
		{{(const uint8_t *)"", 0}, 0, false, false},
		{{(const uint8_t *)"a\n.b\n", 5}, 7, false, false},
		{{(const uint8_t *)"a", 1}, 3, false, false},
		{{(const uint8_t *)"\xc3\xbc\r\n", 4}, 4, true, false},
		{{(const uint8_t *)"a\0b\r\n", 5}, 5, false, true},
		{{(const uint8_t *)"a\r\n\x80", 4}, 6, true, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct measure seen;
		CHECK_CASE("row %zu", i);
		run(rows[i].in, 2, NULL, &seen);
		CHECK_INT(seen.size, rows[i].size);
		CHECK_INT(seen.eight_bit, rows[i].eight_bit);
		CHECK_INT(seen.nul, rows[i].nul);
	}
}

static void sees_long_lines_across_cuts(void)
{
	static char text[1000];
	struct measure seen;
	memset(text, 'a', sizeof text);
	for (size_t len = 996; len <= 1000; len++) {
		CHECK_CASE("%zu", len);
		run(octets_make(text, len), 7, NULL, &seen);
		CHECK_INT(seen.long_line, len > 998);
	}
	text[500] = '\n';
	run(octets_make(text, 1000), 7, NULL, &seen);
	CHECK(!seen.long_line);
}

#define TESTS(T)                                                                                   \
	T(repairs_and_stuffs)                                                                      \
	T(measures)                                                                                \
	T(sees_long_lines_across_cuts)
CHECK_MAIN("stuffing", TESTS)
