/*
 * listener: the server player against any number of clients.
 *
 * One epoll loop accepts on several sockets; each connection gets a struct server
 * (emulator/server) with the same profile and accounts. A client too many is told 421 and closed;
 * so is a client whose address is banned, and everybody when the listener stops. Messages go to a
 * store; with a store_worker nobody waits for the disk.
 */
#ifndef SERVE_LISTENER_H
#define SERVE_LISTENER_H

#include "endpoint.h"
#include "observer.h"
#include "sentence.h"
#include "server.h"
#include "store_worker.h"
#include "tls_server.h"

struct listener;

/* What a tool may want to tell people. Lent during the call. */
enum listener_event_kind {
	LISTENER_SESSION_BEGAN,
	LISTENER_SESSION_ENDED,
	LISTENER_SESSION_REFUSED, /* too many, or banned */
	LISTENER_BANNED,
	LISTENER_STORED,     /* mail */
	LISTENER_NOT_STORED, /* mail, why */
	LISTENER_TROUBLE     /* why: the system refused something */
};

struct listener_event {
	enum listener_event_kind kind;
	unsigned long session; /* counted from 1 */
	const struct player_mail *mail;
	const char *why;
	unsigned int messages; /* LISTENER_SESSION_ENDED: how many it has brought */
};

struct listener_settings {
	const struct memory *memory;
	/*
	 * profile, accounts, implicit_tls, limits; `tls_available`, `seed` and `unix_time` are set
	 * per session, the seed from random_seed. Copied; what it points to is borrowed.
	 */
	struct server_settings server;
	uint64_t random_seed;	     /* 0: from the system, per session */
	struct tls_server *tls;	     /* borrowed; NULL: no TLS */
	struct store_worker *worker; /* borrowed; NULL: messages are counted and thrown away */
	unsigned int concurrent_max; /* sessions at a time; 0: 1000 */
	unsigned long served_max;    /* stops after so many sessions; 0: never */
	unsigned long messages_max;  /* stops after so many stored messages; 0: never */
	uint64_t idle_ms; /* closes a silent session, beside the profile's; 0: 10 minutes */
	void *context;	  /* for the functions below; each may be NULL */
	/* An observer for a session, or NULL; ended with forget_observer(). */
	const struct observer *(*observe)(void *context, unsigned long session);
	void (*forget_observer)(
		void *context, unsigned long session, const struct observer *observer);
	void (*event)(void *context, const struct listener_event *event);
};

/* NULL with a sentence. The settings are copied. */
struct listener *listener_new(const struct listener_settings *settings, struct sentence *why);
/*
 * Listens on a literal address; port 0 lets the system choose. Returns the port, 0 with a
 * sentence. May be called several times before listener_run().
 */
uint16_t listener_add(
	struct listener *listener, const struct endpoint *endpoint, struct sentence *why);
/*
 * Serves until `stop` (a descriptor; -1: none) becomes readable or a limit is reached. Then:
 * no new clients, 421 to the present ones, messages with the store are waited for. False with a
 * sentence: the loop itself failed.
 */
bool listener_run(struct listener *listener, int stop, struct sentence *why);
unsigned long listener_sessions(const struct listener *listener);
unsigned long listener_messages(const struct listener *listener);
/* Not during listener_run(). NULL is fine. */
void listener_free(struct listener *listener);

#endif
