/* profile_errors: each way in which a file can be wrong, and the exact message. */
#include "lineage.h"
#include "profile_fixture.h"

#include <stdlib.h>

static void check_errors(
	enum profile_kind kind, const char *text, struct named_text *others, const char *message)
{
	struct buffer errors;
	struct profile *profile = fixture_load(kind, text, others, &errors);
	CHECK_TEXT(buffer_string(&errors), message);
	CHECK((profile == NULL) == (message[0] != 0));
	profile_free(profile);
	buffer_free(&errors);
}

#define PUT_IT "; put the parent into FOLDER/clients/ and say --profiles FOLDER"
#define SHOWN "evidence: [{test: x, shows: [flow, hello, reactions, data]}]\n"

static const struct {
	const char *text, *message;
} wrong_files[] = {
	{SHOWN "flow: {befor-first: [reset]}\n",
		"test.yaml:2:8: error: unknown key \"flow.befor-first\" (did you mean "
		"\"flow.before-first\"?)\n"
		"  flow: {befor-first: [reset]}\n"
		"         ^~~~~~~~~~~\n"},
	{SHOWN "flow.befor-first: [reset]\n",
		"test.yaml:2:1: error: unknown key \"flow.befor-first\" (did you mean "
		"\"flow.before-first\"?)\n"
		"  flow.befor-first: [reset]\n"
		"  ^~~~~~~~~~~~~~~~\n"},
	{"quirks: 1\n", "test.yaml:1:1: error: unknown key \"quirks\"\n  quirks: 1\n  ^~~~~~\n"},
	{"nme: x\n", "test.yaml:1:1: error: unknown key \"nme\" (did you mean \"name\"?)\n"
		     "  nme: x\n  ^~~\n"},
	{"flow.: 1\n", "test.yaml:1:1: error: unknown key \"flow.\"\n  flow.: 1\n  ^~~~~\n"},
	{"\"\": 1\n", "test.yaml:1:2: error: unknown key \"\"\n  \"\": 1\n   ^\n"},
	{"\" \": 1\n", "test.yaml:1:2: error: unknown key \" \"\n  \" \": 1\n   ^\n"},
	{"\"flow\\0\": {}\n", "test.yaml:1:2: error: no key holds a NUL\n"
			      "  \"flow\\0\": {}\n   ^~~~~~\n"},
	{"flow before: {}\n",
		"test.yaml:1:1: error: unknown key \"flow before\"\n  flow before: {}\n"
		"  ^~~~~~~~~~~\n"},
	{SHOWN "reactions: {hello: {421 60: quit}}\n",
		"test.yaml:2:21: error: unknown key \"reactions.hello.421 60\"\n"
		"  reactions: {hello: {421 60: quit}}\n"
		"                      ^~~~~~\n"},
	{SHOWN "reactions: {helo: {421: quit}}\n",
		"test.yaml:2:13: error: unknown key \"reactions.helo\" (did you mean "
		"\"reactions.hello\"?)\n"
		"  reactions: {helo: {421: quit}}\n"
		"              ^~~~\n"},
	{SHOWN "reactions.hello: {421 421: quit}\n",
		"test.yaml:2:19: error: duplicate key \"reactions.hello.421\" (first in line 2)\n"
		"  reactions.hello: {421 421: quit}\n"
		"                    ^~~~~~~\n"},
	{"flow: x\n", "test.yaml:1:7: error: \"flow\" holds further keys; found a text\n"
		      "  flow: x\n        ^\n"},
	{"name: x\nname: y\n", "test.yaml:2:1: error: duplicate key \"name\" (first in line 1)\n"
			       "  name: y\n  ^~~~\n"},
	{SHOWN "flow: {before-first: [reset]}\nflow.before-first: []\n",
		"test.yaml:3:1: error: duplicate key \"flow.before-first\" (first in line 2)\n"
		"  flow.before-first: []\n  ^~~~~~~~~~~~~~~~~\n"},
	{"name: &a x\n", "test.yaml:1:8: error: anchors are not taken\n  name: &a x\n         ^\n"},
	{"name: *a\n", "test.yaml:1:8: error: aliases are not taken\n  name: *a\n         ^\n"},
	{"name: !!str x\n",
		"test.yaml:1:7: error: tags are not taken\n  name: !!str x\n        ^~~~~\n"},
	{"<<: {}\n", "test.yaml:1:1: error: merge keys are not taken; use based-on\n"
		     "  <<: {}\n  ^~\n"
		     "test.yaml:1:1: error: unknown key \"<<\"\n  <<: {}\n  ^~\n"},
	{"name: x\n---\nname: y\n",
		"test.yaml:2:1: error: a second document; a file is one profile\n"
		"  ---\n  ^~~\n"},
	{"%YAML 1.2\n---\nname: x\n",
		"test.yaml:1:1: error: directives are not taken\n  %YAML 1.2\n  ^\n"},
	{"name: x\n...\n%x\n", "test.yaml:3:1: error: directives are not taken\n  %x\n  ^\n"},
	{"- a\n", "test.yaml:1:1: error: a profile is a map of keys; found a list\n  - a\n  ^\n"},
	{"? [a]\n: b\n", "test.yaml:1:3: error: a key must be a text\n  ? [a]\n    ^\n"},
	{"name: \"\xc3\"\n",
		"test.yaml:1:8: error: octet \\xC3 is not UTF-8\n  name: \"\\xC3\"\n         ^~~~\n"},
	{"name: gr\xc3\xbc\xc3\x9f\x07\n",
		"test.yaml:1:11: error: control character \\x07; write it escaped in double "
		"quotes\n  name: gr\xc3\xbc\xc3\x9f\\x07\n            ^~~~\n"},
	{"name: [x\n", "test.yaml:2:1: error: flow sequence without a closing bracket\n  \n  ^\n"},
	{"name: \"x\n", "test.yaml:1:8: error: double-quoted scalar without closing quote\n"
			"  name: \"x\n         ^\n"},
	{"name:\n", "test.yaml:1:1: error: expected a text, found nothing\n  name:\n  ^~~~\n"},
	{"breaks: x\n", "test.yaml:1:9: error: breaks: expected a list of rules, found a text\n"
			"  breaks: x\n          ^\n"},
};

