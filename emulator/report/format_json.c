/* format_json: one document, or the records a line each. */
#include "formats.h"

/* Records as the set has them: sorted members, so that equal records are equal octets. */
enum { DUMP = JSON_SORT_KEYS };

static json_t *list_of(const struct record_list *list)
{
	json_t *array = json_array();
	for (size_t i = 0; i < list->count && array != NULL; i++) {
		if (json_array_append(array, list->items[i]) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* The names of the lists are those that record_set_read() looks for. */
static json_t *run_of(const struct judgement *judgement, const struct record_run *run)
{
	static const char *const members[RECORD_KINDS] = {[RECORD_RUN] = "shards",
		[RECORD_CONTROL] = "controls",
		[RECORD_CLIENT] = "clients",
		[RECORD_FACT] = "facts",
		[RECORD_LIKENESS] = "likenesses",
		[RECORD_END] = "ends"};
	struct tally tally = judgement_tally(judgement, run);
	struct buffer verdict;
	buffer_init(&verdict, &memory_standard, SIZE_MAX / 2);
	judgement_sentence(judgement, run, &verdict);
	json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:I}", "target", run->target, "verdict",
		buffer_string(&verdict), "failing", (json_int_t)tally.failing, "known",
		(json_int_t)tally.known, "cured", (json_int_t)tally.cured);
	bool good = object != NULL && !buffer_failed(&verdict);
	for (int kind = 0; kind < RECORD_KINDS && good; kind++)
		good = json_object_set_new(object, members[kind], list_of(&run->lists[kind])) == 0;
	buffer_free(&verdict);
	if (good)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *document_of(const struct judgement *judgement)
{
	struct buffer verdict;
	json_t *runs = json_array();
	bool good = runs != NULL;
	for (size_t i = 0; i < judgement->set->run_count && good; i++)
		good = json_array_append_new(runs, run_of(judgement, &judgement->set->runs[i])) ==
		       0;
	buffer_init(&verdict, &memory_standard, SIZE_MAX / 2);
	judgement_verdict(judgement, &verdict);
	json_t *document = good ? json_pack("{s:i, s:s, s:i, s:O}", "format", RECORDS_FORMAT,
					  "verdict", buffer_string(&verdict), "status",
					  judgement_status(judgement), "runs", runs)
				: NULL;
	buffer_free(&verdict);
	json_decref(runs);
	return document;
}

bool format_json(const struct judgement *judgement, const struct report_output *output)
{
	json_t *document = document_of(judgement);
	bool good =
		document != NULL && json_dumpf(document, output->to, JSON_INDENT(2) | DUMP) == 0;
	json_decref(document);
	fputc('\n', output->to);
	return good;
}

static bool write_list(const struct record_list *list, FILE *to)
{
	bool good = true;
	for (size_t i = 0; i < list->count && good; i++) {
		good = json_dumpf(list->items[i], to, JSON_COMPACT | DUMP) == 0;
		fputc('\n', to);
	}
	return good;
}

bool format_jsonl(const struct judgement *judgement, const struct report_output *output)
{
	bool good = true;
	for (size_t i = 0; i < judgement->set->run_count && good; i++) {
		for (int kind = 0; kind < RECORD_KINDS && good; kind++)
			good = write_list(&judgement->set->runs[i].lists[kind], output->to);
	}
	return good;
}
