/*
 * replay: what a client would say to replies that were recorded.
 *
 * Before a session is spent on a part of a client's settings, that part is played in memory against
 * the replies that another part of the same client got. Where both say the same octets, in the same
 * writes, and come to the same, the server would see no difference: its answer is known.
 *
 * Only what a server can see besides octets is left to a real session: what a handshake offers, and
 * the time that passes while the client thinks (replay_sees()).
 */
#ifndef CHECK_REPLAY_H
#define CHECK_REPLAY_H

#include "ground.h"

struct replay {
	struct buffer log;  /* what was said, and what became of the messages */
	bool finished;	    /* the record had all that this client listened for */
	bool handshakes;    /* a TLS handshake is part of it */
	struct trial trial; /* without a transcript; as after a real one */
};

/*
 * It stops as soon as the log is not the beginning of `expected` (NULL: whatever is said). False:
 * no memory. replay_free() it in any case.
 */
bool replay_run(struct replay *replay, const struct ground *ground, const struct trial_wish *wish,
	const struct transcript *recorded, const struct replay *expected);
/* Of a zeroed one, too. */
void replay_free(struct replay *replay);
/* A change of this setting would show in the log of such a run. */
bool replay_sees(const struct replay *replay, const struct ground *ground, const char *path);

#endif
