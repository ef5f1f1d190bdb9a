/*
 * stack, hello: from the connection to the end of the ladder of hellos, with the phones' own keys
 * and with the correct client's. Expected octets by hand, from the published source of 2009/10
 * (smtpservermtm); the order of the ladder is confirmed by its expected test output.
 */
#include "check.h"
#include "stack_dialogue.h"

#define TAKEN .result = PHONE_NOT_TRIED
#define EHLO_IP "< EHLO [192.0.2.7]\n"
#define HELO_IP "< HELO [192.0.2.7]\n"
#define EHLO_LOCAL "< EHLO [localhost]\n"
#define HELO_LOCAL "< HELO [localhost]\n"
#define BANNER(text) "O\n> 220" text "\n"

static void login_and_starttls(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
}

static void login_and_tls(struct phone_account *account)
{
	account->security = PHONE_TLS;
}

/* auth-setting-forces-ehlo, helo-unless-esmtp-word: plain, enhanced, secure, with a wrapper. */
static void kinds_of_session(void)
{
	static const struct phone_run runs[] = {
		{"plain: the word and a blank", STACK, BANNER(" mx ESMTP x") EHLO_IP, OPEN, TAKEN},
		{"plain: without the blank", STACK, BANNER(" mx ESMTP") HELO_IP, OPEN, TAKEN},
		{"plain: a blank is enough behind it", STACK, BANNER(" mx ESMTP ") EHLO_IP, OPEN,
			TAKEN},
		{"plain: a tab is none", STACK, BANNER(" mx ESMTP\tx") HELO_IP, OPEN, TAKEN},
		{"plain: lower case", STACK, BANNER(" mx esmtp x") HELO_IP, OPEN, TAKEN},
		{"plain: inside a word", STACK, BANNER(" mx NOESMTP x") EHLO_IP, OPEN, TAKEN},
		{"plain: in the first of two lines", STACK, "O\n> 220-ESMTP x\n> 220 y\n" EHLO_IP,
			OPEN, TAKEN},
		{"plain: in the last of two lines", STACK, "O\n> 220-x\n> 220 ESMTP y\n" EHLO_IP,
			OPEN, TAKEN},
		{"plain: over two lines", STACK, "O\n> 220-ESMTP\n> 220  x\n" HELO_IP, OPEN, TAKEN},
		{"plain, the correct way", WITH("hello: {verb-plain: ehlo}"),
			BANNER(" mx ESMTP") EHLO_IP, OPEN, TAKEN},
		{"plain, the correct word", WITH("hello: {sniff: \"ESMTP\"}"),
			BANNER(" mx ESMTP") EHLO_IP, OPEN, TAKEN},
		{"enhanced: whatever the banner says", STACK, BANNER(" mx") EHLO_IP, TAKEN},
		{"enhanced: not with another verb", WITH("hello: {verb: helo}"),
			BANNER(" mx") HELO_IP, TAKEN},
		{"secure: whatever the banner says", STACK, BANNER(" mx") EHLO_IP,
			.account = plain_starttls, TAKEN},
		{"a wrapper is no wish for EHLO", STACK, "O\nTLS\n> 220 mx ESMTP\n" HELO_IP,
			.account = plain_tls, TAKEN},
		{"a wrapper and the word", STACK, "O\nTLS\n> 220 mx ESMTP x\n" EHLO_IP,
			.account = plain_tls, TAKEN},
		{"a wrapper and a login", STACK, "O\nTLS\n> 220 mx\n" EHLO_IP,
			.account = login_and_tls, TAKEN},
		{"plain and offered AUTH: no login is asked for", STACK,
			BANNER(" mx ESMTP x") EHLO_IP
			"> 250-mx\n> 250 AUTH LOGIN\n" TRANSACTION LEFT,
			OPEN, DELIVERED},
		{"HELO's reply offers nothing", STACK,
			BANNER(" mx") HELO_IP "> 250-mx\n> 250 AUTH LOGIN\n" TRANSACTION LEFT, OPEN,
			DELIVERED},
	};
	RUN_ALL(runs);
}

/* ehlo-bracketed-ip, ehlo-ipv6-no-tag, ehlo-empty-literal */
static void no_address(struct phone_account *account)
{
	account->local_address = "";
}

static void mapped(struct phone_account *account)
{
	account->local_address = "10.116.143.234";
}

