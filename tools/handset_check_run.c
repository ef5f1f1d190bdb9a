/* handset_check_run: one target: grounds, the run, its records. */
#include "handset_check.h"

#include "clock.h"
#include "handset.h"
#include "handset_check_ground.h"
#include "handset_control_esmtp.h"

struct checking {
	const struct check_job *job;
	struct record_head head;
	struct progress_bar bar;
	bool bar_shown, good; /* every record was taken */
	const struct ground_tcp *ground;
	bool second_asked;
	uint64_t start_ms, last_ms;
};

static void take(struct checking *checking, json_t *record)
{
	const struct check_job *job = checking->job;
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	progress_bar_hide(&checking->bar);
	checking->good = record_write(&line, record) &&
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
	take(checking, record_control(&checking->head, "libesmtp", true, &control));
	control_free(&control);
}

static void take_control(void *context, const struct control *control)
{
	struct checking *checking = context;
	take(checking, record_control(&checking->head, "msub", false, control));
	ask_second(checking, control);
}

static void begin_client(void *context, size_t done, const char *name)
{
	struct checking *checking = context;
	checking->last_ms = clock_ms();
	if (checking->bar_shown && progress_bar_is_due(&checking->bar))
		progress_bar_show_count(
			&checking->bar, done, checking->job->plan->count, "clients");
	(void)name;
}

static void take_client(
	void *context, const struct run_client *client, const struct verdict *verdict)
{
	struct checking *checking = context;
	uint64_t elapsed_ms = clock_ms() - checking->last_ms;
	take(checking, record_client(&checking->head, client, verdict, elapsed_ms));
}

static void show_event(void *context, const struct transcript_event *event)
{
	static const struct transcript_style style = {0};
	struct checking *checking = context;
	struct buffer line;
	progress_bar_hide(&checking->bar);
	buffer_init(&line, &memory_standard, 8 * TRANSCRIPT_LINE_MAX);
	transcript_write_event(&line, event, &style);
	fputs(buffer_string(&line), stderr);
	buffer_free(&line);
}

static int status_of(const struct run_result *result)
{
	if (!result->control_sends)
		return EXIT_INCONCLUSIVE;
	if (result->counts.fails > 0)
		return EXIT_NOT;
	return result->stopped ? EXIT_INCONCLUSIVE : EXIT_AS_HOPED;
}

static void begin(struct checking *checking, const struct check_job *job)
{
	const struct record_plan plan = {.tool = "handset " HANDSET_VERSION,
		.started = job->unix_time,
		.seed = job->seed,
		.deliver = job->options->deliver,
		.clients = job->plan->clients,
		.client_count = job->plan->count};
	*checking = (struct checking){.job = job, .good = true, .start_ms = clock_ms()};
	record_head_init(&checking->head, job->target, job->seed);
	checking->bar_shown =
		progress_bar_begin(&checking->bar, job->options->quiet || job->options->verbose);
	take(checking, record_run(&checking->head, &plan));
}

int check_run(const struct check_job *job)
{
	struct checking checking;
	struct check_ground ground;
	begin(&checking, job);
	check_ground_init(&ground, job, job->options->verbose ? show_event : NULL, &checking);
	checking.ground = &ground.tcp;
	const struct run_listener listener = {&checking, take_control, begin_client, take_client};
	const struct run_settings run = {.ground = &ground.careful.ground,
		.clients = job->plan->clients,
		.client_count = job->plan->count,
		.deliver = job->options->deliver,
		.seed = job->seed,
		.interrupted = &handset_interrupted};
	struct run_result result;
	if (!run_check(&run, &listener, &result))
		return EXIT_INTERNAL;
	int status = status_of(&result);
	take(&checking,
		record_end(&checking.head, &result, status, clock_ms() - checking.start_ms));
	return checking.good ? status : EXIT_INTERNAL;
}
