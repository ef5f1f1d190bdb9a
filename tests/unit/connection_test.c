/* The connection keeps the promises of client/base/player.h, whatever the sockets do. */
#include "connection_stage.h"

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
	for (size_t i = 0; stage_has_tls() && i < sizeof talks / sizeof *talks; i++) {
		struct stage stage;
		CHECK_CASE("%s", talks[i].name);
		stage_prepare(&stage, talks[i].client, talks[i].server);
		stage_play(&stage);
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
		stage_clear(&stage);
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
	stage_prepare(&stage, steps, steps);
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
	stage_clear(&stage);
}

static void all_of_one_read_is_one_received(void)
{
	static const struct script_step quiet[] = {
		{SCRIPT_HEAR, "STARTTLS\r\nEHLO injected\r\n", 0}, {SCRIPT_TLS, NULL, 0},
		{SCRIPT_END, NULL, 0}};
	static const char words[] = "STARTTLS\r\nEHLO injected\r\n";
	int descriptors[2];
	struct stage stage;
	stage_prepare(&stage, quiet, quiet);
	if (!stage_has_tls() || !duet_pair(descriptors))
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
	stage_clear(&stage);
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
	for (size_t cut = 1; stage_has_tls() && cut < sizeof words - 1; cut++) {
		int descriptors[2];
		struct stage stage;
		CHECK_CASE("cut at %zu", cut);
		stage_prepare(&stage, server, server);
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
		stage_clear(&stage);
	}
}

/* All that was said before PLAYER_START_TLS leaves in clear, however long it takes. */
static void handshakes_wait_for_what_is_still_to_be_sent(void)
{
	enum { LEN = 3000000, COMMAND = 10, FRONT = 3 };
	static const struct script_step client[] = {{SCRIPT_FLOOD, NULL, LEN},
		{SCRIPT_SAY, "STARTTLS\r\n", 0}, {SCRIPT_TLS, NULL, 0}, {0}};
	static uint8_t seen[LEN + COMMAND + FRONT];
	int descriptors[2];
	size_t len = 0;
	struct stage stage;
	stage_prepare(&stage, client, client);
	stage.at_client.observer = NULL;
	stage.client.eager_for_tls = true;
	if (!stage_has_tls() || !duet_pair(descriptors))
		return;
	stage.connections[0] =
		connection_new(&stage.client.player, descriptors[0], &stage.at_client, clock_ms());
	CHECK_INT(connection_events(stage.connections[0]), POLLOUT);
	for (int turn = 0; turn < 100000 && len < sizeof seen; turn++) {
		ssize_t got = recv(descriptors[1], seen + len, sizeof seen - len, MSG_DONTWAIT);
		len += got > 0 ? (size_t)got : 0;
		connection_ready(stage.connections[0], POLLOUT, clock_ms());
	}
	CHECK_INT(len, sizeof seen);
	CHECK_INT(octets_find(octets_make(seen, LEN), 0x16), LEN);
	CHECK_OCTETS(octets_make(seen + LEN, COMMAND + 2), octets_of("STARTTLS\r\n\x16\x03"));
	tcp_close(descriptors[1]);
	duet_run(stage.connections, 1);
	stage_clear(&stage);
}

static void nothing_is_said_in_clear_after_tls_failed(void)
{
	static const struct script_step client[] = {{SCRIPT_TLS, NULL, 0},
		{SCRIPT_SAY, "AUTH PLAIN AHUAcHc=\r\n", 0}, {SCRIPT_HEAR, "235", 0}, {0}};
	static const struct script_step server[] = {
		{SCRIPT_SAY, "454 \r\n", 0}, {SCRIPT_HEAR, "AUTH", 0}, {0}};
	struct stage stage;
	if (!stage_has_tls())
		return;
	stage_prepare(&stage, client, server);
	stage.client.stubborn = true;
	stage_play(&stage);
	CHECK_TEXT(stage.client.tls, "the server does not speak TLS here");
	CHECK_INT(stage.client.end, PLAYER_LOST);
	CHECK_INT(stage.client.ends, 1);
	CHECK(strstr(script_player_heard(&stage.server), "AUTH") == NULL);
	stage_clear(&stage);
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
	for (int i = 0; stage_has_tls() && i < 2; i++) {
		struct stage stage;
		CHECK_CASE("%s", i == 0 ? "in clear" : "inside TLS");
		stage_prepare(&stage, i == 0 ? client : client_tls, i == 0 ? server : server_tls);
		stage.at_client.observer = NULL;
		stage.client.heard.cap = 100;
		stage_play(&stage);
		CHECK(script_player_succeeded(&stage.client));
		CHECK_INT(stage.server.heard.len, 3000003);
		stage_clear(&stage);
	}
}

static void what_was_made_is_freed(void)
{
	stage_free_tls();
	CHECK(stage_tls_server == NULL);
}

#define TESTS(T)                                                                                   \
	T(talks_go_as_written)                                                                     \
	T(one_outgoing_is_one_write)                                                               \
	T(all_of_one_read_is_one_received)                                                         \
	T(starttls_holds_at_any_cut)                                                               \
	T(handshakes_wait_for_what_is_still_to_be_sent)                                            \
	T(nothing_is_said_in_clear_after_tls_failed)                                               \
	T(large_writes_arrive_whole)                                                               \
	T(what_was_made_is_freed)
CHECK_MAIN("connection", TESTS)