static void the_address(void)
{
	static const struct phone_run runs[] = {
		{"in brackets", STACK, BANNER(" mx") EHLO_IP, TAKEN},
		{"or a name", WITH("hello: {names: [\"{host}\"]}"),
			BANNER(" mx") "< EHLO phone.example.net\n", TAKEN},
		{"private, as the account has it", STACK, BANNER(" mx") "< EHLO [10.116.143.234]\n",
			.account = mapped, TAKEN},
		{"none is known", STACK, BANNER(" mx") "< EHLO []\n", .account = no_address, TAKEN},
		{"IPv6 without tag", STACK, "O 2001:db8::7\n> 220 mx\n< EHLO [2001:db8::7]\n",
			TAKEN},
		{"IPv6 with its tag", WITH("hello: {ipv6-tag: \"IPv6:\"}"),
			"O 2001:db8::7\n> 220 mx\n< EHLO [IPv6:2001:db8::7]\n", TAKEN},
		{"the scope is cut", STACK, "O fe80::1%3\n> 220 mx\n< EHLO [fe80::1]\n", TAKEN},
	};
	RUN_ALL(runs);
}

/* greeting-reject-quit: the correct client does the same. */
static void greetings(void)
{
	static const struct phone_run runs[] = {
		{"5xx", STACK, "O\n> 554 no\n" LEFT, OPEN, REFUSED_AT(STEP_GREETING, 554)},
		{"4xx", STACK, "O\n> 450 no\n" LEFT, OPEN, .result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_GREETING, .code = 450},
		{"3xx", STACK, "O\n> 354 no\n" LEFT, OPEN, REFUSED_AT(STEP_GREETING, 354)},
		{"no code", STACK, "O\n> hello\n" LEFT, OPEN, REFUSED_AT(STEP_GREETING, 0)},
		{"all are taken", WITH("reactions: {greeting: {else: go-on}}"),
			"O\n> 554 no\n" HELO_IP, OPEN, TAKEN},
		{"nothing comes: for ever", STACK, "O\nT 999999999\n.\n", OPEN, TAKEN},
	};
	RUN_ALL(runs);
}

#define LONGEST                                                                                    \
	BANNER(" mx")                                                                              \
	EHLO_IP "> 501 no\n" RESET EHLO_LOCAL "> 501 no\n" RESET HELO_IP                           \
		"> 501 no\n" RESET HELO_LOCAL

/* ehlo-localhost-bracketed, ehlo-fallback-helo, rset-before-ehlo-retry */
static void the_ladder(void)
{
	static const struct phone_run runs[] = {
		{"its longest", STACK, LONGEST "> 250 mx\n" TRANSACTION LEFT, DELIVERED},
		{"its longest, in vain", STACK, LONGEST "> 501 no\n" LEFT,
			REFUSED_AT(STEP_HELLO, 501)},
		{"no AUTH behind HELO, although EHLO was to ask for it", STACK,
			BANNER(" mx") EHLO_IP "> 500 no\n" RESET HELO_IP
					      "> 250-mx\n> 250 AUTH LOGIN PLAIN\n" TRANSACTION LEFT,
			DELIVERED},
		{"HELO refused otherwise: QUIT", STACK,
			BANNER(" mx") EHLO_IP "> 500 no\n" RESET HELO_IP "> 500 no\n" LEFT,
			REFUSED_AT(STEP_HELLO, 500)},
		{"HELO [localhost] refused: QUIT", STACK,
			BANNER(" mx") EHLO_IP "> 500 no\n" RESET HELO_IP
					      "> 501 no\n" RESET HELO_LOCAL "> 550 no\n" LEFT,
			REFUSED_AT(STEP_HELLO, 550)},
		{"EHLO [localhost] refused otherwise: HELO with the address", STACK,
			BANNER(" mx") EHLO_IP "> 501 no\n" RESET EHLO_LOCAL
					      "> 550 no\n" RESET HELO_IP,
			TAKEN},
		{"a 4xx is answered with HELO too", STACK,
			BANNER(" mx") EHLO_IP "> 421 no\n" RESET HELO_IP, TAKEN},
		{"503 too", STACK, BANNER(" mx") EHLO_IP "> 503 no\n" RESET HELO_IP, TAKEN},
		{"354 too", STACK, BANNER(" mx") EHLO_IP "> 354 no\n" RESET HELO_IP, TAKEN},
		{"EHLO [localhost] accepted: with its offers", STACK,
			BANNER(" mx") EHLO_IP "> 501 no\n" RESET EHLO_LOCAL
					      "> 250-mx\n> 250 AUTH LOGIN\n< AUTH LOGIN\n",
			TAKEN},
		{"plain: 501 to HELO is answered with HELO [localhost]", STACK,
			BANNER(" mx") HELO_IP "> 501 no\n" RESET HELO_LOCAL "> 501 no\n" LEFT, OPEN,
			REFUSED_AT(STEP_HELLO, 501)},
		{"plain: 500 to HELO is the end", STACK, BANNER(" mx") HELO_IP "> 500 no\n" LEFT,
			OPEN, REFUSED_AT(STEP_HELLO, 500)},
		{"RSET refused: QUIT", STACK,
			BANNER(" mx") EHLO_IP "> 501 no\n< RSET\n> 450 no\n" LEFT,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_RESET, .code = 450},
		{"RSET refused, and borne", WITH("reactions: {session-reset: {else: go-on}}"),
			BANNER(" mx") EHLO_IP "> 501 no\n< RSET\n> 450 no\n" EHLO_LOCAL, TAKEN},
		{"secure: no rung", STACK, BANNER(" mx") EHLO_IP "> 501 no\n" LEFT,
			.account = login_and_starttls, REFUSED_AT(STEP_HELLO, 501)},
		{"secure: no HELO", STACK, BANNER(" mx") EHLO_IP "> 500 no\n" LEFT,
			.account = login_and_starttls, REFUSED_AT(STEP_HELLO, 500)},
		{"inside TLS: no rung", STACK,
			BANNER(" mx") EHLO_IP "> 250 STARTTLS\n< STARTTLS\n> 220 go\nTLS\n" EHLO_IP
					      "> 501 no\n" QUIT "X no-bye\nOVER\n",
			.account = login_and_starttls, REFUSED_AT(STEP_HELLO, 501)},
		{"a wrapper: the rungs of the session inside", STACK,
			"O\nTLS\n> 220 mx\n" EHLO_IP "> 501 no\n" RESET EHLO_LOCAL,
			.account = login_and_tls, TAKEN},
		{"no RSET between", WITH("flow: {before-hello-retry: []}"),
			BANNER(" mx") EHLO_IP "> 501 no\n" EHLO_LOCAL "> 501 no\n" HELO_IP, TAKEN},
		{"one name", WITH("hello: {names: [\"[{address}]\"]}"),
			BANNER(" mx") EHLO_IP "> 501 no\n" RESET HELO_IP, TAKEN},
		{"HELO only where EHLO is not known",
			WITH("reactions: {hello: {501: none, else: none}}"),
			BANNER(" mx") EHLO_IP "> 501 no\n" LEFT, REFUSED_AT(STEP_HELLO, 501)},
		{"nor any refusal of EHLO", WITH("reactions: {hello: {else: quit}}"),
			BANNER(" mx") EHLO_IP "> 500 no\n" LEFT, REFUSED_AT(STEP_HELLO, 500)},
	};
	RUN_ALL(runs);
}

