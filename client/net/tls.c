/* tls: GnuTLS over a non-blocking descriptor, for both ends. */
#include "tls_internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
	READS_MAX = 64,	       /* records without data, before others have their turn */
	RENEGOTIATIONS_MAX = 4 /* asked for and refused; more of them is an attack */
};

static ssize_t pull(gnutls_transport_ptr_t transport, void *at, size_t room)
{
	struct tls *tls = transport;
	ssize_t got = cable_receive(tls->cable, at, room);
	tls->was_empty = got < 0;
	tls->has_ended = got == 0 && room > 0;
	if (got < 0) {
		gnutls_transport_set_errno(tls->session, errno);
		return got;
	}
	for (ssize_t i = 0; i < got && tls->front_len < TLS_FRONT_LEN; i++)
		tls->front[tls->front_len++] = ((const uint8_t *)at)[i];
	return got;
}

static ssize_t push(gnutls_transport_ptr_t transport, const giovec_t *pieces, int count)
{
	struct tls *tls = transport;
	/* giovec_t is struct iovec where there is one. */
	union {
		const giovec_t *lent;
		const struct iovec *wanted;
	} vector = {.lent = pieces};
	ssize_t sent = cable_send(tls->cable, vector.wanted, (size_t)count);
	if (sent < 0)
		gnutls_transport_set_errno(tls->session, errno);
	return sent;
}

/* Asked only by GnuTLS functions that would like to wait; nothing here ever waits. */
static int is_readable(gnutls_transport_ptr_t transport, unsigned int timeout_ms)
{
	struct tls *tls = transport;
	struct pollfd polled = {.fd = tls->cable->descriptor, .events = POLLIN};
	(void)timeout_ms;
	if (tls->cable->passage != NULL)
		return cable_is_readable(tls->cable);
	return poll(&polled, 1, 0);
}

struct tls *tls_new(
	const struct memory *memory, int descriptor, unsigned int flags, struct sentence *why)
{
	bool is_client = (flags & GNUTLS_CLIENT) != 0;
	struct tls *tls = memory_new(memory, 1, sizeof *tls);
	if (tls == NULL) {
		sentence_set(why, "no memory for TLS");
		return NULL;
	}
	tls->memory = memory;
	tls->own_cable.descriptor = descriptor;
	tls->cable = &tls->own_cable;
	tls->is_client = is_client;
	tls->wait_until_ms = PLAYER_NEVER;
	int error = gnutls_init(&tls->session, flags | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (error != GNUTLS_E_SUCCESS) {
		sentence_set(why, "TLS cannot be set up: %s", gnutls_strerror(error));
		memory_free(memory, tls, sizeof *tls);
		return NULL;
	}
	gnutls_session_set_ptr(tls->session, tls);
	gnutls_transport_set_ptr(tls->session, tls);
	gnutls_transport_set_pull_function(tls->session, pull);
	gnutls_transport_set_vec_push_function(tls->session, push);
	gnutls_transport_set_pull_timeout_function(tls->session, is_readable);
	/* Deadlines are the connection's affair. */
	gnutls_handshake_set_timeout(tls->session, GNUTLS_INDEFINITE_TIMEOUT);
	return tls;
}

void tls_use(struct tls *tls, struct cable *cable)
{
	tls->cable = cable;
}

bool tls_set_priority(struct tls *tls, const char *priority, struct sentence *why)
{
	int error = gnutls_priority_set_direct(tls->session, priority, NULL);
	if (error == GNUTLS_E_SUCCESS)
		return true;
	sentence_set(why, "this build cannot offer the TLS asked for (%s): %s", priority,
		gnutls_strerror(error));
	return false;
}

void tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	gnutls_deinit(tls->session);
	if (tls->own_credentials != NULL)
		gnutls_certificate_free_credentials(tls->own_credentials);
	memory_wipe(tls->exporter, sizeof tls->exporter);
	memory_wipe(tls->unique, sizeof tls->unique);
	memory_free(tls->memory, tls, sizeof *tls);
}

/* "(TLS1.0)-(RSA)-(AES-128-CBC)-(SHA1)" becomes "TLS1.0 RSA AES-128-CBC SHA1". */
static void describe(struct tls *tls)
{
	char *words = gnutls_session_get_desc(tls->session);
	size_t len = 0;
	for (const char *at = words; at != NULL && *at != 0 && len + 1 < sizeof tls->description;
		at++) {
		if (*at == '(' || *at == ')')
			continue;
		bool between = *at == '-' && at > words && at[-1] == ')';
		tls->description[len++] = between ? ' ' : *at;
	}
	tls->description[len] = 0;
	gnutls_free(words);
}

