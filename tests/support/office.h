/*
 * office: a small mail server in a thread, on loopback, for tests of what drives sockets itself.
 *
 * It takes one client after the other and knows no more of the protocol than those tests need; the
 * server that is right is emulator/server.
 */
#ifndef SUPPORT_OFFICE_H
#define SUPPORT_OFFICE_H

#include "msub.h"
#include "tls_server.h"

#include <pthread.h>
#include <stdatomic.h>

enum { OFFICE_MAIL_MAX = 4096 };

/* To be zeroed but for how it should behave. */
struct office {
	enum msub_tls tls_mode;
	struct tls_server *tls_server; /* borrowed */
	const char *refused;	       /* commands that hold this are refused with 550 */
	bool cuts_at_dot;	       /* closes instead of answering the end of data */
	bool is_silent;		       /* does not greet */
	bool no_starttls;	       /* does not offer it */
	/* Asked first for each line: the reply, lent, or NULL. In the office's thread. */
	const char *(*clerk)(void *context, const char *line, const struct tls *tls);
	void *clerk_context;
	const char *hello[2]; /* the reply to EHLO, in clear and inside TLS; NULL: a short one */
	/* what it has seen; to be read after office_close() */
	int connections, messages;
	char mail[OFFICE_MAIL_MAX]; /* the last message, as it came, with | for each line end */
	/* inside */
	uint16_t port;
	int listening;
	pthread_t thread;
	atomic_bool stop;
};

/* Listens on a port of 127.0.0.1, and serves. False: a check has failed. */
bool office_open(struct office *office);
/* Ends the thread, at once where it waits for a client. */
void office_close(struct office *office);

#endif
