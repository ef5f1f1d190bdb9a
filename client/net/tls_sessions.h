/*
 * tls_sessions: what a server remembers of its sessions, so that a client may take one up again by
 * its session id (RFC 5246 F.1.4): the way of clients that know no tickets.
 *
 * A few dozen are kept, the oldest goes for a new one. GnuTLS itself forgets them after an hour. A
 * store is used by one thread.
 */
#ifndef NET_TLS_SESSIONS_H
#define NET_TLS_SESSIONS_H

#include <gnutls/gnutls.h>

#include "memory.h"

struct tls_sessions;

/* NULL: no memory. */
struct tls_sessions *tls_sessions_new(const struct memory *memory);
/* Wipes and frees; NULL is fine. Not before the last session that uses it. */
void tls_sessions_free(struct tls_sessions *sessions);
/* Makes a server's session use the store, which is borrowed. */
void tls_sessions_use(struct tls_sessions *sessions, gnutls_session_t session);

#endif
