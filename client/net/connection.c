/*
 * connection: the driver's loop of client/base/player.h over one descriptor.
 *
 * Everything happens in turn(): it asks the player what it wants and does one thing of it, until
 * nothing can be done without waiting. What the descriptor does is in
 * transport.c; the ends are in connection_end.c, handshakes in connection_tls.c.
 */
#define _GNU_SOURCE /* POLLRDHUP */
#include <poll.h>

#include "connection_internal.h"
#include "tcp.h"

enum {
	PIECES = 64,
	STEPS_PER_TURN = 256 /* then others have their turn */
};

enum wire_side connection_peer_side(const struct connection *connection)
{
	return connection->settings.side == WIRE_CLIENT ? WIRE_SERVER : WIRE_CLIENT;
}

struct sentence *connection_reason(struct connection *connection)
{
	if (connection->why == NULL)
		connection->why =
			memory_new(connection->settings.memory, 1, sizeof *connection->why);
	return connection->why;
}

unsigned int connection_wants(const struct connection *connection)
{
	return connection->player->ops->wants(connection->player);
}

void connection_show(
	struct connection *connection, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	const struct observer *observer = connection->settings.observer;
	connection->octets += octets.len;
	if (observer != NULL && observer->octets != NULL && octets.len > 0)
		observer->octets(observer->context, from, octets, now_ms);
}

/* ---- receiving and sending ---- */

/* Reads once, and gives what came to the observer and to the player. */
static enum transport_result read_once(struct connection *connection, uint64_t now_ms)
{
	uint8_t chunk[CONNECTION_CHUNK];
	uint64_t most = connection->settings.heard_max;
	size_t got;
	if (most != 0 && connection->heard > most)
		return TRANSPORT_AGAIN;
	enum transport_result result =
		transport_read(&connection->transport, chunk, sizeof chunk, &got);
	if (result != TRANSPORT_OK)
		return result;
	connection->heard += got;
	connection_show(
		connection, connection_peer_side(connection), octets_make(chunk, got), now_ms);
	connection->player->ops->received(connection->player, chunk, got, now_ms);
	memory_wipe(chunk, got);
	return TRANSPORT_OK;
}

/* What TLS knows of it is told; if it is a late refusal of the handshake, as that. */
static void tell_lost(struct connection *connection, uint64_t now_ms)
{
	const struct tls *tls = connection->transport.tls;
	struct player *player = connection->player;
	if (tls != NULL)
		sentence_set(connection_reason(connection), "%s", tls_why(tls));
	if (tls != NULL && tls_was_refused(tls)) {
		connection->unusable = true;
		player->ops->tls_failed(player, tls_why(tls), now_ms);
	}
	connection_tell_end(connection, PLAYER_LOST, connection->transport.was_reset, now_ms);
}

/* True: something happened. */
static bool receive(struct connection *connection, uint64_t now_ms)
{
	switch (read_once(connection, now_ms)) {
	case TRANSPORT_OK:
		return true;
	case TRANSPORT_AGAIN:
		return false;
	case TRANSPORT_ENDED:
		connection_tell_end(connection, PLAYER_ENDED, false, now_ms);
		return true;
	case TRANSPORT_TRUNCATED:
		connection_tell_end(connection, PLAYER_TRUNCATED, false, now_ms);
		return true;
	case TRANSPORT_LOST:
		break;
	}
	tell_lost(connection, now_ms);
	return true;
}

/*
 * Before a write error is believed, what can be read is read: the peer may have said why it
 * closed (421, 552). Then the connection is lost, however its end looked.
 */
static void believe_write_error(struct connection *connection, uint64_t now_ms)
{
	connection->unusable = true;
	for (int i = 0; i < STEPS_PER_TURN && !connection->ended; i++) {
		unsigned int wanted = connection_wants(connection);
		if ((wanted & (PLAYER_CLOSE | PLAYER_SEND)) == PLAYER_CLOSE)
			return;
		enum transport_result result = read_once(connection, now_ms);
		if (result == TRANSPORT_LOST) {
			tell_lost(connection, now_ms);
			return;
		}
		if (result != TRANSPORT_OK)
			break;
	}
	connection_tell_end(connection, PLAYER_LOST, connection->transport.was_reset, now_ms);
}

/* Shows the observer the first `len` octets of the pieces, and steps over them. */
static void step_over(struct connection *connection, struct octets *pieces, size_t count,
	size_t len, uint64_t now_ms)
{
	for (size_t i = 0; i < count && len > 0; i++) {
		struct octets part = octets_cut(pieces[i], len);
		connection_show(connection, connection->settings.side, part, now_ms);
		pieces[i] = octets_from(pieces[i], part.len);
		len -= part.len;
	}
}

