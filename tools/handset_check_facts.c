/* handset_check_facts: what is true of the server, whoever its clients are. */
#include "handset_check_facts.h"

#include "careful.h"
#include "handset.h"
#include "record_fact.h"

#include <string.h>

/* Behind the account's own: the login of nobody, and one of garbage that RSET inside a login is. */
enum { LOGINS_BESIDE = 2 };

static void show_progress(void *context, size_t sessions, size_t expected)
{
	const struct check_facts_job *job = context;
	if (job->bar != NULL && progress_bar_is_due(job->bar))
		progress_bar_show_count(job->bar, sessions, expected, "sessions for facts");
}

static void take_all(const struct check_facts_job *job, const struct findings *findings)
{
	for (size_t i = 0; i < findings_count(findings); i++)
		job->take(job->context, record_fact(job->head, findings, findings_at(findings, i)));
}

bool check_facts(const struct check_facts_job *job, struct check_facts_result *result)
{
	const struct check_options *options = job->job->options;
	size_t refused = (size_t)options->max_refused_logins;
	struct check_facts_job own = *job;
	struct careful careful;
	careful_init(&careful, job->below,
		&(struct careful_settings){.pause_ms = job->job->pause_ms,
			.max_connections = (size_t)options->max_connections,
			.max_refused_logins = refused == 0 ? 0 : refused + LOGINS_BESIDE});
	const struct findings_wish wish = {.ground = &careful.ground,
		.patterns = options->facts.items,
		.pattern_count = options->facts.count,
		.deliver = options->deliver,
		.patience_ms = options->patience_ms,
		.progress = show_progress,
		.context = &own};
	struct findings *findings = findings_new(&memory_standard, &wish);
	*result = (struct check_facts_result){.found = false};
	if (findings == NULL)
		return false;
	result->found = findings_run(findings, &result->why);
	result->connections = careful.connections;
	take_all(job, findings);
	findings_free(findings);
	return true;
}

static bool fits_any(const char *pattern)
{
	const struct fact_row *row;
	for (size_t i = 0; (row = fact_row(i)) != NULL; i++)
		if (findings_pattern_fits(pattern, row->name))
			return true;
	return false;
}

bool check_facts_patterns_fit(const struct option_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		if (fits_any(patterns->items[i]))
			continue;
		fprintf(stderr, "handset check: no fact's name fits \"%s\"; --list shows them\n",
			patterns->items[i]);
		return false;
	}
	return true;
}

void check_facts_list(void)
{
	const struct fact_row *row;
	for (size_t i = 0; (row = fact_row(i)) != NULL; i++)
		printf("%-34s %-8s %s (%s)%s\n", row->name, rule_strength_name(row->strength),
			row->title, row->section,
			(row->needs & FACT_NEEDS_DELIVERY) != 0 ? " --deliver" : "");
}
