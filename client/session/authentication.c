/* authentication: AUTH and its exchange. */
#include "authentication.h"

#include <string.h>

#include "base64.h"
#include "bearer.h"
#include "mechanism.h"
#include "session.h"
#include "settings.h"

enum {
	AUTH_ARGUMENT_MAX = 512 - 5 - 2, /* without "AUTH " and CR LF */
	ANSWER_MAX = (12288 - 2) / 4 * 3 /* before base64 (RFC 4954 section 4) */
};

static const char *const trouble_texts[SASL_OUTCOME_COUNT] = {
	[SASL_CHALLENGE] =
		"its challenge made no sense: if you trust the server all the same, name "
		"another mechanism",
	[SASL_UNPROVEN] = "it does not know the password itself: it may not be who it says it is",
	[SASL_COSTLY] = "its challenge asks for more than a million rounds of computation: do not "
			"trust it, or name another mechanism",
	[SASL_WEAK] =
		"its challenge asks for less than the 4096 rounds of RFC 7677: do not trust it, or "
		"name another mechanism",
	[SASL_STALE] = "its challenge adds nothing to ours (RFC 5802): it may not be who it says "
		       "it is",
	[SASL_UNFIT] =
		"the mechanism cannot say this user, password or host, or lacks TLS's binding",
	[SASL_NO_TICKET] = "this machine holds no ticket for the server: get one (kinit) first",
	[SASL_UNKNOWN] = "the mechanism is not built in",
};

void authentication_init(struct authentication *login, const struct memory *memory)
{
	*login = (struct authentication){0};
	buffer_init(&login->secret, memory, 32 * 1024);
	buffer_init(&login->status, memory, 1024);
	secrets_init(&login->said, memory);
}

/* The mechanism is done with, whatever came of it. */
static void drop(struct authentication *login)
{
	if (login->exchange != NULL)
		login->exchange->ops->free(login->exchange);
	login->exchange = NULL;
	login->unsaid = login->done = login->cancelled = false;
	login->round = 0;
	buffer_clear(&login->secret);
	buffer_clear(&login->status);
}

void authentication_free(struct authentication *login)
{
	drop(login);
	buffer_free(&login->secret);
	buffer_free(&login->status);
	secrets_free(&login->said);
	memory_wipe(login->bindings, sizeof login->bindings);
}

bool authentication_hide(struct msub_session *session)
{
	const struct msub_settings *settings = session->settings;
	struct secrets *said = &session->login.said;
	if (!settings_want_login(settings))
		return true;
	/* refusals of mail may name them, and have to be understood */
	said->open[0] = settings->user;
	said->open[1] = settings->authorize;
	return secrets_remember_password(said, octets_of(settings->password));
}

enum msub_error msub_session_tls_binding(
	struct msub_session *session, enum msub_binding kind, const void *at, size_t len)
{
	if (session == NULL || at == NULL)
		return MSUB_USE;
	struct binding *bindings = session->login.bindings;
	if (session->state != SESSION_HANDSHAKE || (unsigned int)kind > MSUB_BINDING_UNIQUE ||
		len == 0 || len > BINDING_MAX)
		return MSUB_USE;
	struct binding *binding = &bindings[kind == MSUB_BINDING_UNIQUE ? SASL_BINDING_UNIQUE
									: SASL_BINDING_EXPORTER];
	memcpy(binding->at, at, len);
	binding->len = len;
	return MSUB_OK;
}

/* ---- which mechanism ---- */

/* Up to TLS 1.2 the default is tls-unique (RFC 5929), from 1.3 on tls-exporter (RFC 9266). */
static enum sasl_binding binding_of(const struct authentication *login)
{
	if (login->bindings[SASL_BINDING_UNIQUE].len > 0)
		return SASL_BINDING_UNIQUE;
	return login->bindings[SASL_BINDING_EXPORTER].len > 0 ? SASL_BINDING_EXPORTER
							      : SASL_BINDING_NONE;
}

/*
 * The host is the one that was connected to, which a ticket is for (RFC 4752) and an answer names
 * (RFC 2831 section 2.1.2, RFC 7628 section 3.1), not the domain that it serves.
 */
