/*
 * resolve: names to addresses and domains to services, event-driven.
 *
 * c-ares asks the hosts file and the name servers of resolv.conf; getaddrinfo() would do so too
 * but cannot be told to stop. A and AAAA are two questions, asked at once and answered each in
 * its own time (RFC 8305 3); so are the two services of a domain. Its sockets stand in the
 * owner's epoll descriptor. One object answers one question after the other; a new one forgets
 * the old. How long to wait is the owner's affair.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "dial_calls.h"
#include "endpoint.h"
#include "memory.h"
#include "sentence.h"
#include "service.h"

enum { RESOLVE_MAX = 16 };

/* In the order in which they are preferred where nothing speaks against it. */
enum resolve_family { RESOLVE_V6, RESOLVE_V4, RESOLVE_FAMILIES };

/* Nothing of this kind, and why; the worse of two is the greater. */
enum resolve_failure {
	RESOLVE_FOUND,
	RESOLVE_NO_SUCH_NAME,
	RESOLVE_NO_ANSWER, /* in time: the name servers are silent */
	RESOLVE_NO_SERVER, /* none that can answer: refused, unreachable, confused */
	RESOLVE_NO_MEMORY
};

struct resolve_answer {
	struct endpoint at[RESOLVE_MAX]; /* in the order of RFC 6724 */
	size_t count;
	bool done; /* there will be no other */
	enum resolve_failure failure;
};

struct resolve_services {
	struct service_list list;
	bool done;
	enum resolve_failure failure;
};

struct resolve;

/* NULL with a sentence. name_servers: "127.0.0.1:5353,...", or NULL for the system's. */
struct resolve *resolve_new(const struct memory *memory, const struct dial_calls *calls, int epoll,
	const char *name_servers, struct sentence *why);
/* NULL is fine. */
void resolve_free(struct resolve *resolve);
/* Asks for the addresses of a name (endpoint_name()). They bear the port. */
void resolve_host(struct resolve *resolve, const char *name, uint16_t port);
/* Asks for a mail domain's submission services (service.h). */
void resolve_domain(struct resolve *resolve, const char *domain);
/* What has come so far; lent until the next question. */
const struct resolve_answer *resolve_answer(
	const struct resolve *resolve, enum resolve_family family);
const struct resolve_services *resolve_services(
	const struct resolve *resolve, enum service_kind kind);
/* The other family's answer is not waited for any longer: what is known is all. */
void resolve_settle(struct resolve *resolve);
/* Whose first address goes first (RFC 6724 between families), by what has come so far. */
enum resolve_family resolve_preferred(const struct resolve *resolve);
/* Forgets what was asked. */
void resolve_cancel(struct resolve *resolve);
/* A descriptor of DIAL_WATCH_NAMES has these EPOLL events. */
void resolve_ready(struct resolve *resolve, int descriptor, uint32_t events);
/* When c-ares wants to ask again; PLAYER_NEVER. */
uint64_t resolve_deadline_ms(const struct resolve *resolve, uint64_t now_ms);
void resolve_tick(struct resolve *resolve);
/* "no such host: ", "timed out while looking up ", ... to be followed by the name. */
const char *resolve_words(enum resolve_failure failure);

#endif
