/*
 * sender_session: when a session is worth opening, and what the end of one means.
 *
 * Why the number of logins is bounded: the first transaction after a login is final for its
 * recipients (a suspicion needs an earlier one), so each login settles something that no later
 * one repeats; a message is begun again after a lost connection once; FRUITLESS_MAX rounds of
 * sessions that settled nothing end everything; and a session that could not be opened beside
 * others makes the room smaller.
 */
#include "sender_internal.h"

enum { FRUITLESS_MAX = 3, FREE_OF_PAUSE = 3, PAUSES_MAX_MS = 30 * 1000 };

/* ---- lanes ---- */

void lane_is(struct lane *lane, bool opens, bool asks)
{
	struct msub_sender *sender = lane->sender;
	sender->opening += opens;
	sender->opening -= lane->opens;
	sender->asking += asks;
	sender->asking -= lane->asks;
	lane->opens = opens;
	lane->asks = asks;
}

void lane_move(struct lane *lane, struct lane_list *to)
{
	if (lane->list != NULL) {
		if (lane->previous == NULL)
			lane->list->first = lane->next;
		else
			lane->previous->next = lane->next;
		if (lane->next != NULL)
			lane->next->previous = lane->previous;
		lane->list->count--;
	}
	lane_is(lane, false, false);
	lane->list = to;
	lane->previous = NULL;
	lane->next = to->first;
	if (to->first != NULL)
		to->first->previous = lane;
	to->first = lane;
	to->count++;
}

void lane_init(struct lane *lane, struct msub_sender *sender)
{
	lane->player.ops = &lane_ops;
	lane->sender = sender;
	lane_move(lane, &sender->vacant);
}

size_t sender_under_way(const struct msub_sender *sender)
{
	return sender->busy.count + sender->resting.count + sender->over.count;
}

static void lane_rests(void *context)
{
	struct lane *lane = context;
	lane->session->whole_at = MSUB_NEVER; /* the run does not wait for it */
	lane_move(lane, &lane->sender->resting);
}

static void lane_is_over(void *context)
{
	struct lane *lane = context;
	lane_move(lane, &lane->sender->over);
}

/* ---- the end of a session ---- */

/* Counts a session that settled nothing; true where it is a reason to open no more. */
static bool is_trouble(struct msub_sender *sender, const struct lane *lane)
{
	const struct msub_session *session = lane->session;
	enum msub_error error = session->failure.error;
	bool tried = error != MSUB_OK || session->mail_count > 0;
	if (session->settled == 0 && tried && lane->round == sender->round) {
		sender->fruitless++;
		sender->round++;
	}
	return error == MSUB_MEMORY || (error != MSUB_OK && !session->ready) ||
	       sender->fruitless >= FRUITLESS_MAX;
}

void sender_add_counts(struct msub_counts *counts, const struct msub_session *session)
{
	counts->sessions += session->stood;
	counts->logins += session->logged_in;
	counts->turns += session->turns;
}

void sender_give_up(struct msub_sender *sender, const struct failure *failure)
{
	failure_copy(&sender->given_up, &sender->memory, failure);
	queue_give_up(sender, failure);
}

/* No further session can be opened: who is under way goes on alone. */
static void stop_opening(struct msub_sender *sender, const struct failure *failure)
{
	if (sender_under_way(sender) == 0)
		sender_give_up(sender, failure);
	else
		sender->room = sender_under_way(sender);
}

/* The last session has not failed: an earlier one has, or they ended without fault. */
static const struct failure *why_fruitless(const struct msub_sender *sender)
{
	static const struct failure ended = {
		.error = MSUB_ENDED, .phase = MSUB_PHASE_QUIT, .retry = MSUB_RETRY_LATER};
	return sender->failure.error != MSUB_OK ? &sender->failure : &ended;
}

/* Decides whether another session is worth it, and makes the lane vacant. */
static void reap(struct msub_sender *sender, struct lane *lane)
{
	struct msub_session *session = lane->session;
	bool failed = session->failure.error != MSUB_OK;
	sender_add_counts(&sender->counts, session);
	if (failed && sender->failure.error == MSUB_OK)
		failure_copy(&sender->failure, &sender->memory, &session->failure);
	sender->barren += failed || session->mail_count > 0;
	queue_take_back(lane);
	lane_move(lane, &sender->vacant);
	if (is_trouble(sender, lane))
		stop_opening(sender, failed ? &session->failure : why_fruitless(sender));
	lane->session = NULL;
	session_free(session);
}

