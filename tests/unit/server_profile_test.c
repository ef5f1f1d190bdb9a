/* What each key of a server profile does to the conversation. */
#include "server_talk.h"

static const struct server_settings plain = {.message_max = 100000};
static const struct server_settings with_tls = {.message_max = 100000, .tls_available = true};

static void replies_are_said_as_written(void)
{
	static const struct talk talks[] = {
		{"a list", "replies: {greeting: [\"220 a\", b, \"220 c\"]}\n", "",
			"220-a\n220-b\n220 c\n"},
		{"a code on every line", "replies: {greeting: [\"220-a\", \"220 b\"]}\n", "",
			"220-a\n220 b\n"},
		{"three digits alone", "replies: {greeting: \"220\"}\n", "", "220\n"},
		{"three digits and a blank", "replies: {greeting: \"220 \"}\n", "", "220 \n"},
		{"a reply without an end", "replies: {greeting: \"220-a\"}\n", "", "220-a\n"},
		{"no code at all", "replies: {greeting: \"hello\"}\n", "", "hello\n"},
		{"another code inside", "replies: {greeting: [\"220 a\", \"550 b\"]}\n", "",
			"220-a\n220 550 b\n"},
		{"line end", "replies: {greeting: \"220 a\", line-end: lf}\n", "", "220 a<LF>"},
		{"no offers: one line", "offers: []\n", EHLO,
			"220 mx.example.net ESMTP\n250 mx.example.net Hello a.example\n"},
		{"offers as written",
			"offers: [\"auth login plain\", \"XSECURITY=NONE,STARTTLS\"]\n", EHLO,
			"220 mx.example.net ESMTP\n250-mx.example.net Hello a.example\n"
			"250-auth login plain\n250 XSECURITY=NONE,STARTTLS\n"},
		{"variables",
			"host: me\nreplies: {greeting: \"220 {host} {client}\", "
			"ehlo: \"[{name}]\", mail: \"250 {sender} {\", recipient: \"250 {recipient} {time}\"}\n"
			"offers: [\"AUTH PLAIN\"]\n",
			EHLO PLAIN "MAIL FROM:<me@b.c>\r\n" RCPT,
			"220 me 192.0.2.7\n250-[a.example]\n250 AUTH PLAIN\n"
			"235 2.7.0 Authentication succeeded\n250 me@b.c {\n"
			"250 d@e.f 1187258656\n"},
		{"what a client says is made safe",
			"replies: {greeting: \"220 a\"}\nrefuses: {any: {8bit: none}, hello: {no-name: none, blank-inside: \"501 {name}\"}}\n",
			"EHLO a\rb\x02\x7f\x9b[2J {host}\r\n", "220 a\n501 a?b???[2J {host}\n"},
		{"a greeting that refuses", "replies: {greeting: \"554 no\"}\n",
			EHLO "NOOP\r\nQUIT\r\n",
			"554 no\n503 5.5.1 There is no service here\n503 5.5.1 There is no service here\n"
			"221 2.0.0 mx.example.net closes the connection\n[closed]"},
		{"a greeting that refuses and closes",
			"replies: {greeting: {reply: \"421 full\", then: close}}\n", EHLO,
			"421 full\n[closed]"},
	};
	PLAY(talks, plain);
}

/* {name} of an octet too many, and a very long one: a reply line stays a line. */
static void an_echo_is_never_long(void)
{
	struct profile *profile = talk_load(
		"replies: {greeting: \"220\"}\nrefuses: {hello: {underscore: \"501 {name}\"}}\n");
	struct stand stand;
	struct buffer line;
	buffer_init(&line, &memory_standard, 1000);
	buffer_append_text(&line, "EHLO _");
	while (line.len < 500)
		buffer_append_byte(&line, 'x');
	buffer_append_text(&line, "\r\n");
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, buffer_octets(&line));
	CHECK_INT(stand.heard.len, 4 + 4 + 256 + 1);
	stand_close(&stand);
	buffer_free(&line);
	profile_free(profile);
}

