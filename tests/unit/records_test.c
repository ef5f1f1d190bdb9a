/* records: what is taken and what is refused, with which words; sets of records. */
#include "record_set.h"

#include "failing_memory.h"
#include "report_fixture.h"

static void lines_are_judged(void)
{
	static const struct {
		const char *line;
		const char *complaint; /* how it begins; "" where the line is good */
	} rows[] = {
		{HEAD(RUN_A, "\"one\",\"two\""), ""},
		{CONTROL(RUN_A, "sends"), ""},
		{CLIENT(RUN_A, "one", "cannot-send"), ""},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"of-tomorrow\":{\"x\":[1]}"), ""},
		{FACT(RUN_A, "f", "MUST", "holds"), ""},
		{"{\"record\":\"likeness\"," RUN_A ",\"server\":\"s\",\"agrees\":1,\"of\":2}", ""},
		{END(RUN_A), ""},
		/* the text */
		{"", "no JSON: "},
		{"[", "no JSON: "},
		{"{\"record\":\"end\"", "no JSON: "},
		{"{\"record\":\"end\"," RUN_A ",\"target\":\"twice\"}", "no JSON: "},
		{"{\"record\":\"end\"," RUN_A ",\"verdict\":\"\\u0000\"}", "no JSON: "},
		{"{\"record\":\"end\"," RUN_A ",\"verdict\":\"\xff\"}", "no JSON: "},
		/* which record, and of which run */
		{"{}", "this is no record"},
		{"[]", "this is no record"},
		{"{\"record\":\"probe\"," RUN_A "}", "this is no record"},
		{"{\"record\":1," RUN_A "}", "this is no record"},
		{"{\"record\":\"run\"," RUN_A ",\"format\":2}", "written in a form"},
		{"{\"record\":\"run\"," RUN_A "}", "format: is missing"},
		{"{\"record\":\"end\",\"run\":\"00000000000000aa\"}", "target: is missing"},
		{"{\"record\":\"end\",\"target\":\"t\"}", "run: is missing"},
		{"{\"record\":\"end\",\"target\":\"t\",\"run\":\"00000000000000AA\"}",
			"run: has to be 16 hexadecimal digits"},
		{"{\"record\":\"end\",\"target\":\"t\",\"run\":\"0000000000000aa\"}",
			"run: has to be 16 hexadecimal digits"},
		/* members */
		{CLIENT(RUN_A, "one", "maybe"),
			"verdict: there is no \"maybe\"; it is one of sends,"},
		/* of a long word whole characters are quoted: the 39th and 40th octet are one */
		{CLIENT(RUN_A, "one", "12345678901234567890123456789012345678\u00e9!"),
			"verdict: there is no \"12345678901234567890123456789012345678\xC3\xA9\"; it is one of"},
		{CLIENT(RUN_A, "one", "123456789012345678901234567890123456789\u00e9!"),
			"verdict: there is no \"123456789012345678901234567890123456789\"; it is one of"},
		{"{\"record\":\"client\"," RUN_A ",\"client\":\"one\"}", "verdict: is missing"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"code\":\"535\""),
			"code: has to be a whole number"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"code\":-1"),
			"code: has to be a whole number"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"reply\":null"), "reply: has to be a text"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"losses\":[\"recipient\",\"sleep\"]"),
			"losses[1]: there is no \"sleep\""},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"aspects\":{}"), "aspects: has to be a list"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"aspects\":[1]"),
			"aspects[0]: has to be an object"},
		{CLIENT_WITH(RUN_A, "one", "sends",
			 "\"aspects\":[{\"aspect\":\"message\",\"result\":\"ok\",\"dialogue\":[{"
			 "\"mark\":\"=>\",\"text\":\"\"}]}]"),
			"aspects[0].dialogue[0].mark: there is no \"=>\""},
		{CLIENT_WITH(RUN_A, "one", "sends",
			 "\"cause\":{\"state\":\"found\",\"masked\":[[{\"key\":\"a\"}],[{}]]}"),
			"cause.masked[1][0].key: is missing"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"a\\nb\":1"), "a member's name"},
		{CLIENT_WITH(RUN_A, "one", "sends", "\"\\u202e\":1"), "a member's name"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum record_kind kind;
		struct buffer complaint;
		buffer_init(&complaint, &memory_standard, 65536);
		CHECK_CASE("%s", rows[i].line);
		json_t *object = record_read(octets_of(rows[i].line), &kind, &complaint);
		CHECK_INT(object != NULL, rows[i].complaint[0] == 0);
		CHECK_OCTETS(
			octets_cut(octets_of(buffer_string(&complaint)), strlen(rows[i].complaint)),
			octets_of(rows[i].complaint));
		json_decref(object);
		buffer_free(&complaint);
	}
}

