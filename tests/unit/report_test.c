/* report: the formats that programs read. Live tests read them with others' parsers. */
#include "report.h"

#include "report_fixture.h"

/* A server's words with everything that CSV, TAP and XML mean something by. */
#define SAYS "\"sentence\":\"=a, \\\"b\\\" # c\\\\d <e> & 'f'\""

static const char small[] = HEAD(RUN_A,
	"\"good\",\"b#d\"") "{\"record\":\"control\"," RUN_A
			    ",\"who\":\"msub\",\"result\":\"sends\"}\n"
			    "{\"record\":\"client\"," RUN_A
			    ",\"client\":\"good\",\"verdict\":\"sends\",\"elapsed-ms\":1234}\n"
			    "{\"record\":\"client\"," RUN_A
			    ",\"client\":\"b#d\",\"verdict\":\"cannot-send\",\"step\":\"mail\","
			    "\"code\":550,\"reply\":\"550 no\"," SAYS
			    ",\"aspects\":[{\"aspect\":\"message\",\"result\":\"failed\",\"dialogue\":[{\"mark\":\"->\","
			    "\"text\":\"MAIL FROM:<>\"},{\"mark\":\"<**\",\"text\":\"550 no\"}]}],\"cause\":{\"state\":\"found\","
			    "\"keys\":[{\"key\":\"wire.mail\",\"value\":\"x\",\"telling\":\"It says x.\"}]},\"advice\":[{\"to\":"
			    "\"server\",\"software\":\"s\",\"do\":\"this\"}]}\n"
			    "{\"record\":\"fact\"," RUN_A
			    ",\"fact\":\"f\",\"strength\":\"MUST\",\"section\":\"1.2\",\"verdict\":"
			    "\"not-tried\"}\n" END(RUN_A);

static const char small_csv[] =
	"\"server\",\"kind\",\"name\",\"title\",\"verdict\",\"in-words\",\"outcome\",\"step\",\"code\","
	"\"reply\",\"losses\",\"message\",\"second-message\",\"refused-recipient\",\"duplicate\",\"cause\","
	"\"strength\",\"section\",\"value\",\"sentence\",\"run\"\r\n"
	"\"smtp://a.example.net\",\"control\",\"msub\",\"\",\"sends\",\"sends\",\"passed\",\"\",\"\",\"\",\"\","
	"\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"00000000000000aa\"\r\n"
	"\"smtp://a.example.net\",\"client\",\"good\",\"\",\"sends\",\"sends\",\"passed\",\"\",\"\",\"\",\"\","
	"\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"00000000000000aa\"\r\n"
	"\"smtp://a.example.net\",\"client\",\"b#d\",\"\",\"cannot-send\",\"cannot send\",\"failed\",\"mail\","
	"\"550\",\"550 no\",\"\",\"failed\",\"\",\"\",\"\",\"wire.mail\",\"\",\"\",\"\","
	"\"'=a, \"\"b\"\" # c\\d <e> & 'f'\",\"00000000000000aa\"\r\n"
	"\"smtp://a.example.net\",\"fact\",\"f\",\"\",\"not-tried\",\"not tried\",\"skipped\",\"\",\"\",\"\","
	"\"\",\"\",\"\",\"\",\"\",\"\",\"MUST\",\"1.2\",\"\",\"\",\"00000000000000aa\"\r\n";

static const char small_tap[] = "TAP version 14\n"
				"1..4\n"
				"ok 1 - control msub: sends\n"
				"ok 2 - client good: sends\n"
				"not ok 3 - client b\\#d: cannot send\n"
				"  ---\n"
				"  message: \"=a, \\\"b\\\" # c\\\\d <e> & 'f'\"\n"
				"  server: \"smtp://a.example.net\"\n"
				"  verdict: \"cannot send\"\n"
				"  details:\n"
				"    - \"=a, \\\"b\\\" # c\\\\d <e> & 'f'\"\n"
				"    - \"sent: MAIL FROM:<>\"\n"
				"    - \"expected: 250 to MAIL (RFC 5321 4.1.1.2)\"\n"
				"    - \"came: 550 no\"\n"
				"    - \"cause: wire.mail: x. It says x.\"\n"
				"    - \"server: s: this\"\n"
				"  ...\n"
				"ok 4 - fact f: not tried # SKIP not tried\n";

