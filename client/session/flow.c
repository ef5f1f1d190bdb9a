/*
 * flow: the two cursors over the list of steps.
 *
 * `say` runs ahead of `hear` only inside a group of RFC 2920: MAIL, RCPT and DATA, begun by the
 * end of a message, ended by DATA or by QUIT. EHLO, STARTTLS and AUTH end a group as well. Nothing
 * is decided before every reply of a group has been heard (section 3.1).
 */
#include "session.h"

typedef bool say_function(struct msub_session *session, const struct step *step);
typedef void hear_function(
	struct msub_session *session, const struct step *step, const struct reply *reply);

static const struct {
	say_function *say;
	hear_function *hear;
} phases[MSUB_PHASE_COUNT] = {
#define PHASE_ROW(name, constant, words) [MSUB_PHASE_##constant] = {say_##name, hear_##name},
	MSUB_STEPS(PHASE_ROW)
#undef PHASE_ROW
};

enum msub_phase session_phase(const struct msub_session *session)
{
	const struct step *step = steps_to_hear(&session->steps);
	if (step == NULL)
		step = steps_to_say(&session->steps);
	return step == NULL ? MSUB_PHASE_QUIT : step->phase;
}

void session_plan(
	struct msub_session *session, enum msub_phase phase, size_t slot, size_t recipient)
{
	struct step step = {.phase = phase, .slot = (uint8_t)slot, .recipient = recipient};
	if (!steps_push(&session->steps, step))
		session_fail(
			session, &(struct cause){MSUB_MEMORY, phase, MSUB_RETRY_LATER, NULL, NULL});
}

/* It was said, or it could not be. */
static bool note_said(struct msub_session *session, enum msub_phase phase, size_t start, bool whole)
{
	if (!whole) {
		enum msub_error error =
			buffer_failed(&session->output.own) ? MSUB_MEMORY : MSUB_USE;
		session_fail(session, &(struct cause){error, phase, MSUB_RETRY_LATER, NULL, NULL});
		return false;
	}
	if (session->settings->transcript != NULL) {
		struct octets line = octets_from(buffer_octets(&session->output.own), start);
		talk_said(session, octets_cut(line, line.len - 2));
	}
	return true;
}

bool session_say(struct msub_session *session, enum msub_phase phase, enum command command,
	struct octets argument)
{
	size_t start = session->output.own.len;
	return note_said(
		session, phase, start, command_write(&session->output.own, command, argument));
}

size_t session_begin(struct msub_session *session, enum command command)
{
	return command_begin(&session->output.own, command);
}

bool session_end(
	struct msub_session *session, enum msub_phase phase, enum command command, size_t start)
{
	return note_said(session, phase, start, command_end(&session->output.own, command, start));
}

/* Whether another command may follow this one before it was answered. */
static bool may_be_followed(enum msub_phase phase, enum msub_phase next)
{
	if (phase == MSUB_PHASE_CHUNK)
		return next == MSUB_PHASE_CHUNK; /* of the same message: none follows otherwise */
	return phase == MSUB_PHASE_BODY || phase == MSUB_PHASE_MAIL ||
	       phase == MSUB_PHASE_RECIPIENT;
}

/* What begins a message waits for the recipients' replies where they decide whether there is one.
 */
static bool has_to_wait(const struct msub_session *session, const struct step *step)
{
	const struct transaction *transaction = &session->slots[step->slot];
	if (step->phase == MSUB_PHASE_CHUNK)
		return !session->body_begun && !transaction->said &&
		       chunk_waits(session, transaction);
	return step->phase == MSUB_PHASE_DATA && session->settings->all_or_nothing &&
	       transaction->tried > 1;
}

static bool may_say(const struct msub_session *session, const struct step *step)
{
	size_t ahead = steps_ahead(&session->steps);
	if (ahead == 0)
		return true;
	return session->capability.pipelining && ahead < SESSION_AHEAD_MAX &&
	       may_be_followed(session->steps.at[session->steps.say - 1].phase, step->phase) &&
	       !has_to_wait(session, step);
}

/* Behind the end of a message the next envelope, or QUIT, may leave in the same flight. */
static bool plan_ahead(struct msub_session *session)
{
	const struct steps *steps = &session->steps;
	if ((session->lessons->learned & MSUB_LEARNED_ENDS_ALONE) != 0)
		return false;
	if (steps->count == 0 || session->quitting || !session->capability.pipelining ||
		steps->at[steps->count - 1].phase != MSUB_PHASE_BODY)
		return false;
	transaction_go_on(session);
	return steps_to_say(steps) != NULL;
}

/* One step, or one part of a message; false where nothing more may be said now. */
static bool say_one(struct msub_session *session)
{
	const struct step *next = steps_to_say(&session->steps);
	if (next == NULL && plan_ahead(session))
		next = steps_to_say(&session->steps);
	if (next == NULL || session->state != SESSION_TALKING || !may_say(session, next))
		return false;
	struct step step = *next; /* the list may move */
	if (phases[step.phase].say(session, &step) && session->state == SESSION_TALKING)
		steps_said(&session->steps, output_made(&session->output));
	return true;
}

