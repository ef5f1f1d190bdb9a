/* The connection keeps the promises of client/base/player.h, whatever the sockets do. */
#include <errno.h>
#include <fcntl.h>

#include "connection.h"
#include "duet.h"
#include "failing_memory.h"
#include "script_player.h"

/* ---- an observer that writes down ---- */

struct notes {
	struct buffer text;
};

static void note_octets(void *context, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "%s%.*s|", from == WIRE_CLIENT ? ">" : "<", (int)octets.len,
		(const char *)octets.at);
}

static void note_connected(void *context, const struct player_link *link, uint64_t now_ms)
{
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "connected|");
	(void)link;
}

static void note_tls(void *context, const char *description, const char *why, uint64_t now_ms)
{
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "%s|", description != NULL ? "tls" : why);
}

static void note_ended(void *context, enum wire_side by, enum wire_end how, uint64_t now_ms)
{
	static const char *const words[] = {"closed", "no bye", "reset", "lost"};
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "%s %s|", by == WIRE_CLIENT ? "client" : "server", words[how]);
}

/* ---- two scripts against each other ---- */

struct stage {
	struct script_player client, server;
	struct notes notes;
	struct observer observer;
	struct connection_settings at_client, at_server;
	struct connection *connections[2];
};

static struct tls_server *tls_server;
static struct tls_trust *tls_trust;
static struct tls_client_settings tls_client;

static void prepare(
	struct stage *stage, const struct script_step *client, const struct script_step *server)
{
	memset(stage, 0, sizeof *stage);
	script_player_init(&stage->client, client);
	script_player_init(&stage->server, server);
	buffer_init(&stage->notes.text, &memory_standard, 1 << 26);
	stage->observer =
		(struct observer){&stage->notes, note_connected, note_octets, note_tls, note_ended};
	stage->at_client = (struct connection_settings){.memory = &memory_standard,
		.side = WIRE_CLIENT,
		.observer = &stage->observer,
		.tls_client = &tls_client};
	stage->at_server = (struct connection_settings){
		.memory = &memory_standard, .side = WIRE_SERVER, .tls_server = tls_server};
}

static void play_over(struct stage *stage, const int descriptors[2])
{
	uint64_t now = clock_ms();
	stage->connections[0] =
		connection_new(&stage->client.player, descriptors[0], &stage->at_client, now);
	stage->connections[1] =
		connection_new(&stage->server.player, descriptors[1], &stage->at_server, now);
	duet_run(stage->connections, 2);
}

static void play(struct stage *stage)
{
	int descriptors[2];
	if (duet_tcp(descriptors))
		play_over(stage, descriptors);
}

static void clear(struct stage *stage)
{
	connection_free(stage->connections[0]);
	connection_free(stage->connections[1]);
	script_player_free(&stage->client);
	script_player_free(&stage->server);
	buffer_free(&stage->notes.text);
}

static bool have_tls(void)
{
	struct sentence why = {""};
	struct tls_server_settings settings = {.no_tickets = true};
	if (tls_server == NULL)
		tls_server = tls_server_new(&memory_standard, &settings, &why);
	if (tls_server != NULL && tls_trust == NULL)
		tls_trust = tls_trust_new(&memory_standard, tls_server_ca_file(tls_server), &why);
	tls_client = (struct tls_client_settings){.name = "localhost", .trust = tls_trust};
	return CHECK(tls_trust != NULL);
}

/* ---- talking and ending ---- */

