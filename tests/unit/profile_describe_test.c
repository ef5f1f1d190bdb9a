/* profile_describe: keys and profiles as text, and that profiles/README.md is fresh. */
#include "describe.h"
#include "failing_memory.h"
#include "profile_fixture.h"
#include "yaml.h"

#define SHOWS(groups) "evidence: [{trace: \"a log\", shows: [" groups "]}]\n"

static void profile_is_shown_with_its_evidence(void)
{
	static struct named_text others[] = {
		{"parent", SHOWS("hello") "hello.ipv6-tag: \"\"\n"}, {NULL, NULL}};
	struct buffer errors, out;
	struct profile *profile = fixture_load(PROFILE_CLIENT,
		SHOWS("data, message") "name: A phone\nabout: It does.\nbased-on: parent\n"
				       "breaks: [needless-reset, bad-literal]\n"
				       "data.before-dot: \"\\r\\n\\e\"\nmessage.mailer: \" x\"\n",
		others, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	if (!CHECK(profile != NULL))
		return;
	buffer_init(&out, &memory_standard, 1 << 16);
	CHECK(describe_profile(&out, profile, "phone"));
	CHECK_TEXT(buffer_string(&out),
		"phone: A phone (client)\n"
		"          It does.\n"
		"based on: parent, correct\n"
		"breaks:   needless-reset, bad-literal\n"
		"3 differences from the correct client\n"
		"\n"
		"hello.ipv6-tag: \"\"\n"
		"    correct: \"IPv6:\"\n"
		"    What stands before an IPv6 {address}; its scope is always cut (RFC 5321 4.1.3; Sy\n"
		"    ehlo-ipv6-no-tag).\n"
		"    trace in parent:\n"
		"        a log\n"
		"\n"
		"data.before-dot: \"\\r\\n\\e\"\n"
		"    correct: \"\"\n"
		"    Octets between the last line end of the body and the line of the final dot (RFC 5321\n"
		"    4.1.1.4; Sy trailing-blank-line).\n"
		"    trace:\n"
		"        a log\n"
		"\n"
		"message.mailer: \" x\"\n"
		"    The value of {mailer}; not written: absent (Sy hdr-x-mailer).\n"
		"    trace:\n"
		"        a log\n");
	buffer_free(&out);
	/* too little room is a failure, and not less text */
	buffer_init(&out, &memory_standard, 100);
	CHECK(!describe_profile(&out, profile, "phone"));
	buffer_free(&out);
	profile_free(profile);
}

/* A hostile profile cannot reach the terminal of whoever looks at it. */
static void shown_text_is_escaped(void)
{
	struct buffer errors, out;
	struct profile *profile = fixture_load(PROFILE_SERVER,
		"name: \"a\\e[2Jb\"\nabout: \"c\\u202Ed\"\nhost: \"e\\u009Bf\\u202Eg\"\n"
		"evidence: [{test: \"h\\ei\", shows: [host]}]\n",
		NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	buffer_init(&out, &memory_standard, 1 << 16);
	CHECK(profile != NULL && describe_profile(&out, profile, "x"));
	CHECK_TEXT(buffer_string(&out),
		"x: a\\x1B[2Jb (server)\n"
		"          c\\xE2\\x80\\xAEd\n"
		"based on: correct\n"
		"1 difference from the correct server\n"
		"\n"
		"host: \"e\\x9Bf\\u202Eg\"\n"
		"    correct: mx.example.net\n"
		"    The name of the server, {host} in its replies (RFC 5321 4.2).\n"
		"    test:\n"
		"        h\\x1Bi\n");
	buffer_free(&out);
	profile_free(profile);
}

/* What a value is printed as reads back as the same value. */
static void printed_values_read_back(void)
{
	static const char *const rows[] = {"[reset]", "[]", "\"\"", "\"ESMTP \"", "\" x\"",
		"5-85 ms", "-1", "{a: b, c: [d, \"e f: g\"]}", "\"[{address}]\"", "\"a\\\"b\\\\c\"",
		"\"\\r\\n\\t\\e\\x07\"", "\"\\0\"", "\"gr\xc3\xbc\xc3\x9f\"", "\"\\u202E\"",
		"\"\\U0001F4F1\"", "\"none\"", "none", "\"# x\"", "'it''s'", "{\"a: b\": c}"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena arena;
		struct buffer nothing, first, second;
		arena_init(&arena, &memory_standard);
		buffer_init(&nothing, &memory_standard, 4096);
		buffer_init(&first, &memory_standard, 4096);
		buffer_init(&second, &memory_standard, 4096);
		CHECK_CASE("%s", rows[i]);
		struct complaints complaints = {
			.out = &nothing, .file = "", .text = octets_of(rows[i])};
		const struct node *node = yaml_read(&arena, &complaints);
		CHECK(node != NULL && node_print(&first, node));
		complaints.text = buffer_octets(&first);
		const struct node *again = yaml_read(&arena, &complaints);
		CHECK_TEXT(buffer_string(&nothing), "");
		if (CHECK(again != NULL)) {
			CHECK_INT(again->kind, node->kind);
			CHECK_OCTETS(again->text, node->text);
			CHECK_INT(node_is_word(again, "none"), node_is_word(node, "none"));
			CHECK(node_print(&second, again));
			CHECK_OCTETS(buffer_octets(&second), buffer_octets(&first));
		}
		buffer_free(&nothing);
		buffer_free(&first);
		buffer_free(&second);
		arena_free(&arena);
	}
}

static void keys_are_listed(void)
{
	struct buffer out;
	buffer_init(&out, &memory_standard, 1 << 18);
	CHECK(describe_keys(&out, PROFILE_CLIENT));
	static const char place[] =
		"\nflow.PLACE: []\n"
		"    list of reset, noop, hello\n"
		"    PLACE: before-hello-retry, after-tls, after-auth, before-first, before-next,\n"
		"    before-next-if-failed, before-next-if-begun, after-message, after-failure, before-quit\n"
		"    Extra commands";
	CHECK(strstr(buffer_string(&out), place) != NULL);
	buffer_free(&out);
	buffer_init(&out, &memory_standard, 1 << 18);
	CHECK(describe_keys(&out, PROFILE_SERVER));
	CHECK(strncmp(buffer_string(&out), "host: mx.example.net\n    text\n", 30) == 0);
	buffer_free(&out);
}

/* Every key has a sentence that ends and says where it is known from, and a path of its own. */
static void every_key_is_whole(void)
{
	for (int kind = 0; kind < PROFILE_KIND_COUNT; kind++) {
		size_t count;
		const struct key *keys = profile_keys((enum profile_kind)kind, &count);
		CHECK(count >= (kind == PROFILE_LINK ? 15 : 40));
		for (size_t i = 0; i < count; i++) {
			const char *sentence = keys[i].sentence;
			CHECK_CASE("%s", keys[i].path);
			CHECK(sentence[strlen(sentence) - 1] == '.' && strlen(sentence) > 20);
			struct match match;
			struct buffer path;
			buffer_init(&path, &memory_standard, 256);
			for (const char *at = keys[i].path; *at != 0;) {
				size_t len = strcspn(at, "."), level = 0;
				bool named = *at >= 'A' && *at <= 'Z';
				level = named && strstr(keys[i].path, "VERB.") == NULL &&
							strstr(keys[i].path, "ROW.") == NULL
						? 0
						: strchr(at, '.') == NULL;
				if (named)
					buffer_append_text(&path, keys[i].names[level]->texts[0]);
				else
					buffer_append(&path, at, len);
				at += len;
				if (*at == '.')
					buffer_append(&path, at++, 1);
			}
			CHECK_INT(keys_match((enum profile_kind)kind, buffer_octets(&path), &match),
				MATCH_KEY);
			CHECK(match.key == &keys[i]);
			buffer_free(&path);
		}
	}
}

static void check_table(struct buffer *readme, enum profile_kind kind, const char *word)
{
	struct buffer table;
	char begin[80], end[80];
	buffer_init(&table, &memory_standard, 1 << 18);
	snprintf(begin, sizeof begin, "<!-- %s keys: written by the key list -->\n", word);
	snprintf(end, sizeof end, "<!-- end of %s keys -->", word);
	const char *from = strstr(buffer_string(readme), begin);
	const char *to = from == NULL ? NULL : strstr(from, end);
	CHECK_CASE("%s keys: the README does not hold what describe_keys_markdown() writes", word);
	CHECK(describe_keys_markdown(&table, kind));
	if (CHECK(from != NULL && to != NULL))
		CHECK_OCTETS(octets_make(from + strlen(begin), (size_t)(to - from) - strlen(begin)),
			buffer_octets(&table));
	buffer_free(&table);
}

static void readme_is_fresh(void)
{
	struct buffer readme, why;
	buffer_init(&readme, &memory_standard, PROFILE_MAX_OCTETS + 1);
	buffer_init(&why, &memory_standard, 4096);
	CHECK(catalogue_read_file("profiles/README.md", false, &readme, &why));
	CHECK_TEXT(buffer_string(&why), "");
	check_table(&readme, PROFILE_CLIENT, "client");
	check_table(&readme, PROFILE_SERVER, "server");
	check_table(&readme, PROFILE_LINK, "link");
	buffer_free(&readme);
	buffer_free(&why);
}

/* The text between two lines of the README, without these. */
static struct octets example(struct buffer *readme, const char *heading)
{
	static const char begin[] = "```yaml\n";
	const char *from = strstr(buffer_string(readme), heading);
	from = from == NULL ? NULL : strstr(from, begin);
	const char *to = from == NULL ? NULL : strstr(from, "\n```\n");
	if (!CHECK(to != NULL))
		return octets_of("");
	from += strlen(begin);
	return octets_make(from, (size_t)(to - from) + 1);
}

/* Whoever copies an example of the README into a file has a good profile. */
static void examples_of_the_readme_are_good(void)
{
	static const struct {
		enum profile_kind kind;
		const char *heading, *name;
	} rows[] = {{PROFILE_CLIENT, "\nA client:\n", "A phone that resets"},
		{PROFILE_SERVER, "\nA server:\n", "A server that forgets"},
		{PROFILE_LINK, "\nA link:\n", "A train through the hills"}};
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile_source source = catalogue_source(catalogue);
	struct buffer readme, errors;
	buffer_init(&readme, &memory_standard, PROFILE_MAX_OCTETS + 1);
	buffer_init(&errors, &memory_standard, 1 << 16);
	CHECK(catalogue_read_file("profiles/README.md", false, &readme, &errors));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i].name);
		struct profile *profile = profile_load_text(&memory_standard, rows[i].kind,
			"example.yaml", example(&readme, rows[i].heading), &source, &errors);
		CHECK_TEXT(buffer_string(&errors), "");
		if (!CHECK(profile != NULL))
			continue;
		CHECK_OCTETS(profile_title(profile), octets_of(rows[i].name));
		CHECK(profile_setting_count(profile) >= 5);
		profile_free(profile);
	}
	buffer_free(&readme);
	buffer_free(&errors);
	catalogue_close(catalogue);
}

#define TESTS(T)                                                                                   \
	T(profile_is_shown_with_its_evidence)                                                      \
	T(shown_text_is_escaped)                                                                   \
	T(printed_values_read_back)                                                                \
	T(keys_are_listed)                                                                         \
	T(every_key_is_whole)                                                                      \
	T(readme_is_fresh)                                                                         \
	T(examples_of_the_readme_are_good)
CHECK_MAIN("profile describe", TESTS)
