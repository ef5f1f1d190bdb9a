/*
 * session: what the driver calls. Octets, time, and the beginning and end of a connection; what is
 * said and heard in between is flow.c's.
 */
#include "player.h"
#include "session.h"

#include <string.h>

#include "settings.h"

/* ---- life ---- */

/* The owner of a session that stands alone: its queue, and nothing is tried again. */
static struct msub_message *queue_next(void *context)
{
	const struct msub_session *session = context;
	return message_list_waiting(&session->queue);
}

static void queue_does_not_mind(void *context)
{
	(void)context;
}

static void queue_settled(void *context, struct msub_message *message)
{
	(void)context;
	for (size_t i = 0; i < message->count; i++) {
		if (message->recipients[i].state == RECIPIENT_SETTLED)
			message->recipients[i].state = RECIPIENT_DONE;
	}
	if (message_finish(message))
		message_list_remove(message);
}

/* Why it said QUIT although messages waited: the server is not to blame for it. */
static const char *why_ended(const struct msub_session *session)
{
	uint64_t limit = session->capability.mail_limit;
	if (session->spent)
		return "after an envelope that was given up: only the end of the session closes it";
	if (session->suspicious)
		return "the server may have forgotten the login: a new one will tell";
	if (limit != 0 && session->mail_count >= limit)
		return "the server takes no more messages in one session";
	return "the connection rested, and did not stand any more";
}

/* The session is over: what still waits was not tried. */
static void queue_give_up(struct msub_session *session)
{
	struct failure ended = {0};
	bool failed = session->failure.error != MSUB_OK;
	struct msub_message *message;
	if (!failed && session->queue.first != NULL)
		failure_set(&ended, &session->memory,
			&(struct cause){MSUB_ENDED, MSUB_PHASE_QUIT, MSUB_RETRY_ELSEWHERE, NULL,
				why_ended(session)});
	while ((message = session->queue.first) != NULL) {
		message_give_up(message, failed ? &session->failure : &ended);
		message_list_remove(message);
	}
	failure_free(&ended, &session->memory);
}

struct msub_session *session_new(const struct memory *memory, const struct msub_settings *settings,
	const struct owner *owner, struct lessons *lessons, uint64_t now_ms)
{
	struct msub_session *session = memory_new(memory, 1, sizeof *session);
	if (session == NULL)
		return NULL;
	session->memory = *memory;
	session->settings = settings;
	session->owner = *owner;
	session->lessons = lessons;
	session->lent = true;
	session->state = SESSION_CONNECTING;
	session->since_ms = now_ms;
	session->whole_at = MSUB_NEVER;
	session->envelope = session->content = SESSION_NO_SLOT;
	output_init(&session->output, &session->memory);
	buffer_init(&session->hello, &session->memory, 512);
	buffer_init(&session->server, &session->memory, 512);
	authentication_init(&session->login, &session->memory);
	session->login.provider = owner->sasl;
	reply_reader_init(&session->reader, &session->memory);
	steps_init(&session->steps, &session->memory);
	return session;
}

enum msub_error session_alone_new(struct msub_session **session,
	const struct msub_settings *settings, struct sasl_provider *sasl, uint64_t now_ms)
{
	struct memory memory = settings_memory(settings->memory);
	*session = NULL;
	struct owner owner = {.sasl = sasl,
		.next = queue_next,
		.settled = queue_settled,
		.rests = queue_does_not_mind,
		.over = queue_does_not_mind};
	struct msub_session *fresh = session_new(&memory, NULL, &owner, NULL, now_ms);
	if (fresh == NULL) {
		sasl_provider_free(sasl);
		return MSUB_MEMORY;
	}
	fresh->owner.context = fresh;
	fresh->lessons = &fresh->own_lessons;
	fresh->own_settings = memory_new(&memory, 1, sizeof *settings);
	fresh->settings = fresh->own_settings;
	fresh->lent = false;
	if (fresh->settings == NULL || !settings_copy(fresh->own_settings, settings, &memory)) {
		session_free(fresh);
		return MSUB_MEMORY;
	}
	if (settings->timeouts.whole_ms != 0)
		fresh->whole_at = time_later(now_ms, settings->timeouts.whole_ms);
	*session = fresh;
	return MSUB_OK;
}

