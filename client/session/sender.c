/*
 * sender: many messages, as many sessions as they take.
 *
 * What is decided here is what happens between sessions: who is tried again, in which order, and
 * when it is enough. What a group of replies means was decided by the session before.
 *
 * Why the number of logins is bounded: the first transaction after a login is final for its
 * recipients (a suspicion needs an earlier one), so each login settles something that no later
 * one repeats; a message is begun again after a lost connection once; and FRUITLESS_MAX sessions
 * in a row that settled nothing end everything.
 */
#include "sender.h"

#include "session.h"
#include "settings.h"

enum { LOSSES_MAX = 1, FRUITLESS_MAX = 3 };

struct msub_sender {
	struct player player;
	struct memory memory;
	struct msub_settings settings;
	struct message_list queue;    /* not finished, in the order of adding */
	struct message_list finished; /* finished, not yet told */
	struct msub_session *session;
	struct lessons lessons;
	struct msub_counts counts; /* of the sessions that are over */
	struct failure failure;
	unsigned int fruitless;
	uint64_t whole_at;
	bool started;
};

/* ---- as the owner of a session ---- */

/*
 * The first that waits. A message that is suspected is that one: no later one was begun in its
 * session, and the earlier ones are finished.
 */
static struct msub_message *sender_next(void *context)
{
	const struct msub_sender *sender = context;
	return message_list_waiting(&sender->queue);
}

static void finish(struct msub_sender *sender, struct msub_message *message)
{
	message_list_remove(message);
	message_list_add(&sender->finished, message);
}

/* Whether a settled recipient goes back to wait. */
static bool goes_again(const struct msub_sender *sender, const struct msub_message *message,
	struct recipient *recipient, bool lost)
{
	bool can = sender->settings.probe || source_can_start(&message->source);
	if (!can || recipient->again == AGAIN_NOT || (recipient->again == AGAIN_LOST && lost))
		return false;
	/* not those who were taken, and only waited for the others (all or nothing) */
	if (recipient->again == AGAIN_FRESH)
		recipient->suspected = recipient->answered;
	return true;
}

static void sender_settled(void *context, struct msub_message *message)
{
	struct msub_sender *sender = context;
	bool too_often = message->losses >= LOSSES_MAX, lost = false;
	for (size_t i = 0; i < message->count; i++) {
		struct recipient *recipient = &message->recipients[i];
		if (recipient->state != RECIPIENT_SETTLED)
			continue;
		bool again = goes_again(sender, message, recipient, too_often);
		recipient->state = again ? RECIPIENT_WAITING : RECIPIENT_DONE;
		lost = lost || (again && recipient->again == AGAIN_LOST);
	}
	message->losses += lost;
	message->remarks |= lost ? MSUB_REMARK_SENT_AGAIN : 0U;
	if (message_finish(message))
		finish(sender, message);
}

/* ---- between sessions ---- */

static void give_up_all(struct msub_sender *sender, const struct failure *failure)
{
	struct msub_message *message;
	while ((message = sender->queue.first) != NULL) {
		message_give_up(message, failure);
		finish(sender, message);
	}
}

static void give_up_for_memory(struct msub_sender *sender)
{
	struct failure failure = {
		.error = MSUB_MEMORY, .phase = MSUB_PHASE_CONNECT, .retry = MSUB_RETRY_LATER};
	give_up_all(sender, &failure);
}

/* Counts a session that settled nothing; true where its end is the end of everything. */
static bool ends_all(struct msub_sender *sender, const struct msub_session *session)
{
	enum msub_error error = session->failure.error;
	sender->fruitless = session->settled > 0 ? 0 : sender->fruitless + 1;
	if (error == MSUB_OK)
		return sender->fruitless >= FRUITLESS_MAX;
	return error == MSUB_MEMORY || !session->ready || sender->fruitless >= FRUITLESS_MAX;
}

static void add_counts(struct msub_counts *counts, const struct msub_session *session)
{
	counts->sessions += session->stood;
	counts->logins += session->logged_in;
	counts->turns += session->turns;
}

