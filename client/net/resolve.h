/*
 * resolve: names to addresses, within a deadline.
 *
 * c-ares asks the hosts file and the name servers of resolv.conf; getaddrinfo() would do so too
 * but cannot be told to stop. Literals are taken as they are.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "clock.h"
#include "endpoint.h"
#include "sentence.h"

enum { RESOLVE_MAX = 16 };

struct resolve_result {
	struct endpoint endpoints[RESOLVE_MAX]; /* in the order of RFC 6724 */
	size_t count;
};

/* False with a sentence: no such host, no answer in time, not a host name. Blocks. */
bool resolve(const char *host, uint16_t port, const struct patience *patience,
	struct resolve_result *result, struct sentence *why);

#endif
