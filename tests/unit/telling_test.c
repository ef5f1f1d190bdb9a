/* telling: profiles in sentences, and what two of them differ in. */
#include "comparison.h"
#include "describe.h"
#include "failing_memory.h"
#include "profile_fixture.h"
#include "telling.h"
#include "types.h"

#define SHOWS(groups) "evidence: [{trace: \"a log\", shows: [" groups "]}]\n"

static struct profile *load(const char *text)
{
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_CLIENT, text, NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return profile;
}

static bool has_row(const char *path)
{
	size_t count;
	const struct telling_row *rows = client_tellings(&count);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].path, path) == 0)
			return true;
	}
	return false;
}

static bool has_name(const char *path, const char *word)
{
	size_t count;
	const struct telling_name *names = client_telling_names(&count);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i].path, path) == 0 && strcmp(names[i].word, word) == 0)
			return true;
	}
	return false;
}

/* No key is told in the words of whoever writes profiles. */
static void every_key_has_a_sentence(void)
{
	size_t count;
	const struct key *keys = client_keys(&count);
	for (size_t i = 0; i < count; i++) {
		CHECK_CASE("%s", keys[i].path);
		if (keys[i].type == &type_reaction)
			continue;
		CHECK(has_row(keys[i].path));
		for (size_t j = 0; keys[i].names[0] != NULL && j < keys[i].names[0]->count; j++) {
			CHECK_CASE("%s: %s", keys[i].path, keys[i].names[0]->texts[j]);
			CHECK(has_name(keys[i].path, keys[i].names[0]->texts[j]));
		}
	}
}

/* A row is of a key, and its value one that the key can have; a sentence is one. */
static void every_sentence_is_of_a_key(void)
{
	size_t count, key_count;
	const struct telling_row *rows = client_tellings(&count);
	const struct key *keys = client_keys(&key_count);
	for (size_t i = 0; i < count; i++) {
		const struct key *key = keys;
		CHECK_CASE("%s: %s", rows[i].path, rows[i].text);
		while (key < keys + key_count && strcmp(key->path, rows[i].path) != 0)
			key++;
		if (!CHECK(key < keys + key_count))
			continue;
		if (rows[i].value != NULL && key->type == &type_word)
			CHECK(words_find(key->words, octets_of(rows[i].value)) < key->words->count);
		CHECK(rows[i].text[0] == '{' || (rows[i].text[0] >= 'A' && rows[i].text[0] <= 'Z'));
		CHECK_INT(rows[i].text[strlen(rows[i].text) - 1], '.');
	}
}

static void check_telling(const char *settings, const char *sentence)
{
	char text[1024];
	snprintf(text, sizeof text,
		SHOWS("flow, hello, reactions, timeouts, think, auth, data") "name: x\n%s\n",
		settings);
	struct profile *profile = load(text);
	CHECK_CASE("%s", settings);
	if (!CHECK(profile != NULL))
		return;
	struct tellings *tellings = tellings_make(&memory_standard, profile);
	CHECK_INT(tellings_count(tellings), 1);
	CHECK_TEXT(tellings_at(tellings, 0).text, sentence);
	CHECK_INT(tellings_at(tellings, 0).setting_count, profile_setting_count(profile));
	tellings_free(tellings);
	profile_free(profile);
}

