/* iterations: what a SCRAM server asks the client to compute (RFC 5802 section 5.1). */
#ifndef SASL_ITERATIONS_H
#define SASL_ITERATIONS_H

#include "octets.h"

/*
 * Whether every count in a server's first message is a number of at most max. A message without
 * any passes: it is refused by whoever reads the rest of it.
 */
bool iterations_are_bearable(struct octets message, uint64_t max);

#endif
