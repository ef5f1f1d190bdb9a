/* phone: what it tells who drives it: that mail went in clear, and who ends a wait. */
#include "check.h"
#include "phone_fixture.h"

#define HELLO_521 "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 521 no\n< QUIT\n> 221 bye\n"
#define ENVELOPE_IN_CLEAR                                                                          \
	"< MAIL FROM:<a@example.net>\n> 250 ok\n< RCPT TO:<b@example.org>\n> 250 ok\n"             \
	"< DATA\n> 354 go\n"
#define BODY_IN_CLEAR "<< Subject: x\\r\\n\\r\\nhello\\r\\n\\r\\n.\\r\\n\n"

/* Somebody asked for TLS, and the client's path led past it. */
static void mail_in_clear_has_a_remark(void)
{
	static const char starttls[] = "the mail went in clear, although STARTTLS was asked for";
	static const struct {
		const char *name, *profile, *script;
		enum phone_security asked;
		const char *remark; /* NULL: none */
	} rows[] = {
		{"QUIT, and the mail all the same", "symbian-9.5",
			HELLO_521 "< RSET\n> 250 ok\n" ENVELOPE_IN_CLEAR BODY_IN_CLEAR
				  "> 250 ok\n< QUIT\n> 221 bye\nX\nOVER\n",
			PHONE_STARTTLS, starttls},
		{"a refused dot makes no difference", "symbian-9.5",
			HELLO_521 "< RSET\n> 250 ok\n" ENVELOPE_IN_CLEAR BODY_IN_CLEAR
				  "> 550 no\n< QUIT\n> 221 bye\nX\nOVER\n",
			PHONE_STARTTLS, starttls},
		{"the content was not said", "symbian-9.5",
			HELLO_521 "< RSET\n> 250 ok\n< MAIL FROM:<a@example.net>\n> 530 no\n"
				  "< QUIT\n> 221 bye\nX\nOVER\n",
			PHONE_STARTTLS, NULL},
		{"a client that has no TLS", "tls: {start: never}\nwrites: {dot: own}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n" ENVELOPE_IN_CLEAR
			"<< Subject: x\\r\\n\\r\\nhello\\r\\n.\\r\\n\n"
			"> 250 ok\n< QUIT\n> 221 bye\nX\nOVER\n",
			PHONE_TLS, "the mail went in clear, although TLS was asked for"},
		{"nobody asked", "symbian-9.5",
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250 mx\n"
			"< RSET\n> 250 ok\n" ENVELOPE_IN_CLEAR BODY_IN_CLEAR
			"> 250 ok\n< QUIT\n> 221 bye\nX\nOVER\n",
			PHONE_PLAIN, NULL},
		{"inside TLS", "tls: {start: starttls}\nwrites: {dot: own}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n"
			"< STARTTLS\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n> 250 mx\n" ENVELOPE_IN_CLEAR
			"<< Subject: x\\r\\n\\r\\nhello\\r\\n.\\r\\n\n"
			"> 250 ok\n< QUIT\n> 221 bye\nX\nOVER\n",
			PHONE_STARTTLS, NULL},
	};
	struct octets to = octets_of("b@example.org");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i].name);
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct phone_account account = phone_fixture_account();
		account.user = octets_of("");
		account.security = rows[i].asked;
		struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
		struct phone *phone =
			phone_new(&memory_standard, profile_client(profile), &account, 1);
		CHECK(phone_add(phone, &message));
		CHECK(script_play(phone_player(phone), rows[i].script, NULL));
		CHECK_INT(phone_remark_count(phone), rows[i].remark != NULL);
		CHECK_TEXT(phone_remark(phone, 0), rows[i].remark == NULL ? "" : rows[i].remark);
		phone_free(phone);
		profile_free(profile);
	}
}

/* While it does, nobody else loses patience; a limit that nobody wrote is not the client's own. */
static void who_keeps_time(void)
{
	static const char greeted[] = "O\n> 220 mx\n< EHLO [192.0.2.7]\n";
	static const struct {
		const char *profile, *script;
		bool keeps;
	} rows[] = {
		{"correct", "O\n", false},
		{"timeouts: {greeting: 2 s}", "O\n", true},
		{"timeouts: {greeting: none}", "O\n", false},
		{"timeouts: {else: 2 s}", "O\n", true},
		{"timeouts: {else: none}", "O\n", false},
		{"timeouts: {else: 2 s, greeting: none}", "O\n", false},
		{"timeouts: {greeting: 2 s}", greeted, false},
		{"timeouts: {hello: 2 s}", greeted, true},
		{"think: {hello: 100 s}", "O\n> 220 mx\n", true},
		{"timeouts: {hello: 2 s}\nreactions: {hello: {5xx: hang}}",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 550 no\n", false},
	};
	struct octets to = octets_of("b@example.org");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("row %zu", i);
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct phone_account account = phone_fixture_account();
		account.pace_percent = 100;
		struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
		struct phone *phone =
			phone_new(&memory_standard, profile_client(profile), &account, 1);
		CHECK(phone_add(phone, &message));
		CHECK(script_play(phone_player(phone), rows[i].script, NULL));
		CHECK(phone_keeps_time(phone_player(phone)) == rows[i].keeps);
		phone_free(phone);
		profile_free(profile);
	}
}

#define TESTS(T)                                                                                   \
	T(mail_in_clear_has_a_remark)                                                              \
	T(who_keeps_time)
CHECK_MAIN("phone, told", TESTS)
