/*
 * failure_groups: the clients of a run that cannot send, or lose something, put together by what
 * failed and why, so that eleven phones with one fault are told about once.
 *
 * A group's clients have the same verdict, step, reply code and losses, and the same keys as cause.
 */
#ifndef REPORT_FAILURE_GROUPS_H
#define REPORT_FAILURE_GROUPS_H

#include "judgement.h"

struct failure_group {
	char *likeness; /* what its clients have in common, as one text */
	const json_t **clients;
	size_t count, room;
	size_t known; /* of these the baseline knows */
};

struct failure_groups {
	const struct memory *memory;
	struct failure_group *items; /* in the order of their first clients */
	size_t count, room;
};

/* False: no memory; free it all the same. */
bool failure_groups_make(struct failure_groups *groups, const struct memory *memory,
	const struct judgement *judgement, const struct record_run *run);
/* There is a group at all. */
bool failure_groups_any(const struct judgement *judgement, const struct record_run *run);
void failure_groups_free(struct failure_groups *groups);

#endif
