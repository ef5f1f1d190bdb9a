/* merge: records of several files become one, whatever their order; what is wrong is told. */
#include "merge.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#define ID_A "aaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbb"
#define HEAD(id, url) "\"run\":\"" id "\",\"target\":\"" url "\""
#define RUN_MORE(id, url, clients, more)                                                           \
	"{\"clients\":[" clients                                                                   \
	"],\"deliver\":false,\"facts\":false,\"format\":1,\"profiles\":\"p\","                     \
	"\"record\":\"run\"," HEAD(id, url) more ",\"tool\":\"handset 1\"}\n"
#define RUN(id, url, clients) RUN_MORE(id, url, clients, "")
#define SHARD(index, count, by)                                                                    \
	",\"shard\":{\"by\":\"" by "\",\"count\":" count ",\"index\":" index "}"
#define CONTROL(id, url, result)                                                                   \
	"{\"record\":\"control\",\"result\":\"" result "\"," HEAD(id, url) ",\"who\":\"msub\"}\n"
#define CLIENT_MORE(id, url, name, verdict, more)                                                  \
	"{\"client\":\"" name "\"," more                                                           \
	"\"record\":\"client\"," HEAD(id, url) ",\"verdict\":\"" verdict "\"}\n"
#define CLIENT(id, url, name, verdict) CLIENT_MORE(id, url, name, verdict, "")
#define END_MORE(id, url, more) "{\"record\":\"end\"," HEAD(id, url) more "}\n"
#define END(id, url) END_MORE(id, url, "")

#define A ID_A, "smtp://a"
#define B ID_B, "smtp://b"

/* Macros of macros: A and B are two arguments each. */
#define RUN_(...) RUN(__VA_ARGS__)
#define RUN_MORE_(...) RUN_MORE(__VA_ARGS__)
#define CONTROL_(...) CONTROL(__VA_ARGS__)
#define CLIENT_(...) CLIENT(__VA_ARGS__)
#define CLIENT_MORE_(...) CLIENT_MORE(__VA_ARGS__)
#define END_(...) END(__VA_ARGS__)
#define END_MORE_(...) END_MORE(__VA_ARGS__)

#define PLAN "\"x\",\"y\""
#define WHOLE_A                                                                                    \
	RUN_(A, PLAN)                                                                              \
	CONTROL_(A, "sends") CLIENT_(A, "x", "sends") CLIENT_(A, "y", "hung") END_(A)
#define WHOLE_B RUN_(B, PLAN) CLIENT_(B, "x", "sends") CLIENT_(B, "y", "sends") END_(B)

