/* server: the player: how octets, time and the driver's answers reach the rest of this folder. */
#include "server.h"

#include "answer.h"
#include "conditions.h"
#include "dispatch.h"
#include "forget.h"
#include "server_limits.h"
#include "state.h"
#include "verbs.h"

enum {
	KEPT_ENOUGH = 64 * 1024,    /* with so much unread, nothing more is asked for */
	KEPT_MAX = 4 * 1024 * 1024, /* what one call may bring on top of that */
	NAME_MAX_OCTETS = COMMAND_LINE_KEPT,
	ADDRESS_MAX = 256
};

void server_close(struct server *server, unsigned int how)
{
	server->phase = PHASE_CLOSING;
	server->close_how |= how;
	server->held.waiting = false;
	buffer_clear(&server->kept);
}

void server_give_up(struct server *server)
{
	if (server->phase >= PHASE_CLOSING)
		return;
	outlet_add_last_words(&server->outlet, octets_of("421 4.3.0 Out of memory\r\n"));
	server_close(server, 0);
}

static bool is_listening(const struct server *server)
{
	return server->phase >= PHASE_COMMAND && server->phase <= PHASE_BODY;
}

/* Requests may be worked on. */
static bool is_free(const struct server *server)
{
	return is_listening(server) && !server->held.waiting && !outlet_is_full(&server->outlet);
}

static struct server *of(struct player *player)
{
	return (struct server *)(void *)player;
}

static const struct server *of_const(const struct player *player)
{
	return (const struct server *)(const void *)player;
}

static void work_on_line(struct server *server)
{
	if (buffer_failed(&server->line.text))
		server_give_up(server);
	else if (server->phase == PHASE_EXCHANGE)
		exchange_line(server);
	else
		dispatch_line(server);
	server->named = octets_make(NULL, 0);
	server->named_by = SERVER_ANY;
	command_line_clear(&server->line);
}

/* data.command-end: cr: `DATA` and CR at the end of a chunk are taken for the whole command. */
static bool stops_at_cr(const struct server *server)
{
	return server->profile->data.command_end_cr && server->phase == PHASE_COMMAND &&
	       octets_equal_nocase(buffer_octets(&server->line.text), octets_of("DATA\r"));
}

static size_t take_line(struct server *server, struct octets in)
{
	bool complete;
	if (server->line.len == 0)
		server->line.early = !outlet_is_empty(&server->outlet);
	size_t taken = command_line_take(&server->line, in, &complete);
	if (!complete && stops_at_cr(server)) {
		command_line_stop_at_cr(&server->line);
		complete = true;
	}
	server->octets_behind = taken < in.len;
	if (complete)
		work_on_line(server);
	return taken;
}

static size_t take_body(struct server *server, struct octets in)
{
	size_t taken;
	bool ended;
	if (!body_take(&server->body, in, &taken, &ended)) {
		body_drop(&server->body);
		server_give_up(server);
	} else if (ended) {
		verbs_end(server);
	}
	return taken;
}

static size_t take(struct server *server, struct octets in)
{
	if (server->phase == PHASE_CHUNK)
		return chunk_take(server, in);
	return server->phase == PHASE_BODY ? take_body(server, in) : take_line(server, in);
}

/* Works on octets while nothing is in the way; tells how many. */
static size_t work(struct server *server, struct octets in)
{
	size_t taken = 0;
	while (taken < in.len && is_free(server))
		taken += take(server, octets_from(in, taken));
	return taken;
}

/* Goes on with what came while a reply was held, and ends with a client that has gone. */
static void resume(struct server *server)
{
	if (server->phase == PHASE_STORING || server->phase == PHASE_DONE)
		return;
	if (server->peer_lost) {
		outlet_clear(&server->outlet);
		server_close(server, 0);
	} else if (server->input_lost) {
		server_give_up(server);
	} else if (server->kept.len > 0) {
		size_t taken = work(server, buffer_octets(&server->kept));
		buffer_consume(&server->kept, taken);
	}
	if (server->peer_ended && !server->held.waiting &&
		(server->phase <= PHASE_BODY || server->phase == PHASE_TLS) &&
		(server->kept.len == 0 || server->phase == PHASE_TLS))
		server_close(server, 0);
}

static void keep(struct server *server, struct octets in)
{
	if (server->phase >= PHASE_CLOSING || in.len == 0)
		return;
	if (buffer_append_octets(&server->kept, in))
		return;
	/* The message that is being stored will still be answered for. */
	if (server->phase == PHASE_STORING)
		server->input_lost = true;
	else
		server_give_up(server);
}

