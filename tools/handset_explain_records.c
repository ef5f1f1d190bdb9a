/* handset_explain_records: an experiment as the records that check writes, for its reports. */
#include "handset_explain.h"

#include "cause_told.h"
#include "handset.h"
#include "recording.h"
#include "recording_cures.h"

#include <string.h>

/* The last trial of this purpose, where it ended so; NULL: none did. */
static const struct cause_trial *find_trial(
	const struct cause *cause, enum trial_purpose purpose, bool sends)
{
	for (size_t i = cause->trial_count; i > 0; i--) {
		const struct cause_trial *trial = &cause->trials[i - 1];
		if (trial->purpose == purpose && (trial->end == TRIAL_SENDS) == sends)
			return trial;
	}
	return NULL;
}

/* ---- the control ---- */

/* One that failed, for it decided; else one that sent. NULL: it came to none. */
static json_t *control_record(const struct recording_head *head, const struct cause *cause)
{
	const struct cause_trial *trial = find_trial(cause, PURPOSE_CONTROL, false);
	trial = trial == NULL ? find_trial(cause, PURPOSE_CONTROL, true) : trial;
	if (trial == NULL)
		return NULL;
	struct control control = {.end = trial->control,
		.for_now = trial->code / 100 == 4,
		.code = trial->code,
		.transcript = trial->transcript}; /* lent */
	if (trial->end != TRIAL_SENDS)
		control.advice = trial->sentence;
	return recording_control(head, "msub", false, &control);
}

/* ---- the client ---- */

/* Of several lines the last. */
static void find_reply(const struct cause_trial *trial, struct sentence *reply)
{
	char code[8];
	snprintf(code, sizeof code, "%03u", trial->code);
	for (size_t i = 0; trial->code != 0 && i < transcript_count(trial->transcript); i++) {
		const struct transcript_event *event = transcript_at(trial->transcript, i);
		if (event->kind != TRANSCRIPT_SERVER || !octets_start_nocase(event->text, code))
			continue;
		sentence_set(reply, "%s", "");
		sentence_add_foreign(reply, event->text);
	}
}

static void read_failure(
	const struct cause *cause, const struct cause_trial *trial, struct aspect_outcome *outcome)
{
	outcome->result = ASPECT_FAILED;
	outcome->failed = 1;
	outcome->finding = (struct finding){.result = trial->result,
		.step = trial->at,
		.code = trial->code,
		.sentence = cause->failure};
	if (trial->transcript != NULL)
		find_reply(trial, &outcome->finding.reply);
	outcome->sentence = cause->failure;
}

static void say(struct verdict *verdict, enum aspect aspect)
{
	static const char *const words[ASPECT_COUNT] = {
		[ASPECT_MESSAGE] = "cannot send: ",
		[ASPECT_SECOND_MESSAGE] = "sends, but a second message in the session fails: ",
		[ASPECT_REFUSED_RECIPIENT] =
			"sends, but where one recipient is refused, the others get nothing: ",
		[ASPECT_DUPLICATE] = "sends, but ",
	};
	const struct finding *finding = &verdict->aspects[aspect].finding;
	enum client_verdict failure = finding_verdict(finding);
	bool says = aspect == ASPECT_MESSAGE && failure != VERDICT_CANNOT_SEND;
	verdict->verdict = aspect == ASPECT_MESSAGE ? failure : VERDICT_SENDS_WITH_LOSS;
	sentence_set(&verdict->sentence, "%s", says ? "" : words[aspect]);
	sentence_add(&verdict->sentence, finding->sentence.text);
}

/* The transcripts are lent by the cause: it is not to be freed. */
static void read_verdict(
	const struct explained *explained, const struct cause *cause, struct verdict *verdict)
{
	struct aspect_outcome *outcome = &verdict->aspects[explained->aspect];
	bool failed = cause->state == CAUSE_FOUND || cause->state == CAUSE_SERVER;
	const struct cause_trial *trial = find_trial(cause, PURPOSE_CLIENT, !failed);
	*verdict = (struct verdict){
		.verdict = VERDICT_INCONCLUSIVE, .connections = cause->connections};
	outcome->result = ASPECT_INCONCLUSIVE;
	verdict->sentence = outcome->sentence = cause->sentence;
	if (cause->state == CAUSE_NONE) {
		outcome->result = ASPECT_OK;
		verdict->verdict = VERDICT_SENDS;
		sentence_set(&verdict->sentence, "sends");
		sentence_set(&outcome->sentence, "%s", "");
	} else if (failed && trial != NULL) {
		read_failure(cause, trial, outcome);
		say(verdict, explained->aspect);
	}
	if (trial != NULL)
		outcome->transcript = trial->transcript;
}

static json_t *client_record(const struct recording_head *head, const struct explained *explained,
	const struct cause *cause, uint64_t elapsed_ms)
{
	const struct run_client client = {explained->name, explained->client};
	struct verdict verdict;
	uint64_t rules = 0;
	read_verdict(explained, cause, &verdict);
	json_t *record = recording_client(head, &client, &verdict, NULL, elapsed_ms);
	json_object_set_new(record, "cause", recording_cause(cause, &client, true));
	for (size_t i = 0; i < cause->set_count; i++)
		rules |= cause_rules(cause, &cause->sets[i], explained->account);
	json_object_set_new(record, "rules", recording_rules(rules));
	if (explained->book != NULL && cause->state == CAUSE_FOUND)
		json_object_set_new(record, "advice",
			recording_cures(explained->book, cause, explained->client));
	return record;
}

/* ---- the run ---- */

static json_t *end_record(const struct recording_head *head, const struct cause *cause, int status,
	uint64_t elapsed_ms)
{
	const struct cause_trial *control = find_trial(cause, PURPOSE_CONTROL, false);
	struct run_result result = {.control_sends = control == NULL,
		.counts = {.sends = cause->state == CAUSE_NONE,
			.fails = cause->state == CAUSE_FOUND || cause->state == CAUSE_SERVER,
			.inconclusive = cause->state == CAUSE_INCONCLUSIVE,
			.connections = cause->connections}};
	if (control != NULL)
		result.why = control->sentence;
	return recording_end(head, &result, status, elapsed_ms);
}

static bool give(json_t *record, bool (*take)(void *context, const json_t *record), void *context)
{
	bool good = record != NULL && take(context, record);
	json_decref(record);
	return good;
}

bool explain_records(const struct explained *explained, const struct cause *cause, int status,
	bool (*take)(void *context, const json_t *record), void *context)
{
	const struct run_client client = {explained->name, explained->client};
	const struct recording_plan plan = {.tool = "handset " HANDSET_VERSION,
		.started = explained->unix_time,
		.seed = explained->seed,
		.deliver = explained->deliver,
		.clients = &client,
		.client_count = 1};
	struct recording_head head;
	recording_head_init(&head, explained->target, explained->seed);
	bool good = give(recording_run(&head, &plan), take, context);
	json_t *control = control_record(&head, cause);
	good = (control == NULL || give(control, take, context)) && good;
	good = give(client_record(&head, explained, cause, explained->elapsed_ms), take, context) &&
	       good;
	return give(end_record(&head, cause, status, explained->elapsed_ms), take, context) && good;
}
