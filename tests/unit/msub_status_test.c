/* Tests of tools/msub_status: exit statuses as a caller of sendmail expects them. */
#include "check.h"
#include "msub_status.h"

#include <sysexits.h>

static const struct status_row {
	const char *name;
	enum msub_outcome outcome;
	enum msub_error error;
	enum msub_phase phase;
	enum msub_retry retry;
	int code;
	const char *text;
	int want;
} rows[] = {
	{"accepted", MSUB_ACCEPTED, MSUB_OK, MSUB_PHASE_BODY, MSUB_RETRY_NEVER, 250, "", EX_OK},
	{"recipient refused", MSUB_REFUSED_FOR_GOOD, MSUB_REFUSED, MSUB_PHASE_RECIPIENT,
		MSUB_RETRY_NEVER, 550, "", EX_DATAERR},
	{"recipient refused for now", MSUB_REFUSED_FOR_NOW, MSUB_REFUSED, MSUB_PHASE_RECIPIENT,
		MSUB_RETRY_LATER, 450, "", EX_TEMPFAIL},
	{"sender refused", MSUB_REFUSED_FOR_GOOD, MSUB_REFUSED, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER,
		553, "", EX_UNAVAILABLE},
	{"message refused", MSUB_REFUSED_FOR_GOOD, MSUB_REFUSED, MSUB_PHASE_BODY, MSUB_RETRY_NEVER,
		554, "", EX_UNAVAILABLE},
	{"message refused for now", MSUB_REFUSED_FOR_NOW, MSUB_REFUSED, MSUB_PHASE_BODY,
		MSUB_RETRY_LATER, 451, "", EX_TEMPFAIL},
	{"greeted with 554", MSUB_NOT_TRIED, MSUB_REFUSED, MSUB_PHASE_GREETING, MSUB_RETRY_NEVER,
		554, "", EX_UNAVAILABLE},
	{"closing, 421", MSUB_NOT_TRIED, MSUB_CLOSING, MSUB_PHASE_MAIL, MSUB_RETRY_LATER, 421, "",
		EX_TEMPFAIL},
	{"the session ended before it", MSUB_NOT_TRIED, MSUB_ENDED, MSUB_PHASE_QUIT,
		MSUB_RETRY_LATER, 0, "", EX_TEMPFAIL},
	{"login refused", MSUB_NOT_TRIED, MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER, 535,
		"", EX_NOPERM},
	{"login refused for now", MSUB_NOT_TRIED, MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH,
		MSUB_RETRY_LATER, 454, "", EX_TEMPFAIL},
	{"login in clear", MSUB_NOT_TRIED, MSUB_AUTH_CLEAR, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER, 0,
		"", EX_CONFIG},
	{"unsure", MSUB_MAYBE, MSUB_LOST, MSUB_PHASE_BODY, MSUB_RETRY_UNSURE, 0, "", EX_SOFTWARE},
	{"unsure after silence", MSUB_MAYBE, MSUB_TIMEOUT, MSUB_PHASE_BODY, MSUB_RETRY_UNSURE, 0,
		"", EX_SOFTWARE},
	{"lost", MSUB_NOT_TRIED, MSUB_LOST, MSUB_PHASE_MAIL, MSUB_RETRY_ELSEWHERE, 0, "",
		EX_TEMPFAIL},
	{"silent", MSUB_NOT_TRIED, MSUB_TIMEOUT, MSUB_PHASE_GREETING, MSUB_RETRY_LATER, 0, "",
		EX_TEMPFAIL},
	{"garbage", MSUB_NOT_TRIED, MSUB_PROTOCOL, MSUB_PHASE_GREETING, MSUB_RETRY_NEVER, 0, "",
		EX_PROTOCOL},
	{"no connection", MSUB_NOT_TRIED, MSUB_CONNECT, MSUB_PHASE_CONNECT, MSUB_RETRY_LATER, 0,
		"connection refused by 127.0.0.1 port 25", EX_TEMPFAIL},
	{"no host", MSUB_NOT_TRIED, MSUB_HOST, MSUB_PHASE_CONNECT, MSUB_RETRY_NEVER, 0,
		"no such host: nowhere.invalid", EX_NOHOST},
	{"no name", MSUB_NOT_TRIED, MSUB_HOST, MSUB_PHASE_CONNECT, MSUB_RETRY_NEVER, 0,
		"not a host name: a b", EX_NOHOST},
	{"name server silent", MSUB_NOT_TRIED, MSUB_CONNECT, MSUB_PHASE_CONNECT, MSUB_RETRY_LATER,
		0, "no name server could answer for mail.example.org", EX_TEMPFAIL},
	{"certificate", MSUB_NOT_TRIED, MSUB_TLS, MSUB_PHASE_HANDSHAKE, MSUB_RETRY_NEVER, 0, "",
		EX_UNAVAILABLE},
	{"no STARTTLS", MSUB_NOT_TRIED, MSUB_TLS_MISSING, MSUB_PHASE_STARTTLS, MSUB_RETRY_NEVER, 0,
		"", EX_UNAVAILABLE},
	{"injected", MSUB_NOT_TRIED, MSUB_TLS_INJECTED, MSUB_PHASE_STARTTLS, MSUB_RETRY_NEVER, 0,
		"", EX_PROTOCOL},
	{"unreadable", MSUB_NOT_TRIED, MSUB_SOURCE, MSUB_PHASE_BODY, MSUB_RETRY_NEVER, 0, "",
		EX_IOERR},
	{"too large", MSUB_REFUSED_FOR_GOOD, MSUB_TOO_LARGE, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER, 0,
		"", EX_DATAERR},
	{"no such number", MSUB_NOT_TRIED, (enum msub_error)999, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER,
		0, "", EX_SOFTWARE},
};

