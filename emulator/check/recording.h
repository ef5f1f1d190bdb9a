/*
 * recording: what a check found, as JSON objects.
 *
 * A check writes records, one JSON object a line, and every report is made of them: of the one
 * that just ran, of one that was kept, of several that were put together. What is unknown or does
 * not apply is left out. Texts of servers are escaped (text.h), and nothing is longer than a
 * sentence. The fields are described in emulator/report/records.h, beside their reader.
 */
#ifndef CHECK_RECORDING_H
#define CHECK_RECORDING_H

#include "run.h"

#include <jansson.h>

enum { RECORDING_RUN_ID = 17, RECORDING_FORMAT = 1 };

/* Common to the records of a run; borrowed. */
struct recording_head {
	char run[RECORDING_RUN_ID]; /* 16 hexadecimal digits */
	const char *target;	    /* the server's URL */
};

/* Drawn from seed and target, so that the same check has the same name. */
void recording_head_init(struct recording_head *head, const char *target, uint64_t seed);

/* What each function makes belongs to the caller; NULL: no memory. */

struct recording_plan {
	const char *tool; /* "handset 0.1.0" */
	uint64_t started; /* seconds since 1970 */
	uint64_t seed;
	bool deliver, facts;
	const struct run_client *clients;
	size_t client_count;
};
json_t *recording_run(const struct recording_head *head, const struct recording_plan *plan);
/* `who`: "msub"; advisory: nothing hangs on it. */
json_t *recording_control(const struct recording_head *head, const char *who, bool advisory,
	const struct control *control);
/* `cause` NULL: none was sought. `elapsed_ms` PLAYER_NEVER: not told. */
json_t *recording_client(const struct recording_head *head, const struct run_client *client,
	const struct verdict *verdict, const struct cause *cause, uint64_t elapsed_ms);
/* The member `cause` of a client; `work`: with all its trials. */
json_t *recording_cause(const struct cause *cause, const struct run_client *client, bool work);
json_t *recording_end(const struct recording_head *head, const struct run_result *result,
	int exit_status, uint64_t elapsed_ms);

/* An object with what is common to all. */
json_t *recording_new(const struct recording_head *head, const char *kind);
/* Leaves out what is empty. */
void recording_set_text(json_t *record, const char *key, const char *text);
/* A dialogue; NULL is fine: nothing is set. */
void recording_set_dialogue(json_t *record, const char *key, const struct transcript *transcript);
/* What a finding says: step, code, reply. */
void recording_set_finding(json_t *record, const struct finding *finding);
/* Appends the settings of a profile as they were merged: what is correct anyway is no part of them.
 */
void recording_append_settings(struct buffer *text, const struct profile *profile);
/* SHA-256 of the text, which is used up. */
void recording_set_digest(json_t *record, const char *key, struct buffer *text);
/* Appends the record as one line. */
bool recording_write(struct buffer *out, const json_t *record);

#endif
