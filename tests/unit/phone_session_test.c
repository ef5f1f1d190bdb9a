/* phone: the keys of a session, at their correct value and at another, as they show on the wire. */
#include "check.h"
#include "phone_dialogue.h"

static void places(void)
{
	static const struct phone_run runs[] = {
		{"no place", EMPTY, HELLO MESSAGE MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			DELIVERED},
		{"before-first", "flow: {before-first: [reset, noop]}",
			HELLO SAID("RSET") SAID("NOOP") MESSAGE MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, DELIVERED},
		{"before-next", "flow: {before-next: [reset]}",
			HELLO MESSAGE SAID("RSET") MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			DELIVERED},
		{"before-next-if-failed, delivered", "flow: {before-next-if-failed: [noop]}",
			HELLO MESSAGE MESSAGE QUIT CLOSED, OPEN, .messages = 2, DELIVERED},
		{"before-next-if-failed",
			"flow: {before-next-if-failed: [reset], before-next: [noop]}",
			HELLO REFUSED SAID("NOOP") SAID("RSET") MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"before-next-if-begun", "flow: {before-next-if-begun: [reset]}",
			HELLO REFUSED SAID("RSET") MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			.result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"before-next-if-begun, MAIL refused", "flow: {before-next-if-begun: [reset]}",
			HELLO "< MAIL FROM:<a@example.net>\n> 550 no\n" MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550},
		{"before-next-if-begun, delivered", "flow: {before-next-if-begun: [reset]}",
			HELLO MESSAGE MESSAGE QUIT CLOSED, OPEN, .messages = 2, DELIVERED},
		{"after-message", "flow: {after-message: [reset]}",
			HELLO MESSAGE SAID("RSET") MESSAGE SAID("RSET") QUIT CLOSED, OPEN,
			.messages = 2, DELIVERED},
		{"after-failure", "flow: {after-failure: [reset]}",
			HELLO REFUSED SAID("RSET") MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			.result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"before-quit", "flow: {before-quit: [noop]}",
			HELLO MESSAGE SAID("NOOP") QUIT CLOSED, OPEN, DELIVERED},
		{"after-auth", "flow: {after-auth: [hello]}",
			OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< EHLO [192.0.2.7]\n> 250 mx\n" MESSAGE QUIT CLOSED,
			DELIVERED},
		{"a refused hello leaves no offers",
			"flow: {after-auth: [hello]}\nreactions: {hello: {else: go-on}}\n"
			"envelope: {parameters: [SIZE]}",
			OFFERING("> 250-SIZE 9\n> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< EHLO [192.0.2.7]\n> 500 no\n" MESSAGE QUIT CLOSED,
			DELIVERED},
		{"after-tls", "flow: {after-tls: [reset]}",
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n" SAID("RSET")
				SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			.account = plain_starttls, DELIVERED},
		{"before-hello-retry", "flow: {before-hello-retry: [noop]}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 502 no\n" SAID("NOOP")
				SAID("HELO [192.0.2.7]") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void flow(void)
{
	static const struct phone_run runs[] = {
		{"an open envelope is left by leaving", EMPTY,
			HELLO REFUSED AGAIN MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			.result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"nested-mail", "flow: {nested-mail: true}", HELLO REFUSED MESSAGE QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT,
			.code = 550},
		{"a refused MAIL opens nothing", EMPTY,
			HELLO "< MAIL FROM:<a@example.net>\n> 550 no\n" MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550},
		{"per-connection", "flow: {per-connection: 1}",
			HELLO MESSAGE AGAIN MESSAGE QUIT CLOSED, OPEN, .messages = 2, DELIVERED},
		{"per-connection, the first is lost", "flow: {per-connection: 1}",
			HELLO "< MAIL FROM:<a@example.net>\nLOST\nX\n" HELLO MESSAGE QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_CLOSED, .at = STEP_MAIL},
		{"hello-after-tls", EMPTY,
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n" SAID(
				"EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			.account = plain_starttls, DELIVERED},
		{"no hello after TLS", "flow: {hello-after-tls: false}",
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n" MESSAGE QUIT
				CLOSED,
			.account = plain_starttls, DELIVERED},
		{"probe", "connect: {probe: tls}", "O\nTLS fails\nX\n" HELLO MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"probe answered with TLS", "connect: {probe: tls}",
			"O\nTLS\nX\n" HELLO MESSAGE QUIT CLOSED, OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void hello(void)
{
	static const struct phone_run runs[] = {
		{"IPv6 with tag, without scope", EMPTY,
			"O 2001:db8::7%eth0\n> 220 mx\n" SAID("EHLO [IPv6:2001:db8::7]")
				MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"ipv6-tag", "hello: {ipv6-tag: \"\"}",
			"O 2001:db8::7\n> 220 mx\n" SAID("EHLO [2001:db8::7]") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"names", "hello: {names: [\"{host} {device} {local} {domain}\"]}",
			"O\n> 220 mx\n" SAID("EHLO phone.example.net handset a example.net")
				MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"names in turn",
			"hello: {names: [one, two]}\nreactions: {hello: {5xx: [next-name, quit]}}",
			"O\n> 220 mx\n< EHLO one\n> 501 no\n" SAID("EHLO two") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"after TLS they start anew",
			"hello: {names: [one, two]}\n"
			"reactions: {hello-for-tls: {501: [next-name, quit]}}",
			"O\n> 220 mx\n< EHLO one\n> 501 no\n< EHLO two\n> 250-mx\n> 250 STARTTLS\n"
			"< STARTTLS\n> 220 go\nTLS\n" SAID("EHLO one") MESSAGE QUIT CLOSED,
			.account = plain_starttls, DELIVERED},
		{"500 means HELO", EMPTY,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 500 what\n" SAID("HELO [192.0.2.7]")
				MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"none deletes a cell of the default table", "reactions: {hello: {500: none}}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 500 what\n" QUIT CLOSED, OPEN,
			.result = PHONE_REFUSED, .at = STEP_HELLO, .code = 500},
		{"verb-plain", "hello: {verb-plain: helo}",
			"O\n> 220 mx\n" SAID("HELO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"verb", "hello: {verb: helo}",
			"O\n> 220 mx\n" SAID("HELO [192.0.2.7]") QUIT CLOSED,
			.result = PHONE_REFUSED, .at = STEP_AUTH},
		{"verb of a plain account", "hello: {verb: helo}", HELLO MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"sniff finds", "hello: {verb-plain: sniff, sniff: \"Mail\"}",
			"O\n> 220-mx\n> 220 our Mail\n" SAID("EHLO [192.0.2.7]")
				MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"sniff does not", "hello: {verb-plain: sniff, sniff: \"Mail\"}",
			"O\n> 220 our mail\n" SAID("HELO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
	};
	RUN_ALL(runs);
}

#define TLS_ON "< STARTTLS\n> 220 go\nTLS\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED
#define NO_TLS QUIT CLOSED
#define NOT_OFFERED .result = PHONE_REFUSED, .at = STEP_STARTTLS
#define LOGS_IN PLAIN "> 235 ok\n" MESSAGE QUIT CLOSED
#define NO_AUTH .result = PHONE_REFUSED, .at = STEP_AUTH

static void offers(void)
{
	static const struct phone_run runs[] = {
		{"case any", EMPTY, OFFERING("> 250 starttls\n") TLS_ON, .account = plain_starttls,
			DELIVERED},
		{"case exact", "offers: {case: exact}", OFFERING("> 250 starttls\n") NO_TLS,
			.account = plain_starttls, NOT_OFFERED},
		{"starttls inside a line", EMPTY,
			OFFERING("> 250-XSECURITY=NONE,STARTTLS\n> 250 X\n") NO_TLS,
			.account = plain_starttls, NOT_OFFERED},
		{"starttls anywhere", "offers: {starttls: anywhere}",
			OFFERING("> 250-XSECURITY=NONE,STARTTLS\n> 250 X\n") TLS_ON,
			.account = plain_starttls, DELIVERED},
		{"starttls as the server's name", "offers: {starttls: anywhere}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 STARTTLS is our name\n" TLS_ON,
			.account = plain_starttls, DELIVERED},
		{"a keyword is not the server's name", EMPTY,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 STARTTLS is our name\n" NO_TLS,
			.account = plain_starttls, NOT_OFFERED},
		{"starttls after-dash", "offers: {starttls: after-dash}",
			OFFERING("> 250-STARTTLS\n> 250 X\n") TLS_ON, .account = plain_starttls,
			DELIVERED},
		{"starttls after-dash, last line", "offers: {starttls: after-dash}",
			OFFERING("> 250 STARTTLS\n") NO_TLS, .account = plain_starttls,
			NOT_OFFERED},
		{"auth as keyword", EMPTY, OFFERING("> 250 auth login plain\n") LOGS_IN, DELIVERED},
		{"auth inside a line", EMPTY, OFFERING("> 250 XAUTH PLAIN\n") QUIT CLOSED, NO_AUTH},
		{"auth anywhere", "offers: {auth: anywhere}",
			OFFERING("> 250 XAUTH PLAIN\n") LOGS_IN, DELIVERED},
		{"auth anywhere, prefix of a name", "offers: {auth: anywhere}",
			OFFERING("> 250 AUTH PLAINX\n") LOGS_IN, DELIVERED},
		{"auth= too", EMPTY, OFFERING("> 250 AUTH=PLAIN\n") LOGS_IN, DELIVERED},
		{"auth= ignored", "offers: {auth-equals: ignored}",
			OFFERING("> 250 AUTH=PLAIN\n") QUIT CLOSED, NO_AUTH},
		{"auth= only, other form", "offers: {auth-equals: only}",
			OFFERING("> 250 AUTH PLAIN\n") QUIT CLOSED, NO_AUTH},
		{"auth= only", "offers: {auth-equals: only}",
			OFFERING("> 250-AUTH LOGIN\n> 250 AUTH=PLAIN\n") LOGS_IN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void null_sender(struct phone_account *account)
{
	no_login(account);
	account->sender = octets_of("");
}

static void wire(void)
{
	static const struct phone_run runs[] = {
		{"the correct null sender", EMPTY,
			HELLO SAID("MAIL FROM:<>") RECIPIENT DATA BODY QUIT CLOSED,
			.account = null_sender, DELIVERED},
		{"mail-null", "wire: {mail-null: \"MAIL FROM: <@>\"}",
			HELLO SAID("MAIL FROM: <@>") RECIPIENT DATA BODY QUIT CLOSED,
			.account = null_sender, DELIVERED},
		{"every text",
			"wire: {hello: \"ehlo {name} \", mail: \"\\r\\nMAIL FROM: <{local}.@{domain}>\", "
			"recipient: \"RCPT TO:{recipient} {local} {domain} {sender}\", data: \"data\", "
			"quit: \"BYE\", reset: \"RSET now\", noop: \"NOOP x\"}\n"
			"flow: {before-first: [reset, noop]}",
			"O\n> 220 mx\n" SAID("ehlo [192.0.2.7] ") SAID("RSET now")
				SAID("NOOP x") "<< \\r\\nMAIL FROM: <a.@example.net>\\r\\n\n> 250 ok\n" SAID(
					"RCPT TO:b@example.org b example.org a@example.net") "< data\n> 354 go\n" BODY
											     "< BYE\n> 221 bye\nX\nOVER\n",
			OPEN, DELIVERED},
		{"helo without a name", "wire: {helo: HELO}\nhello: {verb-plain: helo}",
			"O\n> 220 mx\n" SAID("HELO") MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"auth and starttls", "wire: {auth: \"auth {mechanism}\", starttls: \"starttls\"}",
			OFFERING(
				"> 250 STARTTLS\n") "< starttls\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n"
						    "> 250-mx\n> 250 AUTH PLAIN\n"
						    "< auth PLAIN AHVzZXIAc2VjcmV0\n> 235 ok\n" MESSAGE
							    QUIT CLOSED,
			.account = login_with_starttls, DELIVERED},
		{"line-end", "wire: {line-end: lf}",
			"O\n> 220 mx\n<< EHLO [192.0.2.7]\\n\n> 250 mx\n<< MAIL FROM:<a@example.net>\\n\n"
			"> 250 ok\n<< RCPT TO:<b@example.org>\\n\n> 250 ok\n<< DATA\\n\n> 354 go\n"
			"w Subject: x\\r\\n\\r\\nhello\\r\\n.\\n\n> 250 ok\n<< QUIT\\n\n> 221 bye\nX\nOVER\n",
			OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

#define CRAM_TO(challenge, answer) "< AUTH CRAM-MD5\n> 334 " challenge "\n< " answer "\n"
#define AUTHENTICATED "> 235 ok\n" MESSAGE QUIT CLOSED
#define LOGIN "< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dXNlcg==\n> 334 UGFzc3dvcmQ6\n< c2VjcmV0\n"

static void long_password(struct phone_account *account)
{
	account->password = octets_of("0123456789012345678901234567890123456789"
				      "0123456789012345678901234567890123456789");
}

static void login(void)
{
	static const struct phone_run runs[] = {
		{"mechanisms", EMPTY, OFFERING("> 250 AUTH LOGIN PLAIN\n") PLAIN AUTHENTICATED,
			DELIVERED},
		{"order of mechanisms", "auth: {mechanisms: [LOGIN, PLAIN]}",
			OFFERING("> 250 AUTH PLAIN LOGIN\n") LOGIN AUTHENTICATED, DELIVERED},
		{"no mechanisms", "auth: {mechanisms: []}",
			OFFERING("> 250 AUTH PLAIN\n") MESSAGE QUIT CLOSED, DELIVERED},
		{"unknown mechanisms are passed over", "auth: {mechanisms: [X-NEW, LOGIN]}",
			OFFERING("> 250 AUTH X-NEW LOGIN\n") LOGIN AUTHENTICATED, DELIVERED},
		{"no initial response", "auth: {initial-response: []}",
			OFFERING(
				"> 250 AUTH PLAIN\n") "< AUTH PLAIN\n> 334 \n< AHVzZXIAc2VjcmV0\n" AUTHENTICATED,
			DELIVERED},
		{"initial response of LOGIN",
			"auth: {initial-response: [LOGIN], prompts: [user, pass]}",
			OFFERING("> 250 AUTH LOGIN\n") "< AUTH LOGIN dXNlcg==\n> 334 UGFzc3dvcmQ6\n"
						       "< c2VjcmV0\n" AUTHENTICATED,
			DELIVERED},
		{"unadvertised", "auth: {unadvertised: true}", HELLO PLAIN AUTHENTICATED,
			DELIVERED},
		{"not advertised", EMPTY, HELLO QUIT CLOSED, NO_AUTH},
		{"any prompt", EMPTY,
			OFFERING("> 250 AUTH LOGIN\n") "< AUTH LOGIN\n> 334 \n< dXNlcg==\n"
						       "> 334 !\n< c2VjcmV0\n" AUTHENTICATED,
			DELIVERED},
		{"a prompt that does not fit", "auth: {prompts: [\"Username:\", \"Password:\"]}",
			OFFERING("> 250 AUTH LOGIN\n") "< AUTH LOGIN\n> 334 VXNlcg==\n" QUIT CLOSED,
			.result = PHONE_REFUSED, .at = STEP_AUTH, .code = 334},
		{"cut", "auth: {cut: 3}",
			OFFERING("> 250 AUTH PLAIN\n") "< AUTH PLAIN AHVzZQBzZWM=\n" AUTHENTICATED,
			DELIVERED},
		{"a long CRAM key", "auth: {mechanisms: [CRAM-MD5]}",
			OFFERING("> 250 AUTH CRAM-MD5\n") CRAM_TO("PDEuMkBteD4=",
				"dXNlciBmZTY0YzE0OTMzYzNhZjEyNWU5NDc2OWFjOWNmYjNlMg==")
				AUTHENTICATED,
			.account = long_password, DELIVERED},
		{"a long CRAM key, unpadded", "auth: {mechanisms: [CRAM-MD5], cram-key: unpadded}",
			OFFERING("> 250 AUTH CRAM-MD5\n") CRAM_TO("PDEuMkBteD4=",
				"dXNlciAzOGQ1NzkwZDE1MTk3ZWEyM2RkYmQ0ZTlhZDk4YmZjYg==")
				AUTHENTICATED,
			.account = long_password, DELIVERED},
		{"a short CRAM key, unpadded", "auth: {mechanisms: [CRAM-MD5], cram-key: unpadded}",
			OFFERING("> 250 AUTH CRAM-MD5\n") CRAM_TO("PDEuMkBteD4=",
				"dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ==")
				AUTHENTICATED,
			DELIVERED},
		{"before-tls", "auth: {before-tls: true}",
			OFFERING("> 250-STARTTLS\n> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< STARTTLS\n> 220 go\nTLS\n" SAID("EHLO [192.0.2.7]")
				MESSAGE QUIT CLOSED,
			.account = login_with_starttls, DELIVERED},
		{"before-tls, the password held back", "auth: {before-tls: true}",
			OFFERING("> 250-STARTTLS\n> 250 AUTH PLAIN\n") QUIT CLOSED,
			.account = discreet_login_with_starttls, .result = PHONE_NOT_TRIED},
		{"after TLS it is said", EMPTY,
			OFFERING(
				"> 250-STARTTLS\n> 250 AUTH PLAIN\n") "< STARTTLS\n> 220 go\nTLS\n"
								      "< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH PLAIN\n" PLAIN
									      AUTHENTICATED,
			.account = discreet_login_with_starttls, DELIVERED},
		{"without TLS it is not", "reactions: {starttls: {not-offered: go-on}}",
			OFFERING("> 250 AUTH PLAIN\n") QUIT CLOSED,
			.account = discreet_login_with_starttls, .result = PHONE_NOT_TRIED},
	};
	RUN_ALL(runs);
}

#define IN_TLS "O\nTLS\n> 220 mx\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT
#define VIA_STARTTLS                                                                               \
	OFFERING("> 250 STARTTLS\n")                                                               \
	"< STARTTLS\n> 220 go\nTLS\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT

static void tls(void)
{
	static const struct phone_run runs[] = {
		{"implicit, as asked", EMPTY, IN_TLS CLOSED, .account = plain_tls, DELIVERED},
		{"start at-once", "tls: {start: at-once}", IN_TLS CLOSED, OPEN, DELIVERED},
		{"start starttls", "tls: {start: starttls}", VIA_STARTTLS CLOSED, OPEN, DELIVERED},
		{"start never", "tls: {start: never}", HELLO MESSAGE QUIT CLOSED,
			.account = plain_tls, DELIVERED},
		{"starttls-ports, listed", "tls: {starttls-ports: [25]}", VIA_STARTTLS CLOSED,
			.account = plain_tls_on_25, DELIVERED},
		{"starttls-ports, another", "tls: {starttls-ports: [25]}", IN_TLS CLOSED,
			.account = plain_starttls, DELIVERED},
		{"the offer is not taken twice", EMPTY,
			"O\nTLS\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n" MESSAGE
				QUIT CLOSED,
			.account = plain_tls, DELIVERED},
		{"inside-tls", "tls: {inside-tls: true}",
			"O\nTLS\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n"
			"< STARTTLS\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n" MESSAGE
				QUIT CLOSED,
			.account = plain_tls, DELIVERED},
		{"octets behind the 220 are lost", EMPTY,
			OFFERING(
				"> 250 STARTTLS\n") "< STARTTLS\n>> 220 go\\r\\n250 evil\\r\\n\nTLS\n"
						    "< EHLO [192.0.2.7]\n.\n> 250 mx\n" MESSAGE QUIT
							    CLOSED,
			.account = plain_starttls, DELIVERED},
		{"keep-plaintext", "tls: {keep-plaintext: true}",
			OFFERING(
				"> 250 STARTTLS\n") "< STARTTLS\n>> 220 go\\r\\n250 evil\\r\\n\nTLS\n"
						    "<< EHLO [192.0.2.7]\\r\\nMAIL FROM:<a@example.net>\\r\\n\n"
						    "> 250 mx\n" RECIPIENT DATA BODY QUIT CLOSED,
			.account = plain_starttls, .whole = true, DELIVERED},
		{"verify ask: the look was inside the handshake",
			"tls: {verify: ask}\nthink: {certificate: 9 s}",
			"O\nTLS\n> 220 mx\n" SAID("EHLO [192.0.2.7]"), .account = paced_tls,
			.result = PHONE_NOT_TRIED},
		{"failed, and it hangs", "reactions: {tls: {failed: hang}}", "O\nTLS fails\nHOLD\n",
			.account = plain_tls, .result = PHONE_HUNG, .at = STEP_TLS},
		{"failed", EMPTY, "O\nTLS fails\nX\nOVER\n", .account = plain_tls,
			.result = PHONE_TLS_FAILED, .at = STEP_TLS},
		{"lost during the handshake", EMPTY, "O\nLOST\nX\nOVER\n", .account = plain_tls,
			.result = PHONE_TLS_FAILED, .at = STEP_TLS},
		{"tls-bye false", "close: {tls-bye: false}", IN_TLS "X no-bye\nOVER\n",
			.account = plain_tls, DELIVERED},
		{"tls-bye false in clear", "close: {tls-bye: false}", HELLO MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void closing(void)
{
	static const struct phone_run runs[] = {
		{"no quit", "close: {quit: false}", HELLO MESSAGE CLOSED, OPEN, DELIVERED},
		{"no wait", "close: {wait: false}", HELLO MESSAGE "< QUIT\nX\nOVER\n", OPEN,
			DELIVERED},
		{"rst", "close: {how: rst}", HELLO MESSAGE QUIT "X rst\nOVER\n", OPEN, DELIVERED},
		{"any reply to QUIT", EMPTY, HELLO MESSAGE "< QUIT\n> 500 what\nX\nOVER\n", OPEN,
			DELIVERED},
		{"lost at QUIT", EMPTY, HELLO MESSAGE "< QUIT\nLOST\nX\nOVER\n", OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

#define TESTS(T) T(places) T(flow) T(hello) T(offers) T(wire) T(login) T(tls) T(closing)
CHECK_MAIN("phone session", TESTS)