static struct msub_result result_of(const struct status_row *row)
{
	return (struct msub_result){.recipient = "ann@example.net",
		.outcome = row->outcome,
		.why = {.error = row->error,
			.phase = row->phase,
			.retry = row->retry,
			.reply = {.code = row->code, .text = ""},
			.text = row->text}};
}

static void each_failure_has_its_status(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct msub_result result = result_of(&rows[i]);
		CHECK_CASE("%s", rows[i].name);
		CHECK_INT(status_of(&result, true), rows[i].want);
	}
}

/* "Try later" is the promise that a second try cannot deliver twice, and can help. */
static void only_what_may_pass_is_try_later(void)
{
	for (int error = 0; error < MSUB_ERROR_COUNT; error++) {
		struct status_row row = {"", MSUB_MAYBE, (enum msub_error)error, MSUB_PHASE_BODY,
			MSUB_RETRY_UNSURE, 0, "", 0};
		struct msub_result result = result_of(&row);
		CHECK_CASE("%s, unsure", msub_error_name((enum msub_error)error));
		CHECK_INT(status_of(&result, true), EX_SOFTWARE);
		CHECK(strstr(status_advice(&result, true), "may have been delivered") != NULL);
	}
}

static void each_failure_says_what_to_do_next(void)
{
	for (int error = MSUB_OK + 1; error < MSUB_ERROR_COUNT; error++) {
		struct status_row row = {"", MSUB_NOT_TRIED, (enum msub_error)error,
			MSUB_PHASE_BODY, MSUB_RETRY_NEVER, 0, "", 0};
		struct msub_result result = result_of(&row);
		CHECK_CASE("%s", msub_error_name((enum msub_error)error));
		CHECK(status_of(&result, true) >= EX__BASE && status_of(&result, true) <= EX__MAX);
		CHECK(status_advice(&result, true)[0] != 0);
	}
}

