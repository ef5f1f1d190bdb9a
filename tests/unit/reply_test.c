/* reply: what is read as a server's reply, and what is not. */
#include "reply.h"
#include "check.h"

#include <stdlib.h>

static const struct memory *const memory = &memory_standard;

/* Feeds in pieces of `cut` octets; returns the last state, and how many octets were used. */
static enum reply_state feed(struct reply_reader *reader, struct octets in, size_t cut, size_t *all)
{
	enum reply_state state = REPLY_MORE;
	*all = 0;
	while (state == REPLY_MORE && *all < in.len) {
		size_t used;
		state = reply_reader_feed(reader, octets_cut(octets_from(in, *all), cut), &used);
		*all += used;
	}
	return state;
}

static void takes_what_servers_say(void)
{
	static const struct {
		const char *input;
		int code, enhanced[3];
		const char *text, *shown;
		size_t used; /* 0: all */
	} rows[] = {
		{"220 mx ESMTP\r\n", 220, {0}, "mx ESMTP", "mx ESMTP", 0},
		{"250\r\n", 250, {0}, "", "", 0},
		{"250 \r\n", 250, {0}, "", "", 0},
		{"250 ok\n", 250, {0}, "ok", "ok", 0},
		{"250-a\r\n250-b\r\n250 c\r\n", 250, {0}, "a\nb\nc", "a\nb\nc", 0},
		{"250-\r\n250\r\n", 250, {0}, "\n", "\n", 0},
		{"250-a\n250 b\n", 250, {0}, "a\nb", "a\nb", 0},
		{"550 5.7.1 no\r\n", 550, {5, 7, 1}, "5.7.1 no", "no", 0},
		{"550-5.7.1 no\r\n550 5.7.1 never\r\n", 550, {5, 7, 1}, "5.7.1 no\n5.7.1 never",
			"no\nnever", 0},
		{"550-no\r\n550 5.7.1 never\r\n", 550, {5, 7, 1}, "no\n5.7.1 never", "no\nnever",
			0},
		{"535 authentication required (#5.7.1)\r\n", 535, {5, 7, 1},
			"authentication required (#5.7.1)", "authentication required (#5.7.1)", 0},
		{"250 2.0.0\r\n", 250, {2, 0, 0}, "2.0.0", "", 0},
		{"250 4.2.0 the class is another\r\n", 250, {0}, "4.2.0 the class is another",
			"4.2.0 the class is another", 0},
		{"220 3.14.15.9 is no code\r\n", 220, {0}, "3.14.15.9 is no code",
			"3.14.15.9 is no code", 0},
		{"220 \x1b[2J\xe2\x80\xae\r\n", 220, {0}, "\x1b[2J\xe2\x80\xae",
			"\\x1B[2J\\xE2\\x80\\xAE", 0},
		{"250 a\rb\r\n", 250, {0}, "a\rb", "a\\x0Db", 0},
		{"354 go\r\n250 next\r\n", 354, {0}, "go", "go", 8},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct octets in = octets_of(rows[i].input);
		for (size_t cut = 1; cut <= in.len; cut++) {
			struct reply_reader reader;
			struct buffer shown;
			int enhanced[3];
			size_t used;
			CHECK_CASE("row %zu, cut %zu", i, cut);
			reply_reader_init(&reader, memory);
			buffer_init(&shown, memory, 1000);
			CHECK_INT(feed(&reader, in, cut, &used), REPLY_DONE);
			CHECK_INT(used, rows[i].used == 0 ? in.len : rows[i].used);
			CHECK_INT(reader.reply.code, rows[i].code);
			CHECK_INT(reply_class(&reader.reply), rows[i].code / 100);
			CHECK_INT(
				reply_enhanced(&reader.reply, enhanced), rows[i].enhanced[0] != 0);
			for (int k = 0; k < 3; k++)
				CHECK_INT(enhanced[k], rows[i].enhanced[k]);
			CHECK_OCTETS(reader.reply.text, octets_of(rows[i].text));
			reply_show(&reader.reply, &shown);
			CHECK_TEXT(buffer_string(&shown), rows[i].shown);
			buffer_free(&shown);
			reply_reader_free(&reader);
		}
	}
}