void session_free(struct msub_session *session)
{
	struct memory memory = session->memory;
	output_free(&session->output);
	buffer_free(&session->hello);
	buffer_free(&session->server);
	authentication_free(&session->login);
	if (!session->lent)
		sasl_provider_free(session->owner.sasl);
	reply_reader_free(&session->reader);
	steps_free(&session->steps);
	failure_free(&session->failure, &memory);
	if (session->own_settings != NULL)
		settings_free(session->own_settings, &memory);
	memory_free(&memory, session->own_settings, sizeof *session->own_settings);
	memory_free(&memory, session, sizeof *session);
}

void msub_session_free(struct msub_session *session)
{
	if (session == NULL || session->lent)
		return;
	session_fail(session, &(struct cause){MSUB_LOST, session_phase(session), MSUB_RETRY_LATER,
				      NULL, "the session was freed"});
	queue_give_up(session);
	session_free(session);
}

enum msub_error msub_session_add(struct msub_session *session, struct msub_message *message)
{
	if (session == NULL || session->lent || session->quitting ||
		session->state >= SESSION_CLOSING)
		return MSUB_USE;
	enum msub_error error = message_hand_over(message, session->settings->probe);
	if (error == MSUB_OK)
		message_list_add(&session->queue, message);
	return error;
}

/* ---- failing ---- */

static void be_over(struct msub_session *session)
{
	session->state = SESSION_OVER;
	session->rest = REST_NOT;
	if (!session->lent)
		queue_give_up(session);
	session->owner.over(session->owner.context);
}

/*
 * The reply to the end of a message was lost with the connection, and the next message had begun
 * behind it: there are submission proxies that pass the message on and die of that (tests/live).
 */
static void learn_of_loss(struct msub_session *session, const struct cause *cause)
{
	const struct steps *steps = &session->steps;
	const struct step *end = steps_to_hear(steps);
	if (cause->error == MSUB_LOST && end != NULL && end->phase == MSUB_PHASE_BODY &&
		steps_ahead(steps) > 1 && steps->at[steps->hear + 1].phase == MSUB_PHASE_MAIL)
		session->lessons->learned |= MSUB_LEARNED_ENDS_ALONE;
}

void session_fail(struct msub_session *session, const struct cause *cause)
{
	if (session->state >= SESSION_CLOSING)
		return;
	if (session->rest != REST_NOT) { /* no message was under way: nothing has failed */
		session->state = SESSION_CLOSING;
		talk_note(session, "the connection was not kept: nothing was under way");
		return;
	}
	if (session->failure.error == MSUB_OK)
		failure_set(&session->failure, &session->memory, cause);
	bool stood = session->state > SESSION_CONNECTING;
	session->state = SESSION_CLOSING;
	learn_of_loss(session, cause);
	transaction_abandon_all(session, cause);
	session->body_begun = false;
	output_clear(&session->output);
	buffer_clear(&session->login.secret);
	talk_note(session, "%s", msub_error_text(cause->error));
	if (!stood)
		be_over(session);
}

void session_give_up(struct msub_session *session, const struct cause *cause)
{
	if (session->failure.error == MSUB_OK)
		failure_set(&session->failure, &session->memory, cause);
	talk_note(session, "%s", msub_error_text(cause->error));
	session->quitting = true;
	session_plan(session, MSUB_PHASE_QUIT, 0, 0);
}

void session_out_of_step(struct msub_session *session, enum msub_phase phase,
	const struct reply *reply, const char *text)
{
	session_fail(session, &(struct cause){MSUB_PROTOCOL, phase, MSUB_RETRY_LATER, reply, text});
}

