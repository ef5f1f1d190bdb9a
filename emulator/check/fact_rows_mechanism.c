/*
 * fact_rows_mechanism: which logins work, and how they are asked for.
 *
 * These facts come late, since after a few refused logins no more are tried: one is about a login
 * that must fail (of nobody), and a mechanism that is offered and does not work refuses the
 * account's own password.
 */
#include "dialogue.h"

static const struct probe_step lower_plain[] = {
	OPEN, HELLO, LOGIN_BY("PLAIN", PROBE_LOWER_CASE), LAST};
static const struct probe_step lower_login[] = {
	OPEN, HELLO, LOGIN_BY("LOGIN", PROBE_LOWER_CASE), LAST};
static const struct probe_step plain[] = {OPEN, HELLO, LOGIN_BY("PLAIN", PROBE_AT_ONCE), LAST};
static const struct probe_step plain_asked[] = {OPEN, HELLO, LOGIN_BY("PLAIN", PROBE_ASKED), LAST};
static const struct probe_step login[] = {OPEN, HELLO, LOGIN_BY("LOGIN", PROBE_ASKED), LAST};
static const struct probe_step login_at_once[] = {
	OPEN, HELLO, LOGIN_BY("LOGIN", PROBE_AT_ONCE), LAST};
static const struct probe_step cram[] = {OPEN, HELLO, LOGIN_BY("CRAM-MD5", 0), LAST};

static const struct probe_step failed[] = {OPEN, HELLO,
	{.action = PROBE_LOGIN, .marks = PROBE_THING | PROBE_STRANGER}, THEN_LOGIN, THEN_MAIL,
	THEN_RECIPIENT, LAST};
static const struct probe_step cancelled[] = {
	OPEN, HELLO, SAY("AUTH {mechanism}"), FOLLOWS("*"), LAST};
static const struct probe_step after_cancel[] = {
	OPEN, HELLO, SAY("AUTH {mechanism}"), THING("*"), THEN_LOGIN, LAST};
static const struct probe_step reset_inside[] = {OPEN, HELLO, SAY("AUTH {mechanism}"),
	THING("RSET"), {.action = PROBE_SAY, .marks = PROBE_THING | PROBE_ONLY_334, .text = "*"},
	THEN_LOGIN, LAST};
#define WAY(of_name, of_title, of_strength, of_section, of_needs, of_dialogue, of_learned)         \
	{                                                                                          \
		.name = (of_name), .group = "login", .title = (of_title),                          \
		.strength = STRENGTH_##of_strength, .section = (of_section),                       \
		.needs = FACT_NEEDS_ACCOUNT | (of_needs), .expect = FACT_TAKEN,                    \
		.looks_at = PROBE_FOLLOWS, .dialogue = (of_dialogue), .control = dialogue_login,   \
		.expected = "235", .broken = "this login is refused", .learned = (of_learned),     \
	}

static const struct fact_row rows[] = {
	{.name = "login-after-failed-login",
		.group = "login",
		.title = "After a refused login (of nobody) a good one is taken",
		.strength = STRENGTH_MUST,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = failed,
		.control = dialogue_send,
		.expected = "535, then 235",
		.broken = "the good login is refused after it"},
	{.name = "cancelled-login",
		.group = "login",
		.title = "A login that is broken off with * draws 501",
		.strength = STRENGTH_MUST,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_CHALLENGE,
		.expect = FACT_REFUSED,
		.code = 501,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = cancelled,
		.control = dialogue_login,
		.expected = "501",
		.broken = "the server says something else",
		.learned = "auth.cancel"},
	{.name = "login-after-cancelled-login",
		.group = "login",
		.title = "After a login that is broken off another one is taken",
		.strength = STRENGTH_MUST,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_CHALLENGE,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = after_cancel,
		.control = dialogue_login,
		.expected = "501, then 235",
		.broken = "the login is refused after it"},
	{.name = "reset-inside-login",
		.group = "login",
		.title = "RSET inside a login does no lasting harm",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 4954 4",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_CHALLENGE,
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = reset_inside,
		.control = dialogue_login,
		.expected = "a line of the login, and 235 to the next one",
		.broken = "the next login is refused",
		.judge = fact_judge_exchange,
		.learned = "auth.exchange"},
	WAY("login-lower-case-plain", "The mechanism's name may be in lower case (auth plain)",
		MUST, "RFC 4422 3.1, RFC 5321 2.4", FACT_NEEDS_PLAIN, lower_plain,
		"refuses.auth.lower-case"),
	WAY("login-lower-case-login", "The mechanism's name may be in lower case (auth login)",
		MUST, "RFC 4422 3.1, RFC 5321 2.4", FACT_NEEDS_LOGIN, lower_login,
		"refuses.auth.lower-case"),
	WAY("plain-at-once", "PLAIN with an initial response", MUST, "RFC 4954 4, RFC 4616",
		FACT_NEEDS_PLAIN, plain, "refuses.auth.initial-response"),
	WAY("plain-asked", "PLAIN without one draws an empty challenge", MUST, "RFC 4954 4",
		FACT_NEEDS_PLAIN, plain_asked, "auth.empty-challenge"),
	WAY("login-asked", "LOGIN, name and password asked for", PRUDENT,
		"draft-murchison-sasl-login", FACT_NEEDS_LOGIN, login, "auth.unusable=LOGIN"),
	WAY("login-at-once", "LOGIN with the name as an initial response", PRUDENT,
		"RFC 4954 4, draft-murchison-sasl-login", FACT_NEEDS_LOGIN, login_at_once,
		"refuses.auth.initial-response"),
	WAY("cram-md5", "CRAM-MD5 works where it is offered", MUST, "RFC 4954 4, RFC 2195",
		FACT_NEEDS_CRAM, cram, "auth.unusable=CRAM-MD5"),
	{.name = "login-prompts",
		.group = "login",
		.title = "LOGIN asks with the words that clients compare",
		.strength = STRENGTH_PRUDENT,
		.section = "draft-murchison-sasl-login",
		.needs = FACT_NEEDS_ACCOUNT | FACT_NEEDS_LOGIN,
		.expect = FACT_TAKEN,
		.heard = true,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = login,
		.expected = "\"Username:\" and \"Password:\"",
		.broken = "it asks with other words",
		.judge = fact_judge_prompts,
		.learned = "auth.prompts"},
};
const struct fact_rows fact_rows_mechanism = {rows, sizeof rows / sizeof *rows};
