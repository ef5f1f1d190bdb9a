/* The server with the empty profile: strict, correct, and the same however the octets are cut. */
#include "base64.h"
#include "digest.h"
#include "server_stand.h"

static struct profile *correct;
static const struct server_settings plain = {.message_max = 100000};
static const struct server_settings with_tls = {.message_max = 100000, .tls_available = true};

static const struct server_profile *profile(void)
{
	struct buffer errors;
	if (correct == NULL) {
		correct = fixture_load(PROFILE_SERVER, "name: correct\n", NULL, &errors);
		CHECK_TEXT(buffer_string(&errors), "");
		buffer_free(&errors);
	}
	return profile_server(correct);
}

#define PLAIN "AUTH PLAIN AHBob25lAHNlY3JldA==\r\n" /* NUL phone NUL secret */
#define EHLO "EHLO phone.example.org\r\n"
#define LIST_START                                                                                 \
	"250-mx.example.net Hello phone.example.org\n250-PIPELINING\n250-8BITMIME\n250-SIZE 26214400\n250-ENHANCEDSTATUSCODES\n"
#define LIST LIST_START "250 AUTH PLAIN LOGIN CRAM-MD5\n"
#define LIST_TLS LIST_START "250-STARTTLS\n250 AUTH PLAIN LOGIN CRAM-MD5\n"
#define IN_OK "235 2.7.0 Authentication succeeded\n"
#define MAIL "MAIL FROM:<phone@example.org>\r\n"
#define RCPT "RCPT TO:<someone@example.org>\r\n"
#define MAIL_OK "250 2.1.0 Sender ok\n"
#define RCPT_OK "250 2.1.5 Recipient ok\n"
#define DATA_OK "354 End the message with a dot on a line of its own\n"
#define OK "250 2.0.0 Ok\n"
#define BYE "221 2.0.0 mx.example.net closes the connection\n[closed]"
#define UNKNOWN "500 5.5.2 Command not recognised\n"
#define GREETING "220 mx.example.net ESMTP\n"
#define SEQUENCE_HELLO "503 5.5.1 EHLO or HELO first\n"

struct talk {
	const char *name, *script, *want;
};

/* Plays a script whole, octet by octet and at seeded cuts; the greeting is not part of `want`. */
static void play(const struct talk *row, struct server_settings settings, const char *stored)
{
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		struct stand stand;
		stand_open(&stand, profile(), settings);
		stand.cut = (enum stand_cut)cut;
		stand_settle(&stand);
		CHECK_CASE("%s, cut %d", row->name, cut);
		CHECK_TEXT(stand_heard(&stand), GREETING);
		stand_forget(&stand);
		stand_play(&stand, octets_of(row->script));
		CHECK_TEXT(stand_heard(&stand), row->want);
		if (stored != NULL)
			CHECK_TEXT(buffer_string(&stand.stored), stored);
		stand_close(&stand);
	}
}

static void play_all(const struct talk *rows, size_t count, struct server_settings settings)
{
	for (size_t i = 0; i < count; i++)
		play(&rows[i], settings, NULL);
}

