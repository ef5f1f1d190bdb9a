/* Addresses as people write them, names as the DNS has them, sentences for the rest. */
#include "endpoint_order.h"

#include <stdio.h>
#include <unistd.h>

#include "check.h"
#include "sentence.h"
#include "system_random.h"
#include "tcp.h"

static void endpoints_are_read_and_written(void)
{
	static const struct {
		const char *host;
		const char *text; /* NULL: not a literal */
		bool loopback;
	} rows[] = {
		{"192.0.2.7", "192.0.2.7", false},
		{"127.9.8.7", "127.9.8.7", true},
		{"[192.0.2.7]", "192.0.2.7", false},
		{"2001:DB8:0:0::7", "2001:db8::7", false},
		{"[2001:db8::7]", "2001:db8::7", false},
		{"::1", "::1", true},
		{"::ffff:127.0.0.1", "::ffff:127.0.0.1", true},
		{"::ffff:192.0.2.7", "::ffff:192.0.2.7", false},
		{"fe80::1%lo", "fe80::1%lo", false},
		{"fe80::1%1", "fe80::1%lo", false},
		{"0.0.0.0", "0.0.0.0", false},
		{"::", "::", false},
		{"", NULL, false},
		{"[]", NULL, false},
		{"[::1", NULL, false},
		{"::1]", NULL, false},
		{"192.0.2", NULL, false},
		{"192.0.2.256", NULL, false},
		{"192.0.2.7 ", NULL, false},
		{"fe80::1%", NULL, false},
		{"fe80::1%no-such-interface", NULL, false},
		{"localhost", NULL, false},
		{NULL, NULL, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint endpoint;
		char text[ENDPOINT_TEXT];
		CHECK_CASE("%s", rows[i].host == NULL ? "NULL" : rows[i].host);
		if (!CHECK_INT(endpoint_parse(&endpoint, rows[i].host, 587), rows[i].text != NULL))
			continue;
		if (rows[i].text == NULL)
			continue;
		endpoint_text(&endpoint, text);
		CHECK_TEXT(text, rows[i].text);
		CHECK_INT(endpoint_port(&endpoint), 587);
		CHECK_INT(endpoint_is_loopback(&endpoint), rows[i].loopback);
	}
}

/* RFC 6724 section 2.1, and rule 1: what cannot be reached comes last, whatever it is. */
static void the_better_address_goes_first(void)
{
	static const struct {
		const char *address;
		unsigned int precedence;
	} rows[] = {
		{"::1", 50},
		{"2001:db8::7", 40},
		{"192.0.2.7", 35},
		{"::ffff:192.0.2.7", 35},
		{"2002:c000:207::1", 30},
		{"2001::7", 5},
		{"2001:1::7", 40},
		{"fd00::7", 3},
		{"fc00::7", 3},
		{"fe00::7", 40},
		{"fec0::7", 1},
		{"3ffe::7", 1},
		{"::192.0.2.7", 1},
		{"127.0.0.1", 35},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint endpoint;
		CHECK_CASE("%s", rows[i].address);
		CHECK(endpoint_parse(&endpoint, rows[i].address, 25));
		CHECK_INT(endpoint_precedence(&endpoint), rows[i].precedence);
	}
	struct endpoint near, broadcast;
	endpoint_parse(&near, "127.0.0.1", 25);
	endpoint_parse(&broadcast, "255.255.255.255", 25); /* the system does not let us */
	CHECK(endpoint_is_better(&near, &broadcast));
	CHECK(!endpoint_is_better(&broadcast, &near));
	CHECK(!endpoint_is_better(&near, &near));
}

static void host_and_port_are_split(void)
{
	static const struct {
		const char *text, *host; /* host NULL: refused */
		unsigned int port;
	} rows[] = {
		{"mail.example.org", "mail.example.org", 25},
		{"mail.example.org:587", "mail.example.org", 587},
		{"192.0.2.7:2525", "192.0.2.7", 2525},
		{"[2001:db8::7]:465", "2001:db8::7", 465},
		{"[2001:db8::7]", "2001:db8::7", 25},
		{"2001:db8::7", "2001:db8::7", 25},
		{"::1", "::1", 25},
		{"127.0.0.1:0", "127.0.0.1", 0},
		{"127.0.0.1:65535", "127.0.0.1", 65535},
		{"127.0.0.1:65536", NULL, 0},
		{"127.0.0.1:", NULL, 0},
		{"127.0.0.1:smtp", NULL, 0},
		{"127.0.0.1:-1", NULL, 0},
		{":25", NULL, 0},
		{"", NULL, 0},
		{"[::1]25", NULL, 0},
		{"[::1]:", NULL, 0},
		{"[]:25", NULL, 0},
		{"[::1", NULL, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char host[ENDPOINT_HOST];
		uint16_t port;
		CHECK_CASE("%s", rows[i].text);
		bool good = endpoint_split(rows[i].text, 25, host, &port);
		CHECK_INT(good, rows[i].host != NULL);
		if (good && rows[i].host != NULL) {
			CHECK_TEXT(host, rows[i].host);
			CHECK_INT(port, rows[i].port);
		}
	}
	char host[ENDPOINT_HOST], longest[ENDPOINT_HOST + 1];
	uint16_t port;
	memset(longest, 'a', sizeof longest);
	longest[ENDPOINT_HOST] = 0;
	CHECK(!endpoint_split(longest, 25, host, &port));
	longest[ENDPOINT_HOST - 1] = 0;
	CHECK(endpoint_split(longest, 25, host, &port));
}

static void names_are_read_as_the_dns_knows_them(void)
{
	static const struct {
		const char *host, *name, *why; /* name NULL: refused */
	} rows[] = {
		{"mail.example.org", "mail.example.org", ""},
		{"mail.example.org.", "mail.example.org.", ""},
		{"localhost", "localhost", ""},
		{"_submission._tcp.example.org", "_submission._tcp.example.org", ""},
		{"caf\xc3\xa9.example", "xn--caf-dma.example", ""},
		{"CAF\xc3\x89.example", "xn--caf-dma.example", ""},
		{"cafe\xcc\x81.example", "xn--caf-dma.example", ""},
		{"stra\xc3\x9f"
		 "e.example",
			"xn--strae-oqa.example", ""},
		{"\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
			"xn--r8jz45g.xn--zckzah", ""},
		{"two words", NULL, "not a host name: two words"},
		{"", NULL, "not a host name: "},
		{".", NULL, "not a host name: ."},
		{NULL, NULL, "not a host name: "},
		{"mail.example.org:25", NULL, "not a host name: mail.example.org:25"},
		{"[::1]", NULL, "not a host name: [::1]"},
		{"esc\033[2Jape", NULL, "not a host name: esc\\x1B[2Jape"},
		{"caf\xe9.example", NULL, "not a host name: caf\\xE9.example"},
		{"caf\xc3\xa9 olé.example", NULL, "not a host name: café olé.example"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char name[ENDPOINT_HOST] = "";
		struct sentence why = {""};
		CHECK_CASE("row %zu", i);
		CHECK_INT(endpoint_name(rows[i].host, name, &why), rows[i].name != NULL);
		CHECK_TEXT(name, rows[i].name == NULL ? "" : rows[i].name);
		CHECK_TEXT(why.text, rows[i].why);
	}
	char longest[300], name[ENDPOINT_HOST];
	memset(longest, 'a', sizeof longest);
	longest[255] = 0;
	CHECK(!endpoint_name(longest, name, NULL));
	longest[254] = 0;
	CHECK(endpoint_name(longest, name, NULL));
}

static void listening_fails_with_a_sentence(void)
{
	struct endpoint endpoint, taken;
	struct sentence why = {""};
	char want[200];
	endpoint_parse(&endpoint, "127.0.0.1", 0);
	int listening = tcp_listen(&endpoint, &why);
	CHECK(listening >= 0);
	CHECK(tcp_local(listening, &taken));
	unsigned int port = endpoint_port(&taken);
	CHECK(port != 0);
	CHECK_INT(tcp_listen(&taken, &why), -1);
	snprintf(want, sizeof want, "port %u of 127.0.0.1 is occupied by another program", port);
	CHECK_TEXT(why.text, want);
	tcp_close(listening);
	endpoint_parse(&endpoint, "192.0.2.7", 25);
	CHECK_INT(tcp_listen(&endpoint, &why), -1);
	CHECK_TEXT(why.text, "192.0.2.7 is no address of this machine");
}

static void sentences_are_cut_and_escaped(void)
{
	struct sentence why;
	char longest[SENTENCE_MAX * 2];
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	sentence_set(&why, "%s", longest);
	CHECK_INT(strlen(why.text), SENTENCE_MAX - 1);
	sentence_add(&why, "more");
	CHECK_INT(strlen(why.text), SENTENCE_MAX - 1);
	/* A cut through a UTF-8 sequence takes all of it away. */
	longest[SENTENCE_MAX - 3] = (char)0xE2;
	longest[SENTENCE_MAX - 2] = (char)0x82;
	longest[SENTENCE_MAX - 1] = (char)0xAC;
	sentence_set(&why, "%s", longest);
	CHECK_INT(strlen(why.text), SENTENCE_MAX - 3);
	sentence_set(&why, "it says: ");
	sentence_add_foreign(&why, octets_of("a\r\n\033b"));
	CHECK_TEXT(why.text, "it says: a\\x0D\\x0A\\x1Bb");
	sentence_set(NULL, "nobody asks");
}

static void the_system_gives_random_numbers(void)
{
	uint8_t a[32] = {0}, b[32] = {0};
	CHECK(system_random(a, sizeof a));
	CHECK(system_random(b, sizeof b));
	CHECK(memcmp(a, b, sizeof a) != 0);
	CHECK(system_random_seed() != system_random_seed());
}

#define TESTS(T)                                                                                   \
	T(endpoints_are_read_and_written)                                                          \
	T(the_better_address_goes_first)                                                           \
	T(host_and_port_are_split)                                                                 \
	T(names_are_read_as_the_dns_knows_them)                                                    \
	T(listening_fails_with_a_sentence)                                                         \
	T(sentences_are_cut_and_escaped)                                                           \
	T(the_system_gives_random_numbers)
CHECK_MAIN("resolve", TESTS)
