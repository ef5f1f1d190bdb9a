/*
 * record_fact: what was found out about a server, as records (recording.h).
 *
 * Texts of the server are escaped already. A dialogue goes with what it decided, not with what was
 * only heard on the way.
 */
#ifndef CHECK_RECORD_FACT_H
#define CHECK_RECORD_FACT_H

#include "findings.h"
#include "likeness.h"
#include "recording.h"

/* The caller's; NULL: no memory. What a report joins to it (advice) may be added. */
json_t *record_fact(const struct recording_head *head, const struct findings *findings,
	const struct fact_finding *finding);
json_t *record_likeness(const struct recording_head *head, const struct likeness *likeness);

#endif
