/*
 * endpoint_order: which of two addresses is the better destination, as RFC 6724 section 6 says.
 *
 * c-ares has each family in order; this is for the question between families, in which reaching
 * it at all (rule 1), the source's label (rule 5) and the precedence (rule 6) decide.
 */
#ifndef NET_ENDPOINT_ORDER_H
#define NET_ENDPOINT_ORDER_H

#include "endpoint.h"

/* True: a before b. Asks the system for routes, sends nothing. */
bool endpoint_is_better(const struct endpoint *a, const struct endpoint *b);
/* The policy table's precedence, for tests. */
unsigned int endpoint_precedence(const struct endpoint *endpoint);

#endif