static void errors_have_line_and_caret(void)
{
	for (size_t i = 0; i < sizeof wrong_files / sizeof *wrong_files; i++) {
		CHECK_CASE("%s", wrong_files[i].text);
		check_errors(PROFILE_CLIENT, wrong_files[i].text, NULL, wrong_files[i].message);
	}
	/* a NUL ends no text */
	CHECK_CASE("NUL");
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 4096);
	CHECK(profile_load_text(&memory_standard, PROFILE_CLIENT, "nul.yaml",
		      octets_make("name: a\0b\n", 10), NULL, &errors) == NULL);
	CHECK_TEXT(buffer_string(&errors),
		"nul.yaml:1:8: error: control character \\x00; write it escaped in double quotes\n"
		"  name: a\\x00b\n         ^~~~\n");
	buffer_free(&errors);
}

static void evidence_is_asked_for(void)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"flow: {before-first: [reset]}\n",
			"test.yaml:1:8: error: no evidence shows \"flow.before-first\"\n"
			"  flow: {before-first: [reset]}\n         ^~~~~~~~~~~~\n"},
		{"evidence: [{test: x, shows: [flow.before-next]}]\nflow.before-first: []\n",
			"test.yaml:2:1: error: no evidence shows \"flow.before-first\"\n"
			"  flow.before-first: []\n  ^~~~~~~~~~~~~~~~~\n"},
		{"evidence: [{test: x, shows: [reactions.auth.53]}]\nreactions.auth.535: quit\n",
			"test.yaml:1:30: error: evidence for an unknown key \"reactions.auth.53\"\n"
			"  evidence: [{test: x, shows: [reactions.auth.53]}]\n"
			"                               ^~~~~~~~~~~~~~~~~\n"
			"test.yaml:2:1: error: no evidence shows \"reactions.auth.535\"\n"
			"  reactions.auth.535: quit\n  ^~~~~~~~~~~~~~~~~~\n"},
		{"evidence: [{rumour: x, shows: [flow]}]\n",
			"test.yaml:1:13: error: unknown kind of evidence \"rumour\"\n"
			"  evidence: [{rumour: x, shows: [flow]}]\n              ^~~~~~\n"},
		{"evidence: [{sourc: x, shows: [flow]}]\n",
			"test.yaml:1:13: error: unknown kind of evidence \"sourc\" (did you mean "
			"\"source\"?)\n"
			"  evidence: [{sourc: x, shows: [flow]}]\n              ^~~~~\n"},
		{"evidence: [{test: x, trace: y, shows: [flow]}]\n",
			"test.yaml:1:12: error: evidence has one kind, not 2\n"
			"  evidence: [{test: x, trace: y, shows: [flow]}]\n             ^\n"},
		{"evidence: [{shows: [flow]}]\n",
			"test.yaml:1:12: error: evidence has one kind, not 0\n"
			"  evidence: [{shows: [flow]}]\n             ^\n"},
		{"evidence: [{test: x}]\n",
			"test.yaml:1:12: error: evidence says what it shows (shows)\n"
			"  evidence: [{test: x}]\n             ^\n"},
		{"evidence: [{test: x, shows: []}]\n",
			"test.yaml:1:29: error: shows: expected a list of keys, found an empty one\n"
			"  evidence: [{test: x, shows: []}]\n                              ^\n"},
		{"evidence: [{test: , shows: [flow]}]\n",
			"test.yaml:1:13: error: evidence says where it is from; expected a text, found "
			"nothing\n"
			"  evidence: [{test: , shows: [flow]}]\n              ^~~~\n"},
		{"evidence: [flow]\n",
			"test.yaml:1:12: error: expected evidence such as {trace: \"where\", shows: "
			"[flow]}, found a text\n"
			"  evidence: [flow]\n             ^~~~\n"},
		{"evidence: {test: x, shows: [flow]}\n",
			"test.yaml:1:11: error: evidence: expected a list, found a map\n"
			"  evidence: {test: x, shows: [flow]}\n            ^\n"},
		{"evidence: [{test: x, shows: [flow]}]\nflow: {before-first: [reset]}\n", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i].text);
		check_errors(PROFILE_CLIENT, rows[i].text, NULL, rows[i].message);
	}
}