static void refusals_are_asked_in_order(void)
{
	static const struct talk talks[] = {
		{"written first, in the order written",
			BRIEF
			"refuses: {recipient: {no-auth: \"530 auth\", no-mail: \"503 mail\"}}\n",
			RCPT, "220 hi\n530 auth\n"},
		{"the other way round",
			BRIEF
			"refuses: {recipient: {no-mail: \"503 mail\", no-auth: \"530 auth\"}}\n",
			RCPT, "220 hi\n503 mail\n"},
		{"before the default table", BRIEF "refuses: {mail: {no-brackets: \"553 no\"}}\n",
			"MAIL FROM:a@b.c\r\n", "220 hi\n553 no\n"},
		{"none", BRIEF "refuses: {mail: {no-hello: none, no-auth: none}}\n", MAIL,
			"220 hi\n250 mail\n"},
		{"one verb is allowed what any is not", BRIEF "refuses: {noop: {8bit: none}}\n",
			"NOOP \xe9\r\nHELP \xe9\r\n",
			"220 hi\n250 noop\n500 5.5.2 A command is ASCII\n"},
		{"asked late: the name at MAIL",
			BRIEF
			"refuses: {hello: {one-word: none}, mail: {one-word: \"450 name\"}}\n",
			"EHLO a\r\n" PLAIN MAIL EHLO MAIL,
			"220 hi\n" LOGGED_IN "450 name\n" HI "250 mail\n"},
		{"said with 250, yet not done",
			BRIEF "refuses: {recipient: {duplicate: \"250 again\"}}\n",
			EHLO PLAIN MAIL RCPT RCPT,
			"220 hi\n" LOGGED_IN "250 mail\n250 rcpt\n250 again\n"},
		{"a line too many ends it", BRIEF "refuses: {any: {bare-lf: {then: hang}}}\n",
			"NOOP\r\nNOOP\nNOOP\r\n", "220 hi\n250 noop\n[hung]"},
	};
	PLAY(talks, plain);
}

/* Every condition that can be had without TLS: what says it, and what does not. */
static void conditions_hold_where_they_should(void)
{
#define AT(verb, condition, yes, no)                                                               \
	{verb "." condition, BRIEF "refuses: {" verb ": {" condition ": \"599 no\"}}\n", yes,      \
		"599 no"},                                                                         \
	{                                                                                          \
		verb "." condition " does not hold",                                               \
			BRIEF "refuses: {" verb ": {" condition ": \"599 no\"}}\n", no, NULL       \
	}
#define IN EHLO PLAIN
	static const struct talk talks[] = {
		AT("hello", "untagged-ipv6", "EHLO [2001:db8::7]\r\n",
			"EHLO [IPv6:2001:db8::7]\r\n"),
		AT("hello", "tag-case", "EHLO [ipv6:2001:db8::7]\r\n",
			"EHLO [IPv6:2001:db8::7]\r\n"),
		AT("hello", "mapped-ipv4", "EHLO [::ffff:192.0.2.7]\r\n", "EHLO [192.0.2.7]\r\n"),
		AT("hello", "bare-address", "EHLO 192.0.2.7\r\n", "EHLO [192.0.2.7]\r\n"),
		AT("hello", "one-word", "EHLO phone\r\n", "EHLO phone.example\r\n"),
		AT("hello", "localhost-name", "EHLO localhost.localdomain\r\n",
			"EHLO localhos.t\r\n"),
		AT("hello", "not-mine", "EHLO [192.0.2.8]\r\n", "EHLO [192.0.2.7]\r\n"),
		AT("hello", "again", EHLO EHLO, EHLO),
		AT("auth", "no-tls", IN, EHLO),
		AT("auth", "lower-case", EHLO "AUTH login\r\n", EHLO "auth LOGIN\r\n"),
		AT("auth", "initial-response", EHLO "AUTH PLAIN =\r\n", EHLO "AUTH PLAIN\r\n"),
		AT("auth", "no-initial-response", EHLO "AUTH PLAIN\r\n", EHLO "AUTH PLAIN =\r\n"),
		AT("mail", "unqualified", IN "MAIL FROM:<a>\r\n", IN MAIL),
		AT("mail", "null", IN "MAIL FROM:<>\r\n", IN MAIL),
		AT("mail", "not-owner", IN MAIL, IN "MAIL FROM:<phone@b.c>\r\n"),
		AT("mail", "auth-parameter", IN "MAIL FROM:<a@b.c> AUTH=<>\r\n", IN MAIL),
		AT("mail", "no-tls", IN MAIL, IN),
		AT("recipient", "duplicate", IN MAIL RCPT "RCPT TO:<D@e.F>\r\n",
			IN MAIL RCPT "RCPT TO:<D@e.g>\r\n"),
		AT("reset", "no-hello", "RSET\r\n", EHLO "RSET\r\n"),
		AT("noop", "argument", "NOOP x\r\n", "NOOP \r\n"),
		AT("end", "no-message-id",
			IN MAIL RCPT DATA "Subject: x\r\n\r\nMessage-ID: y\r\n.\r\n",
			IN MAIL RCPT DATA "Subject: x\r\nmessage-id: y\r\n.\r\n"),
		AT("end", "raw-8bit-header", IN MAIL RCPT DATA "Subject: \xe9\r\n\r\n.\r\n",
			IN MAIL RCPT DATA "Subject: x\r\n\r\n\xe9\r\n.\r\n"),
	};
	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
		struct profile *profile = talk_load(talks[i].profile);
		struct stand stand;
		CHECK_CASE("%s", talks[i].name);
		stand_open(&stand, profile_server(profile), plain);
		stand_play(&stand, octets_of(talks[i].script));
		CHECK_INT(strstr(stand_heard(&stand), "599 no") != NULL, talks[i].want != NULL);
		stand_close(&stand);
		profile_free(profile);
	}
}

