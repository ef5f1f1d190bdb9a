/* connection_end: the ways in which a connection ends, and the last word. */
#include <sys/socket.h>

#include "clock.h"
#include "connection_internal.h"

enum { BYE_MS = 5 * 1000, LOST_LINGER_MS = 1000 };

static void show_end(
	struct connection *connection, enum wire_side by, enum wire_end how, uint64_t now_ms)
{
	const struct observer *observer = connection->settings.observer;
	if (connection->end_shown)
		return;
	connection->end_shown = true;
	if (observer != NULL && observer->ended != NULL)
		observer->ended(observer->context, by, how, now_ms);
}

/* The peer's end of the connection is over; the player is told once. */
void connection_tell_end(
	struct connection *connection, enum player_end why, bool reset, uint64_t now_ms)
{
	static const enum wire_end shown[] = {
		[PLAYER_ENDED] = WIRE_CLOSED,
		[PLAYER_LOST] = WIRE_LOST,
		[PLAYER_TRUNCATED] = WIRE_CLOSED_NO_BYE,
	};
	if (why != PLAYER_ENDED)
		connection->unusable = true;
	if (connection->ended)
		return;
	const struct player_ops *ops = connection->player->ops;
	bool explained = why == PLAYER_LOST && connection->why != NULL && ops->lost != NULL;
	connection->ended = true;
	if (why == PLAYER_LOST && connection->why == NULL)
		sentence_set(connection_reason(connection),
			reset ? "the connection was reset" : "the connection was lost");
	show_end(connection, connection_peer_side(connection), reset ? WIRE_RESET : shown[why],
		now_ms);
	if (explained)
		ops->lost(connection->player, connection->why->text, now_ms);
	else
		ops->ended(connection->player, why, now_ms);
}

static void finish(struct connection *connection)
{
	transport_free(&connection->transport);
	connection->phase = CONNECTION_FINISHED;
}

/* What was said is still on its way through the passage: it is closed behind that. */
static bool drains_first(struct connection *connection, bool bye, bool reset)
{
	const struct cable *cable = &connection->transport.cable;
	if (cable->passage == NULL || cable_is_drained(cable))
		return false;
	connection->phase = CONNECTION_DRAIN;
	connection->deadline_ms = PLAYER_NEVER;
	connection->draining_bye = bye;
	connection->draining_reset = reset;
	return true;
}

/* The way to us was lost; the server is left alone for a while. */
static bool stays_mute(struct connection *connection, uint64_t now_ms)
{
	const struct passage *passage = connection->transport.cable.passage;
	uint64_t mute_ms = passage == NULL ? 0 : passage->ops->mute_ms(passage);
	if (mute_ms == 0)
		return false;
	connection->phase = CONNECTION_MUTE;
	connection->deadline_ms = time_later(now_ms, mute_ms);
	return true;
}

/* 0: it is closed at once. A server behind a lost way is to get everything that came through. */
static uint64_t linger_ms(const struct connection *connection)
{
	const struct cable *cable = &connection->transport.cable;
	if (cable->passage != NULL && cable_end(cable, WIRE_SERVER) == PASSAGE_LOST)
		return LOST_LINGER_MS;
	return connection->ended || connection->unusable ? 0 : connection->settings.linger_ms;
}

/* Half closed, with the peer's rest to be thrown away; false: that is not wanted. */
static bool lingers(struct connection *connection, uint64_t now_ms)
{
	uint64_t span_ms = linger_ms(connection);
	if (span_ms == 0 || shutdown(connection->transport.cable.descriptor, SHUT_WR) != 0)
		return false;
	connection->phase = CONNECTION_LINGER;
	connection->transport.readable = true;
	connection->deadline_ms = time_later(now_ms, span_ms);
	return true;
}

static void close_reset(struct connection *connection, uint64_t now_ms)
{
	show_end(connection, connection->settings.side, WIRE_RESET, now_ms);
	transport_reset(&connection->transport);
	connection->phase = CONNECTION_FINISHED;
	connection->player->ops->closed(connection->player, now_ms);
}

static bool was_reset_between(const struct connection *connection)
{
	const struct cable *cable = &connection->transport.cable;
	return cable->passage != NULL && cable_end(cable, WIRE_CLIENT) == PASSAGE_RESET;
}

