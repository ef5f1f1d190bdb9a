/* run: from the first control to the last client. */
#include "run.h"

struct running {
	const struct run_settings *settings;
	const struct run_listener *listener;
	struct examiner examiner;
	enum client_verdict *verdicts; /* by client */
	bool *was_steady;	       /* when it was concluded */
	bool control_told;
};

static void hear_control(void *context, const struct control *control)
{
	struct running *running = context;
	if (running->control_told && control->end == CONTROL_SENDS)
		return;
	running->control_told = true;
	running->listener->control(running->listener->context, control);
}

static void look_for_interruption(struct running *running)
{
	const volatile sig_atomic_t *interrupted = running->settings->interrupted;
	if (interrupted != NULL && *interrupted != 0)
		examiner_stop(&running->examiner, "interrupted");
}

static void tell(struct running *running, size_t index, struct verdict *verdict)
{
	const struct run_listener *listener = running->listener;
	running->verdicts[index] = verdict->verdict;
	listener->client(listener->context, &running->settings->clients[index], verdict);
}

static void examine_client(struct running *running, size_t index)
{
	const struct run_listener *listener = running->listener;
	const struct run_client *client = &running->settings->clients[index];
	struct verdict verdict;
	if (listener->begins != NULL)
		listener->begins(listener->context, index, client->name);
	look_for_interruption(running);
	examine(&running->examiner, client->profile, &verdict);
	running->was_steady[index] = !running->examiner.unsteady;
	tell(running, index, &verdict);
	verdict_free(&verdict);
}

/* It came out otherwise, or not at all: then nothing is known. */
static void doubt(struct verdict *verdict, enum client_verdict before)
{
	struct sentence now = verdict->sentence;
	bool known = verdict->verdict != VERDICT_INCONCLUSIVE;
	verdict->verdict = VERDICT_INCONCLUSIVE;
	if (known)
		sentence_set(&verdict->sentence,
			"the server answers differently from time to time: %s at first, and then: ",
			client_verdict_name(before));
	if (known)
		sentence_add(&verdict->sentence, now.text);
}

static void examine_again(struct running *running, size_t index)
{
	const struct run_client *client = &running->settings->clients[index];
	enum client_verdict before = running->verdicts[index];
	struct verdict verdict;
	if (!running->was_steady[index] || before == VERDICT_NOT_APPLICABLE ||
		before == VERDICT_INCONCLUSIVE)
		return;
	look_for_interruption(running);
	examine(&running->examiner, client->profile, &verdict);
	if (verdict.verdict != before) {
		doubt(&verdict, before);
		tell(running, index, &verdict);
	}
	verdict_free(&verdict);
}

static void count(const struct running *running, struct run_counts *counts)
{
	for (size_t i = 0; i < running->settings->client_count; i++) {
		enum client_verdict verdict = running->verdicts[i];
		bool fails = verdict_is_failure(verdict);
		counts->fails += fails;
		counts->sends += verdict == VERDICT_SENDS;
		counts->inconclusive += verdict == VERDICT_INCONCLUSIVE;
		counts->not_applicable +=
			verdict == VERDICT_NOT_APPLICABLE || verdict == VERDICT_TLS_TOO_OLD;
	}
	counts->connections = running->examiner.connections;
}

static void run_clients(struct running *running)
{
	size_t count = running->settings->client_count;
	for (size_t i = 0; i < count; i++)
		examine_client(running, i);
	for (size_t i = 0; i < count && running->examiner.unsteady; i++)
		examine_again(running, i);
}

bool run_check(const struct run_settings *settings, const struct run_listener *listener,
	struct run_result *result)
{
	const struct memory *memory = settings->ground->memory;
	size_t room = settings->client_count + 1;
	struct running running = {.settings = settings, .listener = listener};
	*result = (struct run_result){.control_sends = false};
	running.verdicts = memory_new(memory, room, sizeof *running.verdicts);
	running.was_steady = memory_new(memory, room, sizeof *running.was_steady);
	bool good = running.verdicts != NULL && running.was_steady != NULL;
	if (good) {
		examiner_init(
			&running.examiner, settings->ground, settings->deliver, settings->seed);
		running.examiner.controlled = hear_control;
		running.examiner.context = &running;
		result->control_sends = examiner_begin(&running.examiner);
		if (result->control_sends)
			run_clients(&running);
		result->stopped = running.examiner.stopped;
		result->why = running.examiner.stopped_why;
	}
	if (good && result->control_sends)
		count(&running, &result->counts);
	result->counts.connections = running.examiner.connections;
	memory_free(memory, running.verdicts, room * sizeof *running.verdicts);
	memory_free(memory, running.was_steady, room * sizeof *running.was_steady);
	return good;
}
