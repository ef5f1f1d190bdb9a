/* Addresses as people write them, names as the hosts file has them, sentences for the rest. */
#include "resolve.h"

#include <stdio.h>
#include <unistd.h>

#include "check.h"
#include "player.h"
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

static void names_become_addresses(void)
{
	static const struct {
		const char *host, *why; /* why NULL: it resolves to loopback */
	} rows[] = {
		{"127.0.0.1", NULL},
		{"[::1]", NULL},
		{"localhost", NULL},
		{"two words", "not a host name: two words"},
		{"", "not a host name: "},
		{NULL, "not a host name: "},
		{"mail.example.org:25", "not a host name: mail.example.org:25"},
		{"esc\033[2Jape", "not a host name: esc\\x1B[2Jape"},
		{"caf\xc3\xa9.example",
			"write the host's name in its ASCII form (xn--…): caf\xc3\xa9.example"},
		{"caf\xe9.example",
			"write the host's name in its ASCII form (xn--…): caf\\xE9.example"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct resolve_result result;
		struct sentence why = {""};
		struct patience patience = {clock_ms() + 10000, NULL};
		CHECK_CASE("row %zu", i);
		bool good = resolve(rows[i].host, 25, &patience, &result, &why);
		CHECK_INT(good, rows[i].why == NULL);
		CHECK_TEXT(why.text, rows[i].why == NULL ? "" : rows[i].why);
		for (size_t k = 0; good && k < result.count; k++) {
			CHECK(endpoint_is_loopback(&result.endpoints[k]));
			CHECK_INT(endpoint_port(&result.endpoints[k]), 25);
		}
		CHECK(!good || result.count > 0);
	}
}

/* RFC 6761: no server may ever know it. Whoever is asked, or nobody, it ends in time. */
static void unknown_names_end_in_time(void)
{
	static const volatile sig_atomic_t yes = 1;
	struct resolve_result result;
	struct sentence why = {""};
	uint64_t before = clock_ms();
	struct patience patience = {before + 700, NULL};
	CHECK(!resolve("no-such-host.invalid", 25, &patience, &result, &why));
	CHECK(strstr(why.text, "no-such-host.invalid") != NULL);
	CHECK(clock_ms() < before + 3000);
	struct patience none = {PLAYER_NEVER, &yes};
	CHECK(!resolve("no-such-host.invalid", 25, &none, &result, &why));
	CHECK_TEXT(why.text, "interrupted while looking up no-such-host.invalid");
	struct patience past = {0, NULL};
	CHECK(!resolve("no-such-host.invalid", 25, &past, &result, &why));
	CHECK_TEXT(why.text, "timed out while looking up no-such-host.invalid");
}

static void connections_fail_with_a_sentence(void)
{
	struct endpoint endpoint, taken;
	struct sentence why = {""};
	struct patience patience = {clock_ms() + 5000, NULL};
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
	/* The first that answers is taken. */
	struct endpoint both[2];
	endpoint_parse(&both[0], "127.0.0.1", 1);
	both[1] = taken;
	int descriptor = tcp_connect(both, 2, &patience, &why);
	CHECK(descriptor >= 0);
	tcp_close(descriptor);
	tcp_close(listening);
	CHECK_INT(tcp_connect(&taken, 1, &patience, &why), -1);
	snprintf(want, sizeof want, "connection refused by 127.0.0.1 port %u", port);
	CHECK_TEXT(why.text, want);
	CHECK_INT(tcp_connect(NULL, 0, &patience, &why), -1);
	CHECK_TEXT(why.text, "no address to connect to");
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
	T(host_and_port_are_split)                                                                 \
	T(names_become_addresses)                                                                  \
	T(unknown_names_end_in_time)                                                               \
	T(connections_fail_with_a_sentence)                                                        \
	T(sentences_are_cut_and_escaped)                                                           \
	T(the_system_gives_random_numbers)
CHECK_MAIN("resolve", TESTS)
