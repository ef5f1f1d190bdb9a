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

static json_t *differences(const struct likeness *likeness)
{
	json_t *list = json_array();
	for (size_t i = 0; i < likeness->differ_count; i++) {
		json_t *one = json_object();
		recording_set_text(one, "fact", likeness->differs[i].fact);
		recording_set_text(one, "here", likeness->differs[i].here);
		recording_set_text(one, "there", likeness->differs[i].there);
		json_array_append_new(list, one);
	}
	return list;
}

json_t *record_likeness(const struct recording_head *head, const struct likeness *likeness)
{
	json_t *record = recording_new(head, "likeness");
	struct octets title = profile_title(likeness->candidate->profile);
	recording_set_text(record, "server", likeness->candidate->name);
	json_object_set_new(record, "title", json_stringn((const char *)title.at, title.len));
	json_object_set_new(record, "agrees", json_integer((json_int_t)likeness->agrees));
	json_object_set_new(record, "of", json_integer((json_int_t)likeness->of));
	json_object_set_new(record, "differs", differences(likeness));
	return record;
}
