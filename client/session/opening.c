/*
 * opening: from the greeting to the login, which is in authentication.c.
 *
 * TLS and login are required where the settings name them: nothing in this file goes on without.
 * EHLO is said once, and a second time after STARTTLS only, since some servers forget the login
 * when they hear it again.
 */
#include "session.h"
#include "settings.h"

static void refuse(struct msub_session *session, enum msub_error error, enum msub_phase phase,
	const struct reply *reply)
{
	session_give_up(
		session, &(struct cause){error, phase, failure_retry_of(reply), reply, NULL});
}

static void out_of_step(
	struct msub_session *session, enum msub_phase phase, const struct reply *reply)
{
	session_fail(session, &(struct cause){MSUB_PROTOCOL, phase, MSUB_RETRY_LATER, reply, NULL});
}

bool say_greeting(struct msub_session *session, const struct step *step)
{
	(void)session;
	(void)step;
	return true; /* the server speaks first */
}

void hear_greeting(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 2)
		session_plan(session, MSUB_PHASE_EHLO, 0, 0);
	else if (reply_class(reply) == 3)
		out_of_step(session, step->phase, reply);
	else
		session_give_up(session,
			&(struct cause){MSUB_REFUSED, step->phase,
				reply_class(reply) == 4 ? MSUB_RETRY_LATER : MSUB_RETRY_ELSEWHERE,
				reply, NULL});
}

void opening_end(struct msub_session *session)
{
	session->ready = true;
	transaction_go_on(session);
}

/* ---- EHLO, HELO, STARTTLS ---- */

static void after_hello(struct msub_session *session)
{
	bool need_tls = session->security == MSUB_TLS_STARTTLS && !session->tls;
	if (need_tls && !session->capability.starttls)
		session_give_up(session, &(struct cause){MSUB_TLS_MISSING, MSUB_PHASE_STARTTLS,
						 MSUB_RETRY_NEVER, NULL, NULL});
	else if (need_tls)
		session_plan(session, MSUB_PHASE_STARTTLS, 0, 0);
	else if (settings_want_login(session->settings))
		authentication_begin(session);
	else
		opening_end(session);
}

bool say_ehlo(struct msub_session *session, const struct step *step)
{
	bool lmtp = session->settings->protocol == MSUB_LMTP;
	return session_say(session, step->phase, lmtp ? COMMAND_LHLO : COMMAND_EHLO,
		buffer_octets(&session->hello));
}

/* HELO will do where the server knows no EHLO and nothing is needed that only EHLO gives. */
static bool may_say_helo(const struct msub_session *session, const struct reply *reply)
{
	bool unknown = reply->code == 500 || reply->code == 502 || reply->code == 504;
	bool enough = session->security != MSUB_TLS_STARTTLS &&
		      !settings_want_login(session->settings) &&
		      session->settings->protocol != MSUB_LMTP;
	return unknown && enough;
}

/* What the settings do not want used is as if it were not offered. */
static void leave_unused(struct msub_session *session)
{
	const struct msub_settings *settings = session->settings;
	struct capability *offered = &session->capability;
	if (settings->no_pipelining)
		offered->pipelining = false;
	if (settings->chunking == MSUB_CHUNKING_NEVER)
		offered->chunking = offered->binary_mime = false;
}

void hear_ehlo(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 2) {
		capability_read(&session->capability, reply);
		leave_unused(session);
		session->esmtp = true;
		after_hello(session);
	} else if (reply_class(reply) == 3) {
		out_of_step(session, step->phase, reply);
	} else if (may_say_helo(session, reply)) {
		session_plan(session, MSUB_PHASE_HELO, 0, 0);
	} else {
		refuse(session, MSUB_REFUSED, step->phase, reply);
	}
}

bool say_helo(struct msub_session *session, const struct step *step)
{
	return session_say(session, step->phase, COMMAND_HELO, buffer_octets(&session->hello));
}

void hear_helo(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 2)
		after_hello(session);
	else if (reply_class(reply) == 3)
		out_of_step(session, step->phase, reply);
	else
		refuse(session, MSUB_REFUSED, step->phase, reply);
}

bool say_starttls(struct msub_session *session, const struct step *step)
{
	return session_say(session, step->phase, COMMAND_STARTTLS, octets_of(""));
}

void hear_starttls(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply->code == 220)
		session->state = SESSION_HANDSHAKE;
	else if (reply_class(reply) < 4)
		out_of_step(session, step->phase, reply);
	else
		refuse(session, MSUB_TLS_REFUSED, step->phase, reply);
}
