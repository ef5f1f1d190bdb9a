/*
 * relay: carries one connection after the other to a port of loopback, in a thread: from a
 * Unix-domain socket, or as a SOCKS5 proxy that takes whoever knows the password.
 */
#ifndef SUPPORT_RELAY_H
#define SUPPORT_RELAY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct relay {
	uint16_t to;	      /* port of 127.0.0.1 */
	const char *password; /* NULL: not a proxy, just a way */
	/* what it has seen; to be read after relay_close() */
	char asked[300]; /* the host that the proxy was asked for, with the port behind a colon */
	/* inside */
	uint16_t port;
	char path[100]; /* of the Unix-domain socket */
	int listening;
	pthread_t thread;
	atomic_bool stop;
};

/* Listens on a port of 127.0.0.1 where there is a password, else at `path`, which it makes. */
bool relay_open(struct relay *relay);
void relay_close(struct relay *relay);

#endif