static void refuses_what_is_no_reply(void)
{
	static const char *const rows[] = {"\r\n", "25\r\n", "2x0 ok\r\n", "hello\r\n",
		"150 no\r\n", "600 no\r\n", "000 no\r\n", "2500 ok\r\n", "250:ok\r\n",
		"250\tok\r\n", " 250 ok\r\n", "250-a\r\n251 b\r\n", "250-a\r\n\r\n", "-250 ok\r\n"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t cut = 1; cut < 20; cut++) {
			struct reply_reader reader;
			size_t used;
			CHECK_CASE("row %zu, cut %zu", i, cut);
			reply_reader_init(&reader, memory);
			CHECK_INT(feed(&reader, octets_of(rows[i]), cut, &used), REPLY_BROKEN);
			reply_reader_free(&reader);
		}
	}
}

static void waits_for_the_end_of_a_line(void)
{
	static const char *const rows[] = {
		"", "2", "250", "250 ok", "250 ok\r", "250-a\r\n", "250-a\r\n250 b"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reply_reader reader;
		size_t used;
		CHECK_CASE("row %zu", i);
		reply_reader_init(&reader, memory);
		CHECK_INT(feed(&reader, octets_of(rows[i]), 100, &used), REPLY_MORE);
		CHECK_INT(reply_reader_is_begun(&reader), rows[i][0] != 0);
		reply_reader_free(&reader);
	}
}

/* `count` lines "250-xxx...", each of `len` octets of text. */
static enum reply_state feed_lines(size_t count, size_t len, struct reply_reader *reader)
{
	char *text = malloc(len + 1);
	enum reply_state state = REPLY_MORE;
	size_t used;
	memset(text, 'x', len);
	for (size_t i = 0; i < count && state == REPLY_MORE; i++) {
		state = feed(reader, octets_of("250-"), 100, &used);
		if (state == REPLY_MORE)
			state = feed(reader, octets_make(text, len), SIZE_MAX, &used);
		if (state == REPLY_MORE)
			state = feed(reader, octets_of("\r\n"), 100, &used);
	}
	free(text);
	return state;
}

static void endures_only_so_much(void)
{
	static const struct {
		size_t count, len;
		enum reply_state state;
	} rows[] = {
		{1, 60000, REPLY_MORE},		   /* long, most of it dropped */
		{1, REPLY_LINE_MAX, REPLY_BROKEN}, /* with its code it is too long */
		{1, 10 * 1000 * 1000, REPLY_BROKEN}, {REPLY_LINES_MAX - 1, 10, REPLY_MORE},
		{REPLY_LINES_MAX, 10, REPLY_BROKEN}, {15, 60000, REPLY_MORE},
		{18, 60000, REPLY_BROKEN}, /* a megabyte together */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reply_reader reader;
		CHECK_CASE("%zu lines of %zu", rows[i].count, rows[i].len);
		reply_reader_init(&reader, memory);
		CHECK_INT(feed_lines(rows[i].count, rows[i].len, &reader), rows[i].state);
		CHECK(reader.kept.len <= REPLY_TEXT_KEPT);
		CHECK(reader.line.len <= REPLY_LINE_KEPT);
		reply_reader_free(&reader);
	}
}

static void begins_anew_when_cleared(void)
{
	struct reply_reader reader;
	struct octets line;
	int enhanced[3];
	size_t used;
	reply_reader_init(&reader, memory);
	feed(&reader, octets_of("550 5.1.1 no\r\n"), 3, &used);
	reply_reader_clear(&reader);
	CHECK(!reply_reader_is_begun(&reader));
	CHECK_INT(feed(&reader, octets_of("250-one\r\n250 two\r\n"), 3, &used), REPLY_DONE);
	CHECK(!reply_enhanced(&reader.reply, enhanced));
	CHECK(reply_line(&reader.reply, 1, &line));
	CHECK_OCTETS(line, octets_of("two"));
	CHECK(!reply_line(&reader.reply, 2, &line));
	reply_reader_free(&reader);
}

#define TESTS(T)                                                                                   \
	T(takes_what_servers_say)                                                                  \
	T(refuses_what_is_no_reply)                                                                \
	T(waits_for_the_end_of_a_line)                                                             \
	T(endures_only_so_much)                                                                    \
	T(begins_anew_when_cleared)
CHECK_MAIN("reply", TESTS)