static void parents_are_found_or_named(void)
{
	static struct named_text others[] = {{"a", "based-on: b\n"}, {"b", "based-on: a\n"},
		{"self", "based-on: self\n"}, {"bad", "flow: {befor-first: [reset]}\n"},
		{"d1", "based-on: d2"}, {"d2", "based-on: d3"}, {"d3", "based-on: d4"},
		{"d4", "based-on: d5"}, {"d5", "based-on: d6"}, {"d6", "based-on: d7"},
		{"d7", "based-on: d8"}, {"d8", "name: eight"}, {"d0", "based-on: d1"},
		{NULL, NULL}};
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"based-on: nowhere\n",
			"test.yaml:1:11: error: there is no client profile \"nowhere\"\n"
			"  based-on: nowhere\n            ^~~~~~~\n"},
		{"based-on: ../a\n",
			"test.yaml:1:11: error: \"../a\" is no name of a profile" PUT_IT "\n"
			"  based-on: ../a\n            ^~~~\n"},
		{"based-on: .a\n",
			"test.yaml:1:11: error: \".a\" is no name of a profile" PUT_IT "\n"
			"  based-on: .a\n            ^~\n"},
		{"based-on: a..b\n",
			"test.yaml:1:11: error: \"a..b\" is no name of a profile" PUT_IT "\n"
			"  based-on: a..b\n            ^~~~\n"},
		{"based-on: A\n", "test.yaml:1:11: error: \"A\" is no name of a profile" PUT_IT "\n"
				  "  based-on: A\n            ^\n"},
		{"based-on: [a]\n", "test.yaml:1:11: error: expected a text, found a list\n"
				    "  based-on: [a]\n            ^\n"},
		{"based-on: a\n", "b.yaml:1:11: error: \"a\" would be based on itself\n"
				  "  based-on: a\n            ^\n"},
		{"based-on: self\n", "self.yaml:1:11: error: \"self\" would be based on itself\n"
				     "  based-on: self\n            ^~~~\n"},
		{"based-on: bad\n",
			"bad.yaml:1:8: error: unknown key \"flow.befor-first\" (did you mean "
			"\"flow.before-first\"?)\n"
			"  flow: {befor-first: [reset]}\n         ^~~~~~~~~~~\n"},
		{"based-on: d1\n", ""},
		{"based-on: d0\n", "d7.yaml:1:11: error: more than 8 profiles based on each other\n"
				   "  based-on: d8\n            ^~\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i].text);
		check_errors(PROFILE_CLIENT, rows[i].text, others, rows[i].message);
	}
}

