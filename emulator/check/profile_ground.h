/*
 * profile_ground: a ground (ground.h) that is a server profile, in memory, with a clock that jumps.
 *
 * For likeness: what would be found of a server that is this profile? And for rehearsals: what
 * would a client say to it? There is no control. The server knows the account that is asked for,
 * and STARTTLS is offered where the account wants it, whatever the profile's list has.
 */
#ifndef CHECK_PROFILE_GROUND_H
#define CHECK_PROFILE_GROUND_H

#include "ground.h"
#include "server_profile.h"

struct profile_ground {
	const struct memory *memory;
	const struct server_profile *profile;
	uint64_t now_ms;
	bool banned;
	struct ground ground; /* to be handed out; lent by it */
};

/* Everything is borrowed; `like` gives account, sender and recipient. */
void profile_ground_init(struct profile_ground *ground, const struct memory *memory,
	const struct server_profile *profile, const struct ground *like);

#endif