#define SECURE .account = plain_starttls
#define OFFERS_TLS BANNER(" mx") EHLO_IP "> 250-mx\n> 250 STARTTLS\n"

/* starttls-mandatory, starttls-refused-no-quit, starttls-ehlo-again, starttls-keep-buffer */
static void starttls(void)
{
	static const struct phone_run runs[] = {
		{"not offered: QUIT, and nothing in clear", STACK,
			BANNER(" mx") EHLO_IP "> 250-mx\n> 250 AUTH LOGIN\n" LEFT,
			.account = login_and_starttls, REFUSED_AT(STEP_STARTTLS, 0)},
		{"offered in lower case: QUIT", STACK,
			BANNER(" mx") EHLO_IP "> 250 starttls\n" LEFT, SECURE,
			REFUSED_AT(STEP_STARTTLS, 0)},
		{"lower case will do", WITH("offers: {case: any}"),
			BANNER(" mx") EHLO_IP "> 250 starttls\n< STARTTLS\n", SECURE, TAKEN},
		{"anywhere in a line, the first too", STACK,
			BANNER(" mx") EHLO_IP "> 250-no STARTTLS here\n> 250 x\n< STARTTLS\n",
			SECURE, TAKEN},
		{"a keyword of its own", WITH("offers: {starttls: keyword}"),
			BANNER(" mx") EHLO_IP "> 250-no STARTTLS here\n> 250 x\n" LEFT, SECURE,
			REFUSED_AT(STEP_STARTTLS, 0)},
		{"refused: closed without QUIT", STACK, OFFERS_TLS "< STARTTLS\n> 454 no\n" GONE,
			SECURE, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_STARTTLS, .code = 454},
		{"refused: QUIT", WITH("reactions: {starttls: {else: quit}}"),
			OFFERS_TLS "< STARTTLS\n> 454 no\n" LEFT, SECURE,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_STARTTLS, .code = 454},
		{"250 is not 220: closed", STACK, OFFERS_TLS "< STARTTLS\n> 250 go\n" GONE, SECURE,
			CLOSED_AT(STEP_STARTTLS), .code = 250},
		{"220 anywhere will do", STACK,
			OFFERS_TLS "< STARTTLS\n> 454 in 220 s\nTLS\n" EHLO_IP, SECURE, TAKEN},
		{"250 is a 2xx", WITH("tls: {go-ahead: 2xx}"),
			OFFERS_TLS "< STARTTLS\n> 250 go\nTLS\n" EHLO_IP, SECURE, TAKEN},
		{"220 somewhere is none", WITH("tls: {go-ahead: 2xx}"),
			OFFERS_TLS "< STARTTLS\n> 454 in 220 s\n" GONE, SECURE,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_STARTTLS, .code = 454},
		{"several lines", STACK,
			OFFERS_TLS "< STARTTLS\n> 220-a\n.\n> 220 b\nTLS\n" EHLO_IP, SECURE, TAKEN},
		{"refused in several lines: at the first", STACK,
			OFFERS_TLS "< STARTTLS\n> 454-a\n" GONE, SECURE,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_STARTTLS, .code = 454},
		{"no EHLO behind it", WITH("flow: {hello-after-tls: false}"),
			OFFERS_TLS "< STARTTLS\n> 220 go\nTLS\n" RESET, SECURE, TAKEN},
		{"what is offered in clear is forgotten", STACK,
			BANNER(" mx") EHLO_IP
			"> 250-STARTTLS\n> 250 AUTH LOGIN\n< STARTTLS\n> 220 go\nTLS\n" EHLO_IP
			"> 250 mx\n" TRANSACTION QUIT "X no-bye\nOVER\n",
			.account = login_and_starttls, DELIVERED},
		{"what is offered inside counts", STACK,
			OFFERS_TLS "< STARTTLS\n> 220 go\nTLS\n" EHLO_IP
				   "> 250-mx\n> 250 AUTH LOGIN\n< AUTH LOGIN\n",
			.account = login_and_starttls, TAKEN},
		{"clear text behind the 220 answers EHLO", STACK,
			OFFERS_TLS "< STARTTLS\n>> 220 go\\r\\n250 evil\\r\\n\nTLS\n"
				   "<< EHLO [192.0.2.7]\\r\\nRSET\\r\\n\n",
			SECURE, .whole = true, TAKEN},
		{"clear text is forgotten", WITH("tls: {keep-plaintext: false}"),
			OFFERS_TLS "< STARTTLS\n>> 220 go\\r\\n250 evil\\r\\n\nTLS\n" EHLO_IP ".\n",
			SECURE, .whole = true, TAKEN},
		{"a handshake that fails: nothing more is said", STACK,
			OFFERS_TLS "< STARTTLS\n> 220 go\nTLS fails\n" GONE, SECURE,
			.result = PHONE_TLS_FAILED, .at = STEP_TLS},
	};
	RUN_ALL(runs);
}