/* A record whose member `more` is `open`, then `item` so many times, then `close`. */
static bool takes(const char *open, const char *item, size_t count, const char *close)
{
	enum record_kind kind;
	struct buffer line, complaint;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	buffer_init(&complaint, &memory_standard, 65536);
	buffer_format(&line, "{\"record\":\"end\"," RUN_A ",\"more\":%s", open);
	for (size_t i = 0; i < count; i++)
		buffer_append_text(&line, item);
	buffer_format(&line, "%s}", close);
	json_t *object = record_read(buffer_octets(&line), &kind, &complaint);
	CHECK_INT(object == NULL, complaint.len > 0);
	bool taken = object != NULL;
	json_decref(object);
	buffer_free(&line);
	buffer_free(&complaint);
	return taken;
}

static void what_is_too_much_is_refused(void)
{
	CHECK(takes("\"", "x", 8192, "\""));
	CHECK(!takes("\"", "x", 8193, "\""));
	CHECK(takes("[0", ",0", 4095, "]"));
	CHECK(!takes("[0", ",0", 4096, "]"));
	CHECK(takes("[[[[[[[[[[[[", "", 0, "]]]]]]]]]]]]"));
	CHECK(!takes("[[[[[[[[[[[[[", "", 0, "]]]]]]]]]]]]]"));
	CHECK(!takes("", "[", 100000, ""));
	CHECK(takes("\"\" ", " ", 4000000, ""));
	CHECK(!takes("\"\" ", " ", 4 * 1024 * 1024, ""));
}

