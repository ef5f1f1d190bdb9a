/* The scripted client: what it says and does not say, and that it ends whatever comes. */
#include "facts_stand.h"
#include "failing_memory.h"
#include "pair.h"
#include "script_player.h"

#define ACCOUNT(how)                                                                               \
	{                                                                                          \
		.security = (how), .user = octets_of("phone"),                                     \
		.password = octets_of("secret-word")                                               \
	}

/* A server that is a script; the conversation stays in `heard`. */
struct conversation_stand {
	struct phone_account account;
	struct script_player server;
	struct probe *probe;
	struct pair_result result;
};

static struct player *serve(void *context, uint64_t now_ms)
{
	struct conversation_stand *stand = context;
	(void)now_ms;
	return &stand->server.player;
}

static void converse_as(struct conversation_stand *stand, const char *name,
	enum phone_security security, const struct probe_step *steps,
	const struct script_step *script)
{
	*stand = (struct conversation_stand){.account = ACCOUNT(security)};
	const struct probe_settings settings = {.memory = &memory_standard,
		.account = &stand->account,
		.sender = "a@example.org",
		.recipient = "b@example.net",
		.steps = steps,
		.name = name,
		.patience_ms = 10000};
	const struct pair_options options = {.context = stand, .serve = serve};
	script_player_init(&stand->server, script);
	stand->probe = probe_new(&settings);
	if (CHECK(stand->probe != NULL))
		stand->result = pair_run(probe_player(stand->probe), &options);
}

static void converse(struct conversation_stand *stand, enum phone_security security,
	const struct probe_step *steps, const struct script_step *script)
{
	converse_as(stand, NULL, security, steps, script);
}

static void finish(struct conversation_stand *stand)
{
	probe_free(stand->probe);
	script_player_free(&stand->server);
}

#define OPENED                                                                                     \
	{                                                                                          \
		.action = PROBE_OPEN                                                               \
	}
#define SAYING(line)                                                                               \
	{                                                                                          \
		.action = PROBE_SAY, .text = (line)                                                \
	}
#define ENDED                                                                                      \
	{                                                                                          \
		.action = PROBE_END                                                                \
	}
#define SAYS(text)                                                                                 \
	{                                                                                          \
		SCRIPT_SAY, text, 0                                                                \
	}
#define HEARS(text)                                                                                \
	{                                                                                          \
		SCRIPT_HEAR, text, 0                                                               \
	}
#define ENDS                                                                                       \
	{                                                                                          \
		SCRIPT_END, NULL, 0                                                                \
	}

static void a_dialogue_is_said_step_by_step(void)
{
	static const struct probe_step steps[] = {OPENED, SAYING("EHLO {name}"),
		{.action = PROBE_SAY, .marks = PROBE_ON, .text = "MAIL FROM:<{sender}>"},
		SAYING("RCPT TO:<{recipient}>"), ENDED};
	static const struct script_step script[] = {SAYS("220 mx ESMTP\r\n"),
		HEARS("EHLO [192.0.2.7]\r\n"), SAYS("250-mx\r\n250 PIPELINING\r\n"),
		HEARS("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n"),
		SAYS("250 one\r\n550 two\r\n"), HEARS("QUIT\r\n"), SAYS("221 bye\r\n"), ENDS};
	struct conversation_stand stand;
	converse(&stand, PHONE_PLAIN, steps, script);
	CHECK_TEXT(script_player_heard(&stand.server),
		"EHLO [192.0.2.7]\r\nMAIL FROM:<a@example.org>\r\n"
		"RCPT TO:<b@example.net>\r\nQUIT\r\n");
	CHECK_INT(probe_reply(stand.probe, 1)->lines, 2);
	CHECK_INT(probe_reply(stand.probe, 2)->code, 250);
	CHECK_INT(probe_reply(stand.probe, 3)->code, 550);
	CHECK_OCTETS(
		probe_text(stand.probe, probe_reply(stand.probe, 3)), octets_of("550 two\r\n"));
	CHECK_INT(probe_farewell(stand.probe)->code, 221);
	CHECK(probe_offer(stand.probe, PROBE_BEFORE_TLS).heard);
	finish(&stand);
}

