/* clock: the time, for drivers. Players get it as an argument. */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of a clock that never goes back. */
uint64_t clock_ms(void);
/* Seconds since 1970, UTC. */
uint64_t clock_unix(void);

/* How long somebody is willing to wait. */
struct patience {
	uint64_t deadline_ms;			  /* of clock_ms(); PLAYER_NEVER: for ever */
	const volatile sig_atomic_t *interrupted; /* not 0: wait no longer; NULL: never. Borrowed */
};

bool patience_interrupted(const struct patience *patience);
bool patience_over(const struct patience *patience);
/*
 * For poll(): milliseconds until the deadline or `other_ms`, whichever is first, never more than
 * a quarter of a second, so that an interruption just before poll() is seen soon enough.
 */
int patience_slice(const struct patience *patience, uint64_t other_ms);
/* The same, from a time that is known. */
int patience_slice_from(uint64_t now_ms, uint64_t until_ms);

#endif
