/* Races to addresses as they become known (RFC 8305), and what is said where none is won. */
#include "dial_stage.h"

static void literals_are_dialled_as_they_are(void)
{
	static const struct {
		const char *host, *attempts, *name;
	} rows[] = {
		{"192.0.2.7", "192.0.2.7:587 ", "192.0.2.7"},
		{"[192.0.2.7]", "192.0.2.7:587 ", "192.0.2.7"},
		{"2001:DB8::7", "2001:db8::7:587 ", "2001:db8::7"},
		{"[2001:db8::7]", "2001:db8::7:587 ", "2001:db8::7"},
		{"fe80::1%lo", "fe80::1%lo:587 ", "fe80::1"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dial_stage stage;
		CHECK_CASE("%s", rows[i].host);
		if (!dial_stage_open(&stage, NULL, NULL))
			return;
		stage.destination.host = rows[i].host;
		dial_stage_begin(&stage);
		dial_stage_run_out(&stage, 1);
		CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
		CHECK_TEXT(stage.attempts, rows[i].attempts);
		CHECK_TEXT(dial_certificate_name(stage.dial), rows[i].name);
		CHECK_TEXT(dial_why(stage.dial), "");
		CHECK(dial_deadline_ms(stage.dial) == PLAYER_NEVER);
		int descriptor = dial_take_descriptor(stage.dial);
		CHECK(descriptor >= 0);
		CHECK_INT(dial_take_descriptor(stage.dial), -1);
		tcp_close(descriptor);
		CHECK_INT(stage.names.asked, 0);
		dial_stage_close(&stage);
	}
}

static const struct name_row both[] = {{"mail.example.org", "A 192.0.2.1"},
	{"mail.example.org", "A 192.0.2.2"}, {"mail.example.org", "A 192.0.2.3"},
	{"mail.example.org", "AAAA 2001:db8::1"}, {"mail.example.org", "AAAA 2001:db8::2"},
	{NULL, NULL}};

/* How many of the text's addresses are IPv6, by place: "646" and so on. */
static void kinds_of(const char *attempts, char kinds[20])
{
	size_t count = 0;
	for (const char *at = attempts; *at != 0 && count < 19; at = strchr(at, ' ') + 1)
		kinds[count++] = strncmp(at, "2001:", 5) == 0 ? '6' : '4';
	kinds[count] = 0;
}

static void families_take_turns_a_quarter_of_a_second_apart(void)
{
	static const struct dial_address silent[] = {{NULL, FATE_SILENT}};
	struct dial_stage stage;
	char kinds[20];
	if (!dial_stage_open(&stage, both, silent))
		return;
	stage.destination.host = "mail.example.org";
	stage.destination.connect_ms = 10000;
	dial_stage_begin(&stage);
	dial_stage_run(&stage, 1, 5);
	/* both answers in, one attempt made: the next deadline is the second attempt's */
	dial_stage_await(&stage, 5 + 250, 5);
	CHECK_INT(stage.attempt_count, 1);
	for (size_t i = 1; i < 5; i++) {
		CHECK_CASE("attempt %zu", i);
		dial_tick(stage.dial, 5 + 250 * i - 1);
		CHECK_INT(stage.attempt_count, i);
		dial_tick(stage.dial, 5 + 250 * i);
		CHECK_INT(stage.attempt_count, i + 1);
	}
	kinds_of(stage.attempts, kinds);
	/* which is first depends on this machine's routes (RFC 6724 rule 1) */
	CHECK(strcmp(kinds, "64644") == 0 || strcmp(kinds, "46464") == 0);
	CHECK_INT(dial_deadline_ms(stage.dial), 5 + 10000);
	dial_tick(stage.dial, 10004);
	CHECK_INT(dial_state(stage.dial), DIAL_GOING);
	dial_tick(stage.dial, 10005);
	CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
	CHECK_INT(dial_fault(stage.dial), DIAL_FAULT_CONNECT);
	CHECK(strstr(dial_why(stage.dial), "timed out while connecting to ") != NULL);
	CHECK(strstr(dial_why(stage.dial), "port 587, as the last of 5 addresses tried; ") != NULL);
	dial_stage_close(&stage);
}

static void the_first_that_stands_wins(void)
{
	static const struct {
		const char *name;
		struct dial_address addresses[6];
		size_t attempts;
		const char *winner;
	} rows[] = {
		{"a refused one makes the next begin at once",
			{{"2001:db8::1", FATE_REFUSED}, {"2001:db8::2", FATE_REFUSED},
				{"192.0.2.1", FATE_REFUSED}, {"192.0.2.2", FATE_REFUSED},
				{NULL, FATE_STANDS}},
			5, "192.0.2.3"},
		{"so does one that cannot be reached",
			{{"2001:db8::1", FATE_UNREACHABLE}, {"2001:db8::2", FATE_UNREACHABLE},
				{"192.0.2.1", FATE_UNREACHABLE}, {"192.0.2.3", FATE_UNREACHABLE},
				{NULL, FATE_STANDS}},
			5, "192.0.2.2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dial_stage stage;
		char text[ENDPOINT_TEXT];
		CHECK_CASE("%s", rows[i].name);
		if (!dial_stage_open(&stage, both, rows[i].addresses))
			return;
		stage.destination.host = "mail.example.org";
		dial_stage_begin(&stage);
		dial_stage_run_out(&stage, 5); /* the time does not move */
		CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
		/* with luck the order was such that fewer were needed */
		CHECK(stage.attempt_count <= rows[i].attempts);
		char *last = strstr(stage.attempts, rows[i].winner);
		CHECK(last != NULL && strchr(last, ' ')[1] == 0);
		endpoint_text(dial_remote(stage.dial), text);
		CHECK_TEXT(text, "127.0.0.1"); /* where it really happens */
		CHECK_TEXT(dial_certificate_name(stage.dial), "mail.example.org");
		dial_stage_close(&stage);
	}
}

/* The silent ones are closed when another stands: only the dial's winner stays open. */
static void the_others_are_closed(void)
{
	static const struct dial_address addresses[] = {{"2001:db8::1", FATE_SILENT},
		{"2001:db8::2", FATE_SILENT}, {"192.0.2.1", FATE_SILENT}, {NULL, FATE_STANDS}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, both, addresses))
		return;
	bool before[64];
	for (int i = 0; i < 64; i++)
		before[i] = dup2(i, i) == i;
	stage.destination.host = "mail.example.org";
	dial_stage_begin(&stage);
	for (uint64_t i = 0; i < 5 && dial_state(stage.dial) == DIAL_GOING; i++) {
		dial_stage_run(&stage, (size_t)i + 1, 250 * i);
		dial_tick(stage.dial, 250 * (i + 1));
	}
	dial_stage_run_out(&stage, 1500);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	int winner = dial_take_descriptor(stage.dial);
	int epoll = dial_descriptor(stage.dial);
	for (int i = 0; i < 64; i++) {
		bool ours = i == winner || i == epoll || i == stage.names.stream;
		CHECK_CASE("descriptor %d", i);
		CHECK_INT(dup2(i, i) == i, before[i] || ours);
	}
	tcp_close(winner);
	dial_stage_close(&stage);
}

static void ipv4_waits_a_moment_for_ipv6(void)
{
	static const struct name_row rows[] = {{"mail.example.org", "A 192.0.2.1"},
		{"mail.example.org", "AAAA held"}, {"mail.example.org", "AAAA 2001:db8::1"},
		{NULL, NULL}};
	static const struct dial_address silent[] = {{NULL, FATE_SILENT}};
	for (int late = 0; late < 2; late++) {
		struct dial_stage stage;
		CHECK_CASE(late ? "IPv6 comes after the moment" : "within it");
		if (!dial_stage_open(&stage, rows, silent))
			return;
		stage.destination.host = "mail.example.org";
		dial_stage_begin(&stage);
		dial_stage_await(&stage, 1000 + 50, 1000);
		CHECK_INT(stage.attempt_count, 0);
		dial_tick(stage.dial, 1049);
		CHECK_INT(stage.attempt_count, 0);
		if (late) {
			dial_tick(stage.dial, 1050);
			CHECK_TEXT(stage.attempts, "192.0.2.1:587 ");
		}
		name_server_let_go(&stage.names);
		dial_stage_await(&stage, late ? 1300 : 1049 + 250, late ? 1060 : 1049);
		dial_tick(stage.dial, 1300);
		CHECK_INT(stage.attempt_count, 2);
		CHECK(strstr(stage.attempts, "2001:db8::1:587 ") != NULL);
		dial_stage_close(&stage);
	}
}

static void ipv6_waits_for_nobody(void)
{
	static const struct name_row rows[] = {{"mail.example.org", "A silent"},
		{"mail.example.org", "AAAA 2001:db8::1"}, {NULL, NULL}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, NULL))
		return;
	stage.destination.host = "mail.example.org";
	dial_stage_begin(&stage);
	dial_stage_run_out(&stage, 1);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	CHECK_TEXT(stage.attempts, "2001:db8::1:587 ");
	dial_stage_close(&stage);
}

