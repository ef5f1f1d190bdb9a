/*
 * client dialogues: what each client of the catalogue is known for, octet by octet, against the
 * server that it matters to. What the server says is its profile's; what the client says stands
 * here as its source has it.
 */
#include "check.h"
#include "stage.h"

#define PLAIN "AUTH PLAIN AHZhbGlkX3VzZXIAc2VjcmV0\r\n" /* NUL valid_user NUL secret */
#define WRONG "AUTH PLAIN AHZhbGlkX3VzZXIAbWlzdGFrZW4=\r\n"
#define LOGIN "AUTH LOGIN\r\ndmFsaWRfdXNlcg==\r\nc2VjcmV0\r\n"
#define MAIL "MAIL FROM:<phone@example.org>\r\n"
#define MAIL_BLANK "MAIL FROM: <phone@example.org>\r\n"
#define RCPT "RCPT TO:<someone@example.net>\r\n"
#define RCPT_BLANK "RCPT TO: <someone@example.net>\r\n"
#define NOBODY "RCPT TO:<nobody@example.net>\r\n"
#define DATA "DATA\r\n"
#define QUIT "QUIT\r\n"
/* The messages of stage_mail.c. */
#define HEAD(number)                                                                               \
	"From: phone@example.org\r\nTo: someone@example.net\r\nSubject: message " number "\r\n"    \
	"Date: Thu, 16 Aug 2007 12:04:16 +0200\r\nMessage-ID: <" number "@example.org>\r\n\r\n"
#define HELLO_MESSAGE HEAD("1") "Hello.\r\n"
#define FIRST HEAD("1") "First.\r\n.\r\n"
#define SECOND HEAD("2") "Second.\r\n.\r\n"
#define THIRD HEAD("3") "Third.\r\n.\r\n"
#define TLS_HELLO "\x16\x03\x01"

