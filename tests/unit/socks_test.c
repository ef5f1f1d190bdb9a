/* What is said to a SOCKS5 proxy and what it may answer, at every cut; proxies on loopback. */
#include "socks.h"

#include <poll.h>
#include <stdio.h>

#include "dial_stage.h"

#define REQUEST_NAME "\5\1\0\3\x10mail.example.org\2\x4b"
#define REPLY_V4 "\5\0\0\1\x7f\0\0\1\x1f\x90"

struct socks_row {
	const char *name, *host, *user, *password;
	const char *in; /* all that the proxy says */
	size_t in_len;
	const char *out; /* all that was said */
	size_t out_len;
	const char *why; /* NULL: it is done */
};

#define TEXT(text) (text), sizeof(text) - 1

static const struct socks_row rows[] = {
	{"without a login", "mail.example.org", NULL, NULL, TEXT("\5\0" REPLY_V4),
		TEXT("\5\1\0" REQUEST_NAME), NULL},
	{"a login is not asked for", "mail.example.org", "me", "secret", TEXT("\5\0" REPLY_V4),
		TEXT("\5\2\0\2" REQUEST_NAME), NULL},
	{"with a login", "mail.example.org", "me", "secret", TEXT("\5\2\1\0" REPLY_V4),
		TEXT("\5\2\0\2\1\2me\6secret" REQUEST_NAME), NULL},
	{"the login's answer has the wrong version", "mail.example.org", "me", "secret",
		TEXT("\5\2\5\0" REPLY_V4), TEXT("\5\2\0\2\1\2me\6secret" REQUEST_NAME), NULL},
	{"an IPv4 literal", "192.0.2.7", NULL, NULL, TEXT("\5\0" REPLY_V4),
		TEXT("\5\1\0\5\1\0\1\xc0\0\2\7\2\x4b"), NULL},
	{"an IPv6 literal", "2001:db8::7", NULL, NULL, TEXT("\5\0" REPLY_V4),
		TEXT("\5\1\0\5\1\0\4\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\7\2\x4b"), NULL},
	{"an IPv6 address in the reply", "mail.example.org", NULL, NULL,
		TEXT("\5\0\5\0\0\4qwertyuiopasdfgh\1\2"), TEXT("\5\1\0" REQUEST_NAME), NULL},
	{"a name in the reply", "mail.example.org", NULL, NULL, TEXT("\5\0\5\0\0\3\5proxy\1\2"),
		TEXT("\5\1\0" REQUEST_NAME), NULL},
	{"an empty name in the reply", "mail.example.org", NULL, NULL, TEXT("\5\0\5\0\0\3\0\1\2"),
		TEXT("\5\1\0" REQUEST_NAME), NULL},
	{"another kind of address", "mail.example.org", NULL, NULL, TEXT("\5\0\5\0\0\2\0"),
		TEXT("\5\1\0" REQUEST_NAME), "the proxy's reply names an address of no known kind"},
	{"HTTP", "mail.example.org", NULL, NULL, TEXT("HT"), TEXT("\5\1\0"),
		"this is no SOCKS5 proxy: it speaks HTTP"},
	{"SOCKS4", "mail.example.org", NULL, NULL, TEXT("\0\x5b"), TEXT("\5\1\0"),
		"this is no SOCKS5 proxy: its answer is of another protocol"},
	{"a login is wanted", "mail.example.org", NULL, NULL, TEXT("\5\xff"), TEXT("\5\1\0"),
		"the proxy wants a login: set proxy_user and proxy_password"},
	{"a login of another kind is wanted", "mail.example.org", "me", "secret", TEXT("\5\xff"),
		TEXT("\5\2\0\2"), "the proxy takes no login by user and password"},
	{"a login that was not offered", "mail.example.org", NULL, NULL, TEXT("\5\2"),
		TEXT("\5\1\0"), "the proxy chose a login that was not offered to it"},
	{"GSSAPI, not offered", "mail.example.org", "me", "secret", TEXT("\5\1"), TEXT("\5\2\0\2"),
		"the proxy chose a login that was not offered to it"},
	{"the login is refused", "mail.example.org", "me", "secret", TEXT("\5\2\1\1"),
		TEXT("\5\2\0\2\1\2me\6secret"),
		"the proxy refused the login: look at proxy_user and proxy_password"},
	{"the login's answer is nonsense", "mail.example.org", "me", "secret", TEXT("\5\2H\0"),
		TEXT("\5\2\0\2\1\2me\6secret"),
		"the proxy's answer to the login breaks the protocol"},
	{"the reply is nonsense", "mail.example.org", NULL, NULL, TEXT("\5\0H\0"),
		TEXT("\5\1\0" REQUEST_NAME), "the proxy's reply breaks the protocol"},
	{"general failure, and no more", "mail.example.org", NULL, NULL, TEXT("\5\0\5\1"),
		TEXT("\5\1\0" REQUEST_NAME), "the proxy could not do it (general failure)"},
	{"forbidden", "mail.example.org", NULL, NULL, TEXT("\5\0\5\2"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy's rules forbid this connection"},
	{"network", "mail.example.org", NULL, NULL, TEXT("\5\0\5\3"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy says that the network cannot be reached"},
	{"host", "mail.example.org", NULL, NULL, TEXT("\5\0\5\4"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy says that the host cannot be reached, or does not exist"},
	{"refused", "mail.example.org", NULL, NULL, TEXT("\5\0\5\5"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy says that the connection was refused: nothing listens there"},
	{"timed out", "mail.example.org", NULL, NULL, TEXT("\5\0\5\6"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy says that the connection timed out"},
	{"command", "mail.example.org", NULL, NULL, TEXT("\5\0\5\7"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy does not connect to hosts (command not supported)"},
	{"address", "mail.example.org", NULL, NULL, TEXT("\5\0\5\x08"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy does not take this kind of address"},
	{"unknown", "mail.example.org", NULL, NULL, TEXT("\5\0\5\xfe"), TEXT("\5\1\0" REQUEST_NAME),
		"the proxy refused for an unknown reason (254)"},
	{"silence at the beginning", "mail.example.org", NULL, NULL, TEXT(""), TEXT("\5\1\0"),
		"the proxy closed the connection: is it one for SOCKS5?"},
	{"silence after the login", "mail.example.org", "me", "secret", TEXT("\5\2\1"),
		TEXT("\5\2\0\2\1\2me\6secret"), "the proxy closed the connection after the login"},
	{"silence after the request", "mail.example.org", NULL, NULL, TEXT("\5\0\5"),
		TEXT("\5\1\0" REQUEST_NAME), "the proxy closed the connection and did not say why"},
	{"silence in the reply", "mail.example.org", NULL, NULL, TEXT("\5\0\5\0\0\1\1\1"),
		TEXT("\5\1\0" REQUEST_NAME),
		"the proxy closed the connection in the middle of its reply"},
};

/* Plays a row with pieces of so many octets, both ways; what follows the reply stays unread. */
static void play(const struct socks_row *row, size_t step)
{
	struct socks socks;
	uint8_t said[600];
	size_t said_len = 0, heard = 0;
	socks_begin(&socks, row->host, 587, row->user, row->password);
	while (socks.state == SOCKS_GOING) {
		struct octets out = octets_cut(socks_output(&socks), step);
		size_t want = socks_wanted(&socks);
		CHECK((out.len > 0) != (want > 0));
		if (out.len > 0) {
			memcpy(said + said_len, out.at, out.len);
			said_len += out.len;
			socks_sent(&socks, out.len);
			continue;
		}
		size_t len = row->in_len - heard < step ? row->in_len - heard : step;
		len = len < want ? len : want;
		if (len == 0)
			socks_end_of_input(&socks);
		else
			socks_input(&socks, (const uint8_t *)row->in + heard, len);
		heard += len;
	}
	CHECK_INT(socks.state, row->why == NULL ? SOCKS_DONE : SOCKS_FAILED);
	CHECK_TEXT(socks.why.text, row->why == NULL ? "" : row->why);
	CHECK_OCTETS(octets_make(said, said_len), octets_make(row->out, row->out_len));
	CHECK_INT(heard, row->in_len);
	CHECK_INT(socks_wanted(&socks), 0);
	CHECK_INT(socks_output(&socks).len, 0);
	socks_wipe(&socks);
	for (size_t i = 0; i < sizeof socks.out; i++)
		CHECK(socks.out[i] == 0);
}

static void every_dialogue_at_every_cut(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t step = 1; step < 40; step++) {
			CHECK_CASE("%s, %zu octets at once", rows[i].name, step);
			play(&rows[i], step);
		}
	}
}

static void what_does_not_fit_is_not_said(void)
{
	static char long_text[300];
	struct socks socks;
	memset(long_text, 'x', 256);
	static const char *const too_long[] = {long_text, ""};
	for (size_t i = 0; i < 2; i++) {
		socks_begin(&socks, too_long[i], 25, NULL, NULL);
		CHECK_INT(socks.state, SOCKS_FAILED);
		CHECK_INT(socks_output(&socks).len, 0);
		socks_begin(&socks, "host", 25, too_long[i], "x");
		CHECK_INT(socks.state, SOCKS_FAILED);
	}
	socks_begin(&socks, "host", 25, "x", long_text);
	CHECK_INT(socks.state, SOCKS_FAILED);
	long_text[255] = 0;
	socks_begin(&socks, "host", 25, long_text, long_text);
	CHECK_INT(socks.state, SOCKS_GOING);
	socks_sent(&socks, 4);
	socks_input(&socks, (const uint8_t *)"\5\2", 2);
	CHECK_INT(socks_output(&socks).len, 3 + 255 + 255);
	socks_wipe(&socks);
}

/* ---- over a connection ---- */

/* The proxy's side: says all at once, the mail server's greeting behind it. */
static int accept_and_say(struct dial_stage *stage, const void *at, size_t len)
{
	struct pollfd polled = {.fd = stage->standing, .events = POLLIN};
	CHECK(poll(&polled, 1, 5000) == 1);
	int descriptor = tcp_accept(stage->standing);
	CHECK(send(descriptor, at, len, MSG_NOSIGNAL) == (ssize_t)len);
	return descriptor;
}

static bool proxy_stage_open(struct dial_stage *stage)
{
	static const struct name_row names[] = {
		{"proxy.example.org", "A 192.0.2.50"}, {NULL, NULL}};
	if (!dial_stage_open(stage, names, NULL))
		return false;
	stage->destination.host = "mail.example.org";
	stage->destination.proxy = "proxy.example.org";
	return true;
}

static void the_servers_first_octets_are_left_alone(void)
{
	struct dial_stage stage;
	if (!proxy_stage_open(&stage))
		return;
	char greeting[32] = "", said[64] = "";
	dial_stage_begin(&stage);
	dial_stage_run(&stage, 1, 0);
	int far = accept_and_say(&stage, TEXT("\5\0" REPLY_V4 "220 hello\r\n"));
	dial_stage_run_out(&stage, 1);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	CHECK_TEXT(stage.attempts, "192.0.2.50:1080 ");
	CHECK_INT(stage.names.asked, 2); /* for the proxy; the server is the proxy's to look up */
	CHECK_TEXT(dial_certificate_name(stage.dial), "mail.example.org");
	int near = dial_take_descriptor(stage.dial);
	CHECK_INT(recv(near, greeting, sizeof greeting, 0), 11);
	CHECK_TEXT(greeting, "220 hello\r\n");
	ssize_t got = recv(far, said, sizeof said, 0);
	CHECK_OCTETS(octets_make(said, (size_t)got), octets_make(TEXT("\5\1\0" REQUEST_NAME)));
	tcp_close(near);
	tcp_close(far);
	dial_stage_close(&stage);
}

static void proxies_fail_with_their_name(void)
{
	static const struct {
		const char *proxy, *says;
		size_t len;
		const char *why;
	} cases[] = {
		{"proxy.example.org", TEXT("\5\0\5\5\0\1\0\0\0\0\0\0"),
			"proxy proxy.example.org port 1080: the proxy says that the connection was "
			"refused: nothing listens there"},
		{"[2001:db8::7]:9050", TEXT("HTTP/1.0 400 Bad Request\r\n"),
			"proxy 2001:db8::7 port 9050: this is no SOCKS5 proxy: it speaks HTTP"},
		{"proxy.example.org:99", TEXT(""),
			"proxy proxy.example.org port 99: the proxy closed the connection: is it "
			"one for SOCKS5?"},
		{"nowhere.example.org", NULL, 0, "no such host: nowhere.example.org"},
		{"proxy.example.org:0", NULL, 0,
			"not a proxy's host and port: proxy.example.org:0"},
		{"two words", NULL, 0, "not a proxy's host and port: two words"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dial_stage stage;
		CHECK_CASE("%s", cases[i].why);
		if (!proxy_stage_open(&stage))
			return;
		stage.destination.proxy = cases[i].proxy;
		dial_stage_begin(&stage);
		dial_stage_run(&stage, 1, 0);
		int far = -1;
		if (cases[i].says != NULL)
			far = accept_and_say(&stage, cases[i].says, cases[i].len);
		if (cases[i].len == 0)
			tcp_close(far);
		dial_stage_run_out(&stage, 1);
		if (cases[i].len > 0)
			tcp_close(far);
		CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
		CHECK_TEXT(dial_why(stage.dial), cases[i].why);
		CHECK_INT(dial_take_descriptor(stage.dial), -1);
		dial_stage_close(&stage);
	}
}

static void a_silent_proxy_has_a_deadline(void)
{
	struct dial_stage stage;
	if (!proxy_stage_open(&stage))
		return;
	stage.destination.connect_ms = 7000;
	dial_stage_begin(&stage);
	dial_stage_run(&stage, 1, 0);
	int far = accept_and_say(&stage, TEXT("\5\0\5"));
	char said[8];
	uint64_t give_up_ms = clock_ms() + 10000;
	while (recv(far, said, sizeof said, MSG_PEEK | MSG_DONTWAIT) < 3 &&
		CHECK(clock_ms() < give_up_ms))
		dial_stage_turn(&stage, 0);
	CHECK_INT(dial_deadline_ms(stage.dial), 7000);
	dial_tick(stage.dial, 6999);
	CHECK_INT(dial_state(stage.dial), DIAL_GOING);
	dial_tick(stage.dial, 7000);
	CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
	CHECK_TEXT(dial_why(stage.dial),
		"proxy proxy.example.org port 1080: it did not answer in time");
	tcp_close(far);
	dial_stage_close(&stage);
}

#define TESTS(T)                                                                                   \
	T(every_dialogue_at_every_cut)                                                             \
	T(what_does_not_fit_is_not_said)                                                           \
	T(the_servers_first_octets_are_left_alone)                                                 \
	T(proxies_fail_with_their_name)                                                            \
	T(a_silent_proxy_has_a_deadline)
CHECK_MAIN("socks", TESTS)
