/* report as text: its form, narrow terminals, ASCII, colours. */
#include "page.h"

#include "report_fixture.h"

static const char small[] = HEAD(RUN_A, "\"good\",\"b\xC3\xA4"
					"d\"") CONTROL(RUN_A, "sends") CLIENT(RUN_A, "good",
	"sends") "{\"record\":\"client\"," RUN_A ",\"client\":\"b\xC3\xA4"
		 "d\",\"verdict\":\"cannot-send\",\"step\":"
		 "\"mail\",\"code\":550,\"reply\":\"550 no\",\"sentence\":\"refused at MAIL\",\"aspects\":[{"
		 "\"aspect\":\"message\",\"result\":\"failed\",\"dialogue\":[{\"mark\":\"->\",\"text\":\"RSET\"},{"
		 "\"mark\":\"<-\",\"text\":\"250 ok\"},{\"mark\":\"->\",\"text\":\"MAIL FROM:<>\"},{\"mark\":\"<**\","
		 "\"text\":\"550 no\"}]}]}\n" END(RUN_A);

static const char small_text[] = "\u2717 1 of 2 clients cannot send\n"
				 "\n"
				 "Server    smtp://a.example.net\n"
				 "Run       up to RCPT: no mail was delivered\n"
				 "Control   \u2713 msub sends\n"
				 "\n"
				 "CLIENT VERDICT     WHERE    CAUSE\n"
				 "\u2713 good sends\n"
				 "\u2717 b\u00E4d  cannot send mail 550\n"
				 "\n"
				 "Failures\n"
				 "\n"
				 " 1) refused at MAIL\n"
				 "    Client    b\u00E4d\n"
				 "    Sent      RSET\n"
				 "              MAIL FROM:<>\n"
				 "    Expected  250 to MAIL (RFC 5321 4.1.1.2)\n"
				 "    Came      550 no\n"
				 "\n";

static const char small_ascii[] = "x 1 of 2 clients cannot send\n"
				  "\n"
				  "Server\n"
				  "  smtp://a.example.net\n"
				  "Run\n"
				  "  up to RCPT: no mail was delivered\n"
				  "Control\n"
				  "  + msub sends\n"
				  "\n"
				  "CLIENT       VERDICT     WHERE    CAUSE\n"
				  "+ good       sends\n"
				  "x b\\xC3\\xA4d cannot send mail 550\n"
				  "\n"
				  "Failures\n"
				  "\n"
				  " 1) refused at MAIL\n"
				  "    Client\n"
				  "      b\\xC3\\xA4d\n"
				  "    Sent\n"
				  "      RSET\n"
				  "      MAIL FROM:<>\n"
				  "    Expected\n"
				  "      250 to MAIL (RFC 5321 4.1.1.2)\n"
				  "    Came\n"
				  "      550 no\n"
				  "\n";

/* Where the table has no room, a client is a few lines. */
static const char small_list[] = "x b\\xC3\\xA4d\n"
				 "  cannot send\n"
				 "  mail 550\n";

static void text_is_as_documented(void)
{
	struct record_set *set = read_records("small", octets_of(small));
	struct judgement judgement = judge(set, NULL);
	char *wide = render_as(&judgement, REPORT_TEXT, 80, true);
	char *narrow = render_as(&judgement, REPORT_TEXT, 40, false);
	CHECK_TEXT(wide, small_text);
	CHECK_TEXT(narrow, small_ascii);
	free(narrow);
	narrow = render_as(&judgement, REPORT_TEXT, 32, false);
	CHECK(strstr(narrow, small_list) != NULL);
	free(wide);
	free(narrow);
	record_set_free(set);
}

/* No line passes the width, in either character set. */
static void lines_keep_the_width(void)
{
	static const size_t widths[] = {40, 60, 80, 132};
	static const char *const examples[] = {"founding.jsonl", "no-control.jsonl"};
	for (size_t i = 0; i < 4 * 2 * 2; i++) {
		struct octets content = read_example(examples[i / 8]);
		struct record_set *set = read_records(examples[i / 8], content);
		struct judgement judgement = judge(set, NULL);
		size_t width = widths[i % 4];
		bool utf8 = i / 4 % 2 == 1;
		char *text = render_as(&judgement, REPORT_TEXT, width, utf8);
		CHECK_CASE("%s, %zu columns, %s", examples[i / 8], width, utf8 ? "UTF-8" : "ASCII");
		CHECK_INT(octets_are_ascii(octets_of(text)), !utf8);
		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
			if (page_columns(line) > width)
				CHECK_TEXT(line, "");
		}
		free(text);
		record_set_free(set);
		free((void *)(uintptr_t)content.at);
	}
}

