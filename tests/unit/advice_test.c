/* advice: our files answer every known cause; wrong files are refused with their place. */
#include "advice.h"
#include "advice_book.h"
#include "check.h"
#include "fact.h"
#include "failing_memory.h"
#include "keys.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

/* profiles/advice, read; NULL after a failed check. */
static struct advice_book *our_book(const struct memory *memory)
{
	static const char *const folders[] = {"profiles"};
	struct catalogue *catalogue = catalogue_open(&memory_standard, folders, 1);
	struct advice_book *book = advice_new(memory);
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1 << 20);
	bool good = book != NULL && catalogue != NULL &&
		    advice_read_catalogue(book, catalogue, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	CHECK(good);
	buffer_free(&errors);
	catalogue_close(catalogue);
	if (good)
		return book;
	advice_free(book);
	return NULL;
}

static size_t ask(const struct advice_book *book, const char *key, const char *value,
	const char *step, unsigned int code, const char *greeting, struct advice *answers)
{
	struct advice_cause cause = {key, value};
	struct advice_question question = {.causes = &cause,
		.cause_count = 1,
		.step = step,
		.code = code,
		.greeting = greeting};
	return advice_for(book, &question, answers, ADVICE_ANSWER_MAX);
}

static const char postfix[] = "220 mail.example.net ESMTP Postfix (Debian/GNU)";
static const char exim[] = "220 mail.example.net ESMTP Exim 4.96 Tue, 24 Nov 2026 01:02:03 +0000";
static const char dovecot[] = "220 mail.example.net Dovecot (Debian) ready.";
static const char qmail[] = "220 server.example.com ESMTP";
static const char pix[] = "220 ******************************2***0*00";

/* What is known to fail, as whom, and the first thing that is said to whoever runs the server. */
static const struct {
	const char *key, *value, *step;
	unsigned int code;
	const char *greeting, *software, *setting;
} cures[] = {
	{"flow.before-first", "[reset]", "recipient", 535, qmail, "qmail",
		"keep seenauth in smtp_rset()"},
	{"flow.before-next", "[reset]", "mail", 530, qmail, "qmail",
		"keep seenauth in smtp_rset()"},
	{"flow.before-first", "[reset]", "mail", 550, "220 EventMachine SMTP Server",
		"EventMachine SmtpServer", "override reset_protocol_state"},
	{"flow.after-auth", "[hello]", "mail", 502, "220 localhost ESMTP Service Ready", "go-smtp",
		"go-smtp 0.22.0 or later"},
	{"flow.before-first", "[reset]", "reset", 554, exim, "Exim",
		"smtp_accept_max_nonmail, smtp_accept_max_nonmail_hosts"},
	{"flow.before-first", "[reset]", "reset", 421, postfix, "Postfix",
		"smtpd_junk_command_limit"},
	{"flow.before-first", "[reset]", "starttls", 540, "220 mail.example.net ESMTP Courier",
		"Courier", "no setting; ESMTPS on port 465"},
	{"wire.mail", "\"MAIL FROM: <{sender}>\"", "mail", 501, dovecot, "Dovecot submission",
		"submission_client_workarounds = whitespace-before-path"},
	{"wire.recipient", "\"RCPT TO: <{recipient}>\"", "recipient", 501, dovecot,
		"Dovecot submission", "submission_client_workarounds = whitespace-before-path"},
	{"wire.mail", "\"MAIL FROM:{sender}\"", "mail", 501, dovecot, "Dovecot submission",
		"submission_client_workarounds = mailbox-for-path"},
	{"wire.mail", "\"MAIL FROM:{sender}\"", "mail", 501, "220 h ESMTP Haraka/3.1.0 ready",
		"Haraka", "strict_rfc1869"},
	{"wire.helo", "HELO", "hello", 501, postfix, "Postfix", "smtpd_command_filter"},
	{"hello.names", "[\"my_phone\"]", "hello", 501, exim, "Exim", "helo_allow_chars"},
	{"hello.names", "[\"[1N?IPv6:::1]\"]", "hello", 501, exim, "Exim",
		"helo_accept_junk_hosts"},
	{"hello.names", "[localhost]", "recipient", 504, postfix, "Postfix",
		"smtpd_delay_reject, smtpd_helo_restrictions"},
	{"offers.auth-equals", "only", "mail", 530, postfix, "Postfix", "broken_sasl_auth_clients"},
	{"auth.prompts", "[username, password]", "auth", 334, exim, "Exim", "server_prompts"},
	{"auth.unadvertised", "true", "auth", 503, exim, "Exim",
		"control = allow_auth_unadvertised"},
	{"flow.hello-after-tls", "false", "auth", 503, exim, "Exim", "tls_remember_esmtp"},
	{"replies.reading.mail", "first-line", "data", 250, exim, "Exim",
		"control = no_multiline_responses"},
	{"tls.start", "at-once", "greeting", 554, exim, "Exim", "smtp_enforce_sync"},
	{"tls.start", "at-once", "tls", 0, postfix, "Postfix",
		"submissions service, smtpd_tls_wrappermode"},
	{"tls.versions", "[TLS1.0]", "tls", 0, postfix, "Postfix", "smtpd_tls_mandatory_protocols"},
	{"tls.needs-session-id", "true", "tls", 0, postfix, "Postfix",
		"smtpd_tls_always_issue_session_ids"},
	{"auth.mechanisms", "[CRAM-MD5, LOGIN]", "auth", 535, postfix, "Postfix",
		"smtpd_sasl_mechanism_filter"},
	{"auth.mechanisms", "[login]", "auth", 504, "220 h Python SMTP 1.4.3", "aiosmtpd",
		"a release that compares mechanisms without case"},
	{"auth.mechanisms", "[]", "recipient", 535, postfix, "", "the device's address"},
	{"data.line-ends", "lf", "end", 521, postfix, "Postfix", "smtpd_forbid_bare_newline"},
	{"timeouts.end", "60 s", "end", 0, postfix, "Postfix", "content_filter"},
	{"wire.line-end", "lf", "hello", 0, "220 mail.example.net ESMTP Courier", "Courier", ""},
	{"flow.before-first", "[reset]", "mail", 530, pix, "Cisco PIX or ASA in front",
		"no fixup protocol smtp, no inspect esmtp"},
};

