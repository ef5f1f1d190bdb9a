/* pair: two players, a pair of queues and a clock that jumps. */
#include "pair.h"

#include <string.h>

enum { MAX_PIECES = 16, FLIGHT_LEN = 8 };

static const uint8_t flights[2][FLIGHT_LEN] = {
	[WIRE_CLIENT] = {0x16, 0x03, 0x01, 0x00, 0x03, 0x01, 0x00, 0x00},
	[WIRE_SERVER] = {0x16, 0x03, 0x01, 0x00, 0x03, 0x02, 0x00, 0x00},
};

/* One end of the wire: its player, and what has come for it. */
struct end {
	struct player *player; /* NULL: no connection */
	struct buffer queue;
	bool tls, shaking, hello_sent;
	bool over;	/* nothing more will come */
	bool no_bye;	/* this end has closed TLS without it */
	bool told_over; /* and the player knows */
	bool closed;	/* this end has closed */
	enum player_end why;
};

struct pair {
	const struct pair_options *options;
	struct end ends[2];
	uint64_t now_ms;
	struct passage *passage; /* of the connection; NULL: nothing lies between */
	bool has_waited;	 /* for the way, before the connection */
	uint64_t connect_at_ms;
	bool connected, lost, server_spoke, end_shown;
	struct pair_result result;
};

static enum wire_side other(enum wire_side side)
{
	return side == WIRE_CLIENT ? WIRE_SERVER : WIRE_CLIENT;
}

static size_t cut(struct pair *pair, size_t len)
{
	if (pair->options->cut == NULL || len == 0)
		return len;
	size_t part = pair->options->cut(pair->options->context, len);
	part = part == 0 || part > len ? len : part;
	pair->result.cuts += part < len;
	return part;
}

/* As the client sees it: of a passage's two ends, the first. */
static void observe_end(struct pair *pair, enum wire_side by, enum wire_end how)
{
	const struct observer *observer = pair->options->observer;
	bool again = pair->passage != NULL && pair->end_shown;
	pair->end_shown = true;
	if (!again && observer != NULL && observer->ended != NULL)
		observer->ended(observer->context, by, how, pair->now_ms);
}

static void observe_octets(struct pair *pair, enum wire_side from, const uint8_t *at, size_t len)
{
	const struct observer *observer = pair->options->observer;
	if (observer != NULL && observer->octets != NULL && len > 0)
		observer->octets(observer->context, from, octets_make(at, len), pair->now_ms);
}

static void observe_tls(struct pair *pair, const char *why)
{
	const struct observer *observer = pair->options->observer;
	if (observer != NULL && observer->tls != NULL)
		observer->tls(observer->context, why == NULL ? "TLS (in memory)" : NULL, why,
			pair->now_ms);
}

static void lose(struct pair *pair)
{
	pair->lost = true;
	for (int side = 0; side < 2; side++) {
		pair->ends[side].over = true;
		pair->ends[side].why = PLAYER_LOST;
	}
	observe_end(pair, WIRE_SERVER, WIRE_LOST);
}

static bool expects_handshake(const struct end *end)
{
	return (end->player->ops->wants(end->player) & PLAYER_START_TLS) != 0 || end->shaking;
}

/* Puts octets before the other end, as far as the connection holds. */
static void deliver(
	struct pair *pair, enum wire_side from, const uint8_t *at, size_t len, bool handshake)
{
	size_t limit = pair->options->lose_after[from];
	size_t before = pair->result.octets[from];
	bool breaks = !pair->lost && limit > before && len >= limit - before;
	if (breaks)
		len = limit - before;
	struct end *to = &pair->ends[other(from)];
	if (pair->lost || to->closed || to->player == NULL)
		return;
	/* a handshake that the other end does not expect is what it will read as octets */
	bool expected = expects_handshake(to);
	if (!buffer_append(&to->queue, at, len)) {
		lose(pair); /* no memory: what did not pass is neither shown nor counted */
		return;
	}
	bool shown = pair->passage != NULL && from == WIRE_CLIENT; /* when it was said */
	if (!shown && (!handshake || !expected))
		observe_octets(pair, from, at, len);
	pair->result.octets[from] += len;
	if (from == WIRE_SERVER && !handshake && !pair->server_spoke) {
		pair->server_spoke = true;
		pair->result.turns++;
	}
	if (from == WIRE_CLIENT)
		pair->server_spoke = false;
	if (breaks)
		lose(pair);
}

