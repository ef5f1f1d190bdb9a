/* record_cause: causes, the work that found them, and what helps. */
#include "record_cause.h"

#include "cause_told.h"
#include "cures.h"
#include "rules.h"
#include "telling.h"

enum { TEXT_MAX = 65536 };

static void set_telling(
	json_t *object, const struct cause *cause, const struct profile *client, const char *path)
{
	struct arena arena;
	arena_init(&arena, cause->memory);
	record_set_text(object, "telling", telling_of(&arena, client, &path, 1));
	arena_free(&arena);
}

static json_t *key_json(const struct cause *cause, const struct profile *client, size_t index)
{
	struct profile_difference setting = profile_difference(client, index);
	json_t *object = json_object();
	record_set_text(object, "key", setting.path);
	record_set_text(object, "value", setting.value);
	json_object_set_new(object, "correct", json_string(setting.correct));
	record_set_text(object, "evidence", evidence_kind_name(setting.evidence));
	record_set_text(object, "where", setting.where);
	set_telling(object, cause, client, setting.path);
	return object;
}

static json_t *keys_json(
	const struct cause *cause, const struct profile *client, const struct cause_set *set)
{
	json_t *keys = json_array();
	for (size_t i = 0; i < cause->setting_count; i++) {
		if (set->kept[i])
			json_array_append_new(keys, key_json(cause, client, i));
	}
	return keys;
}

static json_t *trial_json(
	const struct cause_trial *trial, const struct profile *client, size_t setting_count)
{
	static const char *const purposes[PURPOSE_COUNT] = {[PURPOSE_CONTROL] = "control",
		[PURPOSE_CLIENT] = "client",
		[PURPOSE_PLAIN] = "plain",
		[PURPOSE_KNOWN] = "known",
		[PURPOSE_NARROW] = "narrow",
		[PURPOSE_PROOF] = "proof",
		[PURPOSE_WITHOUT] = "without"};
	static const char *const results[] = {[TRIAL_SENDS] = "sends",
		[TRIAL_FAILS] = "failed",
		[TRIAL_TURNED_AWAY] = "failed",
		[TRIAL_NOT_PLAYABLE] = "not-playable"};
	json_t *object = json_object(), *kept = json_array();
	for (size_t i = 0; trial->kept != NULL && i < setting_count; i++) {
		if (trial->kept[i])
			json_array_append_new(kept, json_string(profile_setting_path(client, i)));
	}
	json_object_set_new(object, "kept", kept);
	record_set_text(object, "purpose", purposes[trial->purpose]);
	record_set_text(object, "result", results[trial->end]);
	record_set_text(object, "sentence", trial->sentence.text);
	json_object_set_new(object, "connection", json_integer((json_int_t)trial->connection));
	return object;
}

static const char *state_name(enum cause_state state)
{
	if (state == CAUSE_NONE)
		return "not-sought";
	return state == CAUSE_INCONCLUSIVE ? "inconclusive" : "found";
}

static void set_sets(json_t *object, const struct cause *cause, const struct profile *client)
{
	json_t *masked = json_array();
	for (size_t i = 1; i < cause->set_count; i++)
		json_array_append_new(masked, keys_json(cause, client, &cause->sets[i]));
	json_object_set_new(object, "keys",
		cause->set_count == 0 ? json_array() : keys_json(cause, client, &cause->sets[0]));
	json_object_set_new(object, "masked", masked);
}

json_t *record_cause(
	const struct cause *cause, const struct profile *client, const char *name, bool work)
{
	json_t *object = json_object(), *trials = json_array();
	struct buffer text;
	buffer_init(&text, cause->memory, TEXT_MAX);
	cause_tell_conclusion(&text, cause, client, name);
	record_set_text(object, "state", state_name(cause->state));
	record_set_text(object, "sentence", buffer_string(&text));
	record_set_text(object, "remark", cause->remark.text);
	buffer_free(&text);
	set_sets(object, cause, client);
	json_object_set_new(object, "runs", json_integer((json_int_t)cause->trial_count));
	json_object_set_new(object, "reproduced", json_integer((json_int_t)cause->reproduced));
	for (size_t i = 0; work && i < cause->trial_count; i++)
		json_array_append_new(
			trials, trial_json(&cause->trials[i], client, cause->setting_count));
	if (work)
		json_object_set(object, "trials", trials);
	json_decref(trials);
	return object;
}

static json_t *advice_json(const struct advice *advice)
{
	json_t *object = json_object();
	record_set_text(object, "to", advice->to_owner ? "owner" : "server");
	record_set_text(object, "software", advice->software);
	record_set_text(object, "do", advice->fits ? advice->text : advice->setting);
	record_set_text(object, "source", advice->source);
	return object;
}

json_t *record_cures(
	const struct advice_book *book, const struct cause *cause, const struct profile *client)
{
	struct advice answers[ADVICE_ANSWER_MAX];
	size_t count = cures_for(book, cause, client, answers, ADVICE_ANSWER_MAX);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, advice_json(&answers[i]));
	return list;
}

json_t *record_rules(uint64_t rules)
{
	json_t *list = json_array();
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		const struct rule_row *row = &rule_rows[i];
		if ((rules & UINT64_C(1) << i) != 0)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s, s:s}", "rule", row->name,
					      "strength", rule_strength_name(row->strength),
					      "section", row->section, "sentence", row->sentence));
	}
	return list;
}
