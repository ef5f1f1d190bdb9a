/*
 * Reactions of servers that were reported (S01 to S33): of each profile the dialogue that shows
 * it, with the words that were quoted. What follows the greeting and the list of EHLO.
 */
#include "server_stand.h"

#define EHLO "EHLO phone.example.org\r\n" STAND_PAUSE
#define PLAIN "AUTH PLAIN AHBob25lAHNlY3JldA==\r\n" STAND_PAUSE /* NUL phone NUL secret */
#define MAIL "MAIL FROM:<phone@example.org>\r\n" STAND_PAUSE
#define RCPT "RCPT TO:<someone@example.org>\r\n" STAND_PAUSE
#define DATA "DATA\r\n" STAND_PAUSE
#define BODY "Subject: one\r\n\r\nText.\r\n.\r\n" STAND_PAUSE

/* Replies by their last lines, EHLO's by its code; '|' between. */
static const struct report {
	const char *name, *server, *script, *want;
} reactions[] = {
	{"S01", "qmail-spamcontrol", EHLO PLAIN "RSET\r\n" MAIL RCPT,
		"250|235 ok, go ahead (#2.0.0)|250 flushed|250 ok|535 authentication required (#5.7.1)"},
	{"S01, mandatory", "notqmail-smtp-auth", EHLO PLAIN "RSET\r\n" MAIL,
		"250|235 ok, go ahead (#2.0.0)|250 flushed|530 Authorization required (#5.7.1) "},
	{"S02", "notqmail-smtp-auth-optional", EHLO PLAIN "RSET\r\n" MAIL RCPT "RSET\r\n" PLAIN,
		"250|235 ok, go ahead (#2.0.0)|250 flushed|250 ok|250 ok|250 flushed|"
		"235 ok, go ahead (#2.0.0)"},
	{"S03", "s-qmail", EHLO PLAIN "RSET\r\n" MAIL RCPT,
		"250|235 ok, go ahead (#2.0.0)|250 flushed|250 ok|250 ok"},
	{"S04", "strato-rzmta", EHLO PLAIN EHLO MAIL PLAIN,
		"250|235 2.7.0 Authentication succeeded|250|530 5.7.0 Authentication required|"
		"235 2.7.0 Authentication succeeded"},
	{"S04, and no second login", "brevo-relay", EHLO PLAIN EHLO MAIL PLAIN,
		"250|235 2.7.0 Authentication succeeded|250|502 5.7.0 Please authenticate first|"
		"503 5.5.1 Already authenticated"},
	{"S04, but RSET keeps it", "go-smtp-0.21", EHLO PLAIN "RSET\r\n" MAIL "RSET\r\n" EHLO MAIL,
		"250|235 2.7.0 Authentication succeeded|250 2.0.0 Ok|250 2.1.0 Sender ok|250 2.0.0 Ok|"
		"250|502 5.7.0 Please authenticate first"},
	{"S04, told late", "proton-bridge-3", EHLO PLAIN EHLO MAIL RCPT DATA BODY,
		"250|235 2.7.0 Authentication succeeded|250|250 2.1.0 Sender ok|250 2.1.5 Recipient ok|"
		"354 End the message with a dot on a line of its own|554 5.0.0 Error: transaction failed"},
	{"S05", "msmtpd-refuses-reset", EHLO PLAIN "RSET\r\n" MAIL,
		"250|235 2.7.0 Authentication succeeded|500 Expected MAIL FROM:<addr> or QUIT|EOF"},
	{"S06", "appliance-2008", EHLO "RSET\r\nHELO a.b\r\nRSET\r\n",
		"500 Syntax error, command unrecognized|503 Bad sequence of commands|"
		"250 mx.example.net|250 2.0.0 Ok"},
	{"S06, before EHLO", "opensmtpd-6.8", "RSET\r\n" EHLO EHLO,
		"503 5.5.1 Invalid command: Command not allowed at this point.|250|"
		"503 5.5.1 Invalid command: Already identified"},
	{"S06, EHLO forgotten", "mail-io-2015", EHLO "RSET\r\n" MAIL,
		"250|250 2.0.0 Ok|503 5.5.1 EHLO or HELO first"},
	{"S07", "silent-at-reset", EHLO PLAIN "RSET\r\n" MAIL,
		"250|235 2.7.0 Authentication succeeded|TIM"},
	{"S08", "go-smtp-2018", EHLO PLAIN MAIL RCPT DATA BODY MAIL PLAIN MAIL,
		"250|235 2.7.0 Authentication succeeded|250 2.1.0 Sender ok|250 2.1.5 Recipient ok|"
		"354 End the message with a dot on a line of its own|250 2.6.0 Message accepted as *|"
		"502 5.7.0 Please authenticate first|235 2.7.0 Authentication succeeded|"
		"250 2.1.0 Sender ok"},
	{"S09, a bare address", "postfix-strict-names", "EHLO 127.0.0.1\r\nEHLO [127.0.0.1]\r\n",
		"504 5.5.2 <127.0.0.1>: Helo command rejected: need fully-qualified hostname|250"},
	{"S09, one word", "postfix-strict-names", "EHLO localhost\r\n",
		"504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"},
	{"S09, nobody's name", "postfix-strict-names", "EHLO localhost.localdomain\r\n",
		"450 4.7.1 <localhost.localdomain>: Helo command rejected: Host not found"},
	{"S09, without the tag", "postfix-strict-names", "EHLO [2001:db8::7]\r\n",
		"501 5.5.2 <[2001:db8::7]>: Helo command rejected: invalid ip address"},
	{"S09, late", "postfix-strict-names-late", "EHLO localhost\r\n" PLAIN MAIL RCPT,
		"250|235 2.7.0 Authentication successful|250 2.1.0 Ok|"
		"504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"},
	{"S10", "postfix-overload", "EHLO a.b\r\nRSET\r\nRSET\r\n",
		"250|250 2.0.0 Ok|421 4.7.0 mx.example.net Error: too many errors|EOF"},
	{"S10, silence", "postfix-overload", EHLO,
		"250|421 4.4.2 mx.example.net Error: timeout exceeded|EOF"},
	{"S11", "postfix-strict",
		EHLO PLAIN "MAIL FROM: <a@b.c>\r\nMAIL FROM:a@b.c\r\n" MAIL
			   "RCPT TO: <a@b.c>\r\nAUTH PLAIN\r\n",
		"250|235 2.7.0 Authentication successful|501 5.1.7 Bad sender address syntax|"
		"501 5.1.7 Bad sender address syntax|250 2.1.0 Ok|501 5.1.3 Bad recipient address syntax|"
		"503 5.5.1 Error: already authenticated"},
	{"S12, early talk", "exim-4.96", EHLO "HELO a.b\r\nNOOP\r\n",
		"250|250 mx.example.net Hello a.b [192.0.2.7]|554 SMTP synchronization error|EOF"},
	{"S12, mistakes", "exim-4.96", EHLO "NOPE\r\nNOPE\r\nNOPE\r\nNOPE\r\n",
		"250|500 unrecognized command|500 unrecognized command|500 unrecognized command|"
		"500 Too many unrecognized commands|EOF"},
	{"S13", "exim-username-prompt", EHLO "AUTH LOGIN\r\ncGhvbmU=\r\nc2VjcmV0\r\n",
		"250|334 VXNlciBOYW1l|334 UGFzc3dvcmQ=|235 Authentication succeeded"},
	{"S14", "exim-two-lines", EHLO PLAIN MAIL RCPT,
		"250|235 Authentication succeeded|250-Sender verification is deferred 250 OK|"
		"250-Recipient verification is deferred 250 Accepted"},
	{"S15", "dovecot-submission",
		EHLO PLAIN "MAIL FROM: <a@b.c>\r\n" MAIL "RCPT TO: <a@b.c>\r\n",
		"250|235 2.7.0 Logged in.|501 5.5.4 Invalid FROM: Unexpected whitespace before path|"
		"250 2.1.0 Accepted|501 5.5.4 Invalid TO: Unexpected whitespace before path"},
	{"S16", "kumomta", EHLO PLAIN "MAIL FROM: <a@b.c>\r\n",
		"250|235 2.7.0 Authentication succeeded|501-Syntax error in command or arguments: "
		"501- MAIL FROM: <a@b.c> 501            ^"},
	{"S16, by the grammar", "mox", EHLO PLAIN "MAIL FROM: <a@b.c>\r\n",
		"250|235 2.7.0 Authentication succeeded|501 5.5.2 bad syntax: expected \"<\""},
	{"S17", "hmailserver", EHLO PLAIN "MAIL FROM:a@b.c\r\n",
		"250|235 2.7.0 Authentication succeeded|"
		"550 Invalid syntax. Syntax should be MAIL FROM:<mailbox@domain>[crlf]"},
	{"S18", "microsoft-exchange", "EHLO [IPv6:::ffff:10.0.4.47]\r\nEHLO my_phone\r\n" MAIL,
		"501 5.5.4 Invalid Address|501 5.5.4 Invalid domain name|503 5.5.2 Send hello first"},
	{"S19", "communigate", EHLO "A\r\nA\r\nA\r\nA\r\nA\r\nA\r\nA\r\nA\r\nA\r\n",
		"250|501 Unknown command|501 Unknown command|501 Unknown command|501 Unknown command|"
		"501 Unknown command|501 Unknown command|501 Unknown command|501 Unknown command|"
		"421 Too many unknown commands|EOF"},
	{"S20", "cram-unusable", EHLO "AUTH CRAM-MD5\r\ncGhvbmUgMDA=\r\n" PLAIN,
		"250|334 *|535 5.7.8 Authentication credentials invalid|"
		"235 2.7.0 Authentication succeeded"},
	{"S21", "pix-mailguard", EHLO "HELO a.b\r\n" MAIL RCPT "AUTH LOGIN\r\n",
		"500 Command unrecognized|250 mx.example.net|250 2.1.0 Sender ok|"
		"550 5.7.1 relaying denied|500 Command unrecognized"},
	{"S22", "dot-in-one-piece", EHLO PLAIN MAIL RCPT DATA "Text.\r\n" STAND_PAUSE ".\r\n",
		"250|235 2.7.0 Authentication succeeded|250 2.1.0 Sender ok|250 2.1.5 Recipient ok|"
		"354 End the message with a dot on a line of its own|TIM"},
	{"S25", "lf-after-data",
		EHLO PLAIN MAIL RCPT "DATA\r" STAND_PAUSE "\nText.\r\n.\r\n" STAND_PAUSE,
		"250|235 2.7.0 Authentication succeeded|250 2.1.0 Sender ok|250 2.1.5 Recipient ok|"
		"354 End the message with a dot on a line of its own|250 2.6.0 Message accepted as *"},
	{"S28", "slow-dot-61", EHLO PLAIN MAIL RCPT DATA BODY,
		"250|235 2.7.0 Authentication succeeded|250 2.1.0 Sender ok|250 2.1.5 Recipient ok|"
		"354 End the message with a dot on a line of its own|250 2.6.0 Message accepted as *"},
	{"S29", "drop-after-dot", EHLO PLAIN MAIL RCPT DATA BODY,
		"250|235 2.7.0 Authentication succeeded|250 2.1.0 Sender ok|250 2.1.5 Recipient ok|"
		"354 End the message with a dot on a line of its own|EOF"},
	{"S30", "no-text-replies", EHLO PLAIN "RSET\r\n" MAIL RCPT DATA BODY "QUIT\r\n",
		"250|235|250|250|250|354|250|221|EOF"},
	{"S31", "haraka-2", EHLO "AUTH PLAIN\r\n", "250|TIM"},
	{"S31, cured", "haraka-3", EHLO "AUTH PLAIN\r\n", "250|334 "},
	{"S32", "login-wants-response", EHLO "AUTH LOGIN\r\nAUTH LOGIN cGhvbmU=\r\nc2VjcmV0\r\n",
		"250|535 5.7.8 Authentication credentials invalid|334 UGFzc3dvcmQ6|"
		"235 2.7.0 Authentication succeeded"},
};