/*
 * Octets that came although STARTTLS was said: what a man in the middle puts there would be
 * taken as said inside TLS. While the reply is still here it is taken back.
 */
static void hear_behind_starttls(struct server *server, struct octets in)
{
	uint64_t set = UINT64_C(1) << CONDITION_OCTETS_BEHIND;
	const struct refusal *cell = conditions_refused(server->profile, SERVER_STARTTLS, set);
	if (cell == NULL) {
		keep(server, in);
		return;
	}
	server->phase = PHASE_COMMAND;
	if (server->held.waiting) {
		server->held.waiting = false;
		buffer_clear(&server->held.octets);
	} else if (server->can_retract) {
		buffer_truncate(&server->outlet.octets, server->retract);
	} else {
		server_close(server, 0);
		return;
	}
	answer_at_once(server, &cell->reply);
}

static void received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	struct server *server = of(player);
	struct octets in = octets_make(at, len);
	server->now_ms = now_ms;
	if (server->phase == PHASE_NEW || server->phase >= PHASE_CLOSING || len == 0)
		return;
	server->active_ms = now_ms;
	if (server->phase == PHASE_TLS) {
		hear_behind_starttls(server, in);
		return;
	}
	body_chunk(&server->body);
	if (server->kept.len == 0)
		in = octets_from(in, work(server, in));
	keep(server, in);
	resume(server);
}

static void greet(struct server *server)
{
	server->phase = PHASE_COMMAND;
	answer_named(server, SERVER_GREETING, REPLY_GREETING, NULL, NULL);
}

static void connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	struct server *server = of(player);
	if (server->phase != PHASE_NEW)
		return;
	server->now_ms = server->connected_ms = server->active_ms = now_ms;
	struct octets address = octets_of(link->remote_address);
	if (!buffer_append_octets(&server->client, octets_cut(address, ADDRESS_MAX)))
		server_give_up(server);
	else if (server->settings.implicit_tls)
		server->phase = PHASE_TLS;
	else
		greet(server);
}

static void connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	(void)why;
	(void)now_ms;
	of(player)->phase = PHASE_DONE;
}

static void tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	struct server *server = of(player);
	(void)tls;
	if (server->phase != PHASE_TLS)
		return;
	bool first = server->counts.verbs[SERVER_GREETING] == 0;
	server->now_ms = server->active_ms = now_ms;
	server->session.tls = server->session.tls_believed = true;
	server->can_retract = false;
	server->counts.first_ones = 0;
	exchange_drop(&server->exchange);
	/* RFC 3207 4.2: what came in clear was said by nobody known */
	if (!server->profile->tls.obeys_behind)
		buffer_clear(&server->kept);
	if (first) {
		greet(server);
	} else {
		server->session.hello_missing_in_tls = true;
		server->phase = PHASE_COMMAND;
		forget_on(server, FORGET_ON_STARTTLS);
	}
	resume(server);
}

static void tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct server *server = of(player);
	(void)why;
	server->now_ms = now_ms;
	if (server->phase == PHASE_TLS)
		server_close(server, 0);
}

static void ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	struct server *server = of(player);
	server->now_ms = now_ms;
	server->peer_ended = true;
	server->peer_lost |= why == PLAYER_LOST;
	if (server->phase == PHASE_HUNG)
		server_close(server, 0);
	else if (server->held.waiting && server->phase != PHASE_STORING)
		answer_release(server);
	resume(server);
}

static void stored(struct player *player, bool safe, uint64_t now_ms)
{
	struct server *server = of(player);
	if (server->phase != PHASE_STORING)
		return;
	server->now_ms = server->active_ms = now_ms;
	verbs_stored(server, safe);
	resume(server);
}

static void closed(struct player *player, uint64_t now_ms)
{
	struct server *server = of(player);
	server->now_ms = now_ms;
	server_close(server, 0);
	outlet_clear(&server->outlet);
	server->phase = PHASE_DONE;
}

static const struct player_mail *mail(const struct player *player)
{
	const struct server *server = of_const(player);
	return server->phase == PHASE_STORING ? &server->mail : NULL;
}

static size_t outgoing(struct player *player, struct octets *pieces, size_t max)
{
	return outlet_lend(&of(player)->outlet, pieces, max);
}

static void sent(struct player *player, size_t count, uint64_t now_ms)
{
	struct server *server = of(player);
	server->now_ms = server->active_ms = now_ms;
	if (count > server->retract)
		server->can_retract = false;
	server->retract -= count < server->retract ? count : server->retract;
	outlet_sent(&server->outlet, count);
	resume(server);
}

