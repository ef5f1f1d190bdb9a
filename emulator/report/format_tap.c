/*
 * format_tap: Test Anything Protocol, version 14: one plan over all servers. What the baseline
 * knows is a `todo`, what is not judged a `skip` (directives are written in any case).
 */
#include "formats.h"

#include "outcome.h"

/* In a description `#` would begin a directive: both it and the backslash are escaped. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '\\' || *text == '#')
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* A double-quoted scalar of YAML 1.2: what JSON escapes is escaped alike. */
static void put_quoted(FILE *out, struct octets text)
{
	fputc('"', out);
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"' || text.at[i] == '\\')
			fputc('\\', out);
		fputc(text.at[i], out);
	}
	fputc('"', out);
}

static void put_member(FILE *out, const char *name, const char *text)
{
	fprintf(out, "  %s: ", name);
	put_quoted(out, octets_of(text));
	fputc('\n', out);
}

/* What is told of it, a list of lines. */
static void put_block(FILE *out, const struct record_run *run, const struct outcome *outcome)
{
	struct buffer told;
	buffer_init(&told, &memory_standard, SIZE_MAX / 2);
	outcome_tell(outcome, &told);
	fputs("  ---\n", out);
	put_member(out, "message", outcome_sentence(outcome));
	put_member(out, "server", run->target);
	if (run->again)
		put_member(out, "run", run->id);
	put_member(out, "verdict", outcome->says);
	fputs("  details:\n", out);
	for (struct octets left = buffer_octets(&told); left.len > 0;) {
		size_t len = octets_find(left, '\n');
		fputs("    - ", out);
		put_quoted(out, octets_cut(left, len));
		fputc('\n', out);
		left = octets_from(left, len + 1);
	}
	fputs("  ...\n", out);
	buffer_free(&told);
}

static void put_line(FILE *out, const struct judgement *judgement, const struct record_run *run,
	const struct outcome *outcome, size_t number)
{
	bool failed = outcome->end == OUTCOME_FAILED || outcome->end == OUTCOME_ERROR;
	bool known = outcome->end == OUTCOME_KNOWN;
	fprintf(out, "%s %zu - %s ", failed || known ? "not ok" : "ok", number,
		record_kind_name(outcome->kind));
	put_escaped(out, outcome->name);
	if (judgement->set->run_count > 1) {
		struct buffer server;
		buffer_init(&server, &memory_standard, SIZE_MAX / 2);
		outcome_tell_server(run, &server);
		fputs(" at ", out);
		put_escaped(out, buffer_string(&server));
		buffer_free(&server);
	}
	fputs(": ", out);
	put_escaped(out, outcome->says);
	if (known)
		fputs(" # todo the baseline knows it", out);
	if (outcome->end == OUTCOME_SKIPPED) {
		fputs(" # SKIP ", out);
		put_escaped(out, outcome_sentence(outcome));
	}
	fputc('\n', out);
	if (failed || known)
		put_block(out, run, outcome);
}

bool format_tap(const struct judgement *judgement, const struct report_output *output)
{
	size_t all = 0, number = 0;
	struct outcome outcome;
	for (size_t i = 0; i < judgement->set->run_count; i++)
		all += outcome_count(&judgement->set->runs[i]);
	fprintf(output->to, "TAP version 14\n1..%zu%s\n", all,
		all == 0 ? " # SKIP nothing was played" : "");
	for (size_t i = 0; i < judgement->set->run_count; i++) {
		const struct record_run *run = &judgement->set->runs[i];
		for (size_t j = 0; outcome_at(judgement, run, j, &outcome); j++)
			put_line(output->to, judgement, run, &outcome, ++number);
	}
	return true;
}
