/*
 * fact_rows_tls: TLS, and what is left of a session when it begins.
 *
 * That a login is gone after STARTTLS is as RFC 3207 4.2 wants it; to keep it is kind. Neither
 * is a fault.
 */
#include "dialogue.h"

/* A ClientHello of TLS 1.0 with one suite and nothing else; no octet of it is a line end. */
static const char client_hello[] = "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x01"
				   "handset-check-tls-on-plain-port!"
				   "\x00\x00\x02\x00\x2f\x01\x00";

static const struct probe_step alone[] = {GREETING, HELLO, FOLLOWS("STARTTLS"), LAST};
static const struct probe_step after_login[] = {OPEN, HELLO, LOGIN, THING("STARTTLS"),
	{.action = PROBE_HANDSHAKE, .marks = PROBE_FOLLOWS}, SAY(LINE_HELLO), THEN_MAIL,
	THEN_RECIPIENT, LAST};
static const struct probe_step injected[] = {GREETING, HELLO,
	{.action = PROBE_SAY, .marks = PROBE_THING | PROBE_ON, .text = "STARTTLS"},
	{.action = PROBE_OCTETS, .text = "HANDSET injected\r\n"},
	{.action = PROBE_HANDSHAKE, .marks = PROBE_THING}, FOLLOWS(LINE_HELLO), LAST};
static const struct probe_step without_hello[] = {
	GREETING, HELLO, SAY("STARTTLS"), TLS, THEN_LOGIN, THEN_MAIL, THEN_RECIPIENT, LAST};
static const struct probe_step twice[] = {
	GREETING, HELLO, SAY("STARTTLS"), TLS, HELLO, FOLLOWS("STARTTLS"), LAST};
static const struct probe_step not_offered[] = {OPEN, HELLO, FOLLOWS("STARTTLS"), LAST};
static const struct probe_step in_tls[] = {GREETING, HELLO, FOLLOWS("STARTTLS"),
	{.action = PROBE_HANDSHAKE, .marks = PROBE_FOLLOWS}, FOLLOWS(LINE_HELLO), LAST};
static const struct probe_step on_plain_port[] = {GREETING,
	{.action = PROBE_OCTETS,
		.marks = PROBE_THING | PROBE_ON,
		.text = client_hello,
		.number = sizeof client_hello - 1},
	{.action = PROBE_WAIT, .marks = PROBE_FOLLOWS, .number = 1500}, LAST};

static const struct fact_row rows[] = {
	{.name = "starttls-works",
		.group = "tls",
		.title = "STARTTLS works where it is offered",
		.strength = STRENGTH_MUST,
		.section = "RFC 3207 4",
		.needs = FACT_NEEDS_STARTTLS,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = in_tls,
		.control = dialogue_hello,
		.expected = "220, a handshake, and 250 to EHLO",
		.broken = "it does not work"},
	{.name = "starttls-ends-login",
		.group = "tls",
		.title = "What STARTTLS after a login does to it",
		.strength = STRENGTH_MUST,
		.section = "RFC 3207 4.2",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_STARTTLS | FACT_NEEDS_CLEAR |
			 FACT_NEEDS_LOGIN_WANTED,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_THING | PROBE_FOLLOWS,
		.dialogue = after_login,
		.expected = "STARTTLS or the mail is refused; to keep the login is no fault",
		.learned = "forgets.authentication=starttls"},
	{.name = "starttls-injection",
		.group = "tls",
		.title = "What stands behind STARTTLS in clear is not obeyed inside TLS",
		.strength = STRENGTH_MUST,
		.section = "RFC 3207 4.2, CVE-2011-0411",
		.needs = FACT_NEEDS_STARTTLS,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = injected,
		.control = in_tls,
		.rests_on_control = true,
		.expected = "no TLS, or the reply to EHLO as the first thing in it",
		.broken = "the command that stood behind STARTTLS is answered inside TLS",
		.judge = fact_judge_injection,
		.learned = "starttls"},
	{.name = "hello-after-starttls",
		.group = "tls",
		.title = "A login right after STARTTLS, without a new EHLO",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 3207 4.2",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_STARTTLS,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = without_hello,
		.expected = "503, or 235",
		.learned = "refuses.AUTH.after-tls-no-hello"},
	{.name = "no-starttls-in-tls",
		.group = "tls",
		.title = "STARTTLS inside TLS is refused",
		.strength = STRENGTH_MUST,
		.section = "RFC 3207 4.2",
		.needs = FACT_NEEDS_STARTTLS,
		.expect = FACT_REFUSED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = twice,
		.control = in_tls,
		.expected = "503, or another refusal",
		.broken = "it is taken"},
	{.name = "starttls-not-offered",
		.group = "tls",
		.title = "STARTTLS where it is not offered",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 3207 4, RFC 5321 4.2.4",
		.needs = FACT_NEEDS_NO_STARTTLS,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = not_offered,
		.expected = "500, 502 or 503: some clients say it inside TLS",
		.learned = "starttls"},
	{.name = "login-not-in-clear",
		.group = "tls",
		.title = "Where a login is offered",
		.strength = STRENGTH_SHOULD,
		.section = "RFC 8314 3, RFC 4954 4",
		.needs = FACT_NEEDS_STARTTLS,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = alone,
		.expected = "inside TLS only",
		.judge = fact_judge_clear_login},
	{.name = "tls-on-plain-port",
		.group = "tls",
		.title = "A TLS handshake where none is expected",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 8314 3.3",
		.needs = FACT_NEEDS_NOT_IMPLICIT,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = on_plain_port,
		.expected =
			"a refusal or the end of the connection; silence keeps the client waiting"},
};
const struct fact_rows fact_rows_tls = {rows, sizeof rows / sizeof *rows};