static size_t len_of(const struct octets *pieces, size_t count)
{
	size_t all = 0;
	for (size_t i = 0; i < count; i++)
		all += pieces[i].len;
	return all;
}

/* One outgoing() is one write, in as many parts as the transport makes of it. */
static bool send_write(struct connection *connection, uint64_t now_ms)
{
	struct octets pieces[PIECES];
	struct player *player = connection->player;
	size_t count = player->ops->outgoing(player, pieces, PIECES);
	size_t all = 0, left = len_of(pieces, count);
	enum transport_result result = TRANSPORT_OK;
	while (result == TRANSPORT_OK && left > 0) {
		size_t taken = 0;
		result = transport_write(&connection->transport, pieces, count, &taken);
		all += taken;
		left -= taken;
		if (left == 0 && connection->settings.observer == NULL)
			connection->octets += taken; /* nobody looks */
		else
			step_over(connection, pieces, count, taken, now_ms);
	}
	if (all > 0)
		player->ops->sent(player, all, now_ms);
	if (result == TRANSPORT_LOST) {
		believe_write_error(connection, now_ms);
		return true;
	}
	return all > 0;
}

/* ---- storing ---- */

static void stored(void *waiter, bool safe)
{
	struct connection *connection = waiter;
	connection->store_done = true;
	connection->store_safe = safe;
}

static void begin_store(struct connection *connection, uint64_t now_ms)
{
	struct player *player = connection->player;
	const struct store *store = connection->settings.store;
	const struct player_mail *mail = player->ops->mail(player);
	if (store == NULL || mail == NULL) {
		player->ops->stored(player, false, now_ms);
		return;
	}
	connection->phase = CONNECTION_STORING;
	connection->store_done = false;
	store->begin(store->context, mail, stored, connection);
}

static bool end_store(struct connection *connection, uint64_t now_ms)
{
	if (!connection->store_done)
		return false;
	connection->phase = CONNECTION_OPEN;
	connection->player->ops->stored(connection->player, connection->store_safe, now_ms);
	if (connection->break_wanted) {
		/* The reply goes out if it can: a message without it comes a second time. */
		if ((connection_wants(connection) & PLAYER_SEND) != 0)
			send_write(connection, now_ms);
		connection_break(connection, now_ms);
	}
	return true;
}

/* ---- the loop ---- */

/*
 * The player can get nothing more and say nothing more: unless it waits for a time of its own,
 * it is over.
 */
static bool end_idle(struct connection *connection, unsigned int wanted, uint64_t now_ms)
{
	bool can_send = (wanted & PLAYER_SEND) != 0 && !connection->unusable;
	if (wanted != 0 && (!connection->ended || can_send))
		return false;
	if (wanted != 0 && connection->player->ops->deadline_ms(connection->player) != PLAYER_NEVER)
		return false;
	connection_begin_close(connection, wanted, now_ms);
	return true;
}

/* Wants what an unusable connection cannot give: the player hears that it is lost. */
static bool turn_down(struct connection *connection, unsigned int wanted, uint64_t now_ms)
{
	if (!connection->unusable || connection->ended || (wanted & PLAYER_CLOSE) != 0)
		return false;
	connection_tell_end(connection, PLAYER_LOST, false, now_ms);
	return true;
}

static bool step_open(struct connection *connection, uint64_t now_ms)
{
	unsigned int wanted = connection_wants(connection);
	struct transport *transport = &connection->transport;
	if (turn_down(connection, wanted, now_ms))
		return true;
	if ((wanted & PLAYER_HOLD) != 0)
		return end_idle(connection, wanted, now_ms);
	bool sending = (wanted & PLAYER_SEND) != 0 && !connection->unusable;
	if (sending && !transport->blocked && send_write(connection, now_ms))
		return true;
	if (!sending && (wanted & PLAYER_STORE) != 0) {
		begin_store(connection, now_ms);
		return true;
	}
	if (!sending && (wanted & PLAYER_CLOSE) != 0) {
		connection_begin_close(connection, wanted, now_ms);
		return true;
	}
	if (!connection->ended && (wanted & PLAYER_START_TLS) != 0) {
		if (!sending)
			connection_begin_handshake(connection, now_ms);
		return !sending;
	}
	if ((wanted & PLAYER_RECEIVE) != 0 && !connection->ended && transport->readable)
		return receive(connection, now_ms);
	return end_idle(connection, wanted, now_ms);
}