/* ---- the connection ---- */

unsigned int msub_session_wants(const struct msub_session *session)
{
	if (session == NULL)
		return 0;
	bool pending = !output_is_empty(&session->output);
	if (session->state == SESSION_TALKING) /* nearly always */
		return MSUB_WANTS_RECEIVE | (pending ? MSUB_WANTS_SEND : 0U);
	switch (session->state) {
	case SESSION_PAUSING:
		return MSUB_WANTS_WAIT;
	case SESSION_CONNECTING:
		return MSUB_WANTS_CONNECT;
	case SESSION_HANDSHAKE:
		return MSUB_WANTS_START_TLS;
	case SESSION_CLOSING:
		return MSUB_WANTS_CLOSE;
	case SESSION_TALKING:
	case SESSION_OVER:
		break;
	}
	return 0;
}

/*
 * "[192.0.2.7]" or "[IPv6:2001:db8::7]" (RFC 5321 4.1.3). A scope is this host's own
 * matter and is left out; so is the prefix of an IPv4 address in IPv6 clothes.
 */
static void name_from_address(struct msub_session *session, const char *address)
{
	struct octets octets = octets_of(address);
	octets = octets_cut(octets, octets_find(octets, '%'));
	if (octets_start_nocase(octets, "::ffff:") && octets_contain(octets, "."))
		octets = octets_from(octets, strlen("::ffff:"));
	bool known = octets.len > 0 && octets.len <= 64;
	for (size_t i = 0; i < octets.len && known; i++)
		known = octets.at[i] > ' ' && octets.at[i] <= '~' && octets.at[i] != ']';
	if (!known)
		octets = octets_of("127.0.0.1");
	buffer_append_text(&session->hello, octets_contain(octets, ":") ? "[IPv6:" : "[");
	buffer_append_octets(&session->hello, octets);
	buffer_append_byte(&session->hello, ']');
}

static void fail_memory(struct msub_session *session, enum msub_phase phase)
{
	session_fail(session, &(struct cause){MSUB_MEMORY, phase, MSUB_RETRY_LATER, NULL, NULL});
}

/* The talk begins: with the greeting, or after STARTTLS with EHLO. */
static void begin_talk(struct msub_session *session)
{
	session->state = SESSION_TALKING;
	if (!session->esmtp)
		session->asked = true; /* by connecting */
	session_plan(session, session->esmtp ? MSUB_PHASE_EHLO : MSUB_PHASE_GREETING, 0, 0);
	session_speak(session);
}

void msub_session_connected(
	struct msub_session *session, const char *local_address, uint64_t now_ms)
{
	if (session == NULL || session->state != SESSION_CONNECTING)
		return;
	session->since_ms = now_ms;
	session->stood = true;
	if (!session->service_found)
		session->security = session->settings->tls;
	if (session->settings->hello != NULL)
		buffer_append_text(&session->hello, session->settings->hello);
	else
		name_from_address(session, local_address);
	talk_note(session, "connected");
	if (buffer_failed(&session->hello) || buffer_failed(&session->server) ||
		!authentication_hide(session)) {
		session->state = SESSION_TALKING;
		fail_memory(session, MSUB_PHASE_CONNECT);
	} else if (session->security == MSUB_TLS_IMPLICIT) {
		session->state = SESSION_HANDSHAKE;
	} else {
		begin_talk(session);
	}
}

void msub_session_service(struct msub_session *session, enum msub_tls tls)
{
	/* Only towards TLS: whoever forges the DNS must not get the mail in clear. */
	if (session == NULL || session->state != SESSION_CONNECTING || tls == MSUB_TLS_NONE)
		return;
	session->security = tls;
	session->service_found = true;
}

