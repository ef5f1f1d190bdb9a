/* recording: the run, its controls and its end, and what all records have. */
#include "recording.h"

#include "digest.h"

#include <stdlib.h>
#include <time.h>

void recording_head_init(struct recording_head *head, const char *target, uint64_t seed)
{
	struct buffer text;
	uint8_t digest[DIGEST_SHA256_LEN];
	buffer_init(&text, &memory_standard, 1024 * 1024);
	buffer_format(&text, "%llu\n%s", (unsigned long long)seed, target);
	digest_sha256(buffer_octets(&text), digest);
	buffer_clear(&text);
	digest_hex(&text, digest, (RECORDING_RUN_ID - 1) / 2);
	*head = (struct recording_head){.target = target};
	memcpy(head->run, buffer_string(&text), text.len < RECORDING_RUN_ID ? text.len : 0);
	buffer_free(&text);
}

json_t *recording_new(const struct recording_head *head, const char *kind)
{
	return json_pack(
		"{s:s, s:s, s:s}", "record", kind, "run", head->run, "target", head->target);
}

void recording_set_text(json_t *record, const char *key, const char *text)
{
	if (text != NULL && text[0] != 0)
		json_object_set_new(record, key, json_string(text));
}

void recording_set_finding(json_t *record, const struct finding *finding)
{
	if (finding->sent || finding->result == PHONE_NOT_TRIED)
		return;
	recording_set_text(record, "step", phone_step_name(finding->step));
	if (finding->code != 0)
		json_object_set_new(record, "code", json_integer(finding->code));
	recording_set_text(record, "reply", finding->reply.text);
}

bool recording_write(struct buffer *out, const json_t *record)
{
	char *text = record == NULL ? NULL : json_dumps(record, JSON_COMPACT | JSON_SORT_KEYS);
	bool good = text != NULL && buffer_append_text(out, text) && buffer_append_byte(out, '\n');
	free(text);
	return good;
}

void recording_append_settings(struct buffer *text, const struct profile *profile)
{
	for (size_t i = 0; i < profile_setting_count(profile); i++) {
		struct profile_difference setting = profile_difference(profile, i);
		buffer_format(text, "%s: %s\n", setting.path, setting.value);
	}
}

void recording_set_digest(json_t *record, const char *key, struct buffer *text)
{
	uint8_t digest[DIGEST_SHA256_LEN];
	digest_sha256(buffer_octets(text), digest);
	buffer_clear(text);
	digest_hex(text, digest, sizeof digest);
	recording_set_text(record, key, buffer_string(text));
}

static void set_profiles(json_t *record, const struct recording_plan *plan)
{
	struct buffer text;
	json_t *names = json_array();
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < plan->client_count; i++) {
		json_array_append_new(names, json_string(plan->clients[i].name));
		buffer_format(&text, "[%s]\n", plan->clients[i].name);
		recording_append_settings(&text, plan->clients[i].profile);
	}
	json_object_set_new(record, "clients", names);
	recording_set_digest(record, "profiles", &text);
	buffer_free(&text);
}

json_t *recording_run(const struct recording_head *head, const struct recording_plan *plan)
{
	json_t *record = recording_new(head, "run");
	time_t when = (time_t)plan->started;
	struct tm day;
	char started[32] = "";
	if (gmtime_r(&when, &day) != NULL)
		strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", &day);
	json_object_set_new(record, "format", json_integer(RECORDING_FORMAT));
	recording_set_text(record, "tool", plan->tool);
	recording_set_text(record, "started", started);
	json_object_set_new(record, "seed", json_integer((json_int_t)plan->seed));
	json_object_set_new(record, "deliver", json_boolean(plan->deliver));
	json_object_set_new(record, "facts", json_boolean(plan->facts));
	set_profiles(record, plan);
	return record;
}

json_t *recording_control(const struct recording_head *head, const char *who, bool advisory,
	const struct control *control)
{
	json_t *record = recording_new(head, "control");
	recording_set_text(record, "who", who);
	json_object_set_new(record, "advisory", json_boolean(advisory));
	recording_set_text(record, "result", control_end_name(control->end));
	if (control->end != CONTROL_SENDS)
		json_object_set_new(record, "for-now", json_boolean(control->for_now));
	recording_set_text(record, "step", control->step);
	if (control->code != 0)
		json_object_set_new(record, "code", json_integer(control->code));
	recording_set_text(record, "reply", control->reply.text);
	recording_set_text(record, "sentence", control->advice.text);
	recording_set_dialogue(record, "dialogue", control->transcript);
	return record;
}

static void set_verdict(json_t *record, const struct run_result *result)
{
	const struct run_counts *counts = &result->counts;
	size_t all = counts->sends + counts->fails + counts->inconclusive + counts->not_applicable;
	struct sentence sentence;
	if (!result->control_sends)
		sentence_set(&sentence, "nothing can be concluded: %s", result->why.text);
	else if (counts->fails == 0)
		sentence_set(&sentence, "%zu of %zu clients can send", counts->sends, all);
	else
		sentence_set(&sentence, "%zu of %zu clients cannot send, or lose mail",
			counts->fails, all - counts->not_applicable);
	if (result->control_sends && counts->inconclusive > 0)
		sentence_add(&sentence, "; not all is concluded");
	if (result->control_sends && result->stopped) {
		sentence_add(&sentence, ": ");
		sentence_add(&sentence, result->why.text);
	}
	recording_set_text(record, "verdict", sentence.text);
}

static void set_count(json_t *record, const char *key, size_t count)
{
	json_object_set_new(record, key, json_integer((json_int_t)count));
}

json_t *recording_end(const struct recording_head *head, const struct run_result *result,
	int exit_status, uint64_t elapsed_ms)
{
	json_t *record = recording_new(head, "end");
	set_verdict(record, result);
	if (result->remark.text[0] != 0)
		json_object_set_new(record, "remarks", json_pack("[s]", result->remark.text));
	set_count(record, "sends", result->counts.sends);
	set_count(record, "fails", result->counts.fails);
	set_count(record, "inconclusive", result->counts.inconclusive);
	set_count(record, "not-applicable", result->counts.not_applicable);
	set_count(record, "connections", result->counts.connections);
	json_object_set_new(record, "exit", json_integer(exit_status));
	set_count(record, "elapsed-ms", (size_t)elapsed_ms);
	return record;
}
