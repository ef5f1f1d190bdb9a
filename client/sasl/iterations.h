/* iterations: what a SCRAM server asks the client to compute (RFC 5802 section 5.1). */
#ifndef SASL_ITERATIONS_H
#define SASL_ITERATIONS_H

#include "octets.h"

enum iterations { ITERATIONS_FINE, ITERATIONS_TOO_MANY, ITERATIONS_TOO_FEW };

/*
 * Whether every count in a server's first message is a number from min to max; what is none is
 * too many. A message without any is fine: it is refused by whoever reads the rest of it.
 */
enum iterations iterations_judge(struct octets message, uint64_t min, uint64_t max);

#endif
