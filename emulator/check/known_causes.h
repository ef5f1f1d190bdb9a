/*
 * known_causes: what was proven with one server and holds for each client: that a set of settings
 * alone makes the correct client fail, and how; the empty set where it fails without any.
 */
#ifndef CHECK_KNOWN_CAUSES_H
#define CHECK_KNOWN_CAUSES_H

#include "cause.h"

/*
 * The set of a client's settings is a cause; `alone` is a trial of it and nothing else. What cannot
 * be kept for want of memory is forgotten.
 */
void known_causes_add(struct known_causes *known, const struct profile *client, const bool *kept,
	enum aspect aspect, const struct cause_trial *alone);
/*
 * The trial of a cause that the client has, wholly within `within`, which failed as the client did;
 * its settings go to `kept`. Lent until the next change. NULL: there is none.
 */
const struct cause_trial *known_causes_find(const struct known_causes *known,
	const struct profile *client, const bool *within, enum aspect aspect,
	const struct finding *failure, bool *kept);
/* There is one, anywhere in the client. */
bool known_causes_explain(const struct known_causes *known, const struct profile *client,
	enum aspect aspect, const struct finding *failure);
/*
 * Plays what is wished for. Of a client that has a cause which was met with silence not all of the
 * patience is spent on the same silence again; one that was not expected is sat out. `known` NULL:
 * nothing is.
 */
bool known_causes_play(struct known_causes *known, const struct ground *ground, enum aspect aspect,
	struct trial_wish *wish, struct trial *trial, struct sentence *why);

#endif
