/* The ways to a server that the settings know, from msub_submit() to the office and back. */
#include "check.h"
#include "destination.h"
#include "discover.h"
#include "drive.h"
#include "name_server.h"
#include "office.h"
#include "relay.h"
#include "sender.h"

static struct msub_message *new_message(void)
{
	struct msub_message *message;
	if (msub_message_new(&message, NULL) != MSUB_OK)
		return NULL;
	CHECK_INT(msub_message_sender(message, "me@example.org"), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(message, "ann@example.net"), MSUB_OK);
	CHECK_INT(msub_message_content(message, "a\r\n", 3), MSUB_OK);
	return message;
}

static struct msub_settings plain_settings(void)
{
	struct msub_settings settings;
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	settings.timeouts.whole_ms = 10000;
	return settings;
}

static void submit(const struct msub_settings *settings, enum msub_error want, const char *why)
{
	struct msub_message *message = new_message();
	struct msub_failure failure;
	CHECK_INT(msub_submit(settings, &message, 1, &failure), want);
	CHECK_TEXT(failure.text, why);
	msub_message_free(message);
}

static void mail_goes_through_a_unix_domain_socket(void)
{
	struct office office = {.tls_mode = MSUB_TLS_NONE};
	struct msub_settings settings = plain_settings();
	if (!office_open(&office))
		return;
	struct relay relay = {.to = office.port};
	if (!relay_open(&relay))
		return;
	settings.socket_path = relay.path;
	submit(&settings, MSUB_OK, "");
	relay_close(&relay);
	office_close(&office);
	CHECK_INT(office.messages, 1);
}