static void names_lead_nowhere_else(void)
{
	static const struct {
		const char *name, *message;
	} rows[] = {
		{"../correct", "../correct: error: this is no name of a profile ([a-z0-9.-])\n"},
		{"", ": error: this is no name of a profile ([a-z0-9.-])\n"},
		{"clients/correct",
			"clients/correct: error: this is no name of a profile ([a-z0-9.-])\n"},
		{"nowhere", "nowhere: error: there is no server profile of this name\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer errors;
		struct profile_source source = {.context = NULL, .read = fixture_read};
		buffer_init(&errors, &memory_standard, 4096);
		CHECK_CASE("%s", rows[i].name);
		CHECK(profile_load(&memory_standard, PROFILE_SERVER, rows[i].name, &source,
			      &errors) == NULL);
		CHECK_TEXT(buffer_string(&errors), rows[i].message);
		buffer_free(&errors);
	}
	char longest[66];
	memset(longest, 'a', sizeof longest);
	CHECK(profile_name_is_valid(octets_make(longest, 64)));
	CHECK(!profile_name_is_valid(octets_make(longest, 65)));
}

/* Some text, made of `count` times the middle. */
static char *repeated(const char *before, const char *middle, size_t count, const char *after)
{
	size_t len = strlen(middle);
	char *text = malloc(strlen(before) + count * len + strlen(after) + 1);
	if (text == NULL)
		abort();
	strcpy(text, before);
	char *at = text + strlen(before);
	for (size_t i = 0; i < count; i++, at += len)
		memcpy(at, middle, len);
	strcpy(at, after);
	return text;
}

/* Only the first line counts here. */
static void check_first_line(const char *text, const char *message)
{
	struct buffer errors;
	CHECK_CASE("%s", message);
	struct profile *profile = fixture_load(PROFILE_CLIENT, text, NULL, &errors);
	struct octets all = buffer_octets(&errors);
	CHECK_OCTETS(octets_cut(all, octets_find(all, '\n')), octets_of(message));
	CHECK(profile == NULL);
	profile_free(profile);
	buffer_free(&errors);
}

/* Eight settings for each row of reactions, from auth-m0000 on. */
static void append_settings(struct buffer *out, size_t from, size_t rows)
{
	buffer_append_text(out, "evidence: [{test: x, shows: [reactions]}]\nreactions:\n");
	for (size_t i = 0; i < rows; i++)
		buffer_format(
			out, " auth-m%04zu: {530 531 532 533 534 535 536 537: quit}\n", from + i);
}

/* A profile with its parents is no larger than a file alone may be. */
static void settings_are_counted_over_all_parents(void)
{
	for (size_t more = 0; more < 2; more++) {
		struct buffer own, parent, errors;
		buffer_init(&own, &memory_standard, 1 << 20);
		buffer_init(&parent, &memory_standard, 1 << 20);
		buffer_append_text(&own, "based-on: parent\n");
		append_settings(&own, 0, 250);
		append_settings(&parent, 125, SETTINGS_MAX / 8 - 250);
		buffer_append_text(&parent, more == 0 ? "" : " auth-last: {535: quit}\n");
		struct named_text others[] = {{"parent", buffer_string(&parent)}, {NULL, NULL}};
		CHECK_CASE("%zu more", more);
		struct profile *profile =
			fixture_load(PROFILE_CLIENT, buffer_string(&own), others, &errors);
		CHECK_TEXT(buffer_string(&errors),
			more == 0
				? ""
				: "parent.yaml: error: more than 4096 keys together with what is based on "
				  "it\n");
		CHECK((profile == NULL) == (more == 1));
		if (profile != NULL)
			CHECK_INT(profile_setting_count(profile), SETTINGS_MAX - 1000);
		profile_free(profile);
		buffer_free(&own);
		buffer_free(&parent);
		buffer_free(&errors);
	}
}

static void check_loaded_text(
	const struct profile_source *source, const char *text, const char *message)
{
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 4096);
	CHECK_CASE("%s", text);
	struct profile *profile = profile_load_text(
		&memory_standard, PROFILE_CLIENT, "x.yaml", octets_of(text), source, &errors);
	CHECK_TEXT(buffer_string(&errors), message);
	CHECK((profile == NULL) == (message[0] != 0));
	profile_free(profile);
	buffer_free(&errors);
}

