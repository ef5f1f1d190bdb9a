/* Name servers that answer, do not, or answer nonsense; the services of a domain (RFC 6186). */
#include <stdlib.h>

#include "dial_stage.h"
#include "service_search.h"

static void names_fail_in_their_ways(void)
{
	static const struct {
		const char *host;
		struct name_row rows[4];
		enum dial_fault fault;
		const char *why;
	} rows[] = {
		{"nowhere.example.org", {{NULL, NULL}}, DIAL_FAULT_HOST,
			"no such host: nowhere.example.org"},
		{"mail.example.org", {{"mail.example.org", "SRV 1 1 1 a"}}, DIAL_FAULT_HOST,
			"no such host: mail.example.org"},
		{"mail.example.org",
			{{"mail.example.org", "A servfail"}, {"mail.example.org", "AAAA servfail"}},
			DIAL_FAULT_CONNECT, "no name server could answer for mail.example.org"},
		{"one.example.org",
			{{"one.example.org", "CNAME two.example.org"},
				{"two.example.org", "CNAME one.example.org"}},
			DIAL_FAULT_HOST, "no such host: one.example.org"},
		{"two words", {{NULL, NULL}}, DIAL_FAULT_HOST, "not a host name: two words"},
		{"", {{NULL, NULL}}, DIAL_FAULT_HOST, "not a host name: "},
		{NULL, {{NULL, NULL}}, DIAL_FAULT_HOST, "not a host name: "},
		{"caf\xc3\xa9.example.org", {{NULL, NULL}}, DIAL_FAULT_HOST,
			"no such host: xn--caf-dma.example.org"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dial_stage stage;
		CHECK_CASE("row %zu: %s", i, rows[i].why);
		if (!dial_stage_open(&stage, rows[i].rows, NULL))
			return;
		stage.destination.host = rows[i].host;
		dial_stage_begin(&stage);
		dial_stage_run_out(&stage, 1);
		CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
		CHECK_INT(dial_fault(stage.dial), rows[i].fault);
		CHECK_TEXT(dial_why(stage.dial), rows[i].why);
		CHECK_INT(stage.attempt_count, 0);
		CHECK(dial_deadline_ms(stage.dial) == PLAYER_NEVER);
		dial_stage_close(&stage);
	}
}

/* Garbage is no answer: it may be a stranger's, and the true one may still come. */
static void a_silent_name_server_has_a_deadline(void)
{
	static const struct name_row silent[] = {{"mail.example.org", "A silent"},
		{"mail.example.org", "AAAA silent"}, {NULL, NULL}};
	static const struct name_row garbage[] = {{"mail.example.org", "A garbage"},
		{"mail.example.org", "AAAA garbage"}, {NULL, NULL}};
	for (int i = 0; i < 2; i++) {
		struct dial_stage stage;
		CHECK_CASE(i == 0 ? "silent" : "garbage");
		if (!dial_stage_open(&stage, i == 0 ? silent : garbage, NULL))
			return;
		stage.destination.host = "mail.example.org";
		stage.destination.resolve_ms = 900;
		dial_stage_begin(&stage);
		dial_stage_await_questions(&stage, 2, 1);
		CHECK_INT(dial_deadline_ms(stage.dial), 900);
		dial_tick(stage.dial, 899);
		CHECK_INT(dial_state(stage.dial), DIAL_GOING);
		dial_tick(stage.dial, 900);
		CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
		CHECK_TEXT(dial_why(stage.dial), "timed out while looking up mail.example.org");
		CHECK_INT(dial_fault(stage.dial), DIAL_FAULT_CONNECT);
		dial_stage_close(&stage);
	}
}

/* One family is enough, whatever becomes of the other. */
static void half_an_answer_will_do(void)
{
	static const char *const misdeeds[] = {
		"AAAA silent", "AAAA garbage", "AAAA servfail", "AAAA nxdomain"};
	for (size_t i = 0; i < sizeof misdeeds / sizeof *misdeeds; i++) {
		const struct name_row rows[] = {{"mail.example.org", "A 192.0.2.1"},
			{"mail.example.org", misdeeds[i]}, {NULL, NULL}};
		struct dial_stage stage;
		CHECK_CASE("%s", misdeeds[i]);
		if (!dial_stage_open(&stage, rows, NULL))
			return;
		stage.destination.host = "mail.example.org";
		dial_stage_begin(&stage);
		if (i < 2) {
			dial_stage_await(&stage, 51, 1);
			dial_tick(stage.dial, 51);
		}
		dial_stage_run_out(&stage, 51);
		CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
		CHECK_TEXT(stage.attempts, "192.0.2.1:587 ");
		dial_stage_close(&stage);
	}
}

static void truncated_answers_are_asked_for_again_by_tcp(void)
{
	static const struct name_row rows[] = {{"mail.example.org", "A truncated"},
		{"mail.example.org", "A 192.0.2.1"}, {NULL, NULL}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, NULL))
		return;
	stage.destination.host = "mail.example.org";
	dial_stage_begin(&stage);
	dial_stage_run_out(&stage, 1);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	CHECK_INT(stage.names.asked_tcp, 1);
	dial_stage_close(&stage);
}