static void a_known_cause_has_its_cure_first(void)
{
	struct advice_book *book = our_book(&memory_standard);
	for (size_t i = 0; book != NULL && i < sizeof cures / sizeof *cures; i++) {
		struct advice answers[ADVICE_ANSWER_MAX];
		CHECK_CASE("%s at %s", cures[i].key, cures[i].greeting);
		size_t count = ask(book, cures[i].key, cures[i].value, cures[i].step, cures[i].code,
			cures[i].greeting, answers);
		if (!CHECK(count > 1))
			continue;
		CHECK_TEXT(answers[0].software, cures[i].software);
		CHECK_TEXT(answers[0].setting, cures[i].setting);
		CHECK(answers[0].fits && !answers[0].to_owner && answers[0].source[0] != 0);
	}
	advice_free(book);
}

/* Who failed of one thing is not told how to cure another. */
static const struct {
	const char *key, *value, *step;
	unsigned int code;
	const char *greeting, *ehlo;
	const char *told, *not_told; /* a part of a text; NULL: no matter */
} misfits[] = {
	/* no reply refused it, so there is no number of errors to raise */
	{"reactions.hello.250-", "[helo, go-on]", "auth", 0, exim, NULL, "says HELO, and then",
		"smtp_max_synprot_errors"},
	{"wire.helo", "HELO", "hello", 421, exim, NULL, "smtp_max_synprot_errors", NULL},
	/* a dot in front of @ is no blank behind a colon, and no brackets */
	{"wire.mail", "\"MAIL FROM:<{local}.@{domain}>\"", "mail", 501, postfix, NULL,
		"take the dot out there", "HELO"},
	{"wire.mail", "\"MAIL FROM:<{local}.@{domain}>\"", "mail", 501, postfix, NULL,
		"ends in a dot", "plain addresses"},
	{"wire.mail", "\"MAIL FROM:<{local}.@{domain}>\"", "mail", 501, postfix, NULL,
		"ends in a dot", "is no setting"},
	{"wire.helo", "HELO", "hello", 501, postfix, NULL, "domain.invalid",
		"smtpd_helo_restrictions"},
	/* a second EHLO is no RSET */
	{"flow.after-auth", "[hello]", "mail", 530, "220 a", NULL, "a second EHLO",
		"must outlive RSET"},
	{"flow.after-auth", "[reset]", "mail", 530, "220 a", NULL, "must outlive RSET", NULL},
	/* RSET that is refused is no login that is forgotten */
	{"flow.before-first", "[reset]", "reset", 500, "220 a", NULL, "Answer RSET with 250",
		"must outlive RSET"},
	/* what is offered need not be offered, and what is not offered is not to be taken back */
	{"auth.mechanisms", "[LOGIN, PLAIN]", "auth", 535, "220 a", "250-a\n250 AUTH LOGIN PLAIN",
		"without an initial response, the user", "Offer PLAIN and LOGIN"},
	{"auth.mechanisms", "[LOGIN]", "auth", 0, "220 a", "250-a\n250 AUTH CRAM-MD5",
		"Offer PLAIN and LOGIN", "Do not offer CRAM-MD5"},
	{"auth.mechanisms", "[LOGIN]", "auth", 0, "220 a", "250-a\\n250 AUTH PLAIN", NULL,
		"initial response"},
	{"auth.mechanisms", "[CRAM-MD5]", "auth", 535, "220 a", "250 AUTH CRAM-MD5 PLAIN LOGIN",
		"Do not offer CRAM-MD5", "Offer PLAIN and LOGIN"},
	{"auth.mechanisms", "[CRAM-MD5]", "auth", 535, "220 a", "250 AUTH PLAIN LOGIN", NULL,
		"Do not offer CRAM-MD5"},
	/* names that are no IPv6 address, and names that nobody can set */
	{"hello.names", "[localhost]", "hello", 504, "220 a", NULL, "is no setting", "IPv6"},
	{"hello.names", "[localhost]", "hello", 504, "220 a", NULL, NULL, "Give the device"},
	{"hello.names", "[\"{device}\"]", "hello", 504, "220 a", NULL, "Give the device", "IPv6"},
	{"offers.case", "exact", "auth", 0, postfix, NULL, "in capitals", "port 465"},
	{"offers.case", "exact", "auth", 0, postfix, NULL, "in capitals", "Hide the extension"},
	{"data.line-ends", "lf", "end", 451, "220 a", NULL, "with CR LF", "begin with a dot"},
};