/* Says octets, into the passage where there is one. */
static void pass(
	struct pair *pair, enum wire_side from, const uint8_t *at, size_t len, bool handshake)
{
	struct passage *passage = pair->passage;
	if (passage == NULL) {
		deliver(pair, from, at, len, handshake);
		return;
	}
	if (from == WIRE_CLIENT && !handshake)
		observe_octets(pair, from, at, len);
	passage->ops->enter(passage, from, octets_make(at, len), pair->now_ms);
}

/* What one side said has ended for the other. */
static bool carry_end(struct pair *pair, enum wire_side from)
{
	struct end *to = &pair->ends[other(from)];
	enum passage_end end = pair->passage->ops->end(pair->passage, from, pair->now_ms);
	if (end == PASSAGE_OPEN || to->over)
		return false;
	to->over = true;
	to->why = end != PASSAGE_ENDED	    ? PLAYER_LOST
		  : pair->ends[from].no_bye ? PLAYER_TRUNCATED
					    : PLAYER_ENDED;
	if (from == WIRE_SERVER)
		observe_end(pair, from,
			end == PASSAGE_LOST	  ? WIRE_LOST
			: end == PASSAGE_RESET	  ? WIRE_RESET
			: pair->ends[from].no_bye ? WIRE_CLOSED_NO_BYE
						  : WIRE_CLOSED);
	return true;
}

/* Delivers what has come through the passage. */
static bool carry(struct pair *pair)
{
	bool any = false;
	for (int side = 0; pair->passage != NULL && side < 2; side++) {
		enum wire_side from = (enum wire_side)side;
		const struct passage_ops *ops = pair->passage->ops;
		struct octets piece;
		while ((piece = ops->leaving(pair->passage, from, pair->now_ms)).len > 0) {
			const struct end *to = &pair->ends[other(from)];
			bool hidden = expects_handshake(to) && to->queue.len < FLIGHT_LEN;
			/* what is said right behind a flight may come with it */
			if (hidden)
				piece = octets_cut(piece, FLIGHT_LEN - to->queue.len);
			deliver(pair, from, piece.at, piece.len, hidden);
			ops->left(pair->passage, from, piece.len);
			any = true;
		}
		any = carry_end(pair, from) || any;
	}
	return any;
}

/* How much of a write a side gets rid of at once. */
static size_t room_for(const struct pair *pair, enum wire_side from, size_t len)
{
	const struct passage *passage = pair->passage;
	if (passage == NULL)
		return len;
	if (!passage->ops->has_room(passage, from))
		return 0;
	return len < PASSAGE_CHUNK ? len : PASSAGE_CHUNK;
}

/* What is lent in one call is one write (player.h), for a passage too. */
static void pass_write(
	struct pair *pair, enum wire_side side, const struct octets *pieces, size_t left)
{
	uint8_t whole[PASSAGE_CHUNK];
	size_t gathered = 0;
	for (; left > 0; pieces++) {
		size_t len = pieces->len < left ? pieces->len : left;
		if (pair->passage == NULL)
			pass(pair, side, pieces->at, len, false);
		else if (len > 0)
			memcpy(whole + gathered, pieces->at, len);
		gathered += len;
		left -= len;
	}
	if (pair->passage != NULL && gathered > 0)
		pass(pair, side, whole, gathered, false);
}