void sender_reap(struct msub_sender *sender)
{
	while (sender->over.first != NULL)
		reap(sender, sender->over.first);
}

/* ---- the beginning ---- */

static void begin_run(struct msub_sender *sender, uint64_t now_ms)
{
	uint64_t whole_ms = sender->settings.timeouts.whole_ms;
	if (sender->running)
		return;
	sender->running = true;
	sender->whole_at = whole_ms == 0 ? MSUB_NEVER : time_later(now_ms, whole_ms);
	sender->room = sender->settings.connections == 0 ? 1 : sender->settings.connections;
	sender->fruitless = sender->barren = 0;
	sender->paused_ms = 0;
}

/* One after the other; where many have logged in, a few at once. */
static bool is_opening(const struct msub_sender *sender)
{
	size_t at_once = (sender_under_way(sender) - sender->opening) / 4;
	return sender->opening >= (at_once == 0 ? 1 : at_once);
}

static bool is_worth(const struct msub_sender *sender)
{
	size_t under_way = sender_under_way(sender);
	if (under_way >= sender->room || is_opening(sender))
		return false;
	return sender->suspects.count > 0 || sender->waiting.count > under_way;
}

static uint64_t pause_before(struct msub_sender *sender)
{
	uint64_t pause_ms = sender->settings.pause_ms, left = PAUSES_MAX_MS - sender->paused_ms;
	if (sender->barren < FREE_OF_PAUSE)
		return 0;
	for (unsigned int i = FREE_OF_PAUSE; i < sender->barren && pause_ms < left; i++)
		pause_ms *= 2;
	pause_ms = pause_ms < left ? pause_ms : left;
	sender->paused_ms += pause_ms;
	return pause_ms;
}

static struct lane *vacant_lane(struct msub_sender *sender)
{
	struct lane *lane = sender->vacant.first;
	if (lane != NULL)
		return lane;
	lane = memory_new(&sender->memory, 1, sizeof *lane);
	if (lane != NULL)
		lane_init(lane, sender);
	return lane;
}

static struct lane *open_new(struct msub_sender *sender, struct lane *lane, uint64_t now_ms)
{
	struct failure failure = {.error = MSUB_TIMEOUT, .retry = MSUB_RETRY_LATER};
	if (now_ms >= sender->whole_at) {
		stop_opening(sender, &failure);
		return NULL;
	}
	lane = lane == NULL ? vacant_lane(sender) : lane;
	struct owner owner = {
		lane, sender->sasl, queue_next, queue_settled, lane_rests, lane_is_over};
	if (lane != NULL)
		lane->session = session_new(
			&sender->memory, &sender->settings, &owner, &sender->lessons, now_ms);
	if (lane == NULL || lane->session == NULL) {
		failure.error = MSUB_MEMORY;
		stop_opening(sender, &failure);
		return NULL;
	}
	uint64_t pause_ms = pause_before(sender);
	if (pause_ms > 0)
		session_pause(lane->session, pause_ms);
	lane->session->whole_at = sender->whole_at;
	lane->round = sender->round;
	lane_move(lane, &sender->busy);
	lane_is(lane, true, false);
	return lane;
}

/* One that rests, and could take a message that waits; or that has to make room for a new one. */
static struct lane *wake(struct msub_sender *sender, uint64_t now_ms)
{
	struct lane *lane = sender->resting.first;
	bool full = sender_under_way(sender) >= sender->room;
	if (lane == NULL)
		return NULL;
	bool useful = sender->waiting.count > sender->asking;
	if (!useful && !(sender->suspects.count > 0 && full))
		return NULL;
	lane_move(lane, &sender->busy);
	lane->session->whole_at = sender->whole_at;
	if (useful) {
		session_wake(lane->session, now_ms);
		lane_is(lane, false, lane->session->rest == REST_PROBING);
	} else {
		msub_session_quit(lane->session, now_ms);
	}
	return lane;
}

struct lane *sender_open(struct msub_sender *sender, struct lane *lane, uint64_t now_ms)
{
	sender_reap(sender);
	if (sender->unfinished == 0 || (lane != NULL && lane->session != NULL))
		return NULL;
	begin_run(sender, now_ms);
	struct lane *woken = wake(sender, now_ms);
	if (woken != NULL)
		return woken;
	return is_worth(sender) ? open_new(sender, lane, now_ms) : NULL;
}
