/* dial_internal: what the files of dial share, and nobody else. */
#ifndef NET_DIAL_INTERNAL_H
#define NET_DIAL_INTERNAL_H

#include "dial.h"
#include "dial_calls.h"
#include "dial_race.h"
#include "resolve.h"
#include "service.h"
#include "socks.h"

enum { DIAL_RESOLUTION_MS = 50 }; /* RFC 8305 section 8 */

enum dial_phase {
	DIAL_SERVICES, /* which servers the domain has */
	DIAL_RACE,     /* addresses, and attempts to connect to them */
	DIAL_LOCAL,    /* a Unix-domain socket */
	DIAL_PROXY,    /* connected to the proxy, and talking to it */
	DIAL_OVER
};

struct dial {
	const struct memory *memory;
	struct destination destination;
	const struct dial_calls *calls;
	int epoll;
	enum dial_state state;
	enum dial_phase phase;
	bool again;		   /* the phase has changed: look once more */
	uint64_t names_until_ms;   /* looking up ends, in vain */
	uint64_t connect_until_ms; /* so does connecting; PLAYER_NEVER before it has begun */
	uint64_t target_until_ms;  /* and connecting to this target, where there are others */
	uint64_t settle_ms;	   /* waiting for the other answer ends (RFC 8305 section 3) */
	uint64_t wake_ms;	   /* the first of all deadlines */

	struct resolve *resolve; /* NULL: no question was asked */
	struct service_list services[SERVICE_KINDS];
	enum resolve_failure services_failure[SERVICE_KINDS];
	bool services_known[SERVICE_KINDS];
	size_t kind, target; /* which of them is tried */
	bool target_stood;   /* one had an address to connect to */

	char host[ENDPOINT_HOST], name[ENDPOINT_HOST]; /* the server's; the certificate's */
	uint16_t port;
	char reached[ENDPOINT_HOST]; /* what is looked up: the host, or the proxy's */
	uint16_t reached_port;
	bool looking_up; /* addresses may still come */
	bool racing;	 /* the first attempt may begin */
	bool added[RESOLVE_FAMILIES];
	bool has_source;
	struct endpoint source;
	struct race race;

	struct socks socks;
	int descriptor; /* the winner, until it is taken */
	struct endpoint remote;
	struct sentence why;
	enum dial_fault fault;
};

/* ---- dial.c ---- */

/* Ends it. The sentence is in dial->why already where words is NULL. */
void dial_fail(struct dial *dial, enum dial_fault fault, const char *words);
/* The way to this target has failed, for the reason in dial->why. */
void dial_fail_target(struct dial *dial, enum dial_fault fault, uint64_t now_ms);
/* There is a connection, to the server or to the proxy. */
void dial_reached(struct dial *dial, int descriptor, uint64_t now_ms);
void dial_done(struct dial *dial);
void dial_enter(struct dial *dial, enum dial_phase phase);
/* Makes the resolver; false, with the dial failed. */
bool dial_has_resolver(struct dial *dial);

/* ---- dial_names.c: from dial->host to a race ---- */

void dial_names_begin(struct dial *dial, uint64_t now_ms);
void dial_names_turn(struct dial *dial, uint64_t now_ms);

/* ---- dial_services.c: from a domain to one dial->host after the other ---- */

void dial_services_begin(struct dial *dial, uint64_t now_ms);
void dial_services_turn(struct dial *dial, uint64_t now_ms);
/* The next target, or the end. */
void dial_services_next(struct dial *dial, uint64_t now_ms);
/* How many targets have not been tried, this one included; 1 without services. */
size_t dial_services_left(const struct dial *dial);

/* ---- dial_local.c: Unix-domain sockets ---- */

void dial_local_turn(struct dial *dial, uint64_t now_ms);

/* ---- dial_proxy.c ---- */

void dial_proxy_begin(struct dial *dial);
void dial_proxy_turn(struct dial *dial, uint64_t now_ms);

#endif
