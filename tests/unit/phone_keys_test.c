/* phone: every protocol key, at its correct value and at another, as it shows on the wire. */
#include "check.h"
#include "phone_fixture.h"

#define HELLO "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n"
#define OFFERING(offers) "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n" offers
#define MAIL "< MAIL FROM:<a@example.net>\n> 250 ok\n"
#define RECIPIENT "< RCPT TO:<b@example.org>\n> 250 ok\n"
#define DATA "< DATA\n> 354 go\n"
#define BODY "w Subject: x\\r\\n\\r\\nhello\\r\\n.\\r\\n\n> 250 ok\n"
#define QUIT "< QUIT\n> 221 bye\n"
#define CLOSED "X\nOVER\n"
#define MESSAGE MAIL RECIPIENT DATA BODY
#define REFUSED MAIL "< RCPT TO:<b@example.org>\n> 550 no\n"
#define PLAIN "< AUTH PLAIN AHVzZXIAc2VjcmV0\n"
#define SAID(line) "< " line "\n> 250 ok\n"

static void run_all(const struct phone_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		phone_fixture_run(&runs[i]);
}
#define RUN_ALL(runs) run_all(runs, sizeof(runs) / sizeof *(runs))

/* Most rows deliver without a login. */
#define DELIVERED .result = PHONE_DELIVERED, .code = 250
#define OPEN .account = no_login
#define EMPTY "correct"

static void no_login(struct phone_account *account)
{
	account->user = octets_of("");
}

static void plain_starttls(struct phone_account *account)
{
	account->user = octets_of("");
	account->security = PHONE_STARTTLS;
}

static void plain_tls(struct phone_account *account)
{
	account->user = octets_of("");
	account->security = PHONE_TLS;
}

static void plain_tls_on_25(struct phone_account *account)
{
	plain_tls(account);
	account->port = 25;
}

static void login_with_starttls(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
}

static void discreet_login_with_starttls(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
	account->password_in_clear = false;
}

static void paced(struct phone_account *account)
{
	account->pace_percent = 100;
}

static void paced_tls(struct phone_account *account)
{
	plain_tls(account);
	account->pace_percent = 100;
}

