/* clock: the one place where drivers ask the time. */
#include "clock.h"

#include <time.h>

#include "player.h"

enum { SLICE_MS = 250 };

uint64_t clock_ms(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t clock_unix(void)
{
	time_t now = time(NULL);
	return now < 0 ? 0 : (uint64_t)now;
}

bool patience_interrupted(const struct patience *patience)
{
	return patience->interrupted != NULL && *patience->interrupted != 0;
}

bool patience_over(const struct patience *patience)
{
	return patience_interrupted(patience) ||
	       (patience->deadline_ms != PLAYER_NEVER && clock_ms() >= patience->deadline_ms);
}

int patience_slice_from(uint64_t now_ms, uint64_t until_ms)
{
	if (until_ms <= now_ms)
		return 0;
	return until_ms - now_ms < SLICE_MS ? (int)(until_ms - now_ms) : SLICE_MS;
}

int patience_slice(const struct patience *patience, uint64_t other_ms)
{
	return patience_slice_from(
		clock_ms(), patience->deadline_ms < other_ms ? patience->deadline_ms : other_ms);
}