static const struct dialogue {
	const char *client, *server, *mail;
	enum stage_security security;
	bool ipv6, no_login, wrong_password;
	const char *said; /* all that the client says, connections joined by '|' */
	const char *outcome;
} phones[] =
	{
		/* STARTTLS in the last line has a blank in front, not a dash: not seen, and no mail
		 */
		{"android-1.x-email", "starttls-last", "one", STAGE_STARTTLS,
			.said = "EHLO localhost\r\n", .outcome = "refused at starttls"},
		/* a blank behind the colon where it is forbidden; closed without QUIT */
		{"android-1.x-email", "dovecot-submission", "one",
			.said = "EHLO localhost\r\n" PLAIN MAIL_BLANK,
			.outcome = "refused at mail 501"},
		/* one connection for each message, an empty line more than was written, and no QUIT
		 */
		{"android-1.x-email", "lenient", "two",
			.said = "EHLO localhost\r\n" PLAIN MAIL_BLANK RCPT_BLANK DATA HEAD(
				"1") "First.\r\n\r\n.\r\n|"
				     "EHLO localhost\r\n" PLAIN MAIL_BLANK RCPT_BLANK DATA HEAD(
					     "2") "Second.\r\n\r\n.\r\n",
			.outcome = "delivered; delivered"},
		/* a line of one dot ends the message, and the rest of it is taken for commands */
		{"android-1.x-email", "lenient", "dots",
			.said = "EHLO localhost\r\n" PLAIN MAIL_BLANK RCPT_BLANK DATA HEAD(
				"1") ".\r\n..\r\n.text\r\n\r\n.\r\nend without a line end\r\n\r\n.\r\n",
			.outcome = "delivered"},
		{"android-2.2-email", "postfix-strict-names", "one", .ipv6 = true,
			.said = "EHLO [2001:db8::7]\r\n", .outcome = "refused at hello 501"},
		{"android-2.2-email", "starttls-last", "one", STAGE_STARTTLS,
			.said = "EHLO [192.0.2.7]\r\nSTARTTLS\r\nEHLO [192.0.2.7]\r\n" PLAIN
				MAIL_BLANK RCPT_BLANK DATA HELLO_MESSAGE "\r\n.\r\n",
			.outcome = "delivered"},
		{"k9-2008", "postfix-strict-names", "one", .said = "EHLO localhost.localdomain\r\n",
			.outcome = "refused for now at hello 450"},
		/* a code without text is no reply to it */
		{"k9-2008", "no-text-replies", "one",
			.said = "EHLO localhost.localdomain\r\n" PLAIN,
			.outcome = "refused at auth"},
		/* IPV6: in capitals, where the tag's case counts */
		{"k9-2010", "tag-case", "one", .ipv6 = true,
			.said = "EHLO [IPV6:2001:db8::7]\r\n" QUIT,
			.outcome = "refused at hello 501"},
		{"k9-2010", "dovecot-submission", "one",
			.said = "EHLO [192.0.2.7]\r\n" PLAIN MAIL_BLANK QUIT,
			.outcome = "refused at mail 501"},
		/* the probe is answered as a command, by a server that listens for commands */
		{"iphone-setup", "lenient", "one",
			.said = TLS_HELLO
			"*|EHLO [10.33.64.161]\r\nAUTH CRAM-MD5\r\n*\r\n" MAIL RCPT DATA
				HELLO_MESSAGE ".\r\n" QUIT,
			.outcome = "delivered"},
		{"osx-mail-2006", "exim-4.96", "one", .said = "EHLO [1N?IPv6:::1]\r\n" QUIT,
			.outcome = "refused at hello 501"},
		/* RSET behind the first message takes the login of the second */
		{"palm-webos", "qmail-spamcontrol", "two",
			.said = "EHLO www.palm.com\r\n" LOGIN MAIL_BLANK RCPT_BLANK DATA FIRST
				"RSET\r\n" MAIL_BLANK RCPT_BLANK "RSET\r\n" QUIT,
			.outcome = "delivered; refused at recipient 535"},
		{"palm-webos", "correct", "one",
			.said = "EHLO www.palm.com\r\n" LOGIN
				"MAIL FROM: <phone@example.org> SIZE=148\r\nRSET\r\n" QUIT,
			.outcome = "refused at mail 501"},
		{"palm-versamail", "correct", "one", .said = "HELO phone\r\n" MAIL QUIT,
			.outcome = "refused at mail 530"},
		{"maemo-modest", "qmail-spamcontrol", "two",
			.said = "EHLO [192.0.2.7]\r\n" PLAIN MAIL RCPT DATA FIRST
				"RSET\r\n" MAIL RCPT QUIT,
			.outcome = "delivered; refused at recipient 535"},
		{"maemo-modest", "pix-mailguard", "one", .no_login = true,
			.said = "EHLO [192.0.2.7]\r\nHELO [192.0.2.7]\r\n" MAIL RCPT QUIT,
			.outcome = "refused at recipient 550"},
		/* HELO behind 500 alone */
		{"qtopia-2009", "pix-mailguard", "one", .no_login = true,
			.said = "EHLO qtopia-messageserver\r\nHELO qtopia-messageserver\r\n" MAIL_BLANK
				RCPT_BLANK QUIT,
			.outcome = "refused at recipient 550"},
		/* the second line of the reply to MAIL counts as the reply to RCPT */
		{"qtopia-2009", "mail-in-two-lines", "one", .no_login = true,
			.said = "EHLO qtopia-messageserver\r\n" MAIL_BLANK RCPT_BLANK DATA QUIT,
			.outcome = "refused at data 530"},
		/* PLAIN in two steps, and QUIT without waiting */
		{"qtopia-2009", "lenient", "one",
			.said = "EHLO qtopia-messageserver\r\nAUTH PLAIN\r\nAHZhbGlkX3VzZXIAc2VjcmV0\r\n" MAIL_BLANK
				RCPT_BLANK DATA HELLO_MESSAGE "\r\n.\r\n" QUIT,
			.outcome = "delivered"},
		{"nokia-n9", "dovecot-submission", "one",
			.said = "EHLO localhost.localdomain\r\nAUTH PLAIN\r\nAHZhbGlkX3VzZXIAc2VjcmV0\r\n" MAIL_BLANK
				RCPT_BLANK QUIT,
			.outcome = "refused at mail 501"},
		/* a refused login, and the mail all the same, where it needs none */
		{"nokia-e61i", "local-recipients", "one", .wrong_password = true,
			.said = "EHLO [192.0.2.7]\r\nAUTH CRAM-MD5\r\n*\r\nRSET\r\n" MAIL RCPT DATA
				HELLO_MESSAGE "\r\n.\r\n" QUIT,
			.outcome = "delivered"},
},
  desktops[] =
	  {
		  /* AUTH without '=' is nothing to it */
		  {"outlook-express-6", "lenient", "one", .said = "EHLO phone\r\n" QUIT,
			  .outcome = "refused at auth"},
		  /* a minute behind the dot it hangs up, and the mail has arrived */
		  {"outlook-express-6", "auth-equals", "one",
			  .said = "EHLO phone\r\n" LOGIN MAIL_BLANK RCPT_BLANK DATA HELLO_MESSAGE
				  ".\r\n",
			  .outcome = "unsure at end"},
		  /* prompts that are not its own */
		  {"outlook-express-6", "exim-username-prompt", "one",
			  .said = "EHLO phone\r\n" QUIT, .outcome = "refused at auth"},
		  {"outlook-2007", "cram-unusable", "one",
			  .said = "EHLO phone\r\nAUTH CRAM-MD5\r\n*\r\n" QUIT,
			  .outcome = "refused at auth 535"},
		  /* a name of one word, where Postfix looks at it */
		  {"outlook-2007", "postfix-strict-names", "one", .said = "EHLO phone\r\n" QUIT,
			  .outcome = "refused at hello 504"},
		  {"pocket-outlook", "lenient", "one",
			  .said = "EHLO phone\r\n" LOGIN MAIL RCPT DATA HELLO_MESSAGE ".\r\n" QUIT,
			  .outcome = "delivered"},
		  /* the 250s are not seen, HELO takes AUTH away */
		  {"qbittorrent", "correct", "one",
			  .said = "ehlo 192.0.2.7\r\nHELO 192.0.2.7\r\n" MAIL QUIT,
			  .outcome = "refused at mail 530"},
},
  devices[] =
	  {
		  {"hp-mfp", "exim-4.96", "one", .said = TLS_HELLO "*",
			  .outcome = "TLS failed at tls"},
		  {"legacy-scanner", "lenient", "one", .said = "HELO\r\n" QUIT,
			  .outcome = "refused at hello 501"},
		  /* without brackets, and LF alone in the text */
		  {"legacy-scanner", "local-recipients", "one",
			  .said = "HELO\r\nMAIL FROM:phone@example.org\r\nRCPT TO:someone@example.net\r\n" DATA
				  "From: phone@example.org\nTo: someone@example.net\nSubject: message 1\n"
				  "Date: Thu, 16 Aug 2007 12:04:16 +0200\nMessage-ID: <1@example.org>\n\nHello.\n"
				  "\r\n.\r\n" QUIT,
			  .outcome = "refused at end 554"},
		  {"printer-helo", "correct", "one", .said = "HELO [192.0.2.7]\r\n" MAIL QUIT,
			  .outcome = "refused at mail 530"},
		  {"hp-ilo", "smtp-server-3", "one",
			  .said = "EHLO [192.0.2.7]\r\n" PLAIN
				  "MAIL FROM:<phone.@example.org>\r\n" QUIT,
			  .outcome = "refused at mail 501"},
		  {"synology-dsm", "dovecot-submission", "one",
			  .said = "EHLO [192.0.2.7]\r\n" PLAIN MAIL_BLANK QUIT,
			  .outcome = "refused at mail 501"},
		  {"synology-dsm", "lenient", "one",
			  .said = "EHLO [192.0.2.7]\r\n" PLAIN MAIL_BLANK RCPT DATA HELLO_MESSAGE
				  ".\r\n" QUIT,
			  .outcome = "delivered"},
},
  libraries[] = {
	  /* RSET takes the login, and all of the next envelope has been said behind it */
	  {"vmime-0.9.2", "qmail-spamcontrol", "two",
		  .said = "EHLO phone.example.org\r\nAUTH LOGIN\r\ndmFsaWRfdXNlcg==\r\nc2VjcmV0\r\n"
			  "MAIL FROM:<phone@example.org> SIZE=148\r\n" RCPT DATA FIRST
			  "RSET\r\nMAIL FROM:<phone@example.org> SIZE=149\r\n" RCPT DATA QUIT,
		  .outcome = "delivered; refused at recipient 535"},
	  {"postfix-connection-cache", "qmail-spamcontrol", "two",
		  .said = "EHLO phone.example.org\r\n" PLAIN
			  "MAIL FROM:<phone@example.org> SIZE=148\r\n" RCPT DATA FIRST
			  "RSET\r\nMAIL FROM:<phone@example.org> SIZE=149\r\n" RCPT DATA
			  "RSET\r\n" QUIT,
		  .outcome = "delivered; refused at recipient 535"},
	  /* mechanism after mechanism, and then the mail without a login */
	  {"libesmtp-1.1.0", "lenient", "one", .wrong_password = true,
		  .said = "EHLO phone.example.org\r\nAUTH LOGIN dmFsaWRfdXNlcg==\r\nbWlzdGFrZW4=\r\n" WRONG
			  MAIL RCPT DATA QUIT,
		  .outcome = "refused at data 554"},
	  /* RSET only because another message follows */
	  {"libesmtp-1.1.0", "forgets-and-refuses-one", "second-refused",
		  .said = "EHLO phone.example.org\r\nAUTH LOGIN dmFsaWRfdXNlcg==\r\nc2VjcmV0\r\n" MAIL
			  RCPT DATA FIRST MAIL NOBODY DATA "RSET\r\n" MAIL RCPT DATA QUIT,
		  .outcome = "delivered; refused at data 503; refused at data 503"},
	  {"nodemailer-pool", "forgets-and-refuses-one", "second-refused",
		  .said = "EHLO phone.example.org\r\n" PLAIN MAIL RCPT DATA FIRST MAIL NOBODY DATA
			  "RSET\r\n" MAIL RCPT DATA "RSET\r\n",
		  .outcome = "delivered; refused at recipient 550; refused at recipient 535"},
	  /* AUTH although nothing was offered, which HELO cannot */
	  {"nodemailer-pool", "pix-mailguard", "one",
		  .said = "EHLO phone.example.org\r\nHELO phone.example.org\r\n" PLAIN,
		  .outcome = "refused at auth 500"},
	  {"python-smtplib", "forgets-and-refuses-one", "second-refused",
		  .said = "ehlo phone.example.org\r\n" PLAIN
			  "mail FROM:<phone@example.org> SIZE=148\r\nrcpt TO:<someone@example.net>\r\n"
			  "data\r\n" FIRST
			  "mail FROM:<phone@example.org> SIZE=149\r\nrcpt TO:<nobody@example.net>\r\nrset\r\n"
			  "mail FROM:<phone@example.org> SIZE=148\r\nrcpt TO:<someone@example.net>\r\nrset\r\n"
			  "quit\r\n",
		  .outcome = "delivered; refused at recipient 550; refused at recipient 535"},
	  /* EHLO behind the login takes the login */
	  {"mailkit-2014", "strato-rzmta", "one",
		  .said = "EHLO [192.0.2.7]\r\n" PLAIN "EHLO [192.0.2.7]\r\n" MAIL QUIT,
		  .outcome = "refused at mail 530"},
	  /* no RSET: another connection, and another login */
	  {"libcurl-7.88", "forgets-and-refuses-one", "second-refused",
		  .said = "EHLO phone\r\n" LOGIN
			  "MAIL FROM:<phone@example.org> SIZE=148\r\n" RCPT DATA FIRST
			  "MAIL FROM:<phone@example.org> SIZE=149\r\n" NOBODY QUIT
			  "|EHLO phone\r\n" LOGIN
			  "MAIL FROM:<phone@example.org> SIZE=148\r\n" RCPT DATA THIRD QUIT,
		  .outcome = "delivered; refused at recipient 550; delivered"},
	  /* MAIL inside the envelope that was left open */
	  {"libetpan-1.9", "knows-nobody", "second-refused",
		  .said = "EHLO phone\r\n" PLAIN
			  "MAIL FROM:<phone@example.org> SIZE=148\r\n" RCPT DATA FIRST
			  "MAIL FROM:<phone@example.org> SIZE=149\r\n" NOBODY
			  "MAIL FROM:<phone@example.org> SIZE=148\r\n" QUIT,
		  .outcome = "delivered; refused at recipient 550; refused at mail 503"},
	  {"perl-net-smtp", "knows-nobody", "second-refused",
		  .said = "EHLO localhost.localdomain\r\n" PLAIN MAIL RCPT DATA FIRST MAIL NOBODY
			  MAIL QUIT,
		  .outcome = "delivered; refused at recipient 550; refused at mail 503"},
	  /* one of two refused: closed inside DATA, nobody gets it */
	  {"msmtp-1.8", "knows-nobody", "one-of-two-refused",
		  .said = "EHLO localhost\r\n" PLAIN MAIL RCPT NOBODY DATA,
		  .outcome = "refused at recipient 550"},
};