static const char small_junit[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<testsuites name=\"handset\">\n"
	"  <testsuite name=\"smtp://a.example.net\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"1\" "
	"time=\"0.000\">\n"
	"    <properties>\n"
	"      <property name=\"verdict\" value=\"1 of 2 clients cannot send\"/>\n"
	"    </properties>\n"
	"    <testcase classname=\"control.smtp://a.example.net\" name=\"msub\" time=\"0.000\"/>\n"
	"    <testcase classname=\"client.smtp://a.example.net\" name=\"good\" time=\"1.234\"/>\n"
	"    <testcase classname=\"client.smtp://a.example.net\" name=\"b#d\" time=\"0.000\">\n"
	"      <failure type=\"cannot send\" message=\"=a, &quot;b&quot; # c\\d &lt;e&gt; &amp; "
	"&#39;f&#39;\">=a, &quot;b&quot; # c\\d &lt;e&gt; &amp; &#39;f&#39;\n"
	"sent: MAIL FROM:&lt;&gt;\n"
	"expected: 250 to MAIL (RFC 5321 4.1.1.2)\n"
	"came: 550 no\n"
	"cause: wire.mail: x. It says x.\n"
	"server: s: this\n"
	"</failure>\n"
	"    </testcase>\n"
	"    <testcase classname=\"fact.smtp://a.example.net\" name=\"f\" time=\"0.000\">\n"
	"      <skipped message=\"not tried\"/>\n"
	"    </testcase>\n"
	"  </testsuite>\n"
	"</testsuites>\n";

static void formats_are_as_documented(void)
{
	static const struct {
		enum report_format format;
		const char *text;
	} rows[] = {{REPORT_CSV, small_csv}, {REPORT_TAP, small_tap}, {REPORT_JUNIT, small_junit}};
	struct record_set *set = read_records("small", octets_of(small));
	struct judgement judgement = judge(set, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows && set != NULL; i++) {
		char *text = render_as(&judgement, rows[i].format, 0, true);
		CHECK_CASE("%s", report_format_name(rows[i].format));
		CHECK_TEXT(text, rows[i].text);
		free(text);
	}
	record_set_free(set);
}

/* Two runs of one server have the same tests, and a reader of TAP or JUnit knows names only. */
static void two_runs_of_a_server_have_names_of_their_own(void)
{
	static const char text[] = HEAD(RUN_A, "\"c\"") CLIENT(RUN_A, "c", "sends")
		HEAD(RUN_A_AGAIN, "\"c\"") CLIENT(RUN_A_AGAIN, "c", "sends") HEAD(RUN_B, "\"c\"")
			CLIENT(RUN_B, "c", "sends");
	struct record_set *set = read_records("twice", octets_of(text));
	struct judgement judgement = judge(set, NULL);
	char *tap = render_as(&judgement, REPORT_TAP, 0, true);
	char *junit = render_as(&judgement, REPORT_JUNIT, 0, true);
	CHECK(strstr(tap,
		      "\nok 1 - client c at smtp://a.example.net, run 00000000000000aa: sends\n") !=
		NULL);
	CHECK(strstr(tap,
		      "\nok 2 - client c at smtp://a.example.net, run 00000000000000ac: sends\n") !=
		NULL);
	CHECK(strstr(tap, "\nok 3 - client c at smtp://b.example.net: sends\n") != NULL);
	CHECK(strstr(junit, "<testsuite name=\"smtp://a.example.net, run 00000000000000ac\"") !=
		NULL);
	CHECK(strstr(junit, "classname=\"client.smtp://a.example.net, run 00000000000000aa\"") !=
		NULL);
	CHECK(strstr(junit, "classname=\"client.smtp://b.example.net\"") != NULL);
	free(tap);
	free(junit);
	record_set_free(set);
}

/* What the baseline knows is no failure: skipped for JUnit, todo for TAP. */
static void the_baseline_is_told(void)
{
	struct record_set *set = read_records("now", octets_of(small));
	struct record_set *before = read_records("before", octets_of(small));
	struct judgement judgement = judge(set, before);
	char *tap = render_as(&judgement, REPORT_TAP, 0, true);
	char *junit = render_as(&judgement, REPORT_JUNIT, 0, true);
	char *text = render_as(&judgement, REPORT_TEXT, 80, true);
	CHECK(strstr(tap,
		      "\nnot ok 3 - client b\\#d: cannot send # todo the baseline knows it\n") !=
		NULL);
	CHECK(strstr(junit, "failures=\"0\" errors=\"0\" skipped=\"2\"") != NULL);
	CHECK(strstr(junit, "<skipped message=\"the baseline knows: =a") != NULL);
	CHECK(strstr(text, "knows them all") != NULL);
	CHECK(strstr(text, "(known)") != NULL);
	free(tap);
	free(junit);
	free(text);
	record_set_free(set);
	record_set_free(before);
}

/* A control that could not send is an error, and that of a second opinion is not. */
static void a_control_that_fails_is_an_error(void)
{
	static const char text[] = HEAD(RUN_A, "") CONTROL(
		RUN_A, "hung") "{\"record\":\"control\"," RUN_A
			       ",\"who\":\"other\",\"advisory\":true,\"result\":\"hung\"}\n";
	struct record_set *set = read_records("text", octets_of(text));
	struct judgement judgement = judge(set, NULL);
	char *junit = render_as(&judgement, REPORT_JUNIT, 0, true);
	char *tap = render_as(&judgement, REPORT_TAP, 0, true);
	CHECK(strstr(junit, "failures=\"0\" errors=\"1\" skipped=\"1\"") != NULL);
	CHECK(strstr(tap, "not ok 1 - control msub: hung\n") != NULL);
	CHECK(strstr(tap, "ok 2 - control other: hung # SKIP hung\n") != NULL);
	free(junit);
	free(tap);
	record_set_free(set);
}

static const char *const examples[] = {
	"founding.jsonl", "cured.jsonl", "hostile.jsonl", "no-control.jsonl", "sends.jsonl"};

/* Records, written as either JSON and read again, are the same records. */
static void json_forms_are_read_again(void)
{
	static const enum report_format forms[] = {REPORT_JSON, REPORT_JSONL};
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		struct octets content = read_example(examples[i]);
		struct record_set *set = read_records(examples[i], content);
		struct judgement judgement = judge(set, NULL);
		char *first = render_as(&judgement, REPORT_JSONL, 0, true);
		for (size_t j = 0; j < 2 && set != NULL; j++) {
			char *form = render_as(&judgement, forms[j], 0, true);
			struct record_set *again = read_records(examples[i], octets_of(form));
			struct judgement of_again = judge(again, NULL);
			char *second = render_as(&of_again, REPORT_JSONL, 0, true);
			CHECK_CASE("%s as %s", examples[i], report_format_name(forms[j]));
			CHECK_TEXT(second, first);
			free(form);
			free(second);
			record_set_free(again);
		}
		free(first);
		record_set_free(set);
		free((void *)(uintptr_t)content.at);
	}
}