static void a_profile_has_a_name(void)
{
	static const char want[] = "x.yaml: error: a profile has a name (name)\n";
	check_loaded_text(NULL, "", want);
	check_loaded_text(NULL, "# nothing\n", want);
	check_loaded_text(NULL, "about: nameless\n", want);
	check_loaded_text(NULL, "based-on: correct\n", want);
	check_loaded_text(NULL, "name: x\n", "");
	/* one complaint, not two, where it is mistyped */
	check_loaded_text(NULL, "nme: x\n",
		"x.yaml:1:1: error: unknown key \"nme\" (did you mean \"name\"?)\n"
		"  nme: x\n  ^~~\n");
}

/* Values are looked into before evidence is looked for; a reader goes from line to line. */
static void errors_come_in_the_order_of_lines(void)
{
	check_loaded_text(NULL,
		"name: x\nflow.before-first: [reset]\nhello.verb: x\nflw: 1\n"
		"flow.before-next: []\nevidence: [{test: x, shows: [hello]}]\n",
		"x.yaml:2:1: error: no evidence shows \"flow.before-first\"\n"
		"  flow.before-first: [reset]\n  ^~~~~~~~~~~~~~~~~\n"
		"x.yaml:3:13: error: \"x\" is not one of ehlo, helo\n"
		"  hello.verb: x\n              ^\n"
		"x.yaml:4:1: error: unknown key \"flw\" (did you mean \"flow\"?)\n"
		"  flw: 1\n  ^~~\n"
		"x.yaml:5:1: error: no evidence shows \"flow.before-next\"\n"
		"  flow.before-next: []\n  ^~~~~~~~~~~~~~~~\n");
}

static const char *two_rules(void *context, size_t index)
{
	static const char *const rules[] = {"needless-reset", "bare-lf"};
	(void)context;
	return index < 2 ? rules[index] : NULL;
}

static void rules_are_those_of_the_source(void)
{
	struct profile_source source = {.read = fixture_read, .rule = two_rules};
	check_loaded_text(&source, "name: x\nbreaks: [bare-lf, needless-reset]\n", "");
	check_loaded_text(&source, "name: x\nbreaks: [needless-rset, quirks]\n",
		"x.yaml:2:10: error: unknown rule \"needless-rset\" (did you mean "
		"\"needless-reset\"?)\n"
		"  breaks: [needless-rset, quirks]\n           ^~~~~~~~~~~~~\n"
		"x.yaml:2:25: error: unknown rule \"quirks\"\n"
		"  breaks: [needless-rset, quirks]\n                          ^~~~~~\n");
	source.rule = NULL;
	check_loaded_text(&source, "name: x\nbreaks: [needless-rset, quirks]\n", "");
}

/* Of the catalogue's own names: a server where a client is wanted, and a slip of the finger. */
static void names_that_were_meant_are_offered(void)
{
	static const struct {
		enum profile_kind kind;
		const char *name, *message;
	} rows[] = {
		{PROFILE_CLIENT, "lenient",
			"lenient: error: there is no client profile of this name; \"lenient\" is a "
			"server profile\n"},
		{PROFILE_SERVER, "symbian-9.1",
			"symbian-9.1: error: there is no server profile of this name; "
			"\"symbian-9.1\" is a client profile\n"},
		{PROFILE_SERVER, "leniant",
			"leniant: error: there is no server profile of this name (did you mean "
			"\"lenient\"?)\n"},
		{PROFILE_SERVER, "qmail",
			"qmail: error: there is no server profile of this name (did you mean "
			"\"qmail-spamcontrol\"?)\n"},
		{PROFILE_CLIENT, "nothing-like-it",
			"nothing-like-it: error: there is no client profile of this name\n"},
	};
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile_source source = catalogue_source(catalogue);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer errors;
		buffer_init(&errors, &memory_standard, 4096);
		CHECK_CASE("%s", rows[i].name);
		CHECK(profile_load(&memory_standard, rows[i].kind, rows[i].name, &source,
			      &errors) == NULL);
		CHECK_TEXT(buffer_string(&errors), rows[i].message);
		buffer_free(&errors);
	}
	check_loaded_text(&source, "name: x\nbased-on: symbian-3x\n",
		"x.yaml:2:11: error: there is no client profile \"symbian-3x\" (did you mean "
		"\"symbian-3\"?)\n"
		"  based-on: symbian-3x\n            ^~~~~~~~~~\n");
	check_loaded_text(&source, "name: x\nbased-on: lenient\n",
		"x.yaml:2:11: error: there is no client profile \"lenient\"; \"lenient\" is a "
		"server profile\n"
		"  based-on: lenient\n            ^~~~~~~\n");
	catalogue_close(catalogue);
}