static void words_are_wrapped(void)
{
	static const struct {
		const char *text;
		size_t first, rest;
		const char *lines;
	} rows[] = {
		{"one two", 0, 2, "one two\n"},
		{"", 0, 2, "\n"},
		{"twenty columns are not", 0, 2, "twenty columns are\n  not\n"},
		{"exactly twenty cols.", 0, 2, "exactly twenty cols.\n"},
		{"behind a label that is there", 4, 4, "behind a label\n    that is there\n"},
		{"abcdefghijklmnopqrstuvwxyz", 0, 2, "abcdefghijklmnopqrst\n  uvwxyz\n"},
		{"a abcdefghijklmnopqrstuvwxyz", 0, 2, "a\n  abcdefghijklmnopqr\n  stuvwxyz\n"},
		/* two columns each */
		{"\u4E2D\u6587\u4E2D\u6587\u4E2D\u6587\u4E2D\u6587\u4E2D\u6587\u4E2D", 0, 0,
			"\u4E2D\u6587\u4E2D\u6587\u4E2D\u6587\u4E2D\u6587\u4E2D\u6587\n\u4E2D\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct page page;
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);
		page_begin(&page, out, 20, true, false);
		page_wrap(&page, rows[i].text, rows[i].first, rows[i].rest);
		page_end(&page);
		fclose(out);
		CHECK_TEXT(text, rows[i].lines);
		free(text);
	}
}

static char *without_end_blanks(char *text)
{
	size_t kept = 0;
	for (size_t i = 0; text[i] != 0; i++) {
		while (text[i] == '\n' && kept > 0 && text[kept - 1] == ' ')
			kept--;
		text[kept++] = text[i];
	}
	text[kept] = 0;
	return text;
}

/* Colours come in pairs, and without them the text is the same. */
static void colours_add_nothing(void)
{
	struct octets content = read_example("founding.jsonl");
	struct record_set *set = read_records("founding.jsonl", content);
	struct judgement judgement = judge(set, NULL);
	char *plain = render_as(&judgement, REPORT_TEXT, 80, true), *coloured = NULL;
	size_t len = 0, kept = 0, begun = 0, ended = 0;
	struct report_output output = {.width = 80, .utf8 = true, .colour = true};
	output.to = open_memstream(&coloured, &len);
	CHECK(report_write(&judgement, &output));
	fclose(output.to);
	for (size_t i = 0; i < len; i++) {
		if (coloured[i] != '\033') {
			/* the last cell of a row is filled up with blanks where it has a colour */
			while (coloured[i] == '\n' && kept > 0 && coloured[kept - 1] == ' ')
				kept--;
			coloured[kept++] = coloured[i];
			continue;
		}
		size_t end = i + strcspn(coloured + i, "m");
		bool ends = strncmp(coloured + i, "\033[0m", 4) == 0;
		begun += !ends;
		ended += ends;
		i = end;
	}
	coloured[kept] = 0;
	CHECK(begun > 20);
	CHECK_INT(begun, ended);
	CHECK_TEXT(coloured, without_end_blanks(plain));
	free(plain);
	free(coloured);
	record_set_free(set);
	free((void *)(uintptr_t)content.at);
}

/* Clients that fail alike are told about once. */
static void failures_are_put_together(void)
{
	struct octets content = read_example("founding.jsonl");
	struct record_set *set = read_records("founding.jsonl", content);
	struct judgement judgement = judge(set, NULL);
	char *text = render_as(&judgement, REPORT_TEXT, 80, true);
	CHECK(strstr(text, "\n    Clients   nokia-e61i, nokia-e60\n    Sent      RSET\n") != NULL);
	CHECK(strstr(text, "\n 3) ") != NULL);
	CHECK(strstr(text, "\n 4) ") == NULL);
	free(text);
	record_set_free(set);
	free((void *)(uintptr_t)content.at);
}

