/* session: the mechanisms behind its logins, the order in which they are tried, and what is shown.
 */
#include "failing_memory.h"
#include "fixed_nonce.h"
#include "room.h"
#include "sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USER .user = "user", .password = "pencil", .host = "mail.example.org"
#define IN_TLS .tls = MSUB_TLS_IMPLICIT
#define OFFERS_TLS(what) "O\nTLS\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 " what "\n"
#define OFFERS_BOUND(kind, what)                                                                   \
	"O\nTLS " kind "\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 " what "\n"

/* In base64 what gsasl_provider_test.c has readably. */
#define FIRST "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM"
#define CHALLENGE                                                                                  \
	"> 334 cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZ"  \
	"jkyLGk9NDA5Ng==\n"
#define TOO_COSTLY                                                                                 \
	"its challenge asks for more than a million rounds of computation: do not trust it, or "   \
	"name another mechanism"
#define NONSENSE                                                                                   \
	"its challenge made no sense: if you trust the server all the same, name another "         \
	"mechanism"
#define BOMB                                                                                       \
	"> 334 cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZ"  \
	"jkyLGk9MTAwMDAwMQ==\n< *\n> 501 5.7.0 cancelled\n"
#define MANGLED(challenge)                                                                         \
	"< AUTH SCRAM-SHA-256 " FIRST "\n> 334 " challenge "\n< *\n> 501 5.7.0 cancelled\n" GIVES_UP
#define FINAL_1                                                                                    \
	"< Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyV"  \
	"DBDSkdiSlF5RjBYK0hJNFRzPQ==\n"
#define FINAL_256                                                                                  \
	"< Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9cVFSTFJIR1BER"  \
	"2pCKzdpVkFFN05OaTV4RW9IS0h1TENIUE5ROEJUbXZkcz0=\n"
#define PROOF_1 "> 334 dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9\n"
#define PROOF_256 "> 334 dj1YS1c2VnVXMUZBTlJPUWFibkpCejFLYWVDblFML0haQnlRdFgvaVUrbzMwPQ==\n"
#define PROOF_OF_NOBODY "> 334 dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9\n"
#define NOTHING "<< \\r\\n\n"
#define SCRAM_1 "< AUTH SCRAM-SHA-1 " FIRST "\n" CHALLENGE FINAL_1
#define SCRAM_256 "< AUTH SCRAM-SHA-256 " FIRST "\n" CHALLENGE FINAL_256
#define BOUND "cD10bHMtZXhwb3J0ZXIsLG49dXNlcixyPWZ5a28rZDJsYmJGZ09OUnY5cWt4ZGF3TA=="
#define BOUND_FINAL                                                                                \
	"< Yz1jRDEwYkhNdFpYaHdiM0owWlhJc0xBQUJBZ01FQlFZSENBa0tDd3dORGc4UUVSSVRGQlVXRnhnWkdoc2NIU"  \
	"jRmLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9RDIvZWxuQ3BXTjV2emZ"   \
	"zdXBFeUlLNTNRVXFRWkE3Vm9KTHZDT2tvaUVCdz0=\n"
#define BOUND_PROOF "> 334 dj0veDk1MTJJMWVtTmsrMVZEY2RDMlZNajR2bmhEV3RhSkhhdmpXbkt4bmtNPQ==\n"
#define BOUND_UNIQUE "cD10bHMtdW5pcXVlLCxuPXVzZXIscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="
#define DIGEST                                                                                      \
	"< AUTH DIGEST-MD5\n"                                                                       \
	"> 334 cmVhbG09ImVsd29vZC5pbm5vc29mdC5jb20iLG5vbmNlPSJPQTZNRzl0RVFHbTJoaCIscW9wPSJhdXRoIi"  \
	"xhbGdvcml0aG09bWQ1LXNlc3MsY2hhcnNldD11dGYtOA==\n"                                          \
	"< dXNlcm5hbWU9InVzZXIiLCByZWFsbT0iZWx3b29kLmlubm9zb2Z0LmNvbSIsIG5vbmNlPSJPQTZNRzl0RVFHbTJ" \
	"oaCIsIGNub25jZT0iZnlrbytkMmxiYkZnT05Sdjlxa3hkUT09IiwgbmM9MDAwMDAwMDEsIHFvcD1hdXRoLCBkaWdl" \
	"c3QtdXJpPSJzbXRwL21haWwuZXhhbXBsZS5vcmciLCByZXNwb25zZT1hNzM2NWFhMzBjNDI4OWJhMzM5M2I4MDM3N" \
	"DU0YmJkMSwgY2hhcnNldD11dGYtOA==\n"
