/*
 * handset_check_plan: which clients are checked, by their names or by the rules that they break.
 */
#ifndef TOOLS_HANDSET_CHECK_PLAN_H
#define TOOLS_HANDSET_CHECK_PLAN_H

#include "options.h"
#include "run.h"

struct check_plan {
	struct run_client *clients; /* the correct one first, then by name */
	size_t count;
	struct check_plan_owned *owned; /* what they point to, in any order */
};

/*
 * Without `names` every client of the catalogue; without `rules` whatever they break. A name that
 * is a file (with a slash, or .yaml) is a client of the user's own. False with a message on stderr.
 */
bool check_plan_make(struct check_plan *plan, const struct option_list *names,
	const struct option_list *rules, const char *folder);
void check_plan_free(struct check_plan *plan);

#endif
