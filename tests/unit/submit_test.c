/* Tests of client/submit: the blocking call, against a small server in a thread on loopback. */
#include "check.h"
#include "failing_memory.h"
#include "msub.h"
#include "office.h"

enum { PATIENCE_MS = 10000 };

#define SHA1_OF_NOBODY "00:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99"

static struct msub_settings settings_for(const struct office *office)
{
	struct msub_settings settings;
	msub_settings_init(&settings);
	settings.host = "127.0.0.1";
	settings.port = office->port;
	settings.tls = office->tls_mode;
	settings.timeouts.whole_ms = PATIENCE_MS;
	return settings;
}

static const char content[] = "Subject: test\n\n.one\nlast";
static const char content_sent[] = "Subject: test||..one|last|";

static struct msub_message *message_to(const struct msub_memory *memory, const char *recipient)
{
	struct msub_message *message;
	bool made = msub_message_new(&message, memory) == MSUB_OK &&
		    msub_message_sender(message, "me@example.org") == MSUB_OK &&
		    msub_message_add_recipient(message, recipient) == MSUB_OK &&
		    msub_message_content(message, content, strlen(content)) == MSUB_OK;
	if (made)
		return message;
	msub_message_free(message);
	return NULL;
}

static void messages_go_through_one_connection(void)
{
	struct office office = {.tls_mode = MSUB_TLS_NONE};
	if (!office_open(&office))
		return;
	struct msub_settings settings = settings_for(&office);
	struct msub_message *messages[] = {
		message_to(NULL, "ann@example.net"), message_to(NULL, "bob@example.net")};
	struct msub_failure failure = {.error = MSUB_USE};
	CHECK_INT(msub_submit(&settings, messages, 2, &failure), MSUB_OK);
	CHECK_INT(failure.error, MSUB_OK);
	office_close(&office);
	CHECK_INT(office.connections, 1);
	CHECK_INT(office.messages, 2);
	CHECK_TEXT(office.mail, content_sent);
	for (size_t i = 0; i < 2; i++) {
		CHECK_INT(msub_message_count(messages[i], MSUB_ACCEPTED), 1);
		msub_message_free(messages[i]);
	}
}

static void nothing_to_send_needs_no_connection(void)
{
	struct office office = {.tls_mode = MSUB_TLS_NONE};
	if (!office_open(&office))
		return;
	struct msub_settings settings = settings_for(&office);
	CHECK_INT(msub_submit(&settings, NULL, 0, NULL), MSUB_OK);
	office_close(&office);
	CHECK_INT(office.connections, 0);
}

static void a_refusal_is_told_and_the_others_go(void)
{
	struct office office = {.tls_mode = MSUB_TLS_NONE, .refused = "nobody"};
	if (!office_open(&office))
		return;
	struct msub_settings settings = settings_for(&office);
	struct msub_message *messages[] = {message_to(NULL, "ann@example.net"),
		message_to(NULL, "nobody@example.net"), message_to(NULL, "cid@example.net")};
	struct msub_failure failure;
	CHECK_INT(msub_submit(&settings, messages, 3, &failure), MSUB_REFUSED);
	office_close(&office);
	CHECK_INT(failure.error, MSUB_REFUSED);
	CHECK_INT(failure.phase, MSUB_PHASE_RECIPIENT);
	CHECK_INT(failure.reply.code, 550);
	CHECK_TEXT(failure.reply.text, "nobody of that name");
	CHECK_INT(office.messages, 2);
	CHECK_INT(msub_message_count(messages[2], MSUB_ACCEPTED), 1);
	for (size_t i = 0; i < 3; i++)
		msub_message_free(messages[i]);
}

/* One message over TLS; what comes of it. The server is as in `office`. */
static void submit_over_tls(struct office *office, const struct msub_settings *wishes,
	enum msub_error want, enum msub_phase phase, const char *words)
{
	if (!office_open(office))
		return;
	struct msub_settings settings = settings_for(office);
	settings.trust_file = wishes->trust_file;
	settings.trust_anyone = wishes->trust_anyone;
	settings.tls_name = wishes->tls_name;
	settings.fingerprint = wishes->fingerprint;
	settings.need_staple = wishes->need_staple;
	struct msub_message *message = message_to(NULL, "ann@example.net");
	struct msub_failure failure;
	CHECK_INT(msub_submit(&settings, &message, 1, &failure), want);
	office_close(office);
	CHECK_INT(office->messages, want == MSUB_OK);
	CHECK_INT(failure.error, want);
	if (want != MSUB_OK) {
		CHECK_INT(failure.phase, phase);
		if (strstr(failure.text, words) == NULL)
			CHECK_TEXT(failure.text, words);
	}
	msub_message_free(message);
}

