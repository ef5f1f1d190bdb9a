/*
 * handset_shard: which part of the work is this process's, where it is done by several.
 *
 * A part is i of n, counted from 1. What belongs to a part is decided by a digest of its name, not
 * by its place: a list that grows leaves what it had before where it was.
 */
#ifndef TOOLS_HANDSET_SHARD_H
#define TOOLS_HANDSET_SHARD_H

#include "sentence.h"

enum { SHARD_COUNT_MAX = 100000 };

struct shard {
	unsigned int index, count; /* 1 of 1: everything */
};

/*
 * "2/8"; "auto": what Slurm, Grid Engine, Kubernetes, or a CI system says in the environment;
 * "auto/8" where that says which, and not how many. `environment` is getenv(), or a test's. False
 * with a sentence.
 */
bool shard_read(struct shard *shard, const char *text, const char *(*environment)(const char *name),
	struct sentence *why);
bool shard_has(const struct shard *shard, const char *name);

#endif
