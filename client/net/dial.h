/*
 * dial: from a destination to a connected descriptor, event-driven.
 *
 * The model. dial_new() begins; from then on the owner's loop watches dial_descriptor(), one
 * descriptor that holds all that a dial waits for (the questions to name servers, the attempts to
 * connect, the talk with a proxy), for POLLIN, calls dial_ready() when it is readable and
 * dial_tick() when dial_deadline_ms() has come, until dial_state() is no longer DIAL_GOING. Then
 * dial_take_descriptor() gives the connection, or dial_why() the reason. No call waits.
 *
 *     destination --> services (SRV) --> addresses (AAAA and A) --> the race --> proxy --> there
 *
 * What it promises: addresses are tried as RFC 8305 says, both families in turn, a quarter of a
 * second apart or at once after a failure, and the first that stands wins. A service's targets are
 * tried one after the other. Where a proxy is named, it is the proxy that is looked up and
 * connected to, and the proxy that looks the host up. Whatever the outcome, everything else that
 * was opened is closed by then.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "endpoint.h"
#include "memory.h"
#include "player.h"
#include "sentence.h"

struct dial_calls;

/* Where to. All strings are borrowed until dial_free(). */
struct destination {
	/* A name (ASCII or UTF-8) or a literal, brackets are fine. Wins over `domain`. */
	const char *host;
	uint16_t port;
	/* Where host is NULL: the mail domain whose services are looked up (RFC 6186, RFC 8314). */
	const char *domain;
	bool only_implicit;	 /* of the services only that with TLS from the first octet */
	const char *socket_path; /* a Unix-domain socket; wins over everything else */
	const char *proxy;	 /* SOCKS5, "host:port"; port 1080 where none is named */
	const char *proxy_user, *proxy_password; /* RFC 1929; NULL: none */
	const char *source_address;		 /* a literal: connections come from there */
	bool first_address_only;		 /* one attempt, at the first address (RFC 6724) */
	uint64_t resolve_ms; /* for all names of one kind; 0: 30 s; PLAYER_NEVER: no bound */
	uint64_t connect_ms; /* from the first address on; 0: 60 s; PLAYER_NEVER: no bound */

	/* For tests: "127.0.0.1:5353" instead of resolv.conf; the order of equal services; the
	 * system calls, where one of them is to fail. */
	const char *name_servers;
	uint64_t seed; /* 0: from the system */
	const struct dial_calls *calls;
};

enum dial_state { DIAL_GOING, DIAL_CONNECTED, DIAL_FAILED };

/* What failed: the name (it will not help to try its addresses again), the way there, or us. */
enum dial_fault { DIAL_NO_FAULT, DIAL_FAULT_HOST, DIAL_FAULT_CONNECT, DIAL_FAULT_MEMORY };

struct dial;

/* Begins. NULL: no memory; every other failure is a dial that is DIAL_FAILED. */
struct dial *dial_new(
	const struct memory *memory, const struct destination *destination, uint64_t now_ms);
/* At any time; what was not taken is closed. NULL is fine. */
void dial_free(struct dial *dial);
/* To be watched for POLLIN while it is going; it stays the same. -1: nothing to watch. */
int dial_descriptor(const struct dial *dial);
/* PLAYER_NEVER when it is over. */
uint64_t dial_deadline_ms(const struct dial *dial);
void dial_ready(struct dial *dial, uint64_t now_ms);
/* Early or late: harmless. */
void dial_tick(struct dial *dial, uint64_t now_ms);
enum dial_state dial_state(const struct dial *dial);
/* The owner lost its patience: ends it with "WHAT while looking up ...", "timed out" for one. */
void dial_give_up(struct dial *dial, const char *what);

/* When connected: the descriptor, prepared (tcp.h), once; taken. -1 otherwise. */
int dial_take_descriptor(struct dial *dial);
/* The far end of that descriptor: the proxy's where there is one. Lent. */
const struct endpoint *dial_remote(const struct dial *dial);
/* The host and the port of the server as they were asked for or announced (SRV). Lent. */
const char *dial_host(const struct dial *dial);
uint16_t dial_port(const struct dial *dial);
/*
 * The name that the certificate must carry, in ASCII, without brackets or a last dot: the host
 * that was named by the user, or the mail domain where the host was learned from the DNS, which
 * anybody may have forged (RFC 6186 6). "" for a Unix-domain socket without a host. Lent.
 */
const char *dial_certificate_name(const struct dial *dial);
/* Which service a domain's server is of; unknown where the user named the host. */
enum player_service dial_service(const struct dial *dial);
/* When failed: a sentence; "" otherwise. Lent. */
const char *dial_why(const struct dial *dial);
enum dial_fault dial_fault(const struct dial *dial);
/*
 * Tells a player how it ended: connect_failed(), or host_failed() where it was the name; where it
 * is connected to a service, found(), and connected() is still to be said (connection_new()).
 */
void dial_tell(const struct dial *dial, struct player *player, uint64_t now_ms);

/* Does it all at once: the descriptor, or -1 with a sentence. Blocks until the patience ends. */
int dial_blocking(const struct memory *memory, const struct destination *destination,
	const struct patience *patience, struct sentence *why);
/* Waits until the dial is no longer going. */
void dial_wait(struct dial *dial, const struct patience *patience);

#endif
