/* fact_rows_order: what may come before what, and together with what. */
#include "dialogue.h"

static const struct probe_step mail_twice[] = {OPEN, HELLO, LOGIN, SAY(LINE_MAIL), THEN_MAIL, LAST};
static const struct probe_step recipient_first[] = {OPEN, HELLO, LOGIN, THEN_RECIPIENT, LAST};
/* What is said before the greeting is taken in is on its way when it arrives. */
static const struct probe_step early[] = {
	{.action = PROBE_GREETING, .marks = PROBE_FOLLOWS | PROBE_ON}, FOLLOWS(LINE_HELLO), LAST};
static const struct probe_step together[] = {OPEN, HELLO, LOGIN,
	{.action = PROBE_SAY, .marks = PROBE_FOLLOWS | PROBE_ON, .text = LINE_MAIL},
	{.action = PROBE_SAY, .marks = PROBE_FOLLOWS | PROBE_ON, .text = LINE_RECIPIENT},
	THEN_RECIPIENT, LAST};

/* Said by nobody who has logged in: which of the two is told, and so which is looked at first? */
static const struct probe_step bare_mail[] = {OPEN, HELLO, FOLLOWS("MAIL FROM:{sender}"), LAST};
static const struct probe_step bare_recipient[] = {
	OPEN, HELLO, SAY(LINE_MAIL), FOLLOWS("RCPT TO:{recipient}"), LAST};
static const struct probe_step bare_name[] = {
	OPEN, FOLLOWS("EHLO 192.0.2.1"), THEN_MAIL, THEN_RECIPIENT, LAST};

#define BEFORE_LOGIN(of_name, of_title, of_dialogue)                                               \
	{                                                                                          \
		.name = (of_name), .group = "order", .title = (of_title),                          \
		.strength = STRENGTH_PRUDENT, .section = "RFC 5321 4.3.2",                         \
		.needs = FACT_NEEDS_ACCOUNT, .expect = FACT_MEASURED, .looks_at = PROBE_FOLLOWS,   \
		.dialogue = (of_dialogue), .often_impossible = true,                               \
		.expected = "a refusal, of the form or for want of a login",                       \
	}

static const struct fact_row rows[] = {
	BEFORE_LOGIN("bare-sender-before-login", "A sender without brackets, before the login",
		bare_mail),
	BEFORE_LOGIN("bare-recipient-before-login",
		"A recipient without brackets, before the login", bare_recipient),
	BEFORE_LOGIN(
		"name-before-login", "A name that is a bare address, before the login", bare_name),
	{.name = "no-nested-mail",
		.group = "order",
		.title = "A second MAIL inside a transaction is refused",
		.strength = STRENGTH_SHOULD,
		.section = "RFC 5321 4.1.4",
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = mail_twice,
		.control = dialogue_send,
		.expected = "503",
		.broken = "it is taken",
		.learned = "refuses.mail.open"},
	{.name = "no-recipient-before-mail",
		.group = "order",
		.title = "RCPT before MAIL is refused",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.1.4",
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = recipient_first,
		.control = dialogue_send,
		.expected = "503",
		.broken = "it is taken",
		.learned = "refuses.recipient.no-mail"},
	{.name = "early-talk",
		.group = "order",
		.title = "A client that talks before the greeting",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 5321 3.1, 4.3.1",
		.needs = FACT_NEEDS_NOT_IMPLICIT,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = early,
		.varies = true,
		.expected = "250, or 554 and the end",
		.learned = "refuses.any.early"},
	{.name = "pipelining-works",
		.group = "order",
		.title = "PIPELINING works where it is offered",
		.strength = STRENGTH_MUST,
		.section = "RFC 2920 3.2",
		.needs = FACT_NEEDS_PIPELINING,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = together,
		.control = dialogue_send,
		.expected = "250, 250, 250",
		.broken = "it does not work"},
	{.name = "pipelining-not-offered",
		.group = "order",
		.title = "Commands that come together, although PIPELINING is not offered",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 2920 3.1",
		.needs = FACT_NEEDS_NO_PIPELINING,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = together,
		.expected = "250, 250, 250, or a refusal"},
};
const struct fact_rows fact_rows_order = {rows, sizeof rows / sizeof *rows};