static const struct {
	const char *name, *files[4];
	const char *findings; /* all lines */
	size_t contradictions, gaps, records;
} rows[] = {
	{"one server in one file", {WHOLE_A}, "", 0, 0, 5},
	{"two servers in two files", {WHOLE_A, WHOLE_B}, "", 0, 0, 9},
	{"the same file twice", {WHOLE_A, WHOLE_A}, "", 0, 0, 5},
	{"an empty file of a part without servers", {WHOLE_A, ""}, "", 0, 0, 5},
	{"clients divided",
		{RUN_MORE_(A, "\"x\"", SHARD("1", "2", "client")) CLIENT_(A, "x", "sends")
				END_MORE_(A, SHARD("1", "2", "client")),
			RUN_MORE_(A, "\"y\"", SHARD("2", "2", "client")) CLIENT_(A, "y", "sends")
				END_MORE_(A, SHARD("2", "2", "client"))},
		"", 0, 0, 6},
	{"a part of the clients is missing",
		{RUN_MORE_(A, "\"y\"", SHARD("2", "3", "client")) CLIENT_(A, "y", "sends")
				END_MORE_(A, SHARD("2", "3", "client"))},
		"gap: smtp://a: shard 1 of 3 is missing\ngap: smtp://a: shard 3 of 3 is missing\n",
		0, 2, 3},
	{"the end of a part is missing",
		{RUN_MORE_(A, "\"x\"", SHARD("1", "1", "client")) CLIENT_(A, "x", "sends")},
		"gap: smtp://a, shard 1/1 by client did not come to its end; --resume goes on with it\n",
		0, 1, 2},
	{"servers divided",
		{RUN_MORE_(A, "", SHARD("1", "2", "target"))
				END_MORE_(A, SHARD("1", "2", "target")),
			RUN_MORE_(B, "", SHARD("2", "2", "target"))
				END_MORE_(B, SHARD("2", "2", "target"))},
		"", 0, 0, 4},
	{"a part of the servers is missing, or empty",
		{RUN_MORE_(A, "", SHARD("1", "2", "target"))
				END_MORE_(A, SHARD("1", "2", "target"))},
		"gap: shard 2 of 2 has no server: none fell to it, or its file is missing; --targets "
		"FILE can tell\n",
		0, 1, 2},
	{"parts of another number",
		{RUN_MORE_(A, "", SHARD("1", "1", "target"))
				END_MORE_(A, SHARD("1", "1", "target")),
			RUN_MORE_(B, "", SHARD("2", "2", "target"))
				END_MORE_(B, SHARD("2", "2", "target"))},
		"contradiction: parts of 1 and parts of 2\n", 1, 0, 4},
	{"killed: a client and the end are missing, the last line is cut off",
		{RUN_(A, PLAN) CONTROL_(A, "sends")
				CLIENT_(A, "x", "sends") "{\"client\":\"y\",\"rec"},
		"gap: smtp://a: 1 of 2 clients are missing (y)\n"
		"gap: smtp://a did not come to its end; --resume goes on with it\n"
		"note: in 1 file the last line is cut off and was left out\n",
		0, 2, 3},
	{"the control could not send: no client is missing",
		{RUN_(A, PLAN) CONTROL_(A, "login-refused") END_(A)}, "", 0, 0, 3},
	{"gone on with elsewhere: what concludes counts",
		{RUN_(A, PLAN) CLIENT_(A, "x", "sends") CLIENT_(A, "y", "inconclusive"),
			RUN_MORE_(A, PLAN, ",\"started\":\"later\"") CLIENT_(A, "y", "hung")
				END_(A)},
		"", 0, 0, 4},
	{"two verdicts",
		{WHOLE_A, RUN_(A, PLAN) CLIENT_(A, "x", "cannot-send") CLIENT_(A, "y", "hung")
				  END_(A)},
		NULL, 1, 0, 5},
	{"in one file the later one counts: no contradiction",
		{RUN_(A, PLAN) CLIENT_(A, "x", "sends") CLIENT_(A, "y", "sends")
				CLIENT_(A, "x", "inconclusive") END_(A)},
		"", 0, 0, 4},
	{"the same verdict, measured twice",
		{WHOLE_A, RUN_(A, PLAN) CLIENT_MORE_(A, "x", "sends", "\"elapsed-ms\":7,")
				  CLIENT_(A, "y", "hung") END_(A)},
		"", 0, 0, 5},
	{"another plan of the same run", {WHOLE_A, RUN_(A, "\"x\"") END_(A)},
		"contradiction: smtp://a: the plan: \"clients\" is another one in another file\n",
		1, 0, 5},
	{"other profiles for the other server",
		{WHOLE_A,
			"{\"clients\":[],\"deliver\":true,\"facts\":false,\"format\":1,\"profiles\":\"q\","
			"\"record\":\"run\",\"run\":\"" ID_B
			"\",\"target\":\"smtp://b\",\"tool\":\"handset 2\"}\n" END_(B)},
		"contradiction: smtp://b was examined by another version of handset than smtp://a "
		"(tool)\n"
		"contradiction: smtp://b was examined with other clients, or with other profiles of "
		"them than smtp://a (profiles)\n"
		"contradiction: smtp://b was examined with --deliver, and others without than smtp://a "
		"(deliver)\n",
		3, 0, 7},
	{"one server in two runs",
		{WHOLE_A, RUN(ID_B, "smtp://a", PLAN) CLIENT(ID_B, "smtp://a", "x", "sends")
				  CLIENT(ID_B, "smtp://a", "y", "hung") END(ID_B, "smtp://a")},
		"contradiction: smtp://a was examined in two runs (" ID_A " and " ID_B
		"), not in parts of one (which have the same --seed, or went on with --resume); "
		"handset report shows several runs as they are\n",
		1, 0, 9},
	{"facts were asked for, and none is there",
		{"{\"clients\":[],\"facts\":true,\"format\":1,\"record\":\"run\",\"run\":\"" ID_A
		 "\",\"target\":\"smtp://a\"}\n" END_(A)},
		"gap: smtp://a: the facts about the server are missing\n", 0, 1, 2},
	{"a run without its beginning", {WHOLE_A, CLIENT_(B, "x", "sends") END_(B)},
		"contradiction: smtp://b: the run " ID_B " has no beginning in any file\n", 1, 0,
		7},
};
enum { ROWS = sizeof rows / sizeof *rows };

static size_t file_count(size_t row)
{
	size_t count = 0;
	while (count < 4 && rows[row].files[count] != NULL)
		count++;
	return count;
}

/* The files from `first` on, each once, round and round. */
static void merge_files(size_t row, size_t first, struct buffer *out, struct buffer *findings,
	struct merge_findings *found)
{
	struct merge *merge = merge_new(&memory_standard);
	size_t count = file_count(row);
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 65536);
	for (size_t i = 0; i < count; i++)
		CHECK(merge_read(merge, "file", octets_of(rows[row].files[(first + i) % count]),
			&complaint));
	CHECK_TEXT(buffer_string(&complaint), "");
	*found = (struct merge_findings){.lines = findings};
	CHECK(merge_judge(merge, NULL, 0, found));
	CHECK_INT(merge_count(merge), rows[row].records);
	CHECK(merge_write(merge, out));
	merge_free(merge);
	buffer_free(&complaint);
}