static bool step(struct connection *connection, uint64_t now_ms)
{
	switch (connection->phase) {
	case CONNECTION_OPEN:
		return step_open(connection, now_ms);
	case CONNECTION_HANDSHAKE:
		return connection_shake_hands(connection, now_ms);
	case CONNECTION_STORING:
		return end_store(connection, now_ms);
	case CONNECTION_BYE:
		return connection_say_bye(connection, now_ms);
	case CONNECTION_DRAIN:
		return connection_drain(connection, now_ms);
	case CONNECTION_MUTE:
		return connection_stay_mute(connection, now_ms);
	case CONNECTION_LINGER:
		return connection_throw_away(connection);
	case CONNECTION_FINISHED:
		break;
	}
	return false;
}

/* Lets the passage carry; true: there may be something to do again. */
static bool carry(struct connection *connection, uint64_t now_ms)
{
	struct transport *transport = &connection->transport;
	bool live = connection->phase < CONNECTION_LINGER && transport->cable.passage != NULL;
	bool news = live && transport_turn(transport, now_ms);
	bool held = live && connection->phase == CONNECTION_OPEN && !connection->ended &&
		    (connection_wants(connection) & PLAYER_HOLD) != 0;
	if (!held || cable_end(&transport->cable, WIRE_SERVER) == PASSAGE_OPEN)
		return news && !held;
	bool reset = cable_end(&transport->cable, WIRE_SERVER) == PASSAGE_RESET;
	connection_tell_end(connection, reset ? PLAYER_LOST : PLAYER_ENDED, reset, now_ms);
	return true;
}

void connection_turn(struct connection *connection, uint64_t now_ms)
{
	int steps = 0;
	carry(connection, now_ms);
	do {
		while (steps < STEPS_PER_TURN && step(connection, now_ms))
			steps++;
	} while (steps < STEPS_PER_TURN && carry(connection, now_ms));
	connection->more = steps == STEPS_PER_TURN;
}

/* ---- what the owner sees ---- */

static void tell_connected(struct connection *connection, uint64_t now_ms)
{
	char local[ENDPOINT_TEXT], remote[ENDPOINT_TEXT];
	struct endpoint endpoint;
	const struct observer *observer = connection->settings.observer;
	uint16_t own_port = 0;
	local[0] = remote[0] = 0;
	if (tcp_local(connection->transport.cable.descriptor, &endpoint)) {
		endpoint_text(&endpoint, local);
		own_port = endpoint_port(&endpoint);
	}
	struct player_link link = {.local_address = local, .remote_address = remote};
	if (tcp_remote(connection->transport.cable.descriptor, &endpoint)) {
		endpoint_text(&endpoint, remote);
		link.remote_port = endpoint_port(&endpoint);
	}
	/* an observer sees a connection as its client does, from whichever side */
	struct player_link seen = link;
	if (connection->settings.side == WIRE_SERVER)
		seen = (struct player_link){
			.local_address = remote, .remote_address = local, .remote_port = own_port};
	if (observer != NULL && observer->connected != NULL)
		observer->connected(observer->context, &seen, now_ms);
	connection->player->ops->connected(connection->player, &link, now_ms);
}

struct connection *connection_new(struct player *player, int descriptor,
	const struct connection_settings *settings, uint64_t now_ms)
{
	struct connection *connection = memory_new(settings->memory, 1, sizeof *connection);
	const struct way *way = settings->way;
	struct passage *passage = NULL;
	if (connection != NULL && way != NULL)
		passage = way->open(way->context, now_ms);
	if (connection == NULL || (way != NULL && passage == NULL)) {
		memory_free(settings->memory, connection, sizeof *connection);
		tcp_close(descriptor);
		return NULL;
	}
	connection->settings = *settings;
	connection->player = player;
	transport_init(&connection->transport, descriptor, passage);
	tell_connected(connection, now_ms);
	connection_turn(connection, now_ms);
	return connection;
}

void connection_free(struct connection *connection)
{
	if (connection == NULL)
		return;
	transport_free(&connection->transport);
	const struct memory *memory = connection->settings.memory;
	memory_free(memory, connection->why, sizeof *connection->why);
	memory_free(memory, connection, sizeof *connection);
}

int connection_descriptor(const struct connection *connection)
{
	return connection->transport.cable.descriptor;
}