/* RFC 2920: octets before the reply are early where PIPELINING is not offered. */
static void early_octets_are_seen(void)
{
	static const char early[] =
		BRIEF "refuses: {any: {early: {reply: \"554 early\", then: close}}}\n";
	struct profile *profile = talk_load(early);
	struct stand stand;
	CHECK_CASE("before the greeting has left");
	stand_open(&stand, profile_server(profile), plain);
	stand_say(&stand, octets_of(EHLO));
	CHECK_TEXT(stand_heard(&stand), "220 hi\n554 early\n[closed]");
	stand_close(&stand);
	CHECK_CASE("after it");
	stand_open(&stand, profile_server(profile), plain);
	stand_settle(&stand);
	stand_say(&stand, octets_of(EHLO));
	stand_say(&stand, octets_of("NOOP\r\nNOOP\r\n"));
	CHECK_TEXT(stand_heard(&stand), "220 hi\n" HI "250 noop\n554 early\n[closed]");
	stand_close(&stand);
	profile_free(profile);
	CHECK_CASE("where PIPELINING is offered");
	profile = talk_load("offers: [PIPELINING]\nrefuses: {any: {early: \"554 early\"}}\n");
	stand_open(&stand, profile_server(profile), plain);
	stand_settle(&stand);
	stand_say(&stand, octets_of("HELO a.b\r\nNOOP\r\n"));
	stand_forget(&stand);
	stand_say(&stand, octets_of(EHLO));
	stand_say(&stand, octets_of("NOOP\r\nNOOP\r\n"));
	CHECK_TEXT(stand_heard(&stand),
		"250-mx.example.net Hello a.example\n250 PIPELINING\n250 2.0.0 Ok\n250 2.0.0 Ok\n");
	stand_close(&stand);
	profile_free(profile);
}