/* Whatever a server said: no control, no character that XML 1.0 excludes, in any format. */
static void nothing_unreadable_is_written(void)
{
	struct octets content = read_example("hostile.jsonl");
	struct record_set *set = read_records("hostile.jsonl", content);
	struct judgement judgement = judge(set, NULL);
	for (int format = 0; format < REPORT_FORMATS && set != NULL; format++) {
		char *text = render_as(&judgement, (enum report_format)format, 80, true);
		CHECK_CASE("%s", report_format_name((enum report_format)format));
		for (const char *at = text; *at != 0; at++) {
			bool line_end = *at == '\n' || (*at == '\r' && format == REPORT_CSV);
			if (!line_end && ((unsigned char)*at < 0x20 || *at == 0x7F))
				CHECK_FAIL("a control character");
		}
		CHECK(strstr(text, "\xE2\x80\xAE") == NULL);
		CHECK(strstr(text, "\xC2\x85") == NULL);
		CHECK(strstr(text, "\xEF\xBF\xBE") == NULL && strstr(text, "\xEF\xBF\xBF") == NULL);
		free(text);
	}
	record_set_free(set);
	free((void *)(uintptr_t)content.at);
}

/* A server's words stand in some of them. */
static void remarks_of_the_end_are_shown(void)
{
	static const char records[] = HEAD(RUN_A, "\"c\"") CONTROL(RUN_A, "sends")
		CLIENT(RUN_A, "c", "sends") "{\"record\":\"end\"," RUN_A
					    ",\"remarks\":[\"says <b>\\\"no\\\"</b> & \\u202e"
					    "closes\",\"once more\"]}\n";
	static const struct {
		enum report_format format;
		const char *shown, *again;
	} rows[] = {
		{REPORT_HTML, "says &lt;b&gt;", "once more</dd>"},
		{REPORT_HTML, "&lt;/b&gt; &amp; \\xE2\\x80\\xAEcloses</dd>", "<dt>Remark</dt>"},
		{REPORT_TEXT, "says <b>\"no\"</b> & \\xE2\\x80\\xAEcloses", "once more"},
	};
	struct record_set *set = read_records("remarks", octets_of(records));
	struct judgement judgement = judge(set, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows && set != NULL; i++) {
		char *text = render_as(&judgement, rows[i].format, 120, true);
		CHECK_CASE("row %zu", i);
		CHECK(strstr(text, rows[i].shown) != NULL);
		CHECK(strstr(text, rows[i].again) != NULL);
		CHECK(rows[i].format != REPORT_HTML || strstr(text, "says <b>") == NULL);
		free(text);
	}
	record_set_free(set);
}

