/*
 * gsasl_provider: what the library says for us, octet by octet, and what it does not fall for.
 *
 * The first and the last message of SCRAM-SHA-1 are those of RFC 5802 section 5; all others were
 * computed from the RFCs with another implementation of their hashes.
 */
#include "gsasl_provider.h"
#include "check.h"
#include "failing_memory.h"
#include "fixed_nonce.h"
#include "iterations.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NONCE "fyko+d2lbbFgONRv9qkxdawL"
#define BOTH NONCE "3rfcNHYJY1ZVvWVs7j"
#define SALT ",s=QSXCR+Q6sek8bf92"
#define SERVER_FIRST "r=" BOTH SALT ",i=4096"
#define CLIENT_FIRST "n,,n=user,r=" NONCE
#define CLIENT_FINAL_1 "c=biws,r=" BOTH ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
#define SERVER_FINAL_1 "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
#define DIGEST_CHALLENGE                                                                           \
	"realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-"       \
	"sess,charset=utf-8"
#define DIGEST_ANSWER(response, more)                                                              \
	"username=\"user\", realm=\"elwood.innosoft.com\", nonce=\"OA6MG9tEQGm2hh\", "             \
	"cnonce=\"fyko+d2lbbFgONRv9qkxdQ==\", nc=00000001, qop=auth, "                             \
	"digest-uri=\"smtp/mail.example.org\", response=" response ", charset=utf-8" more
#define DIGEST_SAID DIGEST_ANSWER("a7365aa30c4289ba3393b8037454bbd1", "")
#define USER .user = "user", .password = "pencil", .service = "smtp", .host = "mail.example.org"

static const uint8_t binding[32] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
#define EXPORTER .binding_kind = SASL_BINDING_EXPORTER, .binding = {binding, 32}
#define UNIQUE .binding_kind = SASL_BINDING_UNIQUE, .binding = {binding, 12}

/* A challenge, what becomes of it, and the answer. */
struct turn {
	const char *challenge;
	enum sasl_outcome outcome;
	const char *answer;
};

struct row {
	const char *name;
	const char *mechanism;
	struct sasl_login login;
	struct turn turns[4];
};

static void play(const struct row *row, struct sasl_provider *provider)
{
	struct sasl_exchange *exchange;
	CHECK_CASE("%s", row->name);
	enum sasl_outcome outcome =
		provider->ops->begin(provider, row->mechanism, &row->login, &exchange);
	if (!CHECK_INT(outcome, SASL_GOES_ON))
		return;
	for (size_t i = 0; i < COUNT(row->turns) && row->turns[i].challenge != NULL; i++) {
		const struct turn *turn = &row->turns[i];
		struct buffer answer;
		buffer_init(&answer, &memory_standard, 10000);
		CHECK_CASE("%s, turn %zu", row->name, i);
		outcome = exchange->ops->step(exchange, octets_of(turn->challenge), &answer);
		CHECK_INT(outcome, turn->outcome);
		CHECK_OCTETS(buffer_octets(&answer), octets_of(turn->answer));
		buffer_free(&answer);
	}
	exchange->ops->free(exchange);
}

static void play_all(const struct row *rows, size_t count)
{
	struct sasl_provider *provider = gsasl_provider_new(&memory_standard);
	for (size_t i = 0; CHECK(provider != NULL) && i < count; i++)
		play(&rows[i], provider);
	sasl_provider_free(provider);
}

