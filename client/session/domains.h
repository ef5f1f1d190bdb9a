/*
 * domains: how many different domains the recipients of one transaction have (RFC 9422 3.3,
 * RCPTDOMAINMAX). What is kept is bounded: a limit beyond DOMAINS_MAX is kept to as if it were
 * that.
 */
#ifndef SESSION_DOMAINS_H
#define SESSION_DOMAINS_H

#include "address.h"

enum { DOMAINS_MAX = 128 };

struct domains {
	struct octets seen[DOMAINS_MAX]; /* borrowed from the addresses */
	size_t count;
};

/* Takes one more recipient; false where its domain would be one too many. 0 is no limit. */
bool domains_take(struct domains *domains, const struct address *address, uint64_t limit);

#endif
