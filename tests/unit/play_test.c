/* play: a phone, the blocking driver and a small server in a thread on loopback. */
#include "check.h"
#include "clock.h"
#include "office.h"
#include "phone_fixture.h"
#include "play.h"

enum { PATIENCE_MS = 10000, LOOK_MS = 300 };

/* What differs from a run of the usual account without login. */
struct run {
	const char *name, *profile;
	enum phone_security security;
	enum msub_tls server;
	bool untrusted;
	uint32_t pace_percent;
	enum phone_result result;
	enum step at;
	uint64_t at_least_ms, less_than_ms; /* 0: however long */
	uint64_t longest_limit_ms;
};

static bool play(const struct run *run, const struct play_settings *wishes, struct sentence *why,
	struct play_result *result)
{
	struct profile *profile = phone_fixture_profile(run->profile);
	struct phone_account account = phone_fixture_account();
	struct octets to = octets_of("b@example.org");
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	if (profile == NULL)
		return false;
	account.user = octets_of("");
	account.security = run->security;
	account.pace_percent = run->pace_percent;
	account.longest_limit_ms = run->longest_limit_ms;
	struct play_settings settings = *wishes;
	settings.memory = &memory_standard;
	settings.profile = profile_client(profile);
	settings.account = &account;
	settings.messages = &message;
	settings.message_count = 1;
	settings.host = "127.0.0.1";
	settings.patience_ms = PATIENCE_MS;
	bool played = play_run(&settings, result, why);
	if (played) {
		struct phone_verdict verdict = play_verdict(result, 0, NULL);
		CHECK_TEXT(phone_result_name(verdict.result), phone_result_name(run->result));
		if (run->result != PHONE_DELIVERED)
			CHECK_TEXT(phone_step_name(verdict.step), phone_step_name(run->at));
		phone_free(result->phone);
	}
	profile_free(profile);
	return played;
}

static void play_at_office(const struct run *run, struct tls_server *tls)
{
	struct office office = {.tls_mode = run->server, .tls_server = tls};
	struct play_result result;
	struct sentence why = {""};
	CHECK_CASE("%s", run->name);
	if (!office_open(&office))
		return;
	struct play_settings wishes = {
		.port = office.port, .trust_file = run->untrusted ? NULL : tls_server_ca_file(tls)};
	uint64_t from_ms = clock_ms();
	CHECK(play(run, &wishes, &why, &result));
	uint64_t passed_ms = clock_ms() - from_ms;
	office_close(&office);
	CHECK_TEXT(why.text, "");
	CHECK_INT(office.messages, run->result == PHONE_DELIVERED);
	CHECK(passed_ms >= run->at_least_ms);
	CHECK(run->less_than_ms == 0 || passed_ms < run->less_than_ms);
}

#define ASKS "tls: {verify: ask}\nthink: {certificate: 300 ms}"
#define SLOW "tls: {verify: ask}\nthink: {certificate: 9 s}"
#define BY_STARTTLS .server = MSUB_TLS_STARTTLS

/* What the profile makes of the account's wish decides whom it trusts, not the wish. */
static void tls_starts_as_the_profile_says(void)
{
	static const struct run runs[] = {
		{"as asked", "correct", PHONE_STARTTLS, BY_STARTTLS, .result = PHONE_DELIVERED},
		{"starttls, plain asked", "tls: {start: starttls}", PHONE_PLAIN, BY_STARTTLS,
			.result = PHONE_DELIVERED},
		{"at-once, plain asked", "tls: {start: at-once}", PHONE_PLAIN,
			.server = MSUB_TLS_IMPLICIT, .result = PHONE_DELIVERED},
		{"never, STARTTLS asked", "tls: {start: never}", PHONE_STARTTLS, BY_STARTTLS,
			.result = PHONE_DELIVERED},
		{"starttls, an authority unknown", "tls: {start: starttls}", PHONE_PLAIN,
			BY_STARTTLS, .untrusted = true, .result = PHONE_TLS_FAILED, .at = STEP_TLS},
		{"asks, at full pace", ASKS, PHONE_STARTTLS, BY_STARTTLS, .untrusted = true,
			.pace_percent = 100, .result = PHONE_DELIVERED, .at_least_ms = LOOK_MS},
		{"a certificate that holds is not asked about", SLOW, PHONE_STARTTLS, BY_STARTTLS,
			.pace_percent = 100, .result = PHONE_DELIVERED, .less_than_ms = 8000},
		{"asks, at no pace", SLOW, PHONE_STARTTLS, BY_STARTTLS, .untrusted = true,
			.result = PHONE_DELIVERED, .less_than_ms = 8000},
		{"the handshake takes longer than the client waits", SLOW "\ntimeouts: {tls: 1 s}",
			PHONE_STARTTLS, BY_STARTTLS, .untrusted = true, .pace_percent = 100,
			.result = PHONE_TIMED_OUT, .at = STEP_TLS, .less_than_ms = 8000},
	};
	struct tls_server *tls =
		tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	if (!CHECK(tls != NULL))
		return;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
		play_at_office(&runs[i], tls);
	tls_server_free(tls);
}

