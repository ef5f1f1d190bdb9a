/* handset_play_link: what the options of play say about the link and the pace. */
#ifndef TOOLS_HANDSET_PLAY_LINK_H
#define TOOLS_HANDSET_PLAY_LINK_H

#include "handset.h"

struct play_link {
	struct profile *profile;	 /* of --link; NULL: none was named */
	struct link_profile own;	 /* that one, with what --lose-bearer-at says */
	const struct link_profile *link; /* what play takes; NULL: nothing lies between */
};

/*
 * `name` is --link, `lose_at` is --lose-bearer-at, `folder` is --profiles; each may be NULL. False
 * with a message on stderr.
 */
bool play_link_prepare(
	struct play_link *link, const char *name, const char *lose_at, const char *folder);
void play_link_finish(struct play_link *link);
/*
 * Of the think times, how many per cent are waited: "off" (NULL too), "real", "0.5", "2x". False:
 * it is none of these, or more than a hundredfold.
 */
bool play_pace(const char *text, uint32_t *percent);

#endif
