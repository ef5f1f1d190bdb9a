/* phone: whole dialogues, octet by octet, whole and cut. */
#include "check.h"
#include "phone_fixture.h"

#define GREETING "O 192.0.2.198\n> 220 mx.example.net ESMTP\n< EHLO [192.0.2.198]\n"
#define OFFERS                                                                                     \
	"> 250-mx.example.net\n> 250-PIPELINING\n> 250-8BITMIME\n> 250-SIZE 0\n"                   \
	"> 250 AUTH LOGIN PLAIN\n"
#define LOGIN "< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dXNlcg==\n> 334 UGFzc3dvcmQ6\n< c2VjcmV0\n"
#define LOGGED_IN GREETING OFFERS LOGIN "> 235 ok, go ahead (#2.0.0)\n"
#define RESET "< RSET\n> 250 flushed\n"
#define MAIL "< MAIL FROM:<a@example.net>\n> 250 ok\n"
#define RECIPIENT "< RCPT TO:<b@example.org>\n> 250 ok\n"
#define DATA "< DATA\n> 354 go ahead\n"
#define BODY                                                                                       \
	"w Subject: x\\r\\n\n"                                                                     \
	"w \\r\\n\n"                                                                               \
	"w hello\\r\\n\n"                                                                          \
	"w \\r\\n\n"                                                                               \
	"w .\\r\\n\n"
#define DELIVERED DATA BODY "> 250 ok 1187265856 qp 53365\n"
#define QUIT "< QUIT\n> 221 mx.example.net\nX\nOVER\n"