/* verbs-uppercase, no-esmtp-params, no-pipelining, rcpt-trailing-space */
static void commands(void)
{
#define ALL_OFFERED                                                                                \
	BANNER(" mx ESMTP x")                                                                      \
	EHLO_IP "> 250-mx\n> 250-PIPELINING\n> 250-SIZE 1000\n> 250-8BITMIME\n> 250 DSN\n"
	static const struct phone_run runs[] = {
		{"nothing that is offered is used", STACK,
			ALL_OFFERED
			"w RSET\\r\\n\n> 250 a\nw MAIL FROM:<a@example.net>\\r\\n\n> 250 b\n"
			"w RCPT TO:<b@example.org>\\r\\n\n> 250 c\nw DATA\\r\\n\n",
			OPEN, .whole = true, TAKEN},
		{"SIZE", WITH("envelope: {parameters: [SIZE]}"),
			ALL_OFFERED RESET "< MAIL FROM:<a@example.net> SIZE=23\n", OPEN, TAKEN},
		{"in one flight", WITH("envelope: {pipelining: envelope}"),
			ALL_OFFERED RESET
			"<< MAIL FROM:<a@example.net>\\r\\nRCPT TO:<b@example.org>\\r\\n\n",
			OPEN, TAKEN},
		{"a trailing blank", WITH("wire: {recipient: \"RCPT TO:<{recipient}> \"}"),
			OPENED RESET MAIL "< RCPT TO:<b@example.org> \n", OPEN, TAKEN},
		{"a blank behind the colon, in lower case",
			WITH("wire: {mail: \"mail from: <{sender}>\"}"),
			OPENED RESET "< mail from: <a@example.net>\n", OPEN, TAKEN},
	};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(kinds_of_session) T(the_address) T(greetings) T(the_ladder) T(starttls) T(commands)
CHECK_MAIN("stack, hello", TESTS)
