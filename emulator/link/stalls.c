/* stalls: drawn one after the other, as far as somebody asks. */
#include "stalls.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, AHEAD_MAX = 1000 };

static uint64_t bounded(uint64_t ms)
{
	return ms == PROFILE_NONE ? 0 : ms < DAY_MS ? ms : DAY_MS;
}

uint64_t link_draw(struct random *random, struct span span)
{
	uint64_t from = bounded(span.from_ms), to = bounded(span.to_ms);
	return from + (to > from ? random_below(random, (uint32_t)(to - from) + 1) : 0);
}

static void draw_next(struct stalls *stalls, uint64_t after_us)
{
	stalls->from_us = after_us + link_draw(&stalls->random, stalls->every) * LINK_MS;
	stalls->to_us = stalls->from_us + link_draw(&stalls->random, stalls->length) * LINK_MS;
}

void stalls_init(
	struct stalls *stalls, const struct link_profile *profile, uint64_t seed, uint64_t now_us)
{
	*stalls = (struct stalls){.every = profile->stalls.every, .length = profile->stalls.length};
	random_init(&stalls->random, seed);
	if (bounded(stalls->every.to_ms) > 0)
		draw_next(stalls, now_us);
}

uint64_t stalls_pass(struct stalls *stalls, uint64_t time_us)
{
	if (bounded(stalls->every.to_ms) == 0)
		return time_us;
	for (int i = 0; time_us >= stalls->to_us && i < AHEAD_MAX; i++)
		draw_next(stalls, stalls->to_us);
	if (time_us >= stalls->to_us) /* nobody looks back over so many */
		draw_next(stalls, time_us);
	return time_us >= stalls->from_us ? stalls->to_us : time_us;
}
