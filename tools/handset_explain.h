/* handset_explain: what is shown of an experiment, while it goes on and at its end. */
#ifndef TOOLS_HANDSET_EXPLAIN_H
#define TOOLS_HANDSET_EXPLAIN_H

#include "advice.h"
#include "cause.h"

/* Borrowed. */
struct explained {
	const char *name, *target;
	const struct profile *client;
	const struct phone_account *account;
	const struct advice_book *book; /* NULL: no advice */
	enum aspect aspect;
};

/* Before the first trial, each trial as it was made, and what it comes to; on standard output. */
void explain_begin(const struct explained *explained);
void explain_trial(const struct explained *explained, const struct cause *cause,
	const struct cause_trial *trial);
bool explain_end(const struct explained *explained, const struct cause *cause);
/* All of it as one JSON object. */
bool explain_json(const struct explained *explained, const struct cause *cause, int status);

#endif