static void takes_what_is_right(void)
{
	static const struct talk rows[] = {
		{"EHLO", EHLO, LIST},
		{"EHLO, lower case", "ehlo phone.example.org\r\n", LIST},
		{"EHLO, literal", "EHLO [192.0.2.7]\r\n",
			"250-mx.example.net Hello [192.0.2.7]\n250-PIPELINING\n250-8BITMIME\n"
			"250-SIZE 26214400\n250-ENHANCEDSTATUSCODES\n250 AUTH PLAIN LOGIN CRAM-MD5\n"},
		{"HELO", "HELO [IPv6:2001:db8::7]\r\n", "250 mx.example.net\n"},
		{"EHLO, blank at the end", "EHLO phone.example.org \r\n", LIST},
		{"NOOP", "NOOP\r\n", OK},
		{"NOOP with a word (RFC 5321 4.1.1.9)", "NOOP are you there\r\n", OK},
		{"RSET before EHLO", "RSET\r\n", OK},
		{"VRFY", "VRFY phone\r\n",
			"252 2.5.0 Cannot verify the user, but will take mail for it\n"},
		{"HELP", "HELP\r\n", "214 2.0.0 RFC 5321 and RFC 6409 say it all\n"},
		{"QUIT", "QUIT\r\n", BYE},
		{"QUIT and more", "QUIT\r\nNOOP\r\n", BYE},
		{"AUTH PLAIN", EHLO PLAIN, LIST IN_OK},
		{"AUTH PLAIN in two steps", EHLO "AUTH PLAIN\r\nAHBob25lAHNlY3JldA==\r\n",
			LIST "334 \n" IN_OK},
		{"AUTH PLAIN with authority", EHLO "AUTH PLAIN cGhvbmUAcGhvbmUAc2VjcmV0\r\n",
			LIST IN_OK},
		{"AUTH LOGIN", EHLO "AUTH LOGIN\r\ncGhvbmU=\r\nc2VjcmV0\r\n",
			LIST "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\n" IN_OK},
		{"AUTH LOGIN with the name", EHLO "auth login cGhvbmU=\r\nc2VjcmV0\r\n",
			LIST "334 UGFzc3dvcmQ6\n" IN_OK},
		{"AUTH after a failed one", EHLO "AUTH PLAIN AHBob25lAHdyb25n\r\n" PLAIN,
			LIST "535 5.7.8 Authentication credentials invalid\n" IN_OK},
		{"AUTH cancelled", EHLO "AUTH LOGIN\r\n*\r\n" PLAIN,
			LIST "334 VXNlcm5hbWU6\n501 5.7.0 Authentication cancelled\n" IN_OK},
		{"MAIL", EHLO PLAIN MAIL, LIST IN_OK MAIL_OK},
		{"MAIL, null sender", EHLO PLAIN "MAIL FROM:<>\r\n", LIST IN_OK MAIL_OK},
		{"MAIL, all parameters",
			EHLO PLAIN
			"mail from:<phone@example.org> SIZE=100000 BODY=8BITMIME AUTH=<>\r\n",
			LIST IN_OK MAIL_OK},
		{"MAIL, xtext", EHLO PLAIN "MAIL FROM:<a@b.c> AUTH=e+3Dmc2@example.org\r\n",
			LIST IN_OK MAIL_OK},
		{"MAIL, quoted", EHLO PLAIN "MAIL FROM:<\"a b>\\\"@\"@example.org>\r\n",
			LIST IN_OK MAIL_OK},
		{"MAIL, literal", EHLO PLAIN "MAIL FROM:<a@[192.0.2.7]>\r\n", LIST IN_OK MAIL_OK},
		{"MAIL, route ignored",
			EHLO PLAIN "MAIL FROM:<@a.example,@b.example:c@d.example>\r\n",
			LIST IN_OK MAIL_OK},
		{"RCPT postmaster", EHLO PLAIN MAIL "RCPT TO:<Postmaster>\r\n",
			LIST IN_OK MAIL_OK RCPT_OK},
		{"RSET keeps the login", EHLO PLAIN MAIL "RSET\r\n" MAIL,
			LIST IN_OK MAIL_OK OK MAIL_OK},
		{"EHLO keeps the login, ends the transaction", EHLO PLAIN MAIL EHLO RCPT MAIL,
			LIST IN_OK MAIL_OK LIST "503 5.5.1 MAIL first\n" MAIL_OK},
	};
	play_all(rows, sizeof rows / sizeof *rows, plain);
}