static struct sasl_login who(struct msub_session *session)
{
	const struct msub_settings *settings = session->settings;
	bool found = settings->host == NULL && session->server.len > 0;
	enum sasl_binding kind = binding_of(&session->login);
	const struct binding *binding = &session->login.bindings[kind];
	return (struct sasl_login){
		.user = settings->user,
		.password = settings->password,
		.authorize = settings->authorize,
		.service = settings->protocol == MSUB_LMTP ? "lmtp" : "smtp",
		.host = found ? buffer_string(&session->server) : settings->host,
		.port = found ? session->server_port : settings_port(settings),
		.binding_kind = kind,
		.binding = octets_make(binding->at, binding->len),
	};
}

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
	if (mechanism->named ||
		(mechanism->bound && binding_of(&session->login) == SASL_BINDING_NONE) ||
		(mechanism->provided && session->login.provider == NULL) ||
		(session->settings->authorize != NULL && !mechanism->acts_for) ||
		(mechanism->clear && session->login.password_said))
		return false;
	if (mechanism->clear && !session->tls) {
		*clear = true;
		return false;
	}
	return true;
}

/* ---- the mechanism's turn ---- */

/* Lets a provided mechanism answer; what an answer may not be is found here. */
static enum sasl_outcome ask(struct authentication *login, struct octets challenge)
{
	enum sasl_outcome outcome =
		login->exchange->ops->step(login->exchange, challenge, &login->secret);
	login->done = outcome == SASL_DONE;
	return outcome;
}

/* What is too long to be said, in an answer, is so by the server's doing. */
static enum sasl_outcome judge(
	struct authentication *login, enum sasl_outcome outcome, enum sasl_outcome too_long)
{
	if (buffer_failed(&login->secret))
		return SASL_MEMORY;
	return outcome <= SASL_DONE && login->secret.len > ANSWER_MAX ? too_long : outcome;
}

/* Makes the mechanism ready, and has it say what it says first. */
static enum sasl_outcome start(struct msub_session *session)
{
	struct authentication *login = &session->login;
	const struct mechanism *mechanism = mechanism_at(login->mechanism);
	struct sasl_login credentials = who(session);
	enum sasl_outcome outcome = SASL_GOES_ON;
	if (mechanism->provided && login->provider == NULL)
		return SASL_UNKNOWN;
	if (mechanism->provided)
		outcome = login->provider->ops->begin(
			login->provider, mechanism->name, &credentials, &login->exchange);
	if (outcome == SASL_GOES_ON && mechanism->first && mechanism->provided)
		outcome = ask(login, octets_of(""));
	else if (outcome == SASL_GOES_ON && mechanism->first)
		mechanism->start(&credentials, &login->secret);
	login->unsaid = mechanism->first;
	return judge(login, outcome, SASL_UNFIT);
}

/* The answer to a challenge. */
static enum sasl_outcome answer(struct msub_session *session, const struct challenge *challenge)
{
	struct authentication *login = &session->login;
	const struct mechanism *mechanism = mechanism_at(login->mechanism);
	struct sasl_login credentials = who(session);
	if (login->unsaid)
		return SASL_GOES_ON; /* the server asked for it, in whatever words */
	buffer_clear(&login->secret);
	if (mechanism->token && challenge->readable)
		secrets_mask(&login->said, bearer_status(challenge->octets), &login->status);
	if (mechanism->provided)
		return judge(login,
			challenge->readable ? ask(login, challenge->octets) : SASL_CHALLENGE,
			SASL_CHALLENGE);
	bool answered = mechanism->step != NULL &&
			mechanism->step(&credentials, login->round++, challenge, &login->secret);
	return judge(login, answered ? SASL_GOES_ON : SASL_CHALLENGE, SASL_CHALLENGE);
}

/* ---- planning ---- */

/*
 * Plans AUTH with the first mechanism from number `from` that may be used and that can say what it
 * has to; false where there is none, or no memory.
 */
static bool plan(struct msub_session *session, size_t from, bool *clear)
{
	struct authentication *login = &session->login;
	login->trouble = SASL_GOES_ON;
	for (login->mechanism = from; login->mechanism < mechanism_count(); login->mechanism++) {
		if (!may_use(session, login->mechanism, clear))
			continue;
		drop(login);
		enum sasl_outcome outcome = start(session);
		if (outcome <= SASL_DONE) {
			login->trouble = SASL_GOES_ON;
			session_plan(session, MSUB_PHASE_AUTH, 0, 0);
			return true;
		}
		drop(login);
		login->trouble = outcome;
		if (outcome == SASL_MEMORY)
			break;
	}
	return false;
}

static void fail_memory(struct msub_session *session, enum msub_phase phase)
{
	session_fail(session, &(struct cause){MSUB_MEMORY, phase, MSUB_RETRY_LATER, NULL, NULL});
}