void msub_session_server(struct msub_session *session, const char *host, uint16_t port)
{
	if (session == NULL || session->state != SESSION_CONNECTING || host == NULL)
		return;
	buffer_clear(&session->server);
	buffer_append_text(&session->server, host);
	session->server_port = port;
}

void session_found(
	struct msub_session *session, enum player_service service, const char *host, uint16_t port)
{
	msub_session_server(session, host, port);
	if (service != PLAYER_SERVICE_UNKNOWN)
		msub_session_service(session,
			service == PLAYER_SERVICE_TLS ? MSUB_TLS_IMPLICIT : MSUB_TLS_STARTTLS);
}

void msub_session_host_failed(struct msub_session *session, const char *why, uint64_t now_ms)
{
	if (session == NULL)
		return;
	session->since_ms = now_ms;
	if (session->state <= SESSION_CONNECTING)
		session_fail(session, &(struct cause){MSUB_HOST, MSUB_PHASE_CONNECT,
					      MSUB_RETRY_NEVER, NULL, why});
}

void msub_session_connect_failed(struct msub_session *session, const char *why, uint64_t now_ms)
{
	if (session == NULL)
		return;
	session->since_ms = now_ms;
	if (session->state <= SESSION_CONNECTING)
		session_fail(session, &(struct cause){MSUB_CONNECT, MSUB_PHASE_CONNECT,
					      MSUB_RETRY_LATER, NULL, why});
}

void msub_session_tls_up(
	struct msub_session *session, bool verified, const char *description, uint64_t now_ms)
{
	if (session == NULL || session->state != SESSION_HANDSHAKE)
		return;
	session->since_ms = now_ms;
	if (!verified && !session->settings->trust_anyone) {
		session_fail(
			session, &(struct cause){MSUB_TLS, MSUB_PHASE_HANDSHAKE, MSUB_RETRY_NEVER,
					 NULL, "the certificate was not verified"});
		return;
	}
	session->tls = true;
	session->tls_heard = false;
	session->verified = verified;
	session->capability = (struct capability){0};
	talk_note(session, "TLS is up: %s", description == NULL ? "" : description);
	begin_talk(session);
}

void session_tls_up(struct msub_session *session, const struct player_tls *tls, uint64_t now_ms)
{
	msub_session_tls_binding(
		session, MSUB_BINDING_EXPORTER, tls->exporter.at, tls->exporter.len);
	msub_session_tls_binding(session, MSUB_BINDING_UNIQUE, tls->unique.at, tls->unique.len);
	msub_session_tls_up(session, tls->verified, tls->description, now_ms);
}

void msub_session_tls_failed(struct msub_session *session, const char *why, uint64_t now_ms)
{
	if (session == NULL)
		return;
	bool late = session->state == SESSION_TALKING && session->tls && !session->tls_heard;
	session->since_ms = now_ms;
	if (session->state == SESSION_HANDSHAKE || late)
		session_fail(session, &(struct cause){MSUB_TLS, MSUB_PHASE_HANDSHAKE,
					      MSUB_RETRY_NEVER, NULL, why});
}

void msub_session_closed(struct msub_session *session, uint64_t now_ms)
{
	if (session == NULL)
		return;
	msub_session_end_of_input(session, NULL, now_ms);
	if (session->state == SESSION_CLOSING)
		be_over(session);
}

/* ---- octets ---- */

size_t session_outgoing(struct msub_session *session, struct octets *pieces, size_t max)
{
	return session->state == SESSION_TALKING ? output_gather(&session->output, pieces, max) : 0;
}

size_t msub_session_output(struct msub_session *session, struct msub_piece *pieces, size_t max)
{
	struct octets octets[OUTPUT_PIECES];
	if (session == NULL || pieces == NULL)
		return 0;
	size_t count = session_outgoing(session, octets, max < OUTPUT_PIECES ? max : OUTPUT_PIECES);
	for (size_t i = 0; i < count; i++)
		pieces[i] = (struct msub_piece){octets[i].at, octets[i].len};
	return count;
}