static void the_phone_tries_the_first_address_only(void)
{
	static const struct dial_address refused[] = {{NULL, FATE_REFUSED}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, both, refused))
		return;
	stage.destination.host = "mail.example.org";
	stage.destination.first_address_only = true;
	dial_stage_begin(&stage);
	dial_stage_run_out(&stage, 1);
	CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
	CHECK_INT(stage.attempt_count, 1);
	CHECK(strstr(dial_why(stage.dial), "addresses tried") == NULL);
	dial_stage_close(&stage);
}

static void a_source_address_fits_one_family(void)
{
	static const struct {
		const char *source, *host;
		size_t attempts;
		const char *kinds, *why;
	} rows[] = {
		{"192.0.2.99", "mail.example.org", 3, "444", NULL},
		{"2001:db8::99", "mail.example.org", 2, "66", NULL},
		{"2001:db8::99", "192.0.2.7", 0, "",
			"192.0.2.7 has no address of the kind that 2001:db8::99, the source "
			"address, could reach"},
		{"mail.example.org", "192.0.2.7", 0, "",
			"not an address to connect from: mail.example.org"},
	};
	static const struct dial_address refused[] = {{NULL, FATE_REFUSED}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dial_stage stage;
		char kinds[20];
		CHECK_CASE("%s to %s", rows[i].source, rows[i].host);
		if (!dial_stage_open(&stage, both, refused))
			return;
		stage.destination.host = rows[i].host;
		stage.destination.source_address = rows[i].source;
		dial_stage_begin(&stage);
		dial_stage_run_out(&stage, 1);
		kinds_of(stage.attempts, kinds);
		CHECK_TEXT(kinds, rows[i].kinds);
		CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
		if (rows[i].why != NULL)
			CHECK_TEXT(dial_why(stage.dial), rows[i].why);
		dial_stage_close(&stage);
	}
	/* And on the real loopback it is where the connection comes from. */
	struct endpoint listening_at;
	int listening = dial_stage_listen(&listening_at);
	struct sentence why;
	struct patience patience = {clock_ms() + 5000, NULL};
	struct destination there = {.host = "127.0.0.1",
		.port = endpoint_port(&listening_at),
		.source_address = "127.0.0.9"};
	struct endpoint local;
	char text[ENDPOINT_TEXT];
	int descriptor = dial_blocking(&memory_standard, &there, &patience, &why);
	CHECK(descriptor >= 0 && tcp_local(descriptor, &local));
	endpoint_text(&local, text);
	CHECK_TEXT(text, "127.0.0.9");
	tcp_close(descriptor);
	there.source_address = "192.0.2.9";
	CHECK_INT(dial_blocking(&memory_standard, &there, &patience, &why), -1);
	CHECK_TEXT(why.text,
		"cannot connect from the source address 192.0.2.9: it is no address of "
		"this machine");
	tcp_close(listening);
}

#define TESTS(T)                                                                                   \
	T(literals_are_dialled_as_they_are)                                                        \
	T(families_take_turns_a_quarter_of_a_second_apart)                                         \
	T(the_first_that_stands_wins)                                                              \
	T(the_others_are_closed)                                                                   \
	T(ipv4_waits_a_moment_for_ipv6)                                                            \
	T(ipv6_waits_for_nobody)                                                                   \
	T(the_phone_tries_the_first_address_only)                                                  \
	T(a_source_address_fits_one_family)
CHECK_MAIN("dial", TESTS)