/* Each sentence of TLS has the options that help, and none that does not. */
static void what_tls_failed_at_has_its_advice(void)
{
	static const struct {
		const char *text, *advice, *none;
	} failures[] = {
		{"the server wants a client certificate: show it one (TLS alert 116)",
			"--tls-cert-file", "--tls-trust-file"},
		{"the server refuses our certificate: x", "--tls-cert-file", "--tls-trust-file"},
		{"the server finds our certificate expired: x", "--tls-cert-file",
			"--tls-trust-file"},
		{"the certificate's SHA-256 fingerprint is AA, not BB", "--tls-fingerprint",
			"--tls-trust-file"},
		{"the server chose a TLS version that was not offered", "--tls-priorities",
			"--tls-trust-file"},
		{"the server accepts none of the offered TLS versions", "--tls-priorities",
			"--tls-trust-file"},
		{"the certificate is self-signed", "--tls-trust-file", "--tls-cert-file"},
		/* what a certificate says is not what the library says */
		{"the certificate is for the server wants a client certificate", "--tls-trust-file",
			"--tls-cert-file"},
		{"", "--tls-trust-file", "--tls-cert-file"},
	};
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		struct status_row row = {"", MSUB_NOT_TRIED, MSUB_TLS, MSUB_PHASE_HANDSHAKE,
			MSUB_RETRY_NEVER, 0, failures[i].text, 0};
		struct msub_result result = result_of(&row);
		const char *advice = status_advice(&result, true);
		CHECK_CASE("%s", failures[i].text);
		CHECK(strstr(advice, failures[i].advice) != NULL);
		CHECK(strstr(advice, failures[i].none) == NULL);
	}
}

/* Refusals of who sends it: with and without somebody who was logged in. */
static void a_login_that_is_needed_is_said(void)
{
	static const struct {
		enum msub_phase phase;
		int code, subject; /* of X.subject.1; 0: no enhanced code */
		const char *text;
		bool user;
		int want;
		const char *advice;
	} refusals[] = {
		{MSUB_PHASE_RECIPIENT, 535, 0, "authentication required (#5.7.1)", false, EX_NOPERM,
			"--user"},
		{MSUB_PHASE_RECIPIENT, 530, 7, "", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_MAIL, 530, 7, "", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_DATA, 535, 0, "", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_RECIPIENT, 554, 7, "Relay access denied", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_RECIPIENT, 550, 0, "we do not RELAY", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_RECIPIENT, 553, 0, "not in my rcpthosts", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_MAIL, 503, 5, "Login first", false, EX_NOPERM, "--user"},
		{MSUB_PHASE_RECIPIENT, 550, 7, "policy", false, EX_UNAVAILABLE, "--user"},
		/* about something else */
		{MSUB_PHASE_RECIPIENT, 550, 1, "nobody", false, EX_DATAERR, "address"},
		{MSUB_PHASE_RECIPIENT, 550, 1, "<relay@b.net> nobody", false, EX_DATAERR,
			"address"},
		{MSUB_PHASE_RECIPIENT, 550, 2, "login@b.net is full", false, EX_DATAERR, "address"},
		{MSUB_PHASE_RECIPIENT, 550, 0, "nobody", false, EX_DATAERR, "address"},
		{MSUB_PHASE_RECIPIENT, 450, 7, "relay later", false, EX_TEMPFAIL, "later"},
		{MSUB_PHASE_GREETING, 554, 7, "no relay", false, EX_UNAVAILABLE, "postmaster"},
		{MSUB_PHASE_BODY, 554, 7, "spam", false, EX_UNAVAILABLE, "postmaster"},
		/* somebody is logged in */
		{MSUB_PHASE_RECIPIENT, 554, 7, "Relay access denied", true, EX_DATAERR, "address"},
		{MSUB_PHASE_MAIL, 550, 7, "policy", true, EX_UNAVAILABLE, "--from"},
		{MSUB_PHASE_RECIPIENT, 535, 7, "not you", true, EX_NOPERM, "--user"},
	};
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		int code = refusals[i].code, subject = refusals[i].subject;
		struct msub_result result = {.recipient = "ann@example.net",
			.outcome = code < 500 ? MSUB_REFUSED_FOR_NOW : MSUB_REFUSED_FOR_GOOD,
			.why = {.error = MSUB_REFUSED,
				.phase = refusals[i].phase,
				.text = "",
				.reply = {.code = code, .text = refusals[i].text}}};
		if (subject != 0)
			memcpy(result.why.reply.enhanced, (int[3]){code / 100, subject, 1},
				sizeof result.why.reply.enhanced);
		const char *advice = status_advice(&result, refusals[i].user);
		CHECK_CASE("row %zu, %d %s: %s", i, code, refusals[i].text, advice);
		CHECK_INT(status_of(&result, refusals[i].user), refusals[i].want);
		CHECK(strstr(advice, refusals[i].advice) != NULL);
	}
}

