/* session: how it logs in, and when it does not. */
#include "room.h"
#include "sender.h"

#include <stdio.h>
#include <string.h>

#define OFFERS_IN_TLS(what) "O\nTLS\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 " what "\n"

static void logs_in(void)
{
	static const struct opening rows[] = {
		{"CRAM-MD5 as in RFC 2195", {TIM},
			OFFERS("AUTH LOGIN PLAIN CRAM-MD5") "< AUTH CRAM-MD5\n"
							    "> 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\n"
							    "< dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\n> 235 ok\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"PLAIN before LOGIN", {TIM, .tls = MSUB_TLS_IMPLICIT},
			OFFERS_IN_TLS("AUTH LOGIN PLAIN") "< AUTH PLAIN " TIM_PLAIN
							  "\n> 235 ok\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"LOGIN in TLS", {TIM, .tls = MSUB_TLS_IMPLICIT},
			OFFERS_IN_TLS(
				"AUTH=LOGIN") "< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dGlt\n"
					      "> 334 UGFzc3dvcmQ6\n< dGFuc3RhYWZ0YW5zdGFhZg==\n> 235 ok\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"LOGIN by name, strange prompts", {TIM, .mechanism = "LOGIN"},
			OFFERS("AUTH PLAIN LOGIN") "< AUTH LOGIN\n> 334 who are you?\n< dGlt\n"
						   "> 334\n< dGFuc3RhYWZ0YW5zdGFhZg==\n> 235 ok\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"PLAIN by name is consent", {TIM, .mechanism = "plain"},
			OFFERS("AUTH CRAM-MD5 PLAIN") "< AUTH PLAIN " TIM_PLAIN
						      "\n> 235 ok\n" ONE_MESSAGE,
			MSUB_OK, 0, 0},
		{"a mechanism that the server does not want after all",
			{TIM, .tls = MSUB_TLS_IMPLICIT},
			OFFERS_IN_TLS(
				"AUTH CRAM-MD5 PLAIN") "< AUTH CRAM-MD5\n> 504 5.5.4 not that\n"
						       "< AUTH PLAIN " TIM_PLAIN
						       "\n> 534 5.7.9 too weak\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		/* whoever mangles a challenge inside TLS would hear the password in PLAIN */
		{"a challenge that is none", {TIM, .tls = MSUB_TLS_IMPLICIT},
			OFFERS_IN_TLS("AUTH CRAM-MD5 PLAIN") "< AUTH CRAM-MD5\n> 334 ???\n< *\n"
							     "> 501 cancelled\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
	};
	room_play_openings(rows, COUNT(rows));
}

static void does_not_log_in(void)
{
	static const struct opening rows[] = {
		{"no password in clear", {TIM}, OFFERS("AUTH PLAIN LOGIN") GIVES_UP,
			MSUB_AUTH_CLEAR, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"nor after CRAM-MD5 was not wanted", {TIM},
			OFFERS("AUTH PLAIN LOGIN CRAM-MD5") "< AUTH CRAM-MD5\n> 504 not that\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"no AUTH", {TIM}, OFFERS("SIZE") GIVES_UP, MSUB_AUTH_MISSING, MSUB_PHASE_AUTH,
			MSUB_RETRY_NEVER},
		{"none that we know", {TIM},
			OFFERS("AUTH SPLENDID-7 GSSAPI NTLM XOAUTH2 OAUTHBEARER EXTERNAL") GIVES_UP,
			MSUB_AUTH_MECHANISM, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"only what is offered", {TIM, .mechanism = "LOGIN"},
			OFFERS("AUTH PLAIN CRAM-MD5") GIVES_UP, MSUB_AUTH_MECHANISM,
			MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"a wrong password is said once", {TIM, .tls = MSUB_TLS_IMPLICIT},
			OFFERS_IN_TLS(
				"AUTH CRAM-MD5 PLAIN LOGIN") "< AUTH CRAM-MD5\n> 334 PEE+\n"
							     "< dGltIDE4NWQ5ZDcwNmU3MmJlNzY4YTE5NDQ3NGJiYjY3ZTMz\n> 535 5.7.8 wrong\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"a login that fails for now", {TIM, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN") "< AUTH PLAIN " TIM_PLAIN
					     "\n> 454 4.7.0 later\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_LATER},
		{"a server that asks without end", {TIM, .mechanism = "LOGIN"},
			OFFERS("AUTH LOGIN") "< AUTH LOGIN\n> 334\n< dGlt\n> 334\n"
					     "< dGFuc3RhYWZ0YW5zdGFhZg==\n> 334\n< *\n> 334 more\nX\nOVER\n",
			MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_RETRY_LATER},
		{"a yes to a cancelled login", {TIM, .mechanism = "CRAM-MD5"},
			OFFERS("AUTH CRAM-MD5") "< AUTH CRAM-MD5\n> 334 ?\n< *\n> 235 ok\nX\nOVER\n",
			MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_RETRY_LATER},
	};
	room_play_openings(rows, COUNT(rows));
}

#define IN_TLS                                                                                     \
	{                                                                                          \
		TIM, .tls = MSUB_TLS_IMPLICIT                                                      \
	}
#define SAYS_CRAM "< AUTH CRAM-MD5\n"
#define SAYS_DIGEST "> 334 PEE+\n< dGltIDE4NWQ5ZDcwNmU3MmJlNzY4YTE5NDQ3NGJiYjY3ZTMz\n"
#define SAYS_PLAIN "< AUTH PLAIN " TIM_PLAIN "\n"
#define SAYS_LOGIN "< AUTH LOGIN\n"
#define SAYS_USER "> 334\n< dGlt\n"
#define SAYS_PASSWORD "> 334\n< dGFuc3RhYWZ0YW5zdGFhZg==\n"
#define CANCELS "> 334\n< *\n"
#define BREAKS_OFF "X\nOVER\n"

/* Each mechanism and each reply that is not about the password: it is said readably once. */
static void says_a_password_with_one_mechanism(void)
{
	static const struct opening rows[] = {
		{"PLAIN, 504", IN_TLS,
			OFFERS_IN_TLS("AUTH PLAIN LOGIN") SAYS_PLAIN "> 504 5.5.4 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"PLAIN, 334", IN_TLS,
			OFFERS_IN_TLS("AUTH PLAIN LOGIN") SAYS_PLAIN CANCELS "> 501 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"PLAIN, 334 twice", IN_TLS,
			OFFERS_IN_TLS("AUTH PLAIN LOGIN") SAYS_PLAIN CANCELS "> 334\n" BREAKS_OFF,
			MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_RETRY_LATER},
		{"PLAIN, 534", IN_TLS,
			OFFERS_IN_TLS("AUTH PLAIN LOGIN") SAYS_PLAIN "> 534 5.7.9 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"PLAIN by name, 334", {TIM, .mechanism = "PLAIN"},
			OFFERS("AUTH PLAIN LOGIN") SAYS_PLAIN CANCELS "> 501 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"LOGIN, 504", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN") SAYS_LOGIN "> 504 5.5.4 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"LOGIN, 334 and 504", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN") SAYS_LOGIN SAYS_USER
			"> 504 5.5.4 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"LOGIN, 334 twice and once more", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN") SAYS_LOGIN SAYS_USER SAYS_PASSWORD CANCELS
			"> 501 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"LOGIN, 534", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN") SAYS_LOGIN SAYS_USER SAYS_PASSWORD
			"> 534 5.7.9 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"all, 504", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN PLAIN CRAM-MD5") SAYS_CRAM
			"> 504 5.5.4 no\n" SAYS_PLAIN "> 504 5.5.4 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"all, 334", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN PLAIN CRAM-MD5") SAYS_CRAM CANCELS
			"> 501 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"all, 334 twice", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN PLAIN CRAM-MD5") SAYS_CRAM SAYS_DIGEST CANCELS
			"> 501 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
		{"all, 504, and 334 to the cancelled one", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN PLAIN CRAM-MD5") SAYS_CRAM
			"> 504 5.5.4 no\n" SAYS_PLAIN CANCELS "> 334\n" BREAKS_OFF,
			MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_RETRY_LATER},
		{"all, 534", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN PLAIN CRAM-MD5") SAYS_CRAM
			"> 534 5.7.9 no\n" SAYS_PLAIN "> 534 5.7.9 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER},
		{"all, 534 to an answer", IN_TLS,
			OFFERS_IN_TLS("AUTH LOGIN PLAIN CRAM-MD5") SAYS_CRAM SAYS_DIGEST
			"> 534 5.7.9 no\n" GIVES_UP,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER},
	};
	room_play_openings(rows, COUNT(rows));
}

