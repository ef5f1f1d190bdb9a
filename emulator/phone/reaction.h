/*
 * reaction: what a profile does about a reply or an event; a table look-up.
 *
 * Written rows are asked from the special to the general (auth-login, then auth), in each NNN-
 * before NNN before Nxx before `else`; then the default table in the same way. So a written
 * `else` also covers what the default table treats specially.
 */
#ifndef PHONE_REACTION_H
#define PHONE_REACTION_H

#include "client_profile.h"

/* What happened. */
struct happening {
	enum event_kind kind; /* EVENT_ELSE: a reply; else a silent event */
	unsigned int code;    /* of the reply; 0: unreadable */
	bool several;	      /* the reply has several lines, as far as the client looked */
};

/* Who asks. */
struct asking {
	enum row row;
	struct octets mechanism; /* ROW_AUTH: in upper case, or empty */
};

/* The cell that a profile itself has for it, or NULL. Lent by the profile. */
const struct reaction *reaction_written(
	const struct client_profile *profile, struct asking asking, struct happening happening);
/* The cell of the default table that the profile has not deleted with `none`, or NULL. */
const struct reaction *reaction_default(
	const struct client_profile *profile, struct asking asking, struct happening happening);
/*
 * True where a profile catches this reply although its code is that of a success: only a cell
 * for a reply of several lines (NNN-) does.
 */
bool reaction_catches_success(
	const struct client_profile *profile, struct asking asking, struct happening happening);

#endif