static bool send_some(struct pair *pair, enum wire_side side)
{
	struct player *player = pair->ends[side].player;
	struct octets pieces[MAX_PIECES];
	size_t count = player->ops->outgoing(player, pieces, MAX_PIECES);
	size_t all = 0;
	for (size_t i = 0; i < count; i++)
		all += pieces[i].len;
	size_t taken = room_for(pair, side, cut(pair, all));
	pass_write(pair, side, pieces, taken);
	player->ops->sent(player, taken, pair->now_ms);
	return taken > 0;
}

static void finish_tls(struct pair *pair, struct end *end, const char *why)
{
	static const struct player_tls tls = {.verified = true, .description = "TLS (in memory)"};
	end->shaking = false;
	end->tls = why == NULL;
	if (why == NULL)
		end->player->ops->tls_up(end->player, &tls, pair->now_ms);
	else
		end->player->ops->tls_failed(end->player, why, pair->now_ms);
	if (end == &pair->ends[WIRE_CLIENT])
		observe_tls(pair, why);
}

/* The client speaks first; each side is up once it has the other's flight. */
static bool shake_hands(struct pair *pair, enum wire_side side)
{
	struct end *end = &pair->ends[side];
	bool began = !end->shaking;
	end->shaking = true;
	if (side == WIRE_CLIENT && !end->hello_sent) {
		end->hello_sent = true;
		pass(pair, side, flights[side], FLIGHT_LEN, true);
		return true;
	}
	const uint8_t *want = flights[other(side)];
	size_t have = end->queue.len < FLIGHT_LEN ? end->queue.len : FLIGHT_LEN;
	if (have > 0 && memcmp(end->queue.at, want, have) != 0) {
		finish_tls(pair, end, "the other side does not speak TLS here");
		return true;
	}
	if (have < FLIGHT_LEN) {
		if (!end->over)
			return began;
		finish_tls(pair, end, "the connection ended during the handshake");
		return true;
	}
	buffer_consume(&end->queue, FLIGHT_LEN);
	if (side == WIRE_SERVER)
		pass(pair, side, flights[side], FLIGHT_LEN, true);
	finish_tls(pair, end, NULL);
	return true;
}

static bool receive_some(struct pair *pair, struct end *end)
{
	struct player *player = end->player;
	if (end->queue.len > 0) {
		size_t len = cut(pair, end->queue.len);
		uint8_t chunk[4096];
		len = len < sizeof chunk ? len : sizeof chunk;
		memcpy(chunk, end->queue.at, len);
		buffer_consume(&end->queue, len);
		player->ops->received(player, chunk, len, pair->now_ms);
		return true;
	}
	if (!end->over || end->told_over)
		return false;
	end->told_over = true;
	player->ops->ended(player, end->why, pair->now_ms);
	return true;
}

static void close_end(struct pair *pair, enum wire_side side, unsigned int wants)
{
	struct end *end = &pair->ends[side], *peer = &pair->ends[other(side)];
	bool bye = (wants & PLAYER_NO_BYE) == 0, abrupt = (wants & PLAYER_ABORT) != 0;
	end->closed = true;
	buffer_clear(&end->queue);
	end->no_bye = end->tls && !bye;
	if (pair->passage != NULL) {
		pair->passage->ops->enter_end(pair->passage, side, abrupt, pair->now_ms);
	} else if (!pair->lost && !peer->over) {
		peer->over = true;
		peer->why = abrupt	       ? PLAYER_LOST
			    : end->tls && !bye ? PLAYER_TRUNCATED
					       : PLAYER_ENDED;
	}
	bool seen = pair->passage == NULL ? !pair->lost && !peer->closed : side == WIRE_CLIENT;
	if (seen)
		observe_end(pair, side,
			abrupt		   ? WIRE_RESET
			: end->tls && !bye ? WIRE_CLOSED_NO_BYE
					   : WIRE_CLOSED);
	end->player->ops->closed(end->player, pair->now_ms);
}