/* Writes down a reply, its lines joined by blanks; of EHLO's list only the code. */
static size_t write_reply(struct octets heard, struct buffer *out)
{
	size_t used = 0;
	struct octets first = octets_cut(heard, octets_find(heard, '\n'));
	bool list = octets_find(first, '-') == 3 && first.len > 3 &&
		    octets_start_nocase(octets_from(first, 4), "mx.example.net");
	for (bool more = true; more && used < heard.len;) {
		struct octets line = octets_from(heard, used);
		line = octets_cut(line, octets_find(line, '\n'));
		more = line.len > 3 && line.at[3] == '-';
		buffer_format(out, "%s", used > 0 && !list ? " " : "");
		if (!list || used == 0)
			buffer_append_octets(out, list ? octets_cut(line, 3) : line);
		used += line.len + 1;
	}
	return used;
}

/* '*' at the end of a reply stands for anything. */
static bool is_like(const char *got, const char *want)
{
	while (*got != 0 && *want != 0) {
		if (*want == '*') {
			want++;
			got += strcspn(got, "|");
		} else if (*got++ != *want++) {
			return false;
		}
	}
	return *got == 0 && *want == 0;
}

static void play(const struct report *report, const struct server_profile *profile)
{
	struct server_settings settings = {.message_max = 100000};
	struct stand stand;
	struct buffer got;
	buffer_init(&got, &memory_standard, 10000);
	stand_open(&stand, profile, settings);
	stand.no_remarks = true;
	stand_settle(&stand);
	stand_forget(&stand);
	stand_play(&stand, octets_of(report->script));
	struct octets heard = buffer_octets(&stand.heard);
	while (heard.len > 0) {
		buffer_format(&got, "%s", got.len > 0 ? "|" : "");
		heard = octets_from(heard, write_reply(heard, &got));
	}
	bool silent = !stand.over || stand.hung;
	if (!silent)
		buffer_append_text(&got, "|EOF");
	else if (strstr(report->want, "|TIM") != NULL)
		buffer_append_text(&got, "|TIM");
	CHECK_CASE("%s, %s", report->name, report->server);
	if (!CHECK(is_like(buffer_string(&got), report->want)))
		CHECK_TEXT(buffer_string(&got), report->want);
	buffer_free(&got);
	stand_close(&stand);
}

