/*
 * record_cause: what an experiment found, as a part of records.
 *
 * `cause` of a client's record: state (found, inconclusive), sentence, keys (the first cause, key
 * by key with value, evidence and what it means), masked (a list of further causes, each a list of
 * keys), runs, reproduced, and with `work` the trials, each with what was kept and what came of it.
 */
#ifndef CHECK_RECORD_CAUSE_H
#define CHECK_RECORD_CAUSE_H

#include "advice.h"
#include "cause.h"
#include "record.h"

/* NULL: no memory. `name` is the client's in the catalogue. */
json_t *record_cause(
	const struct cause *cause, const struct profile *client, const char *name, bool work);
/* A list of what helps, against all causes that were found. */
json_t *record_cures(
	const struct advice_book *book, const struct cause *cause, const struct profile *client);
/* A list of rules: bit 1 << enum rule. */
json_t *record_rules(uint64_t rules);

#endif
