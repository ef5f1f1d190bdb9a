/* Addresses, names and command lines as the server reads them. */
#include "check.h"
#include "hello_name.h"
#include "mailbox.h"
#include "request.h"

static void check_all(const char *const *texts, size_t count, bool (*is)(struct octets), bool want)
{
	for (size_t i = 0; i < count; i++) {
		CHECK_CASE("%s", texts[i]);
		CHECK_INT(is(octets_of(texts[i])), want);
	}
}

#define ALL(texts, is, want) check_all(texts, sizeof(texts) / sizeof *(texts), is, want)

static void addresses_of_hosts(void)
{
	static const char *const v4[] = {"192.0.2.7", "0.0.0.0", "255.255.255.255", "001.2.3.4"};
	static const char *const no_v4[] = {"", "1.2.3", "1.2.3.4.5", "256.2.3.4", "1..2.3",
		"1.2.3.", ".1.2.3", "1.2.3.a", "0001.2.3.4", "1.2.3.4 ", "-1.2.3.4"};
	static const char *const v6[] = {"::", "::1", "1::", "2001:db8::7", "1:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:192.0.2.7", "1:2:3:4:5:6:192.0.2.7",
		"FE80::a"};
	static const char *const no_v6[] = {"", ":", ":::", "1", "1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "12345::", "::g", "1:", ":1",
		"192.0.2.7", "::192.0.2.7:1", "fe80::1%eth0", "1:2:3:4:5:6:7:192.0.2.7"};
	ALL(v4, mailbox_is_ipv4, true);
	ALL(no_v4, mailbox_is_ipv4, false);
	ALL(v6, mailbox_is_ipv6, true);
	ALL(no_v6, mailbox_is_ipv6, false);
}

static void domains_and_literals(void)
{
	static const char *const domains[] = {"a", "a.b", "xn--mnchen-3ya.de", "1.2", "a-b.c",
		"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc.de"};
	static const char *const no_domains[] = {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b",
		"a b", "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd.de",
		"b\xc3\xbc.de"};
	static const char *const literals[] = {"[192.0.2.7]", "[IPv6:::1]", "[ipv6:2001:db8::7]"};
	static const char *const no_literals[] = {"", "[", "[]", "192.0.2.7", "[192.0.2.7", "[::1]",
		"[IPv6:192.0.2.7]", "[localhost]", "[ 192.0.2.7]", "[IPv6:]"};
	ALL(domains, mailbox_is_domain, true);
	ALL(no_domains, mailbox_is_domain, false);
	ALL(literals, mailbox_is_literal, true);
	ALL(no_literals, mailbox_is_literal, false);
}

static void mailboxes(void)
{
	static const char *const full[] = {"a@b", "a.b+c@d.e", "!#$%&'*+-/=?^_`{|}~@b", "\"\"@b",
		"\"a b\"@c", "\"a\\\"@\\\\\"@c", "a@[192.0.2.7]", "a@[IPv6:::1]"};
	static const char *const not_full[] = {"", "@", "a", "a@", "@b", "a@b@c", "a b@c", ".a@b",
		"a.@b", "a..b@c", "\"a@b", "\"a\"b@c", "a\"b\"@c", "\"\\@b", "\"a\\\"@b", "a@[b]",
		"a@b c", "a\x7f@b", "\xc3\xbc@b", "\"a\x01\"@b",
		"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde@b"};
	ALL(full, mailbox_is_full, true);
	ALL(not_full, mailbox_is_full, false);
}

static void patterns(void)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {{"*", "", true}, {"*@b.c", "A@B.C", true}, {"a*b*c", "axxbxbyc", true},
		{"a**", "a", true}, {"", "", true}, {"", "a", false}, {"a", "ab", false},
		{"*@b.c", "a@b.cd", false}, {"a*b", "a", false},
		{"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s %s", rows[i].pattern, rows[i].text);
		CHECK_INT(mailbox_matches(octets_of(rows[i].pattern), octets_of(rows[i].text)),
			rows[i].matches);
	}
}

#define BIT(condition) (UINT64_C(1) << CONDITION_##condition)