static const struct {
	const char *name;
	struct script_step client[6], server[6];
	bool tls;
	const char *notes;
	enum player_end at_server; /* what the server hears of the client's end */
	unsigned int server_ends;
} talks[] = {
	{"the client closes", {{SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_SAY, "QUIT\r\n", 0}},
		{{SCRIPT_SAY, "220 \r\n", 0}, {SCRIPT_HEAR, "QUIT\r\n", 0},
			{SCRIPT_HEAR, "never", 0}},
		false, "connected|<220 \r\n|>QUIT\r\n|client closed|", PLAYER_ENDED, 1},
	{"the server closes", {{SCRIPT_HEAR, "221 \r\n", 0}, {SCRIPT_HEAR, "never", 0}},
		{{SCRIPT_SAY, "221 \r\n", 0}}, false, "connected|<221 \r\n|server closed|",
		PLAYER_ENDED, 0},
	{"the client breaks off", {{SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_ABORT, NULL, 0}},
		{{SCRIPT_SAY, "220 \r\n", 0}, {SCRIPT_HEAR, "never", 0}}, false,
		"connected|<220 \r\n|client reset|", PLAYER_LOST, 1},
	{"the server breaks off",
		{{SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_SAY, "A", 0}, {SCRIPT_HEAR, "x", 0}},
		{{SCRIPT_SAY, "220 \r\n", 0}, {SCRIPT_HEAR, "A", 0}, {SCRIPT_ABORT, NULL, 0}},
		false, "connected|<220 \r\n|>A|server reset|", PLAYER_ENDED, 0},
	{"TLS at once", {{SCRIPT_TLS, NULL, 0}, {SCRIPT_HEAR, "220 \r\n", 0}},
		{{SCRIPT_TLS, NULL, 0}, {SCRIPT_SAY, "220 \r\n", 0}, {SCRIPT_HEAR, "never", 0}},
		true, "connected|tls|<220 \r\n|client closed|", PLAYER_ENDED, 1},
	{"TLS without bye",
		{{SCRIPT_TLS, NULL, 0}, {SCRIPT_HEAR, "220 \r\n", 0}, {SCRIPT_NO_BYE, NULL, 0}},
		{{SCRIPT_TLS, NULL, 0}, {SCRIPT_SAY, "220 \r\n", 0}, {SCRIPT_HEAR, "never", 0}},
		true, "connected|tls|<220 \r\n|client no bye|", PLAYER_TRUNCATED, 1},
	{"STARTTLS",
		{{SCRIPT_SAY, "STARTTLS\r\n", 0}, {SCRIPT_HEAR, "220 go\r\n", 0},
			{SCRIPT_TLS, NULL, 0}, {SCRIPT_SAY, "EHLO\r\n", 0},
			{SCRIPT_HEAR, "250 \r\n", 0}},
		{{SCRIPT_HEAR, "STARTTLS\r\n", 0}, {SCRIPT_SAY, "220 go\r\n", 0},
			{SCRIPT_TLS, NULL, 0}, {SCRIPT_HEAR, "EHLO\r\n", 0},
			{SCRIPT_SAY, "250 \r\n", 0}, {SCRIPT_HEAR, "x", 0}},
		true, "connected|>STARTTLS\r\n|<220 go\r\n|tls|>EHLO\r\n|<250 \r\n|client closed|",
		PLAYER_ENDED, 1},
	{"a server without TLS", {{SCRIPT_TLS, NULL, 0}},
		{{SCRIPT_SAY, "220 mail.example.org ESMTP\r\n", 0}, {SCRIPT_HEAR, "never", 0}},
		true, "connected|the server does not speak TLS here|client closed|", PLAYER_LOST,
		1},
};

static void talks_go_as_written(void)
{
	for (size_t i = 0; have_tls() && i < sizeof talks / sizeof *talks; i++) {
		struct stage stage;
		CHECK_CASE("%s", talks[i].name);
		prepare(&stage, talks[i].client, talks[i].server);
		play(&stage);
		CHECK_TEXT(buffer_string(&stage.notes.text), talks[i].notes);
		CHECK_INT(stage.server.ends, talks[i].server_ends);
		CHECK_INT(stage.server.end, talks[i].at_server);
		CHECK_INT(stage.client.closes, 1);
		CHECK_INT(stage.server.closes, 1);
		CHECK_INT(stage.client.connections, 1);
		CHECK_TEXT(stage.client.local, "127.0.0.1");
		CHECK_TEXT(stage.server.remote, "127.0.0.1");
		CHECK_INT(stage.server.tls_up, strstr(talks[i].notes, "|tls|") != NULL);
		CHECK_INT(stage.client.exporter_len, stage.server.tls_up ? 32 : 0);
		clear(&stage);
	}
}

/* ---- boundaries ---- */