static void tls_holds_only_with_a_certificate_that_holds(void)
{
	struct tls_server *ours =
		tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	struct tls_server *other =
		tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	static const enum msub_tls modes[] = {MSUB_TLS_IMPLICIT, MSUB_TLS_STARTTLS};
	if (!CHECK(ours != NULL && other != NULL))
		return;
	for (size_t i = 0; i < 2; i++) {
		struct office office = {.tls_mode = modes[i], .tls_server = ours};
		CHECK_CASE("trusted, mode %d", modes[i]);
		submit_over_tls(&office,
			&(struct msub_settings){.trust_file = tls_server_ca_file(ours)}, MSUB_OK,
			MSUB_PHASE_BODY, "");
		struct office unknown = {.tls_mode = modes[i], .tls_server = ours};
		CHECK_CASE("another authority, mode %d", modes[i]);
		submit_over_tls(&unknown,
			&(struct msub_settings){.trust_file = tls_server_ca_file(other)}, MSUB_TLS,
			MSUB_PHASE_HANDSHAKE, "certificate");
		struct office anyone = {.tls_mode = modes[i], .tls_server = ours};
		CHECK_CASE("anyone, mode %d", modes[i]);
		submit_over_tls(&anyone, &(struct msub_settings){.trust_anyone = true}, MSUB_OK,
			MSUB_PHASE_BODY, "");
	}
	const struct {
		struct msub_settings settings;
		enum msub_error error;
		const char *words;
	} rules[] = {
		{{.tls_name = "localhost"}, MSUB_OK, ""},
		{{.tls_name = "mx.example"}, MSUB_TLS, ", not for mx.example"},
		{{.fingerprint = SHA1_OF_NOBODY}, MSUB_TLS, "SHA-1 fingerprint is "},
		{{.need_staple = true}, MSUB_TLS, "no OCSP response"},
	};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct office office = {.tls_mode = MSUB_TLS_IMPLICIT, .tls_server = ours};
		struct msub_settings wishes = rules[i].settings;
		wishes.trust_file = tls_server_ca_file(ours);
		CHECK_CASE("rule %zu", i);
		submit_over_tls(
			&office, &wishes, rules[i].error, MSUB_PHASE_HANDSHAKE, rules[i].words);
	}
	struct office plain = {.tls_mode = MSUB_TLS_STARTTLS, .no_starttls = true};
	CHECK_CASE("no STARTTLS");
	submit_over_tls(&plain, &(struct msub_settings){.trust_anyone = true}, MSUB_TLS_MISSING,
		MSUB_PHASE_STARTTLS, "");
	tls_server_free(ours);
	tls_server_free(other);
}