static void aliases_are_followed(void)
{
	static const struct name_row rows[] = {{"mail.example.org", "CNAME host.example.net"},
		{"host.example.net", "A 192.0.2.1"}, {NULL, NULL}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, NULL))
		return;
	stage.destination.host = "mail.example.org.";
	dial_stage_begin(&stage);
	dial_stage_run_out(&stage, 1);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	CHECK_TEXT(stage.attempts, "192.0.2.1:587 ");
	/* the name that was asked for, not the one that the DNS made of it */
	CHECK_TEXT(dial_certificate_name(stage.dial), "mail.example.org");
	dial_stage_close(&stage);
}

/*
 * A name that is there has one address only; in the search domain somebody answers to everything.
 * Its addresses belong to another host, and are not mixed in.
 */
static void search_domains_add_no_other_hosts(void)
{
	static const struct name_row rows[] = {{"mail.example.org", "A 192.0.2.1"},
		{"mail.example.org.search.example", "AAAA 2001:db8::66"}, {NULL, NULL}};
	static const struct dial_address silent[] = {{NULL, FATE_SILENT}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, silent))
		return;
	setenv("LOCALDOMAIN", "search.example", 1);
	stage.destination.host = "mail.example.org";
	dial_stage_begin(&stage);
	dial_stage_await(&stage, 60000, 0);
	for (uint64_t i = 1; i < 5; i++)
		dial_tick(stage.dial, i * 250);
	CHECK_TEXT(stage.attempts, "192.0.2.1:587 ");
	unsetenv("LOCALDOMAIN");
	dial_stage_close(&stage);
}

/* Nor where the stranger answers first. */
static void search_domains_wait_for_the_name_itself(void)
{
	static const struct name_row rows[] = {{"mail.example.org", "A held"},
		{"mail.example.org", "A 192.0.2.1"},
		{"mail.example.org.search.example", "AAAA 2001:db8::66"}, {NULL, NULL}};
	static const struct dial_address silent[] = {{NULL, FATE_SILENT}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, silent))
		return;
	setenv("LOCALDOMAIN", "search.example", 1);
	stage.destination.host = "mail.example.org";
	stage.destination.resolve_ms = 2000;
	dial_stage_begin(&stage);
	dial_stage_await_questions(&stage, 3, 0);
	CHECK_INT(stage.attempt_count, 0);
	name_server_let_go(&stage.names);
	dial_stage_run(&stage, 1, 1);
	dial_stage_await(&stage, 1 + 60000, 1);
	CHECK_TEXT(stage.attempts, "192.0.2.1:587 ");
	unsetenv("LOCALDOMAIN");
	dial_stage_close(&stage);
}

/* But not for ever: a short name whose other family is never answered is found in the end. */
static void search_domains_are_believed_in_the_end(void)
{
	static const struct name_row rows[] = {{"mail.search.example", "A 192.0.2.1"},
		{"mail.search.example", "AAAA silent"}, {NULL, NULL}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, NULL))
		return;
	setenv("LOCALDOMAIN", "search.example", 1);
	stage.destination.host = "mail";
	stage.destination.resolve_ms = 900;
	dial_stage_begin(&stage);
	dial_stage_await_questions(&stage, 2, 0);
	CHECK_INT(stage.attempt_count, 0);
	dial_tick(stage.dial, 900);
	dial_stage_run_out(&stage, 901);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	CHECK_TEXT(stage.attempts, "192.0.2.1:587 ");
	unsetenv("LOCALDOMAIN");
	dial_stage_close(&stage);
}

/* ---- services ---- */

