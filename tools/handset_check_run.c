/* handset_check_run: one target: grounds, the run, its records. */
#include "handset_check_facts.h"

#include "clock.h"
#include "cures.h"
#include "handset.h"
#include "handset_check_ground.h"
#include "handset_check_share.h"
#include "handset_control_esmtp.h"
#include "recording_cures.h"

struct checking {
	const struct check_job *job;
	struct recording_head head;
	struct progress_bar bar;
	bool bar_shown, good; /* every record was taken */
	size_t controls;      /* so far, those that are still to come back included */
	bool met;	      /* the server has answered a control as it should */
	const struct ground_tcp *ground;
	bool second_asked;
	struct buffer greeting, ehlo, replies; /* of the first control: which software this is */
	uint64_t start_ms, last_ms;
};

static void take(struct checking *checking, json_t *record)
{
	const struct check_job *job = checking->job;
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	progress_bar_hide(&checking->bar);
	checking->good = recording_write(&line, record) &&
			 job->take(job->context, record, buffer_string(&line)) && checking->good;
	buffer_free(&line);
	json_decref(record);
}

/* Once, where messages may be delivered and msub has delivered one. */
static void ask_second(struct checking *checking, const struct control *msub)
{
	const struct ground *ground = &checking->ground->ground;
	struct control control;
	if (checking->second_asked || !checking->job->options->deliver ||
		msub->end != CONTROL_SENDS || !handset_control_esmtp_is_there())
		return;
	checking->second_asked = true;
	ground->pause(ground->context, checking->job->pause_ms);
	handset_control_esmtp(&checking->ground->settings, &control);
	const char *disagree = handset_controls_disagree(msub, &control);
	if (disagree != NULL) {
		sentence_add(&control.advice, "; ");
		sentence_add(&control.advice, disagree);
	}
	take(checking, recording_control(&checking->head, "libesmtp", true, &control));
	control_free(&control);
}

/* Until the first client there is nothing to count, and each step may take all of the patience. */
static void show_waiting(void *context)
{
	struct checking *checking = context;
	checking->controls++;
	if (checking->bar_shown && !checking->met)
		check_ground_show_waiting(&checking->bar, checking->job, checking->controls);
}

static void take_control(void *context, const struct control *control)
{
	struct checking *checking = context;
	checking->met = checking->met || control->end == CONTROL_SENDS;
	if (checking->greeting.len == 0)
		cures_read_server(control->transcript, &checking->greeting, &checking->ehlo,
			&checking->replies);
	take(checking, recording_control(&checking->head, "msub", false, control));
	ask_second(checking, control);
}

static void begin_client(void *context, size_t done, const char *name)
{
	struct checking *checking = context;
	checking->last_ms = clock_ms();
	if (checking->bar_shown && progress_bar_is_due(&checking->bar))
		progress_bar_show_count(
			&checking->bar, done, checking->job->share->left_count, "clients");
	(void)name;
}

static void take_client(void *context, const struct run_client *client,
	const struct verdict *verdict, const struct cause *cause)
{
	struct checking *checking = context;
	uint64_t elapsed_ms = clock_ms() - checking->last_ms;
	json_t *record = recording_client(&checking->head, client, verdict, cause, elapsed_ms);
	if (checking->job->book != NULL && cause != NULL && cause->state == CAUSE_FOUND)
		json_object_set_new(record, "advice",
			recording_cures(checking->job->book, cause, client->profile));
	take(checking, record);
}

static void show_event(void *context, const struct transcript_event *event)
{
	struct checking *checking = context;
	progress_bar_hide(&checking->bar);
	handset_show_event(NULL, event);
}

static int status_of(const struct run_result *result)
{
	if (!result->control_sends)
		return EXIT_INCONCLUSIVE;
	if (result->counts.fails > 0)
		return EXIT_NOT;
	return result->stopped ? EXIT_INCONCLUSIVE : EXIT_AS_HOPED;
}

/*
 * Who sends to whom, so that a run is gone on with as the same one. As a digest: a report that is
 * passed on does not have to name an account.
 */
static void set_account(json_t *record, const struct check_job *job)
{
	const char *const parts[] = {job->user, job->sender, job->recipient, job->options->refused};
	struct buffer text;
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		buffer_format(&text, "%s\n", parts[i] == NULL ? "" : parts[i]);
	recording_set_digest(record, "account", &text);
	buffer_free(&text);
}

/* The digest of the profiles is over the whole plan, so that all parts of it have the same one. */
json_t *check_run_record(const struct check_job *job, const struct recording_head *head)
{
	const struct recording_plan plan = {.tool = "handset " HANDSET_VERSION,
		.started = job->unix_time,
		.seed = job->seed,
		.deliver = job->options->deliver,
		.facts = check_wants_facts(job->options),
		.clients = job->plan->clients,
		.client_count = job->options->facts_only ? 0 : job->plan->count};
	json_t *record = recording_run(head, &plan);
	set_account(record, job);
	check_share_mark(job->share, record);
	return record;
}