static void refuses_what_is_wrong(void)
{
#define SAY(line, reply)                                                                           \
	{                                                                                          \
		line, EHLO PLAIN line "\r\n", LIST IN_OK reply "\n"                                \
	}
#define IN_MAIL(line, reply)                                                                       \
	{                                                                                          \
		line, EHLO PLAIN MAIL line "\r\n", LIST IN_OK MAIL_OK reply "\n"                   \
	}
#define FIRST(line, reply)                                                                         \
	{                                                                                          \
		line, line, reply "\n"                                                             \
	}
	static const struct talk rows[] = {
		FIRST("\r\n", "500 5.5.2 Command not recognised"),
		FIRST("EXPN list\r\n", "500 5.5.2 Command not recognised"),
		FIRST(" NOOP\r\n", "500 5.5.2 Command not recognised"),
		FIRST("AUTH=LOGIN\r\n", "500 5.5.2 Command not recognised"),
		FIRST("STARTTLS\r\n", "500 5.5.2 Command not recognised"),
		FIRST("NOOP\n", "500 5.5.2 A line ends in CR LF, not in LF alone"),
		FIRST("N\rOOP\r\n", "500 5.5.2 Command not recognised"),
		FIRST("NOOP \xc3\xbc\r\n", "500 5.5.2 A command is ASCII"),
		FIRST("EHLO\r\n", "501 5.5.4 A name or an address literal is missing"),
		FIRST("HELO \r\n", "501 5.5.4 A name or an address literal is missing"),
		FIRST("EHLO my_phone\r\n", "501 5.5.4 No name of a host has an underscore"),
		FIRST("EHLO Nokia E61i\r\n", "501 5.5.4 No name of a host has a blank"),
		FIRST("EHLO [localhost]\r\n", "501 5.5.4 That is no address literal"),
		FIRST("EHLO [300.0.2.7]\r\n", "501 5.5.4 That is no address literal"),
		FIRST("MAIL FROM:<a@b.c>\r\n", "503 5.5.1 EHLO or HELO first"),
		FIRST("RCPT TO:<a@b.c>\r\n", "503 5.5.1 MAIL first"),
		FIRST("DATA\r\n", "503 5.5.1 MAIL first"),
		FIRST("AUTH PLAIN\r\n", "503 5.5.1 EHLO first"),
		SAY("RSET x", "501 5.5.4 No parameters allowed"),
		SAY("QUIT x", "501 5.5.4 No parameters allowed"),
		IN_MAIL("DATA x", "554 5.5.1 No valid recipients"),
		SAY("AUTH PLAIN", "503 5.5.1 Already authenticated"),
		SAY("MAIL", "501 5.1.7 Bad sender address"),
		SAY("MAIL TO:<a@b.c>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM: <a@b.c>", "501 5.5.2 No blank after the colon"),
		SAY("MAIL FROM:a@b.c", "501 5.5.2 An address stands in angle brackets"),
		SAY("MAIL FROM:<a@b.c", "501 5.5.2 An address stands in angle brackets"),
		SAY("MAIL FROM:<a@b.c> ", "501 5.5.2 A blank at the end"),
		SAY("MAIL FROM:<a@b.c>x", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<a b@c.d>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<a@b_c.d>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<a@b..c>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<.a@b.c>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<a@[b.c]>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<@a.example:>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<@a example:b@c.d>", "501 5.1.7 Bad sender address"),
		SAY("MAIL FROM:<\"a@b.c>", "501 5.5.2 An address stands in angle brackets"),
		SAY("MAIL FROM:<a@b.c> SIZE=26214401", "552 5.3.4 Message too big"),
		SAY("MAIL FROM:<a@b.c> SIZE=100001", "552 5.3.4 Message too big"),
		SAY("MAIL FROM:<a@b.c> SIZE=", "555 5.5.4 Parameter not recognised"),
		SAY("MAIL FROM:<a@b.c> SIZE=-1", "555 5.5.4 Parameter not recognised"),
		SAY("MAIL FROM:<a@b.c> SIZE=1 SIZE=1", "555 5.5.4 Parameter not recognised"),
		SAY("MAIL FROM:<a@b.c> BODY=BINARYMIME", "555 5.5.4 Parameter not recognised"),
		SAY("MAIL FROM:<a@b.c> SMTPUTF8", "555 5.5.4 Parameter not recognised"),
		SAY("MAIL FROM:<a@b.c> AUTH=a+4", "555 5.5.4 Parameter not recognised"),
		IN_MAIL("RCPT TO:<a@b.c> NOTIFY=NEVER", "555 5.5.4 Parameter not recognised"),
		IN_MAIL("RCPT TO:<>", "501 5.1.3 Bad recipient address"),
		IN_MAIL("RCPT TO: <a@b.c>", "501 5.5.2 No blank after the colon"),
		IN_MAIL("RCPT TO:a@b.c", "501 5.5.2 An address stands in angle brackets"),
		IN_MAIL("RCPT TO:<a@b.c> ", "501 5.5.2 A blank at the end"),
		IN_MAIL("MAIL FROM:<a@b.c>", "503 5.5.1 A transaction is open already"),
		IN_MAIL("DATA", "554 5.5.1 No valid recipients"),
		{"AUTH in a transaction needs none", EHLO MAIL,
			LIST "530 5.7.0 Authentication required\n"},
		{"AUTH after HELO", "HELO phone.example.org\r\nAUTH PLAIN\r\n",
			"250 mx.example.net\n503 5.5.1 EHLO first\n"},
		{"AUTH, no mechanism", EHLO "AUTH\r\n", LIST "501 5.5.4 A mechanism is missing\n"},
		{"AUTH, unknown mechanism", EHLO "AUTH DIGEST-MD5\r\n",
			LIST "504 5.5.4 Unrecognised authentication type\n"},
		{"AUTH, no base64", EHLO "AUTH PLAIN =x\r\n",
			LIST "501 5.5.2 That is not base64\n"},
		{"AUTH, no base64 in the exchange", EHLO "AUTH LOGIN\r\n!\r\nNOOP\r\n",
			LIST "334 VXNlcm5hbWU6\n501 5.5.2 That is not base64\n" OK},
		{"AUTH, LF alone in the exchange", EHLO "AUTH LOGIN\r\ncGhvbmU=\nNOOP\r\n",
			LIST
			"334 VXNlcm5hbWU6\n500 5.5.2 A line ends in CR LF, not in LF alone\n" OK},
		{"AUTH CRAM-MD5 with initial response", EHLO "AUTH CRAM-MD5 cGhvbmU=\r\n",
			LIST "501 5.7.0 No initial response with this mechanism\n"},
		{"AUTH PLAIN, empty", EHLO "AUTH PLAIN =\r\n",
			LIST "535 5.7.8 Authentication credentials invalid\n"},
		{"AUTH PLAIN for another", EHLO "AUTH PLAIN b3RoZXIAcGhvbmUAc2VjcmV0\r\n",
			LIST "535 5.7.8 Authentication credentials invalid\n"},
		{"AUTH LOGIN, RSET is a name", EHLO "AUTH LOGIN\r\nRSET\r\nRSET\r\nNOOP\r\n",
			LIST "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\n"
			     "535 5.7.8 Authentication credentials invalid\n" OK},
	};
	play_all(rows, sizeof rows / sizeof *rows, plain);
}

#define READY EHLO PLAIN MAIL RCPT "DATA\r\n" STAND_PAUSE
#define READY_OK LIST IN_OK MAIL_OK RCPT_OK DATA_OK
#define ACCEPTED "[stored]250 2.6.0 Message accepted as"
#define REFUSED_LF "554 5.6.0 A line of the message ends in LF alone\n"

/* Plays a body behind an open DATA and a NOOP behind it; compares from the end of data on. */
static void body(const char *name, const char *octets, const char *want, const char *stored)
{
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		struct stand stand;
		stand_open(&stand, profile(), plain);
		stand.cut = (enum stand_cut)cut;
		stand_play(&stand, octets_of(READY));
		CHECK_CASE("%s, cut %d", name, cut);
		CHECK_TEXT(stand_heard(&stand), GREETING READY_OK);
		stand_forget(&stand);
		stand_play(&stand, octets_of(octets));
		const char *heard = stand_heard(&stand);
		CHECK_TEXT(buffer_string(&stand.stored), stored);
		if (CHECK(strncmp(heard, want, strlen(want)) == 0))
			CHECK_TEXT(*want == 0 ? heard : strrchr(heard, ' '),
				*want == 0 ? "" : " Ok\n");
		else
			CHECK_TEXT(heard, want);
		stand_close(&stand);
	}
}