static void events_make_it_forget(void)
{
#define FORGETS(what) BRIEF "forgets: {" what "}\n"
	static const struct talk talks[] = {
		{"authentication on reset", FORGETS("authentication: [reset]"),
			EHLO PLAIN "RSET\r\n" MAIL PLAIN,
			"220 hi\n" LOGGED_IN
			"250 reset\n530 5.7.0 Authentication required\n235 in\n"},
		{"login on reset", FORGETS("login: [reset]"), EHLO PLAIN "RSET\r\n" PLAIN MAIL,
			"220 hi\n" LOGGED_IN "250 reset\n235 in\n250 mail\n"},
		{"right on hello", FORGETS("right: [hello]"), EHLO PLAIN EHLO MAIL PLAIN,
			"220 hi\n" LOGGED_IN HI "530 5.7.0 Authentication required\n"
			"503 5.5.1 Already authenticated\n"},
		{"authentication on hello", FORGETS("authentication: [hello]"),
			EHLO PLAIN EHLO MAIL,
			"220 hi\n" LOGGED_IN HI "530 5.7.0 Authentication required\n"},
		{"authentication on helo, not on hello", FORGETS("authentication: [helo]"),
			EHLO PLAIN EHLO MAIL "HELO a.b\r\n" MAIL,
			"220 hi\n" LOGGED_IN HI "250 mail\n250 mx.example.net\n"
			"530 5.7.0 Authentication required\n"},
		{"authentication on end", FORGETS("authentication: [end]"),
			EHLO PLAIN MAIL RCPT DATA ".\r\n" MAIL,
			"220 hi\n" LOGGED_IN "250 mail\n250 rcpt\n354 data\n[stored]250 end\n"
			"530 5.7.0 Authentication required\n"},
		{"authentication on refused", FORGETS("authentication: [refused]"),
			EHLO PLAIN "NOPE\r\n" MAIL,
			"220 hi\n" LOGGED_IN "500 what\n530 5.7.0 Authentication required\n"},
		{"authentication on auth", FORGETS("authentication: [auth]"), EHLO PLAIN MAIL,
			"220 hi\n" LOGGED_IN "530 5.7.0 Authentication required\n"},
		{"hello on reset", FORGETS("hello: [reset]"), EHLO PLAIN "RSET\r\n" MAIL,
			"220 hi\n" LOGGED_IN "250 reset\n503 5.5.1 EHLO or HELO first\n"},
		{"transaction on mail", FORGETS("transaction: [mail]"), EHLO PLAIN MAIL RCPT,
			"220 hi\n" LOGGED_IN "250 mail\n503 5.5.1 MAIL first\n"},
		{"transaction not on reset", FORGETS("transaction: []"),
			EHLO PLAIN MAIL "RSET\r\n" MAIL,
			"220 hi\n" LOGGED_IN
			"250 mail\n250 reset\n503 5.5.1 A transaction is open already\n"},
	};
	PLAY(talks, plain);
}

static void tls_is_forgotten_too(void)
{
#define TLS_OFFERS                                                                                 \
	"offers: [STARTTLS]\nreplies: {greeting: \"220\", ehlo: \"hi\", reset: \"250 reset\", starttls: \"220 go\"}\n"
	static const struct talk talks[] = {
		{"starttls on reset: no longer offered, no longer taken",
			TLS_OFFERS "forgets: {starttls: [reset]}\n",
			EHLO "RSET\r\n" EHLO "STARTTLS\r\n",
			"220\n250-hi\n250 STARTTLS\n250 reset\n250 hi\n454 4.7.0 TLS not available\n"},
		{"tls on reset: offered again inside TLS, where it cannot be had",
			TLS_OFFERS "forgets: {tls: [reset]}\n",
			EHLO "STARTTLS\r\n" STAND_PAUSE EHLO "RSET\r\n" EHLO "STARTTLS\r\n",
			"220\n250-hi\n250 STARTTLS\n220 go\n[tls]250 hi\n250 reset\n250-hi\n250 STARTTLS\n"
			"454 4.7.0 TLS not available\n"},
		{"other offers inside TLS",
			"offers: [STARTTLS]\noffers-in-tls: [\"AUTH PLAIN\"]\noffers-after-auth: [AUTH]\n"
			"replies: {greeting: \"220\", ehlo: \"hi\", starttls: \"220 go\", auth-ok: \"235 in\", unknown: \"500 what\"}\n",
			EHLO PLAIN "STARTTLS\r\n" STAND_PAUSE EHLO PLAIN EHLO PLAIN,
			"220\n250-hi\n250 STARTTLS\n500 what\n220 go\n[tls]250-hi\n250 AUTH PLAIN\n235 in\n"
			"250-hi\n250 AUTH\n503 5.5.1 Already authenticated\n"},
		{"hello kept over STARTTLS: the new one is missed",
			"forgets: {hello: []}\noffers: [STARTTLS, \"AUTH PLAIN\"]\n"
			"replies: {greeting: \"220\", ehlo: \"hi\", starttls: \"220 go\", auth-ok: \"235 in\"}\n",
			EHLO "STARTTLS\r\n" STAND_PAUSE PLAIN EHLO PLAIN,
			"220\n250-hi\n250-STARTTLS\n250 AUTH PLAIN\n220 go\n[tls]503 5.5.1 EHLO again after STARTTLS\n"
			"250-hi\n250 AUTH PLAIN\n235 in\n"},
		{"octets behind STARTTLS, taken as said inside TLS",
			TLS_OFFERS "refuses: {starttls: {octets-behind: none}}\n"
				   "tls: {octets-behind: obey}\n",
			EHLO "STARTTLS\r\nRSET\r\n",
			"220\n250-hi\n250 STARTTLS\n220 go\n[tls]250 reset\n"},
		{"RST instead of a handshake", TLS_OFFERS "faults: [{at: starttls, then: rst}]\n",
			EHLO "STARTTLS\r\n", "220\n250-hi\n250 STARTTLS\n220 go\n[reset]"},
	};
	PLAY(talks, with_tls);
}

