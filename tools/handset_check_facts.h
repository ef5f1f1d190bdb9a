/*
 * handset_check_facts: the part of a check that asks the server and no client: facts, as records.
 *
 * It minds the server's patience by itself: the logins and connections that the clients used up do
 * not count. Some logins more may be refused: those that facts are about, which nobody's are.
 */
#ifndef TOOLS_HANDSET_CHECK_FACTS_H
#define TOOLS_HANDSET_CHECK_FACTS_H

#include "handset_check.h"

struct check_facts_job {
	const struct check_job *job;
	const struct recording_head *head;
	const struct ground *below;
	struct progress_bar *bar; /* NULL: none is shown */
	/* The record is taken over. */
	void (*take)(void *context, json_t *record);
	void *context;
};

/* What came of it. */
struct check_facts_result {
	size_t connections;
	enum control_end end; /* CONTROL_SENDS: as it must; else `why` tells */
	bool found;	      /* false: not even a first session went as it must; `why` tells */
	struct sentence why;
	bool learned; /* --learn-server was done, or was not asked for */
};

/* Blocks. False only for want of memory. */
bool check_facts(const struct check_facts_job *job, struct check_facts_result *result);
/* Patterns that fit no fact are a mistake: false with a message on stderr. */
bool check_facts_patterns_fit(const struct option_list *patterns);
/* All facts, with what they stand on, to standard output. */
void check_facts_list(void);

#endif