/* Reads what is there, one recv() at a time, from a socket that keeps records apart. */
static void one_outgoing_is_one_write(void)
{
	static const struct script_step steps[] = {{SCRIPT_SAY, "RCPT TO:<a@example.org>", 0},
		{SCRIPT_SAY, "\r\n", 0}, {SCRIPT_SAY, "D", 0}, {SCRIPT_FLOOD, NULL, 150000},
		{SCRIPT_SAY, "\r\n.\r\n", 0}, {SCRIPT_END, NULL, 0}};
	static const ssize_t lengths[] = {23, 2, 1, 150000, 5, 0};
	static uint8_t chunk[200000];
	int descriptors[2], room = 400000;
	struct stage stage;
	prepare(&stage, steps, steps);
	if (!CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, descriptors) == 0))
		return;
	setsockopt(descriptors[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	tcp_prepare(descriptors[0]);
	stage.connections[0] =
		connection_new(&stage.client.player, descriptors[0], &stage.at_client, clock_ms());
	CHECK(connection_finished(stage.connections[0]));
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		CHECK_CASE("write %zu", i);
		CHECK_INT(recv(descriptors[1], chunk, sizeof chunk, MSG_DONTWAIT), lengths[i]);
	}
	tcp_close(descriptors[1]);
	clear(&stage);
}

