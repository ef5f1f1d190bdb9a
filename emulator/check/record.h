/*
 * record: what a check found, as JSON objects.
 *
 * A check writes records, one JSON object a line, and every report is made of them: of the one
 * that just ran, of one that was kept, of several that were put together. What is unknown or does
 * not apply is left out. Texts of servers are escaped (text.h), and nothing is longer than a
 * sentence. The fields are described in emulator/report/records.h, beside their reader.
 */
#ifndef CHECK_RECORD_H
#define CHECK_RECORD_H

#include "run.h"

#include <jansson.h>

enum { RECORD_RUN_ID = 17, RECORD_FORMAT = 1 };

/* Common to the records of a run; borrowed. */
struct record_head {
	char run[RECORD_RUN_ID]; /* 16 hexadecimal digits */
	const char *target;	 /* the server's URL */
};

/* Drawn from seed and target, so that the same check has the same name. */
void record_head_init(struct record_head *head, const char *target, uint64_t seed);

/* What each function makes belongs to the caller; NULL: no memory. */

struct record_plan {
	const char *tool; /* "handset 0.1.0" */
	uint64_t started; /* seconds since 1970 */
	uint64_t seed;
	bool deliver, facts;
	const struct run_client *clients;
	size_t client_count;
};
json_t *record_run(const struct record_head *head, const struct record_plan *plan);
/* `who`: "msub"; advisory: nothing hangs on it. */
json_t *record_control(const struct record_head *head, const char *who, bool advisory,
	const struct control *control);
/* `elapsed_ms` PLAYER_NEVER: not told. */
json_t *record_client(const struct record_head *head, const struct run_client *client,
	const struct verdict *verdict, uint64_t elapsed_ms);
json_t *record_end(const struct record_head *head, const struct run_result *result, int exit_status,
	uint64_t elapsed_ms);

/* An object with what is common to all. */
json_t *record_new(const struct record_head *head, const char *kind);
/* Leaves out what is empty. */
void record_set_text(json_t *record, const char *key, const char *text);
/* A dialogue; NULL is fine: nothing is set. */
void record_set_dialogue(json_t *record, const char *key, const struct transcript *transcript);
/* What a finding says: step, code, reply. */
void record_set_finding(json_t *record, const struct finding *finding);
/* Appends the settings of a profile as they were merged: what is correct anyway is no part of them.
 */
void record_append_settings(struct buffer *text, const struct profile *profile);
/* SHA-256 of the text, which is used up. */
void record_set_digest(json_t *record, const char *key, struct buffer *text);
/* Appends the record as one line. */
bool record_write(struct buffer *out, const json_t *record);

#endif