static void begin(struct checking *checking, const struct check_job *job)
{
	*checking = (struct checking){.job = job, .good = true, .start_ms = clock_ms()};
	recording_head_init(&checking->head, job->target, job->seed);
	buffer_init(&checking->greeting, &memory_standard, 65536);
	buffer_init(&checking->ehlo, &memory_standard, 65536);
	buffer_init(&checking->replies, &memory_standard, 65536);
	checking->bar_shown =
		progress_bar_begin(&checking->bar, job->options->quiet || job->options->verbose);
	take(checking, check_run_record(job, &checking->head));
}

static void take_fact(void *context, json_t *record)
{
	struct checking *checking = context;
	const char *verdict = json_string_value(json_object_get(record, "verdict"));
	struct advice answers[ADVICE_ANSWER_MAX];
	if (checking->job->book != NULL && verdict != NULL && strcmp(verdict, "broken") == 0) {
		const struct advice_question question = {
			.fact = json_string_value(json_object_get(record, "fact")),
			.greeting = buffer_string(&checking->greeting),
			.ehlo = buffer_string(&checking->ehlo),
			.replies = buffer_string(&checking->replies)};
		size_t count =
			advice_for(checking->job->book, &question, answers, ADVICE_ANSWER_MAX);
		json_object_set_new(record, "advice", recording_advice(answers, count));
	}
	take(checking, record);
}

/* Behind the clients, where the control can send: else nothing would be as it is. */
static bool find_facts(struct checking *checking, struct run_result *result)
{
	const struct check_facts_job facts = {.job = checking->job,
		.head = &checking->head,
		.below = &checking->ground->ground,
		.bar = checking->bar_shown ? &checking->bar : NULL,
		.take = take_fact,
		.context = checking};
	struct check_facts_result found;
	if (!check_wants_facts(checking->job->options) || !checking->job->share->facts_left ||
		!result->control_sends)
		return true;
	if (!check_facts(&facts, &found))
		return false;
	checking->good &= found.learned;
	result->counts.connections += found.connections;
	if (found.end != CONTROL_SENDS && checking->job->options->facts_only) {
		/* in the place of a control: that nothing, or little, was found out */
		const struct control control = {.end = CONTROL_NO_CONNECTION, .advice = found.why};
		take(checking, recording_control(&checking->head, "probe", false, &control));
		result->control_sends = false;
		result->why = found.why;
	}
	return true;
}

static bool run(struct checking *checking, const struct ground *ground, struct run_result *result)
{
	const struct check_job *job = checking->job;
	const struct run_listener listener = {checking, take_control, begin_client, take_client};
	const struct run_settings settings = {.ground = ground,
		.clients = job->share->left,
		.client_count = job->share->left_count,
		.deliver = job->options->deliver,
		.causes = !job->options->no_causes,
		.seed = job->seed,
		.interrupted = &handset_interrupted};
	*result = (struct run_result){.control_sends = true};
	return (job->options->facts_only || run_check(&settings, &listener, result)) &&
	       find_facts(checking, result);
}

/* What an earlier run found counts as well, where this one goes on with it. */
static void end(struct checking *checking, struct run_result *result, int status)
{
	const struct check_share *share = checking->job->share;
	result->counts.sends += share->before.sends;
	result->counts.fails += share->before.fails;
	result->counts.not_applicable += share->before.not_applicable;
	if (status == EXIT_AS_HOPED && share->before.fails > 0)
		status = EXIT_NOT;
	json_t *record =
		recording_end(&checking->head, result, status, clock_ms() - checking->start_ms);
	check_share_mark(share, record);
	take(checking, record);
}

static void show_wait(void *context, uint64_t ms)
{
	struct checking *checking = context;
	if (checking->job->options->quiet)
		return;
	progress_bar_hide(&checking->bar);
	fprintf(stderr, "handset check: the server turns us away; waiting %llu s\n",
		(unsigned long long)(ms / 1000));
}

int check_run(const struct check_job *job)
{
	struct checking checking;
	struct check_ground ground;
	begin(&checking, job);
	check_ground_init(&ground, job, job->options->verbose ? show_event : NULL, &checking);
	checking.ground = &ground.tcp;
	ground.control.begins = show_waiting;
	ground.control.begins_context = &checking;
	ground.careful.settings.waits = show_wait;
	ground.careful.settings.waits_context = &checking;
	struct run_result result;
	bool good = run(&checking, &ground.careful.ground, &result);
	int status = good ? status_of(&result) : EXIT_INTERNAL;
	admission_tell(&ground.careful.admission, &result.remark);
	if (good)
		end(&checking, &result, status);
	buffer_free(&checking.greeting);
	buffer_free(&checking.ehlo);
	buffer_free(&checking.replies);
	return checking.good ? status : EXIT_INTERNAL;
}