static short open_events(const struct connection *connection)
{
	unsigned int wanted = connection_wants(connection);
	short events = 0;
	if ((wanted & PLAYER_HOLD) != 0)
		return connection->ended ? 0 : POLLRDHUP;
	if ((wanted & PLAYER_SEND) != 0 && connection->transport.blocked && !connection->unusable)
		events |= POLLOUT;
	if ((wanted & PLAYER_RECEIVE) != 0 && !connection->ended &&
		(wanted & (PLAYER_START_TLS | PLAYER_CLOSE | PLAYER_STORE)) == 0)
		events |= POLLIN;
	return events;
}

short connection_events(const struct connection *connection)
{
	const struct tls *tls = connection->transport.tls;
	if (connection->transport.cable.passage != NULL && connection->phase < CONNECTION_LINGER)
		return cable_events(&connection->transport.cable);
	switch (connection->phase) {
	case CONNECTION_OPEN:
		return open_events(connection);
	case CONNECTION_HANDSHAKE:
		if (tls_deadline_ms(tls) != PLAYER_NEVER)
			return 0; /* somebody thinks about the certificate */
		return tls_wants_write(tls) ? POLLOUT : POLLIN;
	case CONNECTION_BYE:
		return POLLOUT;
	case CONNECTION_LINGER:
		return POLLIN;
	case CONNECTION_DRAIN:
	case CONNECTION_MUTE:
	case CONNECTION_STORING:
	case CONNECTION_FINISHED:
		break;
	}
	return 0;
}

void connection_ready(struct connection *connection, short events, uint64_t now_ms)
{
	const short gone = POLLHUP | POLLERR | POLLRDHUP | POLLNVAL;
	if (connection->transport.cable.passage != NULL) {
		connection->transport.cable.blocked = false;
		connection_turn(connection, now_ms);
		return;
	}
	if ((events & (POLLIN | gone)) != 0)
		connection->transport.readable = true;
	if ((events & (POLLOUT | gone)) != 0)
		connection->transport.blocked = false;
	bool held = connection->phase == CONNECTION_OPEN &&
		    (connection_wants(connection) & PLAYER_HOLD) != 0;
	if (held && (events & gone) != 0) {
		bool reset = (events & POLLERR) != 0;
		connection_tell_end(connection, reset ? PLAYER_LOST : PLAYER_ENDED, reset, now_ms);
	}
	connection_turn(connection, now_ms);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t phase_deadline_ms(const struct connection *connection)
{
	const struct player *player = connection->player;
	switch (connection->phase) {
	case CONNECTION_OPEN:
		return player->ops->deadline_ms(player);
	case CONNECTION_HANDSHAKE:
		return earlier(earlier(connection->deadline_ms,
				       tls_deadline_ms(connection->transport.tls)),
			player->ops->deadline_ms(player));
	case CONNECTION_BYE:
	case CONNECTION_DRAIN:
	case CONNECTION_MUTE:
	case CONNECTION_LINGER:
		return connection->deadline_ms;
	case CONNECTION_STORING:
		return connection->store_done ? 0 : PLAYER_NEVER;
	case CONNECTION_FINISHED:
		break;
	}
	return PLAYER_NEVER;
}

uint64_t connection_deadline_ms(const struct connection *connection)
{
	const struct cable *cable = &connection->transport.cable;
	if (connection->more)
		return 0;
	uint64_t phase_ms = phase_deadline_ms(connection);
	return cable->passage == NULL ? phase_ms : earlier(phase_ms, cable_deadline_ms(cable));
}

void connection_tick(struct connection *connection, uint64_t now_ms)
{
	struct player *player = connection->player;
	enum connection_phase phase = connection->phase;
	bool talking = phase == CONNECTION_OPEN || phase == CONNECTION_HANDSHAKE;
	if (talking && player->ops->deadline_ms(player) <= now_ms)
		player->ops->tick(player, now_ms);
	if (phase == CONNECTION_HANDSHAKE && now_ms >= connection->deadline_ms)
		connection_fail_handshake(connection, "timed out during the TLS handshake", now_ms);
	else if (!talking && now_ms >= connection->deadline_ms)
		connection_end_late(connection, now_ms);
	connection_turn(connection, now_ms);
}

bool connection_finished(const struct connection *connection)
{
	return connection->phase == CONNECTION_FINISHED;
}

bool connection_is_closing(const struct connection *connection)
{
	return connection->phase >= CONNECTION_BYE;
}

bool connection_is_storing(const struct connection *connection)
{
	return connection->phase == CONNECTION_STORING;
}

uint64_t connection_octets(const struct connection *connection)
{
	return connection->octets + connection->transport.cable.carried;
}

uint64_t connection_heard(const struct connection *connection)
{
	return connection->heard;
}

const char *connection_why(const struct connection *connection)
{
	return connection->why == NULL ? "" : connection->why->text;
}