#define ENVELOPE "phone@example.org someone@example.org\n"

static void data_ends_with_its_true_end(void)
{
	static const struct {
		const char *octets, *stored;
	} rows[] = {
		{".\r\n", ""},
		{"\r\n.\r\n", "\r\n"},
		{"one\r\n.\r\n", "one\r\n"},
		{"..\r\n.\r\n", ".\r\n"},
		{"..one\r\n...two\r\n.\r\n", ".one\r\n..two\r\n"},
		{".one\r\n.\r\n", "one\r\n"},
		{"\xc3\xbc\r\n.\r\n", "\xc3\xbc\r\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer all, stored;
		buffer_init(&all, &memory_standard, 1000);
		buffer_init(&stored, &memory_standard, 1000);
		buffer_format(&all, "%sNOOP\r\n", rows[i].octets);
		buffer_format(&stored, "%s%s", ENVELOPE, rows[i].stored);
		body(rows[i].octets, buffer_string(&all), ACCEPTED, buffer_string(&stored));
		buffer_free(&all);
		buffer_free(&stored);
	}
}

/* SMTP smuggling: none of these ends the message, and the message that has one is refused. */
static void data_does_not_end_with_anything_else(void)
{
	static const char *const ends[] = {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r.\r",
		"\r\n.\r", "\n.\r", "\r\r\n.\r\r\n", "\r\n.\r\r\n", "\r\n.\n\r\n", "\n\n.\n\n",
		"\r.\n", "\n..\n"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char open[200], closed[300];
		snprintf(open, sizeof open, "one%sMAIL FROM:<evil@example.org>", ends[i]);
		body(ends[i], open, "", "");
		snprintf(closed, sizeof closed, "%s\r\n.\r\nNOOP\r\n", open);
		body(ends[i], closed, REFUSED_LF, "");
	}
}

static void starttls_begins_a_new_session(void)
{
	static const struct talk rows[] = {
		{"offered, and once", EHLO "STARTTLS\r\n" STAND_PAUSE EHLO "STARTTLS\r\n",
			LIST_TLS "220 2.0.0 Ready to start TLS\n[tls]" LIST
				 "503 5.5.1 TLS is on\n"},
		{"before EHLO", "STARTTLS\r\n", "503 5.5.1 EHLO first\n"},
		{"after HELO it may be said", "HELO a.b\r\nSTARTTLS\r\n" STAND_PAUSE,
			"250 mx.example.net\n220 2.0.0 Ready to start TLS\n[tls]"},
		{"EHLO is forgotten", EHLO "STARTTLS\r\n" STAND_PAUSE PLAIN MAIL,
			LIST_TLS
			"220 2.0.0 Ready to start TLS\n[tls]503 5.5.1 EHLO first\n" SEQUENCE_HELLO},
		{"the login is forgotten", EHLO PLAIN "STARTTLS\r\n" STAND_PAUSE EHLO MAIL PLAIN,
			LIST_TLS IN_OK "220 2.0.0 Ready to start TLS\n[tls]" LIST
				       "530 5.7.0 Authentication required\n" IN_OK},
		{"with a parameter", EHLO "STARTTLS now\r\n",
			LIST_TLS "501 5.5.4 No parameters allowed\n"},
		{"in a transaction", EHLO PLAIN MAIL "STARTTLS\r\n",
			LIST_TLS IN_OK MAIL_OK "503 5.5.1 Not inside a transaction\n"},
	};
	play_all(rows, sizeof rows / sizeof *rows, with_tls);
}

/* CVE-2011-0411: what stands behind STARTTLS in its flight never counts as said inside TLS. */
static void octets_behind_starttls_are_refused(void)
{
	struct stand stand;
	stand_open(&stand, profile(), with_tls);
	stand_play(&stand, octets_of(EHLO));
	stand_forget(&stand);
	stand_say(&stand, octets_of("STARTTLS\r\nRSET\r\n"));
	CHECK_CASE("in one chunk");
	CHECK_TEXT(stand_heard(&stand),
		"554 5.5.0 Nothing may follow STARTTLS in its flight\n[closed]");
	stand_close(&stand);

	CHECK_CASE("in a second chunk, before the 220 has left");
	stand_open(&stand, profile(), with_tls);
	stand_play(&stand, octets_of(EHLO));
	stand_forget(&stand);
	stand.deaf = true;
	stand_say(&stand, octets_of("STARTTLS\r\n"));
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_SEND | PLAYER_RECEIVE);
	stand_say(&stand, octets_of("R"));
	stand.deaf = false;
	stand_settle(&stand);
	CHECK_TEXT(stand_heard(&stand),
		"554 5.5.0 Nothing may follow STARTTLS in its flight\n[closed]");
	stand_close(&stand);

	CHECK_CASE("after the 220 has left, before the handshake");
	stand_open(&stand, profile(), with_tls);
	stand_play(&stand, octets_of(EHLO));
	stand_forget(&stand);
	stand.player->ops->received(stand.player, (const uint8_t *)"STARTTLS\r\n", 10, 1000);
	stand_take(&stand);
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_START_TLS);
	stand.player->ops->received(stand.player, (const uint8_t *)"RSET\r\n", 6, 1000);
	stand_settle(&stand);
	CHECK_TEXT(stand_heard(&stand), "220 2.0.0 Ready to start TLS\n[closed]");
	stand_close(&stand);
}