static void sizes_are_capped(void)
{
	char *large = repeated("name: x\n# ", "x", PROFILE_MAX_OCTETS - 10, "");
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_CLIENT, large, NULL, &errors);
	CHECK_CASE("as large as may be");
	CHECK_TEXT(buffer_string(&errors), "");
	CHECK(profile != NULL);
	profile_free(profile);
	buffer_free(&errors);
	free(large);
	large = repeated("name: x\n# ", "x", PROFILE_MAX_OCTETS - 9, "");
	check_first_line(large, "test.yaml: error: larger than 262144 octets");
	free(large);
	large = repeated("name: ", "[", 12, "");
	check_first_line(large, "test.yaml:1:18: error: nested deeper than 12");
	free(large);
	large = repeated("name: ", "[", 100000, "");
	check_first_line(large, "test.yaml:1:18: error: nested deeper than 12");
	free(large);
	large = repeated("", "- ", 13, "x\n");
	check_first_line(large, "test.yaml:1:25: error: nested deeper than 12");
	free(large);
	large = repeated("breaks: [", "a,", 8192, "a]\n");
	check_first_line(large, "test.yaml:1:16388: error: more than 8192 values in one file");
	free(large);
}

static void twenty_are_shown(void)
{
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1);
	for (int more = 0; more < 2; more++) {
		char *text = repeated("flow: {", "before-first: [], ", more ? 22 : 21, "}\n");
		struct profile *profile = fixture_load(PROFILE_CLIENT, text, NULL, &errors);
		size_t shown = 0;
		struct octets rest = buffer_octets(&errors);
		static const char sentence[] = ": error: ";
		for (; rest.len > sizeof sentence; rest = octets_from(rest, 1))
			shown += octets_start_nocase(rest, sentence);
		CHECK_CASE("%d", more);
		CHECK_INT(shown, 20);
		rest = buffer_octets(&errors);
		static const char last[] = "and more; 20 are shown\n";
		CHECK_OCTETS(octets_from(rest, rest.len - strlen(last)), octets_of(last));
		CHECK(profile == NULL);
		profile_free(profile);
		buffer_free(&errors);
		free(text);
	}
}

/* A line of thousands of octets is shown in part, the caret still under the place. */
static void long_lines_are_cut(void)
{
	char *text = repeated("about: \"", "x", 1000, "\xff\"\n");
	struct buffer errors, want;
	struct profile *profile = fixture_load(PROFILE_CLIENT, text, NULL, &errors);
	buffer_init(&want, &memory_standard, 4096);
	buffer_append_text(&want, "test.yaml:1:1009: error: octet \\xFF is not UTF-8\n  ");
	for (int i = 0; i < 80; i++)
		buffer_append_byte(&want, 'x');
	buffer_append_text(&want, "\\xFF\"\n  ");
	for (int i = 0; i < 80; i++)
		buffer_append_byte(&want, ' ');
	buffer_append_text(&want, "^~~~\n");
	CHECK_OCTETS(buffer_octets(&errors), buffer_octets(&want));
	CHECK(profile == NULL);
	profile_free(profile);
	buffer_free(&errors);
	buffer_free(&want);
	free(text);
}

#define TESTS(T)                                                                                   \
	T(errors_have_line_and_caret)                                                              \
	T(evidence_is_asked_for)                                                                   \
	T(parents_are_found_or_named)                                                              \
	T(names_lead_nowhere_else)                                                                 \
	T(settings_are_counted_over_all_parents)                                                   \
	T(a_profile_has_a_name)                                                                    \
	T(errors_come_in_the_order_of_lines)                                                       \
	T(rules_are_those_of_the_source)                                                           \
	T(names_that_were_meant_are_offered)                                                       \
	T(sizes_are_capped)                                                                        \
	T(twenty_are_shown)                                                                        \
	T(long_lines_are_cut)
CHECK_MAIN("profile errors", TESTS)
