/*
 * Sessions by their ids, as clients without extensions take them up again; what a report says of
 * them, and of a person who is asked about a certificate.
 */
#include "tls_ends.h"
#include "tls_server.h"

/* A client of 2007: no extensions, so neither tickets nor a name. */
static const char old[] = "NONE:+COMP-NULL:+CTYPE-X509:+SIGN-ALL:+GROUP-ALL:+VERS-TLS1.0:+RSA"
			  ":+AES-128-CBC:+SHA1:%NO_EXTENSIONS:%DISABLE_SAFE_RENEGOTIATION";

static bool open_to(struct tls_ends *ends, struct tls_server *server,
	const struct tls_client_settings *settings)
{
	struct sentence why = {""};
	*ends = (struct tls_ends){.descriptors = {-1, -1}};
	if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends->descriptors) == 0))
		return false;
	tcp_prepare(ends->descriptors[0]);
	tcp_prepare(ends->descriptors[1]);
	ends->server = tls_server_accept(server, ends->descriptors[1], &why);
	ends->client = tls_client_new(&memory_standard, ends->descriptors[0], settings, &why);
	CHECK_TEXT(why.text, "");
	return ends->server != NULL && ends->client != NULL;
}

/* A handshake; true where both are content. */
static bool agree(struct tls_server *server, const struct tls_client_settings *settings)
{
	struct tls_ends ends;
	bool good = open_to(&ends, server, settings);
	if (good) {
		ends_shake(&ends, 0);
		good = ends.client_result == TLS_OK && ends.server_result == TLS_OK;
	}
	ends_close(&ends);
	return good;
}

static void a_session_is_taken_up_by_its_id(void)
{
	static const struct {
		const char *name;
		bool no_resumption, remembers, resumed;
	} rows[] = {{"both remember", false, true, true},
		{"the server does not", true, true, false},
		{"the client does not", false, false, false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_server_settings wish = {.no_resumption = rows[i].no_resumption};
		struct tls_server *server = tls_server_new(&memory_standard, &wish, NULL);
		struct tls_resumption *resumption = tls_resumption_new(&memory_standard);
		struct tls_report report;
		tls_report_init(&report, &memory_standard);
		struct tls_client_settings settings = {.priority = old,
			.check = TLS_CHECK_NONE,
			.resumption = rows[i].remembers ? resumption : NULL,
			.report = &report};
		CHECK_CASE("%s", rows[i].name);
		if (CHECK(server != NULL)) {
			CHECK(agree(server, &settings));
			CHECK(!report.resumed && report.shown);
			CHECK(agree(server, &settings));
			CHECK_INT(report.resumed, rows[i].resumed);
			/* no certificate comes in a handshake that is cut short */
			CHECK_INT(report.shown, !rows[i].resumed);
			CHECK_TEXT(report.version, "TLS1.0");
		}
		tls_report_free(&report);
		tls_resumption_free(resumption);
		tls_server_free(server);
	}
}

/* The ring holds 64: the 65th takes the first one's place. */
static void the_oldest_session_goes(void)
{
	struct tls_server *server =
		tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	struct tls_resumption *first = tls_resumption_new(&memory_standard);
	struct tls_resumption *second = tls_resumption_new(&memory_standard);
	struct tls_report report;
	tls_report_init(&report, &memory_standard);
	struct tls_client_settings settings = {
		.priority = old, .check = TLS_CHECK_NONE, .resumption = first, .report = &report};
	if (CHECK(server != NULL)) {
		CHECK(agree(server, &settings));
		settings.resumption = second;
		CHECK(agree(server, &settings));
		settings.resumption = NULL;
		for (int i = 0; i < 63; i++)
			CHECK(agree(server, &settings));
		settings.resumption = first;
		CHECK(agree(server, &settings) && !report.resumed);
		settings.resumption = second;
		CHECK(agree(server, &settings) && !report.resumed);
		CHECK(agree(server, &settings) && report.resumed);
	}
	tls_report_free(&report);
	tls_resumption_free(first);
	tls_resumption_free(second);
	tls_server_free(server);
}

/* Who is asked, what is waited for, and what is said of the answer. */
static void a_person_is_asked_only_about_what_does_not_hold(void)
{
	static const struct {
		const char *name;
		const char *host;
		bool trusted, rejects;
		uint64_t ask_ms;
		bool asked, agreed;
		enum tls_trouble trouble;
	} rows[] = {
		{"holds", "localhost", true, true, 5000, false, true, TLS_TROUBLE_NONE},
		{"another name", "example.net", true, false, 5000, true, true, TLS_TROUBLE_NONE},
		{"unknown", "localhost", false, false, 5000, true, true, TLS_TROUBLE_NONE},
		{"unknown, at once", "localhost", false, false, 0, true, true, TLS_TROUBLE_NONE},
		{"rejected", "localhost", false, true, 5000, true, false, TLS_TROUBLE_REJECTED},
		{"rejected, at once", "localhost", false, true, 0, true, false,
			TLS_TROUBLE_REJECTED},
	};
	struct tls_server *server =
		tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	struct tls_trust *trust =
		server == NULL ? NULL
			       : tls_trust_new(&memory_standard, tls_server_ca_file(server), NULL);
	for (size_t i = 0; CHECK(trust != NULL) && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct tls_report report;
		tls_report_init(&report, &memory_standard);
		struct tls_client_settings settings = {
			.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.0:%PROFILE_VERY_WEAK",
			.check = TLS_CHECK_ASK,
			.ask_ms = rows[i].ask_ms,
			.rejects = rows[i].rejects,
			.name = rows[i].host,
			.trust = rows[i].trusted ? trust : NULL,
			.report = &report};
		CHECK_CASE("%s", rows[i].name);
		if (open_to(&ends, server, &settings)) {
			bool waits = rows[i].asked && rows[i].ask_ms > 0;
			uint8_t none;
			ends_shake(&ends, 1000);
			CHECK_INT(tls_deadline_ms(ends.client), waits ? 6000 : PLAYER_NEVER);
			/* the server has read the hello, and there is nothing behind it */
			if (waits)
				CHECK(recv(ends.descriptors[1], &none, 1, MSG_PEEK) < 0);
			if (waits)
				ends_shake(&ends, 6000);
			CHECK_INT(ends.client_result, rows[i].agreed ? TLS_OK : TLS_BROKEN);
			/* a no is not even an alert: the server only sees the end */
			CHECK(!ends.server->alert);
			if (!rows[i].agreed)
				CHECK_TEXT(tls_why(ends.server),
					"the connection was closed during the TLS handshake");
		}
		CHECK_INT(report.asked, rows[i].asked);
		CHECK_INT(report.why.text[0] != 0, rows[i].asked);
		CHECK_INT(report.trouble, rows[i].trouble);
		if (rows[i].trouble == TLS_TROUBLE_REJECTED)
			CHECK(text_holds(
				tls_why(ends.client), "rejected by the one who was asked"));
		tls_report_free(&report);
		ends_close(&ends);
	}
	tls_trust_free(trust);
	tls_server_free(server);
}

#define TESTS(T)                                                                                   \
	T(a_session_is_taken_up_by_its_id)                                                         \
	T(the_oldest_session_goes)                                                                 \
	T(a_person_is_asked_only_about_what_does_not_hold)
CHECK_MAIN("tls_sessions", TESTS)