static bool is_told(const struct advice *answers, size_t count, const char *part)
{
	for (size_t i = 0; i < count; i++) {
		if (answers[i].fits && strstr(answers[i].text, part) != NULL)
			return true;
	}
	return false;
}

static void advice_fits_the_failure(void)
{
	struct advice_book *book = our_book(&memory_standard);
	for (size_t i = 0; book != NULL && i < sizeof misfits / sizeof *misfits; i++) {
		struct advice answers[ADVICE_ANSWER_MAX];
		struct advice_cause cause = {misfits[i].key, misfits[i].value};
		const struct advice_question question = {.causes = &cause,
			.cause_count = 1,
			.step = misfits[i].step,
			.code = misfits[i].code,
			.greeting = misfits[i].greeting,
			.ehlo = misfits[i].ehlo};
		size_t count = advice_for(book, &question, answers, ADVICE_ANSWER_MAX);
		CHECK_CASE("%zu: %s: %s", i, misfits[i].key, misfits[i].value);
		CHECK(misfits[i].told == NULL || is_told(answers, count, misfits[i].told));
		CHECK(misfits[i].not_told == NULL || !is_told(answers, count, misfits[i].not_told));
	}
	advice_free(book);
}

/* What a server cannot refuse: what the client composes, its pace, what it does with refusals. */
static bool can_be_a_cause(const char *path)
{
	static const char *const not [] = {"reactions", "message", "outbox", "envelope.order"};
	for (size_t i = 0; i < sizeof not / sizeof *not ; i++) {
		if (strncmp(path, not [i], strlen(not [i])) == 0)
			return false;
	}
	return true;
}