static void services_are_tried_in_order(void)
{
	static const struct dial_address addresses[] = {
		{"192.0.2.4", FATE_STANDS}, {NULL, FATE_REFUSED}};
	static const struct name_row hosts[] = {{"a.example.org", "A 192.0.2.1"},
		{"b.example.org", "A 192.0.2.2"}, {"c.example.org", "A 192.0.2.3"},
		{"good.example.net", "A 192.0.2.4"}};
	static const struct {
		const char *name;
		struct name_row rows[6];
		const char *attempts, *host;
		enum player_service service;
		bool only_implicit;
	} rows[] = {
		{"implicit TLS first, whatever the priority",
			{{"_submission._tcp.example.org", "SRV 0 0 587 good.example.net"},
				{"_submissions._tcp.example.org", "SRV 99 0 465 good.example.net"}},
			"192.0.2.4:465 ", "good.example.net", PLAYER_SERVICE_TLS, false},
		{"by priority, until one stands",
			{{"_submissions._tcp.example.org", "SRV 30 0 467 good.example.net"},
				{"_submissions._tcp.example.org", "SRV 10 0 465 a.example.org"},
				{"_submissions._tcp.example.org", "SRV 20 0 466 b.example.org"}},
			"192.0.2.1:465 192.0.2.2:466 192.0.2.4:467 ", "good.example.net",
			PLAYER_SERVICE_TLS, false},
		{"STARTTLS after all of implicit TLS",
			{{"_submissions._tcp.example.org", "SRV 10 0 465 a.example.org"},
				{"_submission._tcp.example.org", "SRV 20 0 587 good.example.net"}},
			"192.0.2.1:465 192.0.2.4:587 ", "good.example.net", PLAYER_SERVICE_STARTTLS,
			false},
		{"implicit TLS is not offered",
			{{"_submissions._tcp.example.org", "SRV 0 0 0 ."},
				{"_submission._tcp.example.org", "SRV 20 0 587 good.example.net"}},
			"192.0.2.4:587 ", "good.example.net", PLAYER_SERVICE_STARTTLS, false},
		{"a target that does not exist",
			{{"_submissions._tcp.example.org", "SRV 0 0 465 gone.example.org"},
				{"_submissions._tcp.example.org", "SRV 1 0 465 good.example.net"}},
			"192.0.2.4:465 ", "good.example.net", PLAYER_SERVICE_TLS, false},
		{"no implicit TLS, no STARTTLS wanted",
			{{"_submission._tcp.example.org", "SRV 20 0 587 good.example.net"}}, "", "",
			PLAYER_SERVICE_UNKNOWN, true},
		{"an answer that had to be asked for by TCP",
			{{"_submissions._tcp.example.org", "SRV truncated"},
				{"_submissions._tcp.example.org", "SRV 1 0 465 good.example.net"}},
			"192.0.2.4:465 ", "good.example.net", PLAYER_SERVICE_TLS, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dial_stage stage;
		struct name_row all[12] = {{NULL, NULL}};
		bool good = rows[i].attempts[0] != 0;
		CHECK_CASE("%s", rows[i].name);
		memcpy(all, hosts, sizeof hosts);
		for (size_t k = 0; k < 6 && rows[i].rows[k].name != NULL; k++)
			all[4 + k] = rows[i].rows[k];
		if (!dial_stage_open(&stage, all, addresses))
			return;
		stage.destination.domain = "example.org";
		stage.destination.only_implicit = rows[i].only_implicit;
		dial_stage_begin(&stage);
		dial_stage_run_out(&stage, 1);
		CHECK_INT(dial_state(stage.dial), good ? DIAL_CONNECTED : DIAL_FAILED);
		CHECK_TEXT(stage.attempts, rows[i].attempts);
		CHECK_TEXT(dial_host(stage.dial), rows[i].host);
		if (good)
			CHECK_INT(dial_service(stage.dial), rows[i].service);
		/* never the target's name: the DNS may have lied */
		CHECK_TEXT(dial_certificate_name(stage.dial), "example.org");
		dial_stage_close(&stage);
	}
}

static void without_services_it_is_said(void)
{
	static const struct {
		const char *domain;
		struct name_row rows[3];
		enum dial_fault fault;
		const char *why;
	} rows[] = {
		{"example.org", {{NULL, NULL}}, DIAL_FAULT_HOST,
			"example.org announces no submission service (no SRV record of "
			"_submissions._tcp or _submission._tcp): name the server's host"},
		{"example.org",
			{{"_submissions._tcp.example.org", "SRV 0 0 0 ."},
				{"_submission._tcp.example.org", "SRV 0 0 0 ."}},
			DIAL_FAULT_HOST, "example.org says that it offers no submission of mail"},
		{"example.org",
			{{"_submissions._tcp.example.org", "SRV servfail"},
				{"_submission._tcp.example.org", "SRV servfail"}},
			DIAL_FAULT_CONNECT,
			"no name server could answer for the services of example.org"},
		{"example.org", {{"_submissions._tcp.example.org", "SRV 0 0 465 gone.example.org"}},
			DIAL_FAULT_HOST, "no such host: gone.example.org"},
		{"two words", {{NULL, NULL}}, DIAL_FAULT_HOST, "not a host name: two words"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dial_stage stage;
		CHECK_CASE("%s", rows[i].why);
		if (!dial_stage_open(&stage, rows[i].rows, NULL))
			return;
		stage.destination.domain = rows[i].domain;
		dial_stage_begin(&stage);
		dial_stage_run_out(&stage, 1);
		CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
		CHECK_INT(dial_fault(stage.dial), rows[i].fault);
		CHECK_TEXT(dial_why(stage.dial), rows[i].why);
		dial_stage_close(&stage);
	}
}

/* The second service is silent: the first is not kept waiting, and the second is asked again. */
static void a_silent_service_holds_nobody_up(void)
{
	static const struct dial_address refused[] = {{NULL, FATE_REFUSED}};
	static const struct name_row rows[] = {
		{"_submissions._tcp.example.org", "SRV 0 0 465 a.example.org"},
		{"_submission._tcp.example.org", "SRV silent"}, {"a.example.org", "A 192.0.2.1"},
		{NULL, NULL}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, refused))
		return;
	stage.destination.domain = "example.org";
	stage.destination.resolve_ms = 1000;
	dial_stage_begin(&stage);
	dial_stage_await(&stage, 51, 1);
	dial_tick(stage.dial, 51);
	dial_stage_run(&stage, 1, 52);
	CHECK_TEXT(stage.attempts, "192.0.2.1:465 ");
	/* refused; now only the other service is left */
	dial_stage_await_questions(&stage, 6, 53);
	CHECK_INT(dial_deadline_ms(stage.dial), 1053);
	CHECK_INT(dial_state(stage.dial), DIAL_GOING);
	dial_tick(stage.dial, 1053);
	CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
	CHECK_INT(dial_fault(stage.dial), DIAL_FAULT_CONNECT);
	CHECK(strstr(dial_why(stage.dial), "connection refused by 192.0.2.1 port 465") != NULL);
	dial_stage_close(&stage);
}

/* A target that is silent has its share of the time, not all of it. */
static void a_silent_target_leaves_time_for_the_next(void)
{
	static const struct dial_address addresses[] = {
		{"192.0.2.1", FATE_SILENT}, {NULL, FATE_STANDS}};
	static const struct name_row rows[] = {
		{"_submissions._tcp.example.org", "SRV 0 0 465 a.example.org"},
		{"_submissions._tcp.example.org", "SRV 1 0 465 b.example.org"},
		{"a.example.org", "A 192.0.2.1"}, {"b.example.org", "A 192.0.2.2"}, {NULL, NULL}};
	struct dial_stage stage;
	if (!dial_stage_open(&stage, rows, addresses))
		return;
	stage.destination.domain = "example.org";
	stage.destination.connect_ms = 10000;
	dial_stage_begin(&stage);
	dial_stage_run(&stage, 1, 0);
	dial_stage_await(&stage, 5000, 0);
	dial_tick(stage.dial, 4999);
	CHECK_INT(dial_state(stage.dial), DIAL_GOING);
	dial_tick(stage.dial, 5000);
	dial_stage_run_out(&stage, 5000);
	CHECK_INT(dial_state(stage.dial), DIAL_CONNECTED);
	CHECK_TEXT(dial_host(stage.dial), "b.example.org");
	dial_stage_close(&stage);
}

/* RFC 2782: three of weight 60, 30, 10 and one of weight 0, in ten thousand draws. */
static void weights_give_chances(void)
{
	struct random random;
	size_t first[4] = {0};
	random_init(&random, 11);
	for (int i = 0; i < 10000; i++) {
		struct service_list list = {.count = 0};
		service_add(&list, "ten", 1, 5, 10);
		service_add(&list, "never", 1, 6, 60000);
		service_add(&list, "sixty", 2, 5, 60);
		service_add(&list, "nought", 3, 5, 0);
		service_add(&list, "thirty", 4, 5, 30);
		service_sort(&list, &random);
		CHECK_TEXT(list.at[4].host, "never");
		first[0] += strcmp(list.at[0].host, "sixty") == 0;
		first[1] += strcmp(list.at[0].host, "thirty") == 0;
		first[2] += strcmp(list.at[0].host, "ten") == 0;
		first[3] += strcmp(list.at[0].host, "nought") == 0;
	}
	CHECK(first[0] > 5700 && first[0] < 6200);
	CHECK(first[1] > 2750 && first[1] < 3200);
	CHECK(first[2] > 850 && first[2] < 1150);
	CHECK(first[3] > 50 && first[3] < 160);
}

static void records_that_name_no_server_are_left_out(void)
{
	struct service_list list = {.count = 0};
	service_add(&list, "two words", 465, 0, 0);
	service_add(&list, "a/b", 465, 0, 0);
	service_add(&list, "host.example.org", 0, 0, 0);
	CHECK_INT(list.count, 0);
	CHECK(!list.refused);
	for (int i = 0; i < 40; i++)
		service_add(&list, "host.example.org", 465, 0, 0);
	CHECK_INT(list.count, SERVICE_MAX);
	service_add(&list, "", 0, 0, 0);
	CHECK(list.refused);
}

static void all_services_can_be_had_at_once(void)
{
	static const struct name_row rows[] = {
		{"_submissions._tcp.example.org", "SRV 10 0 465 b.example.org"},
		{"_submissions._tcp.example.org", "SRV 5 0 465 a.example.org"},
		{"_submission._tcp.example.org", "SRV 0 0 587 c.example.org"},
		{"_submissions._tcp.example.net", "SRV 0 0 0 ."},
		{"_submissions._tcp.example.com", "SRV silent"}, {NULL, NULL}};
	static const struct {
		const char *domain;
		enum service_search_result result;
	} asked[] = {
		{"example.org", SERVICE_SEARCH_FOUND},
		{"EXAMPLE.ORG.", SERVICE_SEARCH_FOUND},
		{"example.net", SERVICE_SEARCH_REFUSED},
		{"nothing.example", SERVICE_SEARCH_NONE},
		{"two words", SERVICE_SEARCH_NO_DOMAIN},
		{NULL, SERVICE_SEARCH_NO_DOMAIN},
		{"example.com", SERVICE_SEARCH_NO_ANSWER},
	};
	struct name_server names;
	if (!CHECK(name_server_open(&names, rows)) || !CHECK(name_server_begin(&names)))
		return;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		struct service_search search;
		struct destination destination = {.domain = asked[i].domain,
			.name_servers = names.address,
			.seed = 3,
			.resolve_ms = 300};
		CHECK_CASE("%s", asked[i].domain == NULL ? "NULL" : asked[i].domain);
		if (asked[i].result != SERVICE_SEARCH_NO_ANSWER)
			destination.resolve_ms = 10000;
		service_search(&memory_standard, &destination, &search);
		CHECK_INT(search.result, asked[i].result);
		if (asked[i].result != SERVICE_SEARCH_FOUND)
			continue;
		CHECK_INT(search.lists[SERVICE_IMPLICIT].count, 2);
		CHECK_TEXT(search.lists[SERVICE_IMPLICIT].at[0].host, "a.example.org");
		CHECK_TEXT(search.lists[SERVICE_IMPLICIT].at[1].host, "b.example.org");
		CHECK_TEXT(search.lists[SERVICE_STARTTLS].at[0].host, "c.example.org");
	}
	name_server_free(&names);
}

#define TESTS(T)                                                                                   \
	T(names_fail_in_their_ways)                                                                \
	T(a_silent_name_server_has_a_deadline)                                                     \
	T(half_an_answer_will_do)                                                                  \
	T(truncated_answers_are_asked_for_again_by_tcp)                                            \
	T(aliases_are_followed)                                                                    \
	T(search_domains_add_no_other_hosts)                                                       \
	T(search_domains_wait_for_the_name_itself)                                                 \
	T(search_domains_are_believed_in_the_end)                                                  \
	T(services_are_tried_in_order)                                                             \
	T(without_services_it_is_said)                                                             \
	T(a_silent_service_holds_nobody_up)                                                        \
	T(a_silent_target_leaves_time_for_the_next)                                                \
	T(weights_give_chances)                                                                    \
	T(records_that_name_no_server_are_left_out)                                                \
	T(all_services_can_be_had_at_once)
CHECK_MAIN("dial_names", TESTS)