/* Whatever a dialogue says: where TLS is asked for, no secret leaves before it. */
static void nothing_secret_is_said_in_clear(void)
{
	static const struct probe_step dialogues[][4] = {
		{{.action = PROBE_GREETING}, {.action = PROBE_LOGIN}, ENDED},
		{{.action = PROBE_GREETING}, SAYING("AUTH PLAIN {plain}"), ENDED},
		{{.action = PROBE_GREETING}, SAYING("{password}"), ENDED},
		{{.action = PROBE_GREETING}, SAYING("AUTH LOGIN {user}"), ENDED},
	};
	static const struct script_step script[] = {
		SAYS("220 mx ESMTP\r\n"), HEARS("QUIT\r\n"), SAYS("221 bye\r\n"), ENDS};
	for (size_t i = 0; i < sizeof dialogues / sizeof *dialogues; i++) {
		struct conversation_stand stand;
		CHECK_CASE("%zu", i);
		converse(&stand, PHONE_STARTTLS, dialogues[i], script);
		CHECK_TEXT(script_player_heard(&stand.server), "QUIT\r\n");
		CHECK_INT(probe_reply(stand.probe, 1)->state, PROBE_WITHHELD);
		finish(&stand);
	}
}

static void it_may_have_a_name(void)
{
	static const struct probe_step steps[] = {OPENED, SAYING("EHLO {name}"), ENDED};
	static const struct script_step script[] = {SAYS("220 mx\r\n"),
		HEARS("EHLO tester.example.org\r\n"), SAYS("250 mx\r\n"), HEARS("QUIT\r\n"),
		SAYS("221 bye\r\n"), ENDS};
	struct conversation_stand stand;
	converse_as(&stand, "tester.example.org", PHONE_PLAIN, steps, script);
	CHECK(script_player_succeeded(&stand.server));
	CHECK_TEXT(probe_name(stand.probe), "tester.example.org");
	finish(&stand);
}

static void a_login_is_one_step(void)
{
	static const struct probe_step steps[] = {
		OPENED, SAYING("EHLO {name}"), {.action = PROBE_LOGIN, .text = "LOGIN"}, ENDED};
	static const struct script_step script[] = {SAYS("220 mx ESMTP\r\n"), HEARS("\r\n"),
		SAYS("250-mx\r\n250 AUTH LOGIN\r\n"), HEARS("AUTH LOGIN\r\n"),
		SAYS("334 VXNlciBOYW1lAA==\r\n"), HEARS("cGhvbmU=\r\n"),
		SAYS("334 UGFzc3dvcmQ6\r\n"), HEARS("c2VjcmV0LXdvcmQ=\r\n"), SAYS("535 no\r\n"),
		HEARS("QUIT\r\n"), SAYS("221 bye\r\n"), ENDS};
	struct conversation_stand stand;
	struct buffer said;
	buffer_init(&said, &memory_standard, 1000);
	converse(&stand, PHONE_PLAIN, steps, script);
	CHECK(script_player_succeeded(&stand.server));
	CHECK_INT(probe_reply(stand.probe, 2)->code, 535);
	CHECK_INT(probe_refused_logins(stand.probe), 1);
	CHECK_TEXT(probe_prompt(stand.probe, 0), "User Name\\x00");
	CHECK_TEXT(probe_prompt(stand.probe, 1), "Password:");
	CHECK(probe_prompt(stand.probe, 2) == NULL);
	CHECK(probe_said(stand.probe, 2, &said));
	CHECK_TEXT(buffer_string(&said), "AUTH LOGIN <secret>");
	buffer_free(&said);
	finish(&stand);
}

static void an_exchange_that_is_left_open_is_cancelled(void)
{
	static const struct probe_step steps[] = {OPENED, SAYING("AUTH LOGIN"), ENDED};
	static const struct script_step script[] = {SAYS("220 mx\r\n"), HEARS("AUTH LOGIN\r\n"),
		SAYS("334 VXNlcm5hbWU6\r\n"), HEARS("*\r\n"), SAYS("501 cancelled\r\n"),
		HEARS("QUIT\r\n"), SAYS("221 bye\r\n"), ENDS};
	struct conversation_stand stand;
	converse(&stand, PHONE_PLAIN, steps, script);
	CHECK(script_player_succeeded(&stand.server));
	finish(&stand);
}