/* The path of a row without its parts in capitals: flow.PLACE is asked as flow.before-first. */
static void example_of(const struct key *key, char *path, size_t room)
{
	snprintf(path, room, "%s", key->path);
	char *part = strpbrk(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (part != NULL && key->names[0] != NULL)
		snprintf(part, room - (size_t)(part - path), "%s", key->names[0]->texts[0]);
}

static void every_key_has_advice_for_both(void)
{
	struct advice_book *book = our_book(&memory_standard);
	size_t key_count;
	const struct key *keys = client_keys(&key_count);
	for (size_t i = 0; book != NULL && i < key_count; i++) {
		struct advice answers[ADVICE_ANSWER_MAX];
		char path[128];
		size_t owner = 0;
		example_of(&keys[i], path, sizeof path);
		if (!can_be_a_cause(path))
			continue;
		CHECK_CASE("%s", path);
		size_t count = ask(book, path, NULL, NULL, 0, "220 unknown.example.net", answers);
		for (size_t j = 0; j < count; j++)
			owner += answers[j].to_owner;
		CHECK(owner > 0);
	}
	advice_free(book);
}

static void every_fact_has_advice(void)
{
	struct advice_book *book = our_book(&memory_standard);
	size_t facts = 0;
	for (size_t i = 0; book != NULL && fact_row(i) != NULL; i++, facts++) {
		struct advice answers[ADVICE_ANSWER_MAX];
		struct advice_question question = {.fact = fact_row(i)->name, .greeting = "220 a"};
		CHECK_CASE("%s", fact_row(i)->name);
		CHECK(advice_for(book, &question, answers, ADVICE_ANSWER_MAX) > 0 &&
			answers[0].fits);
	}
	CHECK(facts > 50);
	advice_free(book);
}

/* What no fact is called is never asked for: each pattern of ours fits one. */
static void every_fact_of_the_advice_is_one(void)
{
	struct advice_book *book = our_book(&memory_standard);
	for (size_t i = 0; book != NULL && i < book->count; i++) {
		const struct advice_chapter *chapter = &book->chapters[i];
		for (size_t j = 0; j < chapter->item_count; j++) {
			const struct advice_patterns *named = &chapter->items[j].facts;
			for (size_t k = 0; k < named->count; k++) {
				size_t fits = 0;
				for (size_t f = 0; fact_row(f) != NULL; f++)
					fits += pattern_fits(
						named->items[k], octets_of(fact_row(f)->name));
				CHECK_CASE("%s: %s", chapter->software, named->items[k]);
				CHECK(fits > 0);
			}
		}
	}
	advice_free(book);
}

static void other_software_comes_last_and_does_not_fit(void)
{
	struct advice_book *book = our_book(&memory_standard);
	struct advice answers[ADVICE_ANSWER_MAX];
	size_t count = book == NULL ? 0
				    : ask(book, "wire.mail", "\"MAIL FROM:{sender}\"", "mail", 501,
					      exim, answers);
	bool others = false;
	CHECK(count > 3);
	CHECK_TEXT(count > 0 ? answers[0].software : "none", "");
	for (size_t i = 0; i < count; i++) {
		CHECK(!others || !answers[i].fits);
		CHECK(answers[i].fits || answers[i].setting[0] != 0);
		others = others || !answers[i].fits;
	}
	CHECK(others);
	advice_free(book);
}

static void a_fact_is_answered_without_causes(void)
{
	struct advice_book *book = our_book(&memory_standard);
	struct advice answers[ADVICE_ANSWER_MAX];
	struct advice_question question = {.fact = "hello-underscore", .likeness = "exim-4.96"};
	if (book == NULL)
		return;
	if (CHECK(advice_for(book, &question, answers, ADVICE_ANSWER_MAX) > 1))
		CHECK_TEXT(answers[0].setting, "helo_allow_chars");
	CHECK_INT(advice_for(book, &question, answers, 1), 1);
	question = (struct advice_question){.fact = "login-survives-reset",
		.greeting = "220 mail.example.net at your service",
		.replies = "334 \n235 ok, go ahead (#2.0.0)\n250 flushed"};
	if (CHECK(advice_for(book, &question, answers, ADVICE_ANSWER_MAX) > 1))
		CHECK_TEXT(answers[0].software, "qmail");
	question.replies = "235 2.7.0 ok\n250 2.0.0 flushed";
	if (CHECK(advice_for(book, &question, answers, ADVICE_ANSWER_MAX) > 1))
		CHECK_TEXT(answers[0].software, "");
	question.fact = "no-such-fact";
	CHECK_INT(advice_for(book, &question, answers, ADVICE_ANSWER_MAX), 0);
	advice_free(book);
}

/* A whole file around one item. */
#define ITEM(fields) "advice:\n  - {" fields "}\n"
#define ENDING ", do: x, source: y"

static const struct {
	const char *text, *message; /* the first line of what is said; "": it is good */
} files[] = {
	{ITEM("for: [flow]" ENDING), ""},
	{ITEM("facts: [login-*]" ENDING), ""},
	{ITEM("for: [{key: wire.mail, value: \"*: *\"}], at: [mail], code: [5xx, 501]" ENDING), ""},
	{"software: S\nmatches: {greeting: S, ehlo: [a, b], reply: r, likeness: s}\n" ITEM(
		 "for: [flow], to: owner, setting: z" ENDING),
		""},
	{"", "test.yaml: error: no advice in it (advice)"},
	{"advice: x\n",
		"test.yaml:1:9: error: advice: expected a list of at most 128, found a text"},
	{"advice: [x]\n",
		"test.yaml:1:10: error: a piece of advice is a map of keys; found a text"},
	{"softwar: x\nadvice: []\n",
		"test.yaml:1:1: error: unknown key \"softwar\" (did you mean \"software\"?)"},
	{"matches: {greeting: x}\nadvice: []\n",
		"test.yaml:1:10: error: matches what? Say which software this is (software)"},
	{"software: S\nmatches: {banner: x}\nadvice: []\n",
		"test.yaml:2:11: error: unknown key \"banner\""},
	{"software: S\nelsewhere: no\nadvice: []\n",
		"test.yaml:2:12: error: elsewhere: shown or hidden"},
	{ITEM("do: x, source: y"),
		"test.yaml:2:5: error: advice without what it is for: say for: [KEY, …] or facts: "
		"[FACT, …]"},
	{ITEM("for: [flow], source: y"), "test.yaml:2:5: error: advice without what to do (do)"},
	{ITEM("for: [flow], do: x"),
		"test.yaml:2:5: error: advice without where it is documented (source)"},
	{ITEM("for: flow" ENDING),
		"test.yaml:2:11: error: for: expected a list of keys, found a text"},
	{ITEM("for: []" ENDING),
		"test.yaml:2:11: error: for: expected a list of keys, found an empty one"},
	{ITEM("for: [flow.befor-first]" ENDING),
		"test.yaml:2:12: error: no client profile has a key \"flow.befor-first\" (did you mean "
		"\"flow.before-first\"?)"},
	{ITEM("for: [{value: x}]" ENDING),
		"test.yaml:2:12: error: which key? Write {key: …, value: …}"},
	{ITEM("for: [{key: flow, is: x}]" ENDING),
		"test.yaml:2:24: error: expected a key and its value, such as {key: wire.mail, value: "
		"\"*: <*\"}"},
	{ITEM("for: [flow], facts: [Login]" ENDING),
		"test.yaml:2:26: error: a fact's name is lower-case letters, digits and dashes, or a "
		"pattern of them"},
	{ITEM("for: [flow], facts: []" ENDING),
		"test.yaml:2:26: error: expected texts, found an empty list"},
	{ITEM("for: [flow], at: [rcpt]" ENDING),
		"test.yaml:2:23: error: there is no step \"rcpt\""},
	{ITEM("for: [flow], code: [5x]" ENDING),
		"test.yaml:2:25: error: a code is three digits, a class such as 5xx, or none"},
	{ITEM("for: [flow], code: [none], offered: [a], not-offered: b" ENDING), ""},
	{ITEM("for: [flow], code: [non]" ENDING),
		"test.yaml:2:25: error: a code is three digits, a class such as 5xx, or none"},
	{ITEM("for: [flow], code: [650]" ENDING),
		"test.yaml:2:25: error: a code is three digits, a class such as 5xx, or none"},
	{ITEM("for: [flow], to: admin" ENDING), "test.yaml:2:23: error: to: server or owner"},
	{ITEM("for: [flow], do: \"a\\eb\", source: y"),
		"test.yaml:2:24: error: holds what cannot be read or shown"},
	{ITEM("for: [flow], do: [x], source: y"),
		"test.yaml:2:23: error: expected a text, found a list"},
	{ITEM("for: [flow], do: , source: y"),
		"test.yaml:2:19: error: expected a text, found nothing"},
	{ITEM("for: [flow], does: x" ENDING),
		"test.yaml:2:19: error: unknown key \"does\" (did you mean \"do\"?)"},
	{"advice: []\nadvice: []\n",
		"test.yaml:2:1: error: duplicate key \"advice\" (first in line 1)"},
	{"advice: &a []\n", "test.yaml:1:10: error: anchors are not taken"},
	{"- x\n", "test.yaml:1:1: error: a file of advice is a map of keys; found a list"},
};

static void files_are_read_strictly(void)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct advice_book *book = advice_new(&memory_standard);
		struct buffer errors;
		buffer_init(&errors, &memory_standard, 1 << 20);
		CHECK_CASE("%s", files[i].text);
		bool good = advice_read(book, "test.yaml", octets_of(files[i].text), &errors);
		buffer_truncate(&errors, octets_find(buffer_octets(&errors), '\n'));
		CHECK_TEXT(buffer_string(&errors), files[i].message);
		CHECK(good == (files[i].message[0] == 0));
		buffer_free(&errors);
		advice_free(book);
	}
}

