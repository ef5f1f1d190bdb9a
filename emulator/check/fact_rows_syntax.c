/* fact_rows_syntax: how strictly commands are read. */
#include "dialogue.h"

#define MAILS(symbol, line)                                                                        \
	static const struct probe_step symbol[] = {                                                \
		OPEN, HELLO, LOGIN, FOLLOWS(line), THEN_RECIPIENT, LAST}
#define RECIPIENTS(symbol, line)                                                                   \
	static const struct probe_step symbol[] = {                                                \
		OPEN, HELLO, LOGIN, SAY(LINE_MAIL), FOLLOWS(line), LAST}

MAILS(blank_mail, "MAIL FROM: <{sender}>");
RECIPIENTS(blank_recipient, "RCPT TO: <{recipient}>");
MAILS(bare_mail, "MAIL FROM:{sender}");
RECIPIENTS(bare_recipient, "RCPT TO:{recipient}");
MAILS(trailing_mail, "MAIL FROM:<{sender}> ");
RECIPIENTS(trailing_recipient, "RCPT TO:<{recipient}> ");
MAILS(lower_mail, "mail from:<{sender}>");
MAILS(dot_sender, "MAIL FROM:<{local}.@{domain}>");
MAILS(null_sender, "MAIL FROM:<>");
MAILS(auth_parameter, "MAIL FROM:<{sender}> AUTH=<>");
MAILS(size, "MAIL FROM:<{sender}> SIZE=1000");
static const struct probe_step huge[] = {
	OPEN, HELLO, LOGIN, FOLLOWS("MAIL FROM:<{sender}> SIZE=99999999999"), LAST};
static const struct probe_step parameter[] = {
	OPEN, HELLO, LOGIN, FOLLOWS("MAIL FROM:<{sender}> XHANDSET=1"), LAST};
static const struct probe_step bare_lf[] = {OPEN,
	{.action = PROBE_SAY, .marks = PROBE_FOLLOWS | PROBE_BARE_LF, .text = LINE_HELLO}, LAST};
static const struct probe_step unknown[] = {OPEN, HELLO, FOLLOWS("HANDSET"), LAST};
static const struct probe_step after_unknown[] = {
	OPEN, HELLO, THING("HANDSET"), THEN_LOGIN, THEN_MAIL, THEN_RECIPIENT, LAST};

#define LETS(of_name, of_title, of_strength, of_section, of_dialogue, of_learned)                  \
	{                                                                                          \
		.name = (of_name), .group = "syntax", .title = (of_title),                         \
		.strength = STRENGTH_##of_strength, .section = (of_section), .expect = FACT_TAKEN, \
		.looks_at = PROBE_FOLLOWS, .dialogue = (of_dialogue), .control = dialogue_send,    \
		.expected = "250", .broken = "it is refused", .learned = (of_learned),             \
	}

static const struct fact_row rows[] = {
	LETS("blank-after-mail-colon", "A blank behind MAIL FROM: is forgiven", PRUDENT,
		"RFC 5321 3.3, 4.1.1.2", blank_mail, "refuses.mail.blank-after-colon"),
	LETS("blank-after-recipient-colon", "A blank behind RCPT TO: is forgiven", PRUDENT,
		"RFC 5321 3.3, 4.1.1.3", blank_recipient, "refuses.recipient.blank-after-colon"),
	LETS("sender-without-brackets", "A sender without angle brackets is forgiven", PRUDENT,
		"RFC 5321 4.1.2", bare_mail, "refuses.mail.no-brackets"),
	LETS("recipient-without-brackets", "A recipient without angle brackets is forgiven",
		PRUDENT, "RFC 5321 4.1.2", bare_recipient, "refuses.recipient.no-brackets"),
	LETS("blank-behind-mail", "A blank at the end of MAIL is forgiven", SHOULD,
		"RFC 5321 4.1.1", trailing_mail, "refuses.mail.trailing-blank"),
	LETS("blank-behind-recipient", "A blank at the end of RCPT is forgiven", SHOULD,
		"RFC 5321 4.1.1", trailing_recipient, "refuses.recipient.trailing-blank"),
	LETS("verbs-lower-case", "mail from: in lower case", MUST, "RFC 5321 2.4", lower_mail,
		NULL),
	LETS("dot-before-at", "A dot at the end of the sender's local part is forgiven", PRUDENT,
		"RFC 5321 4.1.2", dot_sender, "refuses.mail.misplaced-dot"),
	LETS("null-sender", "The null sender (MAIL FROM:<>) is taken", PRUDENT,
		"RFC 5321 4.5.5, RFC 6409 6.1", null_sender, "refuses.mail.null"),
	{.name = "auth-parameter",
		.group = "syntax",
		.title = "MAIL with AUTH=<> is taken",
		.strength = STRENGTH_MUST,
		.section = "RFC 4954 5",
		.needs = FACT_NEEDS_ACCOUNT,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = auth_parameter,
		.control = dialogue_send,
		.expected = "250",
		.broken = "it is refused",
		.learned = "refuses.mail.auth-parameter"},
	{.name = "size-parameter",
		.group = "syntax",
		.title = "MAIL with SIZE= is taken where SIZE is offered",
		.strength = STRENGTH_MUST,
		.section = "RFC 1870 6",
		.needs = FACT_NEEDS_SIZE,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = size,
		.control = dialogue_send,
		.expected = "250",
		.broken = "it is refused"},
	{.name = "size-too-big",
		.group = "syntax",
		.title = "MAIL with SIZE= of 100 GB",
		.strength = STRENGTH_SHOULD,
		.section = "RFC 1870 6.1",
		.needs = FACT_NEEDS_SIZE,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = huge,
		.control = dialogue_send,
		.expected = "552, or 250 where no limit was told",
		.learned = "refuses.mail.too-big"},
	{.name = "unknown-parameter",
		.group = "syntax",
		.title = "MAIL with a parameter that nobody knows is refused",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.1.1.11",
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = parameter,
		.control = dialogue_send,
		.expected = "555",
		.broken = "it is taken",
		.learned = "refuses.mail.parameter"},
	{.name = "bare-lf-command",
		.group = "syntax",
		.title = "A command that ends in LF alone",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 5321 2.3.8",
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = bare_lf,
		.control = dialogue_hello,
		.expected = "250, or a refusal; silence keeps the client waiting",
		.learned = "refuses.any.bare-lf"},
	{.name = "unknown-command",
		.group = "syntax",
		.title = "A command that nobody knows draws 500 or 502",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.2.4",
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = unknown,
		.control = dialogue_hello,
		.expected = "500 or 502",
		.broken = "it is taken",
		.learned = "replies.unknown"},
	{.name = "session-after-unknown-command",
		.group = "syntax",
		.title = "After it the session goes on",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.3.2",
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = after_unknown,
		.control = dialogue_send,
		.expected = "235 and 250",
		.broken = "it does not"},
};
const struct fact_rows fact_rows_syntax = {rows, sizeof rows / sizeof *rows};
