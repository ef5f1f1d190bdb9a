/*
 * random: numbers that a seed decides, so that every run can be repeated.
 *
 * Not for secrets: where a value must not be guessed, the driver draws the seed from the system.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

void random_init(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
/* Evenly from 0 to bound - 1; 0 for a bound of 0. */
uint32_t random_below(struct random *random, uint32_t bound);

#endif