static void a_text_has_an_end(void)
{
	struct buffer text, errors;
	struct advice_book *book = advice_new(&memory_standard);
	buffer_init(&text, &memory_standard, 4096);
	buffer_init(&errors, &memory_standard, 1 << 20);
	buffer_append_text(&text, "advice:\n  - {for: [flow], source: y, do: ");
	for (int i = 0; i < ADVICE_TEXT_MAX + 1; i++)
		buffer_append_byte(&text, 'x');
	buffer_append_text(&text, "}\n");
	CHECK(!advice_read(book, "test.yaml", buffer_octets(&text), &errors));
	buffer_truncate(&errors, octets_find(buffer_octets(&errors), '\n'));
	CHECK_TEXT(buffer_string(&errors), "test.yaml:2:34: error: longer than 480 octets");
	CHECK_INT(advice_count(book), 0);
	buffer_free(&text);
	buffer_free(&errors);
	advice_free(book);
}

static const struct {
	const char *pattern, *text;
	bool fits;
} patterns[] = {
	{"", "", true},
	{"*", "", true},
	{"", "a", false},
	{"a*", "A", true},
	{"*b", "aab", true},
	{"a?c", "abc", true},
	{"a?c", "ac", false},
	{"*ab*ab", "abxab", true},
	{"*ab*abc", "abxab", false},
	{"a**b", "ab", true},
	{"\\*", "*", true},
	{"\\*", "a", false},
	{"\\**", "*a", true},
	{"a\\?", "ab", false},
	{"*\\*", "ab*", true},
	{"a\\", "a\\", true},
	{"Ä*", "ä", false},
};