static void store_mail(struct pair *pair, struct player *player)
{
	const struct pair_options *options = pair->options;
	const struct player_mail *mail = player->ops->mail(player);
	bool safe =
		mail != NULL && (options->store == NULL || options->store(options->context, mail));
	player->ops->stored(player, safe, pair->now_ms);
}

/* Lets one end do one thing; false: it has nothing to do now. */
static bool step(struct pair *pair, enum wire_side side)
{
	struct end *end = &pair->ends[side];
	if (end->player == NULL || end->closed || !pair->connected)
		return false;
	unsigned int wants = end->player->ops->wants(end->player);
	if ((wants & PLAYER_SEND) != 0 && send_some(pair, side))
		return true;
	if ((wants & PLAYER_SEND) == 0 && (wants & PLAYER_STORE) != 0) {
		store_mail(pair, end->player);
		return true;
	}
	if ((wants & PLAYER_SEND) == 0 && (wants & PLAYER_CLOSE) != 0) {
		close_end(pair, side, wants);
		return true;
	}
	if ((wants & PLAYER_SEND) == 0 && (wants & PLAYER_START_TLS) != 0)
		return shake_hands(pair, side);
	return (wants & PLAYER_RECEIVE) != 0 && receive_some(pair, end);
}

static void disconnect(struct pair *pair)
{
	struct end *server = &pair->ends[WIRE_SERVER];
	if (server->player != NULL && !server->closed) {
		server->player->ops->ended(server->player, PLAYER_LOST, pair->now_ms);
		server->player->ops->closed(server->player, pair->now_ms);
	}
	if (server->player != NULL && pair->options->served != NULL)
		pair->options->served(pair->options->context, server->player);
	server->player = NULL;
	pair->connected = false;
	if (pair->passage != NULL)
		pair->passage->ops->close(pair->passage);
	pair->passage = NULL;
}

static void reset_end(struct end *end, struct player *player)
{
	buffer_clear(&end->queue);
	*end = (struct end){.player = player, .queue = end->queue};
}