void authentication_begin(struct msub_session *session)
{
	bool clear = false;
	if (plan(session, 0, &clear))
		return;
	enum sasl_outcome trouble = session->login.trouble;
	enum msub_error error = !session->capability.auth ? MSUB_AUTH_MISSING
				: clear			  ? MSUB_AUTH_CLEAR
							  : MSUB_AUTH_MECHANISM;
	if (trouble == SASL_MEMORY)
		fail_memory(session, MSUB_PHASE_AUTH);
	else
		session_give_up(session, &(struct cause){error, MSUB_PHASE_AUTH, MSUB_RETRY_NEVER,
						 NULL, trouble_texts[trouble]});
}

/* ---- saying ---- */

/* What is found again in a reply is masked there, besides the password itself. */
static bool remember(struct msub_session *session, struct octets said)
{
	struct authentication *login = &session->login;
	login->password_said |= mechanism_at(login->mechanism)->clear;
	return secrets_remember(&login->said, said);
}

/*
 * The name and, where the line has room for it, what the mechanism says first (RFC 4954 section
 * 4); otherwise the server asks for it. "=" stands for nothing at all.
 */
static bool write_auth(struct msub_session *session, struct buffer *argument)
{
	struct authentication *login = &session->login;
	const struct mechanism *mechanism = mechanism_at(login->mechanism);
	buffer_append_text(argument, mechanism->name);
	if (!mechanism->initial)
		return !buffer_failed(argument);
	size_t len = argument->len;
	buffer_append_byte(argument, ' ');
	if (login->secret.len == 0)
		buffer_append_byte(argument, '=');
	else
		base64_encode(argument, buffer_octets(&login->secret));
	if (buffer_failed(argument))
		return false;
	if (argument->len > AUTH_ARGUMENT_MAX) {
		buffer_truncate(argument, len);
		return true;
	}
	login->unsaid = false;
	buffer_clear(&login->secret);
	return remember(session, octets_from(buffer_octets(argument), len + 1));
}

bool say_auth(struct msub_session *session, const struct step *step)
{
	struct buffer argument, shown;
	buffer_init(&argument, &session->memory, 48 * 1024);
	bool said = write_auth(session, &argument) &&
		    command_write(&session->output.own, COMMAND_AUTH, buffer_octets(&argument));
	const char *name = mechanism_at(session->login.mechanism)->name;
	buffer_init(&shown, &session->memory, 100);
	buffer_format(
		&shown, "AUTH %s%s", name, argument.len > octets_of(name).len ? " <secret>" : "");
	talk_said(session, buffer_octets(&shown));
	buffer_free(&shown);
	buffer_free(&argument);
	if (!said)
		fail_memory(session, step->phase);
	return said;
}

static bool write_answer(struct msub_session *session)
{
	struct authentication *login = &session->login;
	struct buffer argument;
	buffer_init(&argument, &session->memory, 16 * 1024);
	if (login->cancelled)
		buffer_append_byte(&argument, '*');
	else
		base64_encode(&argument, buffer_octets(&login->secret));
	bool said = !buffer_failed(&argument) &&
		    (login->cancelled || remember(session, buffer_octets(&argument))) &&
		    command_write(&session->output.own, COMMAND_ANSWER, buffer_octets(&argument));
	buffer_free(&argument);
	return said;
}

bool say_answer(struct msub_session *session, const struct step *step)
{
	struct authentication *login = &session->login;
	bool said = write_answer(session);
	const char *shown = login->secret.len == 0 ? "" : "<secret>";
	talk_said(session, octets_of(login->cancelled ? "*" : shown));
	login->unsaid = false;
	buffer_clear(&login->secret);
	if (!said)
		fail_memory(session, step->phase);
	return said;
}

/* ---- hearing ---- */

/*
 * The lines of a challenge, one behind the other. A line that was longer than what is kept of one
 * is not read for what is left of it.
 */
static bool read_challenge(const struct reply *reply, struct buffer *octets)
{
	struct buffer text;
	struct octets line;
	bool whole = true;
	buffer_init(&text, octets->memory, REPLY_TEXT_KEPT);
	for (size_t i = 0; reply_line(reply, i, &line); i++) {
		whole = whole && line.len < REPLY_LINE_KEPT;
		buffer_append_octets(&text, octets_trim(line));
	}
	whole = whole && base64_decode(octets, buffer_octets(&text));
	if (buffer_failed(&text))
		octets->failed = true;
	buffer_free(&text);
	return whole;
}