/* A '*' stands for whatever is said up to the octet behind it; each other octet for itself. */
static bool fits(struct octets said, const char *pattern)
{
	size_t at = 0;
	for (; *pattern != 0; pattern++) {
		if (*pattern == '*') {
			while (at < said.len &&
				(pattern[1] == 0 || said.at[at] != (uint8_t)pattern[1]))
				at++;
			continue;
		}
		if (at == said.len || said.at[at++] != (uint8_t)*pattern)
			return false;
	}
	return at == said.len;
}

static void play(const struct dialogue *row)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, row->client);
	struct profile *server = stage_profile(PROFILE_SERVER, row->server);
	struct stage_result result;
	if (client == NULL || server == NULL)
		return;
	struct stage_settings settings = {.phone = profile_client(client),
		.server = profile_server(server),
		.mail = stage_mail_find(row->mail),
		.security = row->security,
		.ipv6 = row->ipv6,
		.no_login = row->no_login,
		.wrong_password = row->wrong_password,
		.seed = 3};
	stage_play(&settings, &result);
	CHECK_CASE("%s and %s, mail %s", row->client, row->server, row->mail);
	CHECK_INT(result.pair.end, PAIR_FINISHED);
	CHECK_TEXT(buffer_string(&result.outcome), row->outcome);
	if (!fits(buffer_octets(&result.client_octets), row->said))
		CHECK_OCTETS(buffer_octets(&result.client_octets), octets_of(row->said));
	else
		CHECK(row->said[0] != 0);
	stage_free(&result);
	profile_free(client);
	profile_free(server);
}

#define PLAY_ALL(rows)                                                                             \
	for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                 \
	play(&(rows)[i])

static void of_phones(void)
{
	PLAY_ALL(phones);
}

static void of_desktops(void)
{
	PLAY_ALL(desktops);
}

static void of_devices(void)
{
	PLAY_ALL(devices);
}

static void of_libraries(void)
{
	PLAY_ALL(libraries);
}

#define TESTS(T) T(of_phones) T(of_desktops) T(of_devices) T(of_libraries)
CHECK_MAIN("client dialogues", TESTS)