static void all_of_one_read_is_one_received(void)
{
	static const struct script_step quiet[] = {
		{SCRIPT_HEAR, "STARTTLS\r\nEHLO injected\r\n", 0}, {SCRIPT_TLS, NULL, 0},
		{SCRIPT_END, NULL, 0}};
	static const char words[] = "STARTTLS\r\nEHLO injected\r\n";
	int descriptors[2];
	struct stage stage;
	prepare(&stage, quiet, quiet);
	if (!have_tls() || !duet_pair(descriptors))
		return;
	CHECK_INT(send(descriptors[0], words, sizeof words - 1, 0), sizeof words - 1);
	stage.connections[1] =
		connection_new(&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
	CHECK_INT(stage.server.received_calls, 1);
	CHECK_TEXT(script_player_heard(&stage.server), words);
	/* The handshake has begun and nothing of it was read as text. */
	CHECK_INT(connection_events(stage.connections[1]), POLLIN);
	CHECK_INT(send(descriptors[0], "EHLO later\r\n", 12, 0), 12);
	connection_ready(stage.connections[1], POLLIN, clock_ms());
	CHECK_TEXT(stage.server.tls, "the client does not speak TLS here");
	CHECK_INT(stage.server.received_calls, 1);
	CHECK(connection_finished(stage.connections[1]));
	tcp_close(descriptors[0]);
	clear(&stage);
}

/*
 * A man in the middle of STARTTLS, at every cut: what he puts behind the command either comes
 * with it and is seen by the player, or comes later and is no handshake. It is never a command
 * inside TLS.
 */
static void starttls_holds_at_any_cut(void)
{
	static const struct script_step server[] = {{SCRIPT_HEAR, "STARTTLS\r\n", 0},
		{SCRIPT_SAY, "220 go\r\n", 0}, {SCRIPT_TLS, NULL, 0}, {SCRIPT_HEAR, "injected", 0},
		{SCRIPT_END, NULL, 0}};
	static const char words[] = "STARTTLS\r\nEHLO injected\r\n";
	for (size_t cut = 1; have_tls() && cut < sizeof words - 1; cut++) {
		int descriptors[2];
		struct stage stage;
		CHECK_CASE("cut at %zu", cut);
		prepare(&stage, server, server);
		if (!duet_pair(descriptors))
			return;
		stage.connections[1] = connection_new(
			&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
		CHECK_INT(send(descriptors[0], words, cut, 0), cut);
		connection_ready(stage.connections[1], POLLIN, clock_ms());
		CHECK_INT(send(descriptors[0], words + cut, sizeof words - 1 - cut, 0),
			sizeof words - 1 - cut);
		connection_ready(stage.connections[1], POLLIN, clock_ms());
		shutdown(descriptors[0], SHUT_WR);
		for (int i = 0; i < 3 && !connection_finished(stage.connections[1]); i++)
			connection_ready(stage.connections[1], POLLIN, clock_ms());
		CHECK(!stage.server.tls_up);
		CHECK(!script_player_succeeded(&stage.server));
		CHECK_INT(strstr(script_player_heard(&stage.server), "injected") != NULL,
			cut < 10 || cut >= 23);
		tcp_close(descriptors[0]);
		clear(&stage);
	}
}

/* ---- partial writes ---- */

static void large_writes_arrive_whole(void)
{
	static const struct script_step client[] = {{SCRIPT_FLOOD, NULL, 3000000},
		{SCRIPT_SAY, "END", 0}, {SCRIPT_HEAR, "250", 0}, {0}};
	static const struct script_step client_tls[] = {{SCRIPT_TLS, NULL, 0},
		{SCRIPT_FLOOD, NULL, 3000000}, {SCRIPT_SAY, "END", 0}, {SCRIPT_HEAR, "250", 0},
		{0}};
	static const struct script_step server[] = {
		{SCRIPT_HEAR, "END", 0}, {SCRIPT_SAY, "250", 0}, {SCRIPT_HEAR, "x", 0}, {0}};
	static const struct script_step server_tls[] = {{SCRIPT_TLS, NULL, 0},
		{SCRIPT_HEAR, "END", 0}, {SCRIPT_SAY, "250", 0}, {SCRIPT_HEAR, "x", 0}, {0}};
	for (int i = 0; have_tls() && i < 2; i++) {
		struct stage stage;
		CHECK_CASE("%s", i == 0 ? "in clear" : "inside TLS");
		prepare(&stage, i == 0 ? client : client_tls, i == 0 ? server : server_tls);
		stage.at_client.observer = NULL;
		stage.client.heard.cap = 100;
		play(&stage);
		CHECK(script_player_succeeded(&stage.client));
		CHECK_INT(stage.server.heard.len, 3000003);
		clear(&stage);
	}
}

/* ---- an early reply and a lost connection ---- */

static void early_replies_are_heard_before_a_write_error(void)
{
	/* The client speaks only; the server says 421 in the middle and is gone. */
	static const struct script_step client[] = {
		{SCRIPT_FLOOD, NULL, 40000000}, {SCRIPT_HEAR, "250", 0}, {0}};
	static const char reply[] = "421 4.3.2 too busy\r\n";
	for (int i = 0; i < 2; i++) {
		int descriptors[2];
		struct stage stage;
		CHECK_CASE("%s", i == 0 ? "speaks only" : "listens as well");
		prepare(&stage, client, client);
		stage.at_client.observer = NULL;
		stage.client.wants_receive_too = i == 1;
		if (!duet_tcp(descriptors))
			return;
		stage.connections[0] = connection_new(
			&stage.client.player, descriptors[0], &stage.at_client, clock_ms());
		CHECK_INT(send(descriptors[1], reply, sizeof reply - 1, 0), sizeof reply - 1);
		tcp_close(descriptors[1]); /* with unread octets: a RST follows the reply */
		duet_run(stage.connections, 1);
		CHECK_TEXT(script_player_heard(&stage.client), reply);
		CHECK_INT(stage.client.ends, 1);
		CHECK_INT(stage.client.end, PLAYER_LOST);
		CHECK_INT(stage.client.closes, 1);
		clear(&stage);
	}
}

/* ---- hanging ---- */

static void who_holds_reads_nothing(void)
{
	static const struct script_step hold[] = {{SCRIPT_HOLD, NULL, 0}, {0}};
	static const struct script_step later[] = {
		{SCRIPT_HOLD, NULL, 30}, {SCRIPT_HEAR, "late\r\n", 0}, {SCRIPT_SAY, "250", 0}, {0}};
	int descriptors[2];
	struct stage stage;
	prepare(&stage, hold, hold);
	if (!duet_pair(descriptors))
		return;
	stage.connections[1] =
		connection_new(&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
	CHECK_INT(send(descriptors[0], "EHLO\r\n", 6, 0), 6);
	connection_ready(stage.connections[1], POLLIN, clock_ms());
	CHECK_INT(stage.server.received_calls, 0);
	CHECK_INT(connection_events(stage.connections[1]) & (POLLIN | POLLOUT), 0);
	CHECK(connection_events(stage.connections[1]) != 0);
	/* But it sees that the peer has given up. */
	tcp_close(descriptors[0]);
	duet_run(&stage.connections[1], 1);
	CHECK_INT(stage.server.ends, 1);
	CHECK_INT(stage.server.closes, 1);
	clear(&stage);
	prepare(&stage, later, later);
	if (!duet_pair(descriptors))
		return;
	stage.connections[1] =
		connection_new(&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
	CHECK_INT(send(descriptors[0], "late\r\n", 6, 0), 6);
	duet_run(&stage.connections[1], 1);
	CHECK(script_player_succeeded(&stage.server));
	tcp_close(descriptors[0]);
	clear(&stage);
}

static void a_handshake_has_a_deadline(void)
{
	static const struct script_step tls[] = {{SCRIPT_TLS, NULL, 0}, {0}};
	static const struct script_step silence[] = {{SCRIPT_HEAR, "never", 0}, {0}};
	struct stage stage;
	if (!have_tls())
		return;
	prepare(&stage, tls, silence);
	stage.at_client.tls_patience_ms = 50;
	play(&stage);
	CHECK_TEXT(stage.client.tls, "timed out during the TLS handshake");
	CHECK_INT(stage.client.closes, 1);
	clear(&stage);
	prepare(&stage, tls, silence);
	stage.at_client.tls_client = NULL;
	play(&stage);
	CHECK_TEXT(stage.client.tls, "TLS is not available here");
	clear(&stage);
}

/* ---- the store ---- */

struct slow_store {
	struct store store;
	store_done *done;
	void *waiter;
	const struct player_mail *mail;
};

static void begin_slowly(
	void *context, const struct player_mail *mail, store_done *done, void *waiter)
{
	struct slow_store *slow = context;
	slow->done = done;
	slow->waiter = waiter;
	slow->mail = mail;
}

static void nothing_is_said_before_a_message_is_stored(void)
{
	static const struct script_step steps[] = {{SCRIPT_HEAR, ".\r\n", 0},
		{SCRIPT_STORE, NULL, 0}, {SCRIPT_SAY, "250 ok\r\n", 0}, {0}};
	for (int i = 0; i < 3; i++) {
		struct slow_store slow = {.store = {&slow, begin_slowly}};
		int descriptors[2];
		char heard[20] = "";
		struct stage stage;
		bool broken = i == 2, safe = i != 1;
		CHECK_CASE("%s", broken ? "broken off meanwhile" : safe ? "safe" : "not safe");
		prepare(&stage, steps, steps);
		stage.at_server.store = &slow.store;
		if (!duet_pair(descriptors))
			return;
		stage.connections[1] = connection_new(
			&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
		CHECK_INT(send(descriptors[0], ".\r\nQUIT\r\n", 9, 0), 9);
		connection_ready(stage.connections[1], POLLIN, clock_ms());
		CHECK(slow.mail == &stage.server.mail);
		CHECK(connection_is_storing(stage.connections[1]));
		CHECK_INT(connection_events(stage.connections[1]), 0);
		CHECK_INT(recv(descriptors[0], heard, sizeof heard, MSG_DONTWAIT), -1);
		if (broken)
			connection_break(stage.connections[1], clock_ms());
		CHECK(!connection_finished(stage.connections[1]));
		CHECK_INT(stage.server.stores, 0);
		slow.done(slow.waiter, safe);
		CHECK_INT(connection_deadline_ms(stage.connections[1]), 0);
		connection_turn(stage.connections[1], clock_ms());
		CHECK_INT(stage.server.stores, 1);
		CHECK_INT(stage.server.stored_safe, safe);
		/* The reply goes out even where the connection is to be broken off. */
		CHECK_INT(recv(descriptors[0], heard, sizeof heard, MSG_DONTWAIT), 8);
		CHECK_TEXT(heard, "250 ok\r\n");
		CHECK(connection_finished(stage.connections[1]));
		tcp_close(descriptors[0]);
		clear(&stage);
	}
}

/* ---- last words ---- */

static void the_last_reply_survives_unread_octets(void)
{
	static const struct script_step server[] = {
		{SCRIPT_HEAR, "DATA\r\n", 0}, {SCRIPT_SAY, "554 no\r\n", 0}, {0}};
	int descriptors[2];
	char heard[40] = "";
	struct stage stage;
	prepare(&stage, server, server);
	stage.at_server.linger_ms = 5000;
	if (!duet_tcp(descriptors))
		return;
	stage.connections[1] =
		connection_new(&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
	CHECK_INT(send(descriptors[0], "DATA\r\n", 6, 0), 6);
	duet_step(stage.connections[1], &(struct pollfd){.revents = POLLIN});
	CHECK_INT(stage.server.closes, 1);
	CHECK(!connection_finished(stage.connections[1]));
	/* What comes now would make a plain close() a RST, which takes the 554 away. */
	CHECK_INT(send(descriptors[0], "body\r\n", 6, 0), 6);
	connection_ready(stage.connections[1], POLLIN, clock_ms());
	CHECK_INT(send(descriptors[0], "more\r\n", 6, 0), 6);
	CHECK_INT(recv(descriptors[0], heard, sizeof heard, 0), 8);
	CHECK_TEXT(heard, "554 no\r\n");
	CHECK_INT(recv(descriptors[0], heard, sizeof heard, 0), 0);
	tcp_close(descriptors[0]);
	duet_run(&stage.connections[1], 1);
	clear(&stage);
}

static void farewell_is_said_where_it_can_be(void)
{
	static const struct script_step idle[] = {
		{SCRIPT_SAY, "220\r\n", 0}, {SCRIPT_HEAR, "never", 0}, {0}};
	static const struct script_step hung[] = {
		{SCRIPT_SAY, "220\r\n", 0}, {SCRIPT_HOLD, NULL, 0}, {0}};
	for (int i = 0; i < 2; i++) {
		int descriptors[2];
		char heard[40] = "";
		struct stage stage;
		CHECK_CASE("%s", i == 0 ? "idle" : "hung");
		prepare(&stage, idle, i == 0 ? idle : hung);
		if (!duet_pair(descriptors))
			return;
		stage.connections[1] = connection_new(
			&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
		connection_farewell(stage.connections[1], "421 down\r\n", clock_ms());
		CHECK(recv(descriptors[0], heard, sizeof heard - 1, 0) > 0);
		CHECK_TEXT(heard, i == 0 ? "220\r\n421 down\r\n" : "220\r\n");
		CHECK_INT(stage.server.closes, 1);
		CHECK(connection_finished(stage.connections[1]));
		tcp_close(descriptors[0]);
		clear(&stage);
	}
}

/* ---- want of memory ---- */

static void want_of_memory_ends_in_order(void)
{
	static const struct script_step steps[] = {
		{SCRIPT_TLS, NULL, 0}, {SCRIPT_HEAR, "x", 0}, {0}};
	size_t failures = 0;
	for (size_t fail_at = 1; have_tls() && fail_at < 20; fail_at++) {
		struct failing_memory failing;
		struct stage stage;
		int descriptors[2];
		CHECK_CASE("allocation %zu fails", fail_at);
		failing_memory_init(&failing, fail_at);
		prepare(&stage, steps, steps);
		stage.at_client.memory = &failing.memory;
		if (!duet_pair(descriptors))
			return;
		tcp_close(descriptors[1]);
		stage.connections[0] = connection_new(
			&stage.client.player, descriptors[0], &stage.at_client, clock_ms());
		bool failed = failing.count >= fail_at;
		failures += failed;
		if (stage.connections[0] != NULL)
			duet_run(stage.connections, 1);
		/* The descriptor is closed in every case. */
		CHECK(fcntl(descriptors[0], F_GETFD) == -1 && errno == EBADF);
		clear(&stage);
		CHECK_INT(failing.live, 0);
		if (!failed)
			break;
	}
	CHECK_INT(failures, 2);
	tls_trust_free(tls_trust);
	tls_server_free(tls_server);
	tls_trust = NULL;
	tls_server = NULL;
}

#define TESTS(T)                                                                                   \
	T(talks_go_as_written)                                                                     \
	T(one_outgoing_is_one_write)                                                               \
	T(all_of_one_read_is_one_received)                                                         \
	T(starttls_holds_at_any_cut)                                                               \
	T(large_writes_arrive_whole)                                                               \
	T(early_replies_are_heard_before_a_write_error)                                            \
	T(who_holds_reads_nothing)                                                                 \
	T(a_handshake_has_a_deadline)                                                              \
	T(nothing_is_said_before_a_message_is_stored)                                              \
	T(the_last_reply_survives_unread_octets)                                                   \
	T(farewell_is_said_where_it_can_be)                                                        \
	T(want_of_memory_ends_in_order)
CHECK_MAIN("connection", TESTS)