static unsigned int wanted_when_said(const struct server *server)
{
	switch (server->phase) {
	case PHASE_TLS:
		return server->held.waiting ? 0 : PLAYER_START_TLS;
	case PHASE_CLOSING:
		return PLAYER_CLOSE | server->close_how;
	case PHASE_HUNG:
		return PLAYER_HOLD;
	default:
		return 0;
	}
}

static unsigned int wants(const struct player *player)
{
	const struct server *server = of_const(player);
	bool said = outlet_is_empty(&server->outlet);
	unsigned int set = said ? wanted_when_said(server) : PLAYER_SEND;
	if (server->phase == PHASE_STORING)
		set |= PLAYER_STORE;
	bool hears = server->phase <= PHASE_STORING ||
		     (server->phase == PHASE_TLS && (set & PLAYER_START_TLS) == 0);
	if (hears && !server->peer_ended && !server->input_lost && server->kept.len < KEPT_ENOUGH)
		set |= PLAYER_RECEIVE;
	return server->phase == PHASE_DONE ? 0 : set;
}

/* Whether a silent client is to be given up; a driver's own work takes the time it takes. */
static bool may_idle(const struct server *server)
{
	return server->phase != PHASE_NEW && server->phase != PHASE_STORING &&
	       server->phase < PHASE_HUNG && !server->held.waiting;
}

static uint64_t deadline_ms(const struct player *player)
{
	const struct server *server = of_const(player);
	uint64_t idle = limits_of(server, LIMIT_IDLE)->count;
	if (server->held.waiting && server->phase < PHASE_CLOSING)
		return server->held.due_ms;
	return may_idle(server) ? time_later(server->active_ms, idle) : PLAYER_NEVER;
}

/* RFC 5321 4.5.3.2.7: said where the client still listens. */
static void give_up_waiting(struct server *server)
{
	bool stuck = !outlet_is_empty(&server->outlet) || !is_listening(server);
	if (stuck) {
		outlet_clear(&server->outlet);
		server_close(server, PLAYER_ABORT);
		return;
	}
	answer_at_once(server, limits_reply(server, LIMIT_IDLE));
	if (is_listening(server))
		server_close(server, 0);
}

static void tick(struct player *player, uint64_t now_ms)
{
	struct server *server = of(player);
	server->now_ms = now_ms;
	if (now_ms < deadline_ms(player))
		return;
	server->active_ms = now_ms;
	if (server->held.waiting)
		answer_release(server);
	else
		give_up_waiting(server);
	resume(server);
}

static const struct player_ops ops = {
	.wants = wants,
	.outgoing = outgoing,
	.sent = sent,
	.received = received,
	.ended = ended,
	.connected = connected,
	.connect_failed = connect_failed,
	.tls_up = tls_up,
	.tls_failed = tls_failed,
	.mail = mail,
	.stored = stored,
	.closed = closed,
	.deadline_ms = deadline_ms,
	.tick = tick,
};

struct server *server_new(const struct memory *memory, const struct server_settings *settings)
{
	struct server *server = memory_new(memory, 1, sizeof *server);
	if (server == NULL)
		return NULL;
	server->player.ops = &ops;
	server->memory = memory;
	server->settings = *settings;
	server->profile = settings->profile;
	random_init(&server->random, settings->seed);
	server->number = random_below(&server->random, 1000000000);
	buffer_init(&server->client, memory, ADDRESS_MAX);
	buffer_init(&server->session.hello, memory, NAME_MAX_OCTETS);
	buffer_init(&server->session.user, memory, NAME_MAX_OCTETS);
	buffer_init(&server->kept, memory, KEPT_MAX);
	buffer_init(&server->held.octets, memory, KEPT_MAX);
	envelope_begin(&server->envelope, memory);
	exchange_begin(&server->exchange, memory);
	command_line_begin(&server->line, memory);
	body_begin(&server->body, memory, 0);
	outlet_begin(&server->outlet, memory);
	return server;
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	buffer_free(&server->client);
	buffer_free(&server->session.hello);
	buffer_free(&server->session.user);
	buffer_free(&server->kept);
	buffer_free(&server->held.octets);
	envelope_clear(&server->envelope);
	exchange_drop(&server->exchange);
	command_line_end(&server->line);
	body_drop(&server->body);
	outlet_end(&server->outlet);
	const struct memory *memory = server->memory;
	memory_wipe(server, sizeof *server);
	memory_free(memory, server, sizeof *server);
}

struct player *server_player(struct server *server)
{
	return &server->player;
}

bool server_wants_ban(const struct server *server)
{
	return server->ban;
}

unsigned int server_messages(const struct server *server)
{
	return server->messages;
}
