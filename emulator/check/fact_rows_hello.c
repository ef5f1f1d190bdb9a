/*
 * fact_rows_hello: what a client may call itself.
 *
 * Many servers ask late, at MAIL or RCPT: so the whole way is gone. A client whose hello was
 * refused is taken to give up, although some servers would take its mail.
 */
#include "dialogue.h"

#define NAMED(symbol, line)                                                                        \
	static const struct probe_step symbol[] = {                                                \
		OPEN, FOLLOWS(line), THEN_LOGIN, THEN_MAIL, THEN_RECIPIENT, LAST}

NAMED(other_literal, "EHLO [192.0.2.1]");
NAMED(tagged_ipv6, "EHLO [IPv6:2001:db8::1]");
NAMED(untagged_ipv6, "EHLO [2001:db8::1]");
NAMED(mapped_ipv4, "EHLO [::ffff:192.0.2.1]");
NAMED(bad_literal, "EHLO [localhost]");
NAMED(bare_address, "EHLO 192.0.2.1");
NAMED(underscore, "EHLO my_phone");
NAMED(blank_inside, "EHLO my phone");
NAMED(one_word, "EHLO phone");
NAMED(localdomain, "EHLO localhost.localdomain");
NAMED(localhost, "EHLO localhost");
NAMED(no_name, "EHLO");
NAMED(blank_name, "EHLO ");
NAMED(lower_case, "ehlo {name}");
static const struct probe_step again[] = {OPEN, HELLO, FOLLOWS(LINE_HELLO), LAST};
static const struct probe_step helo[] = {OPEN, FOLLOWS("HELO {name}"), LAST};

#define NAME(of_name, of_title, of_strength, of_section, of_dialogue, of_learned)                  \
	{                                                                                          \
		.name = (of_name), .group = "hello", .title = (of_title),                          \
		.strength = STRENGTH_##of_strength, .section = (of_section), .expect = FACT_TAKEN, \
		.looks_at = PROBE_FOLLOWS, .dialogue = (of_dialogue), .control = dialogue_send,    \
		.expected = "the mail is taken", .broken = "it is refused",                        \
		.learned = (of_learned),                                                           \
	}

/* To refuse it is right, and there are scanners that say it. */
#define NAMELESS(of_name, of_title, of_dialogue)                                                   \
	{                                                                                          \
		.name = (of_name), .group = "hello", .title = (of_title),                          \
		.strength = STRENGTH_PRUDENT, .section = "RFC 5321 4.1.1.1",                       \
		.expect = FACT_MEASURED, .looks_at = PROBE_FOLLOWS, .dialogue = (of_dialogue),     \
		.expected = "501, or 250", .learned = "refuses.HELLO.no-name",                     \
	}

static const struct fact_row rows[] = {
	NAME("hello-other-literal", "EHLO with the address of another ([192.0.2.1])", PRUDENT,
		"RFC 5321 4.1.4, 4.1.3", other_literal, "refuses.HELLO.not-mine"),
	NAME("hello-ipv6-literal", "EHLO with an IPv6 literal", MUST, "RFC 5321 4.1.3", tagged_ipv6,
		NULL),
	NAME("hello-untagged-ipv6", "EHLO with an IPv6 literal that lacks its tag", PRUDENT,
		"RFC 5321 4.1.3", untagged_ipv6, "refuses.HELLO.untagged-ipv6"),
	NAME("hello-mapped-ipv4", "EHLO with an IPv4 address written as IPv6, without a tag",
		PRUDENT, "RFC 5321 4.1.3", mapped_ipv4, "refuses.HELLO.mapped-ipv4"),
	NAME("hello-bad-literal", "EHLO with brackets around a name ([localhost])", PRUDENT,
		"RFC 5321 4.1.3", bad_literal, "refuses.HELLO.bad-literal"),
	NAME("hello-bare-address", "EHLO with an address without brackets", PRUDENT,
		"RFC 5321 4.1.1.1", bare_address, "refuses.HELLO.bare-address"),
	NAME("hello-underscore", "EHLO with an underscore in the name", PRUDENT, "RFC 5321 4.1.2",
		underscore, "refuses.HELLO.underscore"),
	NAME("hello-blank-inside", "EHLO with a blank inside the name", PRUDENT, "RFC 5321 4.1.2",
		blank_inside, "refuses.HELLO.blank-inside"),
	NAME("hello-one-word", "EHLO with a name of one word", PRUDENT, "RFC 5321 2.3.5, 4.1.4",
		one_word, "refuses.HELLO.one-word"),
	NAME("hello-localdomain", "EHLO localhost.localdomain", PRUDENT, "RFC 5321 4.1.4",
		localdomain, "refuses.HELLO.localhost-name"),
	NAME("hello-localhost", "EHLO localhost", PRUDENT, "RFC 5321 4.1.4", localhost,
		"refuses.HELLO.localhost-name"),
	NAMELESS("hello-no-name", "EHLO without a name", no_name),
	NAMELESS("hello-blank-name", "EHLO with a blank for a name", blank_name),
	NAME("hello-lower-case", "ehlo in lower case", MUST, "RFC 5321 2.4", lower_case, NULL),
	{.name = "hello-again",
		.group = "hello",
		.title = "A second EHLO is taken",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 4.1.4",
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = again,
		.control = dialogue_hello,
		.expected = "250",
		.broken = "it is refused",
		.learned = "refuses.hello.again"},
	{.name = "helo",
		.group = "hello",
		.title = "HELO is taken",
		.strength = STRENGTH_MUST,
		.section = "RFC 5321 3.2",
		.expect = FACT_TAKEN,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = helo,
		.control = dialogue_hello,
		.expected = "250",
		.broken = "it is refused"},
};
const struct fact_rows fact_rows_hello = {rows, sizeof rows / sizeof *rows};
