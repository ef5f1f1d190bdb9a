/* outcome: controls, clients and facts as one list of tests. */
#include "outcome.h"

#include "exchange.h"
#include "signs.h"

static const enum record_kind kinds[] = {RECORD_CONTROL, RECORD_CLIENT, RECORD_FACT};
enum { KINDS = sizeof kinds / sizeof *kinds };

static enum outcome_end end_of_standing(enum standing standing)
{
	switch (standing) {
	case STANDING_GOOD:
		return OUTCOME_PASSED;
	case STANDING_FAILS:
		return OUTCOME_FAILED;
	case STANDING_KNOWN:
		return OUTCOME_KNOWN;
	case STANDING_OPEN:
	case STANDING_ASIDE:
		break;
	}
	return OUTCOME_SKIPPED;
}

static void describe_control(struct outcome *outcome)
{
	const json_t *control = outcome->record;
	outcome->name = record_words(control, "who");
	outcome->says = sign_of_control(record_words(control, "result"))->says;
	outcome->end = record_is(control, "result", "sends") ? OUTCOME_PASSED
		       : record_truth(control, "advisory")   ? OUTCOME_SKIPPED
							     : OUTCOME_ERROR;
}

static void describe(
	const struct judgement *judgement, const struct record_run *run, struct outcome *outcome)
{
	const json_t *record = outcome->record;
	if (outcome->kind == RECORD_CONTROL) {
		describe_control(outcome);
	} else if (outcome->kind == RECORD_CLIENT) {
		outcome->name = record_words(record, "client");
		outcome->says = sign_of_client(record_words(record, "verdict"))->says;
		outcome->end = end_of_standing(judgement_client(judgement, run, record));
	} else {
		outcome->name = record_words(record, "fact");
		outcome->says = sign_of_fact(record_words(record, "verdict"))->says;
		outcome->end = end_of_standing(judgement_fact(judgement, run, record));
	}
}

bool outcome_at(const struct judgement *judgement, const struct record_run *run, size_t index,
	struct outcome *outcome)
{
	for (int i = 0; i < KINDS; i++) {
		const struct record_list *list = &run->lists[kinds[i]];
		if (index < list->count) {
			*outcome = (struct outcome){.kind = kinds[i], .record = list->items[index]};
			describe(judgement, run, outcome);
			return true;
		}
		index -= list->count;
	}
	return false;
}

size_t outcome_count(const struct record_run *run)
{
	size_t count = 0;
	for (int i = 0; i < KINDS; i++)
		count += run->lists[kinds[i]].count;
	return count;
}

size_t outcome_count_of(
	const struct judgement *judgement, const struct record_run *run, enum outcome_end end)
{
	struct outcome outcome;
	size_t count = 0;
	for (size_t i = 0; outcome_at(judgement, run, i, &outcome); i++)
		count += outcome.end == end;
	return count;
}

const char *outcome_sentence(const struct outcome *outcome)
{
	const char *sentence = record_words(outcome->record, "sentence");
	return sentence[0] == 0 ? outcome->says : sentence;
}

static void tell_texts(struct buffer *out, const char *label, const json_t *texts)
{
	for (size_t i = 0; i < json_array_size(texts); i++)
		buffer_format(out, "%s%s\n", label, json_string_value(json_array_get(texts, i)));
}

static void tell_keys(struct buffer *out, const char *label, const json_t *keys)
{
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *key = json_array_get(keys, i);
		buffer_format(out, "%s%s: %s. %s\n", label, record_words(key, "key"),
			record_words(key, "value"), record_words(key, "telling"));
	}
}

static void tell_dialogue(struct buffer *out, const json_t *record)
{
	const json_t *aspect = exchange_aspect(record);
	struct exchange exchange;
	exchange_find(&exchange, record_part(aspect == NULL ? record : aspect, "dialogue"),
		record_words(record, "reply"));
	for (size_t i = 0; i < exchange.sent_count; i++)
		buffer_format(out, "sent: %s\n", record_words(exchange.sent[i], "text"));
	if (step_expects(record_words(record, "step"))[0] != 0)
		buffer_format(out, "expected: %s\n", step_expects(record_words(record, "step")));
	if (exchange.came != NULL)
		buffer_format(out, "came: %s\n", record_words(exchange.came, "text"));
}

static void tell_advice(struct buffer *out, const json_t *advice)
{
	for (size_t i = 0; i < json_array_size(advice); i++) {
		const json_t *item = json_array_get(advice, i);
		buffer_format(out, "%s: %s%s%s\n", record_words(item, "to"),
			record_words(item, "software"),
			record_words(item, "software")[0] != 0 ? ": " : "",
			record_words(item, "do"));
	}
}

void outcome_tell(const struct outcome *outcome, struct buffer *out)
{
	const json_t *record = outcome->record, *cause = record_part(record, "cause");
	const json_t *masked = record_part(cause, "masked");
	buffer_format(out, "%s\n", outcome_sentence(outcome));
	if (outcome->kind == RECORD_FACT) {
		tell_texts(out, "sent: ", record_part(record, "sent"));
		if (record_words(record, "expected")[0] != 0)
			buffer_format(out, "expected: %s\n", record_words(record, "expected"));
		tell_texts(out, "came: ", record_part(record, "came"));
	} else {
		tell_dialogue(out, record);
	}
	if (record_words(cause, "sentence")[0] != 0)
		buffer_format(out, "cause: %s\n", record_words(cause, "sentence"));
	tell_keys(out, "cause: ", record_part(cause, "keys"));
	for (size_t i = 0; i < json_array_size(masked); i++)
		tell_keys(out, "behind it: ", json_array_get(masked, i));
	tell_advice(out, record_part(record, "advice"));
}

void outcome_tell_server(const struct record_run *run, struct buffer *out)
{
	buffer_append_text(out, run->target);
	if (run->again)
		buffer_format(out, ", run %s", run->id);
}
