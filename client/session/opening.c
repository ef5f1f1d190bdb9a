/*
 * opening: from the greeting to the login.
 *
 * TLS and login are required where the settings name them: nothing in this file goes on without.
 * EHLO is said once, and a second time after STARTTLS only, since some servers forget the login
 * when they hear it again.
 */
#include "base64.h"
#include "mechanism.h"
#include "session.h"

enum { AUTH_ARGUMENT_MAX = 512 - 5 - 2 /* without "AUTH " and CR LF */ };

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

/* ---- the login ---- */

/*
 * Whether a mechanism may be used at all; *clear says that only the lack of TLS forbids it. A
 * password that was said readably is not said again by another mechanism, whatever the reply: a
 * server that is not what it seems would hear it as often as it likes.
 */
static bool may_use(const struct msub_session *session, size_t index, bool *clear)
{
	const struct mechanism *mechanism = mechanism_at(index);
	const char *named = session->settings->mechanism;
	if ((session->capability.mechanisms & 1U << index) == 0)
		return false;
	if (named != NULL)
		return octets_equal_nocase(octets_of(named), octets_of(mechanism->name));
	if (mechanism->clear && session->password_said)
		return false;
	if (mechanism->clear && !session->tls) {
		*clear = true;
		return false;
	}
	return true;
}

/* Plans AUTH with the first usable mechanism from number `from`; false where there is none. */
static bool plan_login(struct msub_session *session, size_t from, bool *clear)
{
	session->mechanism = from;
	while (session->mechanism < mechanism_count() &&
		!may_use(session, session->mechanism, clear))
		session->mechanism++;
	if (session->mechanism == mechanism_count())
		return false;
	session->round = 0;
	session->cancelled = false;
	session_plan(session, MSUB_PHASE_AUTH, 0, 0);
	return true;
}

static void log_in(struct msub_session *session)
{
	bool clear = false;
	if (plan_login(session, 0, &clear))
		return;
	enum msub_error error = !session->capability.auth ? MSUB_AUTH_MISSING
				: clear			  ? MSUB_AUTH_CLEAR
							  : MSUB_AUTH_MECHANISM;
	session_give_up(
		session, &(struct cause){error, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER, NULL, NULL});
}

static void be_ready(struct msub_session *session)
{
	session->ready = true;
	transaction_go_on(session);
}

/* ---- EHLO, HELO, STARTTLS ---- */

static void after_hello(struct msub_session *session)
{
	bool need_tls = session->settings->tls == MSUB_TLS_STARTTLS && !session->tls;
	if (need_tls && !session->capability.starttls)
		session_give_up(session, &(struct cause){MSUB_TLS_MISSING, MSUB_PHASE_STARTTLS,
						 MSUB_RETRY_NEVER, NULL, NULL});
	else if (need_tls)
		session_plan(session, MSUB_PHASE_STARTTLS, 0, 0);
	else if (session->settings->user != NULL)
		log_in(session);
	else
		be_ready(session);
}

bool say_ehlo(struct msub_session *session, const struct step *step)
{
	return session_say(session, step->phase, COMMAND_EHLO, buffer_octets(&session->hello));
}

/* HELO will do where the server knows no EHLO and nothing is needed that only EHLO gives. */
static bool may_say_helo(const struct msub_session *session, const struct reply *reply)
{
	bool unknown = reply->code == 500 || reply->code == 502 || reply->code == 504;
	bool enough =
		session->settings->tls != MSUB_TLS_STARTTLS && session->settings->user == NULL;
	return unknown && enough;
}

