/* phone: the keys of messages and time, at their correct value and at another, on the wire. */
#include "check.h"
#include "phone_dialogue.h"

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
			"O\n> 220 mx\nw EHLO [192.0.2.7]\\r\\n\n> 250 mx\n" MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"line-end-apart", "writes: {command: line-end-apart}",
			"O\n> 220 mx\nw EHLO [192.0.2.7]\nw \\r\\n\n> 250 mx\n" MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"cr-lf-apart", "writes: {command: cr-lf-apart}",
			"O\n> 220 mx\nw EHLO [192.0.2.7]\nw \\r\nw \\n\n> 250 mx\n" MESSAGE QUIT
				CLOSED,
			OPEN, DELIVERED},
		{"body in blocks", EMPTY,
			BEFORE_DATA "w ..a\\r\\n...b\\r\\nc.\\r\\n..\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"body by line", "writes: {body: line}",
			BEFORE_DATA
			"w ..a\\r\\n\nw ...b\\r\\n\nw c.\\r\\n\nw ..\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"dot of its own", "writes: {dot: own}",
			BEFORE_DATA "w ..a\\r\\n...b\\r\\nc.\\r\\n..\\r\\n\nw .\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"stuffing per write, blocks", "data: {stuffing: per-write}",
			BEFORE_DATA "w ..a\\r\\n..b\\r\\nc.\\r\\n.\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"stuffing per write, lines", "data: {stuffing: per-write}\nwrites: {body: line}",
			BEFORE_DATA
			"w ..a\\r\\n\nw ...b\\r\\n\nw c.\\r\\n\nw ..\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"stuffing but the first", "data: {stuffing: not-first}",
			BEFORE_DATA "w .a\\r\\n...b\\r\\nc.\\r\\n..\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &dots, DELIVERED},
		{"no stuffing", "data: {stuffing: none}",
			BEFORE_DATA "w .a\\r\\n..b\\r\\nc.\\r\\n.\\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &dots, DELIVERED},
		{"line ends repaired", EMPTY,
			BEFORE_DATA "w a\\r\\nb\\r\\nc\\r\\n..d\\r\\n..e\\r\\n.\\r\\n\n" AFTER_DATA,
			OPEN, .message = &ragged, DELIVERED},
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
			BEFORE_DATA "w \\r\\n\nw \\r\\n.\\r\\n\n" AFTER_DATA, OPEN,
			.message = &empty, DELIVERED},
	};
	RUN_ALL(runs);
}