static void tls_may_come_first_and_may_fail(void)
{
	struct server_settings implicit = with_tls;
	struct stand stand;
	implicit.implicit_tls = true;
	stand_open(&stand, profile(), implicit);
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_START_TLS);
	stand_settle(&stand);
	stand_play(&stand, octets_of(EHLO));
	CHECK_TEXT(stand_heard(&stand), "[tls]" GREETING LIST);
	stand_close(&stand);
	stand_open(&stand, profile(), implicit);
	stand.tls_fails = true;
	stand_settle(&stand);
	CHECK_TEXT(stand_heard(&stand), "[closed]");
	stand_close(&stand);
}

#define SESSION                                                                                    \
	EHLO PLAIN MAIL RCPT "DATA\r\none\r\n.\r\n" MAIL RCPT RCPT                                 \
			     "DATA\r\n..two\r\n.\r\nRSET\r\n"                                      \
			     "NOPE\r\nQUIT\r\n"

static void everything_may_be_pipelined(void)
{
	size_t lens[STAND_CUTS];
	struct buffer first;
	buffer_init(&first, &memory_standard, 10000);
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		struct stand stand;
		CHECK_CASE("cut %d", cut);
		stand_open(&stand, profile(), plain);
		stand.cut = (enum stand_cut)cut;
		stand_settle(&stand);
		size_t before = stand.writes;
		stand_play(&stand, octets_of(SESSION));
		if (cut == STAND_WHOLE) {
			buffer_append_octets(&first, buffer_octets(&stand.heard));
			/* up to the first message, to the second, and the rest: three writes */
			CHECK_INT(stand.writes - before, 3);
		}
		lens[cut] = stand.heard.len;
		CHECK_OCTETS(buffer_octets(&stand.heard), buffer_octets(&first));
		CHECK_TEXT(buffer_string(&stand.stored),
			ENVELOPE "one\r\nphone@example.org someone@example.org "
				 "someone@example.org\n.two\r\n");
		CHECK_INT(server_messages(stand.server), 2);
		stand_close(&stand);
	}
	CHECK(lens[STAND_OCTETS] > 400);
	buffer_free(&first);
}