static void patterns_fit(void)
{
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		CHECK_CASE("%s over %s", patterns[i].pattern, patterns[i].text);
		CHECK(pattern_fits(patterns[i].pattern, octets_of(patterns[i].text)) ==
			patterns[i].fits);
	}
}

/* Each allocation fails once; nothing is lost, and nothing is said to be good. */
static void without_memory_nothing_leaks(void)
{
	static const char text[] = "software: S\nmatches: {greeting: [S]}\n" ITEM(
		"for: [{key: flow, value: x}], facts: [f], at: [mail], code: [5xx], setting: z" ENDING);
	struct failing_memory failing;
	bool good = false;
	for (size_t at = 1; !good && at < 1000; at++) {
		struct buffer errors;
		failing_memory_init(&failing, at);
		buffer_init(&errors, &memory_standard, 1 << 20);
		struct advice_book *book = advice_new(&failing.memory);
		CHECK_CASE("allocation %zu", at);
		good = book != NULL && advice_read(book, "test.yaml", octets_of(text), &errors);
		CHECK(good || book == NULL || advice_count(book) == 0);
		advice_free(book);
		buffer_free(&errors);
		CHECK_INT(failing.live, 0);
	}
	CHECK(good);
}

#define TESTS(T)                                                                                   \
	T(a_known_cause_has_its_cure_first)                                                        \
	T(advice_fits_the_failure)                                                                 \
	T(every_key_has_advice_for_both)                                                           \
	T(every_fact_has_advice)                                                                   \
	T(every_fact_of_the_advice_is_one)                                                         \
	T(other_software_comes_last_and_does_not_fit)                                              \
	T(a_fact_is_answered_without_causes)                                                       \
	T(files_are_read_strictly)                                                                 \
	T(a_text_has_an_end)                                                                       \
	T(patterns_fit)                                                                            \
	T(without_memory_nothing_leaks)
CHECK_MAIN("advice", TESTS)