static void says_what_the_rfcs_say(void)
{
	static const struct row rows[] = {
		{"SCRAM-SHA-1 of RFC 5802", "SCRAM-SHA-1", {USER},
			{{"", SASL_GOES_ON, CLIENT_FIRST},
				{SERVER_FIRST, SASL_GOES_ON, CLIENT_FINAL_1},
				{SERVER_FINAL_1, SASL_DONE, ""}, {"again", SASL_CHALLENGE, ""}}},
		{"SCRAM-SHA-256", "SCRAM-SHA-256", {USER},
			{{"", SASL_GOES_ON, CLIENT_FIRST},
				{SERVER_FIRST, SASL_GOES_ON,
					"c=biws,r=" BOTH
					",p=qQRLRHGPDGjB+7iVAE7NNi5xEoHKHuLCHPNQ8BTmvds="},
				{"v=XKW6VuW1FANROQabnJBz1KaeCnQL/HZByQtX/iU+o30=", SASL_DONE, ""}}},
		{"for somebody else", "SCRAM-SHA-256", {USER, .authorize = "boss"},
			{{"", SASL_GOES_ON, "n,a=boss,n=user,r=" NONCE},
				{SERVER_FIRST, SASL_GOES_ON,
					"c=bixhPWJvc3Ms,r=" BOTH
					",p=gFcKFg1H5beQ2kuF3pzZr3YlEzQpwAznGD7it1oU06c="},
				{"v=f2qzLw3N9xlNhEUx67/GKE7f/GyvR6NMxKPnKVtmSmE=", SASL_DONE, ""}}},
		{"a name with ',' and '='", "SCRAM-SHA-256", {.user = ",a=", .password = "pencil"},
			{{"", SASL_GOES_ON, "n,,n==2Ca=3D,r=" NONCE},
				{SERVER_FIRST, SASL_GOES_ON,
					"c=biws,r=" BOTH
					",p=LptjO3wGGWPJvnigAZ4SSSgH9JwhLzNRVoX67MwX5rY="}}},
		{"bound by tls-exporter", "SCRAM-SHA-256-PLUS", {USER, EXPORTER},
			{{"", SASL_GOES_ON, "p=tls-exporter,,n=user,r=" NONCE},
				{SERVER_FIRST, SASL_GOES_ON,
					"c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhsc"
					"HR4f,r=" BOTH
					",p=D2/elnCpWN5vzfsupEyIK53QUqQZA7VoJLvCOkoiEBw="},
				{"v=/x9512I1emNk+1VDcdC2VMj4vnhDWtaJHavjWnKxnkM=", SASL_DONE, ""}}},
		{"bound by tls-unique", "SCRAM-SHA-1-PLUS", {USER, UNIQUE},
			{{"", SASL_GOES_ON, "p=tls-unique,,n=user,r=" NONCE},
				{SERVER_FIRST, SASL_GOES_ON,
					"c=cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgs=,r=" BOTH
					",p=ResgVA2w6fEFiwzXkrPSGTt/RSg="},
				{"v=HKBeWjn99U5AvtgAjz6m1d81mhk=", SASL_DONE, ""}}},
		/* the library takes a binding that is not asked for as an error */
		{"a binding that is not said", "SCRAM-SHA-1", {USER, EXPORTER},
			{{"", SASL_GOES_ON, CLIENT_FIRST}}},
		{"DIGEST-MD5", "DIGEST-MD5", {USER},
			{{DIGEST_CHALLENGE, SASL_GOES_ON, DIGEST_SAID},
				{"rspauth=8170a26d928dfd7eeffd35e9a3023aa3", SASL_DONE, ""},
				{"again", SASL_CHALLENGE, ""}}},
		{"no layer, whatever is asked for", "DIGEST-MD5", {USER},
			{{"realm=\"r\",nonce=\"n\",qop=\"auth-conf\",cipher=\"rc4\",algorithm=md5-sess",
				SASL_GOES_ON,
				"username=\"user\", realm=\"r\", nonce=\"n\", "
				"cnonce=\"fyko+d2lbbFgONRv9qkxdQ==\", nc=00000001, qop=auth, "
				"digest-uri=\"smtp/mail.example.org\", "
				"response=2d4e7bc9e969533c642adc730291d7dc, charset=utf-8"}}},
		{"DIGEST-MD5 for somebody else", "DIGEST-MD5", {USER, .authorize = "boss"},
			{{DIGEST_CHALLENGE, SASL_GOES_ON,
				 DIGEST_ANSWER(
					 "6f1eddf6c145c5f23aae995a22948f7d", ", authzid=\"boss\"")},
				{"rspauth=f28a246f38dbc5122e245e9ec875605f", SASL_DONE, ""}}},
	};
	play_all(rows, COUNT(rows));
}

