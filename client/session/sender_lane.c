/* sender_lane: a lane as a player, whose calls are those of its session. */
#include "sender_internal.h"

_Static_assert((int)MSUB_WANTS_CONNECT == PLAYER_CONNECT && (int)MSUB_WANTS_SEND == PLAYER_SEND &&
		       (int)MSUB_WANTS_RECEIVE == PLAYER_RECEIVE &&
		       (int)MSUB_WANTS_START_TLS == PLAYER_START_TLS &&
		       (int)MSUB_WANTS_CLOSE == PLAYER_CLOSE && (int)MSUB_WANTS_WAIT == PLAYER_HOLD,
	"a session's wants are a player's wants");

static struct lane *lane_of(struct player *player)
{
	return (struct lane *)player; /* it is the first member */
}

static const struct lane *const_lane_of(const struct player *player)
{
	return (const struct lane *)player;
}

/* The session may be over: a lane that stays opens the next one at once. */
static void go_on(struct lane *lane, uint64_t now_ms)
{
	if (lane->stays)
		sender_open(lane->sender, lane, now_ms);
}

static unsigned int play_wants(const struct player *player)
{
	const struct lane *lane = const_lane_of(player);
	return lane->session == NULL ? 0 : msub_session_wants(lane->session);
}

static size_t play_outgoing(struct player *player, struct octets *pieces, size_t max)
{
	struct msub_session *session = lane_of(player)->session;
	return session == NULL ? 0 : session_outgoing(session, pieces, max);
}

static void play_sent(struct player *player, size_t count, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_taken(lane_of(player)->session, count, now_ms);
}

static void play_received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_input(lane_of(player)->session, at, len, now_ms);
}

static void play_ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	static const char *const words[] = {
		"closed by the server", "broken off", "cut off inside TLS, without a farewell"};
	if (lane_of(player)->session != NULL)
		msub_session_end_of_input(lane_of(player)->session, words[why], now_ms);
}

static void play_lost(struct player *player, const char *why, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_end_of_input(lane_of(player)->session, why, now_ms);
}

static void play_connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_connected(lane_of(player)->session, link->local_address, now_ms);
}

static void play_connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_connect_failed(lane_of(player)->session, why, now_ms);
	go_on(lane_of(player), now_ms);
}

static void play_host_failed(struct player *player, const char *why, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_host_failed(lane_of(player)->session, why, now_ms);
	go_on(lane_of(player), now_ms);
}

static void play_found(
	struct player *player, enum player_service service, const char *host, uint16_t port)
{
	if (lane_of(player)->session != NULL)
		session_found(lane_of(player)->session, service, host, port);
}

static void play_tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		session_tls_up(lane_of(player)->session, tls, now_ms);
}

static void play_tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_tls_failed(lane_of(player)->session, why, now_ms);
}

static const struct player_mail *play_mail(const struct player *player)
{
	(void)player;
	return NULL; /* only servers have mail to store */
}

static void play_stored(struct player *player, bool safe, uint64_t now_ms)
{
	(void)player;
	(void)safe;
	(void)now_ms;
}

static void play_closed(struct player *player, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_closed(lane_of(player)->session, now_ms);
	go_on(lane_of(player), now_ms);
}

static uint64_t play_deadline_ms(const struct player *player)
{
	const struct lane *lane = const_lane_of(player);
	return lane->session == NULL ? PLAYER_NEVER : msub_session_deadline_ms(lane->session);
}

static void play_tick(struct player *player, uint64_t now_ms)
{
	if (lane_of(player)->session != NULL)
		msub_session_tick(lane_of(player)->session, now_ms);
	go_on(lane_of(player), now_ms);
}

const struct player_ops lane_ops = {
	.wants = play_wants,
	.outgoing = play_outgoing,
	.sent = play_sent,
	.received = play_received,
	.ended = play_ended,
	.lost = play_lost,
	.connected = play_connected,
	.connect_failed = play_connect_failed,
	.host_failed = play_host_failed,
	.found = play_found,
	.tls_up = play_tls_up,
	.tls_failed = play_tls_failed,
	.mail = play_mail,
	.stored = play_stored,
	.closed = play_closed,
	.deadline_ms = play_deadline_ms,
	.tick = play_tick,
};

/* ---- what drivers call ---- */

struct player *sender_player(struct msub_sender *sender, uint64_t now_ms)
{
	sender->sole.stays = true;
	sender_open(sender, &sender->sole, now_ms);
	return &sender->sole.player;
}

struct player *sender_lane(struct msub_sender *sender, uint64_t now_ms)
{
	struct lane *lane = sender_open(sender, NULL, now_ms);
	return lane == NULL ? NULL : &lane->player;
}

struct msub_sender *sender_of_lane(const struct player *lane)
{
	return const_lane_of(lane)->sender;
}

bool sender_lane_rests(const struct player *lane)
{
	return const_lane_of(lane)->list == &sender_of_lane(lane)->resting;
}

void sender_lane_quit(struct player *lane, uint64_t now_ms)
{
	if (lane_of(lane)->session != NULL)
		msub_session_quit(lane_of(lane)->session, now_ms);
}

bool sender_is_quiet(const struct msub_sender *sender)
{
	return sender->unfinished == 0 && sender->busy.count == 0 && sender->over.count == 0;
}

bool sender_is_resting(const struct msub_sender *sender)
{
	return sender->resting.count > 0;
}

void sender_begin_run(struct msub_sender *sender)
{
	failure_free(&sender->unsent, &sender->memory);
	failure_free(&sender->given_up, &sender->memory);
}

void sender_end_run(struct msub_sender *sender)
{
	struct failure failure = {.error = MSUB_MEMORY, .retry = MSUB_RETRY_LATER};
	struct lane *lane;
	while ((lane = sender->busy.first) != NULL) {
		session_fail(lane->session, &(struct cause){MSUB_MEMORY, MSUB_PHASE_CONNECT,
						    MSUB_RETRY_LATER, NULL, NULL});
		msub_session_closed(lane->session, 0);
	}
	sender_reap(sender);
	if (sender->unfinished > 0)
		sender_give_up(sender, &failure);
}

void sender_tell_finished(struct msub_sender *sender)
{
	const struct msub_settings *settings = &sender->settings;
	struct msub_message *message;
	if (settings->finished == NULL)
		return;
	while ((message = msub_sender_finished(sender)) != NULL) {
		settings->finished(settings->finished_context, message);
		if (sender->given_up.error != MSUB_OK)
			queue_give_up(sender, &sender->given_up);
	}
}

void sender_run_failure(const struct msub_sender *sender, struct msub_failure *failure)
{
	*failure = failure_view(&sender->unsent);
}

bool sender_is_free_for(const struct msub_sender *sender, const void *context)
{
	return sender->freed == NULL || sender->freed_context == context;
}

void sender_tell_freed(struct msub_sender *sender,
	void (*freed)(void *context, struct msub_sender *sender), void *context)
{
	sender->freed = freed;
	sender->freed_context = context;
}