void msub_session_taken(struct msub_session *session, size_t count, uint64_t now_ms)
{
	if (session == NULL || session->state != SESSION_TALKING || count == 0 ||
		output_is_empty(&session->output))
		return;
	session->since_ms = now_ms;
	session->asked = true;
	content_tell_progress(session, output_take(&session->output, count));
	if (output_is_empty(&session->output))
		session_speak(session);
}

void msub_session_input(struct msub_session *session, const void *at, size_t len, uint64_t now_ms)
{
	if (session == NULL || (at == NULL && len > 0))
		return;
	session->tls_heard = session->tls;
	session_hear(session, octets_make(at, len), now_ms);
	session_give_back(session);
}

/* Only the farewell is missing: the session is over without fault. */
static bool is_leaving(const struct msub_session *session)
{
	return session->quitting && session->content == SESSION_NO_SLOT &&
	       session->envelope == SESSION_NO_SLOT;
}

void msub_session_end_of_input(struct msub_session *session, const char *why, uint64_t now_ms)
{
	if (session == NULL || session->state <= SESSION_CONNECTING ||
		session->state >= SESSION_CLOSING)
		return;
	if (is_leaving(session))
		session->state = SESSION_CLOSING;
	else if (session->state == SESSION_HANDSHAKE)
		msub_session_tls_failed(session, why, now_ms);
	else
		session_fail(session, &(struct cause){MSUB_LOST, session_phase(session),
					      MSUB_RETRY_LATER, NULL, why});
}

/* ---- time ---- */

static enum msub_phase phase_waited_for(const struct msub_session *session)
{
	if (session->state <= SESSION_CONNECTING)
		return MSUB_PHASE_CONNECT;
	return session->state == SESSION_HANDSHAKE ? MSUB_PHASE_HANDSHAKE : session_phase(session);
}

static uint64_t timeout_ms(const struct msub_session *session)
{
	if (session->state == SESSION_PAUSING)
		return session->pause_ms;
	bool pending = !output_is_empty(&session->output);
	uint64_t block_ms = session->settings->timeouts.block_ms;
	if (session->state == SESSION_TALKING && pending)
		return block_ms == 0 ? MSUB_NEVER : block_ms;
	return settings_timeout(session->settings, phase_waited_for(session));
}

uint64_t msub_session_deadline_ms(const struct msub_session *session)
{
	if (session == NULL || session->state >= SESSION_CLOSING)
		return MSUB_NEVER;
	if (session->rest == REST_IDLE)
		return session_rest_ends_ms(session);
	uint64_t deadline = time_later(session->since_ms, timeout_ms(session));
	return deadline < session->whole_at ? deadline : session->whole_at;
}

void msub_session_tick(struct msub_session *session, uint64_t now_ms)
{
	if (session == NULL || now_ms < msub_session_deadline_ms(session) ||
		session->state >= SESSION_CLOSING)
		return;
	if (session->rest == REST_IDLE) {
		session_end_rest(session, now_ms);
	} else if (session->state == SESSION_PAUSING && now_ms < session->whole_at) {
		session->state = SESSION_CONNECTING;
		session->since_ms = now_ms;
	} else if (is_leaving(session)) {
		session->state = SESSION_CLOSING;
	} else {
		session_fail(session, &(struct cause){MSUB_TIMEOUT, phase_waited_for(session),
					      MSUB_RETRY_LATER, NULL, NULL});
	}
}

/* ---- inspection ---- */

void msub_session_failure(const struct msub_session *session, struct msub_failure *failure)
{
	static const struct failure wrong = {.error = MSUB_USE};
	if (failure != NULL)
		*failure = failure_view(session == NULL ? &wrong : &session->failure);
}

uint64_t msub_session_turns(const struct msub_session *session)
{
	return session == NULL ? 0 : session->turns;
}