static void nothing_is_said_of_a_message_before_it_is_stored(void)
{
	struct stand stand;
	stand_open(&stand, profile(), plain);
	stand_play(&stand, octets_of(READY));
	stand_forget(&stand);
	stand.busy_store = true;
	stand_say(&stand, octets_of("one\r\n.\r\n" MAIL));
	CHECK_TEXT(stand_heard(&stand), "");
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_STORE | PLAYER_RECEIVE);
	CHECK(stand.player->ops->deadline_ms(stand.player) == PLAYER_NEVER);
	CHECK_INT(server_messages(stand.server), 0);
	stand.busy_store = false;
	stand_settle(&stand);
	CHECK(strstr(stand_heard(&stand), "[stored]250 2.6.0") != NULL);
	CHECK(strstr(stand_heard(&stand), MAIL_OK) != NULL);
	CHECK_INT(server_messages(stand.server), 1);
	stand_forget(&stand);
	stand.cannot_store = true;
	stand_play(&stand, octets_of(RCPT "DATA\r\ntwo\r\n.\r\n" MAIL));
	CHECK_TEXT(stand_heard(&stand),
		RCPT_OK DATA_OK "[stored]451 4.3.0 The message could not be stored\n" MAIL_OK);
	CHECK_INT(server_messages(stand.server), 1);
	stand_close(&stand);
}

static void what_ends_in_the_middle_is_no_message(void)
{
	static const enum player_end ends[] = {PLAYER_ENDED, PLAYER_LOST, PLAYER_TRUNCATED};
	struct octets script = octets_of(SESSION);
	for (size_t at = 0; at <= script.len; at++) {
		struct stand stand;
		enum player_end why = ends[at % 3];
		CHECK_CASE("ended %d at octet %zu", (int)why, at);
		stand_open(&stand, profile(), plain);
		stand_say(&stand, octets_cut(script, at));
		unsigned stored = server_messages(stand.server);
		if (!stand.over)
			stand.player->ops->ended(stand.player, why, stand.now_ms);
		stand_settle(&stand);
		CHECK(stand.over);
		CHECK_INT(server_messages(stand.server), stored);
		stand_close(&stand);
	}
}

