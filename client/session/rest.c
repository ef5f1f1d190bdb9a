/*
 * rest: a session without messages. It is kept open for keep_ms, and used again.
 *
 * After an idle time the connection may be gone without a word, and a message is not what should
 * find that out: NOOP goes first (RFC 5321 4.1.1.9). While a session rests or asks so, no message
 * is under way, so whatever ends it then is no failure. An idle time is also something that a
 * server may forget the login over; so what is refused after one may be a suspicion.
 */
#include "player.h"
#include "session.h"

/* A pause in which no network forgets a connection, and no server gives one up. */
enum { TRUSTED_MS = 5000 };

void session_pause(struct msub_session *session, uint64_t pause_ms)
{
	session->state = SESSION_PAUSING;
	session->pause_ms = pause_ms;
}

void session_give_back(struct msub_session *session)
{
	if (session->rest != REST_IDLE)
		return;
	output_clear(&session->output);
	output_free(&session->output);
	buffer_free(&session->login.secret);
	steps_free(&session->steps);
	reply_reader_free(&session->reader);
}

bool session_rests(struct msub_session *session)
{
	if (session->settings->keep_ms == 0 || session->leaving)
		return false;
	bool under_way =
		session->content != SESSION_NO_SLOT || session->envelope != SESSION_NO_SLOT;
	if (under_way || session->rest == REST_IDLE)
		return true;
	session->rest = REST_IDLE;
	session->owner.rests(session->owner.context);
	return true;
}

static void quit(struct msub_session *session, uint64_t now_ms)
{
	session->rest = REST_NOT;
	session->quitting = true;
	session->since_ms = now_ms;
	session_plan(session, MSUB_PHASE_QUIT, 0, 0);
	session_speak(session);
}

void session_wake(struct msub_session *session, uint64_t now_ms)
{
	if (session->rest != REST_IDLE || session->state != SESSION_TALKING)
		return;
	bool trusted = now_ms - session->since_ms < TRUSTED_MS;
	session->rest = trusted ? REST_NOT : REST_PROBING;
	session->since_ms = now_ms;
	if (trusted) {
		transaction_go_on(session);
	} else {
		session->happened++;
		session_plan(session, MSUB_PHASE_NOOP, 0, 0);
	}
	session_speak(session);
}

/* A session that stands alone is woken by tick(): msub_session_add() does not know the time. */
static bool has_been_given(const struct msub_session *session)
{
	return message_list_waiting(&session->queue) != NULL;
}

uint64_t session_rest_ends_ms(const struct msub_session *session)
{
	if (session->leaving || has_been_given(session))
		return session->since_ms;
	return time_later(session->since_ms, session->settings->keep_ms);
}

void session_end_rest(struct msub_session *session, uint64_t now_ms)
{
	uint64_t whole_ms = session->settings->timeouts.whole_ms;
	if (!has_been_given(session)) {
		quit(session, now_ms);
		return;
	}
	if (whole_ms != 0)
		session->whole_at = time_later(now_ms, whole_ms);
	session_wake(session, now_ms);
}

void msub_session_quit(struct msub_session *session, uint64_t now_ms)
{
	if (session == NULL)
		return;
	session->leaving = true;
	if (session->rest == REST_IDLE && session->state == SESSION_TALKING)
		session_end_rest(session, now_ms);
}

bool say_noop(struct msub_session *session, const struct step *step)
{
	return session_say(session, step->phase, COMMAND_NOOP, octets_of(""));
}

/* It stands: flow.c goes on with the message. Or it does not: nothing was lost. */
void hear_noop(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	(void)step;
	if (reply_class(reply) == 2) {
		session->rest = REST_NOT;
		return;
	}
	session->quitting = true;
	session_plan(session, MSUB_PHASE_QUIT, 0, 0);
}