/* A session is over: counts it, and decides whether another one is worth it. */
static void reap(struct msub_sender *sender)
{
	struct msub_session *session = sender->session;
	add_counts(&sender->counts, session);
	if (session->failure.error != MSUB_OK && sender->failure.error == MSUB_OK)
		failure_copy(&sender->failure, &sender->memory, &session->failure);
	if (ends_all(sender, session)) {
		struct failure ended = {
			.error = MSUB_CLOSING, .phase = MSUB_PHASE_QUIT, .retry = MSUB_RETRY_LATER};
		give_up_all(sender, session->failure.error == MSUB_OK ? &ended : &session->failure);
	}
	sender->session = NULL;
	session_free(session);
}

static void start(struct msub_sender *sender, uint64_t now_ms)
{
	uint64_t whole_ms = sender->settings.timeouts.whole_ms;
	struct owner owner = {sender, sender_next, sender_settled};
	if (!sender->started)
		sender->whole_at = whole_ms == 0 ? MSUB_NEVER : time_later(now_ms, whole_ms);
	sender->started = true;
	sender->session =
		session_new(&sender->memory, &sender->settings, &owner, &sender->lessons, now_ms);
	if (sender->session == NULL)
		give_up_for_memory(sender);
	else
		sender->session->whole_at = sender->whole_at;
}

struct msub_session *msub_sender_session(struct msub_sender *sender, uint64_t now_ms)
{
	if (sender->session != NULL && sender->session->state == SESSION_OVER)
		reap(sender);
	if (sender->session == NULL && sender->queue.first != NULL)
		start(sender, now_ms);
	else if (sender->session == NULL)
		sender->started = false; /* the next run has a whole time of its own */
	return sender->session;
}

/* ---- what a program calls ---- */

static const struct player_ops sender_ops;

enum msub_error msub_sender_new(struct msub_sender **sender, const struct msub_settings *settings)
{
	struct memory memory = settings_memory(settings->memory);
	*sender = NULL;
	if (msub_settings_check(settings, NULL) != MSUB_OK)
		return MSUB_SETTINGS;
	struct msub_sender *fresh = memory_new(&memory, 1, sizeof *fresh);
	if (fresh == NULL)
		return MSUB_MEMORY;
	fresh->player.ops = &sender_ops;
	fresh->memory = memory;
	if (!settings_copy(&fresh->settings, settings, &memory)) {
		memory_free(&memory, fresh, sizeof *fresh);
		return MSUB_MEMORY;
	}
	*sender = fresh;
	return MSUB_OK;
}

void msub_sender_free(struct msub_sender *sender)
{
	if (sender == NULL)
		return;
	struct memory memory = sender->memory;
	struct failure freed = {.error = MSUB_LOST, .retry = MSUB_RETRY_LATER};
	if (sender->session != NULL) {
		session_fail(
			sender->session, &(struct cause){MSUB_LOST, MSUB_PHASE_CONNECT,
						 MSUB_RETRY_LATER, NULL, "the sender was freed"});
		session_free(sender->session);
	}
	give_up_all(sender, &freed);
	while (msub_sender_finished(sender) != NULL) {
	}
	settings_free(&sender->settings, &memory);
	failure_free(&sender->failure, &memory);
	memory_free(&memory, sender, sizeof *sender);
}

enum msub_error msub_sender_add(struct msub_sender *sender, struct msub_message *message)
{
	enum msub_error error = message_hand_over(message, sender->settings.probe);
	if (error == MSUB_OK)
		message_list_add(&sender->queue, message);
	return error;
}

struct msub_message *msub_sender_finished(struct msub_sender *sender)
{
	struct msub_message *message = sender->finished.first;
	if (message != NULL)
		message_list_remove(message);
	return message;
}

void msub_sender_failure(const struct msub_sender *sender, struct msub_failure *failure)
{
	*failure = failure_view(&sender->failure);
}

