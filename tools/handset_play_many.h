/* handset_play_many: play with --phones, the same client many times at once. */
#ifndef TOOLS_HANDSET_PLAY_MANY_H
#define TOOLS_HANDSET_PLAY_MANY_H

#include "handset.h"
#include "many.h"

struct play_many {
	const char *client, *server; /* as the user named them */
	const struct play_settings *play;
	size_t phones;
	bool json, quiet;
};

/*
 * Raises the limit of open descriptors as far as so many phones need and the system lets us; false
 * with a message on stderr where that is not far enough.
 */
bool play_many_fits(size_t phones);
/* Plays and shows the totals. */
enum exit_status play_many(const struct play_many *many);

#endif