void session_speak(struct msub_session *session)
{
	while (session->state == SESSION_TALKING && !output_is_full(&session->output) &&
		!output_failed(&session->output) && say_one(session)) {
	}
	if (output_failed(&session->output))
		session_fail(session, &(struct cause){MSUB_MEMORY, session_phase(session),
					      MSUB_RETRY_LATER, NULL, NULL});
}

static void break_protocol(
	struct msub_session *session, const struct reply *reply, const char *text)
{
	session_fail(session, &(struct cause){MSUB_PROTOCOL, session_phase(session),
				      MSUB_RETRY_LATER, reply, text});
}

/* Counts a turn: the first reply since something was written. */
static void count_turn(struct msub_session *session)
{
	if (session->asked)
		session->turns++;
	session->asked = false;
}

/* The reply to a step whose last octet has been written. 421 ends a session wherever it comes. */
static void hear_step(struct msub_session *session, const struct reply *reply)
{
	struct step step = *steps_to_hear(&session->steps);
	bool closing = reply->code == 421 && step.phase != MSUB_PHASE_QUIT;
	steps_heard(&session->steps);
	if (!closing || step.phase >= MSUB_PHASE_MAIL)
		phases[step.phase].hear(session, &step, reply);
	if (closing)
		session_fail(session,
			&(struct cause){MSUB_CLOSING, step.phase, MSUB_RETRY_LATER, reply, NULL});
	if (session->state == SESSION_TALKING && session->ready && session->steps.count == 0 &&
		!session->quitting)
		transaction_end_envelope(session);
}

/*
 * A reply that comes before what it answers was written. Servers refuse a message in the midst of
 * it and close (552), or say farewell at any time (421); anything else is out of step, and every
 * reply behind it would be taken for another's.
 */
static void hear_early(struct msub_session *session, const struct reply *reply)
{
	const struct step *step = steps_to_hear(&session->steps);
	bool body = session->body_begun ||
		    (step != NULL &&
			    (step->phase == MSUB_PHASE_BODY || step->phase == MSUB_PHASE_CHUNK));
	if (reply->code == 421) {
		session_fail(session, &(struct cause){MSUB_CLOSING, session_phase(session),
					      MSUB_RETRY_LATER, reply, NULL});
	} else if (body && reply_class(reply) >= 4) {
		transaction_refuse(session, session->content, MSUB_PHASE_BODY, reply);
		session->settled++;
		session_fail(session, &(struct cause){MSUB_REFUSED, MSUB_PHASE_BODY,
					      failure_retry_of(reply), reply, NULL});
	} else {
		break_protocol(session, reply, "a reply to nothing that was asked");
	}
}

/*
 * What the session itself reads stays as it came, and is masked only where it is shown: an offer,
 * which a password could be a word of, and a challenge.
 */
static bool is_read(
	const struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (step->phase == MSUB_PHASE_EHLO)
		return reply_class(reply) == 2;
	return reply->code == 334 && !session->login.cancelled &&
	       (step->phase == MSUB_PHASE_AUTH || step->phase == MSUB_PHASE_ANSWER);
}

static void hear_reply(struct msub_session *session, uint64_t now_ms)
{
	const struct reply *reply = &session->reader.reply;
	const struct step *step = steps_to_hear(&session->steps);
	bool early = step == NULL || output_taken(&session->output) < step->end;
	if (early || !is_read(session, step, reply))
		talk_hide(session, &session->reader);
	session->since_ms = now_ms;
	count_turn(session);
	talk_heard(session, reply);
	if (early)
		hear_early(session, reply);
	else
		hear_step(session, reply);
}

/* A reply that is none; behind the dot nobody knows then whether the message was taken. */
static void hear_broken(struct msub_session *session, enum reply_state state)
{
	if (state == REPLY_MEMORY)
		session_fail(session, &(struct cause){MSUB_MEMORY, session_phase(session),
					      MSUB_RETRY_LATER, NULL, NULL});
	else
		break_protocol(session, NULL, "not a reply, or one that is too long");
}

void session_hear(struct msub_session *session, struct octets in, uint64_t now_ms)
{
	while (in.len > 0 && session->state == SESSION_TALKING) {
		size_t used;
		enum reply_state state = reply_reader_feed(&session->reader, in, &used);
		in = octets_from(in, used);
		if (state == REPLY_MORE)
			continue;
		if (state == REPLY_DONE)
			hear_reply(session, now_ms);
		else
			hear_broken(session, state);
		reply_reader_clear(&session->reader);
		/* inside a group there is nothing to be said before the last of its replies */
		if (in.len == 0 || steps_ahead(&session->steps) == 0)
			session_speak(session);
	}
#ifndef HANDSET_PLANT_SESSION
	if (in.len > 0 && session->state == SESSION_HANDSHAKE)
		session_fail(session, &(struct cause){MSUB_TLS_INJECTED, MSUB_PHASE_STARTTLS,
					      MSUB_RETRY_NEVER, NULL, NULL});
#endif
}
