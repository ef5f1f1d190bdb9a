/*
 * handset_check_share: which clients of the plan this run has to examine.
 *
 * That is not all of them where several processes divide one server's clients among them (--shard),
 * and where an earlier run has records of some already (--resume).
 */
#ifndef TOOLS_HANDSET_CHECK_SHARE_H
#define TOOLS_HANDSET_CHECK_SHARE_H

#include "handset_check.h"
#include "handset_shard.h"
#include "record_set.h"

struct check_share {
	struct shard shard;
	bool by_client;		 /* the shard divides clients; else servers */
	struct run_client *mine; /* of this shard, in the plan's order */
	size_t mine_count;
	struct run_client *left; /* of these, what has no verdict yet */
	size_t left_count;
	bool facts_left;	  /* the facts, too, where they are wanted */
	bool resumed;		  /* an earlier run is gone on with */
	struct run_counts before; /* what that one came to, without what is left */
};

/*
 * All of the shard; without clients where only facts are asked for. False for want of memory;
 * check_share_free() in either case.
 */
bool check_share_make(struct check_share *share, const struct check_plan *plan,
	const struct shard *shard, bool by_client, bool facts_only);
void check_share_free(struct check_share *share);
/*
 * Leaves out what the earlier records of this server have a verdict for, and takes their seed over.
 * What was inconclusive is left. False with a sentence where they were made otherwise, so that they
 * and new ones cannot stand together.
 */
bool check_share_resume(struct check_share *share, struct check_job *job,
	const struct record_set *earlier, struct sentence *why);
/* Nothing is left. */
bool check_share_is_done(const struct check_share *share);
/* What a run record says beside the plan: the part, and of the clients those of it. */
void check_share_mark(const struct check_share *share, json_t *record);

#endif
