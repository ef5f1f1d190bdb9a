/*
 * tls_resumption: sessions that a client may take up again, kept per server and per check.
 *
 * A resumed handshake proves that the server is the one of the first handshake, and shows no
 * certificate: the session is as good as the check of the first one was. So a kept session is
 * found again only under the same server, name, store and rules; whatever else is asked for gets
 * a handshake of its own. A session is kept for an hour after its certificate was looked at, then
 * it is looked at again. Early data (RFC 8446 2.3) is never sent: it could be replayed.
 */
#ifndef NET_TLS_RESUMPTION_H
#define NET_TLS_RESUMPTION_H

#include "memory.h"

/* For any number of servers, a few of them remembered. Not shared by threads. */
struct tls_resumption;
/* NULL: no memory. */
struct tls_resumption *tls_resumption_new(const struct memory *memory);
/* Wipes and frees; NULL is fine. Not before the last tls_free(). */
void tls_resumption_free(struct tls_resumption *resumption);

#endif