static void connect_ends(struct pair *pair, struct player *client)
{
	const struct pair_options *options = pair->options;
	size_t max = options->max_connections == 0 ? 100 : options->max_connections;
	const char *addresses[2] = {
		options->client_address == NULL ? "192.0.2.7" : options->client_address,
		options->server_address == NULL ? "192.0.2.25" : options->server_address};
	struct player *server = NULL;
	const struct way *way = options->way;
	pair->has_waited = false;
	if (way != NULL && pair->result.connections < max)
		pair->passage = way->open(way->context, pair->now_ms);
	if (pair->result.connections < max && (way == NULL || pair->passage != NULL))
		server = options->serve(options->context, pair->now_ms);
	if (server == NULL) {
		if (pair->passage != NULL)
			pair->passage->ops->close(pair->passage);
		pair->passage = NULL;
		client->ops->connect_failed(client, "connection refused", pair->now_ms);
		return;
	}
	pair->result.connections++;
	pair->connected = true;
	pair->lost = pair->server_spoke = pair->end_shown = false;
	reset_end(&pair->ends[WIRE_CLIENT], client);
	reset_end(&pair->ends[WIRE_SERVER], server);
	struct player_link at_client = {
		.local_address = addresses[0], .remote_address = addresses[1], .remote_port = 25};
	struct player_link at_server = {.local_address = addresses[1],
		.remote_address = addresses[0],
		.remote_port = 49537};
	const struct observer *observer = options->observer;
	if (observer != NULL && observer->connected != NULL)
		observer->connected(observer->context, &at_client, pair->now_ms);
	server->ops->connected(server, &at_server, pair->now_ms);
	client->ops->connected(client, &at_client, pair->now_ms);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When something of a side comes through; what is due and is not taken is nobody's deadline. */
static uint64_t passage_deadline_ms(const struct pair *pair, enum wire_side from)
{
	const struct passage *passage = pair->passage;
	if (passage == NULL)
		return PLAYER_NEVER;
	uint64_t due = passage->ops->deadline_ms(passage, from);
	return due > pair->now_ms ? due : PLAYER_NEVER;
}

/* Jumps to the next deadline of either player; false: there is none, or it is too far. */
static bool advance(struct pair *pair, struct player *client)
{
	uint64_t patience = pair->options->patience_ms == 0 ? 86400000 : pair->options->patience_ms;
	uint64_t next = client->ops->deadline_ms(client);
	struct end *server = &pair->ends[WIRE_SERVER];
	if (pair->connected && !server->closed) {
		uint64_t theirs = server->player->ops->deadline_ms(server->player);
		next = earlier(next, theirs);
	}
	next = earlier(next, passage_deadline_ms(pair, WIRE_CLIENT));
	next = earlier(next, passage_deadline_ms(pair, WIRE_SERVER));
	if (pair->has_waited)
		next = earlier(next, pair->connect_at_ms);
	if (next == PLAYER_NEVER) {
		pair->result.end = PAIR_HUNG;
		return false;
	}
	if (next > pair->options->start_ms + patience) {
		pair->result.end = PAIR_OUT_OF_TIME;
		return false;
	}
	pair->now_ms = next > pair->now_ms ? next : pair->now_ms;
	client->ops->tick(client, pair->now_ms);
	if (pair->connected && !server->closed)
		server->player->ops->tick(server->player, pair->now_ms);
	return true;
}

/* What lies between may take its time until the server can see a connection. */
static bool waits_for_way(struct pair *pair)
{
	const struct way *way = pair->options->way;
	if (way == NULL)
		return false;
	if (!pair->has_waited)
		pair->connect_at_ms = time_later(pair->now_ms, way->wait_ms(way->context));
	pair->has_waited = true;
	return pair->now_ms < pair->connect_at_ms;
}

/* The client has closed: the server sees all and the end of it before the next connection. */
static bool wind_up(struct pair *pair, struct player *client)
{
	bool more = true;
	while (more) {
		more = carry(pair);
		more = step(pair, WIRE_SERVER) || more;
	}
	if (!pair->ends[WIRE_SERVER].closed &&
		passage_deadline_ms(pair, WIRE_CLIENT) != PLAYER_NEVER && advance(pair, client))
		return true;
	disconnect(pair);
	return false;
}

/* One round of the loop; false: the run has ended. */
static bool turn(struct pair *pair, struct player *client)
{
	if (pair->connected && pair->ends[WIRE_CLIENT].closed && wind_up(pair, client))
		return true;
	carry(pair);
	unsigned int wants = client->ops->wants(client);
	if (wants == 0) {
		pair->result.end = PAIR_FINISHED;
		return false;
	}
	if (!pair->connected && (wants & PLAYER_CONNECT) != 0) {
		if (waits_for_way(pair))
			return advance(pair, client);
		connect_ends(pair, client);
		return true;
	}
	if (step(pair, WIRE_CLIENT))
		return true;
	return step(pair, WIRE_SERVER) || advance(pair, client);
}

struct pair_result pair_run(struct player *client, const struct pair_options *options)
{
	struct pair pair = {.options = options, .now_ms = options->start_ms};
	size_t max_steps = options->max_steps == 0 ? 10000000 : options->max_steps, steps = 0;
	for (int side = 0; side < 2; side++)
		buffer_init(&pair.ends[side].queue, &memory_standard, SIZE_MAX / 2);
	pair.result.end = PAIR_ENDLESS;
	while (steps++ < max_steps && turn(&pair, client))
		;
	disconnect(&pair);
	for (int side = 0; side < 2; side++)
		buffer_free(&pair.ends[side].queue);
	pair.result.now_ms = pair.now_ms;
	return pair.result;
}