#define AFTER_FIRST(challenge, outcome)                                                            \
	{                                                                                          \
		{"", SASL_GOES_ON, CLIENT_FIRST}, {challenge, outcome, ""},                        \
		{                                                                                  \
			SERVER_FIRST, SASL_CHALLENGE, ""                                           \
		}                                                                                  \
	}
#define AFTER_FINAL(challenge, outcome)                                                            \
	{                                                                                          \
		{"", SASL_GOES_ON, CLIENT_FIRST}, {SERVER_FIRST, SASL_GOES_ON, CLIENT_FINAL_1},    \
			{challenge, outcome, ""},                                                  \
		{                                                                                  \
			SERVER_FINAL_1, SASL_CHALLENGE, ""                                         \
		}                                                                                  \
	}

static void falls_for_nothing(void)
{
	static const struct row rows[] = {
		{"no challenge", "SCRAM-SHA-1", {USER}, AFTER_FIRST("", SASL_CHALLENGE)},
		{"garbage", "SCRAM-SHA-1", {USER}, AFTER_FIRST("\x01\x80,,=", SASL_CHALLENGE)},
		{"another's nonce", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=3rfcNHYJY1ZVvWVs7jxxxxxxx" SALT ",i=4096", SASL_STALE)},
		{"a nonce that adds nothing", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" NONCE SALT ",i=4096", SASL_STALE)},
		{"less than ours", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=fyko+d2lbbFg" SALT ",i=4096", SASL_STALE)},
		{"ours in other letters", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=FYKO+d2lbbFgONRv9qkxdawL3rfc" SALT ",i=4096", SASL_STALE)},
		{"no salt", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH ",s=,i=4096", SASL_CHALLENGE)},
		{"no count", "SCRAM-SHA-1", {USER}, AFTER_FIRST("r=" BOTH SALT, SASL_CHALLENGE)},
		{"nought rounds", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=0", SASL_WEAK)},
		{"one round", "SCRAM-SHA-256", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=1", SASL_WEAK)},
		{"one round too few", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=4095", SASL_WEAK)},
		{"one round too many", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=1000001", SASL_COSTLY)},
		{"a bomb", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=4294967295", SASL_COSTLY)},
		{"beyond every number", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=99999999999999999999", SASL_COSTLY)},
		{"a bomb behind a harmless count", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=1,i=4000000000", SASL_COSTLY)},
		{"a negative count", "SCRAM-SHA-1", {USER},
			AFTER_FIRST("r=" BOTH SALT ",i=-1", SASL_COSTLY)},
		{"a proof by nobody", "SCRAM-SHA-1", {USER},
			AFTER_FINAL("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", SASL_UNPROVEN)},
		{"an empty proof", "SCRAM-SHA-1", {USER}, AFTER_FINAL("v=", SASL_UNPROVEN)},
		{"no proof", "SCRAM-SHA-1", {USER}, AFTER_FINAL("", SASL_UNPROVEN)},
		{"the first message again", "SCRAM-SHA-1", {USER},
			AFTER_FINAL(SERVER_FIRST, SASL_UNPROVEN)},
		{"the password was wrong", "SCRAM-SHA-1", {USER},
			AFTER_FINAL("e=invalid-proof", SASL_GOES_ON)},
		{"DIGEST-MD5 without a challenge", "DIGEST-MD5", {USER},
			{{"", SASL_CHALLENGE, ""}, {DIGEST_CHALLENGE, SASL_CHALLENGE, ""}}},
		{"DIGEST-MD5 with garbage", "DIGEST-MD5", {USER}, {{"nonce=", SASL_CHALLENGE, ""}}},
		{"DIGEST-MD5 proven by nobody", "DIGEST-MD5", {USER},
			{{DIGEST_CHALLENGE, SASL_GOES_ON, DIGEST_SAID},
				{"rspauth=00000000000000000000000000000000", SASL_UNPROVEN, ""}}},
		{"DIGEST-MD5 not proven", "DIGEST-MD5", {USER},
			{{DIGEST_CHALLENGE, SASL_GOES_ON, DIGEST_SAID}, {"", SASL_UNPROVEN, ""}}},
	};
	play_all(rows, COUNT(rows));
}

static void says_what_it_cannot_say(void)
{
	static const struct row rows[] = {
		{"no binding", "SCRAM-SHA-256-PLUS", {USER}, {{"", SASL_UNFIT, ""}}},
		{"no user", "SCRAM-SHA-256", {.password = "p"}, {{"", SASL_UNFIT, ""}}},
		/* RFC 4013 section 2.3: control characters are prohibited */
		{"a name that may not be", "SCRAM-SHA-256", {.user = "a\x07", .password = "p"},
			{{"", SASL_UNFIT, ""}}},
		{"no host", "DIGEST-MD5", {.user = "user", .password = "pencil", .service = "smtp"},
			{{DIGEST_CHALLENGE, SASL_UNFIT, ""}}},
	};
	play_all(rows, COUNT(rows));
	struct sasl_provider *provider = gsasl_provider_new(&memory_standard);
	static const char *const unknown[] = {
		"", "PLAIN", "SCRAM-SHA-512", "scram-sha-1", "ANONYMOUS"};
	for (size_t i = 0; i < COUNT(unknown); i++) {
		struct sasl_exchange *exchange;
		CHECK_CASE("%s", unknown[i]);
		CHECK_INT(provider->ops->begin(provider, unknown[i], &rows[0].login, &exchange),
			SASL_UNKNOWN);
		CHECK(exchange == NULL);
	}
	sasl_provider_free(provider);
}

/* The library loses a few octets of its own in these: leaks are not looked for here. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void says_that_it_cannot_although_the_library_leaks(void)
{
	static const struct row rows[] = {
		{"a password that may not be", "SCRAM-SHA-1", {.user = "user", .password = "p\x07"},
			{{"", SASL_GOES_ON, CLIENT_FIRST}, {SERVER_FIRST, SASL_UNFIT, ""}}},
		{"no ticket", "GSSAPI", {USER}, {{"", SASL_NO_TICKET, ""}}},
		{"no host for the ticket", "GSSAPI", {.service = "smtp"}, {{"", SASL_UNFIT, ""}}},
	};
	if (__lsan_disable != NULL)
		__lsan_disable();
	play_all(rows, COUNT(rows));
	if (__lsan_enable != NULL)
		__lsan_enable();
}

/* What a server of NTLM says is the system's own affair; here it is enough that it ends. */
static void says_ntlm(void)
{
	static const uint8_t challenge[48] = "NTLMSSP\0\2\0\0\0\0\0\0\0\x30\0\0\0\2\2\0\0";
	static const struct sasl_login login = {USER};
	struct sasl_provider *provider = gsasl_provider_new(&memory_standard);
	struct sasl_exchange *exchange;
	struct buffer answer;
	buffer_init(&answer, &memory_standard, 10000);
	if (CHECK_INT(provider->ops->begin(provider, "NTLM", &login, &exchange), SASL_GOES_ON)) {
		CHECK_INT(exchange->ops->step(exchange, octets_of(""), &answer), SASL_GOES_ON);
		CHECK_OCTETS(octets_cut(buffer_octets(&answer), 12),
			octets_make("NTLMSSP\0\1\0\0\0", 12));
		buffer_clear(&answer);
		struct octets said = octets_make(challenge, sizeof challenge);
		CHECK_INT(exchange->ops->step(exchange, said, &answer), SASL_DONE);
		CHECK_OCTETS(octets_cut(buffer_octets(&answer), 12),
			octets_make("NTLMSSP\0\3\0\0\0", 12));
		exchange->ops->free(exchange);
	}
	buffer_free(&answer);
	sasl_provider_free(provider);
}

static enum sasl_outcome outcome_with(struct failing_memory *failing)
{
	static const struct sasl_login login = {USER, EXPORTER};
	struct sasl_provider *provider = gsasl_provider_new(&failing->memory);
	struct sasl_exchange *exchange;
	struct buffer answer;
	if (provider == NULL)
		return SASL_MEMORY;
	buffer_init(&answer, &failing->memory, 10000);
	enum sasl_outcome outcome =
		provider->ops->begin(provider, "SCRAM-SHA-1-PLUS", &login, &exchange);
	if (outcome == SASL_GOES_ON) {
		outcome = exchange->ops->step(exchange, octets_of(""), &answer);
		exchange->ops->free(exchange);
	}
	buffer_free(&answer);
	sasl_provider_free(provider);
	return outcome;
}

static void lives_without_any_allocation(void)
{
	struct failing_memory failing;
	failing_memory_init(&failing, 0);
	CHECK_INT(outcome_with(&failing), SASL_GOES_ON);
	CHECK_INT(failing.live, 0);
	size_t count = failing.count;
	CHECK(count >= 4);
	for (size_t i = 1; i <= count; i++) {
		CHECK_CASE("allocation %zu", i);
		failing_memory_init(&failing, i);
		CHECK_INT(outcome_with(&failing), SASL_MEMORY);
		CHECK_INT(failing.live, 0);
	}
}

static void counts_are_read(void)
{
	static const struct {
		const char *message;
		enum iterations verdict;
	} rows[] = {
		{"r=x,s=y,i=10", ITERATIONS_FINE},
		{"i=10", ITERATIONS_FINE},
		{"", ITERATIONS_FINE},
		{"r=x,s=y", ITERATIONS_FINE},
		{"r=i=11,s=y,i=5", ITERATIONS_FINE},
		{"r=x,s=y,i=11", ITERATIONS_TOO_MANY},
		{"r=x,s=y,I=11", ITERATIONS_TOO_MANY},
		{"i=11,i=1", ITERATIONS_TOO_MANY},
		{"i=1,,i=11", ITERATIONS_TOO_MANY},
		{"r=x,s=y,i=4", ITERATIONS_TOO_FEW},
		{"i=5,i=4", ITERATIONS_TOO_FEW},
		{"i=4,i=5", ITERATIONS_TOO_FEW},
		{"i=4,i=11", ITERATIONS_TOO_MANY},
		{"i=0", ITERATIONS_TOO_FEW},
		{"i=", ITERATIONS_TOO_MANY},
		{"i=1x", ITERATIONS_TOO_MANY},
		{"i= 1", ITERATIONS_TOO_MANY},
		{"i=+1", ITERATIONS_TOO_MANY},
		{"i=18446744073709551617", ITERATIONS_TOO_MANY},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_CASE("%s", rows[i].message);
		CHECK_INT(iterations_judge(octets_of(rows[i].message), 5, 10), rows[i].verdict);
	}
}

#define TESTS(T)                                                                                   \
	T(says_what_the_rfcs_say)                                                                  \
	T(falls_for_nothing)                                                                       \
	T(says_what_it_cannot_say)                                                                 \
	T(says_that_it_cannot_although_the_library_leaks)                                          \
	T(says_ntlm)                                                                               \
	T(lives_without_any_allocation)                                                            \
	T(counts_are_read)
CHECK_MAIN("gsasl_provider", TESTS)
