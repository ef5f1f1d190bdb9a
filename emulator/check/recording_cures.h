/* recording_cures: what helps, and the rules that a cause breaks, as parts of records. */
#ifndef CHECK_RECORDING_CURES_H
#define CHECK_RECORDING_CURES_H

#include "advice.h"
#include "recording.h"

/* The member `advice` of a client: what helps against all causes that were found. */
json_t *recording_cures(
	const struct advice_book *book, const struct cause *cause, const struct profile *client);
/* The same of advice that is at hand. */
json_t *recording_advice(const struct advice *advice, size_t count);
/* A list of rules: bit 1 << enum rule. */
json_t *recording_rules(uint64_t rules);

#endif
