/* record_fact: members are left out where nothing is known. */
#include "record_fact.h"

static void set_lines(json_t *record, const char *key, char *const *items, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(items[i]));
	json_object_set_new(record, key, list);
}

/* A dialogue was played for it. */
static bool has_dialogue(const struct fact_finding *finding)
{
	return !finding->row->heard && finding->verdict != FACT_NEEDS_DELIVER &&
	       finding->answer.end != FACT_NOTHING_SHOWN;
}

json_t *record_fact(const struct record_head *head, const struct findings *findings,
	const struct fact_finding *finding)
{
	const struct fact_row *row = finding->row;
	json_t *record = record_new(head, "fact");
	record_set_text(record, "fact", row->name);
	record_set_text(record, "group", row->group);
	record_set_text(record, "title", row->title);
	record_set_text(record, "strength", rule_strength_name(row->strength));
	record_set_text(record, "section", row->section);
	record_set_text(record, "verdict", fact_verdict_name(finding->verdict));
	record_set_text(record, "value", finding->value);
	record_set_text(record, "sentence", finding->sentence.text);
	record_set_text(record, "expected", row->expected);
	if (finding->line_count > 0) {
		set_lines(record, "sent", finding->sent, finding->line_count);
		set_lines(record, "came", finding->came, finding->line_count);
	}
	if (has_dialogue(finding))
		record_set_dialogue(
			record, "dialogue", findings_transcript(findings, row->dialogue));
	return record;
}
