/* The blocking driver, against a script that a thread plays as the server. */
#include "drive.h"

#include <pthread.h>

#include "duet.h"
#include "script_player.h"

/* A server for a number of connections, one after the other. */
struct host {
	const struct script_step *steps;
	int listening;
	uint16_t port;
	unsigned int connections;
	struct tls_server *tls;
	char heard[2000];
};

static void *serve(void *context)
{
	struct host *host = context;
	for (unsigned int i = 0; i < host->connections; i++) {
		struct pollfd polled = {.fd = host->listening, .events = POLLIN};
		struct script_player script;
		struct connection_settings settings = {.memory = &memory_standard,
			.side = WIRE_SERVER,
			.tls_server = host->tls,
			.linger_ms = 200};
		if (poll(&polled, 1, 5000) <= 0)
			break;
		int descriptor = tcp_accept(host->listening);
		script_player_init(&script, host->steps);
		struct connection *connection =
			connection_new(&script.player, descriptor, &settings, clock_ms());
		duet_finish(&connection, 1);
		size_t len = strlen(host->heard);
		snprintf(host->heard + len, sizeof host->heard - len, "%s",
			script_player_heard(&script));
		connection_free(connection);
		script_player_free(&script);
	}
	return NULL;
}

static bool open_host(struct host *host)
{
	struct endpoint endpoint;
	struct sentence why = {""};
	endpoint_parse(&endpoint, "127.0.0.1", 0);
	host->listening = tcp_listen(&endpoint, &why);
	if (!CHECK(host->listening >= 0) || !CHECK(tcp_local(host->listening, &endpoint)))
		return false;
	host->port = endpoint_port(&endpoint);
	return true;
}

static struct drive_settings settings_for(const struct host *host)
{
	return (struct drive_settings){.memory = &memory_standard,
		.destination = {.host = "127.0.0.1", .port = host->port}};
}

static const struct script_step server_steps[] = {{SCRIPT_SAY, "220 \r\n", 0},
	{SCRIPT_HEAR, "QUIT\r\n", 0}, {SCRIPT_SAY, "221 \r\n", 0}, {0}};
static const struct script_step client_steps[] = {{SCRIPT_CONNECT, NULL, 0},
	{SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_PAUSE, NULL, 20}, {SCRIPT_SAY, "QUIT\r\n", 0},
	{SCRIPT_HEAR, "221 \r\n", 0}, {0}};

static void a_session_goes_from_connect_to_close(void)
{
	struct host host = {.steps = server_steps, .connections = 1};
	struct script_player client;
	struct sentence why;
	pthread_t thread;
	if (!open_host(&host))
		return;
	struct drive_settings settings = settings_for(&host);
	pthread_create(&thread, NULL, serve, &host);
	script_player_init(&client, client_steps);
	CHECK_INT(drive(&client.player, &settings, &why), DRIVE_DONE);
	CHECK_TEXT(why.text, "");
	pthread_join(thread, NULL);
	CHECK_TEXT(script_player_heard(&client), "220 \r\n221 \r\n");
	CHECK_TEXT(host.heard, "QUIT\r\n");
	CHECK_INT(client.closes, 1);
	script_player_free(&client);
	tcp_close(host.listening);
}

static void implicit_tls_is_the_players_affair(void)
{
	static const struct script_step server[] = {{SCRIPT_TLS, NULL, 0},
		{SCRIPT_SAY, "220 \r\n", 0}, {SCRIPT_HEAR, "QUIT\r\n", 0}, {0}};
	static const struct script_step steps[] = {{SCRIPT_CONNECT, NULL, 0}, {SCRIPT_TLS, NULL, 0},
		{SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_SAY, "QUIT\r\n", 0}, {0}};
	struct sentence why = {""};
	struct tls_server_settings made = {0};
	struct tls_server *tls_server = tls_server_new(&memory_standard, &made, &why);
	struct tls_trust *trust =
		tls_trust_new(&memory_standard, tls_server_ca_file(tls_server), &why);
	static const char *const names[] = {"127.0.0.1", "localhost", "mail.example.org"};
	for (int i = 0; i < 3; i++) {
		struct host host = {.steps = server, .connections = 1, .tls = tls_server};
		struct script_player client;
		pthread_t thread;
		bool good = i < 2;
		struct tls_client_settings tls = {.name = names[i], .trust = trust};
		CHECK_CASE("%s", names[i]);
		if (!open_host(&host))
			return;
		struct drive_settings settings = settings_for(&host);
		settings.tls = &tls;
		pthread_create(&thread, NULL, serve, &host);
		script_player_init(&client, steps);
		CHECK_INT(drive(&client.player, &settings, &why), DRIVE_DONE);
		pthread_join(thread, NULL);
		CHECK_INT(client.tls_verified, good);
		CHECK_TEXT(host.heard, good ? "QUIT\r\n" : "");
		CHECK_INT(strstr(why.text, "not for mail.example.org") != NULL, !good);
		script_player_free(&client);
		tcp_close(host.listening);
	}
	tls_trust_free(trust);
	tls_server_free(tls_server);
}