/* Each shard has a control of its own: what it says is told once, what it says otherwise too. */
static void controls_are_told_once(void)
{
	static const char text[] = HEAD(RUN_A, "") CONTROL(RUN_A,
		"sends") "{\"record\":\"control\"," RUN_A
			 ",\"who\":\"msub\",\"result\":\"sends\",\"code\":1}\n" CONTROL(
				 RUN_A, "hung") CONTROL(RUN_A,
				 "hung") "{\"record\":\"control\"," RUN_A
					 ",\"who\":\"msub\",\"result\":\"hung\",\"sentence\":\"late\"}\n";
	struct record_set *set = read_records("text", octets_of(text));
	struct judgement judgement = judge(set, NULL);
	char *shown = render_as(&judgement, REPORT_TEXT, 80, false);
	CHECK(strstr(shown, "Control   + msub sends\n          x msub hung\n"
			    "          x msub hung: late\n") != NULL);
	CHECK(strstr(shown, "x msub hung\n          x msub hung\n") == NULL);
	free(shown);
	record_set_free(set);
}

/* ---- what was left open, and for whom advice is ---- */

#define OPEN_CLIENT(name, sentence)                                                                \
	"{\"record\":\"client\"," RUN_A ",\"client\":\"" name                                      \
	"\",\"verdict\":\"inconclusive\",\"sentence\":\"" sentence "\"}\n"
static const char open_records[] = HEAD(RUN_A, "\"a\",\"b\",\"c\",\"d\"") CONTROL(RUN_A, "sends")
	CLIENT(RUN_A, "a", "sends") OPEN_CLIENT("b", "it needs more") OPEN_CLIENT("c", "no time")
		OPEN_CLIENT("d", "it needs more") END(RUN_A);

static void what_was_left_open_has_its_reason_once(void)
{
	struct record_set *set = read_records("open", octets_of(open_records));
	struct judgement judgement = judge(set, NULL);
	char *shown = render_as(&judgement, REPORT_TEXT, 80, true);
	const char *at = strstr(shown, "Left open\n");
	CHECK_TEXT(at, "Left open\n\n"
		       "  it needs more\n"
		       "    Clients   b, d\n"
		       "  no time\n"
		       "    Client    c\n");
	free(shown);
	record_set_free(set);
}

#define ADVISED(advice)                                                                            \
	HEAD(RUN_A, "\"b\"")                                                                       \
	CONTROL(RUN_A, "sends")                                                                    \
	"{\"record\":\"client\"," RUN_A ",\"client\":\"b\",\"verdict\":\"cannot-send\","           \
	"\"sentence\":\"refused\",\"advice\":[" advice "]}\n" END(RUN_A)
#define ADVICE(software, text)                                                                     \
	"{\"to\":\"server\",\"software\":\"" software "\",\"do\":\"" text "\"}"

static void who_is_known_is_told_of_no_other_software(void)
{
	static const struct {
		const char *records, *shown, *hidden;
	} rows[] = {
		{ADVISED(ADVICE("Own", "one") "," ADVICE("", "two") "," ADVICE("Other", "three")),
			"and 1 more, for other software", "Other: three"},
		{ADVISED(ADVICE("", "two") "," ADVICE("Other", "three")), "Other: three",
			"for other software"},
		{ADVISED(ADVICE("Own", "one") "," ADVICE("", "two") "," ADVICE("Own", "three")),
			"Own: three", "for other software"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record_set *set = read_records("advised", octets_of(rows[i].records));
		struct judgement judgement = judge(set, NULL);
		char *shown = render_as(&judgement, REPORT_TEXT, 80, true);
		CHECK_CASE("row %zu", i);
		CHECK(strstr(shown, rows[i].shown) != NULL);
		CHECK(strstr(shown, rows[i].hidden) == NULL);
		free(shown);
		record_set_free(set);
	}
}

#define TESTS(T)                                                                                   \
	T(text_is_as_documented)                                                                   \
	T(lines_keep_the_width)                                                                    \
	T(words_are_wrapped)                                                                       \
	T(controls_are_told_once)                                                                  \
	T(colours_add_nothing)                                                                     \
	T(failures_are_put_together)                                                               \
	T(what_was_left_open_has_its_reason_once)                                                  \
	T(who_is_known_is_told_of_no_other_software)
CHECK_MAIN("report_text", TESTS)
