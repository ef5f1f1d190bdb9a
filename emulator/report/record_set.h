/*
 * record_set: the records of one run or of many, read from files and put in order.
 *
 * A set holds *runs*, in the order in which they were first named. One run may come from several
 * files: the shards of one plan, or a run that was killed and taken up again; then it has several
 * `run` records. Within a run, records of one kind are a list. A client, a fact and a likeness is
 * there once: a later record replaces an earlier one of its name, which is counted in `replaced`
 * where they differ. The same record twice is there once.
 *
 *   struct record_set *set = record_set_new(&memory_standard);
 *   record_set_read(set, "run.jsonl", content, &complaint)        as often as there are files
 *   record_set_finish(set, &complaint)                            then it may be looked at
 */
#ifndef REPORT_RECORD_SET_H
#define REPORT_RECORD_SET_H

#include "records.h"

struct record_list {
	json_t **items;
	size_t count, room;
};

struct record_run {
	const char *id, *target; /* lent by the set */
	struct record_list lists[RECORD_KINDS];
	size_t replaced;
	bool again;    /* this target has other runs in the set */
	size_t before; /* of the run of this target that was added before: its index + 1; 0: none */
	json_t *plan;  /* the names of all clients that were to be played, with their places */
};

struct record_set {
	const struct memory *memory; /* borrowed */
	struct record_run *runs;
	size_t run_count, run_room;
	size_t cut;	       /* files whose last line ends in the middle: their run was killed */
	json_t *ids, *targets; /* of a run: its index */
};

struct record_set *record_set_new(const struct memory *memory);
void record_set_free(struct record_set *set); /* NULL is fine */

/* Takes a record that record_check() held good (also where it fails). False: a complaint. */
bool record_set_add(
	struct record_set *set, enum record_kind kind, json_t *object, struct buffer *complaint);
/*
 * Reads what a file holds: JSON Lines, or the document of the format `json`. What is wrong is told
 * as `name:line: error: …`. A last line that is cut off is left out, and counted.
 */
bool record_set_read(
	struct record_set *set, const char *name, struct octets content, struct buffer *complaint);
/* After the last record: puts clients in the order of the plan. False: a run has no `run` record.
 */
bool record_set_finish(struct record_set *set, struct buffer *complaint);

/* The run of this target that was added last, or NULL. */
const struct record_run *record_set_find_target(const struct record_set *set, const char *target);
/* The run of the same target that was added before this one, or NULL. */
const struct record_run *record_set_run_before(
	const struct record_set *set, const struct record_run *run);
/* The record of a kind whose name (client, fact, server) is this one, or NULL. */
const json_t *record_run_find(
	const struct record_run *run, enum record_kind kind, const char *name);
/* The first `run` record. */
const json_t *record_run_head(const struct record_run *run);
/* What was remarked when it ended, texts; NULL: it did not end, or there is nothing. */
const json_t *record_run_remarks(const struct record_run *run);
/* How many targets there are: fewer than runs, where one was examined again. */
size_t record_set_targets(const struct record_set *set);
/* Clients of the plan that have no record. */
size_t record_run_missing(const struct record_run *run);
/* True where every planned client has its record and somebody wrote that the run ended. */
bool record_run_is_whole(const struct record_run *run);

#endif
