/* system_random: unpredictable numbers from the system, the seeds of everything random. */
#ifndef NET_SYSTEM_RANDOM_H
#define NET_SYSTEM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False only where the system has no randomness to give; the memory is then zeroed. */
bool system_random(void *at, size_t len);
/* A seed for struct random; from the clock and the process where the system gives none. */
uint64_t system_random_seed(void);

#endif
