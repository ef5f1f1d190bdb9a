/*
 * fact_rows_login: what keeps a login, and how one can be had.
 *
 * A server that takes the same mail from anybody shows nothing when it forgets a login: so these
 * facts need one that does not (FACT_NEEDS_LOGIN_WANTED), and login-memory-survives-reset looks at
 * what a second AUTH draws instead.
 */
#include "dialogue.h"

#define SURVIVES(of_name, of_title, of_section, of_dialogue, of_recovery, of_learned)              \
	{                                                                                          \
		.name = (of_name), .group = "login", .title = (of_title),                          \
		.strength = STRENGTH_MUST, .section = (of_section),                                \
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_LOGIN_WANTED, .expect = FACT_TAKEN,       \
		.looks_at = PROBE_FOLLOWS, .dialogue = (of_dialogue), .control = dialogue_send,    \
		.recovery = (of_recovery), .expected = "250 to MAIL and to RCPT",                  \
		.broken = "the mail is refused after it", .learned = (of_learned),                 \
	}

static const struct probe_step reset[] = {
	OPEN, HELLO, LOGIN, THING("RSET"), THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step reset_again[] = {
	OPEN, HELLO, LOGIN, THING("RSET"), THEN_LOGIN, LAST};
static const struct probe_step hello[] = {
	OPEN, HELLO, LOGIN, THING(LINE_HELLO), THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step hello_again[] = {
	OPEN, HELLO, LOGIN, THING(LINE_HELLO), THEN_LOGIN, LAST};
static const struct probe_step helo[] = {
	OPEN, HELLO, LOGIN, THING("HELO {name}"), THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step helo_again[] = {
	OPEN, HELLO, LOGIN, THING("HELO {name}"), THEN_LOGIN, LAST};
static const struct probe_step abandoned[] = {OPEN, HELLO, LOGIN, SAY(LINE_MAIL),
	SAY(LINE_RECIPIENT), THING("RSET"), THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step abandoned_again[] = {
	OPEN, HELLO, LOGIN, SAY(LINE_MAIL), SAY(LINE_RECIPIENT), THING("RSET"), THEN_LOGIN, LAST};
static const struct probe_step message[] = {
	OPEN, HELLO, LOGIN, MESSAGE, THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step message_again[] = {OPEN, HELLO, LOGIN, MESSAGE, THEN_LOGIN, LAST};
static const struct probe_step message_reset[] = {
	OPEN, HELLO, LOGIN, MESSAGE, THING("RSET"), THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step message_reset_again[] = {
	OPEN, HELLO, LOGIN, MESSAGE, THING("RSET"), THEN_LOGIN, LAST};
static const struct probe_step second[] = {OPEN, HELLO, LOGIN, THEN_LOGIN, LAST};
static const struct probe_step in_transaction[] = {
	OPEN, HELLO, SAY(LINE_MAIL), FOLLOWS("AUTH {mechanism}"), LAST};
static const struct probe_step nobody[] = {OPEN, HELLO, THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step without_hello[] = {
	OPEN, THEN_LOGIN, THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step after_helo[] = {
	OPEN, SAY("HELO {name}"), THEN_LOGIN, THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step mail_after_helo[] = {
	OPEN, SAY("HELO {name}"), THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct fact_row rows[] = {
	{.name = "mail-needs-login",
		.group = "login",
		.title = "This mail is taken only after a login",
		.strength = STRENGTH_SHOULD,
		.section = "RFC 6409 4.3",
		.needs = FACT_NEEDS_ACCOUNT,
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = nobody,
		.control = dialogue_send,
		.expected = "530 to MAIL, or a refusal of MAIL or RCPT",
		.broken = "it is taken from anybody here: the recipient is the server's own, this "
			  "network is trusted, or the server relays",
		.learned = "refuses.MAIL.no-auth"},
	SURVIVES("login-survives-reset", "The login survives RSET", "RFC 5321 4.1.1.5", reset,
		reset_again, "forgets.authentication=reset"),
	SURVIVES("login-survives-hello", "The login survives a second EHLO", "RFC 5321 4.1.4",
		hello, hello_again, "forgets.authentication=hello"),
	SURVIVES("login-survives-helo", "The login survives HELO", "RFC 5321 4.1.4", helo,
		helo_again, "forgets.authentication=helo"),
	SURVIVES("login-survives-abandoned-message",
		"The login survives a message that is given up by RSET", "RFC 5321 4.1.1.5",
		abandoned, abandoned_again, NULL),
	{.name = "login-memory-survives-reset",
		.group = "login",
		.title = "After RSET a second login is still refused as one",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 4954 4, RFC 5321 4.1.1.5",
		.needs = FACT_NEEDS_ACCOUNT,
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = reset_again,
		.control = second,
		.control_is_refused = true,
		.expected = "503, as without the RSET",
		.broken = "AUTH is taken again: the login was forgotten",
		.learned = "forgets.login=reset"},
	{.name = "no-second-login",
		.group = "login",
		.title = "A second AUTH is refused",
		.strength = STRENGTH_MUST,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT,
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = second,
		.control = dialogue_login,
		.expected = "503",
		.broken = "a second AUTH is taken",
		.learned = "refuses.auth.authenticated"},
	{.name = "no-login-in-transaction",
		.group = "login",
		.title = "AUTH inside a transaction is refused",
		.strength = STRENGTH_MUST,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_CHALLENGE,
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = in_transaction,
		.often_impossible = true,
		.control = dialogue_login,
		.expected = "503",
		.broken = "AUTH is taken there",
		.learned = "refuses.auth.open"},
	{.name = "login-without-hello",
		.group = "login",
		.title = "A login and mail without EHLO",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 4954 4, RFC 5321 4.1.4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_NOT_STARTTLS,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = without_hello,
		.expected = "503, or 235",
		.learned = "refuses.AUTH.no-hello"},
	{.name = "login-after-helo",
		.group = "login",
		.title = "A login after HELO",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_NOT_STARTTLS,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = after_helo,
		.expected = "503, or 235",
		.learned = "refuses.AUTH.after-helo"},
	{.name = "mail-after-helo",
		.group = "login",
		.title = "This mail without a login, after HELO",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 5321 3.2, RFC 6409 4.3",
		.needs = FACT_NEEDS_NOT_STARTTLS,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = mail_after_helo,
		.expected = "a refusal of MAIL or RCPT",
		.learned = "refuses.MAIL.no-auth"},
	{.name = "login-survives-message",
		.group = "login",
		.title = "The login survives a message: a second one is taken",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.1.1.4, RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_LOGIN_WANTED | FACT_NEEDS_DELIVERY,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = message,
		.control = dialogue_send,
		.recovery = message_again,
		.expected = "250 to MAIL and to RCPT of the second message",
		.broken = "the second message is refused",
		.learned = "forgets.authentication=end"},
	{.name = "login-survives-message-and-reset",
		.group = "login",
		.title = "The login survives a message and RSET",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.1.1.5, RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_LOGIN_WANTED | FACT_NEEDS_DELIVERY,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = message_reset,
		.control = dialogue_send,
		.recovery = message_reset_again,
		.expected = "250 to MAIL and to RCPT of the second message",
		.broken = "the second message is refused"},
};
const struct fact_rows fact_rows_login = {rows, sizeof rows / sizeof *rows};
