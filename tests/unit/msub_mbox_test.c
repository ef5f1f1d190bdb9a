/* Tests of tools/msub_mbox: every box is split the same, however its octets are cut. */
#include "check.h"
#include "msub_mbox.h"

#include <stdlib.h>

enum { TOLD_MAX = 2048 };

/* A box in memory, and what was told of it: "line sender [text]" for each message. */
struct box {
	const char *text;
	char told[TOLD_MAX];
	size_t len;
};

static bool take(void *context, const struct mbox_message *message)
{
	struct box *box = context;
	box->len += (size_t)snprintf(box->told + box->len, TOLD_MAX - box->len, "%d %s [%.*s]",
		(int)message->line, message->sender, (int)(message->end - message->start),
		box->text + message->start);
	return true;
}

static bool ends_at(void *context, uint64_t offset)
{
	const struct box *box = context;
	size_t len = strlen(box->text);
	if (offset == len)
		return true;
	if (offset == 0 || offset > len || box->text[offset - 1] != '\n')
		return false;
	const char *at = box->text + offset;
	return strncmp(at + (*at == '\n'), "From ", 5) == 0;
}

/* Splits the text in pieces of `first` octets, then of `then`. */
static enum mbox_result split(struct box *box, enum mbox_format format, size_t first, size_t then)
{
	const struct mbox_taker taker = {.context = box, .take = take, .ends_at = ends_at};
	size_t left = strlen(box->text), piece = first;
	const char *at = box->text;
	enum mbox_result result = MBOX_TAKEN;
	struct mbox mbox;
	box->len = 0;
	box->told[0] = 0;
	mbox_begin(&mbox, format, &taker);
	while (left > 0 && result == MBOX_TAKEN) {
		size_t len = piece < left ? piece : left;
		result = mbox_take(&mbox, at, len);
		at += len;
		left -= len;
		piece = then;
	}
	return result == MBOX_TAKEN ? mbox_end(&mbox) : result;
}

/* At every cut in two, and octet by octet. */
static void check_split(enum mbox_format format, const char *text, const char *told)
{
	struct box box = {.text = text};
	size_t len = strlen(text);
	for (size_t cut = 0; cut <= len; cut++) {
		CHECK_CASE("%s, cut at %zu", text, cut);
		CHECK_INT(split(&box, format, cut == 0 ? 1 : cut, cut == 0 ? 1 : len), MBOX_TAKEN);
		CHECK_TEXT(box.told, told);
	}
}