/* The same where the password is so long that PLAIN says it behind a 334. */
static void says_a_long_password_with_one_mechanism(void)
{
	static const char *const ends[] = {"> 504 5.5.4 no\n" GIVES_UP,
		CANCELS "> 501 no\n" GIVES_UP, "> 534 5.7.9 no\n" GIVES_UP};
	enum { GROUPS = 150 }; /* of three octets, four in base64 */
	char password[3 * GROUPS + 3] = "pp", said[4 * GROUPS + 1] = "", script[2048];
	for (size_t i = 0; i < GROUPS; i++) {
		memcpy(password + 2 + 3 * i, "ppp", 4);
		memcpy(said + 4 * i, "cHBw", 5);
	}
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct opening row = {ends[i],
			{.user = "ab", .password = password, .tls = MSUB_TLS_IMPLICIT}, script,
			MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, MSUB_RETRY_NEVER};
		snprintf(script, sizeof script, "%s< AUTH PLAIN\n> 334\n< AGFiAHBw%s\n%s",
			OFFERS_IN_TLS("AUTH PLAIN LOGIN"), said, ends[i]);
		room_play_openings(&row, 1);
	}
}

/* RFC 4954 section 4: an initial response that does not fit the command goes behind a 334. */
static void puts_a_long_secret_behind_a_challenge(void)
{
	static char password[3001], expected[4200];
	struct room room;
	struct buffer said;
	for (size_t len = 370; len <= 380; len++) {
		CHECK_CASE("%zu octets", len);
		room_init(&room);
		memset(password, 'p', len);
		password[len] = 0;
		room.settings.mechanism = "PLAIN";
		room.settings.user = "u";
		room.settings.password = password;
		room_add(&room, "b@example.org");
		buffer_init(&said, &memory_standard, 10000);
		room_open(&room);
		/* base64 of NUL u NUL and the password; with "AUTH PLAIN " and CR LF at most 512 */
		bool fits = (3 + len + 2) / 3 * 4 + 13 <= 512;
		script_play(sender_player(room.sender, 0), OFFERS("AUTH PLAIN") "<< AUTH PLAIN\n",
			&(struct script_options){.said = &said});
		snprintf(expected, sizeof expected, "AUTH PLAIN%s", fits ? " AHUAcHBw" : "\r\n");
		struct octets rest =
			octets_from(buffer_octets(&said), strlen("EHLO [192.0.2.7]\r\n"));
		CHECK_OCTETS(octets_cut(rest, strlen(expected)), octets_of(expected));
		CHECK(rest.len <= 512);
		buffer_free(&said);
		room_free(&room);
	}
}

#define TESTS(T)                                                                                   \
	T(logs_in)                                                                                 \
	T(does_not_log_in)                                                                         \
	T(says_a_password_with_one_mechanism)                                                      \
	T(says_a_long_password_with_one_mechanism)                                                 \
	T(puts_a_long_secret_behind_a_challenge)
CHECK_MAIN("session_login", TESTS)
