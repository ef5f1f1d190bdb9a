/*
 * tls_ends: both ends of a TLS connection over a socket pair, in one thread, and servers with
 * certificates made for the test.
 */
#ifndef SUPPORT_TLS_ENDS_H
#define SUPPORT_TLS_ENDS_H

#include <sys/socket.h>

#include "certificate.h"
#include "check.h"
#include "clock.h"
#include "tcp.h"
#include "tls_client.h"
#include "tls_internal.h"

struct tls_ends {
	int descriptors[2];
	struct tls *client, *server;
	enum tls_result client_result, server_result;
};

/* Lets both shake hands until neither waits for the other any more. */
static inline void ends_shake(struct tls_ends *ends, uint64_t now_ms)
{
	ends->client_result = ends->server_result = TLS_AGAIN;
	for (int i = 0; i < 1000; i++) {
		if (ends->client_result == TLS_AGAIN)
			ends->client_result = tls_handshake(ends->client, now_ms);
		if (ends->server_result == TLS_AGAIN)
			ends->server_result = tls_handshake(ends->server, now_ms);
		bool idle = tls_deadline_ms(ends->client) != PLAYER_NEVER;
		if (idle || (ends->client_result != TLS_AGAIN && ends->server_result != TLS_AGAIN))
			break;
		/* A failed end closes, so that the other does not wait for ever. */
		if (ends->client_result == TLS_BROKEN)
			shutdown(ends->descriptors[0], SHUT_WR);
		if (ends->server_result == TLS_BROKEN)
			shutdown(ends->descriptors[1], SHUT_WR);
	}
}

static inline void ends_close(struct tls_ends *ends)
{
	tls_free(ends->client);
	tls_free(ends->server);
	tcp_close(ends->descriptors[0]);
	tcp_close(ends->descriptors[1]);
}

/* ---- a server of the test's own ---- */

struct tls_peer {
	gnutls_certificate_credentials_t credentials;
	const char *priority; /* NULL: NORMAL */
	gnutls_certificate_request_t asks;
	gnutls_datum_t ticket_key; /* empty: no tickets */
};

/* A certificate for these names, valid for a month around now; signer NULL: an authority. */
static inline bool peer_certificate(struct certificate *made, const struct certificate *signer,
	const char *const names[CERTIFICATE_NAMES])
{
	struct sentence why = {""};
	struct certificate_wish wish = {.kind = CERTIFICATE_ECDSA,
		.common_name = names[0],
		.from_unix = clock_unix() - 86400,
		.until_unix = clock_unix() + 30u * 86400,
		.signer = signer};
	for (size_t i = 0; signer != NULL && i < CERTIFICATE_NAMES; i++)
		wish.names[i] = names[i];
	bool good = certificate_make(&wish, made, &why);
	CHECK_TEXT(why.text, "");
	return good;
}

/* Serves this certificate; its chain is itself and, where given, its authority. */
static inline bool peer_open(
	struct tls_peer *peer, const struct certificate *leaf, const struct certificate *authority)
{
	gnutls_x509_crt_t chain[2] = {leaf->crt, authority == NULL ? NULL : authority->crt};
	*peer = (struct tls_peer){.asks = GNUTLS_CERT_IGNORE};
	return CHECK(gnutls_certificate_allocate_credentials(&peer->credentials) == 0) &&
	       CHECK(gnutls_certificate_set_x509_key(peer->credentials, chain,
			     authority == NULL ? 1 : 2, leaf->key) >= 0) &&
	       CHECK(gnutls_session_ticket_key_generate(&peer->ticket_key) == 0);
}

static inline void peer_close(struct tls_peer *peer)
{
	if (peer->credentials != NULL)
		gnutls_certificate_free_credentials(peer->credentials);
	gnutls_free(peer->ticket_key.data);
	*peer = (struct tls_peer){.asks = GNUTLS_CERT_IGNORE};
}

static inline struct tls *peer_accept(const struct tls_peer *peer, int descriptor)
{
	struct sentence why = {""};
	struct tls *tls = tls_new(&memory_standard, descriptor, GNUTLS_SERVER, &why);
	if (!CHECK(tls != NULL))
		return NULL;
	CHECK(tls_set_priority(tls, peer->priority == NULL ? "NORMAL" : peer->priority, &why));
	CHECK(gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, peer->credentials) == 0);
	CHECK(gnutls_session_ticket_enable_server(tls->session, &peer->ticket_key) == 0);
	gnutls_certificate_server_set_request(tls->session, peer->asks);
	return tls;
}

/* False, with a sentence, where the client could not be made. ends_close() in any case. */
static inline bool ends_open(struct tls_ends *ends, const struct tls_peer *peer,
	const struct tls_client_settings *settings, struct sentence *why)
{
	*ends = (struct tls_ends){.descriptors = {-1, -1}};
	if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends->descriptors) == 0))
		return false;
	tcp_prepare(ends->descriptors[0]);
	tcp_prepare(ends->descriptors[1]);
	ends->server = peer_accept(peer, ends->descriptors[1]);
	ends->client = tls_client_new(&memory_standard, ends->descriptors[0], settings, why);
	return ends->server != NULL && ends->client != NULL;
}

/* A whole handshake; true where the client is content. The sentence is copied. */
static inline bool ends_agree(struct tls_ends *ends, const struct tls_peer *peer,
	const struct tls_client_settings *settings, struct sentence *why)
{
	sentence_set(why, "%s", "");
	if (!ends_open(ends, peer, settings, why))
		return false;
	ends_shake(ends, 0);
	sentence_set(why, "%s", tls_why(ends->client));
	return ends->client_result == TLS_OK;
}

static inline bool text_holds(const char *all, const char *part)
{
	if (strstr(all, part) != NULL)
		return true;
	fprintf(stderr, "\n\"%s\" does not contain \"%s\"\n", all, part);
	return false;
}

#endif