static void servers_react_as_reported(void)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	for (size_t i = 0; i < sizeof reactions / sizeof *reactions; i++) {
		struct profile *profile =
			fixture_profile(catalogue, PROFILE_SERVER, reactions[i].server);
		CHECK_CASE("%s", reactions[i].server);
		if (CHECK(profile != NULL))
			play(&reactions[i], profile_server(profile));
		profile_free(profile);
	}
	catalogue_close(catalogue);
}

/* What they offer, as EHLO is answered (S18, S19, S26, S27). */
static void lists_are_said_as_reported(void)
{
	static const struct {
		const char *server, *ends;
	} rows[] = {
		{"communigate", "250-AUTH=LOGIN\n250-AUTH LOGIN PLAIN CRAM-MD5 DIGEST-MD5\n"
				"250-PIPELINING\n250 EHLO\n"},
		{"starttls-last", "250-XSECURITY=NONE,STARTTLS\n250 STARTTLS\n"},
		{"lower-case-list", "250-starttls\n250 auth login plain\n"},
		{"microsoft-exchange",
			"250-X-EXPS=LOGIN\n250-AUTH=LOGIN\n250-AUTH LOGIN\n250-8BITMIME\n"
			"250 CHUNKING\n"},
	};
	static const struct server_settings with_tls = {.tls_available = true};
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile =
			fixture_profile(catalogue, PROFILE_SERVER, rows[i].server);
		struct stand stand;
		stand_open(&stand, profile_server(profile), with_tls);
		stand_play(&stand, octets_of("EHLO a.b\r\n"));
		const char *heard = stand_heard(&stand);
		CHECK_CASE("%s", rows[i].server);
		CHECK(strlen(heard) > strlen(rows[i].ends));
		CHECK_TEXT(heard + strlen(heard) - strlen(rows[i].ends), rows[i].ends);
		stand_close(&stand);
		profile_free(profile);
	}
	catalogue_close(catalogue);
}

#define TESTS(T)                                                                                   \
	T(servers_react_as_reported)                                                               \
	T(lists_are_said_as_reported)
CHECK_MAIN("server_reactions", TESTS)
