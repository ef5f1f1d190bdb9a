/* session: from the greeting to the login, dialogue by dialogue. */
#include "room.h"
#include "sender.h"

static void says_its_name(void)
{
	static const struct opening rows[] = {
		{"given", {.hello = "client.example"},
			"O\n> 220 hi\n< EHLO client.example\n> 250 hi\n" ONE_MESSAGE, MSUB_OK, 0,
			0},
		{"IPv4", {0}, "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250 hi\n" ONE_MESSAGE, MSUB_OK, 0,
			0},
		{"IPv6, the scope cut", {0},
			"O 2001:db8::7%eth0\n> 220 hi\n< EHLO [IPv6:2001:db8::7]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"IPv4 in IPv6 clothes", {0},
			"O ::ffff:192.0.2.9\n> 220 hi\n< EHLO [192.0.2.9]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"no address at all", {0},
			"O a strange]one\n> 220 hi\n< EHLO [127.0.0.1]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"a greeting of many lines", {0},
			"O\n> 220-a\n> 220-\n> 220 c\n< EHLO [192.0.2.7]\n> 250\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
	};
	room_play_openings(rows, COUNT(rows));
}

static void falls_back_to_helo_only_where_nothing_is_lost(void)
{
	static const struct opening rows[] = {
		{"500", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 500 what\n< HELO [192.0.2.7]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"502", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 502 what\n< HELO [192.0.2.7]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"504", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 504 what\n< HELO [192.0.2.7]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"HELO refused too", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 500 what\n< HELO [192.0.2.7]\n> 501 no\n" GIVES_UP,
			MSUB_REFUSED, MSUB_PHASE_HELO, MSUB_RETRY_NEVER},
		{"501 is about the name", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 501 name\n" GIVES_UP, MSUB_REFUSED,
			MSUB_PHASE_EHLO, MSUB_RETRY_NEVER},
		{"a login is needed", {.user = "u", .password = "p"},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 500 what\n" GIVES_UP, MSUB_REFUSED,
			MSUB_PHASE_EHLO, MSUB_RETRY_NEVER},
		{"TLS is needed", {BY_STARTTLS},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 500 what\n" GIVES_UP, MSUB_REFUSED,
			MSUB_PHASE_EHLO, MSUB_RETRY_NEVER},
	};
	room_play_openings(rows, COUNT(rows));
}

static void starts_tls_or_ends(void)
{
#define TO_STARTTLS                                                                                \
	"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250-AUTH PLAIN\n> 250 STARTTLS\n< STARTTLS\n"
	static const struct opening rows[] = {
		{"starttls", {BY_STARTTLS},
			TO_STARTTLS "> 220 go\nTLS\n< EHLO [192.0.2.7]\n> 250 hi\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"implicit", {.tls = MSUB_TLS_IMPLICIT},
			"O\nTLS\n.\n> 220 hi\n< EHLO [192.0.2.7]\n> 250 hi\n" ONE_MESSAGE, MSUB_OK,
			0, 0},
		{"none, though it is offered", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 STARTTLS\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"not offered", {BY_STARTTLS},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250 hi\n" GIVES_UP, MSUB_TLS_MISSING,
			MSUB_PHASE_STARTTLS, MSUB_RETRY_NEVER},
		{"refused for now", {BY_STARTTLS}, TO_STARTTLS "> 454 later\n" GIVES_UP,
			MSUB_TLS_REFUSED, MSUB_PHASE_STARTTLS, MSUB_RETRY_LATER},
		{"handshake fails", {BY_STARTTLS}, TO_STARTTLS "> 220 go\nTLS fails\nX\nOVER\n",
			MSUB_TLS, MSUB_PHASE_HANDSHAKE, MSUB_RETRY_NEVER},
		{"closed in the handshake", {.tls = MSUB_TLS_IMPLICIT}, "O\nEND\nX\nOVER\n",
			MSUB_TLS, MSUB_PHASE_HANDSHAKE, MSUB_RETRY_NEVER},
		{"what was offered in clear does not count",
			{BY_STARTTLS, .user = "u", .password = "p"},
			TO_STARTTLS "> 220 go\nTLS\n< EHLO [192.0.2.7]\n> 250 hi\n" GIVES_UP,
			MSUB_AUTH_MISSING, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		/* CVE-2011-0411 and its kin: whole replies, half a line, one octet */
		{"injected replies", {BY_STARTTLS},
			TO_STARTTLS ">> 220 go\\r\\n250-x\\r\\n250 AUTH PLAIN\\r\\n\nX\nOVER\n",
			MSUB_TLS_INJECTED, MSUB_PHASE_STARTTLS, MSUB_RETRY_NEVER},
		{"an injected octet", {BY_STARTTLS}, TO_STARTTLS ">> 220 go\\r\\n2\nX\nOVER\n",
			MSUB_TLS_INJECTED, MSUB_PHASE_STARTTLS, MSUB_RETRY_NEVER},
		{"injected in a segment of their own", {BY_STARTTLS},
			TO_STARTTLS "> 220 go\n> 250 x\nX\nOVER\n", MSUB_TLS_INJECTED,
			MSUB_PHASE_STARTTLS, MSUB_RETRY_NEVER},
	};
	room_play_openings(rows, COUNT(rows));
}

static void refuses_a_certificate_that_was_not_checked(void)
{
	for (int trust = 0; trust < 2; trust++) {
		struct msub_settings settings;
		struct msub_session *session;
		struct msub_failure failure;
		msub_settings_init(&settings);
		settings.tls = MSUB_TLS_IMPLICIT;
		settings.trust_anyone = trust;
		CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
		msub_session_connected(session, NULL, 0);
		msub_session_tls_up(session, false, NULL, 0);
		msub_session_failure(session, &failure);
		CHECK_INT(failure.error, trust ? MSUB_OK : MSUB_TLS);
		CHECK_INT(
			msub_session_wants(session), trust ? MSUB_WANTS_RECEIVE : MSUB_WANTS_CLOSE);
		msub_session_free(session);
	}
}

/* In TLS 1.3 a refused client certificate is heard of when the handshake is over. */
static void hears_of_a_late_refusal_of_tls(void)
{
	for (int greeted = 0; greeted < 2; greeted++) {
		static const char greeting[] = "220 hi\r\n";
		struct msub_settings settings;
		struct msub_session *session;
		struct msub_failure failure;
		msub_settings_init(&settings);
		settings.tls = MSUB_TLS_IMPLICIT;
		CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
		msub_session_connected(session, NULL, 0);
		msub_session_tls_up(session, true, NULL, 0);
		if (greeted)
			msub_session_input(session, greeting, strlen(greeting), 0);
		msub_session_tls_failed(session, "no certificate", 0);
		msub_session_end_of_input(session, "alert", 0);
		msub_session_failure(session, &failure);
		CHECK_INT(failure.error, greeted ? MSUB_LOST : MSUB_TLS);
		CHECK_INT(failure.retry, greeted ? MSUB_RETRY_LATER : MSUB_RETRY_NEVER);
		CHECK_TEXT(failure.text, greeted ? "alert" : "no certificate");
		msub_session_free(session);
	}
}

#define TESTS(T)                                                                                   \
	T(says_its_name)                                                                           \
	T(falls_back_to_helo_only_where_nothing_is_lost)                                           \
	T(starts_tls_or_ends)                                                                      \
	T(refuses_a_certificate_that_was_not_checked)                                              \
	T(hears_of_a_late_refusal_of_tls)
CHECK_MAIN("session_opening", TESTS)