/* A server may say what it likes, for as long as it likes. */
static void it_ends_whatever_comes(void)
{
	static const struct probe_step steps[] = {OPENED, SAYING("EHLO {name}"), ENDED};
	static const struct {
		const char *name;
		struct script_step script[4];
		enum probe_state greeting, hello;
		bool begun; /* the reply that did not end */
	} rows[] = {
		{"silence", {{SCRIPT_HOLD, NULL, 0}}, PROBE_SILENT, PROBE_NOT_REACHED, false},
		{"closed", {ENDS}, PROBE_CLOSED, PROBE_NOT_REACHED, false},
		{"reset", {{SCRIPT_ABORT, NULL, 0}}, PROBE_CLOSED, PROBE_NOT_REACHED, false},
		{"a line without an end", {{SCRIPT_FLOOD, NULL, 200000}, {SCRIPT_HOLD, NULL, 0}},
			PROBE_CUT_OFF, PROBE_NOT_REACHED, false},
		{"half a line", {SAYS("220 m"), {SCRIPT_HOLD, NULL, 0}}, PROBE_SILENT,
			PROBE_NOT_REACHED, true},
		{"no code", {SAYS("hello\r\n"), HEARS("QUIT\r\n"), ENDS}, PROBE_ANSWERED,
			PROBE_NOT_REACHED, false},
		{"refused", {SAYS("554 no\r\n"), HEARS("QUIT\r\n"), ENDS}, PROBE_ANSWERED,
			PROBE_NOT_REACHED, false},
		{"lines without an end",
			{SAYS("220 mx\r\n"), HEARS("EHLO"), SAYS("250-mx\r\n"),
				{SCRIPT_HOLD, NULL, 0}},
			PROBE_ANSWERED, PROBE_SILENT, true},
		{"silent then", {SAYS("220 mx\r\n"), HEARS("EHLO"), {SCRIPT_HOLD, NULL, 0}},
			PROBE_ANSWERED, PROBE_SILENT, false},
		{"closed then", {SAYS("220 mx\r\n"), HEARS("EHLO"), ENDS}, PROBE_ANSWERED,
			PROBE_CLOSED, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct conversation_stand stand;
		CHECK_CASE("%s", rows[i].name);
		converse(&stand, PHONE_PLAIN, steps, rows[i].script);
		CHECK_INT(stand.result.end, PAIR_FINISHED);
		CHECK(stand.result.now_ms <= 20000);
		CHECK_INT(probe_reply(stand.probe, 0)->state, rows[i].greeting);
		CHECK_INT(probe_reply(stand.probe, 1)->state, rows[i].hello);
		CHECK(probe_reply(stand.probe, rows[i].greeting == PROBE_ANSWERED)->begun ==
			rows[i].begun);
		finish(&stand);
	}
}

static void a_reply_of_endless_lines_is_cut_off(void)
{
	static const struct probe_step steps[] = {OPENED, ENDED};
	struct script_step script[202];
	struct conversation_stand stand;
	for (size_t i = 0; i < 200; i++)
		script[i] = (struct script_step)SAYS("220-more\r\n");
	script[200] = (struct script_step){SCRIPT_HOLD, NULL, 0};
	script[201] = (struct script_step)ENDS;
	converse(&stand, PHONE_PLAIN, steps, script);
	CHECK_INT(stand.result.end, PAIR_FINISHED);
	CHECK_INT(probe_reply(stand.probe, 0)->state, PROBE_CUT_OFF);
	finish(&stand);
}

static void no_allocation_is_missed(void)
{
	static const char *const pattern = "login-survives-*";
	for (size_t fail_at = 1; fail_at < 100000; fail_at++) {
		struct failing_memory memory;
		struct facts_stand stand;
		failing_memory_init(&memory, fail_at);
		if (!facts_stand_open(&stand, "qmail-spamcontrol", PHONE_PLAIN)) {
			facts_stand_close(&stand);
			return;
		}
		stand.memory = &memory.memory;
		facts_stand_run(&stand,
			&(struct findings_wish){
				.patterns = &pattern, .pattern_count = 1, .in_memory = true});
		bool done = memory.count < fail_at;
		facts_stand_close(&stand);
		CHECK_CASE("allocation %zu", fail_at);
		CHECK_INT(memory.live, 0);
		if (done)
			return;
	}
	CHECK_FAIL("it never came to its end");
}

#define TESTS(T)                                                                                   \
	T(a_dialogue_is_said_step_by_step)                                                         \
	T(nothing_secret_is_said_in_clear)                                                         \
	T(it_may_have_a_name)                                                                      \
	T(a_login_is_one_step)                                                                     \
	T(an_exchange_that_is_left_open_is_cancelled)                                              \
	T(it_ends_whatever_comes)                                                                  \
	T(a_reply_of_endless_lines_is_cut_off)                                                     \
	T(no_allocation_is_missed)
CHECK_MAIN("probe", TESTS)
