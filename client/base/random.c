/* random: the generator in a few lines; the same everywhere, so that a seed repeats a run. */
#include "random.h"

void random_init(struct random *random, uint64_t seed)
{
	random->state = seed;
}

/* SplitMix64 (Steele, Lea, Flood 2014): one word of state, any seed is good. */
uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

uint32_t random_below(struct random *random, uint32_t bound)
{
	return (uint32_t)(((random_next(random) >> 32) * bound) >> 32);
}