static void of_two_statuses_the_graver_counts(void)
{
	static const struct {
		int first, second, want;
	} pairs[] = {
		{EX_OK, EX_OK, EX_OK},
		{EX_OK, EX_DATAERR, EX_DATAERR},
		{EX_DATAERR, EX_OK, EX_DATAERR},
		{EX_OK, EX_TEMPFAIL, EX_TEMPFAIL},
		{EX_TEMPFAIL, EX_OK, EX_TEMPFAIL},
		{EX_TEMPFAIL, EX_DATAERR, EX_DATAERR},
		{EX_DATAERR, EX_TEMPFAIL, EX_DATAERR},
		{EX_DATAERR, EX_UNAVAILABLE, EX_DATAERR},
		{EX_UNAVAILABLE, EX_DATAERR, EX_UNAVAILABLE},
		{EX_DATAERR, EX_SOFTWARE, EX_SOFTWARE},
		{EX_SOFTWARE, EX_DATAERR, EX_SOFTWARE},
		{EX_TEMPFAIL, EX_SOFTWARE, EX_SOFTWARE},
		{STATUS_PARTLY, EX_SOFTWARE, EX_SOFTWARE},
		{STATUS_PARTLY, EX_DATAERR, STATUS_PARTLY},
		{EX_TEMPFAIL, STATUS_PARTLY, STATUS_PARTLY},
		{EX_OK, STATUS_PARTLY, STATUS_PARTLY},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		CHECK_CASE("%d, %d", pairs[i].first, pairs[i].second);
		CHECK_INT(status_worse(pairs[i].first, pairs[i].second), pairs[i].want);
	}
}

static void too_many_at_once_is_told_from_a_full_box(void)
{
	static const struct {
		enum msub_phase phase;
		int code, subject;
		bool want;
	} replies[] = {
		{MSUB_PHASE_RECIPIENT, 452, 5, true},
		{MSUB_PHASE_RECIPIENT, 452, 0, true},
		{MSUB_PHASE_RECIPIENT, 452, 2, false},
		{MSUB_PHASE_RECIPIENT, 450, 5, false},
		{MSUB_PHASE_RECIPIENT, 552, 5, false},
		{MSUB_PHASE_MAIL, 452, 5, false},
	};
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		int class = replies[i].subject == 0 ? 0 : replies[i].code / 100;
		struct msub_failure why = {.error = MSUB_REFUSED,
			.phase = replies[i].phase,
			.reply = {.code = replies[i].code,
				.enhanced = {class, replies[i].subject, 3}}};
		CHECK_CASE("row %zu", i);
		CHECK_INT(status_is_crowded(&why), replies[i].want);
	}
}

#define TESTS(T)                                                                                   \
	T(each_failure_has_its_status)                                                             \
	T(only_what_may_pass_is_try_later)                                                         \
	T(each_failure_says_what_to_do_next)                                                       \
	T(what_tls_failed_at_has_its_advice)                                                       \
	T(a_login_that_is_needed_is_said)                                                          \
	T(too_many_at_once_is_told_from_a_full_box)                                                \
	T(of_two_statuses_the_graver_counts)
CHECK_MAIN("msub_status", TESTS)