/* Which of two runs against one server is which is told by when they began. */
static void runs_of_one_server_are_runs(void)
{
	static const char records[] = "{\"record\":\"run\"," RUN_A
				      ",\"format\":1,\"started\":\"2026-01-02T03:04:05Z\"}\n" END(
					      RUN_A) "{\"record\":\"run\"," RUN_A_AGAIN
						     ",\"format\":1,\"started\":\"2026-01-03T03:"
						     "04:05Z\"}\n" END(RUN_A_AGAIN);
	static const char *const shown[] = {"All runs of this report",
		"smtp://a.example.net, 2026-01-02T03:04:05Z</h2>",
		"smtp://a.example.net, 2026-01-03T03:04:05Z</h2>", "against 1 server,"};
	struct record_set *set = read_records("runs", octets_of(records));
	struct judgement judgement = judge(set, NULL);
	char *text = set == NULL ? NULL : render_as(&judgement, REPORT_HTML, 0, true);
	for (size_t i = 0; i < sizeof shown / sizeof *shown && text != NULL; i++) {
		CHECK_CASE("%s", shown[i]);
		CHECK(strstr(text, shown[i]) != NULL);
	}
	CHECK(text != NULL && strstr(text, "2 servers") == NULL);
	free(text);
	record_set_free(set);
}

static void names_of_formats_are_known(void)
{
	CHECK_INT(report_format_find(octets_of("text")), REPORT_TEXT);
	CHECK_INT(report_format_find(octets_of("jsonl")), REPORT_JSONL);
	CHECK_INT(report_format_find(octets_of("html")), REPORT_HTML);
	CHECK_INT(report_format_find(octets_of("pdf")), REPORT_FORMATS);
	CHECK_INT(report_format_find(octets_of("")), REPORT_FORMATS);
	CHECK_INT(report_format_find(octets_of("JSON")), REPORT_FORMATS);
}

static void what_cannot_be_written_is_told(void)
{
	struct record_set *set = read_records("small", octets_of(small));
	struct judgement judgement = judge(set, NULL);
	FILE *full = fopen("/dev/full", "we");
	struct report_output output = {.format = REPORT_CSV, .to = full};
	if (CHECK(full != NULL) && set != NULL)
		CHECK(!report_write(&judgement, &output));
	if (full != NULL)
		fclose(full);
	record_set_free(set);
}

#define TESTS(T)                                                                                   \
	T(formats_are_as_documented)                                                               \
	T(two_runs_of_a_server_have_names_of_their_own)                                            \
	T(the_baseline_is_told)                                                                    \
	T(a_control_that_fails_is_an_error)                                                        \
	T(json_forms_are_read_again)                                                               \
	T(nothing_unreadable_is_written)                                                           \
	T(remarks_of_the_end_are_shown)                                                            \
	T(runs_of_one_server_are_runs)                                                             \
	T(names_of_formats_are_known)                                                              \
	T(what_cannot_be_written_is_told)
CHECK_MAIN("report", TESTS)