#define DIGEST_PROOF "> 334 cnNwYXV0aD04MTcwYTI2ZDkyOGRmZDdlZWZmZDM1ZTlhMzAyM2FhMw==\n"
#define PLAIN "< AUTH PLAIN AHVzZXIAcGVuY2ls\n"
#define BEARER                                                                                     \
	"bixhPXVzZXIsAWhvc3Q9bWFpbC5leGFtcGxlLm9yZwFwb3J0PTU4NwFhdXRoPUJlYXJlciBwZW5jaWwBAQ=="
#define XOAUTH2 "dXNlcj11c2VyAWF1dGg9QmVhcmVyIHBlbmNpbAEB"

#define FINE MSUB_OK, 0, 0
#define REFUSED(phase, retry) MSUB_AUTH_REFUSED, MSUB_PHASE_##phase, MSUB_RETRY_##retry
#define UNPROVEN(phase) MSUB_AUTH_UNPROVEN, MSUB_PHASE_##phase, MSUB_RETRY_NEVER

/* An opening, and the text of its failure; NULL: whatever it is. */
struct telling {
	struct opening opening;
	const char *text;
};

static void play_telling(const struct telling *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		room_play_opening(&rows[i].opening, rows[i].text);
}

static void logs_in_with_the_strongest(void)
{
	static const struct opening rows[] = {
		{"SCRAM-SHA-256", {USER},
			OFFERS("AUTH PLAIN SCRAM-SHA-1 CRAM-MD5 SCRAM-SHA-256 DIGEST-MD5")
				SCRAM_256 PROOF_256 NOTHING "> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"SCRAM-SHA-1, in the old form", {USER},
			OFFERS("AUTH=DIGEST-MD5 SCRAM-SHA-1") SCRAM_1 PROOF_1 NOTHING
			"> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"DIGEST-MD5", {USER},
			OFFERS("AUTH CRAM-MD5 DIGEST-MD5 LOGIN") DIGEST DIGEST_PROOF NOTHING
			"> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"bound by tls-exporter", {USER, IN_TLS},
			OFFERS_BOUND("exporter",
				"AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS") "< AUTH SCRAM-SHA-256-PLUS " BOUND
									 "\n" CHALLENGE BOUND_FINAL
										 BOUND_PROOF NOTHING
									 "> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"bound by tls-unique", {USER, IN_TLS},
			OFFERS_BOUND("unique",
				"AUTH SCRAM-SHA-1-PLUS SCRAM-SHA-1") "< AUTH SCRAM-SHA-1-PLUS " BOUND_UNIQUE
								     "\n> 535 no\n" GIVES_UP,
			REFUSED(AUTH, NEVER)},
		{"not bound where TLS gave nothing", {USER, IN_TLS},
			OFFERS_TLS("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256")
				SCRAM_256 PROOF_256 NOTHING "> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"not bound where the server does not offer it", {USER, IN_TLS},
			OFFERS_BOUND("exporter", "AUTH SCRAM-SHA-256") SCRAM_256 PROOF_256 NOTHING
			"> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"not bound where it is named so", {USER, IN_TLS, .mechanism = "SCRAM-SHA-1"},
			OFFERS_BOUND("exporter", "AUTH SCRAM-SHA-1-PLUS SCRAM-SHA-1")
				SCRAM_1 PROOF_1 NOTHING "> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"for somebody else, so not with LOGIN or CRAM-MD5",
			{USER, IN_TLS, .authorize = "boss"},
			OFFERS_TLS(
				"AUTH LOGIN CRAM-MD5 PLAIN") "< AUTH PLAIN Ym9zcwB1c2VyAHBlbmNpbA==\n> 235 ok\n" ONE_MESSAGE,
			FINE},
		{"a challenge in two lines", {USER, .mechanism = "CRAM-MD5"},
			OFFERS("AUTH CRAM-MD5") "< AUTH CRAM-MD5\n> 334-PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2Uu\n"
						"> 334 cmVzdG9uLm1jaS5uZXQ+\n"
						"< dXNlciAyNjZmODJiYjJkMWFjZTY3MjlkMmM1NzNlNGUwMDRjNg==\n> 235 ok\n" ONE_MESSAGE,
			FINE},
	};
	room_play_openings(rows, COUNT(rows));
}