static void data_may_be_read_in_other_ways(void)
{
#define OPENED EHLO PLAIN MAIL RCPT DATA
#define OPENED_OK "220 hi\n" LOGGED_IN "250 mail\n250 rcpt\n354 data\n"
	static const struct talk talks[] = {
		{"keep", BRIEF "data: {bare-lf: keep}\n", OPENED "a\n.\nb\r\n.\r\n",
			OPENED_OK "[stored]250 end\n"},
		{"repair", BRIEF "data: {bare-lf: repair}\n", OPENED "a\n.\nb\r\n.\r\n",
			OPENED_OK "[stored]250 end\n"},
		{"too big is read to its end", "offers: [\"SIZE 5\", \"AUTH PLAIN\"]\n",
			OPENED "12345\r\n.\r\nNOOP\r\n",
			"220 mx.example.net ESMTP\n250-mx.example.net Hello a.example\n250-SIZE 5\n250 AUTH PLAIN\n"
			"235 2.7.0 Authentication succeeded\n250 2.1.0 Sender ok\n250 2.1.5 Recipient ok\n"
			"354 End the message with a dot on a line of its own\n552 5.3.4 Message too big\n"
			"250 2.0.0 Ok\n"},
		{"nobody, yet DATA", BRIEF "refuses: {data: {no-recipient: none}}\n",
			EHLO PLAIN MAIL DATA ".\r\n",
			"220 hi\n" LOGGED_IN "250 mail\n354 data\n554 5.5.1 No valid recipients\n"},
	};
	PLAY(talks, plain);
}

/* As most servers since 2011: in its flight, or before the handshake. */
static void octets_behind_starttls_may_be_thrown_away(void)
{
	struct profile *profile =
		talk_load(TLS_OFFERS "refuses: {starttls: {octets-behind: none}}\n");
	struct stand stand;
	for (int before = 0; before < 2; before++) {
		CHECK_CASE(before ? "before the 220 has left" : "in one flight");
		stand_open(&stand, profile_server(profile), with_tls);
		stand_play(&stand, octets_of(EHLO));
		stand_forget(&stand);
		stand.deaf = before != 0;
		stand_say(&stand, octets_of(before ? "STARTTLS\r\n" : "STARTTLS\r\nRSET\r\nNO"));
		if (before)
			stand_say(&stand, octets_of("RSET\r\nNO"));
		stand.deaf = false;
		stand_settle(&stand);
		CHECK_TEXT(stand_heard(&stand), "220 go\n[tls]");
		stand_forget(&stand);
		stand_say(&stand, octets_of(EHLO));
		CHECK_TEXT(stand_heard(&stand), "250 hi\n");
		stand_close(&stand);
	}
	profile_free(profile);
}

