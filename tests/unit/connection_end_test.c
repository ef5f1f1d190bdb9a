/* How connections end: early replies, hung peers, slow stores, last words, want of memory. */
#include <errno.h>
#include <fcntl.h>

#include "failing_memory.h"
#include "connection_stage.h"

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
		stage_prepare(&stage, client, client);
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
		stage_clear(&stage);
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
	stage_prepare(&stage, hold, hold);
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
	stage_clear(&stage);
	stage_prepare(&stage, later, later);
	if (!duet_pair(descriptors))
		return;
	stage.connections[1] =
		connection_new(&stage.server.player, descriptors[1], &stage.at_server, clock_ms());
	CHECK_INT(send(descriptors[0], "late\r\n", 6, 0), 6);
	duet_run(&stage.connections[1], 1);
	CHECK(script_player_succeeded(&stage.server));
	tcp_close(descriptors[0]);
	stage_clear(&stage);
}

static void a_handshake_has_a_deadline(void)
{
	static const struct script_step tls[] = {{SCRIPT_TLS, NULL, 0}, {0}};
	static const struct script_step silence[] = {{SCRIPT_HEAR, "never", 0}, {0}};
	struct stage stage;
	if (!stage_has_tls())
		return;
	stage_prepare(&stage, tls, silence);
	stage.at_client.tls_patience_ms = 50;
	stage_play(&stage);
	CHECK_TEXT(stage.client.tls, "timed out during the TLS handshake");
	CHECK_INT(stage.client.closes, 1);
	stage_clear(&stage);
	stage_prepare(&stage, tls, silence);
	stage.at_client.tls_client = NULL;
	stage_play(&stage);
	CHECK_TEXT(stage.client.tls, "TLS is not available here");
	stage_clear(&stage);
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
	/* would go on, were it not broken off */
	static const struct script_step lasting[] = {{SCRIPT_HEAR, ".\r\n", 0},
		{SCRIPT_STORE, NULL, 0}, {SCRIPT_SAY, "250 ok\r\n", 0}, {SCRIPT_HEAR, "never", 0},
		{0}};
	for (int i = 0; i < 4; i++) {
		struct slow_store slow = {.store = {&slow, begin_slowly}};
		int descriptors[2];
		char heard[20] = "";
		struct stage stage;
		static const char *const names[] = {
			"safe", "not safe", "broken off meanwhile", "broken off when stored"};
		bool safe = i != 1;
		CHECK_CASE("%s", names[i]);
		stage_prepare(&stage, steps, i < 2 ? steps : lasting);
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
		if (i == 2)
			connection_break(stage.connections[1], clock_ms());
		CHECK(!connection_finished(stage.connections[1]));
		CHECK_INT(stage.server.stores, 0);
		slow.done(slow.waiter, safe);
		if (i == 3)
			connection_break(stage.connections[1], clock_ms());
		CHECK_INT(connection_deadline_ms(stage.connections[1]), 0);
		connection_turn(stage.connections[1], clock_ms());
		CHECK_INT(stage.server.stores, 1);
		CHECK_INT(stage.server.stored_safe, safe);
		/* The reply goes out even where the connection is to be broken off. */
		CHECK_INT(recv(descriptors[0], heard, sizeof heard, MSG_DONTWAIT), 8);
		CHECK_TEXT(heard, "250 ok\r\n");
		CHECK(connection_finished(stage.connections[1]));
		tcp_close(descriptors[0]);
		stage_clear(&stage);
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
	stage_prepare(&stage, server, server);
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
	stage_clear(&stage);
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
		stage_prepare(&stage, idle, i == 0 ? idle : hung);
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
		stage_clear(&stage);
	}
}

/* ---- want of memory ---- */

static void want_of_memory_ends_in_order(void)
{
	static const struct script_step steps[] = {
		{SCRIPT_TLS, NULL, 0}, {SCRIPT_HEAR, "x", 0}, {0}};
	size_t failures = 0;
	for (size_t fail_at = 1; stage_has_tls() && fail_at < 20; fail_at++) {
		struct failing_memory failing;
		struct stage stage;
		int descriptors[2];
		CHECK_CASE("allocation %zu fails", fail_at);
		failing_memory_init(&failing, fail_at);
		stage_prepare(&stage, steps, steps);
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
		stage_clear(&stage);
		CHECK_INT(failing.live, 0);
		if (!failed)
			break;
	}
	CHECK_INT(failures, 3); /* the connection, its TLS, the sentence that says so */
	stage_free_tls();
}

#define TESTS(T)                                                                                   \
	T(early_replies_are_heard_before_a_write_error)                                            \
	T(who_holds_reads_nothing)                                                                 \
	T(a_handshake_has_a_deadline)                                                              \
	T(nothing_is_said_before_a_message_is_stored)                                              \
	T(the_last_reply_survives_unread_octets)                                                   \
	T(farewell_is_said_where_it_can_be)                                                        \
	T(want_of_memory_ends_in_order)
CHECK_MAIN("connection_end", TESTS)
