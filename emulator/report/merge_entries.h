/*
 * merge_entries: the records of a merge, each under its name.
 */
#ifndef REPORT_MERGE_ENTRIES_H
#define REPORT_MERGE_ENTRIES_H

#include "merge.h"

/*
 * What a record is known by: its kind, its run, and within that the client, the fact, the server
 * that it is like, the shard; a control is known by all that it says.
 */
struct merge_entry {
	enum record_kind kind;
	json_t *record;
	char *key, *text; /* of jansson's heap */
};

struct merge {
	const struct memory *memory;
	struct merge_entry *entries;
	size_t count, room;
	json_t *places;		      /* of a key: its entry */
	size_t cut;		      /* files whose last line was cut off */
	bool of_file;		      /* of one file only: what comes later replaces */
	struct buffer contradictions; /* found while reading, a line each */
	size_t contradiction_count;
};

/* "1/3 by client"; "" where a record is of no shard. */
void merge_shard_of(const json_t *record, char *text, size_t room);
/* Takes the record over. False for want of memory. */
bool merge_add(struct merge *merge, enum record_kind kind, json_t *record);
/* By server, run, kind and name. */
void merge_sort(struct merge *merge);

#endif
