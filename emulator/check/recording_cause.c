/* recording_cause: a cause, and the experiment that found it, as a part of a record. */
#include "cause_told.h"
#include "evidence.h"
#include "recording.h"
#include "telling.h"

enum { TOLD_MAX = 65536 };

static void set_telling(json_t *object, const struct profile *client, const char *path)
{
	struct arena arena;
	arena_init(&arena, &memory_standard);
	recording_set_text(object, "telling", telling_of(&arena, client, &path, 1));
	arena_free(&arena);
}

static json_t *key_json(const struct profile *client, size_t setting)
{
	struct profile_difference difference = profile_difference(client, setting);
	json_t *object = json_object();
	recording_set_text(object, "key", difference.path);
	recording_set_text(object, "value", difference.value);
	recording_set_text(object, "correct", difference.correct);
	set_telling(object, client, difference.path);
	recording_set_text(object, "evidence", evidence_kind_name(difference.evidence));
	recording_set_text(object, "where", difference.where);
	return object;
}

static json_t *keys_json(
	const struct cause *cause, const struct profile *client, const struct cause_set *set)
{
	json_t *keys = json_array();
	for (size_t i = 0; i < cause->setting_count; i++) {
		if (set->kept[i])
			json_array_append_new(keys, key_json(client, i));
	}
	return keys;
}

static json_t *trial_json(const struct cause *cause, const struct profile *client, const char *name,
	const struct cause_trial *trial)
{
	static const char *const ends[] = {[TRIAL_SENDS] = "sends",
		[TRIAL_FAILS] = "failed",
		[TRIAL_TURNED_AWAY] = "turned-away",
		[TRIAL_NOT_PLAYABLE] = "not-playable"};
	json_t *object = json_object(), *kept = json_array();
	struct buffer text;
	for (size_t i = 0; trial->kept != NULL && i < cause->setting_count; i++) {
		if (trial->kept[i])
			json_array_append_new(kept, json_string(profile_setting_path(client, i)));
	}
	json_object_set_new(object, "kept", kept);
	recording_set_text(object, "result", ends[trial->end]);
	buffer_init(&text, &memory_standard, TOLD_MAX);
	cause_tell_trial(&text, cause, client, name, trial);
	buffer_append_text(&text, ": ");
	if (trial->elsewhere)
		buffer_append_text(&text, "not played, it is known from another client: ");
	else if (trial->connections == 0)
		buffer_format(&text, "not played, says no other octet than in session %zu: ",
			cause->trials[trial->like].connection);
	buffer_append_text(&text, trial->sentence.text);
	recording_set_text(object, "sentence", buffer_string(&text));
	buffer_free(&text);
	return object;
}

static const char *state_name(enum cause_state state)
{
	static const char *const names[] = {[CAUSE_NONE] = "not-sought",
		[CAUSE_FOUND] = "found",
		[CAUSE_SERVER] = "server",
		[CAUSE_INCONCLUSIVE] = "inconclusive"};
	return names[state];
}

/* That were made. */
static size_t count_runs(const struct cause *cause)
{
	size_t runs = 0;
	for (size_t i = 0; i < cause->trial_count; i++)
		runs += cause->trials[i].connections > 0;
	return runs;
}

json_t *recording_cause(const struct cause *cause, const struct run_client *client, bool work)
{
	json_t *object = json_object(), *masked = json_array();
	struct buffer text;
	buffer_init(&text, &memory_standard, TOLD_MAX);
	cause_tell_conclusion(&text, cause, client->profile, client->name);
	recording_set_text(object, "state", state_name(cause->state));
	recording_set_text(object, "sentence", buffer_string(&text));
	recording_set_text(object, "remark", cause->remark.text);
	buffer_free(&text);
	for (size_t i = 0; i < cause->set_count; i++) {
		json_t *keys = keys_json(cause, client->profile, &cause->sets[i]);
		if (i == 0)
			json_object_set_new(object, "keys", keys);
		else
			json_array_append_new(masked, keys);
	}
	json_object_set_new(object, "masked", masked);
	json_object_set_new(object, "runs", json_integer((json_int_t)count_runs(cause)));
	json_object_set_new(object, "reproduced", json_integer((json_int_t)cause->reproduced));
	json_t *trials = json_array();
	for (size_t i = 0; work && i < cause->trial_count; i++)
		json_array_append_new(trials,
			trial_json(cause, client->profile, client->name, &cause->trials[i]));
	if (work)
		json_object_set(object, "trials", trials);
	json_decref(trials);
	return object;
}