static void places(void)
{
	static const struct phone_run runs[] = {
		{"no place", EMPTY, HELLO MESSAGE MESSAGE QUIT CLOSED, OPEN, .messages = 2, DELIVERED},
		{"before-first", "flow: {before-first: [reset, noop]}",
			HELLO SAID("RSET") SAID("NOOP") MESSAGE MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			DELIVERED},
		{"before-next", "flow: {before-next: [reset]}",
			HELLO MESSAGE SAID("RSET") MESSAGE QUIT CLOSED, OPEN, .messages = 2, DELIVERED},
		{"before-next-if-failed, delivered", "flow: {before-next-if-failed: [noop]}",
			HELLO MESSAGE MESSAGE QUIT CLOSED, OPEN, .messages = 2, DELIVERED},
		{"before-next-if-failed", "flow: {before-next-if-failed: [reset], before-next: [noop]}",
			HELLO REFUSED SAID("NOOP") SAID("RSET") MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"after-message", "flow: {after-message: [reset]}",
			HELLO MESSAGE SAID("RSET") MESSAGE SAID("RSET") QUIT CLOSED, OPEN,
			.messages = 2, DELIVERED},
		{"after-failure", "flow: {after-failure: [reset]}",
			HELLO REFUSED SAID("RSET") MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			.result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"before-quit", "flow: {before-quit: [noop]}", HELLO MESSAGE SAID("NOOP") QUIT CLOSED,
			OPEN, DELIVERED},
		{"after-auth", "flow: {after-auth: [hello]}",
			OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< EHLO [192.0.2.7]\n> 250 mx\n" MESSAGE QUIT CLOSED,
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

#define AGAIN QUIT "X\n" HELLO

static void flow(void)
{
	static const struct phone_run runs[] = {
		{"an open envelope is left by leaving", EMPTY, HELLO REFUSED AGAIN MESSAGE QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"nested-mail", "flow: {nested-mail: true}", HELLO REFUSED MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"a refused MAIL opens nothing", EMPTY,
			HELLO "< MAIL FROM:<a@example.net>\n> 550 no\n" MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550},
		{"per-connection", "flow: {per-connection: 1}", HELLO MESSAGE AGAIN MESSAGE QUIT CLOSED,
			OPEN, .messages = 2, DELIVERED},
		{"per-connection, the first is lost", "flow: {per-connection: 1}",
			HELLO "< MAIL FROM:<a@example.net>\nLOST\nX\n" HELLO MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_CLOSED, .at = STEP_MAIL},
		{"hello-after-tls", EMPTY,
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n" SAID(
				"EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			.account = plain_starttls, DELIVERED},
		{"no hello after TLS", "flow: {hello-after-tls: false}",
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n" MESSAGE QUIT CLOSED,
			.account = plain_starttls, DELIVERED},
		{"probe", "connect: {probe: tls}", "O\nTLS fails\nX\n" HELLO MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"probe answered with TLS", "connect: {probe: tls}", "O\nTLS\nX\n" HELLO MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void hello(void)
{
	static const struct phone_run runs[] = {
		{"IPv6 with tag, without scope", EMPTY,
			"O 2001:db8::7%eth0\n> 220 mx\n" SAID("EHLO [IPv6:2001:db8::7]") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"ipv6-tag", "hello: {ipv6-tag: \"\"}",
			"O 2001:db8::7\n> 220 mx\n" SAID("EHLO [2001:db8::7]") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"names", "hello: {names: [\"{host} {device} {local} {domain}\"]}",
			"O\n> 220 mx\n" SAID("EHLO phone.example.net handset a example.net")
				MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"names in turn", "hello: {names: [one, two]}\nreactions: {hello: {5xx: [next-name, quit]}}",
			"O\n> 220 mx\n< EHLO one\n> 501 no\n" SAID("EHLO two") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"verb-plain", "hello: {verb-plain: helo}",
			"O\n> 220 mx\n" SAID("HELO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"verb", "hello: {verb: helo}",
			"O\n> 220 mx\n" SAID("HELO [192.0.2.7]") QUIT CLOSED, .result = PHONE_REFUSED,
			.at = STEP_AUTH},
		{"verb of a plain account", "hello: {verb: helo}", HELLO MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"sniff finds", "hello: {verb-plain: sniff, sniff: \"Mail\"}",
			"O\n> 220-mx\n> 220 our Mail\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
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
		{"starttls inside a line", EMPTY, OFFERING("> 250-XSECURITY=NONE,STARTTLS\n> 250 X\n") NO_TLS,
			.account = plain_starttls, NOT_OFFERED},
		{"starttls anywhere", "offers: {starttls: anywhere}",
			OFFERING("> 250-XSECURITY=NONE,STARTTLS\n> 250 X\n") TLS_ON,
			.account = plain_starttls, DELIVERED},
		{"starttls as the server's name", "offers: {starttls: anywhere}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 STARTTLS is our name\n" TLS_ON,
			.account = plain_starttls, DELIVERED},
		{"starttls after-dash", "offers: {starttls: after-dash}",
			OFFERING("> 250-STARTTLS\n> 250 X\n") TLS_ON, .account = plain_starttls, DELIVERED},
		{"starttls after-dash, last line", "offers: {starttls: after-dash}",
			OFFERING("> 250 STARTTLS\n") NO_TLS, .account = plain_starttls, NOT_OFFERED},
		{"auth as keyword", EMPTY, OFFERING("> 250 auth login plain\n") LOGS_IN, DELIVERED},
		{"auth inside a line", EMPTY, OFFERING("> 250 XAUTH PLAIN\n") QUIT CLOSED, NO_AUTH},
		{"auth anywhere", "offers: {auth: anywhere}", OFFERING("> 250 XAUTH PLAIN\n") LOGS_IN,
			DELIVERED},
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
			"recipient: \"RCPT TO:{recipient} {local} {domain} {name}\", data: \"data\", "
			"quit: \"BYE\", reset: \"RSET now\", noop: \"NOOP x\"}\n"
			"flow: {before-first: [reset, noop]}",
			"O\n> 220 mx\n" SAID("ehlo [192.0.2.7] ") SAID("RSET now") SAID("NOOP x")
				"<< \\r\\nMAIL FROM: <a.@example.net>\\r\\n\n> 250 ok\n" SAID(
					"RCPT TO:b@example.org b example.org ")
				"< data\n> 354 go\n" BODY "< BYE\n> 221 bye\nX\nOVER\n",
			OPEN, DELIVERED},
		{"helo without a name", "wire: {helo: HELO}\nhello: {verb-plain: helo}",
			"O\n> 220 mx\n" SAID("HELO") MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"auth and starttls", "wire: {auth: \"auth {mechanism}\", starttls: \"starttls\"}",
			OFFERING("> 250 STARTTLS\n") "< starttls\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n"
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

#define BEFORE_DATA HELLO MAIL RECIPIENT DATA
#define AFTER_DATA "> 250 ok\n" QUIT CLOSED

static void writes_and_data(void)
{
	static const struct octets to = {(const uint8_t *)"b@example.org", 13};
	static struct phone_message dots, ragged, empty;
	dots = phone_fixture_message(&to, ".a\r\n..b\r\nc.\r\n.\r\n");
	ragged = phone_fixture_message(&to, "a\nb\rc\r\n.d\n.e");
	empty = phone_fixture_message(&to, "\r\n");
	const struct phone_run runs[] = {
		{"a command whole", EMPTY,
			"O\n> 220 mx\nw EHLO [192.0.2.7]\\r\\n\n> 250 mx\n" MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"line-end-apart", "writes: {command: line-end-apart}",
			"O\n> 220 mx\nw EHLO [192.0.2.7]\nw \\r\\n\n> 250 mx\n" MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"cr-lf-apart", "writes: {command: cr-lf-apart}",
			"O\n> 220 mx\nw EHLO [192.0.2.7]\nw \\r\nw \\n\n> 250 mx\n" MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"body in blocks", EMPTY,
			BEFORE_DATA "w ..a\\r\\n...b\\r\\nc.\\r\\n..\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"body by line", "writes: {body: line}",
			BEFORE_DATA
			"w ..a\\r\\n\nw ...b\\r\\n\nw c.\\r\\n\nw ..\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"dot of its own", "writes: {dot: own}",
			BEFORE_DATA "w ..a\\r\\n...b\\r\\nc.\\r\\n..\\r\\n\nw .\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"stuffing per write, blocks", "data: {stuffing: per-write}",
			BEFORE_DATA "w ..a\\r\\n..b\\r\\nc.\\r\\n.\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"stuffing per write, lines", "data: {stuffing: per-write}\nwrites: {body: line}",
			BEFORE_DATA
			"w ..a\\r\\n\nw ...b\\r\\n\nw c.\\r\\n\nw ..\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"stuffing but the first", "data: {stuffing: not-first}",
			BEFORE_DATA "w .a\\r\\n...b\\r\\nc.\\r\\n..\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"no stuffing", "data: {stuffing: none}",
			BEFORE_DATA "w .a\\r\\n..b\\r\\nc.\\r\\n.\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"line ends repaired", EMPTY,
			BEFORE_DATA "w a\\r\\nb\\r\\nc\\r\\n..d\\r\\n..e\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &ragged, DELIVERED},
		{"line ends as they are", "data: {line-ends: as-is}",
			BEFORE_DATA "w a\\nb\\rc\\r\\n..d\\n..e\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &ragged, DELIVERED},
		{"line ends of LF", "data: {line-ends: lf}",
			BEFORE_DATA "w a\\nb\\nc\\n..d\\n..e\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &ragged, DELIVERED},
		{"before-dot", "data: {before-dot: \"\\r\\n\"}",
			BEFORE_DATA "w \\r\\n\\r\\n.\\r\\n\n" AFTER_DATA, OPEN, .message = &empty,
			DELIVERED},
		{"before-dot by line", "data: {before-dot: \"\\r\\n\"}\nwrites: {body: line}",
			BEFORE_DATA "w \\r\\n\nw \\r\\n.\\r\\n\n" AFTER_DATA, OPEN, .message = &empty,
			DELIVERED},
	};
	RUN_ALL(runs);
}

static void replies(void)
{
	static const struct phone_run runs[] = {
		{"line-end any", EMPTY, "O\n>> 220 mx\\n\n< EHLO [192.0.2.7]\n>> 250-mx\\n250 x\\n\n" MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"line-end crlf", "replies: {line-end: crlf}",
			"O\n>> 220-mx\\n\n.\n>> 220 x\\r\\n\n.\n> 220 y\n< EHLO [192.0.2.7]\n> 250 mx\n" MESSAGE
				QUIT CLOSED,
			OPEN, DELIVERED},
		{"no line-limit", EMPTY, "O\n> 220 a long banner\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"line-limit", "replies: {line-limit: 18}", "O\n> 220 a long banner\n" QUIT CLOSED, OPEN,
			.result = PHONE_REFUSED, .at = STEP_GREETING},
		{"line-limit, just", "replies: {line-limit: 19}",
			"O\n> 220 a long banner\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"no text", EMPTY, "O\n> 220\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"text-required", "replies: {text-required: true}", "O\n> 220\n" QUIT CLOSED, OPEN,
			.result = PHONE_REFUSED, .at = STEP_GREETING},
		{"first-line of everything", "replies: {reading: {else: first-line}}",
			"O\n>> 220-a\\r\\n220 b\\r\\n\nw EHLO [192.0.2.7]\\r\\n\n"
			"w MAIL FROM:<a@example.net>\\r\\n\n> 250 hello\nw RCPT TO:<b@example.org>\\r\\n\n"
			"> 250 mail\n< DATA\n> 250 recipient\n" QUIT CLOSED,
			OPEN, .result = PHONE_REFUSED, .at = STEP_DATA, .code = 250},
		{"refusals-by-line of a transaction",
			"replies: {reading: {transaction: refusals-by-line}}\n"
			"reactions: {mail: {else: go-on}}",
			HELLO "< MAIL FROM:<a@example.net>\n>> 550-a\\r\\n550-b\\r\\n550 c\\r\\n\n" CLOSED,
			OPEN, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
	};
	RUN_ALL(runs);
}

#define FLIGHT "w MAIL FROM:<a@example.net>\\r\\nRCPT TO:<b@example.org>\\r\\n"
#define PIPELINES OFFERING("> 250 PIPELINING\n")

static void flights(void)
{
	static const char with_data[] = "envelope: {pipelining: envelope-and-data}";
	static const char no_drain[] =
		"envelope: {pipelining: envelope-and-data}\nreplies: {drain: false}\n"
		"flow: {before-next: [reset]}\nreactions: {reset: {else: drop}}";
	static const struct phone_run runs[] = {
		{"lock-step", EMPTY, PIPELINES MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"envelope", "envelope: {pipelining: envelope}",
			PIPELINES FLIGHT "\n> 250 a\n> 250 b\n" DATA BODY QUIT CLOSED, OPEN, DELIVERED},
		{"envelope, not offered", "envelope: {pipelining: envelope}", HELLO MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"envelope-and-data", with_data,
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 250 b\n> 354 c\n" BODY QUIT CLOSED, OPEN,
			DELIVERED},
		{"drained, then left", with_data,
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 550 b\n.\n> 503 c\n" AGAIN MESSAGE QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"a 354 nobody wants", with_data,
			PIPELINES FLIGHT
			"DATA\\r\\n\n> 250 a\n> 550 b\n.\n> 354 c\nw .\\r\\n\n> 554 no\n" FLIGHT
			"DATA\\r\\n\n> 250 a\n> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"not drained", no_drain,
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 550 b\n< RSET\n> 503 c\nX\nOVER\n", OPEN,
			.messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT, .code = 550},
		{"cut commands in a flight",
			"envelope: {pipelining: envelope}\nwrites: {command: line-end-apart}",
			OFFERING("> 250 PIPELINING\n") "w MAIL FROM:<a@example.net>\nw \\r\\n\n"
						       "w RCPT TO:<b@example.org>\nw \\r\\n\n"
						       "> 250 a\n> 250 b\n" DATA BODY QUIT CLOSED,
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
		{"mechanisms", EMPTY, OFFERING("> 250 AUTH LOGIN PLAIN\n") PLAIN AUTHENTICATED, DELIVERED},
		{"order of mechanisms", "auth: {mechanisms: [LOGIN, PLAIN]}",
			OFFERING("> 250 AUTH PLAIN LOGIN\n") LOGIN AUTHENTICATED, DELIVERED},
		{"no mechanisms", "auth: {mechanisms: []}",
			OFFERING("> 250 AUTH PLAIN\n") MESSAGE QUIT CLOSED, DELIVERED},
		{"unknown mechanisms are passed over", "auth: {mechanisms: [X-NEW, LOGIN]}",
			OFFERING("> 250 AUTH X-NEW LOGIN\n") LOGIN AUTHENTICATED, DELIVERED},
		{"no initial response", "auth: {initial-response: []}",
			OFFERING("> 250 AUTH PLAIN\n") "< AUTH PLAIN\n> 334 \n< AHVzZXIAc2VjcmV0\n" AUTHENTICATED,
			DELIVERED},
		{"initial response of LOGIN", "auth: {initial-response: [LOGIN], prompts: [user, pass]}",
			OFFERING("> 250 AUTH LOGIN\n") "< AUTH LOGIN dXNlcg==\n> 334 UGFzc3dvcmQ6\n"
						       "< c2VjcmV0\n" AUTHENTICATED,
			DELIVERED},
		{"unadvertised", "auth: {unadvertised: true}", HELLO PLAIN AUTHENTICATED, DELIVERED},
		{"not advertised", EMPTY, HELLO QUIT CLOSED, NO_AUTH},
		{"any prompt", EMPTY, OFFERING("> 250 AUTH LOGIN\n") "< AUTH LOGIN\n> 334 \n< dXNlcg==\n"
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
				"dXNlciBmZTY0YzE0OTMzYzNhZjEyNWU5NDc2OWFjOWNmYjNlMg==") AUTHENTICATED,
			.account = long_password, DELIVERED},
		{"a long CRAM key, unpadded", "auth: {mechanisms: [CRAM-MD5], cram-key: unpadded}",
			OFFERING("> 250 AUTH CRAM-MD5\n") CRAM_TO("PDEuMkBteD4=",
				"dXNlciAzOGQ1NzkwZDE1MTk3ZWEyM2RkYmQ0ZTlhZDk4YmZjYg==") AUTHENTICATED,
			.account = long_password, DELIVERED},
		{"a short CRAM key, unpadded", "auth: {mechanisms: [CRAM-MD5], cram-key: unpadded}",
			OFFERING("> 250 AUTH CRAM-MD5\n") CRAM_TO("PDEuMkBteD4=",
				"dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ==") AUTHENTICATED,
			DELIVERED},
		{"before-tls", "auth: {before-tls: true}",
			OFFERING("> 250-STARTTLS\n> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< STARTTLS\n> 220 go\nTLS\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			.account = login_with_starttls, DELIVERED},
		{"before-tls, the password held back", "auth: {before-tls: true}",
			OFFERING("> 250-STARTTLS\n> 250 AUTH PLAIN\n") QUIT CLOSED,
			.account = discreet_login_with_starttls, .result = PHONE_NOT_TRIED},
		{"after TLS it is said", EMPTY,
			OFFERING("> 250-STARTTLS\n> 250 AUTH PLAIN\n") "< STARTTLS\n> 220 go\nTLS\n"
				"< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH PLAIN\n" PLAIN AUTHENTICATED,
			.account = discreet_login_with_starttls, DELIVERED},
		{"without TLS it is not", "reactions: {starttls: {not-offered: go-on}}",
			OFFERING("> 250 AUTH PLAIN\n") QUIT CLOSED,
			.account = discreet_login_with_starttls, .result = PHONE_NOT_TRIED},
	};
	RUN_ALL(runs);
}

#define IN_TLS "O\nTLS\n> 220 mx\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT
#define VIA_STARTTLS                                                                               \
	OFFERING("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT

static void tls(void)
{
	static const struct phone_run runs[] = {
		{"implicit, as asked", EMPTY, IN_TLS CLOSED, .account = plain_tls, DELIVERED},
		{"start at-once", "tls: {start: at-once}", IN_TLS CLOSED, OPEN, DELIVERED},
		{"start starttls", "tls: {start: starttls}", VIA_STARTTLS CLOSED, OPEN, DELIVERED},
		{"start never", "tls: {start: never}", HELLO MESSAGE QUIT CLOSED, .account = plain_tls,
			DELIVERED},
		{"starttls-ports, listed", "tls: {starttls-ports: [25]}", VIA_STARTTLS CLOSED,
			.account = plain_tls_on_25, DELIVERED},
		{"starttls-ports, another", "tls: {starttls-ports: [25]}", IN_TLS CLOSED,
			.account = plain_starttls, DELIVERED},
		{"the offer is not taken twice", EMPTY,
			"O\nTLS\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n" MESSAGE QUIT CLOSED,
			.account = plain_tls, DELIVERED},
		{"inside-tls", "tls: {inside-tls: true}",
			"O\nTLS\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n"
			"< STARTTLS\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n" MESSAGE
				QUIT CLOSED,
			.account = plain_tls, DELIVERED},
		{"octets behind the 220 are lost", EMPTY,
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n>> 220 go\\r\\n250 evil\\r\\n\nTLS\n"
						     "< EHLO [192.0.2.7]\n.\n> 250 mx\n" MESSAGE QUIT CLOSED,
			.account = plain_starttls, DELIVERED},
		{"keep-plaintext", "tls: {keep-plaintext: true}",
			OFFERING("> 250 STARTTLS\n") "< STARTTLS\n>> 220 go\\r\\n250 evil\\r\\n\nTLS\n"
						     "<< EHLO [192.0.2.7]\\r\\nMAIL FROM:<a@example.net>\\r\\n\n"
						     "> 250 mx\n" RECIPIENT DATA BODY QUIT CLOSED,
			.account = plain_starttls, .whole = true, DELIVERED},
		{"verify ask", "tls: {verify: ask}\nthink: {certificate: 9 s}",
			"O\nTLS\n> 220 mx\n.\nT 8999\n.\nT 1\n" SAID("EHLO [192.0.2.7]"),
			.account = paced_tls, .result = PHONE_NOT_TRIED},
		{"failed", EMPTY, "O\nTLS fails\nX\nOVER\n", .account = plain_tls,
			.result = PHONE_TLS_FAILED, .at = STEP_TLS},
		{"tls-bye false", "close: {tls-bye: false}", IN_TLS "X no-bye\nOVER\n",
			.account = plain_tls, DELIVERED},
		{"tls-bye false in clear", "close: {tls-bye: false}", HELLO MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
	};
	RUN_ALL(runs);
}

static void closing(void)
{
	static const struct phone_run runs[] = {
		{"no quit", "close: {quit: false}", HELLO MESSAGE CLOSED, OPEN, DELIVERED},
		{"no wait", "close: {wait: false}", HELLO MESSAGE "< QUIT\nX\nOVER\n", OPEN, DELIVERED},
		{"rst", "close: {how: rst}", HELLO MESSAGE QUIT "X rst\nOVER\n", OPEN, DELIVERED},
		{"any reply to QUIT", EMPTY, HELLO MESSAGE "< QUIT\n> 500 what\nX\nOVER\n", OPEN, DELIVERED},
		{"lost at QUIT", EMPTY, HELLO MESSAGE "< QUIT\nLOST\nX\nOVER\n", OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void envelope(void)
{
	static struct octets to[3], cc, bcc, self, odd[4];
	static struct phone_message lists, odds, high, large;
	to[0] = octets_of("t1@b");
	to[1] = octets_of("t2@b");
	to[2] = octets_of("t1@b");
	cc = octets_of("c@b");
	bcc = octets_of("x@b");
	self = octets_of("s@b");
	lists = (struct phone_message){.to = to, .to_count = 3, .cc = &cc, .cc_count = 1, .bcc = &bcc,
		.bcc_count = 1, .self = &self, .self_count = 1, .content = octets_of("x\r\n")};
	odd[0] = octets_of(" Bob <bob@b> ");
	odd[1] = octets_of("no one");
	odd[2] = octets_of("gr\xc3\xbc@b");
	odd[3] = octets_of("\"a b\"@[192.0.2.1]");
	odds = (struct phone_message){.to = odd, .to_count = 4, .content = octets_of("x\r\n")};
	high = phone_fixture_message(&to[0], "Subject: \xc3\xbc\r\n\r\n\xff\n");
	large = phone_fixture_message(&to[0], "a\nb\n.c\n");
#define TO(address) SAID("RCPT TO:<" address ">")
#define X_BODY "w x\\r\\n.\\r\\n\n> 250 ok\n"
#define FEATURES OFFERING("> 250-SIZE 9\n> 250-8BITMIME\n> 250-SMTPUTF8\n> 250 AUTH PLAIN\n")
	const struct phone_run runs[] = {
		{"order, duplicates removed", EMPTY,
			HELLO MAIL TO("t1@b") TO("t2@b") TO("c@b") TO("x@b") TO("s@b") DATA X_BODY QUIT CLOSED,
			OPEN, .message = &lists, DELIVERED},
		{"another order, duplicates kept", "envelope: {order: [bcc, self, to], duplicates: kept}",
			HELLO MAIL TO("x@b") TO("s@b") TO("t1@b") TO("t2@b") TO("t1@b") TO("c@b") DATA
				X_BODY QUIT CLOSED,
			OPEN, .message = &lists, DELIVERED},
		{"addresses checked", EMPTY,
			HELLO MAIL TO("bob@b") TO("\"a b\"@[192.0.2.1]") DATA X_BODY QUIT CLOSED, OPEN,
			.message = &odds, DELIVERED},
		{"addresses as typed", "envelope: {addresses: as-typed}",
			HELLO MAIL TO(" Bob <bob@b> ") TO("no one") "<< RCPT TO:<gr\\xC3\\xBC@b>\\r\\n\n> 250 ok\n" TO(
				"\"a b\"@[192.0.2.1]") DATA X_BODY QUIT CLOSED,
			OPEN, .message = &odds, DELIVERED},
		{"BODY where it is needed", EMPTY,
			FEATURES SAID("MAIL FROM:<a@example.net> BODY=8BITMIME") TO("t1@b") DATA
			"w Subject: \\xC3\\xBC\\r\\n\\r\\n\\xFF\\r\\n.\\r\\n\n> 250 ok\n" QUIT CLOSED,
			OPEN, .message = &high, DELIVERED},
		{"BODY is not offered", EMPTY,
			HELLO MAIL TO("t1@b") DATA
			"w Subject: \\xC3\\xBC\\r\\n\\r\\n\\xFF\\r\\n.\\r\\n\n> 250 ok\n" QUIT CLOSED,
			OPEN, .message = &high, DELIVERED},
		{"BODY is not needed", EMPTY, FEATURES MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"all parameters", "envelope: {parameters: [SIZE, SMTPUTF8, BODY, AUTH]}",
			FEATURES SAID("MAIL FROM:<a@example.net> SIZE=18 SMTPUTF8 BODY=8BITMIME AUTH=<>")
				TO("t1@b") DATA
			"w Subject: \\xC3\\xBC\\r\\n\\r\\n\\xFF\\r\\n.\\r\\n\n> 250 ok\n" QUIT CLOSED,
			OPEN, .message = &high, DELIVERED},
		{"AUTH of one who is logged in", "envelope: {parameters: [AUTH]}",
			FEATURES PLAIN "> 235 ok\n" SAID("MAIL FROM:<a@example.net> AUTH=a@example.net")
				RECIPIENT DATA BODY QUIT CLOSED,
			DELIVERED},
		{"SIZE counts line ends, not dots", "envelope: {parameters: [SIZE-IF-LIMITED]}",
			FEATURES SAID("MAIL FROM:<a@example.net> SIZE=10") TO("t1@b") DATA
			"w a\\r\\nb\\r\\n..c\\r\\n.\\r\\n\n> 250 ok\n" QUIT CLOSED,
			OPEN, .message = &large, DELIVERED},
		{"SIZE without a limit", "envelope: {parameters: [SIZE-IF-LIMITED]}",
			OFFERING("> 250 SIZE 0\n") MESSAGE QUIT CLOSED, OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void one_more(struct phone_account *account)
{
	no_login(account);
	account->further_tries = 1;
	account->try_wait_ms = 100;
}

#define LATER HELLO "< MAIL FROM:<a@example.net>\n> 451 later\n" QUIT "X\n"
#define NEVER_ HELLO "< MAIL FROM:<a@example.net>\n> 550 never\n" QUIT "X\n"

static void outbox(void)
{
	static const struct phone_run runs[] = {
		{"a 4xx is kept", EMPTY, LATER "HOLD\nT 99\nHOLD\nT 1\n" HELLO MESSAGE QUIT CLOSED,
			.account = one_more, DELIVERED},
		{"a 5xx is not", EMPTY, NEVER_ "OVER\n", .account = one_more, .result = PHONE_REFUSED,
			.at = STEP_MAIL, .code = 550},
		{"a 5xx is kept", "outbox: {keep: [5xx]}", NEVER_ "T 100\n" HELLO MESSAGE QUIT CLOSED,
			.account = one_more, DELIVERED},
		{"a 4xx is not", "outbox: {keep: [5xx]}", LATER "OVER\n", .account = one_more,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 451},
		{"no connection is kept", EMPTY, "O refused\nT 100\n" HELLO MESSAGE QUIT CLOSED,
			.account = one_more, DELIVERED},
		{"the waits of the profile", "outbox: {retry: [5 min], attempts: 2}",
			LATER "T 299999\nHOLD\nT 1\n" HELLO MESSAGE QUIT CLOSED, .account = one_more,
			DELIVERED},
		{"attempts are used up", "outbox: {retry: [5 min], attempts: 1}", LATER "OVER\n",
			.account = one_more, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 451},
		{"unless the account asks, once", EMPTY, LATER "OVER\n", OPEN,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 451},
	};
	RUN_ALL(runs);
}

static void time_passes(void)
{
	static const struct phone_run runs[] = {
		{"think", "think: {hello: 18 ms, message: 155 ms, else: 5 ms, auth-answer: 3 ms}\n"
			  "flow: {before-first: [reset]}\nauth: {mechanisms: [LOGIN]}",
			"O\n> 220 mx\n.\nT 17\n.\nT 1\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH LOGIN\n.\nT 4\n.\nT 1\n"
			"< AUTH LOGIN\n> 334 \n.\nT 2\n.\nT 1\n< dXNlcg==\n> 334 \nT 3\n< c2VjcmV0\n> 235 ok\n"
			"T 154\n.\nT 1\n< RSET\n> 250 ok\nT 4\n.\nT 1\n< MAIL FROM:<a@example.net>\n",
			.account = paced, .result = PHONE_NOT_TRIED},
		{"a span", "think: {hello: 5-85 ms}", "O\n> 220 mx\nT 4\n.\nT 81\n< EHLO [192.0.2.7]\n",
			.account = paced, .result = PHONE_NOT_TRIED},
		{"no pace", "think: {else: 5 s}", HELLO MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"the greeting's timeout", EMPTY, "O\nT 299999\n.\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_GREETING},
		{"a written one", "timeouts: {greeting: 1 s}", "O\nT 999\n.\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_GREETING},
		{"else", "timeouts: {else: 2 s}", HELLO "< MAIL FROM:<a@example.net>\nT 1999\n.\nT 1\nX\nOVER\n",
			OPEN, .result = PHONE_TIMED_OUT, .at = STEP_MAIL},
		{"a trickle does not help", "timeouts: {else: 2 s}",
			"O\nT 1500\n> 220-mx\nT 499\n> 220-mx\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_GREETING},
	};
	RUN_ALL(runs);
}

#define ON_MAIL(action) "reactions: {mail: {5xx: " action "}}"
#define MAIL_REFUSED HELLO "< MAIL FROM:<a@example.net>\n> 550 no\n"
#define AT_MAIL .result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550

static void actions(void)
{
	static const struct phone_run runs[] = {
		{"go-on", ON_MAIL("go-on"), MAIL_REFUSED RECIPIENT DATA BODY QUIT CLOSED, OPEN, DELIVERED},
		{"give-up", ON_MAIL("give-up"), MAIL_REFUSED MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			AT_MAIL},
		{"quit", ON_MAIL("quit"), MAIL_REFUSED QUIT CLOSED, OPEN, .messages = 2, AT_MAIL},
		{"drop", ON_MAIL("drop"), MAIL_REFUSED "X\nOVER\n", OPEN, .messages = 2, AT_MAIL},
		{"hang", ON_MAIL("hang"), MAIL_REFUSED "HOLD\n", OPEN, .result = PHONE_HUNG,
			.at = STEP_MAIL, .code = 550},
		{"impossible ones are passed over", ON_MAIL("[next-name, skip, helo, same-again, again, next-address, next-mechanism, quit-and-go-on]"),
			MAIL_REFUSED QUIT CLOSED, OPEN, AT_MAIL},
		{"again", ON_MAIL("[again, give-up]"),
			OFFERING("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n< MAIL FROM:<a@example.net>\n> 550 no\n" QUIT
			"X\n" OFFERING("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n" MESSAGE QUIT CLOSED,
			DELIVERED},
		{"again, but once", ON_MAIL("[again, give-up]"),
			OFFERING("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n< MAIL FROM:<a@example.net>\n> 550 no\n" QUIT
			"X\n" OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< MAIL FROM:<a@example.net>\n> 550 no\n" QUIT CLOSED,
			AT_MAIL},
		{"a code before its class", "reactions: {mail: {550: drop, 5xx: quit, else: go-on}}",
			MAIL_REFUSED "X\nOVER\n", OPEN, AT_MAIL},
		{"several lines before the code", "reactions: {mail: {550-: drop, 550: quit}}",
			HELLO "< MAIL FROM:<a@example.net>\n> 550-no\n> 550 no\nX\nOVER\n", OPEN, AT_MAIL},
		{"a written else covers 421", "reactions: {mail: {else: give-up}}",
			HELLO "< MAIL FROM:<a@example.net>\n> 421 no\n" MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 421},
		{"421 by default", EMPTY, HELLO "< MAIL FROM:<a@example.net>\n> 421 no\n" QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 421},
		{"none accepted, and DATA all the same", "reactions: {recipient: {none-accepted: go-on}}",
			HELLO REFUSED "< DATA\n> 554 no\n" QUIT CLOSED, OPEN, .result = PHONE_REFUSED,
			.at = STEP_DATA, .code = 554},
		{"go on after a refused greeting", "reactions: {greeting: {else: go-on}}",
			"O\n> 554 no\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"an early refusal of the body is heard", EMPTY,
			HELLO MAIL RECIPIENT "< DATA\n>> 354 go\\r\\n552 too big\\r\\n\nLOST\nX\nOVER\n", OPEN,
			.result = PHONE_REFUSED, .at = STEP_BODY, .code = 552},
	};
	RUN_ALL(runs);
}

static void broken_bodies(void)
{
	static const struct octets to = {(const uint8_t *)"b@example.org", 13};
	static struct phone_message message;
	message = phone_fixture_message(&to, PHONE_CONTENT);
	message.break_body_at = 5;
	const struct phone_run runs[] = {
		{"drop", EMPTY, BEFORE_DATA "w Subje\nX\nOVER\n", OPEN, .message = &message,
			.result = PHONE_BROKEN, .at = STEP_BODY},
		{"quit inside DATA", "reactions: {body: {broken: quit}}",
			BEFORE_DATA "w Subje\nw QUIT\\r\\n\nEND\nX\nOVER\n", OPEN, .message = &message,
			.result = PHONE_BROKEN, .at = STEP_BODY},
	};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(places)                                                                                  \
	T(flow)                                                                                    \
	T(hello)                                                                                   \
	T(offers)                                                                                  \
	T(wire)                                                                                    \
	T(writes_and_data)                                                                         \
	T(replies)                                                                                 \
	T(flights)                                                                                 \
	T(login)                                                                                   \
	T(tls)                                                                                     \
	T(closing)                                                                                 \
	T(envelope) T(outbox) T(time_passes) T(actions) T(broken_bodies)
CHECK_MAIN("phone keys", TESTS)
