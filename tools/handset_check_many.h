/*
 * handset_check_many: many servers, side by side, and one server in parts.
 *
 * A server is examined by a process of its own, never by two at the same time: servers of one host
 * follow each other. The records of all come together here, where they are kept and reported.
 */
#ifndef TOOLS_HANDSET_CHECK_MANY_H
#define TOOLS_HANDSET_CHECK_MANY_H

#include "handset_check.h"
#include "handset_records_file.h"
#include "handset_shard.h"
#include "handset_targets.h"

/* --targets, --jobs, --shard, --resume. */
extern const struct option_command check_many_part;

/* How the work is divided, and where its records are; zeroed is fine for check_many_close(). */
struct check_many {
	struct targets targets; /* of --targets, those of the shard only */
	struct shard shard;
	struct records_file file; /* of --jsonl */
	bool has_file;
	struct record_set *earlier; /* what --resume found there, or NULL */
};

/*
 * Reads the options, the list and the file. EXIT_AS_HOPED, or the status to end with, after a
 * message on stderr.
 */
int check_many_open(struct check_many *many, const struct check_options *options);
void check_many_close(struct check_many *many);
/* Appends a record to the file, where there is one; false with a message on stderr. */
bool check_many_keep(struct check_many *many, const char *line);
/* Shows each earlier record to whoever reports; false where `take` is. */
bool check_many_repeat(const struct check_many *many,
	bool (*take)(void *context, const json_t *record), void *context);

/*
 * One server: `job` is ready but for its share. Blocks; returns the exit status. What an earlier
 * run has concluded is not done again.
 */
int check_many_one(const struct check_many *many, struct check_job *job);
/*
 * Every server of the list; `job` holds the plan and whoever takes the records. Blocks; returns the
 * exit status.
 */
int check_many_all(const struct check_many *many, const struct check_job *job);

#endif