/* What a login can be bound to; empty where the session has none of the kind. */
static struct octets export_binding(
	struct tls *tls, gnutls_channel_binding_t kind, uint8_t room[TLS_BINDING_MAX])
{
	gnutls_datum_t binding = {NULL, 0};
	struct octets exported = octets_make(NULL, 0);
	if (gnutls_session_channel_binding(tls->session, kind, &binding) != GNUTLS_E_SUCCESS)
		return exported;
	if (binding.size <= TLS_BINDING_MAX) {
		memcpy(room, binding.data, binding.size);
		exported = octets_make(room, binding.size);
	}
	gnutls_memset(binding.data, 0, binding.size);
	gnutls_free(binding.data);
	return exported;
}

/*
 * Only where the keys depend on the whole handshake: TLS 1.3, or EMS (RFC 7627); GnuTLS looks
 * itself for tls-exporter (RFC 9266). From TLS 1.3 on there is no tls-unique (RFC 5929).
 */
static void export_bindings(struct tls *tls)
{
	tls->facts.exporter = export_binding(tls, GNUTLS_CB_TLS_EXPORTER, tls->exporter);
	if (gnutls_protocol_get_version(tls->session) <= GNUTLS_TLS1_2 &&
		gnutls_session_ext_master_secret_status(tls->session) != 0)
		tls->facts.unique = export_binding(tls, GNUTLS_CB_TLS_UNIQUE, tls->unique);
}

static bool has_session_id(struct tls *tls)
{
	gnutls_datum_t id = {NULL, 0};
	return gnutls_session_get_id2(tls->session, &id) == GNUTLS_E_SUCCESS && id.size > 0;
}

static enum tls_result fail(struct tls *tls, int error)
{
	if (!tls->broken)
		tls_failure_explain(tls, error);
	tls->broken = true;
	if (tls->wish.report != NULL && (!tls->up || tls_was_refused(tls)))
		tls_report_trouble(tls);
	tls_resumption_refuse(tls); /* RFC 5246 7.2.2 */
	return TLS_BROKEN;
}

static enum tls_result finish_handshake(struct tls *tls)
{
	if (tls->wish.needs_session_id && !has_session_id(tls)) {
		tls->trouble = TLS_TROUBLE_NO_SESSION_ID;
		sentence_set(&tls->why, "the server issued no session id");
		return fail(tls, GNUTLS_E_SUCCESS);
	}
	if (!tls_check_finish(tls))
		return fail(tls, GNUTLS_E_SUCCESS);
	tls->up = true;
	if (tls->is_client && gnutls_session_is_resumed(tls->session)) {
		tls->verified = tls->offered_verified;
		tls->checked_unix = tls->offered_unix;
	}
	tls->facts.verified = tls->verified;
	tls->facts.description = tls->description;
	describe(tls);
	if (tls->wish.report != NULL)
		tls_report_session(tls);
	export_bindings(tls);
	/* before TLS 1.3 all that there is to keep has come by now */
	tls_resumption_keep(tls);
	return TLS_OK;
}

enum tls_result tls_handshake(struct tls *tls, uint64_t now_ms)
{
	if (tls->broken)
		return TLS_BROKEN;
	if (tls->wait_until_ms != PLAYER_NEVER && now_ms < tls->wait_until_ms)
		return TLS_AGAIN;
	tls->wait_until_ms = PLAYER_NEVER;
	int error;
	bool asked_before = tls->asked;
	do
		error = gnutls_handshake(tls->session);
	while (error != GNUTLS_E_SUCCESS && error != GNUTLS_E_AGAIN &&
		!gnutls_error_is_fatal(error));
	if (error == GNUTLS_E_SUCCESS)
		return finish_handshake(tls);
	if (error == GNUTLS_E_AGAIN) {
		if (tls->asked && !asked_before && tls->wish.ask_ms > 0)
			tls->wait_until_ms = time_later(now_ms, tls->wish.ask_ms);
		return TLS_AGAIN;
	}
	fail(tls, error);
	/*
	 * As far as it goes: the peer may be gone or speak no TLS. A person's no is no fault of the
	 * protocol's, and what asks people drops the connection then.
	 */
	if (error != GNUTLS_E_FATAL_ALERT_RECEIVED && error != GNUTLS_E_PREMATURE_TERMINATION &&
		tls->trouble != TLS_TROUBLE_REJECTED)
		(void)gnutls_alert_send_appropriate(tls->session, error);
	return TLS_BROKEN;
}

uint64_t tls_deadline_ms(const struct tls *tls)
{
	return tls->wait_until_ms;
}

bool tls_wants_write(const struct tls *tls)
{
	return gnutls_record_get_direction(tls->session) != 0;
}