static void settings_become_sentences(void)
{
	static const struct {
		const char *settings, *sentence;
	} rows[] = {
		{"flow.before-first: [reset]", "It says RSET before the first message."},
		{"flow: {before-first: [reset], before-next: [reset]}",
			"It says RSET before the first message and before each further message."},
		{"flow: {before-first: [noop], after-auth: [noop], before-quit: [noop]}",
			"It says NOOP before the first message, after a login and before QUIT."},
		{"flow.after-auth: [reset, noop]", "It says reset, noop after a login."},
		{"hello.ipv6-tag: \"\"", "An IPv6 address in its EHLO has no \"IPv6:\" before it."},
		{"hello.ipv6-tag: \"ip6:\"", "An IPv6 address in its EHLO has \"ip6:\" before it."},
		{"think: {hello: 3 ms, mail: 5-9 ms}",
			"It takes its time: 3 ms before EHLO and 5-9 ms before MAIL."},
		{"timeouts.end: 10 s", "It waits 10 s for the reply to the final dot."},
		{"timeouts: {end: none, data: none}",
			"It waits for ever for the reply to the final dot and the reply to DATA."},
		{"data.before-dot: \"\\r\\n\"",
			"Between the body and the final dot it sends \"\\r\\n\"."},
		{"auth.mechanisms: []", "It never logs in."},
		{"reactions.auth: {535: go-on}", "After 535 to AUTH it goes on without a login."},
		{"reactions.auth: {535 435 5xx: go-on}",
			"After 535, 435 or any 5xx to AUTH it goes on without a login."},
		{"reactions.auth-login: {235-: drop}",
			"After 235 in several lines to AUTH LOGIN it closes the connection without QUIT."},
		{"reactions.hello: {else: [next-name, helo, quit]}",
			"After any refusal of EHLO or HELO it says it again with its next name, or else "
			"says HELO instead, or else says QUIT."},
		{"reactions: {mail: {else: give-up}, data: {else: give-up}}",
			"After any refusal of MAIL or DATA it gives the message up and turns to the next."},
		{"reactions.auth: {not-offered: go-on}",
			"Where the server does not offer AUTH it goes on without a login."},
		{"reactions.body: {broken: quit}",
			"Where a message breaks off while it is sent it says QUIT in the middle of the "
			"message."},
		{"reactions.end: {lost: hang}",
			"When the connection is lost at the final dot it hangs."},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_telling(rows[i].settings, rows[i].sentence);
}

static const char phone_text[] = "name: A phone\nabout: It does.\n"
				 "evidence:\n- {trace: \"a log\", shows: [flow, timeouts]}\n"
				 "- {assumption: \"g\\e\", shows: [reactions, flow.before-next]}\n"
				 "flow: {before-first: [reset], before-next: [reset]}\n"
				 "reactions.auth: {535: go-on, else: drop}\ntimeouts.end: none\n";

static void a_profile_is_described(void)
{
	struct buffer out;
	struct profile *profile = load(phone_text);
	buffer_init(&out, &memory_standard, 1 << 16);
	CHECK(profile != NULL && describe_tellings(&out, profile, "phone"));
	CHECK_TEXT(buffer_string(&out),
		"phone: A phone (client)\n"
		"          It does.\n"
		"based on: correct\n"
		"What it does otherwise than a correct client:\n"
		"\n"
		"Login\n"
		"  - After 535 to AUTH it goes on without a login. [assumption 1]\n"
		"  - After any other refusal of AUTH it closes the connection without QUIT. [assumption 1]\n"
		"\n"
		"Envelope\n"
		"  - It says RSET before the first message and before each further message. [trace 2, assumption\n"
		"    1]\n"
		"\n"
		"Waiting and hearing\n"
		"  - It waits for ever for the reply to the final dot. [trace 2]\n"
		"\n"
		"How that is known\n"
		"  1 assumption: g\\x1B\n"
		"  2 trace: a log\n");
	buffer_free(&out);
	profile_free(profile);
	profile = load("name: Nothing\n");
	buffer_init(&out, &memory_standard, 1 << 16);
	CHECK(profile != NULL && describe_tellings(&out, profile, "x"));
	CHECK_TEXT(buffer_string(&out), "x: Nothing (client)\nbased on: correct\n"
					"It does nothing otherwise than a correct client.\n");
	buffer_free(&out);
	profile_free(profile);
}

/* Keys, values of both ("-": the correct one; "!" before what stands in), in their order. */
static void list_comparisons(struct buffer *out, const struct comparisons *comparisons)
{
	for (size_t i = 0; i < comparisons_count(comparisons); i++) {
		struct comparison one = comparisons_at(comparisons, i);
		for (size_t j = 0; j < one.path_count; j++)
			buffer_format(out, "%s ", one.paths[j]);
		for (size_t side = 0; side < 2; side++)
			buffer_format(out, "| %s%s ", one.stands_in[side] ? "!" : "",
				one.sides[side].path == NULL ? "-" : one.sides[side].value);
		buffer_append_byte(out, '\n');
	}
}

static void profiles_are_compared(void)
{
	static const struct {
		const char *one, *other, *differences;
	} rows[] = {
		{"", "", ""},
		{"flow.before-first: [reset]", "flow.before-first: [reset]", ""},
		{"flow.before-first: [reset]", "", "flow.before-first | [reset] | - \n"},
		{"", "data.stuffing: none", "data.stuffing | - | none \n"},
		{"data.stuffing: not-first", "data.stuffing: none",
			"data.stuffing | not-first | none \n"},
		{"timeouts.else: none", "timeouts: {else: none, end: 10 s}",
			"timeouts.end | !none | 10 s \n"},
		{"reactions.auth: {else: quit}", "reactions.auth: {421 450: quit, else: quit}", ""},
		{"reactions.auth: {else: quit}",
			"reactions.auth: {421 450: drop, 435: drop, 535: go-on}",
			"reactions.auth.else | quit | - \n"
			"reactions.auth.421 reactions.auth.450 reactions.auth.435 | !quit | drop \n"
			"reactions.auth.535 | !quit | go-on \n"},
		{"reactions.auth: {535: go-on, 5xx: quit}",
			"reactions.auth: {535-: drop, 535: go-on, 5xx: quit}",
			"reactions.auth.535- | !go-on | drop \n"},
		{"reactions.hello: {else: drop}",
			"reactions: {hello: {else: drop}, hello-in-tls: {4xx: quit}}",
			"reactions.hello-in-tls.4xx | !drop | quit \n"},
		/* a lost connection and a success are no refusals: `else` does not stand in */
		{"reactions.auth: {else: quit}", "reactions.auth: {235-: drop, else: quit}",
			"reactions.auth.235- | - | drop \n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[2][512];
		struct buffer out;
		snprintf(text[0], 512, SHOWS("flow, reactions, timeouts, data") "name: x\n%s\n",
			rows[i].one);
		snprintf(text[1], 512, SHOWS("flow, reactions, timeouts, data") "name: y\n%s\n",
			rows[i].other);
		struct profile *one = load(text[0]), *other = load(text[1]);
		struct comparisons *comparisons = comparisons_make(&memory_standard, one, other);
		buffer_init(&out, &memory_standard, 1 << 16);
		list_comparisons(&out, comparisons);
		CHECK_CASE("%s against %s", rows[i].one, rows[i].other);
		CHECK_TEXT(buffer_string(&out), rows[i].differences);
		buffer_free(&out);
		comparisons_free(comparisons);
		profile_free(one);
		profile_free(other);
	}
}

/* Several keys with one meaning are one sentence also there. */
static void comparisons_tell(void)
{
	struct profile *one =
		load(SHOWS("reactions, timeouts") "name: x\nreactions.auth: {else: quit}\n"
						  "timeouts.else: none\n");
	struct profile *other =
		load(SHOWS("reactions, timeouts") "name: y\ntimeouts: {else: none, end: 10 s}\n"
						  "reactions.auth: {435 535: go-on, else: quit}\n");
	struct comparisons *comparisons = comparisons_make(&memory_standard, one, other);
	if (CHECK_INT(comparisons_count(comparisons), 2)) {
		struct comparison end = comparisons_at(comparisons, 0);
		struct comparison login = comparisons_at(comparisons, 1);
		CHECK_TEXT(
			end.tellings[0], "It waits for ever for whatever has no limit of its own.");
		CHECK_TEXT(end.tellings[1], "It waits 10 s for the reply to the final dot.");
		CHECK_TEXT(login.tellings[0], "After any refusal of AUTH it says QUIT.");
		CHECK_TEXT(
			login.tellings[1], "After 435 or 535 to AUTH it goes on without a login.");
	}
	comparisons_free(comparisons);
	profile_free(one);
	profile_free(other);
}

static void without_memory_there_is_nothing(void)
{
	struct profile *profile = load(phone_text), *other = load("name: x\n");
	for (size_t fail = 1; fail < 10000; fail++) {
		struct failing_memory failing;
		failing_memory_init(&failing, fail);
		struct tellings *tellings = tellings_make(&failing.memory, profile);
		struct comparisons *comparisons =
			tellings == NULL ? NULL : comparisons_make(&failing.memory, profile, other);
		bool made = comparisons != NULL;
		comparisons_free(comparisons);
		tellings_free(tellings);
		CHECK_INT(failing.live, 0);
		if (made)
			break;
	}
	profile_free(profile);
	profile_free(other);
}

#define TESTS(T)                                                                                   \
	T(every_key_has_a_sentence)                                                                \
	T(every_sentence_is_of_a_key)                                                              \
	T(settings_become_sentences)                                                               \
	T(a_profile_is_described)                                                                  \
	T(profiles_are_compared)                                                                   \
	T(comparisons_tell)                                                                        \
	T(without_memory_there_is_nothing)
CHECK_MAIN("telling", TESTS)
