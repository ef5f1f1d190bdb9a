/*
 * format_csv: a row for each control, client and fact (RFC 4180: CR LF, a quote doubled).
 *
 * A server's words go into spreadsheets, which take a cell that begins with =, +, -, @ for a
 * formula: such a cell gets an apostrophe in front, as OWASP advises.
 */
#include "formats.h"

#include "outcome.h"

static const char *const titles[] = {"server", "kind", "name", "title", "verdict", "in-words",
	"outcome", "step", "code", "reply", "losses", "message", "second-message",
	"refused-recipient", "duplicate", "cause", "strength", "section", "value", "sentence",
	"run"};

static bool is_formula(const char *text)
{
	/* the wide forms of the four, which some spreadsheets take alike: U+FF1D, FF0B, FF0D, FF20
	 */
	static const char *const wide[] = {
		"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
	if (text[0] != 0 && strchr("=+-@", text[0]) != NULL)
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		if (strncmp(text, wide[i], 3) == 0)
			return true;
	}
	return false;
}

/* `first`: no comma before it. */
static void put_cell(FILE *out, bool first, const char *text)
{
	fputs(first ? "\"" : ",\"", out);
	if (is_formula(text))
		fputc('\'', out);
	for (; *text != 0; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void put_member(FILE *out, const json_t *record, const char *member)
{
	put_cell(out, false, record_words(record, member));
}

static void put_joined(FILE *out, const json_t *list, const char *member)
{
	struct buffer joined;
	buffer_init(&joined, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		buffer_format(&joined, "%s%s", i > 0 ? " " : "",
			member == NULL ? json_string_value(item) : record_words(item, member));
	}
	put_cell(out, false, buffer_string(&joined));
	buffer_free(&joined);
}

static void put_row(FILE *out, const struct record_run *run, const struct outcome *outcome)
{
	static const char *const ends[] = {[OUTCOME_PASSED] = "passed",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_ERROR] = "error",
		[OUTCOME_SKIPPED] = "skipped",
		[OUTCOME_KNOWN] = "known"};
	static const char *const aspects[] = {
		"message", "second-message", "refused-recipient", "duplicate"};
	const json_t *record = outcome->record;
	char code[32] = "";
	if (record_number(record, "code") > 0)
		snprintf(code, sizeof code, "%lld", (long long)record_number(record, "code"));
	put_cell(out, true, run->target);
	put_cell(out, false, record_kind_name(outcome->kind));
	put_cell(out, false, outcome->name);
	put_member(out, record, "title");
	put_member(out, record, outcome->kind == RECORD_CONTROL ? "result" : "verdict");
	put_cell(out, false, outcome->says);
	put_cell(out, false, ends[outcome->end]);
	put_member(out, record, "step");
	put_cell(out, false, code);
	put_member(out, record, "reply");
	put_joined(out, record_part(record, "losses"), NULL);
	for (size_t i = 0; i < sizeof aspects / sizeof *aspects; i++)
		put_member(out, record_aspect(record, aspects[i]), "result");
	put_joined(out, record_part(record_part(record, "cause"), "keys"), "key");
	put_member(out, record, "strength");
	put_member(out, record, "section");
	put_member(out, record, "value");
	put_member(out, record, "sentence");
	put_cell(out, false, run->id);
	fputs("\r\n", out);
}

bool format_csv(const struct judgement *judgement, const struct report_output *output)
{
	struct outcome outcome;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		put_cell(output->to, i == 0, titles[i]);
	fputs("\r\n", output->to);
	for (size_t i = 0; i < judgement->set->run_count; i++) {
		const struct record_run *run = &judgement->set->runs[i];
		for (size_t j = 0; outcome_at(judgement, run, j, &outcome); j++)
			put_row(output->to, run, &outcome);
	}
	return true;
}