/* CVE-2023-51764 to -51766: each reading ends at its own dot, and only there. */
static void messages_may_end_too_early(void)
{
#define ENDS(ends) BRIEF "data: {bare-lf: keep, also-ends: [" ends "]}\n"
#define ALL_DOTS "1\n.\n2\r.\r3\n.\r\n4\r\n.\n5\r\n.\r\n"
#define SEEN OPENED_OK "[stored]250 end\n"
	static const struct {
		const char *name, *profile, *said, *stored, *heard;
	} rows[] = {
		{"none", ENDS(""), ALL_DOTS, "1\n.\n2\r.\r3\n.\r\n4\r\n\n5\r\n", SEEN},
		{"lf.lf", ENDS("lf.lf"), "1\n..a\n.\nNOOP\r\n", "1\n.a\n", SEEN "250 noop\n"},
		{"lf.lf and no other", ENDS("lf.lf"), "2\r.\r3\n.\r\n4\r\n.\n5\r\n.\r\n",
			"2\r.\r3\n.\r\n4\r\n\n5\r\n", SEEN},
		{"lf.crlf", ENDS("lf.crlf"), "1\n.\r\nNOOP\r\n", "1\n", SEEN "250 noop\n"},
		{"lf.crlf and no other", ENDS("lf.crlf"), "2\r.\r4\r\n.\n5\r\n.\r\n",
			"2\r.\r4\r\n\n5\r\n", SEEN},
		{"crlf.lf", ENDS("crlf.lf"), "1\n.\n2\r.\r3\n.\r\n4\r\n.\nNOOP\r\n",
			"1\n.\n2\r.\r3\n.\r\n4\r\n", SEEN "250 noop\n"},
		{"cr.cr", ENDS("cr.cr"), "1\n.\n2\r.\rNOOP\r\n", "1\n.\n2\r", SEEN "250 noop\n"},
		{"all, and the true end", ENDS("lf.lf, lf.crlf, crlf.lf, cr.cr"),
			"1\r2\n3\r\n..\r\n.\r\n", "1\r2\n3\r\n.\r\n", SEEN},
		{"not where LF is refused: neither message goes through",
			BRIEF "data: {also-ends: [crlf.lf]}\n", "1\r\n.\nNOOP\r\n", NULL,
			OPENED_OK "554 5.6.0 A line of the message ends in LF alone\n250 noop\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile = talk_load(rows[i].profile);
		struct stand stand;
		char stored[200] = "";
		CHECK_CASE("%s", rows[i].name);
		if (rows[i].stored != NULL)
			snprintf(stored, sizeof stored, "a@b.c d@e.f\n%s", rows[i].stored);
		stand_open(&stand, profile_server(profile), plain);
		stand_play(&stand, octets_of(OPENED));
		stand_play(&stand, octets_of(rows[i].said));
		CHECK_TEXT(stand_heard(&stand), rows[i].heard);
		CHECK_TEXT(buffer_string(&stand.stored), stored);
		stand_close(&stand);
		profile_free(profile);
	}
}

static void data_may_depend_on_chunks(void)
{
	struct profile *profile = talk_load(BRIEF "data: {dot: one-chunk}\n");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, octets_of(OPENED));
	stand_forget(&stand);
	stand_say(&stand, octets_of("one\r\n"));
	stand_say(&stand, octets_of(".\r\n"));
	stand_say(&stand, octets_of("two\r\n."));
	stand_say(&stand, octets_of("\r\n"));
	CHECK_TEXT(stand_heard(&stand), "");
	stand_say(&stand, octets_of("three\r\n.\r\n"));
	CHECK_TEXT(stand_heard(&stand), "[stored]250 end\n");
	CHECK_TEXT(buffer_string(&stand.stored), "a@b.c d@e.f\none\r\n.\r\ntwo\r\n.\r\nthree\r\n");
	stand_close(&stand);
	profile_free(profile);

	profile = talk_load(BRIEF "data: {command-end: cr, bare-lf: keep}\n");
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, octets_of(EHLO PLAIN MAIL RCPT));
	stand_forget(&stand);
	stand_say(&stand, octets_of("DATA\r"));
	stand_say(&stand, octets_of("\none\r\n.\r\n"));
	CHECK_TEXT(stand_heard(&stand), "354 data\n[stored]250 end\n");
	CHECK_TEXT(buffer_string(&stand.stored), "a@b.c d@e.f\n\none\r\n");
	stand_close(&stand);
	profile_free(profile);
}