static void what_is_missing_or_contradicts_is_told(void)
{
	for (size_t row = 0; row < ROWS; row++) {
		struct buffer out, findings;
		struct merge_findings found;
		buffer_init(&out, &memory_standard, 1 << 20);
		buffer_init(&findings, &memory_standard, 1 << 20);
		CHECK_CASE("%s", rows[row].name);
		merge_files(row, 0, &out, &findings, &found);
		if (rows[row].findings != NULL)
			CHECK_TEXT(buffer_string(&findings), rows[row].findings);
		CHECK_INT(found.contradictions, rows[row].contradictions);
		CHECK_INT(found.gaps, rows[row].gaps);
		buffer_free(&out);
		buffer_free(&findings);
	}
}

static void the_order_of_files_makes_no_difference(void)
{
	for (size_t row = 0; row < ROWS; row++) {
		struct buffer first, second, findings;
		struct merge_findings found, other;
		buffer_init(&first, &memory_standard, 1 << 20);
		buffer_init(&second, &memory_standard, 1 << 20);
		buffer_init(&findings, &memory_standard, 1 << 20);
		CHECK_CASE("%s", rows[row].name);
		merge_files(row, 0, &first, &findings, &found);
		merge_files(row, 1, &second, &findings, &other);
		CHECK_OCTETS(buffer_octets(&second), buffer_octets(&first));
		CHECK_INT(other.contradictions, found.contradictions);
		CHECK_INT(other.gaps, found.gaps);
		buffer_free(&first);
		buffer_free(&second);
		buffer_free(&findings);
	}
}

static void merged_again_it_is_the_same(void)
{
	for (size_t row = 0; row < ROWS; row++) {
		struct buffer once, twice, findings;
		struct merge_findings found;
		struct merge *merge = merge_new(&memory_standard);
		buffer_init(&once, &memory_standard, 1 << 20);
		buffer_init(&twice, &memory_standard, 1 << 20);
		buffer_init(&findings, &memory_standard, 1 << 20);
		CHECK_CASE("%s", rows[row].name);
		merge_files(row, 0, &once, &findings, &found);
		CHECK(merge_read(merge, "again", buffer_octets(&once), &findings));
		CHECK(merge_read(merge, "file", octets_of(rows[row].files[0]), &findings));
		CHECK(merge_write(merge, &twice));
		CHECK_OCTETS(buffer_octets(&twice), buffer_octets(&once));
		merge_free(merge);
		buffer_free(&once);
		buffer_free(&twice);
		buffer_free(&findings);
	}
}

static void a_list_tells_which_servers_are_missing(void)
{
	static const char *const list[] = {"smtp://b", "smtp://a", "smtp://c"};
	struct merge *merge = merge_new(&memory_standard);
	struct buffer findings;
	struct merge_findings found = {.lines = &findings};
	buffer_init(&findings, &memory_standard, 1 << 20);
	CHECK(merge_read(merge, "file", octets_of(WHOLE_A), &findings));
	CHECK(merge_judge(merge, list, 3, &found));
	CHECK_TEXT(
		buffer_string(&findings), "gap: smtp://b is missing\ngap: smtp://c is missing\n");
	merge_free(merge);
	buffer_free(&findings);
}

static void what_is_no_record_is_refused_with_its_line(void)
{
	static const char *const wrong[] = {"{}\n", "x\n", "{\"record\":\"end\"}\n", "[]\n"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct merge *merge = merge_new(&memory_standard);
		struct buffer text, complaint;
		buffer_init(&text, &memory_standard, 65536);
		buffer_init(&complaint, &memory_standard, 65536);
		CHECK_CASE("%s", wrong[i]);
		buffer_format(&text, "%s%s", RUN_(A, PLAN), wrong[i]);
		CHECK(!merge_read(merge, "file", buffer_octets(&text), &complaint));
		CHECK(strncmp(buffer_string(&complaint), "file:2: error: ", 15) == 0);
		merge_free(merge);
		buffer_free(&text);
		buffer_free(&complaint);
	}
}

#define TESTS(T)                                                                                   \
	T(what_is_missing_or_contradicts_is_told)                                                  \
	T(the_order_of_files_makes_no_difference)                                                  \
	T(merged_again_it_is_the_same)                                                             \
	T(a_list_tells_which_servers_are_missing)                                                  \
	T(what_is_no_record_is_refused_with_its_line)
CHECK_MAIN("merge", TESTS)