static void boxes_are_split_at_every_cut(void)
{
	static const struct {
		enum mbox_format format;
		const char *text, *told;
	} rows[] = {
		{MBOX_O, "", ""},
		{MBOX_O, "From a\nX: 1\n\none\n", "1 a [X: 1\n\none\n]"},
		{MBOX_O, "From a\nX: 1\n\none\n\n", "1 a [X: 1\n\none\n]"},
		{MBOX_O, "From a\nX: 1\n\none\n\nFrom b Thu Jan  1\nY: 2\n\ntwo",
			"1 a [X: 1\n\none\n]6 b [Y: 2\n\ntwo]"},
		/* the message's own empty lines stay */
		{MBOX_O, "From a\nX: 1\n\none\n\n\n\nFrom b\n\n", "1 a [X: 1\n\none\n\n\n]8 b []"},
		/* only behind an empty line does a message begin */
		{MBOX_O, "From a\nX: 1\n\nFrom the start\nFrom b\n",
			"1 a [X: 1\n]4 the [From b\n]"},
		{MBOX_O, "From a\nX: 1\n\none\nFrom b\n", "1 a [X: 1\n\none\nFrom b\n]"},
		{MBOX_O, "From a\nX: 1\n\nFrom\n>From me\nfrom b\n",
			"1 a [X: 1\n\nFrom\n>From me\nfrom b\n]"},
		{MBOX_O, "From a\r\nX: 1\r\n\r\none\r\n\r\nFrom b\r\nY: 2\r\n\r\n",
			"1 a [X: 1\r\n\r\none\r\n]6 b [Y: 2\r\n]"},
		{MBOX_O, "From MAILER-DAEMON Thu\nX: 1\n\n", "1  [X: 1\n]"},
		{MBOX_O, "From  two blanks\nX: 1\n\n", "1  [X: 1\n]"},
		/* Content-Length means nothing here */
		{MBOX_O, "From a\nContent-Length: 13\n\none\n\nFrom b\n\n",
			"1 a [Content-Length: 13\n\none\n]6 b []"},
		{MBOX_CL, "From a\nContent-Length: 13\n\none\n\nFrom me\n\nFrom b\nY: 2\n\n",
			"1 a [Content-Length: 13\n\none\n\nFrom me\n]8 b [Y: 2\n]"},
		{MBOX_CL, "From a\ncontent-length:\t4\n\none\nFrom b\nY: 2\n\n",
			"1 a [content-length:\t4\n\none\n]5 b [Y: 2\n]"},
		{MBOX_CL, "From a\nContent-Length: 5\n\none\n\n",
			"1 a [Content-Length: 5\n\none\n\n]"},
		{MBOX_CL, "From a\nContent-Length: 0\n\nFrom b\n\n",
			"1 a [Content-Length: 0\n\n]4 b []"},
		/* a length that leads astray is not believed */
		{MBOX_CL, "From a\nContent-Length: 7\n\none\n\nFrom b\nY: 2\n\n",
			"1 a [Content-Length: 7\n\none\n]6 b [Y: 2\n]"},
		{MBOX_CL, "From a\nContent-Length: 99999999999999999999999\n\none\n\nFrom b\n\n",
			"1 a [Content-Length: 99999999999999999999999\n\none\n]6 b []"},
		{MBOX_CL, "From a\nContent-Length: -1\n\none\n\nFrom b\n\n",
			"1 a [Content-Length: -1\n\none\n]6 b []"},
		/* a body's line is no field */
		{MBOX_CL, "From a\nX: 1\n\nContent-Length: 13\n\nFrom b\n\n",
			"1 a [X: 1\n\nContent-Length: 13\n]6 b []"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_split(rows[i].format, rows[i].text, rows[i].told);
}

static void what_is_no_box_is_told(void)
{
	static const char *const rows[] = {
		"Subject: s\n\nFrom a\n", "\nFrom a\n", "From: a\n\n", " From a\n", "From"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct box box = {.text = rows[i]};
		CHECK_CASE("%s", rows[i]);
		CHECK_INT(split(&box, MBOX_O, 1, 1), MBOX_IS_NONE);
		CHECK_TEXT(box.told, "");
	}
}

/* A line longer than what is kept of it, and a sender as long. */
static void long_lines_are_lines(void)
{
	char text[5000];
	struct box box = {.text = text};
	int head = snprintf(text, sizeof text, "From a\nX: 1\n\n");
	memset(text + head, 'F', 1500);
	snprintf(text + head + 1500, 100, "\n\nFrom b\nY: 2\n\n");
	CHECK_INT(split(&box, MBOX_O, 700, 300), MBOX_TAKEN);
	CHECK(strstr(box.told, "]6 b [Y: 2\n]") != NULL);
	memset(text, 'F', 3000);
	memcpy(text, "From ", 5);
	snprintf(text + 3000, 100, "\nX: 1\n\n");
	CHECK_INT(split(&box, MBOX_O, 700, 300), MBOX_TAKEN);
	CHECK(strstr(box.told, "FF [X: 1\n]") != NULL);
}

/* Unquotes with pieces of `in` octets and room for `out`. */
static void unquote(const char *text, size_t in, size_t out, char *to)
{
	struct mbox_unquoting unquoting = {0};
	size_t left = strlen(text), given = 0, len = 0;
	bool last = false;
	while (!last || given > 0) {
		last = left == 0;
		size_t piece = in < left ? in : left;
		size_t used = mbox_unquote(&unquoting, text, piece, last, to + len, out, &given);
		len += given;
		text += used;
		left -= used;
	}
	to[len] = 0;
}

static void one_quote_is_taken_away(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{"text\n", "text\n"},
		{">From a\n", "From a\n"},
		{">>From a\n>>>From b\n", ">From a\n>>From b\n"},
		{"From a\n", "From a\n"},
		{"> From a\n>Fron a\n>From\n>from a\n", "> From a\n>Fron a\n>From\n>from a\n"},
		{"x >From a\n\n\n>From \n", "x >From a\n\n\nFrom \n"},
		{"x\r\n>From a\r\n", "x\r\nFrom a\r\n"},
		{">>>>\n>", ">>>>\n>"},
		{">>Fro", ">>Fro"},
		{">F>From a\n", ">F>From a\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t in = 1; in < 9; in++) {
			for (size_t out = 1; out < 9; out++) {
				char to[128];
				CHECK_CASE("%s, %zu in, %zu out", rows[i].text, in, out);
				unquote(rows[i].text, in, out, to);
				CHECK_TEXT(to, rows[i].want);
			}
		}
	}
}

#define TESTS(T)                                                                                   \
	T(boxes_are_split_at_every_cut)                                                            \
	T(what_is_no_box_is_told)                                                                  \
	T(long_lines_are_lines)                                                                    \
	T(one_quote_is_taken_away)
CHECK_MAIN("msub_mbox", TESTS)