static void founding_dialogue(void)
{
	static const struct phone_run runs[] = {
		{.name = "the server forgets",
			.profile = "nokia-e61i",
			.script = LOGGED_IN RESET MAIL
			"< RCPT TO:<b@example.org>\n"
			"> 535 authentication required (#5.7.1)\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 535},
		{.name = "the server keeps the login",
			.profile = "nokia-e61i",
			.script = LOGGED_IN RESET MAIL RECIPIENT DELIVERED QUIT,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "two messages",
			.profile = "nokia-e61i",
			.messages = 2,
			.script = LOGGED_IN RESET MAIL RECIPIENT DELIVERED RESET MAIL RECIPIENT
				DELIVERED QUIT,
			.result = PHONE_DELIVERED,
			.code = 250},
	};
	RUN_ALL(runs);
}

#define HELLO(name) "< EHLO " name "\n"
#define LADDER_END                                                                                 \
	RESET MAIL RECIPIENT DATA                                                                  \
		"<< Subject: x\\r\\n\\r\\nhello\\r\\n\\r\\n.\\r\\n\n> 250 ok\n" QUIT

static void no_login(struct phone_account *account)
{
	account->user = octets_of("");
}

static void starttls(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
}

static void ladder_of_names(void)
{
	static const struct phone_run runs[] = {
		{.name = "501 to all but the last",
			.profile = "symbian-9.1",
			.script = "O 10.0.0.7\n> 220 mx\n" HELLO("[10.0.0.7]") "> 501 no\n" RESET
				HELLO("[localhost]") "> 501 no\n" RESET
						     "< HELO [10.0.0.7]\n> 501 no\n" RESET
						     "< HELO [localhost]\n> 250 mx\n" LADDER_END,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "501 to all",
			.profile = "symbian-9.1",
			.script = "O 10.0.0.7\n> 220 mx\n" HELLO("[10.0.0.7]") "> 501 no\n" RESET
				HELLO("[localhost]") "> 501 no\n" RESET
						     "< HELO [10.0.0.7]\n> 501 no\n" RESET
						     "< HELO [localhost]\n> 501 no\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_HELLO,
			.code = 501},
		{.name = "500 to the first: localhost is left out",
			.profile = "symbian-9.1",
			.script = "O 10.0.0.7\n> 220 mx\n" HELLO(
				"[10.0.0.7]") "> 500 what\n" RESET
					      "< HELO [10.0.0.7]\n> 250 mx\n" LADDER_END,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "RSET refused before a hello",
			.profile = "symbian-9.1",
			.script = "O 10.0.0.7\n> 220 mx\n" HELLO(
				"[10.0.0.7]") "> 500 what\n< RSET\n> 503 Bad sequence\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_RESET,
			.code = 503},
		{.name = "no ladder where TLS is asked for",
			.profile = "symbian-9.1",
			.account = starttls,
			.script = "O 10.0.0.7\n> 220 mx\n" HELLO("[10.0.0.7]") "> 501 no\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_HELLO,
			.code = 501},
		{.name = "the banner decides without AUTH and TLS",
			.profile = "symbian-9.1",
			.account = no_login,
			.script = "O\n> 220 mx ESMTP\n< HELO [192.0.2.7]\n> 250 mx\n" LADDER_END,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "a banner with the word and a blank",
			.profile = "symbian-9.1",
			.account = no_login,
			.script =
				"O\n> 220-mx\n> 220 ESMTP here\n< EHLO [192.0.2.7]\n> 250 mx\n" LADDER_END,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "IPv6 without tag and scope",
			.profile = "symbian-9.1",
			.account = no_login,
			.script =
				"O fe80::7%eth0\n> 220 ESMTP here\n< EHLO [fe80::7]\n> 250 mx\n" LADDER_END,
			.result = PHONE_DELIVERED,
			.code = 250},
	};
	RUN_ALL(runs);
}

static void replies_of_several_lines(void)
{
	static const struct phone_run runs[] = {
		{.name = "two lines to MAIL",
			.profile = "symbian-9.1",
			.script = LOGGED_IN RESET "< MAIL FROM:<a@example.net>\n"
						  ">> 250-ok\\r\\n250 ok\\r\\n\n"
						  "<< RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
						  "> 250 2.1.5 Ok\n"
						  "< QUIT\n> 354 go\nX\nOVER\n",
			.result = PHONE_REFUSED,
			.at = STEP_DATA,
			.code = 250},
		{.name = "EHLO refused by line",
			.profile = "symbian-9.1",
			.script = "O 10.0.0.7\n> 220 mx\n" HELLO(
				"[10.0.0.7]") "> 501-no\n.\n> 501 no\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_RESET,
			.code = 501},
		{.name = "AUTH refused by line",
			.profile = "symbian-9.1",
			.script = GREETING OFFERS "< AUTH LOGIN\n> 501-no\n.\n> 501 no\nX\nOVER\n",
			.result = PHONE_REFUSED,
			.at = STEP_AUTH,
			.code = 501},
		{.name = "535- before RSET",
			.profile = "symbian-9.1",
			.script = GREETING OFFERS LOGIN "> 535-no\n.\n> 535 no\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_RESET,
			.code = 535},
		{.name = "several lines, all read",
			.profile = "correct",
			.script = GREETING
			"> 250-mx\n> 250 AUTH PLAIN\n"
			"< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 235-ok\n> 235 ok\n"
			"< MAIL FROM:<a@example.net>\n> 250-ok\n> 250 ok\n" RECIPIENT
			"< DATA\n> 354-go\n> 354 go\n"
			"w Subject: x\\r\\n\\r\\nhello\\r\\n.\\r\\n\n"
			"> 250-ok\n> 250 ok\n< QUIT\n> 221-bye\n> 221 bye\nX\nOVER\n",
			.result = PHONE_DELIVERED,
			.code = 250},
	};
	RUN_ALL(runs);
}

#define OFFERS_OF(words) GREETING "> 250-mx\n> 250 AUTH " words "\n"
#define UNAUTHENTICATED RESET MAIL "< RCPT TO:<b@example.org>\n> 550 no\n" QUIT
/* base64(user, blank, HMAC-MD5("secret", "<1.2@mx>")) */
#define CRAM                                                                                       \
	"< AUTH CRAM-MD5\n> 334 PDEuMkBteD4=\n"                                                    \
	"< dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ==\n"

static void outcomes_of_login(void)
{
	static const struct phone_run runs[] = {
		{.name = "535 goes on without",
			.profile = "symbian-9.1",
			.script = GREETING OFFERS LOGIN "> 535 wrong\n" UNAUTHENTICATED,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550},
		{.name = "504 takes the next mechanism, and none is left",
			.profile = "symbian-9.1",
			.script = OFFERS_OF(
				"CRAM-MD5 LOGIN") "< AUTH CRAM-MD5\n> 504 no\n"
						  "< AUTH LOGIN\n> 504 no\n" UNAUTHENTICATED,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550},
		{.name = "334 to PLAIN: the same again",
			.profile = "symbian-9.1",
			.script =
				OFFERS_OF("PLAIN") "< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 334\n"
						   "< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 334 \n"
						   "< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 435 no\n" QUIT,
			.result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_AUTH,
			.code = 435},
		{.name = "235- with LOGIN",
			.profile = "symbian-9.1",
			.script = GREETING OFFERS LOGIN "> 235-ok\n> 235 ok\nX\nOVER\n",
			.result = PHONE_CLOSED,
			.at = STEP_AUTH,
			.code = 235},
		{.name = "a prompt with a blank",
			.profile = "symbian-9.1",
			.script = GREETING OFFERS "< AUTH LOGIN\n> 334 VXNlciBOYW1l\nX\nOVER\n",
			.result = PHONE_CLOSED,
			.at = STEP_AUTH,
			.code = 334},
		{.name = "anything else",
			.profile = "symbian-9.1",
			.script = GREETING OFFERS LOGIN "> 454 later\n" QUIT,
			.result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_AUTH,
			.code = 454},
		{.name = "not offered",
			.profile = "symbian-9.1",
			.script = GREETING "> 250-mx\n> 250 auth login\n" UNAUTHENTICATED,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550},
		{.name = "QUIT, and then the messages all the same",
			.profile = "based-on: correct\n"
				   "flow: {before-first: [reset]}\n"
				   "reactions: {auth: {else: quit-and-go-on}}",
			.script = GREETING OFFERS "< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 454 later\n"
						  "< QUIT\n> 221 bye\nEND\n< RSET\nX\nOVER\n",
			.result = PHONE_CLOSED,
			.at = STEP_RESET},
		{.name = "CRAM-MD5",
			.profile = "symbian-9.1",
			.script =
				OFFERS_OF("PLAIN LOGIN CRAM-MD5") CRAM "> 535 no\n" UNAUTHENTICATED,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550},
	};
	RUN_ALL(runs);
}

static void copies_for_bcc(void)
{
	static struct octets to, cc, bcc[2];
	to = octets_of("a@b");
	cc = octets_of("b@b");
	bcc[0] = octets_of("c@b");
	bcc[1] = octets_of("d@b");
	static struct phone_message message;
	message = (struct phone_message){.to = &to,
		.to_count = 1,
		.cc = &cc,
		.cc_count = 1,
		.bcc = bcc,
		.bcc_count = 2,
		.content = octets_of("x\r\n")};
#define COPY(recipients) RESET MAIL recipients DATA "<< x\\r\\n\\r\\n.\\r\\n\n> 250 ok\n"
	struct phone_run runs[] = {
		{.name = "each its own transaction",
			.tries = 1,
			.profile = "symbian-9.1",
			.message = &message,
			.script = LOGGED_IN COPY(
				"< RCPT TO:<a@b>\n> 250 ok\n< RCPT TO:<b@b>\n> 250 ok\n")
				COPY("< RCPT TO:<c@b>\n> 250 ok\n")
					COPY("< RCPT TO:<d@b>\n> 250 ok\n") QUIT,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "the first copy fails, the others are still tried",
			.profile = "symbian-9.1",
			.message = &message,
			.script = LOGGED_IN RESET MAIL
			"< RCPT TO:<a@b>\n> 550 no\n" COPY("< RCPT TO:<c@b>\n> 250 ok\n") RESET
			"< MAIL FROM:<a@example.net>\n> 451 later\n" QUIT,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550},
		{.name = "unsure counts before refused",
			.profile = "symbian-9.1",
			.message = &message,
			.script = LOGGED_IN RESET MAIL "< RCPT TO:<a@b>\n> 550 no\n" RESET MAIL
						       "< RCPT TO:<c@b>\n> 250 ok\n" DATA
						       "<< x\\r\\n\\r\\n.\\r\\n\nLOST\nX\nOVER\n",
			.result = PHONE_UNSURE,
			.at = STEP_END},
		{.name = "with the others",
			.profile = "correct",
			.account = no_login,
			.message = &message,
			.script = "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n" MAIL
				  "< RCPT TO:<a@b>\n> 250 ok\n< RCPT TO:<b@b>\n> 250 ok\n"
				  "< RCPT TO:<c@b>\n> 250 ok\n< RCPT TO:<d@b>\n> 250 ok\n" DATA
				  "w x\\r\\n.\\r\\n\n> 250 ok\n" QUIT,
			.result = PHONE_DELIVERED,
			.code = 250},
	};
	RUN_ALL(runs);
}

#define PLAIN_SESSION "O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250 mx\n"
#define TO_THE_DOT "<< Subject: x\\r\\n\\r\\nhello\\r\\n.\\r\\n\n"

static void one_further_try(struct phone_account *account)
{
	no_login(account);
	account->further_tries = 1;
	account->try_wait_ms = 1000;
}

static void the_end_of_the_dot(void)
{
	static const char kept[] = "outbox: {keep: [unsure, lost]}\ntimeouts: {end: 600 s}";
	static const struct phone_run runs[] = {
		{.name = "slow dot: unsure, and sent again",
			.tries = 2,
			.profile = kept,
			.account = one_further_try,
			.script = PLAIN_SESSION MAIL RECIPIENT DATA TO_THE_DOT
			"T 599999\n.\nT 1\nX\nHOLD\nT 999\nHOLD\nT 1\n" PLAIN_SESSION MAIL RECIPIENT
				DATA TO_THE_DOT "> 250 ok\n" QUIT,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "no timer waits",
			.profile = "timeouts: {else: none}",
			.account = no_login,
			.script = PLAIN_SESSION MAIL RECIPIENT DATA TO_THE_DOT
			"T 100000000\n.\n> 250 ok\n" QUIT,
			.result = PHONE_DELIVERED,
			.code = 250},
		{.name = "lost behind the dot",
			.profile = kept,
			.account = no_login,
			.script = PLAIN_SESSION MAIL RECIPIENT DATA TO_THE_DOT "LOST\nX\nOVER\n",
			.result = PHONE_UNSURE,
			.at = STEP_END},
		{.name = "lost before the dot",
			.profile = "writes: {dot: own}\ndata: {before-dot: \"zz\"}",
			.account = no_login,
			.script = PLAIN_SESSION MAIL RECIPIENT DATA
			"w Subject: x\\r\\n\\r\\nhello\\r\\nzz\nLOST\nX\nOVER\n",
			.result = PHONE_CLOSED,
			.at = STEP_END},
		{.name = "lost before DATA was answered",
			.profile = kept,
			.account = no_login,
			.script = PLAIN_SESSION MAIL RECIPIENT "< DATA\nLOST\nX\nOVER\n",
			.result = PHONE_CLOSED,
			.at = STEP_DATA},
		{.name = "closed in order behind the dot",
			.profile = kept,
			.account = no_login,
			.script = PLAIN_SESSION MAIL RECIPIENT DATA TO_THE_DOT "END\nX\nOVER\n",
			.result = PHONE_UNSURE,
			.at = STEP_END},
	};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(founding_dialogue)                                                                       \
	T(ladder_of_names)                                                                         \
	T(replies_of_several_lines) T(outcomes_of_login) T(copies_for_bcc) T(the_end_of_the_dot)
CHECK_MAIN("phone", TESTS)
