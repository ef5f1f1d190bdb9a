/*
 * tcp: sockets made and ended.
 *
 * Every descriptor given out here is non-blocking, closed on exec and, where it is a connection,
 * without Nagle's delay: a client that waits for replies loses 44 ms per message otherwise.
 */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "endpoint.h"
#include "sentence.h"

/* Makes a descriptor what the text above says; false where the system refuses. */
bool tcp_prepare(int descriptor);
/*
 * A listening socket at an address; port 0 lets the system choose (tcp_local() tells). -1 with a
 * sentence: "port 25 of 127.0.0.1 is occupied by another program", ...
 */
int tcp_listen(const struct endpoint *endpoint, struct sentence *why);
/* Accepts one connection, prepared; -1 where none waits or errno says why. */
int tcp_accept(int listening);
/* False where the descriptor has no such end. */
bool tcp_local(int descriptor, struct endpoint *endpoint);
bool tcp_remote(int descriptor, struct endpoint *endpoint);
/* Ends in order (FIN); the peer still gets what was written. -1 is ignored. */
void tcp_close(int descriptor);
/* Ends by RST: nothing that was not taken yet arrives. -1 is ignored. */
void tcp_reset(int descriptor);

#endif
