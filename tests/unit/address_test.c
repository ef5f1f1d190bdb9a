/* address: which addresses may stand in an envelope. */
#include "address.h"
#include "check.h"

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
		CHECK_INT(address_check(octets_of(rows[i])), MSUB_OK);
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
		CHECK_INT(address_check(octets_of(rows[i])), MSUB_ADDRESS);
	}
	CHECK_INT(address_check(octets_make("a\0b@c", 5)), MSUB_ADDRESS);
	CHECK_INT(address_check(octets_make("a@b\0", 4)), MSUB_ADDRESS);
}

static void tells_other_alphabets_apart(void)
{
	static const char *const rows[] = {
		"\xc3\xbc@example.org", "a@\xc3\xbcml.example", "\xff@b"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_INT(address_check(octets_of(rows[i])), MSUB_ADDRESS_NOT_ASCII);
	/* a line break is worse */
	CHECK_INT(address_check(octets_of("\xc3\xbc@b\r\nDATA")), MSUB_ADDRESS);
}

static void has_limits(void)
{
	static char text[600];
	memset(text, 'a', sizeof text);
	CHECK_INT(address_check(octets_make(text, ADDRESS_MAX)), MSUB_OK);
	CHECK_INT(address_check(octets_make(text, ADDRESS_MAX + 1)), MSUB_ADDRESS);
	text[1] = '@';
	CHECK_INT(address_check(octets_make(text, 2 + ADDRESS_DOMAIN_MAX)), MSUB_OK);
	CHECK_INT(address_check(octets_make(text, 3 + ADDRESS_DOMAIN_MAX)), MSUB_ADDRESS);
}

#define TESTS(T)                                                                                   \
	T(takes_addresses)                                                                         \
	T(refuses_what_is_none)                                                                    \
	T(tells_other_alphabets_apart)                                                             \
	T(has_limits)
CHECK_MAIN("address", TESTS)
