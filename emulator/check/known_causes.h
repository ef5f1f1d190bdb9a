/* known_causes: the causes of other clients, the most frequent first. */
#ifndef CHECK_KNOWN_CAUSES_H
#define CHECK_KNOWN_CAUSES_H

#include "cause.h"

/* The set of a client's settings is a cause. What cannot be kept for want of memory is forgotten.
 */
void known_causes_add(struct known_causes *known, const struct profile *client, const bool *kept);
/*
 * Fills `kept` with those of the client's settings that were cause number `index`; false: it has
 * not all of them, with the same values.
 */
bool known_causes_read(
	const struct known_causes *known, size_t index, const struct profile *client, bool *kept);

#endif