unsigned int msub_sender_learned(const struct msub_sender *sender)
{
	return sender->lessons.learned;
}

void msub_sender_counts(const struct msub_sender *sender, struct msub_counts *counts)
{
	*counts = sender->counts;
	counts->suspicions = sender->lessons.suspicions;
	if (sender->session != NULL)
		add_counts(counts, sender->session);
}

uint64_t msub_sender_turns(const struct msub_sender *sender)
{
	struct msub_counts counts;
	msub_sender_counts(sender, &counts);
	return counts.turns;
}

/* ---- as a player ---- */

_Static_assert((int)MSUB_WANTS_CONNECT == PLAYER_CONNECT && (int)MSUB_WANTS_SEND == PLAYER_SEND &&
		       (int)MSUB_WANTS_RECEIVE == PLAYER_RECEIVE &&
		       (int)MSUB_WANTS_START_TLS == PLAYER_START_TLS &&
		       (int)MSUB_WANTS_CLOSE == PLAYER_CLOSE,
	"a session's wants are a player's wants");

static struct msub_sender *sender_of(struct player *player)
{
	return (struct msub_sender *)player; /* it is the first member */
}

static unsigned int play_wants(const struct player *player)
{
	const struct msub_sender *sender = (const struct msub_sender *)player;
	return sender->session == NULL ? 0 : msub_session_wants(sender->session);
}

static size_t play_outgoing(struct player *player, struct octets *pieces, size_t max)
{
	struct msub_piece piece;
	struct msub_session *session = sender_of(player)->session;
	if (session == NULL || max == 0 || msub_session_output(session, &piece, 1) == 0)
		return 0;
	pieces[0] = octets_make(piece.at, piece.len);
	return 1;
}

static void play_sent(struct player *player, size_t count, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_taken(sender_of(player)->session, count, now_ms);
}

static void play_received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_input(sender_of(player)->session, at, len, now_ms);
}

static void play_ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	static const char *const words[] = {
		"closed by the server", "broken off", "cut off inside TLS, without a farewell"};
	if (sender_of(player)->session != NULL)
		msub_session_end_of_input(sender_of(player)->session, words[why], now_ms);
}

static void play_connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_connected(sender_of(player)->session, link->local_address, now_ms);
}

/* The session may be over with this call: the next one begins at once. */
static void play_connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_connect_failed(sender_of(player)->session, why, now_ms);
	msub_sender_session(sender_of(player), now_ms);
}

static void play_tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_tls_up(
			sender_of(player)->session, tls->verified, tls->description, now_ms);
}

static void play_tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_tls_failed(sender_of(player)->session, why, now_ms);
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
	if (sender_of(player)->session != NULL)
		msub_session_closed(sender_of(player)->session, now_ms);
	msub_sender_session(sender_of(player), now_ms);
}

static uint64_t play_deadline_ms(const struct player *player)
{
	const struct msub_sender *sender = (const struct msub_sender *)player;
	return sender->session == NULL ? PLAYER_NEVER : msub_session_deadline_ms(sender->session);
}

static void play_tick(struct player *player, uint64_t now_ms)
{
	if (sender_of(player)->session != NULL)
		msub_session_tick(sender_of(player)->session, now_ms);
	msub_sender_session(sender_of(player), now_ms);
}

static const struct player_ops sender_ops = {
	.wants = play_wants,
	.outgoing = play_outgoing,
	.sent = play_sent,
	.received = play_received,
	.ended = play_ended,
	.connected = play_connected,
	.connect_failed = play_connect_failed,
	.tls_up = play_tls_up,
	.tls_failed = play_tls_failed,
	.mail = play_mail,
	.stored = play_stored,
	.closed = play_closed,
	.deadline_ms = play_deadline_ms,
	.tick = play_tick,
};

struct player *sender_player(struct msub_sender *sender, uint64_t now_ms)
{
	msub_sender_session(sender, now_ms);
	return &sender->player;
}