static void logs_in_with_what_is_named(void)
{
	static const struct telling rows[] = {
		{{"XOAUTH2", {USER, .mechanism = "xoauth2"},
			 OFFERS("AUTH SCRAM-SHA-1 XOAUTH2") "< AUTH XOAUTH2 " XOAUTH2
							    "\n> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
		{{"OAUTHBEARER", {USER, .mechanism = "OAUTHBEARER"},
			 OFFERS("AUTH OAUTHBEARER") "< AUTH OAUTHBEARER " BEARER
						    "\n> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
		{{"EXTERNAL, nobody said", {.mechanism = "EXTERNAL"},
			 OFFERS("AUTH EXTERNAL PLAIN") "< AUTH EXTERNAL =\n> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
		{{"EXTERNAL, as somebody", {.mechanism = "EXTERNAL", .authorize = "boss"},
			 OFFERS("AUTH EXTERNAL") "< AUTH EXTERNAL Ym9zcw==\n> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
		{{"NTLM asks first", {USER, .mechanism = "NTLM"},
			 OFFERS("AUTH NTLM") "< AUTH NTLM\n> 334 NTLM supported\n"
					     "< TlRMTVNTUAABAAAAB7IAAAQABAAgAAAAAAAAACQAAAB1c2Vy\n> 334 ???\n< *\n"
					     "> 501 cancelled\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NONSENSE},
		{{"never by itself", {USER, IN_TLS},
			 OFFERS_TLS("AUTH XOAUTH2 OAUTHBEARER EXTERNAL GSSAPI NTLM") GIVES_UP,
			 MSUB_AUTH_MECHANISM, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
			NULL},
		{{"-PLUS without a binding", {USER, .mechanism = "SCRAM-SHA-1-PLUS"},
			 OFFERS("AUTH SCRAM-SHA-1-PLUS SCRAM-SHA-1") GIVES_UP, MSUB_AUTH_MECHANISM,
			 MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
			"the mechanism cannot say this user, password or host, or lacks TLS's "
			"binding"},
	};
	play_telling(rows, COUNT(rows));
}

static void goes_on_only_where_the_password_is_not_the_cause(void)
{
	static const struct telling rows[] = {
		{{"535 is the password", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN") SCRAM_256
			 "> 535 5.7.8 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NULL},
		{{"so is e=", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-1 PLAIN") SCRAM_1
			 "> 334 ZT1pbnZhbGlkLXByb29m\n" NOTHING "> 535 5.7.8 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NULL},
		{{"454 is a passing condition", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-1 PLAIN") SCRAM_1
			 "> 454 4.7.0 later\n" GIVES_UP,
			 REFUSED(ANSWER, LATER)},
			NULL},
		{{"504, 534, 538 are the mechanism", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 PLAIN") "< AUTH SCRAM-SHA-256 " FIRST
										    "\n> 504 no\n< AUTH SCRAM-SHA-1 " FIRST
										    "\n> 534 no\n< AUTH DIGEST-MD5\n> 538 no\n" PLAIN
										    "> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
		{{"432 asks for PLAIN", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN") SCRAM_256
			 "> 432 4.7.12 transition\n" PLAIN "> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
		{{"but not in clear", {USER},
			 OFFERS("AUTH SCRAM-SHA-256 PLAIN") SCRAM_256
			 "> 432 4.7.12 transition\n" GIVES_UP,
			 REFUSED(ANSWER, LATER)},
			NULL},
		/* it would hear the password itself in PLAIN, if that were tried */
		{{"a bomb, and PLAIN in TLS", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN") "< AUTH SCRAM-SHA-256 " FIRST
									 "\n" BOMB GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			TOO_COSTLY},
		{{"a bomb, named", {USER, .mechanism = "SCRAM-SHA-1"},
			 OFFERS("AUTH SCRAM-SHA-256 SCRAM-SHA-1") "< AUTH SCRAM-SHA-1 " FIRST
								  "\n" BOMB GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			TOO_COSTLY},
		{{"a name that SCRAM cannot say, and a wrong password",
			 {IN_TLS, .user = "u\x07", .password = "p"},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-1 PLAIN") "< AUTH PLAIN AHUHAHA=\n> 535 no\n" GIVES_UP,
			 REFUSED(AUTH, NEVER)},
			""},
		{{"a challenge without text", {USER},
			 OFFERS("AUTH SCRAM-SHA-256 CRAM-MD5") "< AUTH SCRAM-SHA-256 " FIRST
							       "\n> 334\n< *\n> 501 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NONSENSE},
		{{"a name that SCRAM cannot say", {IN_TLS, .user = "u\x07", .password = "p"},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-1 PLAIN") "< AUTH PLAIN AHUHAHA=\n> 235 ok\n" ONE_MESSAGE,
			 FINE},
			NULL},
	};
	play_telling(rows, COUNT(rows));
}

static void tries_nothing_weaker_after_a_mangled_challenge(void)
{
	static const struct telling rows[] = {
		/* r= is another's, no salt, no count, no base64: PLAIN is what it is after */
		{{"a challenge for somebody else", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-256 PLAIN LOGIN") MANGLED(
				 "cj1zb21lYm9keWVsc2Uscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng=="),
			 UNPROVEN(ANSWER)},
			"its challenge adds nothing to ours (RFC 5802): it may not be who it says it is"},
		{{"a challenge without a salt", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-256 PLAIN LOGIN")
				 MANGLED("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjLGk9NDA5Ng=="),
			 REFUSED(ANSWER, NEVER)},
			NONSENSE},
		{{"words", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN")
				 MANGLED("bm9uc2Vuc2U="),
			 REFUSED(ANSWER, NEVER)},
			NONSENSE},
		{{"no base64, 504", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-256 PLAIN") "< AUTH SCRAM-SHA-256 " FIRST
							     "\n> 334 ???\n< *\n> 504 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NONSENSE},
		{{"no base64, 432", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-256 PLAIN") "< AUTH SCRAM-SHA-256 " FIRST
							     "\n> 334 ???\n< *\n> 432 no\n" GIVES_UP,
			 REFUSED(ANSWER, LATER)},
			NONSENSE},
		{{"504 and 538 to a proof", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN") SCRAM_256
			 "> 504 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			""},
		{{"DIGEST-MD5 without a nonce", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH DIGEST-MD5 PLAIN") "< AUTH DIGEST-MD5\n> 334 cmVhbG09Im4i\n< *\n"
							  "> 501 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NONSENSE},
	};
	play_telling(rows, COUNT(rows));
}

static void wants_the_server_to_prove_itself(void)
{
	static const char text[] =
		"it does not know the password itself: it may not be who it says it is";
	static const struct telling rows[] = {
		{{"a yes at once", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-1 PLAIN") "< AUTH SCRAM-SHA-1 " FIRST
							      "\n> 235 ok\n" GIVES_UP,
			 UNPROVEN(AUTH)},
			text},
		{{"a yes without proof", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-1 PLAIN") SCRAM_1 "> 235 ok\n" GIVES_UP,
			 UNPROVEN(ANSWER)},
			text},
		{{"a yes after the password was wrong", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-1 PLAIN") SCRAM_1
			 "> 334 ZT1pbnZhbGlkLXByb29m\n" NOTHING "> 235 ok\n" GIVES_UP,
			 UNPROVEN(ANSWER)},
			text},
		{{"a wrong proof", {USER, IN_TLS},
			 OFFERS_TLS("AUTH SCRAM-SHA-1 PLAIN") SCRAM_1 PROOF_OF_NOBODY
			 "< *\n> 501 cancelled\n" GIVES_UP,
			 UNPROVEN(ANSWER)},
			text},
		{{"DIGEST-MD5 without proof", {USER, IN_TLS},
			 OFFERS_TLS("AUTH DIGEST-MD5 PLAIN") DIGEST "> 235 ok\n" GIVES_UP,
			 UNPROVEN(ANSWER)},
			text},
		{{"a proof that would be cheap to search", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-256 PLAIN") "< AUTH SCRAM-SHA-256 " FIRST
							     "\n> 334 cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9MQ==\n< *\n> 504 cancelled\n" GIVES_UP,
			 UNPROVEN(ANSWER)},
			"its challenge asks for less than the 4096 rounds of RFC 7677: do not trust "
			"it, or name another mechanism"},
		{{"a nonce that is ours and nothing else", {USER, IN_TLS},
			 OFFERS_TLS(
				 "AUTH SCRAM-SHA-256 PLAIN") "< AUTH SCRAM-SHA-256 " FIRST
							     "\n> 334 cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==\n< *\n> 504 cancelled\n" GIVES_UP,
			 UNPROVEN(ANSWER)},
			"its challenge adds nothing to ours (RFC 5802): it may not be who it says it is"},
		{{"more challenges than there are", {USER},
			 OFFERS("AUTH SCRAM-SHA-1") SCRAM_1 PROOF_1 NOTHING PROOF_1
			 "< *\n> 501 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NULL},
		{{"a yes to a cancelled login", {USER},
			 OFFERS("AUTH SCRAM-SHA-1") SCRAM_1 PROOF_OF_NOBODY
			 "< *\n> 235 ok\nX\nOVER\n",
			 MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_RETRY_LATER},
			NULL},
	};
	play_telling(rows, COUNT(rows));
}

static void says_why_a_token_was_refused(void)
{
	static const struct telling rows[] = {
		/* {"status":"invalid_<U+202E>token","scope":"pencil"} */
		{{"XOAUTH2", {USER, .mechanism = "XOAUTH2"},
			 OFFERS("AUTH XOAUTH2") "< AUTH XOAUTH2 " XOAUTH2
						"\n> 334 eyJzdGF0dXMiOiJpbnZhbGlkX+KArnRva2VuIiwic2NvcGUiOiJwZW5jaWwifQ==\n" NOTHING
						"> 535 5.7.8 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			"invalid_\\xE2\\x80\\xAEtoken"},
		/* {"status":"pencil"} */
		{{"OAUTHBEARER, and the token comes back", {USER, .mechanism = "OAUTHBEARER"},
			 OFFERS("AUTH OAUTHBEARER") "< AUTH OAUTHBEARER " BEARER
						    "\n> 334 eyJzdGF0dXMiOiJwZW5jaWwifQ==\n< AQ==\n> 535 5.7.8 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			"<secret>"},
		{{"no reason", {USER, .mechanism = "XOAUTH2"},
			 OFFERS("AUTH XOAUTH2") "< AUTH XOAUTH2 " XOAUTH2 "\n> 334\n" NOTHING
						"> 535 5.7.8 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			""},
		{{"another reason", {USER, .mechanism = "XOAUTH2"},
			 OFFERS("AUTH XOAUTH2") "< AUTH XOAUTH2 " XOAUTH2
						"\n> 334 eyJzdGF0dXMiOiJwZW5jaWwifQ==\n" NOTHING
						"> 334 eyJzdGF0dXMiOiJwZW5jaWwifQ==\n< *\n> 501 no\n" GIVES_UP,
			 REFUSED(ANSWER, NEVER)},
			NULL},
	};
	play_telling(rows, COUNT(rows));
}

/* RFC 4954 section 4: 3 kB do not fit the command, and do fit the answer to an empty challenge. */
static void says_a_long_token(void)
{
	enum { GROUPS = 1000 }; /* of three octets, four in base64 */
	static char token[3 * GROUPS + 1], said[4 * GROUPS + 1], script[3 * sizeof said];
	for (size_t i = 0; i < GROUPS; i++) {
		memcpy(token + 3 * i, "ppp", 4);
		memcpy(said + 4 * i, "cHBw", 5);
	}
	/* "user=uu^Aauth=Bearer " has 21 octets, as many whole groups */
	struct opening row = {"3000 octets",
		{.user = "uu", .password = token, .mechanism = "XOAUTH2"}, script, FINE};
	snprintf(script, sizeof script,
		"%s< AUTH XOAUTH2\n> 334\n< dXNlcj11dQFhdXRoPUJlYXJlciBw%s\n> 235 ok\n%s",
		OFFERS("AUTH XOAUTH2"), said, ONE_MESSAGE);
	char *end = strstr(script, said) + strlen(said);
	/* one group less a "p" in front: the last group is "pp" and the two that end it */
	memmove(end - 4 + 8, end, strlen(end) + 1);
	memcpy(end - 4, "cHABAQ==", 8);
	room_play_openings(&row, 1);
}

/* ---- what is shown ---- */

static void write_down(void *context, enum msub_spoken spoken, const char *text)
{
	struct buffer *shown = context;
	(void)spoken;
	buffer_append_text(shown, text);
	buffer_append_byte(shown, '\n');
}

static void shows_no_secret(void)
{
	static const struct {
		const char *name;
		struct msub_settings settings;
		const char *script;
	} rows[] = {
		{"SCRAM", {USER},
			OFFERS("AUTH SCRAM-SHA-1") SCRAM_1 PROOF_1 NOTHING
			"> 235 ok\n" ONE_MESSAGE},
		{"DIGEST-MD5", {USER},
			OFFERS("AUTH DIGEST-MD5") DIGEST DIGEST_PROOF NOTHING
			"> 235 ok\n" ONE_MESSAGE},
		{"PLAIN, repeated", {USER, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN") PLAIN
			"> 535 no: AHVzZXIAcGVuY2ls is user pencil\n" GIVES_UP},
		{"LOGIN, repeated in challenges", {USER, .mechanism = "LOGIN"},
			OFFERS("AUTH LOGIN") "< AUTH LOGIN\n> 334\n< dXNlcg==\n> 334\n< cGVuY2ls\n"
					     "> 334 cGVuY2ls\n< *\n> 535 no: cGVuY2ls\n" GIVES_UP},
		/* "is pencil yours" */
		{"LOGIN, repeated within a challenge", {USER, .mechanism = "LOGIN"},
			OFFERS("AUTH LOGIN") "< AUTH LOGIN\n> 334\n< dXNlcg==\n> 334\n< cGVuY2ls\n"
					     "> 334 aXMgcGVuY2lsIHlvdXJz\n< *\n> 535 no\n" GIVES_UP},
		{"XOAUTH2, repeated", {USER, .mechanism = "XOAUTH2"},
			OFFERS("AUTH XOAUTH2") "< AUTH XOAUTH2 " XOAUTH2
					       "\n> 334 eyJzdGF0dXMiOiJwZW5jaWwifQ==\n" NOTHING
					       "> 535 token pencil in " XOAUTH2 "\n" GIVES_UP},
		{"OAUTHBEARER, repeated", {USER, .mechanism = "OAUTHBEARER"},
			OFFERS("AUTH OAUTHBEARER") "< AUTH OAUTHBEARER " BEARER
						   "\n> 334 eyJzdGF0dXMiOiJwZW5jaWwifQ==\n< AQ==\n"
						   "> 535 pencil " BEARER "\n" GIVES_UP},
		{"known from before", {USER, IN_TLS},
			"O\nTLS\n> 220 pencil\n< EHLO [192.0.2.7]\n> 250-pencil\n"
			"> 250 AUTH PLAIN cGVuY2ls\n" PLAIN "> 235 ok\n" ONE_MESSAGE},
		{"a yes", {USER, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN") PLAIN
			"> 235 AHVzZXIAcGVuY2ls is pencil\n" ONE_MESSAGE},
		{"a challenge of MAIL's sort", {USER, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN") PLAIN "> 354 pencil\nX\nOVER\n"},
		{"a yes to something else", {USER, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN") PLAIN "> 250 pencil\n" ONE_MESSAGE},
		{"CRAM-MD5, readably", {USER, .mechanism = "CRAM-MD5"},
			OFFERS("AUTH CRAM-MD5") "< AUTH CRAM-MD5\n> 334 cGVuY2ls\n"
						"< dXNlciBhNzY2YjMwOWFkNjc5ZTk4MTM5YmU2ODk4ZWI2OTIxZQ==\n"
						"> 535 pencil, cGVuY2ls, AHVzZXIAcGVuY2ls\n" GIVES_UP},
		{"SCRAM, readably", {USER, .mechanism = "SCRAM-SHA-1"},
			OFFERS("AUTH SCRAM-SHA-1") "< AUTH SCRAM-SHA-1 " FIRST
						   "\n> 535 cGVuY2ls pencil\n" GIVES_UP},
		/* "is pencil yours", and then nothing that is awaited */
		{"to a login that was given up", {USER, .mechanism = "SCRAM-SHA-1"},
			OFFERS("AUTH SCRAM-SHA-1") "< AUTH SCRAM-SHA-1 " FIRST "\n> 334 ???\n< *\n"
						   "> 334 aXMgcGVuY2lsIHlvdXJz\nX\nOVER\n"},
		{"a recipient refused", {USER, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN") PLAIN
			"> 235 ok\n< MAIL FROM:<a@example.org>\n> 250 pencil\n"
			"< RCPT TO:<b@example.org>\n"
			"> 550-AHVzZXIAcGVuY2ls\n> 550 x cGVuY2ls pencil\n" GIVES_UP},
		{"a message taken", {USER, .mechanism = "CRAM-MD5"},
			OFFERS("AUTH CRAM-MD5") "< AUTH CRAM-MD5\n> 334 cGVuY2ls\n"
						"< dXNlciBhNzY2YjMwOWFkNjc5ZTk4MTM5YmU2ODk4ZWI2OTIxZQ==\n> 235 ok\n"
						"< MAIL FROM:<a@example.org>\n> 250 ok\n"
						"< RCPT TO:<b@example.org>\n> 250 pencil\n"
						"< DATA\n> 354 cGVuY2ls\n"
						"<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n> 250 got pencil\n"
						"< QUIT\n> 221 pencil\nX\nOVER\n"},
	};
	static const char *const secrets[] = {"pencil", "cGVuY2ls", "BlbmNpb", "wZW5jaW", "biws",
		"v0X8", "Yz1ia", "a7365aa3", "dXNlcm5hbWU9", "eyJzdGF0dXMi", "aXMgcGVu", "BwZW5ja"};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct buffer shown;
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		buffer_init(&shown, &memory_standard, 100000);
		struct msub_settings settings = rows[i].settings;
		settings.tls = room_tls(&rows[i].settings);
		settings.timeouts = room.settings.timeouts;
		settings.transcript = write_down;
		settings.transcript_context = &shown;
		room.settings = settings;
		room_add(&room, "b@example.org");
		room_play(&room, rows[i].script, NULL);
		struct msub_result result;
		msub_message_result(room.messages[0], 0, &result);
		write_down(&shown, MSUB_NOTE, result.why.text);
		write_down(&shown, MSUB_NOTE, result.why.reply.text);
		const char *text = buffer_string(&shown);
		CHECK(strstr(text, "AUTH ") != NULL);
		CHECK(strstr(text, "<secret>") != NULL);
		for (size_t k = 0; k < COUNT(secrets); k++) {
			if (!CHECK(strstr(text, secrets[k]) == NULL))
				CHECK_TEXT(text, secrets[k]);
		}
		buffer_free(&shown);
		room_free(&room);
	}
}

/* Whoever logs in is no secret, and refusals of mail have to be understood. */
static void shows_the_user(void)
{
	struct room room;
	struct msub_failure failure;
	room_init(&room);
	room.settings.user = "b@example.org";
	room.settings.password = "pencil";
	room.settings.mechanism = "PLAIN";
	room_add(&room, "b@example.org");
	room_play(&room,
		OFFERS("AUTH PLAIN") "< AUTH PLAIN AGJAZXhhbXBsZS5vcmcAcGVuY2ls\n> 235 ok\n"
				     "< MAIL FROM:<a@example.org>\n"
				     "> 553 <a@example.org> is not b@example.org, pencil\n" GIVES_UP,
		NULL);
	msub_message_failure(room.messages[0], &failure);
	CHECK_TEXT(failure.reply.text, "<a@example.org> is not b@example.org, <secret>");
	room_free(&room);
}

/* ---- memory, and what a program calls ---- */

static bool delivers_with(struct failing_memory *failing)
{
	struct room room;
	struct msub_memory memory = {failing->memory.resize, failing->memory.context};
	room_init(&room);
	room.settings.user = "user";
	room.settings.password = "pencil";
	room.settings.memory = &memory;
	room_add(&room, "b@example.org");
	bool delivered = false;
	if (msub_sender_new(&room.sender, &room.settings) == MSUB_OK) {
		CHECK_INT(msub_sender_add(room.sender, room.messages[0]), MSUB_OK);
		script_play(sender_player(room.sender, 0),
			OFFERS("AUTH SCRAM-SHA-1") SCRAM_1 PROOF_1 NOTHING "> 235 ok\n" ONE_MESSAGE,
			&(struct script_options){.quiet = true});
		delivered = msub_message_count(room.messages[0], MSUB_ACCEPTED) == 1;
	}
	msub_sender_free(room.sender);
	room.sender = NULL;
	room_free(&room);
	return delivered;
}

static void lives_without_any_allocation(void)
{
	struct failing_memory failing;
	failing_memory_init(&failing, 0);
	CHECK(delivers_with(&failing));
	CHECK_INT(failing.live, 0);
	size_t count = failing.count, failures = 0;
	CHECK(count > 20);
	for (size_t i = 1; i <= count; i++) {
		CHECK_CASE("allocation %zu", i);
		failing_memory_init(&failing, i);
		failures += !delivers_with(&failing);
		CHECK_INT(failing.live, 0);
	}
	CHECK(failures > 20);
}

static void a_binding_is_told_during_the_handshake(void)
{
	struct msub_settings settings;
	struct msub_session *session;
	static const uint8_t octets[65] = {1};
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_IMPLICIT;
	CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
	CHECK_INT(msub_session_tls_binding(session, MSUB_BINDING_EXPORTER, octets, 32), MSUB_USE);
	msub_session_connected(session, "192.0.2.7", 0);
	CHECK_INT(msub_session_tls_binding(session, MSUB_BINDING_EXPORTER, octets, 64), MSUB_OK);
	CHECK_INT(msub_session_tls_binding(session, MSUB_BINDING_UNIQUE, octets, 1), MSUB_OK);
	CHECK_INT(msub_session_tls_binding(session, MSUB_BINDING_UNIQUE, octets, 0), MSUB_USE);
	CHECK_INT(msub_session_tls_binding(session, MSUB_BINDING_UNIQUE, octets, 65), MSUB_USE);
	CHECK_INT(msub_session_tls_binding(session, (enum msub_binding)2, octets, 8), MSUB_USE);
	msub_session_tls_up(session, true, "TLS", 0);
	CHECK_INT(msub_session_tls_binding(session, MSUB_BINDING_UNIQUE, octets, 12), MSUB_USE);
	msub_session_free(session);
}

#define TESTS(T)                                                                                   \
	T(logs_in_with_the_strongest)                                                              \
	T(logs_in_with_what_is_named)                                                              \
	T(goes_on_only_where_the_password_is_not_the_cause)                                        \
	T(tries_nothing_weaker_after_a_mangled_challenge)                                          \
	T(wants_the_server_to_prove_itself)                                                        \
	T(says_why_a_token_was_refused)                                                            \
	T(says_a_long_token)                                                                       \
	T(shows_no_secret)                                                                         \
	T(shows_the_user)                                                                          \
	T(lives_without_any_allocation)                                                            \
	T(a_binding_is_told_during_the_handshake)
CHECK_MAIN("session_sasl", TESTS)
