/*
 * session: libmsub's sender against a server that says anything, in any cut. It ends, every
 * message has a result, nothing is accepted whose dot was not said, RSET is never said, and
 * nothing that came before the handshake is heard inside TLS.
 *
 * The input: an octet of settings, then pieces of a length and so many octets from the server. A
 * length of 255 ends the connection, 254 lets the deadline come.
 */
#include <stdlib.h>
#include <string.h>

#include "msub.h"
#include "octets.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

enum { MESSAGES = 3, CALLS_MAX = 100000 };

struct world {
	struct octets left; /* of the input */
	struct msub_sender *sender;
	struct msub_message *messages[MESSAGES];
	struct buffer line; /* of what is being said */
	size_t dots, calls;
	uint64_t now_ms;
};

static void require(bool held)
{
	if (!held)
		abort();
}

static void make_messages(struct world *world)
{
	static const char content[] = "Subject: x\r\n\r\nbody\n.\r\n";
	for (size_t i = 0; i < MESSAGES; i++) {
		struct msub_message **message = &world->messages[i];
		require(msub_message_new(message, NULL) == MSUB_OK);
		require(msub_message_add_recipient(*message, "a@example.org") == MSUB_OK);
		require(msub_message_add_recipient(*message, "b@example.org") == MSUB_OK);
		require(msub_message_content(*message, content, sizeof content - 1) == MSUB_OK);
		require(msub_sender_add(world->sender, *message) == MSUB_OK);
	}
}

static void make_sender(struct world *world, uint8_t bits)
{
	struct msub_settings settings;
	msub_settings_init(&settings);
	settings.tls = (enum msub_tls)(bits % 3);
	settings.user = (bits & 4) != 0 ? "user" : NULL;
	settings.password = "password";
	settings.mechanism = (bits & 8) != 0 ? "LOGIN" : NULL;
	settings.all_or_nothing = (bits & 16) != 0;
	settings.probe = (bits & 32) != 0;
	require(msub_sender_new(&world->sender, &settings) == MSUB_OK);
	make_messages(world);
}

static void hear_line(struct world *world)
{
	struct octets line = buffer_octets(&world->line);
	require(!octets_start_nocase(line, "RSET"));
	world->dots += octets_equal(line, octets_of("."));
	buffer_clear(&world->line);
}

static void take_output(struct world *world, struct msub_session *session)
{
	struct msub_piece piece;
	require(msub_session_output(session, &piece, 1) == 1);
	for (size_t i = 0; i < piece.len; i++) {
		if (piece.at[i] == '\n')
			hear_line(world);
		else if (piece.at[i] != '\r')
			buffer_append_byte(&world->line, piece.at[i]);
	}
	msub_session_taken(session, piece.len, world->now_ms);
}

static void start_tls(struct world *world, struct msub_session *session)
{
	/* the next piece comes in clear, before the handshake */
	if (world->left.len > 1 && world->left.at[0] % 2 == 1) {
		msub_session_input(session, world->left.at + 1, 1, world->now_ms);
		world->left = octets_from(world->left, 2);
		require(msub_session_wants(session) == MSUB_WANTS_CLOSE);
		return;
	}
	msub_session_tls_up(session, true, "TLS", world->now_ms);
}

static void give_input(struct world *world, struct msub_session *session)
{
	size_t len = world->left.len == 0 ? 255 : world->left.at[0];
	world->left = octets_from(world->left, 1);
	if (len == 255) {
		msub_session_end_of_input(session, NULL, world->now_ms);
	} else if (len == 254) {
		world->now_ms = msub_session_deadline_ms(session);
		msub_session_tick(session, world->now_ms);
	} else {
		struct octets piece = octets_cut(world->left, len);
		msub_session_input(session, piece.at, piece.len, world->now_ms);
		world->left = octets_from(world->left, len);
	}
}

static void run(struct world *world)
{
	struct msub_session *session;
	while ((session = msub_sender_session(world->sender, world->now_ms)) != NULL) {
		unsigned wants = msub_session_wants(session);
		require(world->calls++ < CALLS_MAX);
		if ((wants & MSUB_WANTS_CONNECT) != 0) {
			buffer_clear(&world->line);
			msub_session_connected(session, "192.0.2.7", world->now_ms);
		} else if ((wants & MSUB_WANTS_SEND) != 0) {
			take_output(world, session);
		} else if ((wants & MSUB_WANTS_START_TLS) != 0) {
			start_tls(world, session);
		} else if ((wants & MSUB_WANTS_CLOSE) != 0) {
			msub_session_closed(session, world->now_ms);
		} else {
			give_input(world, session);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct world world = {.left = octets_from(octets_make(at, len), 1)};
	uint8_t bits = len == 0 ? 0 : at[0];
	size_t accepted = 0;
	buffer_init(&world.line, &memory_standard, 1 << 20);
	make_sender(&world, bits);
	run(&world);
	for (size_t i = 0; i < MESSAGES; i++) {
		require(msub_message_is_finished(world.messages[i]));
		accepted += msub_message_count(world.messages[i], MSUB_ACCEPTED) > 0;
	}
	require((bits & 32) != 0 || accepted <= world.dots);
	msub_sender_free(world.sender);
	for (size_t i = 0; i < MESSAGES; i++)
		msub_message_free(world.messages[i]);
	buffer_free(&world.line);
	return 0;
}