/* The connection is lost while the message is being stored: it is stored, and nothing is said. */
static void a_loss_while_storing_is_survived(void)
{
	struct stand stand;
	stand_open(&stand, profile(), plain);
	stand_play(&stand, octets_of(READY));
	stand_forget(&stand);
	stand.busy_store = true;
	stand_say(&stand, octets_of("one\r\n.\r\n"));
	stand.player->ops->ended(stand.player, PLAYER_LOST, stand.now_ms);
	CHECK_INT(stand.player->ops->wants(stand.player), PLAYER_STORE);
	stand.busy_store = false;
	stand_settle(&stand);
	CHECK_TEXT(stand_heard(&stand), "[stored][closed]");
	CHECK_INT(server_messages(stand.server), 1);
	stand_close(&stand);
}

/* RFC 2195, with the challenge that the server made. */
static void cram_md5_is_checked(void)
{
	static const struct {
		const char *password, *want;
	} rows[] = {{"secret", IN_OK}, {"wrong", "535 5.7.8 Authentication credentials invalid\n"}};
	for (size_t i = 0; i < 2; i++) {
		struct stand stand;
		struct buffer challenge, answer;
		uint8_t digest[16];
		buffer_init(&challenge, &memory_standard, 1000);
		buffer_init(&answer, &memory_standard, 1000);
		stand_open(&stand, profile(), plain);
		stand_play(&stand, octets_of(EHLO));
		stand_forget(&stand);
		stand_play(&stand, octets_of("AUTH CRAM-MD5\r\n"));
		CHECK_CASE("%s", rows[i].password);
		struct octets line = buffer_octets(&stand.heard);
		CHECK(octets_start_nocase(line, "334 "));
		CHECK(base64_decode(&challenge, octets_cut(octets_from(line, 4), line.len - 5)));
		CHECK(strstr(buffer_string(&challenge), ".1187258656@mx.example.net>") != NULL);
		digest_hmac_md5(octets_of(rows[i].password), buffer_octets(&challenge), digest);
		buffer_append_text(&answer, "phone ");
		digest_hex(&answer, digest, sizeof digest);
		buffer_clear(&challenge);
		base64_encode(&challenge, buffer_octets(&answer));
		buffer_append_text(&challenge, "\r\n");
		stand_forget(&stand);
		stand_play(&stand, buffer_octets(&challenge));
		CHECK_TEXT(stand_heard(&stand), rows[i].want);
		buffer_free(&challenge);
		buffer_free(&answer);
		stand_close(&stand);
	}
}

static void without_accounts_nobody_can_log_in(void)
{
	struct player_link link = {.local_address = "", .remote_address = ""};
	struct server_settings settings = plain;
	struct stand stand;
	stand_open(&stand, profile(), plain);
	server_free(stand.server);
	settings.profile = profile();
	stand.server = server_new(&stand.memory.memory, &settings);
	stand.player = server_player(stand.server);
	stand.player->ops->connected(stand.player, &link, 0);
	stand_play(&stand, octets_of(EHLO PLAIN "AUTH PLAIN AAA=\r\n"));
	CHECK_TEXT(stand_heard(&stand),
		GREETING LIST "535 5.7.8 Authentication credentials invalid\n"
			      "535 5.7.8 Authentication credentials invalid\n");
	stand_close(&stand);
}

#define TESTS(T)                                                                                   \
	T(takes_what_is_right)                                                                     \
	T(refuses_what_is_wrong)                                                                   \
	T(data_ends_with_its_true_end)                                                             \
	T(data_does_not_end_with_anything_else)                                                    \
	T(starttls_begins_a_new_session)                                                           \
	T(octets_behind_starttls_are_refused)                                                      \
	T(tls_may_come_first_and_may_fail)                                                         \
	T(everything_may_be_pipelined)                                                             \
	T(nothing_is_said_of_a_message_before_it_is_stored)                                        \
	T(what_ends_in_the_middle_is_no_message)                                                   \
	T(a_loss_while_storing_is_survived)                                                        \
	T(cram_md5_is_checked)                                                                     \
	T(without_accounts_nobody_can_log_in)
CHECK_MAIN("server", TESTS)
