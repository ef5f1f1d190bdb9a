/*
 * outcome: controls, clients and facts as one list of tests, for the formats that know nothing but
 * tests: JUnit, TAP, CSV.
 *
 * A test has passed, has failed, or was skipped with a reason. What the baseline knows, what is not
 * judged and what is inconclusive is skipped; so a run shows a failure exactly where its status is
 * 1 or its control failed.
 */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "judgement.h"

enum outcome_end { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOME_KNOWN };

struct outcome {
	enum record_kind kind;
	const json_t *record;
	const char *name;
	enum outcome_end end;
	const char *says; /* the verdict in words: "cannot send" */
};

/* The test at `index` of a run, in the order controls, clients, facts; false behind the last. */
bool outcome_at(const struct judgement *judgement, const struct record_run *run, size_t index,
	struct outcome *outcome);
/* How many there are; of one end. */
size_t outcome_count(const struct record_run *run);
size_t outcome_count_of(
	const struct judgement *judgement, const struct record_run *run, enum outcome_end end);
/*
 * Appends what is to be known of it, as lines: the sentence, what was sent and came, the cause,
 * what to do.
 */
void outcome_tell(const struct outcome *outcome, struct buffer *out);
/*
 * Appends the server; of one that the report has two runs of, the run as well, for what is told of
 * either would have the same name.
 */
void outcome_tell_server(const struct record_run *run, struct buffer *out);
/* The sentence of the record, or its verdict in words. */
const char *outcome_sentence(const struct outcome *outcome);

#endif