/* A trust file that is not there matters as soon as TLS starts, whoever decided so. */
static void a_trust_file_is_read_where_it_counts(void)
{
	static const struct run wanted = {"wanted", "tls: {start: starttls}", .at = STEP_TLS};
	static const struct run not_wanted = {"not wanted", "tls: {start: never}", PHONE_TLS,
		.result = PHONE_NO_CONNECTION, .at = STEP_CONNECT};
	const struct play_settings wishes = {.port = 1, .trust_file = "/nowhere/at/all.pem"};
	struct play_result result;
	struct sentence why = {""};
	CHECK_CASE("%s", wanted.name);
	CHECK(!play(&wanted, &wishes, &why, &result));
	CHECK(strstr(why.text, "/nowhere/at/all.pem") != NULL && result.phone == NULL);
	CHECK_CASE("%s", not_wanted.name);
	CHECK(play(&not_wanted, &wishes, &why, &result));
}

/* One wait: the driver's. The phone says how long, at the account's pace. */
static void the_certificate_is_looked_at_once(void)
{
	static const struct {
		const char *profile;
		uint32_t pace_percent;
		uint64_t want_ms;
	} rows[] = {{ASKS, 100, 300}, {ASKS, 50, 150}, {ASKS, 0, 0},
		{"tls: {verify: ask}\nthink: {else: 40 ms}", 100, 40},
		{"think: {certificate: 300 ms}", 100, 0}, {"tls: {verify: ask}", 100, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct phone_account account = phone_fixture_account();
		account.pace_percent = rows[i].pace_percent;
		CHECK_CASE("row %zu", i);
		struct phone *phone =
			phone_new(&memory_standard, profile_client(profile), &account, 1);
		CHECK_INT(phone_certificate_ms(phone), rows[i].want_ms);
		phone_free(phone);
		profile_free(profile);
	}
}

static void a_client_that_hangs_without_a_connection_ends(void)
{
	static const struct run runs[] = {
		{"gives up", "reactions: {connect: {failed: drop}}", .result = PHONE_NO_CONNECTION,
			.at = STEP_CONNECT},
		{"hangs", "reactions: {connect: {failed: hang}}", .result = PHONE_HUNG,
			.at = STEP_CONNECT}};
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		struct play_result result;
		struct sentence why = {""};
		CHECK_CASE("%s", runs[i].name);
		CHECK(play(&runs[i], &(struct play_settings){.port = 1}, &why, &result));
	}
}

/* Who has seen the client's own limit pass need not wait for all of it again; it ends alike. */
static void a_limit_of_the_client_may_be_cut(void)
{
	static const struct run run = {"cut", "timeouts: {greeting: 8 s}", PHONE_PLAIN,
		.result = PHONE_TIMED_OUT, .at = STEP_GREETING, .longest_limit_ms = 300};
	struct office office = {.tls_mode = MSUB_TLS_NONE, .is_silent = true};
	struct play_result result;
	struct sentence why = {""};
	CHECK_CASE("%s", run.name);
	if (!office_open(&office))
		return;
	uint64_t from_ms = clock_ms();
	CHECK(play(&run, &(struct play_settings){.port = office.port}, &why, &result));
	uint64_t passed_ms = clock_ms() - from_ms;
	office_close(&office);
	CHECK(passed_ms >= 300 && passed_ms < 7000);
}

#define TESTS(T)                                                                                   \
	T(tls_starts_as_the_profile_says)                                                          \
	T(a_trust_file_is_read_where_it_counts)                                                    \
	T(the_certificate_is_looked_at_once)                                                       \
	T(a_limit_of_the_client_may_be_cut)                                                        \
	T(a_client_that_hangs_without_a_connection_ends)
CHECK_MAIN("play", TESTS)