/* What a terminal, XML or a reader could be misled by stands there as \xHH; a backslash stays. */
static void texts_are_made_readable(void)
{
	static const struct {
		const char *given, *shown;
	} rows[] = {
		{"plain \\\\x1B Gr\xC3\xBC\xC3\x9F"
		 "e",
			"plain \\x1B Gr\xC3\xBC\xC3\x9F"
			"e"},
		{"\\u001b[31m", "\\x1B[31m"},
		{"a\\nb\\tc\\r", "a\\x0Ab\\x09"
				 "c\\x0D"},
		{"\\u202e\\u0085\\u2028", "\\xE2\\x80\\xAE\\xC2\\x85\\xE2\\x80\\xA8"},
		{"\\ufffe\\uffff", "\\xEF\\xBF\\xBE\\xEF\\xBF\\xBF"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char line[512];
		enum record_kind kind;
		struct buffer complaint;
		buffer_init(&complaint, &memory_standard, 65536);
		snprintf(line, sizeof line,
			"{\"record\":\"end\"," RUN_A ",\"verdict\":\"%s\",\"x\":[{\"y\":\"%s\"}]}",
			rows[i].given, rows[i].given);
		json_t *object = record_read(octets_of(line), &kind, &complaint);
		CHECK_TEXT(record_words(object, "verdict"), rows[i].shown);
		CHECK_TEXT(record_words(json_array_get(record_part(object, "x"), 0), "y"),
			rows[i].shown);
		json_decref(object);
		buffer_free(&complaint);
	}
}

static void files_are_read(void)
{
	static const struct {
		const char *text;
		const char *complaint; /* "": good */
		size_t runs, cut;
	} rows[] = {
		{HEAD(RUN_A, "") END(RUN_A), "", 1, 0},
		{"\n\r\n" HEAD(RUN_A, "") "\n" END(RUN_A), "", 1, 0},
		{HEAD(RUN_A, "") HEAD(RUN_B, "") END(RUN_A) END(RUN_B), "", 2, 0},
		{END(RUN_A) HEAD(RUN_A, ""), "", 1, 0},
		/* a run that was killed in the middle of a line */
		{HEAD(RUN_A, "") "{\"record\":\"cli", "", 1, 1},
		{HEAD(RUN_A, "") "{\"record\":\"end\"," RUN_A "}", "", 1, 0},
		{"{\"record\":\"ru", "f: error: it holds no record, only the beginning of one", 0,
			0},
		{HEAD(RUN_A, "") "{\"record\":\"cli\n", "f:2: error: no JSON", 0, 0},
		{HEAD(RUN_A, "") "{\"record\":\"client\"," RUN_A "}",
			"f:2: error: client: is missing", 0, 0},
		{"", "f: error: it holds no record", 0, 0},
		{"\n\n", "f: error: it holds no record", 0, 0},
		{HEAD(RUN_A, "") "\n\nhello\n", "f:4: error: no JSON", 0, 0},
		{HEAD(RUN_A,
			 "") "{\"record\":\"end\",\"run\":\"00000000000000aa\",\"target\":\"t\"}\n",
			"f:2: error: target: another one", 0, 0},
		{END(RUN_A),
			"the run 00000000000000aa (smtp://a.example.net) has no \"run\" record", 0,
			0},
		/* the document of the format json */
		{"{\"runs\": [{\"shards\": [" HEAD(RUN_A, "") "], \"ends\": [" END(RUN_A) "]}]}",
			"", 1, 0},
		{"{\"runs\": []}", "f: error: it holds no record", 0, 0},
		{"{\"runs\": [{\"clients\": [{}]}]}", "f: error: runs[0]: this is no record", 0, 0},
		{"{\"runs\": [{\"clients\": [1]}]}", "f: error: runs[0]: has to be an object", 0,
			0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record_set *set = record_set_new(&memory_standard);
		struct buffer complaint;
		buffer_init(&complaint, &memory_standard, 65536);
		CHECK_CASE("%s", rows[i].text);
		bool good = record_set_read(set, "f", octets_of(rows[i].text), &complaint) &&
			    record_set_finish(set, &complaint);
		CHECK_INT(good, rows[i].complaint[0] == 0);
		CHECK_OCTETS(
			octets_cut(octets_of(buffer_string(&complaint)), strlen(rows[i].complaint)),
			octets_of(rows[i].complaint));
		if (good) {
			CHECK_INT(set->run_count, rows[i].runs);
			CHECK_INT(set->cut, rows[i].cut);
		}
		buffer_free(&complaint);
		record_set_free(set);
	}
}

static void clients_stand_in_the_order_of_the_plan(void)
{
	static const char text[] = HEAD(RUN_A, "\"c\",\"a\",\"b\",\"d\"")
		CLIENT(RUN_A, "z", "sends") CLIENT(RUN_A, "b", "sends") CLIENT(RUN_A, "a", "hung")
			CLIENT(RUN_A, "c", "sends") CLIENT(RUN_A, "a", "sends")
				CLIENT(RUN_A, "b", "sends");
	static const char *const names[] = {"c", "a", "b", "z"};
	struct record_set *set = read_records("f", octets_of(text));
	if (set == NULL)
		return;
	const struct record_list *clients = &set->runs[0].lists[RECORD_CLIENT];
	if (CHECK_INT(clients->count, 4)) {
		for (size_t i = 0; i < 4; i++)
			CHECK_TEXT(record_words(clients->items[i], "client"), names[i]);
		CHECK_TEXT(record_words(clients->items[1], "verdict"), "sends");
	}
	/* "a" came twice and differently, "b" twice and alike; nothing was heard of "d" */
	CHECK_INT(set->runs[0].replaced, 1);
	CHECK_INT(record_run_missing(&set->runs[0]), 1);
	CHECK(!record_run_is_whole(&set->runs[0]));
	CHECK(record_set_find_target(set, "smtp://a.example.net") == &set->runs[0]);
	CHECK(record_set_find_target(set, "smtp://c.example.net") == NULL);
	record_set_free(set);
}

/* Two shards of one plan are one run, whose plan is that of both. */
static void shards_are_one_run(void)
{
	static const char text[] = HEAD(RUN_A, "\"a\"") CLIENT(RUN_A, "a", "sends") END(RUN_A)
		HEAD(RUN_A, "\"b\"") CLIENT(RUN_A, "b", "sends");
	struct record_set *set = read_records("f", octets_of(text));
	if (set == NULL)
		return;
	CHECK_INT(set->run_count, 1);
	CHECK_INT(set->runs[0].lists[RECORD_RUN].count, 2);
	CHECK(record_run_is_whole(&set->runs[0]));
	record_set_free(set);
}

/* Of our own allocations; jansson's are not ours to fail. */
static void every_failing_allocation_is_survived(void)
{
	struct octets example = read_example("hostile.jsonl");
	bool good = false;
	for (size_t at = 1; !good && at < 1000; at++) {
		struct failing_memory failing;
		struct buffer complaint;
		failing_memory_init(&failing, at);
		struct record_set *set = record_set_new(&failing.memory);
		buffer_init(&complaint, &memory_standard, 65536);
		good = set != NULL && record_set_read(set, "f", example, &complaint) &&
		       record_set_finish(set, &complaint) && failing.count < at;
		record_set_free(set);
		CHECK_INT(failing.live, 0);
		buffer_free(&complaint);
	}
	CHECK(good);
	free((void *)(uintptr_t)example.at);
}

#define TESTS(T)                                                                                   \
	T(lines_are_judged)                                                                        \
	T(what_is_too_much_is_refused)                                                             \
	T(texts_are_made_readable)                                                                 \
	T(files_are_read)                                                                          \
	T(clients_stand_in_the_order_of_the_plan)                                                  \
	T(shards_are_one_run)                                                                      \
	T(every_failing_allocation_is_survived)
CHECK_MAIN("records", TESTS)
