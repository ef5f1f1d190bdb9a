/*
 * trust: the TLS part of the public settings, as client/net wants it.
 *
 * Opened once for all connections of a network: the certificates are loaded, keys and priority
 * read; what cannot be used is refused here, before anything is connected to.
 */
#ifndef CLIENT_TRUST_H
#define CLIENT_TRUST_H

#include "digest.h"
#include "msub.h"
#include "tls_client.h"

struct trust {
	struct tls_trust *store; /* NULL: the settings ask for no TLS */
	struct tls_resumption *resumption;
	struct tls_dane *dane;
	struct tls_client_settings tls;
	uint8_t fingerprint[DIGEST_MAX];
};

/*
 * The settings are borrowed until trust_close(), and have been checked. False, with a sentence that
 * begins with the setting's name where one of them cannot be used, or an empty one where there is
 * no memory; there is nothing to be closed then.
 */
bool trust_open(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why);
/*
 * For a driver, lent until trust_close(); NULL where TLS is not asked for. Where `name` is NULL it
 * is the destination's, and so are host and port: whoever connects sets them.
 */
const struct tls_client_settings *trust_tls(const struct trust *trust);
/* A zeroed one is fine. Not before the last connection is gone. */
void trust_close(struct trust *trust);

#endif
