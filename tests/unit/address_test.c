/* address: which addresses may stand in an envelope. */
#include "address.h"
#include "check.h"

static enum msub_error check(struct octets text)
{
	struct address address;
	enum msub_error error = address_make(&address, &memory_standard, text);
	if (error == MSUB_OK)
		address_free(&address, &memory_standard);
	return error;
}

static void takes_addresses(void)
{
	static const char *const rows[] = {"a@b", "user@example.org",
		"first.last+tag@sub.example.org", "root", "postmaster", "user@[192.0.2.7]",
		"user@[IPv6:2001:db8::7]", "\"a b\"@example.org",
		"\"quoted \\\" and \\\\ signs\"@example.org", "\"<>\"@example.org",
		"!#$%&'*+-/=?^_`{|}~@example.org", "a..b.@docomo.example",
		"user@under_score.example", "user@xn--bcher-kva.example", "-@-",
		"rset@example.org"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i]);
		CHECK_INT(check(octets_of(rows[i])), MSUB_OK);
	}
}

static void refuses_what_is_none(void)
{
	static const char *const rows[] = {"", "@", "@example.org", "a@", "a@b@c", "a b@c", "a@b c",
		"<a@b>", "a@b>", "a@b> SIZE=1", "a@b\r\nRSET", "a@b\n", "a\rb@c", "a@b\r", "\ta@b",
		"a@b\x7f", "\"a\"b@c", "\"a@b", "\"a\\", "\"a\r\n\"@b", "a@.b", "a@b.", "a@b..c",
		"a@[192.0.2.7", "a@[]", "a@[a b]", "a@[a]b", "a@b,c@d", "a@b;", "a(comment)@b",
		"a@b\\", "a@\"b\""};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i]);
		CHECK_INT(check(octets_of(rows[i])), MSUB_ADDRESS);
	}
	CHECK_INT(check(octets_make("a\0b@c", 5)), MSUB_ADDRESS);
	CHECK_INT(check(octets_make("a@b\0", 4)), MSUB_ADDRESS);
}

/* What is said to a server that knows SMTPUTF8, and to one that does not (NULL: nothing can be). */
static void writes_international_addresses(void)
{
	static const struct {
		const char *text, *utf8, *ascii;
	} rows[] = {
		{"user@example.org", "user@example.org", "user@example.org"},
		{"a@b\xc3\xbc"
		 "cher.example",
			"a@b\xc3\xbc"
			"cher.example",
			"a@xn--bcher-kva.example"},
		/* what capitals mean is mapped, what people wrote is composed */
		{"a@B\xc3\x9c"
		 "CHER.example",
			"a@b\xc3\xbc"
			"cher.example",
			"a@xn--bcher-kva.example"},
		{"a@bu\xcc\x88"
		 "cher.example",
			"a@b\xc3\xbc"
			"cher.example",
			"a@xn--bcher-kva.example"},
		/* not transitional: a sharp s is not ss */
		{"a@stra\xc3\x9f"
		 "e.example",
			"a@stra\xc3\x9f"
			"e.example",
			"a@xn--strae-oqa.example"},
		{"a@\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b", "a@\xe4\xbe\x8b.\xe4\xbe\x8b",
			"a@xn--fsq.xn--fsq"},
		{"j\xc3\xb6rg@example.org", "j\xc3\xb6rg@example.org", NULL},
		{"\xe7\x94\xa8\xe6\x88\xb7@\xe4\xbe\x8b.example",
			"\xe7\x94\xa8\xe6\x88\xb7@\xe4\xbe\x8b.example", NULL},
		{"\"j\xc3\xb6 rg\"@example.org", "\"j\xc3\xb6 rg\"@example.org", NULL},
		{"\xf0\x9f\x93\xa7@example.org", "\xf0\x9f\x93\xa7@example.org", NULL},
		{"j\xc3\xb6rg", "j\xc3\xb6rg", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct address address;
		CHECK_CASE("%s", rows[i].text);
		CHECK_INT(
			address_make(&address, &memory_standard, octets_of(rows[i].text)), MSUB_OK);
		CHECK_TEXT(address.text, rows[i].text);
		CHECK_TEXT(address_on_wire(&address, true), rows[i].utf8);
		CHECK_INT(address.needs_utf8, rows[i].ascii == NULL);
		if (rows[i].ascii != NULL)
			CHECK_TEXT(address_on_wire(&address, false), rows[i].ascii);
		address_free(&address, &memory_standard);
	}
}

static void refuses_what_deceives(void)
{
	static const char *const rows[] = {
		"\xff@b", "a@\xff", "a\xc3@b", "a\xc3(@b",			    /* no UTF-8 */
		"\xc0\x80@b", "\xed\xa0\x80@b", "\xf4\x90\x80\x80@b", "\xc2\x85@b", /* C1 */
		"a\xe2\x80\xae"
		"b@c",
		"a@\xe2\x80\xae"
		"c", /* overrides */
		"a\xe2\x80\x8b"
		"b@c",
		"a@b\xe2\x80\x8b"
		"c", /* invisible */
		"a\xc2\xa0"
		"b@c",
		"a\xe3\x80\x80@c", /* blanks */
		"a\xe2\x80\xa8@c", "\xc3\xbc@b\r\nDATA", "\xc3\xbc@b\n", "\xc3\xbc b@c",
		"\xc3\xbc@", "\xc3\xbc<@c", "a@[\xc3\xbc]", "a@\xc3\xbc..c", "a@\xc3\xbc c",
		"a@\xc3\xbc>",
		"a@\xef\xbc\xa0"
		"b", /* maps to an @ */
		"a@b\xe2\x84\x80"
		"c", /* maps to a/c */
		"a@b\xe3\x80\x82\xe3\x80\x82"
		"c", /* two dots */
		"a@\xcc\x88"
		"b.example", /* begins with a combining mark */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("row %zu: %s", i, rows[i]);
		CHECK_INT(check(octets_of(rows[i])), MSUB_ADDRESS);
	}
}

static void has_limits(void)
{
	static char text[600];
	memset(text, 'a', sizeof text);
	CHECK_INT(check(octets_make(text, ADDRESS_MAX)), MSUB_OK);
	CHECK_INT(check(octets_make(text, ADDRESS_MAX + 1)), MSUB_ADDRESS);
	text[1] = '@';
	CHECK_INT(check(octets_make(text, 2 + ADDRESS_DOMAIN_MAX)), MSUB_OK);
	CHECK_INT(check(octets_make(text, 3 + ADDRESS_DOMAIN_MAX)), MSUB_ADDRESS);
}

#define TESTS(T)                                                                                   \
	T(takes_addresses)                                                                         \
	T(refuses_what_is_none)                                                                    \
	T(writes_international_addresses) T(refuses_what_deceives) T(has_limits)
CHECK_MAIN("address", TESTS)
