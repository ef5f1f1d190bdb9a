/* system_random: getrandom(2). */
#include "system_random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"

bool system_random(void *at, size_t len)
{
	uint8_t *next = at;
	size_t left = len;
	while (left > 0) {
		ssize_t got = getrandom(next, left, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			memset(at, 0, len);
			return false;
		}
		next += got;
		left -= (size_t)got;
	}
	return true;
}

uint64_t system_random_seed(void)
{
	uint64_t seed;
	if (!system_random(&seed, sizeof seed))
		seed = clock_ms() * 1000003u ^ clock_unix() << 20 ^ (uint64_t)getpid();
	return seed;
}
