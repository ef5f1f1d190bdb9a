/* run: from the first control to the last client. */
#include "run.h"

struct running {
	const struct run_settings *settings;
	const struct run_listener *listener;
	struct examiner examiner;
	enum client_verdict *verdicts; /* by client */
	bool *was_steady;	       /* when it was concluded */
	bool control_told;
	struct known_causes known;
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

static void tell(
	struct running *running, size_t index, struct verdict *verdict, const struct cause *cause)
{
	const struct run_listener *listener = running->listener;
	running->verdicts[index] = verdict->verdict;
	listener->client(listener->context, &running->settings->clients[index], verdict, cause);
}

static enum aspect first_failure(const struct verdict *verdict)
{
	for (int i = 0; i < ASPECT_COUNT; i++) {
		if (verdict->aspects[i].result == ASPECT_FAILED)
			return (enum aspect)i;
	}
	return ASPECT_MESSAGE;
}

/* A client that sends when the cause is looked for has come out both ways. */
static void doubt_failure(struct running *running, struct verdict *verdict)
{
	struct sentence before = verdict->sentence;
	running->examiner.unsteady = true;
	verdict->verdict = VERDICT_INCONCLUSIVE;
	sentence_set(&verdict->sentence,
		"the server answers differently from time to time: it took the message when the "
		"cause was looked for, and before: ");
	sentence_add(&verdict->sentence, before.text);
}

static bool seeks_cause(const struct running *running, const struct verdict *verdict)
{
	return running->settings->causes && verdict_is_failure(verdict->verdict) &&
	       !running->examiner.stopped;
}

static bool find_cause(struct running *running, const struct profile *client,
	struct verdict *verdict, struct cause *cause)
{
	struct examiner *examiner = &running->examiner;
	const struct cause_settings settings = {.ground = examiner->ground,
		.client = client,
		.aspect = first_failure(verdict),
		.deliver = examiner->deliver,
		.seed = random_next(&examiner->random),
		.controlled = true,
		.known = &running->known};
	bool good = cause_find(&settings, cause);
	examiner->connections += cause->connections;
	verdict->connections += cause->connections;
	if (good && cause->state == CAUSE_NONE)
		doubt_failure(running, verdict);
	return good && cause->state != CAUSE_NONE;
}

/* The cause, where there is one to be sought, and then the listener. */
static void conclude(struct running *running, size_t index, struct verdict *verdict)
{
	const struct run_client *client = &running->settings->clients[index];
	struct cause cause = {.memory = NULL};
	bool found = seeks_cause(running, verdict) &&
		     find_cause(running, client->profile, verdict, &cause);
	tell(running, index, verdict, found ? &cause : NULL);
	cause_free(&cause);
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
	conclude(running, index, &verdict);
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
		tell(running, index, &verdict, NULL);
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
	struct running running = {
		.settings = settings, .listener = listener, .known = {.memory = memory}};
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
	known_causes_free(&running.known);
	memory_free(memory, running.verdicts, room * sizeof *running.verdicts);
	memory_free(memory, running.was_steady, room * sizeof *running.was_steady);
	return good;
}