static void what_cannot_be_used_is_refused_before_connecting(void)
{
	static const struct {
		const char *name;
		struct msub_settings settings;
		const char *words;
	} rows[] = {
		{"no host", {.host = NULL}, "host"},
		{"a user without a password", {.host = "127.0.0.1", .user = "ann"}, "password"},
		{"a line break", {.host = "127.0.0.1", .hello = "me\r\nRSET"}, "hello"},
		{"no trust file",
			{.host = "127.0.0.1",
				.tls = MSUB_TLS_IMPLICIT,
				.trust_file = "/nowhere/x.pem"},
			"trust_file"},
		{"an empty trust file",
			{.host = "127.0.0.1", .tls = MSUB_TLS_STARTTLS, .trust_file = "/dev/null"},
			"trust_file"},
		{"no revocation list",
			{.host = "127.0.0.1",
				.tls = MSUB_TLS_IMPLICIT,
				.fingerprint = SHA1_OF_NOBODY,
				.revoked_file = "/nowhere/x.pem"},
			"revoked_file: no revocation list could be read from /nowhere/x.pem: "},
		{"no certificate",
			{.host = "127.0.0.1",
				.tls = MSUB_TLS_IMPLICIT,
				.fingerprint = SHA1_OF_NOBODY,
				.certificate_file = "/nowhere/x.pem",
				.key_file = "/nowhere/x.key"},
			"certificate_file: no certificate could be read from /nowhere/x.pem: "},
		{"a certificate without a key", {.host = "127.0.0.1", .certificate_file = "x.pem"},
			"key_file"},
		{"a key without a certificate", {.host = "127.0.0.1", .key_file = "x.pem"},
			"certificate_file"},
		{"no priority",
			{.host = "127.0.0.1",
				.tls = MSUB_TLS_IMPLICIT,
				.fingerprint = SHA1_OF_NOBODY,
				.priority = "NONSENSE"},
			"priority: "},
		{"half a fingerprint", {.host = "127.0.0.1", .fingerprint = "AB:CD"},
			"fingerprint"},
		{"a fingerprint of words", {.host = "127.0.0.1", .fingerprint = "mine"},
			"fingerprint"},
		{"a name of two lines", {.host = "127.0.0.1", .tls_name = "a\nb"}, "tls_name"},
		{"no file at all", {.host = "127.0.0.1", .known_file = ""}, "known_file"},
		{"DANE of a host that is not named",
			{.domain = "example.org",
				.tls = MSUB_TLS_IMPLICIT,
				.priority = "NORMAL",
				.dane = MSUB_DANE_REQUIRED},
			"dane: records can be required"},
		/* what says nothing of TLS is not in clear */
		{"no word of TLS, and no trust file",
			{.host = "127.0.0.1", .trust_file = "/nowhere/x.pem"}, "trust_file"},
		{"no DANE of this kind", {.host = "127.0.0.1", .dane = (enum msub_dane)7}, "dane"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct office office = {.tls_mode = MSUB_TLS_NONE};
		struct msub_failure failure;
		struct msub_message *message = message_to(NULL, "ann@example.net");
		if (!office_open(&office))
			return;
		struct msub_settings settings = rows[i].settings;
		settings.port = office.port;
		CHECK_CASE("%s", rows[i].name);
		CHECK_INT(msub_submit(&settings, &message, 1, &failure), MSUB_SETTINGS);
		CHECK_INT(failure.error, MSUB_SETTINGS);
		CHECK(strncmp(failure.text, rows[i].words, strlen(rows[i].words)) == 0);
		office_close(&office);
		CHECK_INT(office.connections, 0);
		msub_message_free(message);
	}
}

static void a_message_without_a_part_is_refused_before_connecting(void)
{
	struct office office = {.tls_mode = MSUB_TLS_NONE};
	struct msub_message *messages[2] = {message_to(NULL, "ann@example.net"), NULL};
	struct msub_failure failure;
	if (!office_open(&office) || !CHECK_INT(msub_message_new(&messages[1], NULL), MSUB_OK))
		return;
	struct msub_settings settings = settings_for(&office);
	CHECK_INT(msub_submit(&settings, messages, 2, &failure), MSUB_NO_RECIPIENT);
	office_close(&office);
	CHECK_INT(failure.error, MSUB_NO_RECIPIENT);
	CHECK_INT(office.connections, 0);
	msub_message_free(messages[0]);
	msub_message_free(messages[1]);
}

static void a_server_that_fails_is_told_by_phase(void)
{
	static const struct {
		const char *name;
		struct office office;
		bool closed_port;
		enum msub_error error;
		enum msub_phase phase;
		enum msub_outcome outcome;
	} rows[] = {
		{"nobody listens", {0}, true, MSUB_CONNECT, MSUB_PHASE_CONNECT, MSUB_NOT_TRIED},
		{"no greeting", {.is_silent = true}, false, MSUB_TIMEOUT, MSUB_PHASE_GREETING,
			MSUB_NOT_TRIED},
		{"cut at the dot", {.cuts_at_dot = true}, false, MSUB_LOST, MSUB_PHASE_BODY,
			MSUB_MAYBE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct office office = rows[i].office;
		office.tls_mode = MSUB_TLS_NONE;
		struct msub_message *message = message_to(NULL, "ann@example.net");
		struct msub_failure failure;
		CHECK_CASE("%s", rows[i].name);
		if (!office_open(&office))
			return;
		struct msub_settings settings = settings_for(&office);
		settings.timeouts.greeting_ms = 100;
		if (rows[i].closed_port)
			office_close(&office);
		CHECK_INT(msub_submit(&settings, &message, 1, &failure), rows[i].error);
		if (!rows[i].closed_port)
			office_close(&office);
		else
			CHECK(strstr(failure.text, "refused") != NULL);
		CHECK_INT(failure.phase, rows[i].phase);
		CHECK_INT(msub_message_count(message, rows[i].outcome), 1);
		msub_message_free(message);
	}
}

/* A run with one allocation failing; returns how many there were. */
static size_t submit_with_failure(struct office *office, size_t fail_at)
{
	struct failing_memory failing;
	failing_memory_init(&failing, fail_at);
	struct msub_memory memory = {failing.memory.resize, failing.memory.context};
	struct msub_settings settings = settings_for(office);
	struct msub_message *message = message_to(&memory, "ann@example.net");
	settings.memory = &memory;
	if (message != NULL) {
		enum msub_error error = msub_submit(&settings, &message, 1, NULL);
		bool accepted = msub_message_count(message, MSUB_ACCEPTED) == 1;
		CHECK_INT(error, accepted ? MSUB_OK : MSUB_MEMORY);
	}
	msub_message_free(message);
	CHECK_INT(failing.live, 0);
	return failing.count;
}

static void each_allocation_may_fail(void)
{
	struct office office = {.tls_mode = MSUB_TLS_NONE};
	if (!office_open(&office))
		return;
	CHECK_CASE("none fails");
	size_t count = submit_with_failure(&office, 0);
	for (size_t i = 1; i <= count; i++) {
		CHECK_CASE("allocation %zu fails", i);
		submit_with_failure(&office, i);
	}
	office_close(&office);
	CHECK(count > 10);
	CHECK(office.messages >= 1);
	printf("%zu allocations, each failed once; %d messages were taken\n", count,
		office.messages);
}

#define TESTS(T)                                                                                   \
	T(messages_go_through_one_connection)                                                      \
	T(nothing_to_send_needs_no_connection)                                                     \
	T(a_refusal_is_told_and_the_others_go)                                                     \
	T(tls_holds_only_with_a_certificate_that_holds)                                            \
	T(what_cannot_be_used_is_refused_before_connecting)                                        \
	T(a_message_without_a_part_is_refused_before_connecting)                                   \
	T(a_server_that_fails_is_told_by_phase)                                                    \
	T(each_allocation_may_fail)
CHECK_MAIN("submit", TESTS)
