/* recording_client: one client's verdict as a record. */
#include "recording.h"
#include "rules.h"

static void set_aspect(json_t *list, enum aspect aspect, const struct aspect_outcome *outcome)
{
	json_t *object = json_object();
	recording_set_text(object, "aspect", aspect_name(aspect));
	recording_set_text(object, "result", aspect_result_name(outcome->result));
	recording_set_text(object, "sentence", outcome->sentence.text);
	if (outcome->failed > 0)
		recording_set_finding(object, &outcome->finding);
	recording_set_dialogue(object, "dialogue", outcome->transcript);
	json_array_append_new(list, object);
}

static void set_aspects(json_t *record, const struct verdict *verdict)
{
	json_t *aspects = json_array(), *losses = json_array();
	for (int i = 0; i < ASPECT_COUNT; i++) {
		enum aspect aspect = (enum aspect)i;
		set_aspect(aspects, aspect, &verdict->aspects[i]);
		if (verdict->aspects[i].result == ASPECT_FAILED && aspect_loss_name(aspect) != NULL)
			json_array_append_new(losses, json_string(aspect_loss_name(aspect)));
	}
	json_object_set_new(record, "aspects", aspects);
	json_object_set_new(record, "losses", losses);
}

/* What decided: the first aspect that failed. */
static void set_decision(json_t *record, const struct verdict *verdict)
{
	for (int i = 0; i < ASPECT_COUNT; i++) {
		if (verdict->aspects[i].result != ASPECT_FAILED)
			continue;
		recording_set_finding(record, &verdict->aspects[i].finding);
		return;
	}
}

static void set_rules(json_t *record, const struct client_profile *client)
{
	json_t *rules = json_array();
	for (size_t i = 0; i < client->breaks.count; i++) {
		for (int rule = 0; rule < RULE_COUNT; rule++) {
			const struct rule_row *row = &rule_rows[rule];
			if (octets_equal(client->breaks.items[i], octets_of(row->name)))
				json_array_append_new(
					rules, json_pack("{s:s, s:s, s:s, s:s}", "rule", row->name,
						       "strength",
						       rule_strength_name(row->strength), "section",
						       row->section, "sentence", row->sentence));
		}
	}
	json_object_set_new(record, "rules", rules);
}

static void set_octets(json_t *record, const char *key, struct octets octets)
{
	if (octets.len > 0)
		json_object_set_new(record, key, json_stringn((const char *)octets.at, octets.len));
}

static void set_profile(json_t *record, const struct profile *profile)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	recording_append_settings(&text, profile);
	recording_set_digest(record, "profile", &text);
	buffer_free(&text);
}

json_t *recording_client(const struct recording_head *head, const struct run_client *client,
	const struct verdict *verdict, const struct cause *cause, uint64_t elapsed_ms)
{
	const struct client_profile *profile = profile_client(client->profile);
	json_t *record = recording_new(head, "client"), *remarks = json_array();
	recording_set_text(record, "client", client->name);
	set_octets(record, "title", profile->name);
	set_octets(record, "about", profile->about);
	set_profile(record, client->profile);
	recording_set_text(record, "verdict", client_verdict_name(verdict->verdict));
	recording_set_text(record, "sentence", verdict->sentence.text);
	set_decision(record, verdict);
	set_aspects(record, verdict);
	if (cause != NULL)
		json_object_set_new(record, "cause", recording_cause(cause, client, false));
	set_rules(record, profile);
	for (size_t i = 0; i < verdict->remark_count; i++)
		json_array_append_new(remarks, json_string(verdict->remarks[i].text));
	json_object_set_new(record, "remarks", remarks);
	json_object_set_new(record, "connections", json_integer((json_int_t)verdict->connections));
	if (elapsed_ms != PLAYER_NEVER)
		json_object_set_new(record, "elapsed-ms", json_integer((json_int_t)elapsed_ms));
	return record;
}