/* The descriptor is closed, or kept for a while without the player. */
static void close_transport(struct connection *connection, bool bye, uint64_t now_ms)
{
	bool tls = connection->transport.tls != NULL;
	if (drains_first(connection, bye, false))
		return;
	if (was_reset_between(connection)) {
		close_reset(connection, now_ms);
		return;
	}
	show_end(connection, connection->settings.side,
		tls && !bye ? WIRE_CLOSED_NO_BYE : WIRE_CLOSED, now_ms);
	if (!stays_mute(connection, now_ms) && !lingers(connection, now_ms))
		finish(connection);
	connection->player->ops->closed(connection->player, now_ms);
}

bool connection_drain(struct connection *connection, uint64_t now_ms)
{
	if (!cable_is_drained(&connection->transport.cable))
		return false;
	if (connection->draining_reset)
		close_reset(connection, now_ms);
	else
		close_transport(connection, connection->draining_bye, now_ms);
	return true;
}

bool connection_stay_mute(struct connection *connection, uint64_t now_ms)
{
	const struct cable *cable = &connection->transport.cable;
	if (!cable->was_answered && !cable->is_read_out)
		return false;
	if (!lingers(connection, now_ms))
		finish(connection);
	return true;
}

bool connection_say_bye(struct connection *connection, uint64_t now_ms)
{
	enum tls_result result = tls_bye(connection->transport.tls);
	if (result == TLS_AGAIN)
		return false;
	close_transport(connection, result == TLS_OK, now_ms);
	return true;
}

void connection_begin_close(struct connection *connection, unsigned int how, uint64_t now_ms)
{
	struct transport *transport = &connection->transport;
	if ((how & PLAYER_ABORT) != 0) {
		if (!drains_first(connection, false, true))
			close_reset(connection, now_ms);
	} else if (transport->tls != NULL && (how & PLAYER_NO_BYE) == 0 && !connection->unusable) {
		connection->phase = CONNECTION_BYE;
		connection->deadline_ms = time_later(now_ms, BYE_MS);
		connection_say_bye(connection, now_ms);
	} else {
		close_transport(connection, false, now_ms);
	}
}

void connection_break(struct connection *connection, uint64_t now_ms)
{
	/* The store's word is still to be passed on, if it is not still to come. */
	if (connection->phase == CONNECTION_STORING)
		connection->break_wanted = true;
	if (connection->phase == CONNECTION_STORING || connection->phase == CONNECTION_FINISHED)
		return;
	if (connection->phase != CONNECTION_LINGER && connection->phase != CONNECTION_MUTE) {
		connection->unusable = true;
		show_end(connection, connection->settings.side, WIRE_LOST, now_ms);
		connection_tell_end(connection, PLAYER_LOST, false, now_ms);
		connection->player->ops->closed(connection->player, now_ms);
	}
	finish(connection);
}

bool connection_throw_away(struct connection *connection)
{
	uint8_t chunk[CONNECTION_CHUNK];
	ssize_t got = recv(connection->transport.cable.descriptor, chunk, sizeof chunk, 0);
	if (got > 0)
		return true;
	if (got == 0 || !transport_would_block())
		finish(connection);
	return false;
}

void connection_end_late(struct connection *connection, uint64_t now_ms)
{
	if (connection->phase == CONNECTION_BYE)
		close_transport(connection, false, now_ms);
	else if (connection->phase == CONNECTION_LINGER || connection->phase == CONNECTION_MUTE)
		finish(connection);
}

void connection_farewell(struct connection *connection, const char *words, uint64_t now_ms)
{
	struct octets piece = octets_of(words);
	bool can_speak = connection->phase == CONNECTION_OPEN && !connection->unusable &&
			 !connection->transport.blocked &&
			 (connection_wants(connection) & (PLAYER_SEND | PLAYER_HOLD)) == 0;
	size_t taken = 0;
	if (!can_speak ||
		transport_write(&connection->transport, &piece, 1, &taken) != TRANSPORT_OK) {
		connection_break(connection, now_ms);
		return;
	}
	connection_show(connection, connection->settings.side, octets_cut(piece, taken), now_ms);
	connection_begin_close(connection, PLAYER_CLOSE, now_ms);
}
