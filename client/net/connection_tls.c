/* connection_tls: from PLAYER_START_TLS to tls_up() or tls_failed(). */
#include "clock.h"
#include "connection_internal.h"

enum { HANDSHAKE_MS = 60 * 1000 };

static void show_tls(
	struct connection *connection, const char *description, const char *why, uint64_t now_ms)
{
	const struct observer *observer = connection->settings.observer;
	if (observer != NULL && observer->tls != NULL)
		observer->tls(observer->context, description, why, now_ms);
}

void connection_fail_handshake(struct connection *connection, const char *why, uint64_t now_ms)
{
	struct sentence words; /* `why` may be of the TLS that is stopped here */
	sentence_set(&words, "%s", why);
	sentence_set(connection_reason(connection), "%s", why);
	connection->phase = CONNECTION_OPEN;
	connection->unusable = true; /* what comes now is neither TLS nor a reply */
	transport_stop_tls(&connection->transport);
	show_tls(connection, NULL, words.text, now_ms);
	connection->player->ops->tls_failed(connection->player, words.text, now_ms);
}

bool connection_shake_hands(struct connection *connection, uint64_t now_ms)
{
	struct tls *tls = connection->transport.tls;
	if ((connection_wants(connection) & PLAYER_START_TLS) == 0) {
		/* Its patience was shorter than ours. */
		transport_stop_tls(&connection->transport);
		connection->phase = CONNECTION_OPEN;
		connection->unusable = true;
		return true;
	}
	switch (tls_handshake(tls, now_ms)) {
	case TLS_OK:
		break;
	case TLS_AGAIN:
		return false;
	default:
		connection_fail_handshake(connection, tls_why(tls), now_ms);
		return true;
	}
	connection->phase = CONNECTION_OPEN;
	connection->transport.readable = true; /* GnuTLS may hold the first record already */
	show_tls(connection, tls_facts(tls)->description, NULL, now_ms);
	connection->player->ops->tls_up(connection->player, tls_facts(tls), now_ms);
	return true;
}

void connection_begin_handshake(struct connection *connection, uint64_t now_ms)
{
	const struct connection_settings *settings = &connection->settings;
	uint64_t patience =
		settings->tls_patience_ms == 0 ? HANDSHAKE_MS : settings->tls_patience_ms;
	int descriptor = connection->transport.cable.descriptor;
	struct sentence why = {"TLS is not available here"};
	struct tls *tls = NULL;
	if (connection->transport.tls != NULL)
		sentence_set(&why, "TLS is already up"); /* TLS in TLS is nothing that mail knows */
	else if (settings->side == WIRE_CLIENT && settings->tls_client != NULL)
		tls = tls_client_new(settings->memory, descriptor, settings->tls_client, &why);
	else if (settings->side == WIRE_SERVER && settings->tls_server != NULL)
		tls = tls_server_accept(settings->tls_server, descriptor, &why);
	if (tls == NULL) {
		connection_fail_handshake(connection, why.text, now_ms);
		return;
	}
	if (connection->transport.cable.passage != NULL)
		tls_use(tls, &connection->transport.cable);
	connection->transport.tls = tls;
	connection->phase = CONNECTION_HANDSHAKE;
	connection->deadline_ms = time_later(now_ms, patience);
}
