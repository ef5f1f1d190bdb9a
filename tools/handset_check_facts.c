/* handset_check_facts: what is true of the server, whoever its clients are. */
#include "handset_check_facts.h"

#include "careful.h"
#include "handset.h"
#include "lesson.h"
#include "record_fact.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * Facts are about logins that must fail: of nobody, of what RSET inside a login is taken for, after
 * one that was broken off. Of the account's own they count by themselves (findings.h).
 */
enum { LOGINS_BESIDE = 9 };
/* So many profiles are told of; a likeness in fewer facts says nothing. */
enum { LIKENESSES = 3, LIKENESS_FACTS = 20 };

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

/* ---- likeness ---- */

/* The server profiles of the catalogue. */
struct candidates {
	struct catalogue *catalogue;
	struct catalogue_list *list;
	struct likeness_candidate *items;
	struct profile **profiles;
	size_t count;
};

static void free_candidates(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		profile_free(candidates->profiles[i]);
	free(candidates->items);
	free(candidates->profiles);
	catalogue_list_free(candidates->list);
	catalogue_close(candidates->catalogue);
}

/* One that cannot be read is left out: `handset profile check` tells why. */
static void load_candidates(struct candidates *candidates)
{
	const struct profile_source source = catalogue_source(candidates->catalogue);
	for (size_t i = 0; i < catalogue_list_count(candidates->list); i++) {
		struct buffer errors;
		buffer_init(&errors, &memory_standard, SIZE_MAX / 2);
		const char *name = catalogue_list_entry(candidates->list, i).name;
		struct profile *profile =
			profile_load(&memory_standard, PROFILE_SERVER, name, &source, &errors);
		buffer_free(&errors);
		if (profile == NULL)
			continue;
		candidates->profiles[candidates->count] = profile;
		candidates->items[candidates->count++] = (struct likeness_candidate){name, profile};
	}
}

static bool open_candidates(struct candidates *candidates, const char *folder)
{
	*candidates = (struct candidates){.catalogue = handset_catalogue(folder)};
	if (candidates->catalogue != NULL)
		candidates->list = catalogue_list(candidates->catalogue, PROFILE_SERVER);
	if (candidates->list == NULL)
		return false;
	size_t count = catalogue_list_count(candidates->list) + 1;
	candidates->items = calloc(count, sizeof *candidates->items);
	candidates->profiles = calloc(count, sizeof *candidates->profiles);
	if (candidates->items == NULL || candidates->profiles == NULL)
		return false;
	load_candidates(candidates);
	return true;
}

static void tell_likeness(const struct check_facts_job *job, const struct findings *findings,
	const struct candidates *candidates)
{
	struct likeness best[LIKENESSES];
	size_t count = likeness_find(&memory_standard, findings, job->below,
		job->job->options->deliver, candidates->items, candidates->count, best, LIKENESSES);
	for (size_t i = 0; i < count && best[i].of >= LIKENESS_FACTS; i++)
		job->take(job->context, record_likeness(job->head, &best[i]));
}

/* ---- a profile that is learned ---- */

/* Those that say nothing of a server of its own: the strict one, and one that forgives syntax. */
static size_t find_parents(
	const struct candidates *candidates, struct likeness_candidate parents[2])
{
	static const char *const names[] = {"lenient", "correct"};
	size_t count = 0;
	for (size_t which = 0; which < 2; which++)
		for (size_t i = 0; i < candidates->count; i++)
			if (strcmp(candidates->items[i].name, names[which]) == 0)
				parents[count++] = candidates->items[i];
	return count;
}

static bool write_file(const char *file, struct octets text)
{
	FILE *stream = handset_create("handset check", file);
	if (stream == NULL)
		return false;
	fwrite(text.at, 1, text.len, stream);
	return handset_close(stream);
}

static bool write_lesson(const struct check_facts_job *job, const struct findings *findings,
	const struct candidates *candidates)
{
	const struct check_options *options = job->job->options;
	struct likeness_candidate parents[2];
	char date[16] = "";
	time_t seconds = (time_t)job->job->unix_time;
	struct tm parts;
	struct buffer text;
	if (gmtime_r(&seconds, &parts) != NULL)
		strftime(date, sizeof date, "%Y-%m-%d", &parts);
	const struct lesson_wish wish = {.memory = &memory_standard,
		.findings = findings,
		.ground = job->below,
		.delivered = options->deliver,
		.target = job->job->target,
		.date = date,
		.parents = parents,
		.parent_count = find_parents(candidates, parents)};
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	bool good = lesson_write(&wish, &text);
	if (!good)
		fprintf(stderr, "handset check: --learn-server: too little was found out: "
				"no login succeeded\n");
	good = good && write_file(options->learn_server, buffer_octets(&text));
	buffer_free(&text);
	return good;
}

/* What it behaves like, and what was learned of it. */
static bool compare(const struct check_facts_job *job, const struct findings *findings)
{
	const struct check_options *options = job->job->options;
	struct candidates candidates;
	bool good = open_candidates(&candidates, options->profiles);
	if (good && findings_count(findings) >= LIKENESS_FACTS)
		tell_likeness(job, findings, &candidates);
	if (good && options->learn_server != NULL)
		good = write_lesson(job, findings, &candidates);
	free_candidates(&candidates);
	return good;
}

bool check_facts(const struct check_facts_job *job, struct check_facts_result *result)
{
	const struct check_options *options = job->job->options;
	size_t refused = job->job->max_refused_logins;
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
		.name = options->host,
		.patience_ms = options->patience_ms,
		.any_refused_logins = refused == 0,
		.progress = show_progress,
		.context = &own};
	struct findings *findings = findings_new(&memory_standard, &wish);
	*result = (struct check_facts_result){.found = false};
	if (findings == NULL)
		return false;
	result->found = findings_run(findings, &result->why);
	result->connections = careful.connections;
	result->end = result->found ? CONTROL_SENDS : CONTROL_NO_CONNECTION;
	if (result->found && findings_login_refused(findings)[0] != 0) {
		result->end = CONTROL_LOGIN_REFUSED;
		sentence_set(&result->why, "%s", findings_login_refused(findings));
	}
	take_all(job, findings);
	result->learned = !result->found || compare(job, findings);
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