static void names_in_hello(void)
{
	static const struct {
		const char *name;
		uint64_t facts;
	} rows[] = {
		{"phone.example.org", 0},
		{"[192.0.2.7]", 0},
		{"[IPv6:2001:db8::7]", 0},
		{"", BIT(NO_NAME)},
		{"phone", BIT(ONE_WORD)},
		{"localhost", BIT(ONE_WORD) | BIT(LOCALHOST_NAME)},
		{"my_phone", BIT(ONE_WORD) | BIT(UNDERSCORE)},
		{"Nokia E61i", BIT(ONE_WORD) | BIT(BLANK_INSIDE)},
		{"a.b\tc", BIT(BLANK_INSIDE)},
		{"192.0.2.7", BIT(BARE_ADDRESS)},
		{"::1", BIT(BARE_ADDRESS)},
		{"::ffff:192.0.2.7", BIT(BARE_ADDRESS) | BIT(MAPPED_IPV4)},
		{"[2001:db8::7]", BIT(UNTAGGED_IPV6)},
		{"[::FFFF:192.0.2.7]", BIT(UNTAGGED_IPV6) | BIT(MAPPED_IPV4)},
		{"[IPV6:2001:db8::7]", BIT(TAG_CASE)},
		{"[IPv6:192.0.2.7]", BIT(BAD_LITERAL)},
		{"[localhost]", BIT(BAD_LITERAL)},
		{"[", BIT(BAD_LITERAL)},
		{"[192.0.2.7", BIT(BAD_LITERAL)},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i].name);
		CHECK_INT(hello_name_facts(octets_of(rows[i].name)), rows[i].facts);
		CHECK_INT(rows[i].facts & ~hello_name_conditions(), 0);
	}
	CHECK(hello_name_is_of_another(octets_of("[192.0.2.8]"), octets_of("192.0.2.7")));
	CHECK(!hello_name_is_of_another(octets_of("[IPv6:FE80::1]"), octets_of("fe80::1%eth0")));
	CHECK(!hello_name_is_of_another(octets_of("a.example"), octets_of("192.0.2.7")));
}

static void requests(void)
{
	static const struct {
		const char *line;
		enum server_verb verb;
		const char *part; /* the path, the mechanism or else the argument */
		uint64_t facts;
	} rows[] = {
		{"EHLO a.b", SERVER_HELLO, "a.b", 0},
		{"noop\tx ", SERVER_NOOP, "x", BIT(ARGUMENT)},
		{"", SERVER_UNKNOWN, "", 0},
		{"NOOP\xff", SERVER_UNKNOWN, "", BIT(EIGHT_BIT)},
		{"MAIL FROM:<a@b.c> SIZE=0", SERVER_MAIL, "a@b.c", BIT(SIZE_ZERO)},
		{"mail from:<\"a>b\"@c.d>", SERVER_MAIL, "\"a>b\"@c.d", 0},
		{"MAIL FROM:<a>", SERVER_MAIL, "a", BIT(UNQUALIFIED)},
		{"MAIL FROM:<>", SERVER_MAIL, "", BIT(NULL_SENDER)},
		{"MAIL FROM:< a@b.c>", SERVER_MAIL, " a@b.c", BIT(BAD_ADDRESS)},
		{"MAIL FROM:a@b.c AUTH=<>", SERVER_MAIL, "a@b.c",
			BIT(NO_BRACKETS) | BIT(AUTH_PARAMETER)},
		{"MAIL FROM:<a.@b.c>", SERVER_MAIL, "a.@b.c", BIT(MISPLACED_DOT)},
		{"RCPT TO:<.a@b.c>", SERVER_RECIPIENT, ".a@b.c", BIT(MISPLACED_DOT)},
		{"MAIL FROM:<a..b@[192.0.2.7]>", SERVER_MAIL, "a..b@[192.0.2.7]",
			BIT(MISPLACED_DOT)},
		{"MAIL FROM:<.@b.c>", SERVER_MAIL, ".@b.c", BIT(BAD_ADDRESS)},
		{"MAIL FROM:<a.@b..c>", SERVER_MAIL, "a.@b..c", BIT(BAD_ADDRESS)},
		{"MAIL FROM:<a(.@b.c>", SERVER_MAIL, "a(.@b.c", BIT(BAD_ADDRESS)},
		{"MAIL FROM :<a@b.c>", SERVER_MAIL, "", BIT(BAD_ADDRESS)},
		{"RCPT TO:  <@x.y,@z:a@b.c>  ", SERVER_RECIPIENT, "a@b.c",
			BIT(BLANK_AFTER_COLON) | BIT(TRAILING_BLANK)},
		{"RCPT TO:<@x.y:>", SERVER_RECIPIENT, "@x.y:", BIT(BAD_ADDRESS)},
		{"RCPT TO:", SERVER_RECIPIENT, "", BIT(NO_BRACKETS) | BIT(BAD_ADDRESS)},
		{"AUTH plain =", SERVER_AUTH, "plain", BIT(LOWER_CASE) | BIT(INITIAL_RESPONSE)},
		{"AUTH", SERVER_AUTH, "", BIT(NO_INITIAL_RESPONSE)},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct request request;
		request_read(&request, octets_of(rows[i].line));
		bool mail = request.verb == SERVER_MAIL || request.verb == SERVER_RECIPIENT;
		struct octets part = mail ? request.path : request.argument;
		CHECK_CASE("%s", rows[i].line);
		CHECK_INT(request.verb, rows[i].verb);
		CHECK_OCTETS(request.verb == SERVER_AUTH ? request.mechanism : part,
			octets_of(rows[i].part));
		CHECK_INT(request.facts, rows[i].facts);
	}
}

#define TESTS(T)                                                                                   \
	T(addresses_of_hosts)                                                                      \
	T(domains_and_literals)                                                                    \
	T(mailboxes)                                                                               \
	T(patterns)                                                                                \
	T(names_in_hello)                                                                          \
	T(requests)
CHECK_MAIN("server_syntax", TESTS)