/*
 * What gnutls_record_recv() says beside data, as a result. TLS_OK: read again. It also says
 * "again" after a record that was no data, a session ticket: then there may be more.
 */
static enum tls_result judge_read(struct tls *tls, ssize_t said)
{
	if (said == 0)
		return TLS_ENDED;
	if (said == GNUTLS_E_AGAIN)
		return tls->was_empty ? TLS_AGAIN : TLS_OK;
	/* an end inside a record is an end too */
	if (said == GNUTLS_E_PREMATURE_TERMINATION ||
		(said == GNUTLS_E_UNEXPECTED_PACKET_LENGTH && tls->has_ended))
		return TLS_TRUNCATED;
	/* Nobody may change the keys or the name in the middle of a session. */
	if (said == GNUTLS_E_REHANDSHAKE && tls->renegotiations++ < RENEGOTIATIONS_MAX) {
		(void)gnutls_alert_send(tls->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
		return TLS_OK;
	}
	return said == GNUTLS_E_REHANDSHAKE || gnutls_error_is_fatal((int)said)
		       ? fail(tls, (int)said)
		       : TLS_OK;
}

enum tls_result tls_read(struct tls *tls, uint8_t *at, size_t room, size_t *got)
{
	*got = 0;
	/* A peer that never sends data is left after a while: the owner looks at its deadlines. */
	for (int i = 0; i < READS_MAX && !tls->broken; i++) {
		bool had_ticket = tls->ticket_came;
		tls->was_empty = true;
		ssize_t count = gnutls_record_recv(tls->session, at, room);
		if (tls->ticket_came && !had_ticket)
			tls_resumption_keep(tls);
		if (count > 0) {
			tls->heard = true;
			*got = (size_t)count;
			return TLS_OK;
		}
		enum tls_result result = judge_read(tls, count);
		if (result != TLS_OK)
			return result;
	}
	return tls->broken ? TLS_BROKEN : TLS_AGAIN;
}

/*
 * The front of the pieces as one run of octets: a piece itself, or copied together, so that many
 * small pieces make one record and not many.
 */
static struct octets gather(
	const struct octets *pieces, size_t count, uint8_t record[TLS_RECORD_MAX])
{
	if (count == 1 || pieces[0].len >= TLS_RECORD_MAX)
		return octets_cut(pieces[0], TLS_RECORD_MAX);
	size_t len = 0;
	for (size_t i = 0; i < count && len < TLS_RECORD_MAX; i++) {
		struct octets part = octets_cut(pieces[i], TLS_RECORD_MAX - len);
		if (part.len > 0)
			memcpy(record + len, part.at, part.len);
		len += part.len;
	}
	return octets_make(record, len);
}

enum tls_result tls_write(struct tls *tls, const struct octets *pieces, size_t count, size_t *taken)
{
	*taken = 0;
	while (count > 0 && pieces[0].len == 0) {
		pieces++;
		count--;
	}
	if (count == 0)
		return TLS_OK;
	ssize_t sent;
	uint8_t record[TLS_RECORD_MAX];
	size_t gathered = 0;
	do {
		/* A record that GnuTLS has in hand is gone on with by sending nothing. */
		struct octets octets =
			tls->in_hand > 0 ? octets_make(NULL, 0) : gather(pieces, count, record);
		if (octets.at == record)
			gathered = octets.len;
		sent = gnutls_record_send(tls->session, octets.at, octets.len);
		if (tls->in_hand == 0 && (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED))
			tls->in_hand = octets.len;
	} while (sent == GNUTLS_E_INTERRUPTED);
	memory_wipe(record, gathered);
	if (sent == GNUTLS_E_AGAIN)
		return TLS_AGAIN;
	tls->in_hand = 0;
	if (sent < 0) {
		/* Not `broken`: what the peer said before it went can still be read. */
		if (!tls->broken)
			sentence_set(&tls->why, "the connection was lost while writing");
		return TLS_BROKEN;
	}
	*taken = (size_t)sent;
	return TLS_OK;
}

enum tls_result tls_bye(struct tls *tls)
{
	int error;
	if (!tls->up || tls->broken)
		return TLS_BROKEN;
	do
		error = gnutls_bye(tls->session, GNUTLS_SHUT_WR);
	while (error == GNUTLS_E_INTERRUPTED);
	return error == GNUTLS_E_SUCCESS ? TLS_OK
	       : error == GNUTLS_E_AGAIN ? TLS_AGAIN
					 : TLS_BROKEN;
}

const struct player_tls *tls_facts(const struct tls *tls)
{
	return &tls->facts;
}

bool tls_was_refused(const struct tls *tls)
{
	return tls->broken && tls->alert && !tls->heard;
}

const char *tls_why(const struct tls *tls)
{
	return tls->why.text;
}
