/*
 * format_junit: XML of JUnit's kind, a suite for each server. There is no one schema; this is what
 * the readers of CI systems agree on.
 */
#include "formats.h"

#include "markup.h"
#include "outcome.h"

static void put_time(FILE *out, const json_t *record)
{
	json_int_t ms = record_number(record, "elapsed-ms");
	fprintf(out, " time=\"%lld.%03d\"", (long long)(ms / 1000), (int)(ms % 1000));
}

static void put_counts(FILE *out, const struct judgement *judgement, const struct record_run *run)
{
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		outcome_count(run), outcome_count_of(judgement, run, OUTCOME_FAILED),
		outcome_count_of(judgement, run, OUTCOME_ERROR),
		outcome_count_of(judgement, run, OUTCOME_SKIPPED) +
			outcome_count_of(judgement, run, OUTCOME_KNOWN));
}

static void put_failed(FILE *out, const char *element, const struct outcome *outcome)
{
	struct buffer told;
	buffer_init(&told, &memory_standard, SIZE_MAX / 2);
	outcome_tell(outcome, &told);
	fprintf(out, ">\n      <%s", element);
	markup_attribute(out, "type", outcome->says);
	markup_attribute(out, "message", outcome_sentence(outcome));
	fputc('>', out);
	markup_text(out, buffer_string(&told));
	fprintf(out, "</%s>\n    </testcase>\n", element);
	buffer_free(&told);
}

static void put_skipped(FILE *out, const struct outcome *outcome)
{
	struct buffer why;
	buffer_init(&why, &memory_standard, SIZE_MAX / 2);
	buffer_format(&why, "%s%s", outcome->end == OUTCOME_KNOWN ? "the baseline knows: " : "",
		outcome_sentence(outcome));
	fputs(">\n      <skipped", out);
	markup_attribute(out, "message", buffer_string(&why));
	fputs("/>\n    </testcase>\n", out);
	buffer_free(&why);
}

static void put_case(FILE *out, const struct record_run *run, const struct outcome *outcome)
{
	struct buffer class;
	buffer_init(&class, &memory_standard, SIZE_MAX / 2);
	buffer_format(&class, "%s.", record_kind_name(outcome->kind));
	outcome_tell_server(run, &class);
	fputs("    <testcase", out);
	markup_attribute(out, "classname", buffer_string(&class));
	markup_attribute(out, "name", outcome->name);
	put_time(out, outcome->record);
	buffer_free(&class);
	if (outcome->end == OUTCOME_PASSED)
		fputs("/>\n", out);
	else if (outcome->end == OUTCOME_FAILED || outcome->end == OUTCOME_ERROR)
		put_failed(out, outcome->end == OUTCOME_FAILED ? "failure" : "error", outcome);
	else
		put_skipped(out, outcome);
}

static void put_suite(FILE *out, const struct judgement *judgement, const struct record_run *run)
{
	const struct record_list *ends = &run->lists[RECORD_END];
	const char *started = record_words(record_run_head(run), "started");
	struct outcome outcome;
	struct buffer verdict, server;
	buffer_init(&verdict, &memory_standard, SIZE_MAX / 2);
	buffer_init(&server, &memory_standard, SIZE_MAX / 2);
	outcome_tell_server(run, &server);
	judgement_sentence(judgement, run, &verdict);
	fputs("  <testsuite", out);
	markup_attribute(out, "name", buffer_string(&server));
	put_counts(out, judgement, run);
	put_time(out, ends->count == 0 ? NULL : ends->items[ends->count - 1]);
	if (started[0] != 0)
		markup_attribute(out, "timestamp", started);
	fputs(">\n    <properties>\n      <property name=\"verdict\"", out);
	markup_attribute(out, "value", buffer_string(&verdict));
	fputs("/>\n    </properties>\n", out);
	for (size_t i = 0; outcome_at(judgement, run, i, &outcome); i++)
		put_case(out, run, &outcome);
	fputs("  </testsuite>\n", out);
	buffer_free(&verdict);
	buffer_free(&server);
}

bool format_junit(const struct judgement *judgement, const struct report_output *output)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"handset\">\n",
		output->to);
	for (size_t i = 0; i < judgement->set->run_count; i++)
		put_suite(output->to, judgement, &judgement->set->runs[i]);
	fputs("</testsuites>\n", output->to);
	return true;
}