static void replies(void)
{
	static const struct phone_run runs[] = {
		{"line-end any", EMPTY,
			"O\n>> 220 mx\\n\n< EHLO [192.0.2.7]\n>> 250-mx\\n250 x\\n\n" MESSAGE QUIT
				CLOSED,
			OPEN, DELIVERED},
		{"line-end crlf", "replies: {line-end: crlf}",
			"O\n>> 220-mx\\n\n.\n>> 220 x\\r\\n\n.\n> 220 y\n< EHLO [192.0.2.7]\n> 250 mx\n" MESSAGE
				QUIT CLOSED,
			OPEN, DELIVERED},
		{"no line-limit", EMPTY,
			"O\n> 220 a long banner\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"line-limit", "replies: {line-limit: 18}", "O\n> 220 a long banner\n" QUIT CLOSED,
			OPEN, .result = PHONE_REFUSED, .at = STEP_GREETING},
		{"line-limit, just", "replies: {line-limit: 19}",
			"O\n> 220 a long banner\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED,
			OPEN, DELIVERED},
		{"no text", EMPTY, "O\n> 220\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
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
			HELLO
			"< MAIL FROM:<a@example.net>\n>> 550-a\\r\\n550-b\\r\\n550 c\\r\\n\n" CLOSED,
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
			PIPELINES FLIGHT "\n> 250 a\n> 250 b\n" DATA BODY QUIT CLOSED, OPEN,
			DELIVERED},
		{"envelope, not offered", "envelope: {pipelining: envelope}",
			HELLO MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"envelope-and-data", with_data,
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, DELIVERED},
		{"recipients-and-data", "envelope: {pipelining: recipients-and-data}",
			PIPELINES "w MAIL FROM:<a@example.net>\\r\\n\n> 250 a\n"
				  "w RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				  "> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, DELIVERED},
		{"recipients-and-data, not offered", "envelope: {pipelining: recipients-and-data}",
			HELLO MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"recipients-and-data, MAIL refused", "envelope: {pipelining: recipients-and-data}",
			PIPELINES "w MAIL FROM:<a@example.net>\\r\\n\n> 550 a\n" QUIT CLOSED, OPEN,
			.result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550},
		{"recipients-and-data, none accepted",
			"envelope: {pipelining: recipients-and-data}\n"
			"reactions: {recipient: {none-accepted: go-on}}\n"
			"flow: {before-next-if-begun: [reset]}",
			PIPELINES "w MAIL FROM:<a@example.net>\\r\\n\n> 250 a\n"
				  "w RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				  "> 550 b\n> 554 c\n" SAID(
					  "RSET") "w MAIL FROM:<a@example.net>\\r\\n\n> 250 a\n"
						  "w RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
						  "> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_DATA, .code = 554},
		{"reset in flight, with data",
			"envelope: {pipelining: envelope-and-data, pipelining-reset: true}\n"
			"flow: {before-next: [reset]}",
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 250 b\n> 354 c\n" BODY
					 "w RSET\\r\\nMAIL FROM:<a@example.net>\\r\\n"
					 "RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
					 "> 250 r\n> 250 a\n> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, .messages = 2, DELIVERED},
		{"reset in flight, with MAIL",
			"envelope: {pipelining: recipients-and-data, pipelining-reset: true}\n"
			"flow: {before-next: [reset]}",
			PIPELINES "w MAIL FROM:<a@example.net>\\r\\n\n> 550 a\n"
				  "w RSET\\r\\nMAIL FROM:<a@example.net>\\r\\n\n> 250 r\n> 250 a\n"
				  "w RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				  "> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550},
		{"reset in flight, not offered",
			"envelope: {pipelining: envelope, pipelining-reset: true}\n"
			"flow: {before-next: [reset]}",
			HELLO MESSAGE SAID("RSET") MESSAGE QUIT CLOSED, OPEN, .messages = 2,
			DELIVERED},
		{"reset in flight, of the session",
			"envelope: {pipelining: envelope, pipelining-reset: true}\n"
			"flow: {after-auth: [reset]}",
			OFFERING("> 250-PIPELINING\n> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n" SAID(
				"RSET") FLIGHT "\n> 250 a\n> 250 b\n" DATA BODY QUIT CLOSED,
			DELIVERED},
		{"drained, then left", with_data,
			PIPELINES FLIGHT
			"DATA\\r\\n\n> 250 a\n> 550 b\n.\n> 503 c\n" AGAIN MESSAGE QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT,
			.code = 550},
		{"a 421 nobody wants",
			"flow: {after-failure: [reset]}\n"
			"envelope: {pipelining: envelope-and-data}",
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 550 b\n.\n> 421 c\n" QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT,
			.code = 550},
		{"a 354 nobody wants", with_data,
			PIPELINES FLIGHT
			"DATA\\r\\n\n> 250 a\n> 550 b\n.\n> 354 c\nw .\\r\\n\n> 554 no\n" FLIGHT
			"DATA\\r\\n\n> 250 a\n> 250 b\n> 354 c\n" BODY QUIT CLOSED,
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT,
			.code = 550},
		{"not drained", no_drain,
			PIPELINES FLIGHT "DATA\\r\\n\n> 250 a\n> 550 b\n< RSET\n> 503 c\nX\nOVER\n",
			OPEN, .messages = 2, .result = PHONE_REFUSED, .at = STEP_RECIPIENT,
			.code = 550},
		{"cut commands in a flight",
			"envelope: {pipelining: envelope}\nwrites: {command: line-end-apart}",
			OFFERING("> 250 PIPELINING\n") "w MAIL FROM:<a@example.net>\nw \\r\\n\n"
						       "w RCPT TO:<b@example.org>\nw \\r\\n\n"
						       "> 250 a\n> 250 b\n" DATA BODY QUIT CLOSED,
			OPEN, DELIVERED},
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
	lists = (struct phone_message){.to = to,
		.to_count = 3,
		.cc = &cc,
		.cc_count = 1,
		.bcc = &bcc,
		.bcc_count = 1,
		.self = &self,
		.self_count = 1,
		.content = octets_of("x\r\n")};
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
			HELLO MAIL TO("t1@b") TO("t2@b") TO("c@b") TO("x@b") TO("s@b")
				DATA X_BODY QUIT CLOSED,
			OPEN, .message = &lists, DELIVERED},
		{"another order, duplicates kept",
			"envelope: {order: [bcc, self, to], duplicates: kept}",
			HELLO MAIL TO("x@b") TO("s@b") TO("t1@b") TO("t2@b") TO("t1@b") TO("c@b")
				DATA X_BODY QUIT CLOSED,
			OPEN, .message = &lists, DELIVERED},
		{"addresses checked", EMPTY,
			HELLO MAIL TO("bob@b") TO("\"a b\"@[192.0.2.1]") DATA X_BODY QUIT CLOSED,
			OPEN, .message = &odds, DELIVERED},
		{"addresses as typed", "envelope: {addresses: as-typed}",
			HELLO MAIL TO(" Bob <bob@b> ")
				TO("no one") "<< RCPT TO:<gr\\xC3\\xBC@b>\\r\\n\n> 250 ok\n" TO(
					"\"a b\"@[192.0.2.1]") DATA X_BODY QUIT CLOSED,
			OPEN, .message = &odds, DELIVERED},
		{"BODY where it is needed", EMPTY,
			FEATURES SAID("MAIL FROM:<a@example.net> BODY=8BITMIME") TO("t1@b") DATA
			"w Subject: \\xC3\\xBC\\r\\n\\r\\n\\xFF\\r\\n.\\r\\n\n> 250 ok\n" QUIT
				CLOSED,
			OPEN, .message = &high, DELIVERED},
		{"BODY is not offered", EMPTY,
			HELLO MAIL TO("t1@b") DATA
			"w Subject: \\xC3\\xBC\\r\\n\\r\\n\\xFF\\r\\n.\\r\\n\n> 250 ok\n" QUIT
				CLOSED,
			OPEN, .message = &high, DELIVERED},
		{"BODY is not needed", EMPTY, FEATURES MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"all parameters", "envelope: {parameters: [SIZE, SMTPUTF8, BODY, AUTH]}",
			FEATURES SAID(
				"MAIL FROM:<a@example.net> SIZE=18 SMTPUTF8 BODY=8BITMIME AUTH=<>")
				TO("t1@b") DATA
			"w Subject: \\xC3\\xBC\\r\\n\\r\\n\\xFF\\r\\n.\\r\\n\n> 250 ok\n" QUIT
				CLOSED,
			OPEN, .message = &high, DELIVERED},
		{"AUTH of one who is logged in", "envelope: {parameters: [AUTH]}",
			FEATURES PLAIN
			"> 235 ok\n" SAID("MAIL FROM:<a@example.net> AUTH=a@example.net")
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

static void three_more(struct phone_account *account)
{
	one_more(account);
	account->further_tries = 3;
}

#define LATER HELLO "< MAIL FROM:<a@example.net>\n> 451 later\n" QUIT "X\n"
#define NEVER_ HELLO "< MAIL FROM:<a@example.net>\n> 550 never\n" QUIT "X\n"

static void outbox(void)
{
	static const struct phone_run runs[] = {
		{"a 4xx is kept", EMPTY, LATER "HOLD\nT 99\nHOLD\nT 1\n" HELLO MESSAGE QUIT CLOSED,
			.account = one_more, DELIVERED},
		{"a 5xx is not", EMPTY, NEVER_ "OVER\n", .account = one_more,
			.result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550},
		{"a 5xx is kept", "outbox: {keep: [5xx]}",
			NEVER_ "T 100\n" HELLO MESSAGE QUIT CLOSED, .account = one_more, DELIVERED},
		{"a 4xx is not", "outbox: {keep: [5xx]}", LATER "OVER\n", .account = one_more,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 451},
		{"no connection is kept", EMPTY, "O refused\nT 100\n" HELLO MESSAGE QUIT CLOSED,
			.account = one_more, DELIVERED},
		{"the waits of the profile", "outbox: {retry: [5 min], attempts: 2}",
			LATER "T 299999\nHOLD\nT 1\n" HELLO MESSAGE QUIT CLOSED,
			.account = one_more, DELIVERED},
		{"attempts are used up", "outbox: {retry: [5 min], attempts: 1}", LATER "OVER\n",
			.account = one_more, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL,
			.code = 451},
		{"the last wait repeats, and attempts have no end",
			"outbox: {retry: [1 s, 7 s], attempts: 0}",
			LATER "T 1000\n" LATER "T 6999\nHOLD\nT 1\n" LATER
			      "T 6999\nHOLD\nT 1\n" HELLO MESSAGE QUIT CLOSED,
			.account = three_more, DELIVERED},
		{"unless the account asks, once", EMPTY, LATER "OVER\n", OPEN,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 451},
	};
	RUN_ALL(runs);
}

static void half_paced(struct phone_account *account)
{
	account->pace_percent = 50;
}

static void double_paced(struct phone_account *account)
{
	account->pace_percent = 200;
}

static void time_passes(void)
{
	static const struct phone_run runs[] = {
		{"think",
			"think: {hello: 18 ms, message: 155 ms, else: 5 ms, auth-answer: 3 ms}\n"
			"flow: {before-first: [reset]}\nauth: {mechanisms: [LOGIN]}",
			"O\n> 220 mx\n.\nT 17\n.\nT 1\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH LOGIN\n.\nT 4\n.\nT 1\n"
			"< AUTH LOGIN\n> 334 \n.\nT 2\n.\nT 1\n< dXNlcg==\n> 334 \nT 3\n< c2VjcmV0\n> 235 ok\n"
			"T 154\n.\nT 1\n< RSET\n> 250 ok\nT 4\n.\nT 1\n< MAIL FROM:<a@example.net>\n",
			.account = paced, .result = PHONE_NOT_TRIED},
		{"half as long", "think: {hello: 18 ms}",
			"O\n> 220 mx\nT 8\n.\nT 1\n< EHLO [192.0.2.7]\n", .account = half_paced,
			.result = PHONE_NOT_TRIED},
		{"twice as long", "think: {hello: 18 ms}",
			"O\n> 220 mx\nT 35\n.\nT 1\n< EHLO [192.0.2.7]\n", .account = double_paced,
			.result = PHONE_NOT_TRIED},
		{"a span", "think: {hello: 5-85 ms}",
			"O\n> 220 mx\nT 4\n.\nT 81\n< EHLO [192.0.2.7]\n", .account = paced,
			.result = PHONE_NOT_TRIED},
		{"lost while it thinks", "think: {hello: 1 s}",
			"O\n> 220 mx\nLOST\nT 1000\nX\nOVER\n", .account = paced_open,
			.result = PHONE_CLOSED, .at = STEP_HELLO},
		{"no pace", "think: {else: 5 s}", HELLO MESSAGE QUIT CLOSED, OPEN, DELIVERED},
		{"a joined dot is not thought about", "think: {end: 5 s}",
			HELLO MESSAGE QUIT CLOSED, .account = paced_open, DELIVERED},
		{"a dot of its own is", "think: {end: 5 s}\nwrites: {dot: own}",
			HELLO MAIL RECIPIENT DATA
			"w Subject: x\\r\\n\\r\\nhello\\r\\n\nT 4999\n.\nT 1\nw .\\r\\n\n> 250 ok\n" QUIT
				CLOSED,
			.account = paced_open, DELIVERED},
		{"the greeting's timeout", EMPTY, "O\nT 299999\n.\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_GREETING},
		{"a written one", "timeouts: {greeting: 1 s}", "O\nT 999\n.\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_GREETING},
		{"else", "timeouts: {else: 2 s}",
			HELLO "< MAIL FROM:<a@example.net>\nT 1999\n.\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_MAIL},
		{"a trickle does not help", "timeouts: {else: 2 s}",
			"O\nT 1500\n> 220-mx\nT 499\n> 220-mx\nT 1\nX\nOVER\n", OPEN,
			.result = PHONE_TIMED_OUT, .at = STEP_GREETING},
	};
	RUN_ALL(runs);
}

static void connecting(void)
{
	static const struct phone_run runs[] = {
		{"failed", EMPTY, "O refused\nOVER\n", OPEN, .messages = 2,
			.result = PHONE_NO_CONNECTION, .at = STEP_CONNECT},
		{"failed: hang", "reactions: {connect: {failed: hang}}", "O refused\nHOLD\n", OPEN,
			.messages = 2, .result = PHONE_HUNG, .at = STEP_CONNECT},
		{"failed: drop before hang", "reactions: {connect: {failed: [drop, hang]}}",
			"O refused\nOVER\n", OPEN, .result = PHONE_NO_CONNECTION,
			.at = STEP_CONNECT},
		{"next-address is passed over",
			"reactions: {connect: {failed: [next-address, quit, hang]}}",
			"O refused\nHOLD\n", OPEN, .result = PHONE_HUNG, .at = STEP_CONNECT},
		{"hung, and not tried again", "reactions: {connect: {failed: hang}}",
			"O refused\nT 100\nHOLD\n", .account = one_more, .result = PHONE_HUNG,
			.at = STEP_CONNECT},
		{"failed is no timeout", "reactions: {connect: {timeout: hang}}",
			"O refused\nOVER\n", OPEN, .result = PHONE_NO_CONNECTION,
			.at = STEP_CONNECT},
		{"timeout: hang", "reactions: {connect: {timeout: hang}}\ntimeouts: {connect: 1 s}",
			"T 1000\nHOLD\n", OPEN, .result = PHONE_HUNG, .at = STEP_CONNECT},
		{"the second connection fails",
			"reactions: {connect: {failed: hang}}\nflow: {per-connection: 1}",
			HELLO MESSAGE QUIT "X\nO refused\nHOLD\n", OPEN, .messages = 2, DELIVERED},
		{"a lost connection can hang too", "reactions: {mail: {lost: hang}}",
			HELLO "< MAIL FROM:<a@example.net>\nLOST\nHOLD\n", OPEN,
			.result = PHONE_HUNG, .at = STEP_MAIL},
	};
	RUN_ALL(runs);
}

#define ON_MAIL(action) "reactions: {mail: {5xx: " action "}}"
#define MAIL_REFUSED HELLO "< MAIL FROM:<a@example.net>\n> 550 no\n"
#define AT_MAIL .result = PHONE_REFUSED, .at = STEP_MAIL, .code = 550

static void actions(void)
{
	static const struct phone_run runs[] = {
		{"go-on", ON_MAIL("go-on"), MAIL_REFUSED RECIPIENT DATA BODY QUIT CLOSED, OPEN,
			DELIVERED},
		{"give-up", ON_MAIL("give-up"), MAIL_REFUSED MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, AT_MAIL},
		{"quit", ON_MAIL("quit"), MAIL_REFUSED QUIT CLOSED, OPEN, .messages = 2, AT_MAIL},
		{"drop", ON_MAIL("drop"), MAIL_REFUSED "X\nOVER\n", OPEN, .messages = 2, AT_MAIL},
		{"hang", ON_MAIL("hang"), MAIL_REFUSED "HOLD\n", OPEN, .result = PHONE_HUNG,
			.at = STEP_MAIL, .code = 550},
		{"impossible ones are passed over",
			ON_MAIL("[next-name, skip, helo, same-again, again, next-address, next-mechanism, quit-and-go-on]"),
			MAIL_REFUSED QUIT CLOSED, OPEN, AT_MAIL},
		{"again", ON_MAIL("[again, give-up]"),
			OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< MAIL FROM:<a@example.net>\n> 550 no\n" QUIT
			"X\n" OFFERING("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n" MESSAGE QUIT CLOSED,
			DELIVERED},
		{"again, but once", ON_MAIL("[again, give-up]"),
			OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< MAIL FROM:<a@example.net>\n> 550 no\n" QUIT
			"X\n" OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n< MAIL FROM:<a@example.net>\n> 550 no\n" QUIT CLOSED,
			AT_MAIL},
		{"what would be said on a silent line for ever",
			"reactions: {auth: {timeout: [same-again, quit]}}",
			OFFERING("> 250 AUTH PLAIN\n") PLAIN "T 300000\n" QUIT CLOSED,
			.result = PHONE_TIMED_OUT, .at = STEP_AUTH},
		{"a row's parent is asked", "reactions: {hello: {501: drop}}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 501 no\nX\nOVER\n",
			.account = plain_starttls, .result = PHONE_REFUSED, .at = STEP_HELLO,
			.code = 501},
		{"but the row before its parent",
			"reactions: {hello: {501: drop}, hello-for-tls: {else: quit}}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 501 no\n" QUIT CLOSED,
			.account = plain_starttls, .result = PHONE_REFUSED, .at = STEP_HELLO,
			.code = 501},
		{"a code before its class",
			"reactions: {mail: {550: drop, 5xx: quit, else: go-on}}",
			MAIL_REFUSED "X\nOVER\n", OPEN, AT_MAIL},
		{"several lines before the code", "reactions: {mail: {550-: drop, 550: quit}}",
			HELLO "< MAIL FROM:<a@example.net>\n> 550-no\n> 550 no\nX\nOVER\n", OPEN,
			AT_MAIL},
		{"a written else covers 421", "reactions: {mail: {else: give-up}}",
			HELLO "< MAIL FROM:<a@example.net>\n> 421 no\n" MESSAGE QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL,
			.code = 421},
		{"421 by default", EMPTY,
			HELLO "< MAIL FROM:<a@example.net>\n> 421 no\n" QUIT CLOSED, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL,
			.code = 421},
		{"none accepted, and DATA all the same",
			"reactions: {recipient: {none-accepted: go-on}}",
			HELLO REFUSED "< DATA\n> 554 no\n" QUIT CLOSED, OPEN,
			.result = PHONE_REFUSED, .at = STEP_DATA, .code = 554},
		{"go on after a refused greeting", "reactions: {greeting: {else: go-on}}",
			"O\n> 554 no\n" SAID("EHLO [192.0.2.7]") MESSAGE QUIT CLOSED, OPEN,
			DELIVERED},
		{"an early refusal of the body is heard", EMPTY,
			HELLO MAIL RECIPIENT
			"< DATA\n>> 354 go\\r\\n552 too big\\r\\n\nLOST\nX\nOVER\n",
			OPEN, .result = PHONE_REFUSED, .at = STEP_BODY, .code = 552},
	};
	RUN_ALL(runs);
}

static void broken_bodies(void)
{
	static const struct octets to = {(const uint8_t *)"b@example.org", 13};
	static struct phone_message message, whole;
	message = phone_fixture_message(&to, PHONE_CONTENT);
	message.break_body_at = 5;
	whole = phone_fixture_message(&to, "abc");
	whole.break_body_at = 3;
	const struct phone_run runs[] = {
		{"drop", EMPTY, BEFORE_DATA "w Subje\nX\nOVER\n", OPEN, .message = &message,
			.result = PHONE_BROKEN, .at = STEP_BODY},
		{"at its very end", EMPTY, BEFORE_DATA "w abc\nX\nOVER\n", OPEN, .message = &whole,
			.result = PHONE_BROKEN, .at = STEP_BODY},
		{"quit inside DATA", "reactions: {body: {broken: quit}}",
			BEFORE_DATA "w Subje\nw QUIT\\r\\n\nEND\nX\nOVER\n", OPEN,
			.message = &message, .result = PHONE_BROKEN, .at = STEP_BODY},
	};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(writes_and_data)                                                                         \
	T(replies)                                                                                 \
	T(flights) T(envelope) T(outbox) T(connecting) T(time_passes) T(actions) T(broken_bodies)
CHECK_MAIN("phone keys", TESTS)
