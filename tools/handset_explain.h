/* handset_explain: what is shown of an experiment, while it goes on and at its end. */
#ifndef TOOLS_HANDSET_EXPLAIN_H
#define TOOLS_HANDSET_EXPLAIN_H

#include "advice.h"
#include "cause.h"

#include <jansson.h>

/* Borrowed. */
struct explained {
	const char *name, *target;
	const struct profile *client;
	const struct phone_account *account;
	const struct advice_book *book; /* NULL: no advice */
	enum aspect aspect;
	bool deliver;
	uint64_t seed, unix_time, elapsed_ms; /* of the run; the last when it is over */
};

/* Before the first trial, each trial as it was made, and what it comes to; on standard output. */
void explain_begin(const struct explained *explained);
void explain_trial(const struct explained *explained, const struct cause *cause,
	const struct cause_trial *trial);
bool explain_end(const struct explained *explained, const struct cause *cause);
/* All of it as one JSON object. */
bool explain_json(const struct explained *explained, const struct cause *cause, int status);
/* The same as records of a run with one client, which reports are made of; calls for each. */
bool explain_records(const struct explained *explained, const struct cause *cause, int status,
	bool (*take)(void *context, const json_t *record), void *context);

#endif
