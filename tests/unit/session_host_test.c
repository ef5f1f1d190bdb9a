/* session: which service and which host a login names. */
#include "base64.h"
#include "check.h"
#include "msub.h"
#include "octets.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What it said before is taken, and this is the reply to it. */
static void answer_with(struct msub_session *session, const char *reply)
{
	struct msub_piece piece;
	while (msub_session_output(session, &piece, 1) > 0)
		msub_session_taken(session, piece.len, 0);
	msub_session_input(session, reply, strlen(reply), 0);
}

/* What it says now, behind that front, decoded. */
static void read_said(struct msub_session *session, const char *front, struct buffer *plain)
{
	struct msub_piece piece = {NULL, 0};
	CHECK_INT(msub_session_output(session, &piece, 1), 1);
	struct octets line = octets_make(piece.at, piece.len);
	CHECK(octets_start_nocase(line, front) && line.len > strlen(front) + 2);
	line = octets_from(octets_cut(line, line.len - 2), strlen(front));
	CHECK(base64_decode(plain, line));
}

static void names_the_service_and_the_host(void)
{
	static const struct {
		const char *name;
		const char *mechanism, *host, *found;
		uint16_t port;
		enum msub_protocol protocol;
		const char *said; /* part of what was said, before base64 */
	} rows[] = {
		{"a host that is set", "DIGEST-MD5", "mail.example.org", NULL, 0, MSUB_SUBMISSION,
			"digest-uri=\"smtp/mail.example.org\""},
		{"LMTP", "DIGEST-MD5", "mail.example.org", NULL, 0, MSUB_LMTP,
			"digest-uri=\"lmtp/mail.example.org\""},
		{"a host that was found", "DIGEST-MD5", NULL, "mx1.example.net", 465,
			MSUB_SUBMISSION, "digest-uri=\"smtp/mx1.example.net\""},
		{"the one that is set wins", "DIGEST-MD5", "mail.example.org", "mx1.example.net",
			465, MSUB_SUBMISSION, "digest-uri=\"smtp/mail.example.org\""},
		{"a token, for a host that was found", "OAUTHBEARER", NULL, "mx1.example.net", 465,
			MSUB_SUBMISSION, "host=mx1.example.net\001port=465\001"},
		{"a token, for a host that is set", "OAUTHBEARER", "mail.example.org", NULL, 0,
			MSUB_SUBMISSION, "host=mail.example.org\001port=587\001"},
		{"a token, nobody knows where", "OAUTHBEARER", NULL, NULL, 0, MSUB_SUBMISSION,
			"n,a=user,\001auth=Bearer pencil"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct msub_settings settings;
		struct msub_session *session;
		struct buffer plain;
		CHECK_CASE("%s", rows[i].name);
		msub_settings_init(&settings);
		settings.tls = MSUB_TLS_NONE;
		settings.user = "user";
		settings.password = "pencil";
		settings.host = rows[i].host;
		settings.protocol = rows[i].protocol;
		settings.mechanism = rows[i].mechanism;
		CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
		msub_session_server(session, "nobody.example.org", 1);
		msub_session_server(session, rows[i].found, rows[i].port);
		if (rows[i].found == NULL) { /* as if nothing had been told */
			msub_session_free(session);
			CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
			msub_session_server(session, NULL, 1);
		}
		msub_session_connected(session, "192.0.2.7", 0);
		msub_session_server(session, "late.example.org", 2);
		answer_with(session, "220 hi\r\n");
		answer_with(session, "250-hi\r\n250 AUTH DIGEST-MD5 OAUTHBEARER\r\n");
		buffer_init(&plain, &memory_standard, 10000);
		if (strcmp(rows[i].mechanism, "DIGEST-MD5") == 0) {
			answer_with(session,
				"334 bm9uY2U9Im4iLHFvcD0iYXV0aCIsYWxnb3JpdGhtPW1kNS1zZXNzLGNoYXJzZXQ9dXRmLTgscmVhbG09InIi\r\n");
			read_said(session, "", &plain);
		} else {
			read_said(session, "AUTH OAUTHBEARER ", &plain);
		}
		CHECK(strstr(buffer_string(&plain), rows[i].said) != NULL);
		buffer_free(&plain);
		msub_session_free(session);
	}
}

#define TESTS(T) T(names_the_service_and_the_host)
CHECK_MAIN("session_host", TESTS)