void hear_ehlo(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 2) {
		capability_read(&session->capability, reply);
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

/* ---- AUTH ---- */

static struct credentials credentials_of(const struct msub_session *session)
{
	return (struct credentials){session->settings->user, session->settings->password};
}

/*
 * The name and, where the line has room for it, the initial response (RFC 4954 4), which
 * is the mechanism's answer number 0: a challenge behind it asks for the next one.
 */
static bool write_auth(struct msub_session *session, struct buffer *argument)
{
	const struct mechanism *mechanism = mechanism_at(session->mechanism);
	struct credentials credentials = credentials_of(session);
	buffer_append_text(argument, mechanism->name);
	if (mechanism->start == NULL)
		return !buffer_failed(argument);
	size_t len = argument->len;
	buffer_clear(&session->secret);
	mechanism->start(&credentials, &session->secret);
	buffer_append_byte(argument, ' ');
	base64_encode(argument, buffer_octets(&session->secret));
	if (argument->len > AUTH_ARGUMENT_MAX) {
		buffer_truncate(argument, len);
	} else {
		session->round = 1;
		if (mechanism->clear)
			session->password_said = true;
		if (!secrets_remember(
			    &session->said, octets_from(buffer_octets(argument), len + 1)))
			return false;
	}
	return !buffer_failed(argument) && !buffer_failed(&session->secret);
}

bool say_auth(struct msub_session *session, const struct step *step)
{
	struct buffer argument;
	(void)step;
	buffer_init(&argument, &session->memory, 16 * 1024);
	bool said = write_auth(session, &argument) &&
		    command_write(&session->output.own, COMMAND_AUTH, buffer_octets(&argument));
	const char *name = mechanism_at(session->mechanism)->name;
	struct buffer shown;
	buffer_init(&shown, &session->memory, 100);
	buffer_format(
		&shown, "AUTH %s%s", name, argument.len > octets_of(name).len ? " <secret>" : "");
	talk_said(session, buffer_octets(&shown));
	buffer_free(&shown);
	buffer_free(&argument);
	if (!said)
		session_fail(session, &(struct cause){MSUB_MEMORY, MSUB_PHASE_AUTH,
					      MSUB_RETRY_LATER, NULL, NULL});
	return said;
}

bool say_answer(struct msub_session *session, const struct step *step)
{
	struct buffer argument;
	(void)step;
	buffer_init(&argument, &session->memory, 16 * 1024);
	if (session->cancelled)
		buffer_append_byte(&argument, '*');
	else
		base64_encode(&argument, buffer_octets(&session->secret));
	if (!session->cancelled && mechanism_at(session->mechanism)->clear)
		session->password_said = true;
	bool said = !buffer_failed(&argument) &&
		    (session->cancelled ||
			    secrets_remember(&session->said, buffer_octets(&argument))) &&
		    command_write(&session->output.own, COMMAND_ANSWER, buffer_octets(&argument));
	talk_said(session, octets_of(session->cancelled ? "*" : "<secret>"));
	buffer_clear(&session->secret);
	buffer_free(&argument);
	if (!said)
		session_fail(session, &(struct cause){MSUB_MEMORY, MSUB_PHASE_ANSWER,
					      MSUB_RETRY_LATER, NULL, NULL});
	return said;
}

/* A 334: asks the mechanism; where it has no answer, the exchange is cancelled. */
static void take_challenge(struct msub_session *session, const struct reply *reply)
{
	struct credentials credentials = credentials_of(session);
	struct octets line;
	struct buffer octets;
	buffer_init(&octets, &session->memory, REPLY_TEXT_KEPT);
	reply_line(reply, 0, &line);
	struct challenge challenge = {.readable = base64_decode(&octets, octets_trim(line))};
	challenge.octets = buffer_octets(&octets);
	buffer_clear(&session->secret);
	bool answered =
		mechanism_at(session->mechanism)
			->step(&credentials, session->round++, &challenge, &session->secret);
	session->cancelled = !answered;
	bool failed = buffer_failed(&octets) || buffer_failed(&session->secret);
	buffer_free(&octets);
	if (failed)
		session_fail(session, &(struct cause){MSUB_MEMORY, MSUB_PHASE_ANSWER,
					      MSUB_RETRY_LATER, NULL, NULL});
	else
		session_plan(session, MSUB_PHASE_ANSWER, 0, 0);
}

/* Whether a wrong password cannot be the cause: only then may it be said with another mechanism. */
static bool is_about_mechanism(const struct msub_session *session, const struct reply *reply)
{
	return session->cancelled || reply->code == 504 || reply->code == 534 || reply->code == 538;
}

static void refuse_login(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	bool clear = false;
	if (is_about_mechanism(session, reply) && session->settings->mechanism == NULL &&
		plan_login(session, session->mechanism + 1, &clear))
		return;
	session_give_up(
		session, &(struct cause){MSUB_AUTH_REFUSED, step->phase, failure_retry_of(reply),
				 reply, session->cancelled ? "its challenge made no sense" : NULL});
}

void hear_auth(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) >= 4) {
		refuse_login(session, step, reply);
	} else if (session->cancelled) {
		out_of_step(session, step->phase, reply);
	} else if (reply_class(reply) == 2) {
		session->logged_in = true;
		secrets_forget(&session->said);
		be_ready(session);
	} else if (reply->code == 334) {
		take_challenge(session, reply);
	} else {
		out_of_step(session, step->phase, reply);
	}
}

void hear_answer(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	hear_auth(session, step, reply);
}
