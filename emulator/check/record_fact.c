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

json_t *record_fact(const struct recording_head *head, const struct findings *findings,
	const struct fact_finding *finding)
{
	const struct fact_row *row = finding->row;
	json_t *record = recording_new(head, "fact");
	recording_set_text(record, "fact", row->name);
	recording_set_text(record, "group", row->group);
	recording_set_text(record, "title", row->title);
	recording_set_text(record, "strength", rule_strength_name(row->strength));
	recording_set_text(record, "section", row->section);
	recording_set_text(record, "verdict", fact_verdict_name(finding->verdict));
	recording_set_text(record, "value", finding->value);
	recording_set_text(record, "sentence", finding->sentence.text);
	recording_set_text(record, "expected", row->expected);
	if (finding->line_count > 0) {
		set_lines(record, "sent", finding->sent, finding->line_count);
		set_lines(record, "came", finding->came, finding->line_count);
	}
	if (has_dialogue(finding))
		recording_set_dialogue(
			record, "dialogue", findings_transcript(findings, row->dialogue));
	return record;
}