static void failures_to_connect_are_sentences(void)
{
	static const struct {
		const char *host, *why;
	} rows[] = {
		{"127.0.0.1", "connection refused by 127.0.0.1 port "},
		{"no-such-host.invalid", "no-such-host.invalid"},
		{"two words", "not a host name: two words"},
	};
	struct host host = {0};
	if (!open_host(&host))
		return;
	tcp_close(host.listening); /* nobody listens there now */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct script_player client;
		struct sentence why;
		struct drive_settings settings = settings_for(&host);
		settings.destination.host = rows[i].host;
		settings.connect_ms = 700;
		CHECK_CASE("%s", rows[i].host);
		script_player_init(&client, client_steps);
		CHECK_INT(drive(&client.player, &settings, &why), DRIVE_DONE);
		CHECK(strstr(why.text, rows[i].why) != NULL);
		CHECK_TEXT(client.failed, why.text);
		CHECK_INT(client.connections, 0);
		script_player_free(&client);
	}
}

/* An observer's connected(): somebody presses ^C just then. */
static void interrupt(void *context, const struct player_link *link, uint64_t now_ms)
{
	volatile sig_atomic_t *flag = context;
	(void)link;
	(void)now_ms;
	*flag = 1;
}

static void silence_and_interruption_break_off(void)
{
	static const struct script_step silent[] = {{SCRIPT_HEAR, "never", 0}, {0}};
	static const volatile sig_atomic_t yes = 1;
	static const struct script_step hung[] = {
		{SCRIPT_CONNECT, NULL, 0}, {SCRIPT_HOLD, NULL, 0}, {0}};
	static const struct script_step waiting[] = {
		{SCRIPT_CONNECT, NULL, 0}, {SCRIPT_HEAR, "220", 0}, {0}};
	static const struct {
		const struct script_step *client;
		bool impatient, interrupted;
		enum drive_end end;
		const char *why;
	} rows[] = {
		{waiting, true, false, DRIVE_IMPATIENT, "the server was silent for too long"},
		{hung, true, false, DRIVE_IMPATIENT, "the server was silent for too long"},
		{waiting, false, true, DRIVE_INTERRUPTED, "interrupted"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct host host = {.steps = silent, .connections = 1};
		struct script_player client;
		struct sentence why;
		pthread_t thread;
		volatile sig_atomic_t flag = 0;
		CHECK_CASE("row %zu", i);
		if (!open_host(&host))
			return;
		struct drive_settings settings = settings_for(&host);
		settings.patience_ms = rows[i].impatient ? 100 : 0;
		union {
			volatile sig_atomic_t *flag;
			void *context;
		} raised = {.flag = &flag};
		struct observer observer = {.context = raised.context,
			.connected = rows[i].interrupted ? interrupt : NULL};
		settings.interrupted = &flag;
		settings.observer = &observer;
		pthread_create(&thread, NULL, serve, &host);
		script_player_init(&client, rows[i].client);
		CHECK_INT(drive(&client.player, &settings, &why), rows[i].end);
		CHECK_TEXT(why.text, rows[i].why);
		/* The player has heard of it. */
		CHECK_INT(client.ends, 1);
		CHECK_INT(client.end, PLAYER_LOST);
		CHECK_INT(client.closes, 1);
		pthread_join(thread, NULL);
		script_player_free(&client);
		tcp_close(host.listening);
	}
	struct host nobody = {0};
	struct script_player client;
	struct sentence why;
	struct drive_settings settings = settings_for(&nobody);
	settings.interrupted = &yes;
	script_player_init(&client, waiting);
	CHECK_CASE("interrupted before");
	CHECK_INT(drive(&client.player, &settings, &why), DRIVE_INTERRUPTED);
	CHECK_INT(client.connections, 0);
	script_player_free(&client);
}

/* A player that wants two connections, one after the other. */
static void closed_again(struct player *player, uint64_t now_ms)
{
	struct script_player *script = (struct script_player *)(void *)player;
	(void)now_ms;
	script->closes++;
	script->closing = false;
	if (script->closes == 1)
		script->step = client_steps;
	else
		script->over = true;
}

static void a_player_may_want_another_connection(void)
{
	struct host host = {.steps = server_steps, .connections = 2};
	struct script_player client;
	struct sentence why;
	pthread_t thread;
	if (!open_host(&host))
		return;
	struct drive_settings settings = settings_for(&host);
	pthread_create(&thread, NULL, serve, &host);
	script_player_init(&client, client_steps);
	struct player_ops ops = *client.player.ops;
	ops.closed = closed_again;
	client.player.ops = &ops;
	CHECK_INT(drive(&client.player, &settings, &why), DRIVE_DONE);
	pthread_join(thread, NULL);
	CHECK_INT(client.connections, 2);
	CHECK_TEXT(host.heard, "QUIT\r\nQUIT\r\n");
	script_player_free(&client);
	tcp_close(host.listening);
}

/* ---- what is no silence ---- */

/* It talks for 600 ms, an octet at a time. */
static struct script_step drip_steps[62];
static void make_drip(void)
{
	for (int i = 0; i < 60; i += 2) {
		drip_steps[i] = (struct script_step){SCRIPT_SAY, "2", 0};
		drip_steps[i + 1] = (struct script_step){SCRIPT_PAUSE, NULL, 20};
	}
}

static bool is_pausing(const struct player *player)
{
	return ((const struct script_player *)(const void *)player)->until_ms != 0;
}

static bool always(const struct player *player)
{
	(void)player;
	return true;
}

struct going_on {
	const char *name;
	const struct script_step *server, *client;
	uint64_t patience_ms, connection_ms, connection_octets;
	bool (*keeps_time)(const struct player *player);
	enum drive_end end;
	const char *why;
	size_t least, most; /* octets that the client heard */
};

static void play_going_on(const struct going_on *row)
{
	struct host host = {.steps = row->server, .connections = 1};
	struct script_player client;
	struct sentence why;
	pthread_t thread;
	bool done = row->end == DRIVE_DONE;
	CHECK_CASE("%s", row->name);
	if (!open_host(&host))
		return;
	struct drive_settings settings = settings_for(&host);
	settings.patience_ms = row->patience_ms;
	settings.connection_ms = row->connection_ms;
	settings.connection_octets = row->connection_octets;
	settings.keeps_time = row->keeps_time;
	pthread_create(&thread, NULL, serve, &host);
	script_player_init(&client, row->client);
	CHECK_INT(drive(&client.player, &settings, &why), row->end);
	pthread_join(thread, NULL);
	CHECK_TEXT(why.text, row->why);
	CHECK(drive_lost_patience(row->end) == !done);
	if (!done)
		CHECK_INT(client.end, PLAYER_LOST);
	CHECK_INT(client.closes, 1);
	CHECK(client.heard.len >= row->least && client.heard.len <= row->most);
	script_player_free(&client);
	tcp_close(host.listening);
}

static void a_server_that_goes_on_is_broken_off(void)
{
	static const struct script_step flood[] = {{SCRIPT_FLOOD, NULL, 4000000}, {0}};
	static const struct script_step thousand[] = {{SCRIPT_FLOOD, NULL, 1000}, {0}};
	static const struct script_step listens[] = {
		{SCRIPT_CONNECT, NULL, 0}, {SCRIPT_HEAR, "never", 0}, {0}};
	static const struct script_step late[] = {{SCRIPT_CONNECT, NULL, 0},
		{SCRIPT_PAUSE, NULL, 100}, {SCRIPT_HEAR, "never", 0}, {0}};
	static const struct script_step thinks[] = {{SCRIPT_CONNECT, NULL, 0},
		{SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_PAUSE, NULL, 500},
		{SCRIPT_SAY, "QUIT\r\n", 0}, {SCRIPT_HEAR, "221 \r\n", 0}, {0}};
	static const char long_time[] = "the server went on for too long";
	static const struct going_on rows[] = {
		{"no bound", drip_steps, listens, 300, 0, 0, NULL, DRIVE_DONE, "", 30, 30},
		{"it ends in time", drip_steps, listens, 300, 60000, 30, NULL, DRIVE_DONE, "", 30,
			30},
		{"a drip", drip_steps, listens, 300, 200, 0, NULL, DRIVE_ENDLESS, long_time, 1, 29},
		{"a drip, without patience", drip_steps, listens, 0, 200, 0, NULL, DRIVE_ENDLESS,
			long_time, 1, 29},
		{"a drip, on the player's own time", drip_steps, listens, 300, 200, 0, always,
			DRIVE_DONE, "", 30, 30},
		{"the player thinks", server_steps, thinks, 300, 300, 0, is_pausing, DRIVE_DONE, "",
			12, 12},
		{"it seems to think", server_steps, thinks, 0, 300, 0, NULL, DRIVE_ENDLESS,
			long_time, 6, 6},
		{"as much as may come", thousand, listens, 0, 0, 1000, NULL, DRIVE_DONE, "", 1000,
			1000},
		{"an octet more", thousand, listens, 0, 0, 999, NULL, DRIVE_ENDLESS,
			"the server sent more than 999 octets", 1000, 1000},
		{"a flood", flood, listens, 0, 0, 65536, NULL, DRIVE_ENDLESS,
			"the server sent more than 65536 octets", 65537, 3 * 65536},
		{"a flood that lay there", flood, late, 0, 0, 65536, NULL, DRIVE_ENDLESS,
			"the server sent more than 65536 octets", 65537, 65536 + 32768},
		{"a flood, on the player's own time", flood, listens, 0, 0, 65536, always,
			DRIVE_ENDLESS, "the server sent more than 65536 octets", 65537, 3 * 65536},
	};
	make_drip();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		play_going_on(&rows[i]);
}

#define TESTS(T)                                                                                   \
	T(a_session_goes_from_connect_to_close)                                                    \
	T(implicit_tls_is_the_players_affair)                                                      \
	T(failures_to_connect_are_sentences)                                                       \
	T(silence_and_interruption_break_off)                                                      \
	T(a_player_may_want_another_connection)                                                    \
	T(a_server_that_goes_on_is_broken_off)
CHECK_MAIN("drive", TESTS)
