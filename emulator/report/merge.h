/*
 * merge: the records of several files become one: of shards, of a run that was taken up again.
 *
 * What comes out does not depend on the order of the files, and merged once more it is the same.
 * Within a file a later record replaces an earlier one of its name; of two in two files the one
 * that concludes something is kept, else the first in order of their texts.
 *
 *   a *contradiction* is what cannot stand together: another version, other profiles, with and
 *   without delivery, one server in two runs, one client with two verdicts
 *   a *gap* is what is not there: a client of the plan, a shard, a server of the list, an end
 *
 *   struct merge *merge = merge_new(&memory_standard);
 *   merge_read(merge, "one.jsonl", content, &complaint)   as often as there are files
 *   merge_judge(merge, targets, count, findings)          what is wrong, a line each
 *   merge_write(merge, out)
 */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "records.h"

struct merge;

struct merge_findings {
	struct buffer *lines; /* borrowed: "contradiction: …", "gap: …", "note: …" */
	size_t contradictions, gaps;
};

/* NULL for want of memory. */
struct merge *merge_new(const struct memory *memory);
void merge_free(struct merge *merge); /* NULL is fine */
/*
 * Takes a file's records. False with `name:line: error: …` appended: something in it is no record.
 * A last line that is cut off is left out.
 */
bool merge_read(
	struct merge *merge, const char *name, struct octets content, struct buffer *complaint);
/* `targets`: the URLs that have to be there; NULL: nobody says. False for want of memory. */
bool merge_judge(struct merge *merge, const char *const *targets, size_t target_count,
	struct merge_findings *findings);
size_t merge_count(const struct merge *merge);
/* Every record as a line, by server, run, kind and name. */
bool merge_write(struct merge *merge, struct buffer *out);

#endif
