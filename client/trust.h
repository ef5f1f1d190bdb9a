/*
 * trust: the TLS part of the public settings, as client/net wants it.
 *
 * Opened once for all connections of a network: the certificates are loaded, keys and priority
 * read; what cannot be used is refused here, before anything is connected to.
 */
#ifndef CLIENT_TRUST_H
#define CLIENT_TRUST_H

#include "msub.h"
#include "tls_client.h"

struct trust {
	struct tls_trust *store; /* NULL: not opened, or nothing is verified */
	struct tls_client_settings tls;
	bool used; /* the settings ask for TLS */
};

/*
 * The settings are borrowed until trust_close(). False, with a sentence that begins with the
 * setting's name, where one of them cannot be used; there is nothing to be closed then.
 */
bool trust_open(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why);
/* For a driver, lent until trust_close(); NULL where TLS is not asked for. */
const struct tls_client_settings *trust_tls(const struct trust *trust);
/* A zeroed one is fine. Not before the last connection is gone. */
void trust_close(struct trust *trust);

#endif