static void mail_goes_through_a_proxy(void)
{
	static const struct {
		const char *password;
		enum msub_error error;
		const char *why;
	} rows[] = {
		{"secret", MSUB_OK, ""},
		{"another", MSUB_CONNECT,
			"the proxy refused the login: look at proxy_user and proxy_password"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct office office = {.tls_mode = MSUB_TLS_NONE};
		struct msub_settings settings = plain_settings();
		char proxy[40], why[200] = "";
		CHECK_CASE("%s", rows[i].password);
		if (!office_open(&office))
			return;
		struct relay relay = {.to = office.port, .password = "secret"};
		if (!relay_open(&relay))
			return;
		snprintf(proxy, sizeof proxy, "127.0.0.1:%u", (unsigned int)relay.port);
		settings.host = "mail.b\xc3\xbc"
				"cher.example"; /* whom only the proxy knows */
		settings.port = 2525;
		settings.proxy = proxy;
		settings.proxy_user = "me";
		settings.proxy_password = rows[i].password;
		if (rows[i].error != MSUB_OK)
			snprintf(why, sizeof why, "proxy 127.0.0.1 port %u: %s",
				(unsigned int)relay.port, rows[i].why);
		submit(&settings, rows[i].error, why);
		relay_close(&relay);
		office_close(&office);
		CHECK_TEXT(relay.asked, i == 0 ? "mail.xn--bcher-kva.example:2525" : "");
		CHECK_INT(office.messages, i == 0);
	}
}

static void a_name_that_is_none_is_msub_host(void)
{
	struct msub_settings settings = plain_settings();
	settings.host = "two words";
	submit(&settings, MSUB_HOST, "not a host name: two words");
	settings.host = NULL;
	settings.domain = "two words";
	settings.tls = MSUB_TLS_STARTTLS;
	settings.trust_anyone = true;
	submit(&settings, MSUB_HOST, "not a host name: two words");
	settings.domain = NULL;
	submit(&settings, MSUB_SETTINGS, "host");
}

/* ---- services, end to end ---- */

/* A domain's server is the office; the name in its certificate is "localhost". */
static void drive_by_domain(const char *domain, enum msub_tls office_tls, const char *record,
	struct tls_server *tls_server, enum msub_error want)
{
	struct office office = {.tls_mode = office_tls, .tls_server = tls_server};
	struct name_server names;
	struct msub_settings settings;
	struct msub_sender *sender;
	struct msub_message *message = new_message();
	struct sentence why = {""};
	char owner[80], answer[80];
	if (!office_open(&office))
		return;
	snprintf(owner, sizeof owner, "%s._tcp.%s", record, domain);
	snprintf(answer, sizeof answer, "SRV 0 0 %u localhost.", (unsigned int)office.port);
	const struct name_row rows[] = {{owner, answer}, {NULL, NULL}};
	if (!CHECK(name_server_open(&names, rows)) || !CHECK(name_server_begin(&names)))
		return;
	msub_settings_init(&settings); /* STARTTLS, as far as it knows */
	settings.domain = domain;
	settings.timeouts.whole_ms = 10000;
	struct tls_trust *trust =
		tls_trust_new(&memory_standard, tls_server_ca_file(tls_server), &why);
	struct tls_client_settings tls = {.trust = trust};
	struct drive_settings world = {
		.memory = &memory_standard, .destination = destination_of(&settings), .tls = &tls};
	world.destination.name_servers = names.address;
	CHECK_INT(msub_sender_new(&sender, &settings), MSUB_OK);
	CHECK_INT(msub_sender_add(sender, message), MSUB_OK);
	drive(sender_player(sender, clock_ms()), &world, &why);
	struct msub_failure failure;
	msub_message_failure(message, &failure);
	CHECK_INT(failure.error, want);
	if (want == MSUB_TLS)
		CHECK(strstr(failure.text, domain) != NULL);
	msub_sender_free(sender);
	msub_message_free(message);
	tls_trust_free(trust);
	name_server_free(&names);
	office_close(&office);
	CHECK_INT(office.messages, want == MSUB_OK);
}

static void a_domains_server_is_found_and_its_tls_begun(void)
{
	struct sentence why = {""};
	struct tls_server_settings made = {0};
	struct tls_server *tls = tls_server_new(&memory_standard, &made, &why);
	if (!CHECK(tls != NULL))
		return;
	CHECK_CASE("implicit TLS");
	drive_by_domain("localhost", MSUB_TLS_IMPLICIT, "_submissions", tls, MSUB_OK);
	CHECK_CASE("STARTTLS");
	drive_by_domain("localhost", MSUB_TLS_STARTTLS, "_submission", tls, MSUB_OK);
	CHECK_CASE("the certificate is the target's, not the domain's");
	drive_by_domain("example.org", MSUB_TLS_IMPLICIT, "_submissions", tls, MSUB_TLS);
	CHECK_CASE("no service");
	drive_by_domain("example.org", MSUB_TLS_IMPLICIT, "_imap", tls, MSUB_HOST);
	tls_server_free(tls);
}

static void a_service_never_takes_tls_away(void)
{
	static const struct {
		enum msub_tls set, service;
		unsigned int wants;
	} rows[] = {
		{MSUB_TLS_STARTTLS, MSUB_TLS_IMPLICIT, MSUB_WANTS_START_TLS},
		{MSUB_TLS_NONE, MSUB_TLS_IMPLICIT, MSUB_WANTS_START_TLS},
		{MSUB_TLS_IMPLICIT, MSUB_TLS_NONE, MSUB_WANTS_START_TLS},
		{MSUB_TLS_IMPLICIT, MSUB_TLS_STARTTLS, MSUB_WANTS_RECEIVE},
		{MSUB_TLS_STARTTLS, MSUB_TLS_NONE, MSUB_WANTS_RECEIVE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct msub_settings settings = plain_settings();
		struct msub_session *session;
		struct msub_message *message = new_message();
		CHECK_CASE("row %zu", i);
		settings.tls = rows[i].set;
		CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
		CHECK_INT(msub_session_add(session, message), MSUB_OK);
		msub_session_service(session, rows[i].service);
		msub_session_connected(session, "192.0.2.7", 0);
		CHECK_INT(msub_session_wants(session) & (MSUB_WANTS_START_TLS | MSUB_WANTS_RECEIVE),
			rows[i].wants);
		msub_session_service(session, MSUB_TLS_IMPLICIT); /* too late */
		CHECK_INT(msub_session_wants(session) & (MSUB_WANTS_START_TLS | MSUB_WANTS_RECEIVE),
			rows[i].wants);
		msub_session_free(session);
		msub_message_free(message);
	}
}

/* ---- discovery ---- */

static void services_are_discovered(void)
{
	static const struct name_row rows[] = {
		{"_submissions._tcp.example.org", "SRV 2 0 465 b.example.org"},
		{"_submissions._tcp.example.org", "SRV 1 0 4465 a.example.org"},
		{"_submission._tcp.example.org", "SRV 0 0 587 c.example.org"},
		{"_submission._tcp.example.net", "SRV 0 0 0 ."}, {NULL, NULL}};
	static const struct {
		const char *domain;
		size_t room, count;
		enum msub_error error;
		const char *why;
	} cases[] = {
		{"example.org", 8, 3, MSUB_OK, ""},
		{"example.org", 2, 2, MSUB_OK, ""},
		{"example.org", 0, 0, MSUB_OK, ""},
		{"example.net", 8, 0, MSUB_HOST,
			"the domain says that it offers no submission of mail"},
		{"example.com", 8, 0, MSUB_HOST,
			"the domain announces no submission service (SRV): name the server's host"},
		{"a b", 8, 0, MSUB_HOST, "this is not a domain's name"},
	};
	static const struct msub_service want[] = {{"a.example.org", 4465, MSUB_TLS_IMPLICIT},
		{"b.example.org", 465, MSUB_TLS_IMPLICIT},
		{"c.example.org", 587, MSUB_TLS_STARTTLS}};
	struct name_server names;
	if (!CHECK(name_server_open(&names, rows)) || !CHECK(name_server_begin(&names)))
		return;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct msub_service services[8];
		struct msub_failure failure;
		size_t count = cases[i].room;
		struct destination there = {
			.domain = cases[i].domain, .name_servers = names.address};
		CHECK_CASE("%s, room for %zu", cases[i].domain, cases[i].room);
		CHECK_INT(discover(&memory_standard, &there, services, &count, &failure),
			cases[i].error);
		CHECK_INT(failure.error, cases[i].error);
		CHECK_TEXT(failure.text, cases[i].why);
		CHECK_INT(count, cases[i].count);
		for (size_t k = 0; k < count; k++) {
			CHECK_TEXT(services[k].host, want[k].host);
			CHECK_INT(services[k].port, want[k].port);
			CHECK_INT(services[k].tls, want[k].tls);
		}
	}
	name_server_free(&names);
	size_t count = 0;
	CHECK_INT(msub_discover("a b", NULL, NULL, &count, NULL), MSUB_HOST);
}

static void what_does_not_go_together_is_refused(void)
{
	static const struct {
		struct msub_settings settings;
		const char *which; /* NULL: fine */
	} rows[] = {
		{{.domain = "example.org", .tls = MSUB_TLS_STARTTLS}, NULL},
		{{.domain = "example.org", .tls = MSUB_TLS_NONE}, "tls"},
		{{.domain = "example.org", .host = "a", .tls = MSUB_TLS_NONE}, NULL},
		{{.domain = "example.org", .tls = MSUB_TLS_IMPLICIT, .proxy = "p"}, "proxy"},
		{{.domain = "a\nb", .host = "a"}, "domain"},
		{{.socket_path = "/run/lmtp"}, NULL},
		{{.socket_path = ""}, "socket_path"},
		{{.socket_path = "/run/lmtp", .proxy = "p"}, "proxy"},
		{{.socket_path = "/run/lmtp", .source_address = "::1"}, "source_address"},
		{{.host = "a", .proxy = "[::1]:1080"}, NULL},
		{{.host = "a", .proxy = ""}, "proxy"},
		{{.host = "a", .proxy = "p", .proxy_user = "u"}, "proxy_password"},
		{{.host = "a", .proxy = "p", .proxy_password = "u"}, "proxy_user"},
		{{.host = "a", .proxy = "p", .proxy_user = "", .proxy_password = "x"},
			"proxy_user"},
		{{.host = "a", .source_address = "192.0.2.7"}, NULL},
		{{.host = "a", .name_servers = "127.0.0.1:5353,[2001:db8::1]:53,192.0.2.7"}, NULL},
		{{.host = "a", .name_servers = ""}, "name_servers"},
		{{.host = "a", .name_servers = "dns.example.org"}, "name_servers"},
		{{.host = "a", .name_servers = "192.0.2.7, 192.0.2.8"}, "name_servers"},
		{{.host = "a", .source_address = "fe80::1%eth0"}, NULL},
		{{.host = "a", .source_address = "mail.example.org"}, "source_address"},
		{{.host = "a", .source_address = "abcJ"}, "source_address"},
		{{.host = "a", .source_address = "::1%\n"}, "source_address"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *which = "?";
		CHECK_CASE("row %zu", i);
		CHECK_INT(msub_settings_check(&rows[i].settings, &which),
			rows[i].which == NULL ? MSUB_OK : MSUB_SETTINGS);
		CHECK_TEXT(which == NULL ? "" : which, rows[i].which == NULL ? "" : rows[i].which);
	}
}

#define TESTS(T)                                                                                   \
	T(mail_goes_through_a_unix_domain_socket)                                                  \
	T(mail_goes_through_a_proxy)                                                               \
	T(a_name_that_is_none_is_msub_host)                                                        \
	T(a_domains_server_is_found_and_its_tls_begun)                                             \
	T(a_service_never_takes_tls_away)                                                          \
	T(services_are_discovered)                                                                 \
	T(what_does_not_go_together_is_refused)
CHECK_MAIN("connecting", TESTS)