static void faults_happen_where_they_are_put(void)
{
#define FAULT(fault) BRIEF "faults: [{" fault "}]\n"
#define THREE "NOOP\r\nNOOP\r\nNOOP\r\n"
	static const struct talk talks[] = {
		{"reply", FAULT("at: noop, reply: \"450 not now\""), THREE,
			"220 hi\n450 not now\n250 noop\n250 noop\n"},
		{"nth", FAULT("at: noop, nth: 2, reply: \"450 not now\""), THREE,
			"220 hi\n250 noop\n450 not now\n250 noop\n"},
		{"times", FAULT("at: noop, times: 2, reply: \"450 not now\""), THREE,
			"220 hi\n450 not now\n450 not now\n250 noop\n"},
		{"ever after", FAULT("at: noop, nth: 2, times: 0, reply: \"450 not now\""), THREE,
			"220 hi\n250 noop\n450 not now\n450 not now\n"},
		{"any", FAULT("at: any, nth: 2, reply: [\"450 not\", now]"), "RSET\r\n" THREE,
			"220 hi\n250 reset\n450-not\n450 now\n250 noop\n250 noop\n"},
		{"greeting", FAULT("at: greeting, reply: \"421 no\", then: close"), THREE,
			"421 no\n[closed]"},
		{"ehlo loses its list", FAULT("at: hello, reply: \"451 later\""), EHLO MAIL,
			"220 hi\n451 later\n503 5.5.1 EHLO or HELO first\n"},
		{"a refused recipient is none", FAULT("at: recipient, reply: \"450 later\""),
			EHLO PLAIN MAIL RCPT "DATA\r\n",
			"220 hi\n" LOGGED_IN
			"250 mail\n450 later\n554 5.5.1 No valid recipients\n"},
		{"a refused login is none", FAULT("at: auth, reply: \"454 later\""),
			EHLO PLAIN MAIL,
			"220 hi\n" HI "454 later\n530 5.7.0 Authentication required\n"},
		{"no body behind a refused DATA", FAULT("at: data, reply: \"451 later\""),
			EHLO PLAIN MAIL RCPT "DATA\r\nNOOP\r\n",
			"220 hi\n" LOGGED_IN "250 mail\n250 rcpt\n451 later\n250 noop\n"},
		{"a refused message is not stored", FAULT("at: end, reply: \"451 later\""),
			OPENED ".\r\n" MAIL, OPENED_OK "451 later\n250 mail\n"},
		{"drop: done, and nothing is said", FAULT("at: end, then: drop"), OPENED ".\r\n",
			OPENED_OK "[stored][no-bye]"},
		{"hang: nothing is said", FAULT("at: reset, then: hang"),
			"NOOP\r\nRSET\r\nNOOP\r\n", "220 hi\n250 noop\n[hung]"},
		{"rst", FAULT("at: noop, then: rst"), THREE, "220 hi\n250 noop\n[reset]"},
		{"close", FAULT("at: noop, then: close"), THREE, "220 hi\n250 noop\n[closed]"},
		{"cut", FAULT("at: noop, cut: 3"), "NOOP\r\nRSET\r\n", "220 hi\n250250 reset\n"},
		{"cut and closed", FAULT("at: noop, cut: 3, then: close"), THREE,
			"220 hi\n250[closed]"},
		{"two faults",
			BRIEF
			"faults: [{at: noop, reply: \"450 a\"}, {at: any, nth: 2, reply: \"450 b\"}]\n",
			THREE, "220 hi\n450 a\n450 b\n250 noop\n"},
	};
	PLAY(talks, plain);
}

static void a_split_reply_leaves_in_pieces(void)
{
	struct profile *profile = talk_load(BRIEF "faults: [{at: noop, split: [1, 0, 4, 100]}]\n");
	struct octets piece;
	struct stand stand;
	static const char *const pieces[] = {
		"250 reset\r\n", "2", "50 n", "oop\r\n", "250 reset\r\n"};
	stand_open(&stand, profile_server(profile), plain);
	stand_settle(&stand);
	stand.deaf = true;
	stand_say(&stand, octets_of("RSET\r\nNOOP\r\nRSET\r\n"));
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		CHECK_INT(stand.player->ops->outgoing(stand.player, &piece, 1), 1);
		CHECK_OCTETS(piece, octets_of(pieces[i]));
		stand.player->ops->sent(stand.player, piece.len, stand.now_ms);
	}
	CHECK_INT(stand.player->ops->outgoing(stand.player, &piece, 1), 0);
	stand_close(&stand);
	profile_free(profile);
}

static void a_ban_is_told_to_the_listener(void)
{
	struct profile *profile = talk_load(BRIEF "limits: {unknown: {count: 1, then: ban}}\n");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, octets_of("NOPE\r\n"));
	CHECK(!server_wants_ban(stand.server));
	stand_play(&stand, octets_of("NOPE\r\nNOPE\r\n"));
	CHECK_TEXT(stand_heard(&stand), "220 hi\n500 what\n500 what\n[closed]");
	CHECK(server_wants_ban(stand.server));
	stand_close(&stand);
	profile_free(profile);
}

