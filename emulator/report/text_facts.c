/* text_facts: what was found out about the server, and what it is like. */
#include "format_text.h"

enum { INDENT = 6, ADVICE_MAX = 2 };

static void put_texts(const struct page *page, const char *label, const json_t *texts)
{
	for (size_t i = 0; i < json_array_size(texts); i++)
		page_quoted(page, INDENT, i == 0 ? label : "",
			json_string_value(json_array_get(texts, i)));
}

/* `in_full`: with the rule. */
static void put_title(const struct page *page, const struct sign *sign, const json_t *fact,
	bool in_full, const char *mark)
{
	const char *title = record_words(fact, "title"), *value = record_words(fact, "value");
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	buffer_format(&line, "%s", title[0] == 0 ? record_words(fact, "fact") : title);
	if (value[0] != 0)
		buffer_format(&line, ": %s", value);
	if (in_full)
		buffer_format(&line, " (%s", record_words(fact, "strength"));
	if (in_full && record_words(fact, "section")[0] != 0)
		buffer_format(&line, ", %s", record_words(fact, "section"));
	if (in_full)
		buffer_append_text(&line, ")");
	if (mark[0] != 0)
		buffer_format(&line, " (%s)", mark);
	fprintf(page->out, "  %s%s%s ", page_tone(page, sign->tone), page_mark(page, sign),
		page_plain(page));
	page_wrap(page, buffer_string(&line), 4, 4);
	buffer_free(&line);
}

static void put_details(const struct page *page, const json_t *fact)
{
	if (record_words(fact, "sentence")[0] != 0)
		page_labelled(page, INDENT, "Found", record_words(fact, "sentence"));
	put_texts(page, "Sent", record_part(fact, "sent"));
	if (record_words(fact, "expected")[0] != 0)
		page_labelled(page, INDENT, "Expected", record_words(fact, "expected"));
	put_texts(page, "Came", record_part(fact, "came"));
	text_advice(page, INDENT, record_part(fact, "advice"), ADVICE_MAX);
}

static size_t count(const struct record_list *facts, const char *verdict)
{
	size_t found = 0;
	for (size_t i = 0; i < facts->count; i++)
		found += record_is(facts->items[i], "verdict", verdict);
	return found;
}

static void put_group(const struct page *page, const struct judgement *judgement,
	const struct record_run *run, const char *verdict, bool in_full)
{
	const struct record_list *facts = &run->lists[RECORD_FACT];
	const struct sign *sign = sign_of_fact(verdict);
	size_t found = count(facts, verdict);
	if (found == 0)
		return;
	fprintf(page->out, "%s%s: %zu%s\n", page_tone(page, TONE_BOLD), sign->says, found,
		page_plain(page));
	for (size_t i = 0; i < facts->count; i++) {
		const json_t *fact = facts->items[i];
		const char *mark = judgement_mark(judgement, run, fact);
		if (!record_is(fact, "verdict", verdict))
			continue;
		put_title(page, sign, fact, in_full, mark);
		if (in_full)
			put_details(page, fact);
	}
}

void text_broken_facts(
	const struct page *page, const struct judgement *judgement, const struct record_run *run)
{
	const struct record_list *facts = &run->lists[RECORD_FACT];
	if (count(facts, "broken") + count(facts, "inconclusive") == 0)
		return;
	page_heading(page, "Facts about the server: what is not as it should be");
	put_group(page, judgement, run, "broken", true);
	put_group(page, judgement, run, "inconclusive", true);
}

void text_other_facts(
	const struct page *page, const struct judgement *judgement, const struct record_run *run)
{
	static const char *const verdicts[] = {
		"holds", "needs-deliver", "not-tried", "not-applicable"};
	const struct record_list *facts = &run->lists[RECORD_FACT];
	if (facts->count == count(facts, "broken") + count(facts, "inconclusive"))
		return;
	page_heading(page, "Facts about the server: the others");
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
		put_group(page, judgement, run, verdicts[i], false);
}

/* Of the best likeness in full, of the others by name. */
static void put_differences(const struct page *page, const json_t *differs, bool in_full)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < json_array_size(differs); i++) {
		const json_t *difference = json_array_get(differs, i);
		if (!in_full) {
			buffer_format(
				&line, "%s%s", i > 0 ? ", " : "", record_words(difference, "fact"));
			continue;
		}
		buffer_clear(&line);
		buffer_format(&line, "%s: here %s; there %s", record_words(difference, "fact"),
			record_words(difference, "here"), record_words(difference, "there"));
		page_labelled(page, 4, i == 0 ? "Differs" : "", buffer_string(&line));
	}
	if (!in_full && line.len > 0)
		page_labelled(page, 4, "Differs", buffer_string(&line));
	buffer_free(&line);
}

void text_likeness(const struct page *page, const struct record_run *run)
{
	const struct record_list *likenesses = &run->lists[RECORD_LIKENESS];
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	if (likenesses->count > 0)
		page_heading(page, "Behaves like");
	for (size_t i = 0; i < likenesses->count; i++) {
		const json_t *likeness = likenesses->items[i];
		const char *title = record_words(likeness, "title");
		buffer_clear(&line);
		buffer_format(&line, "%s: %lld of %lld facts agree",
			title[0] == 0 ? record_words(likeness, "server") : title,
			(long long)record_number(likeness, "agrees"),
			(long long)record_number(likeness, "of"));
		fputs("  ", page->out);
		page_wrap(page, buffer_string(&line), 2, 4);
		put_differences(page, record_part(likeness, "differs"), i == 0);
	}
	buffer_free(&line);
}