/* A 334: asks the mechanism; where it has no answer, the exchange is cancelled. */
static void take_challenge(struct msub_session *session, const struct reply *reply)
{
	struct authentication *login = &session->login;
	struct buffer octets;
	buffer_init(&octets, &session->memory, REPLY_TEXT_KEPT);
	struct challenge challenge = {.readable = read_challenge(reply, &octets)};
	challenge.octets = buffer_octets(&octets);
	enum sasl_outcome outcome =
		buffer_failed(&octets) ? SASL_MEMORY : answer(session, &challenge);
	buffer_free(&octets);
	if (outcome == SASL_MEMORY) {
		fail_memory(session, MSUB_PHASE_ANSWER);
		return;
	}
	login->cancelled = outcome > SASL_DONE;
	if (login->cancelled) {
		login->trouble = outcome;
		buffer_clear(&login->secret);
	}
	session_plan(session, MSUB_PHASE_ANSWER, 0, 0);
}

/* Nobody honest makes these: the password is not for this server, in no other way either. */
static bool is_suspect(enum sasl_outcome trouble)
{
	return trouble == SASL_UNPROVEN || trouble == SASL_WEAK || trouble == SASL_STALE;
}

/*
 * The mechanism to go on with after a refusal; mechanism_count(): none. 504, 534 and 538 speak of
 * the mechanism, where they answer AUTH and not what it said; 432 asks for one login with the plain
 * password, after which the mechanism will do. 454 is a passing condition, which another mechanism
 * would meet as well; 535 is the password. What this machine cannot do is no fault of the server's.
 * But whoever sends a challenge that no honest server makes, cannot prove itself, or asks for work
 * that nobody needs, would choose by that a mechanism in which it hears the password, or one from
 * which it is guessed more easily: no other one is tried (RFC 5802 section 9, RFC 4954 section 9).
 */
static size_t next_mechanism(
	const struct msub_session *session, enum msub_phase phase, const struct reply *reply)
{
	const struct authentication *login = &session->login;
	bool own = login->cancelled &&
		   (login->trouble == SASL_UNFIT || login->trouble == SASL_NO_TICKET);
	bool unwanted = phase == MSUB_PHASE_AUTH &&
			(reply->code == 504 || reply->code == 534 || reply->code == 538);
	if (session->settings->mechanism != NULL || (login->cancelled && !own))
		return mechanism_count();
	if (own || unwanted)
		return login->mechanism + 1;
	size_t plain = mechanism_find(octets_of("PLAIN"));
	return reply->code == 432 && login->mechanism < plain ? plain : mechanism_count();
}

static void refuse_login(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct authentication *login = &session->login;
	enum sasl_outcome trouble = login->trouble;
	bool clear = false;
	if (plan(session, next_mechanism(session, step->phase, reply), &clear))
		return;
	if (login->trouble == SASL_MEMORY) {
		fail_memory(session, step->phase);
		return;
	}
	const char *status = buffer_string(&login->status);
	session_give_up(session,
		&(struct cause){is_suspect(trouble) ? MSUB_AUTH_UNPROVEN : MSUB_AUTH_REFUSED,
			step->phase, failure_retry_of(reply), reply,
			status[0] != 0 ? status : trouble_texts[trouble]});
	drop(login);
}

/* A yes: to the password, and perhaps from somebody who does not know it. */
static void accept_login(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct authentication *login = &session->login;
	bool proven = login->done || !mechanism_at(login->mechanism)->provided;
	drop(login);
	/* a session that has logged in does so once, and may live long */
	buffer_free(&login->secret);
	buffer_free(&login->status);
	if (!proven) {
		session_give_up(
			session, &(struct cause){MSUB_AUTH_UNPROVEN, step->phase, MSUB_RETRY_NEVER,
					 reply, trouble_texts[SASL_UNPROVEN]});
		return;
	}
	session->logged_in = true;
	opening_end(session);
}

void hear_auth(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) >= 4)
		refuse_login(session, step, reply);
	else if (!session->login.cancelled && reply_class(reply) == 2)
		accept_login(session, step, reply);
	else if (!session->login.cancelled && reply->code == 334)
		take_challenge(session, reply);
	else
		session_out_of_step(session, step->phase, reply, NULL);
}

void hear_answer(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	hear_auth(session, step, reply);
}