static void replies_may_be_late(void)
{
	struct profile *profile = talk_load(BRIEF
		"faults: [{at: noop, delay: 2 s}, {at: end, delay: 601 s}]\nlimits: {idle: {count: 900 s}}\n");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_settle(&stand);
	stand_say(&stand, octets_of("RSET\r\nNOOP\r\nRSET\r\n"));
	CHECK_TEXT(stand_heard(&stand), "220 hi\n250 reset\n");
	CHECK_INT(stand.player->ops->deadline_ms(stand.player), 1000 + 2000);
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_RECEIVE);
	stand.player->ops->tick(stand.player, 2999);
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_RECEIVE);
	CHECK(stand_pass(&stand, 2000));
	CHECK_TEXT(stand_heard(&stand), "220 hi\n250 reset\n250 noop\n250 reset\n");
	stand_play(&stand, octets_of(EHLO PLAIN MAIL RCPT DATA));
	stand_forget(&stand);
	stand_say(&stand, octets_of(".\r\nNOOP\r\n"));
	CHECK_TEXT(stand_heard(&stand), "[stored]");
	CHECK_INT(stand.player->ops->deadline_ms(stand.player), 3000 + 601 * 1000);
	/* Whoever goes away is not kept waiting: what is left is said to nobody. */
	stand.player->ops->ended(stand.player, PLAYER_ENDED, 4000);
	stand_settle(&stand);
	CHECK_TEXT(stand_heard(&stand), "[stored]250 end\n250 noop\n[closed]");
	stand_close(&stand);
	profile_free(profile);
}

/* Whose login is forgotten is not named to whoever stores the message. */
static void a_forgotten_user_is_not_named(void)
{
	struct profile *profile =
		talk_load(BRIEF "forgets: {authentication: [reset]}\n"
				"refuses: {mail: {no-auth: none}, recipient: {no-auth: none}}\n");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, octets_of(EHLO PLAIN MAIL RCPT DATA ".\r\n"));
	CHECK_TEXT(stand.user, "phone");
	stand_play(&stand, octets_of("RSET\r\n" MAIL RCPT DATA ".\r\n"));
	CHECK_TEXT(stand.user, "");
	CHECK_INT(server_messages(stand.server), 2);
	stand_close(&stand);
	profile_free(profile);
}

static void nobody_is_kept_waiting_who_has_gone(void)
{
	struct profile *profile = talk_load(BRIEF "faults: [{at: noop, times: 0, delay: 2 s}]\n");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_say(&stand, octets_of("NOOP\r\nNOOP\r\nRSET\r\n"));
	CHECK_TEXT(stand_heard(&stand), "220 hi\n");
	stand_settle(&stand);
	stand.player->ops->ended(stand.player, PLAYER_ENDED, stand.now_ms);
	stand_settle(&stand);
	CHECK_TEXT(stand_heard(&stand), "220 hi\n250 noop\n250 noop\n250 reset\n[closed]");
	stand_close(&stand);
	profile_free(profile);
}

#define TESTS(T)                                                                                   \
	T(replies_are_said_as_written)                                                             \
	T(an_echo_is_never_long)                                                                   \
	T(refusals_are_asked_in_order)                                                             \
	T(conditions_hold_where_they_should)                                                       \
	T(early_octets_are_seen)                                                                   \
	T(events_make_it_forget)                                                                   \
	T(tls_is_forgotten_too)                                                                    \
	T(data_may_be_read_in_other_ways)                                                          \
	T(octets_behind_starttls_may_be_thrown_away)                                               \
	T(messages_may_end_too_early)                                                              \
	T(data_may_depend_on_chunks)                                                               \
	T(faults_happen_where_they_are_put)                                                        \
	T(a_split_reply_leaves_in_pieces)                                                          \
	T(a_ban_is_told_to_the_listener)                                                           \
	T(replies_may_be_late)                                                                     \
	T(a_forgotten_user_is_not_named)                                                           \
	T(nobody_is_kept_waiting_who_has_gone)
CHECK_MAIN("server_profile", TESTS)
