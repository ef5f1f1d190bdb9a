/*
 * report: whatever a file of records holds, reading it ends well; what was taken is rendered in
 * every format without an octet that could mislead a terminal or break XML; and the records that
 * are written are read as the same again.
 */
#include "report.h"

#include <stdio.h>

#include "fuzz.h"
#include "text.h"

/* Line ends aside, all of it is readable, and nothing is there that XML 1.0 excludes. */
static void must_be_fit(struct octets text, enum report_format format)
{
	while (text.len > 0) {
		size_t len = octets_find(text, '\n');
		struct octets line = octets_cut(text, len);
		require(len < text.len);
		text = octets_from(text, len + 1);
		if (format == REPORT_CSV && line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		require(text_is_readable(line));
		for (size_t i = 0; i < line.len; i++)
			require(line.at[i] >= 0x20 && line.at[i] != 0x7F);
		require(octets_find_text(line, octets_of("\xEF\xBF\xBE")) == line.len);
		require(octets_find_text(line, octets_of("\xEF\xBF\xBF")) == line.len);
	}
}

static struct octets render(const struct judgement *judgement, enum report_format format)
{
	char *text = NULL;
	size_t len = 0;
	struct report_output output = {.format = format, .width = 40, .utf8 = true};
	output.to = open_memstream(&text, &len);
	require(output.to != NULL);
	require(report_write(judgement, &output));
	fclose(output.to);
	must_be_fit(octets_make(text, len), format);
	return octets_make(text, len);
}

static void give_back(struct octets text)
{
	free((void *)(uintptr_t)text.at);
}

/* The same line set again, in whichever form. */
static void there_and_back(const struct judgement *judgement, enum report_format form)
{
	struct octets first = render(judgement, REPORT_JSONL), between = render(judgement, form);
	struct record_set *again = record_set_new(&memory_standard);
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 1 << 20);
	require(again != NULL && record_set_read(again, "again", between, &complaint));
	require(record_set_finish(again, &complaint));
	struct judgement of_again = {.set = again, .fail_on = judgement->fail_on};
	struct octets second = render(&of_again, REPORT_JSONL);
	require(octets_equal(first, second));
	require(judgement_status(&of_again) == judgement_status(judgement));
	give_back(first);
	give_back(between);
	give_back(second);
	buffer_free(&complaint);
	record_set_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct record_set *set = record_set_new(&memory_standard);
	struct buffer complaint;
	require(set != NULL);
	buffer_init(&complaint, &memory_standard, 1 << 20);
	bool good = record_set_read(set, "fuzz", octets_make(at, len), &complaint) &&
		    record_set_finish(set, &complaint);
	require(good == (complaint.len == 0));
	require(text_is_readable(buffer_octets(&complaint)));
	if (good && set->run_count > 0) {
		struct judgement judgement = {
			.set = set, .baseline = set, .fail_on = fail_on_default()};
		require(judgement_status(&judgement) != 1); /* it knows itself */
		judgement.baseline = NULL;
		for (int format = 0; format < REPORT_FORMATS; format++)
			give_back(render(&judgement, (enum report_format)format));
		there_and_back(&judgement, REPORT_JSON);
		there_and_back(&judgement, REPORT_JSONL);
	}
	buffer_free(&complaint);
	record_set_free(set);
	return 0;
}
