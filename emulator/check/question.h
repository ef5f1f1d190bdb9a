/*
 * question: what is asked of a server about a client, and how a trial answers.
 *
 * An experiment asks about one aspect of a client's mail (verdict.h), the same in each of its
 * trials: did it get through, or not. How a trial failed is shown and never searched for.
 */
#ifndef CHECK_QUESTION_H
#define CHECK_QUESTION_H

#include "verdict.h"

enum trial_end {
	TRIAL_SENDS,
	TRIAL_FAILS,
	/*
	 * As somebody is met who came too often, or is not wanted now: no connection, an end before
	 * the client said a word, 421, 4.7.x. The next trial tells whether it was this client
	 * alone.
	 */
	TRIAL_TURNED_AWAY,
	TRIAL_NOT_PLAYABLE /* it could not be tried as this client would have it (applicable.h) */
};

/* What a trial sends; client, deliver and seed are left to the caller. */
struct trial_wish question_wish(enum aspect aspect);
/* The aspect cannot be seen without a message that is delivered. */
bool question_needs_delivery(enum aspect aspect);
/* `finding` has the outcome: "refused at recipient: 535 …". */
enum trial_end question_answer(enum aspect aspect, const struct ground *ground,
	const struct trial *trial, struct finding *finding);

#endif
