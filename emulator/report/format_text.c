/* format_text: a report for a terminal, or for whoever reads a log. */
#include "format_text.h"

#include "formats.h"

enum { STANDARD_WIDTH = 80 };

/* A sentence, its first letter large, as a line of its own. */
static void put_sentence(const struct page *page, const struct sign *sign, struct buffer *sentence)
{
	const char *tone = page_tone(page, sign->tone);
	if (sentence->len > 0 && sentence->at[0] >= 'a' && sentence->at[0] <= 'z')
		sentence->at[0] = (uint8_t)(sentence->at[0] - 'a' + 'A');
	fprintf(page->out, "%s%s ", tone, page_mark(page, sign));
	page_wrap(page, buffer_string(sentence), 2, 2);
	fputs(page_plain(page), page->out);
}

static const struct sign *sign_of_tally(const struct tally *tally)
{
	if (tally->cannot > 0)
		return sign_of_client("cannot-send");
	if (tally->losses > 0)
		return sign_of_client("sends-with-loss");
	return sign_of_client(tally->open || tally->clients == 0 ? "inconclusive" : "sends");
}

static void put_controls(const struct page *page, const struct record_run *run)
{
	const struct record_list *controls = &run->lists[RECORD_CONTROL];
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < controls->count; i++) {
		const json_t *control = controls->items[i];
		if (judgement_control_is_told(run, i))
			continue;
		const struct sign *sign = sign_of_control(record_words(control, "result"));
		bool sends = record_is(control, "result", "sends");
		const char *sentence = record_words(control, "sentence");
		buffer_clear(&line);
		buffer_format(&line, "%s %s %s%s%s%s", page_mark(page, sign),
			record_words(control, "who"), sign->says,
			record_truth(control, "advisory") ? " (a second opinion)" : "",
			sends || sentence[0] == 0 ? "" : ": ", sends ? "" : sentence);
		page_labelled(page, 0, i == 0 ? "Control" : "", buffer_string(&line));
	}
	buffer_free(&line);
}

static void put_head(const struct page *page, const struct record_run *run)
{
	const json_t *head = record_run_head(run);
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	page_labelled(page, 0, "Server", run->target);
	if (record_words(head, "greeting")[0] != 0)
		page_labelled(page, 0, "Greeting", record_words(head, "greeting"));
	if (record_words(head, "tool")[0] != 0)
		buffer_format(&line, "%s, ", record_words(head, "tool"));
	if (record_part(head, "seed") != NULL)
		buffer_format(&line, "seed %lld, ", (long long)record_number(head, "seed"));
	buffer_append_text(&line, record_truth(head, "deliver")
					  ? "mail was delivered"
					  : "up to RCPT: no mail was delivered");
	if (record_words(head, "started")[0] != 0)
		buffer_format(&line, ", %s", record_words(head, "started"));
	page_labelled(page, 0, "Run", buffer_string(&line));
	put_controls(page, run);
	buffer_free(&line);
}

static void put_remarks(const struct page *page, const struct record_run *run)
{
	const json_t *remarks = record_run_remarks(run);
	struct buffer line;
	if (run->replaced == 0 && json_array_size(remarks) == 0)
		return;
	page_heading(page, "Remarks");
	for (size_t i = 0; i < json_array_size(remarks); i++)
		page_labelled(page, 2, "Server", json_string_value(json_array_get(remarks, i)));
	if (run->replaced == 0)
		return;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	buffer_format(&line, "%zu record%s came twice and differently: the later one counts",
		run->replaced, run->replaced == 1 ? "" : "s");
	page_labelled(page, 2, "Records", buffer_string(&line));
	buffer_free(&line);
}

static bool put_run(
	const struct page *page, const struct judgement *judgement, const struct record_run *run)
{
	struct tally tally = judgement_tally(judgement, run);
	struct buffer sentence;
	buffer_init(&sentence, &memory_standard, SIZE_MAX / 2);
	judgement_sentence(judgement, run, &sentence);
	put_sentence(page, sign_of_tally(&tally), &sentence);
	fputc('\n', page->out);
	put_head(page, run);
	bool good = text_clients(page, judgement, run) && text_failures(page, judgement, run) &&
		    !buffer_failed(&sentence);
	text_open(page, run);
	text_broken_facts(page, judgement, run);
	text_likeness(page, run);
	text_other_facts(page, judgement, run);
	put_remarks(page, run);
	buffer_free(&sentence);
	return good;
}

/* Of many servers: all of them in one sentence, before each by itself. */
static void put_summary(const struct page *page, const struct judgement *judgement)
{
	struct buffer sentence;
	buffer_init(&sentence, &memory_standard, SIZE_MAX / 2);
	judgement_verdict(judgement, &sentence);
	int status = judgement_status(judgement);
	put_sentence(page,
		sign_of_client(status == 0   ? "sends"
			       : status == 1 ? "cannot-send"
					     : "inconclusive"),
		&sentence);
	buffer_free(&sentence);
}

bool format_text(const struct judgement *judgement, const struct report_output *output)
{
	struct page page;
	bool good = true;
	page_begin(&page, output->to, output->width == 0 ? STANDARD_WIDTH : output->width,
		output->utf8, output->colour);
	if (judgement->set->run_count > 1)
		put_summary(&page, judgement);
	for (size_t i = 0; i < judgement->set->run_count && good; i++) {
		if (judgement->set->run_count > 1)
			fprintf(page.out, "\n");
		good = put_run(&page, judgement, &judgement->set->runs[i]);
	}
	page_end(&page);
	return good;
}
