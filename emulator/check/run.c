/* run: from the first control to the last client. */
#include "run.h"

/* Of one client; there are many. */
enum { CAUSE_MAX_MS = 60000 };

/* What is remembered of a client. */
struct concluded {
	enum client_verdict verdict;
	bool was_steady; /* the server seemed so when the examination began */
	bool is_caused;	 /* a cause was found, which is more than any number of failures */
	size_t failed;	 /* trials, all of them */
};

struct running {
	const struct run_settings *settings;
	const struct run_listener *listener;
	struct examiner examiner;
	struct concluded *concluded; /* by client */
	bool control_told;
	struct known_causes known;
	size_t not_again; /* concluded too easily, and interrupted before they were asked again */
};

static void hear_control(void *context, const struct control *control)
{
	struct running *running = context;
	if (running->control_told && control->end == CONTROL_SENDS)
		return;
	running->control_told = true;
	running->listener->control(running->listener->context, control);
}

static bool is_interrupted(const struct running *running)
{
	const volatile sig_atomic_t *interrupted = running->settings->interrupted;
	return interrupted != NULL && *interrupted != 0;
}

static void look_for_interruption(struct running *running)
{
	if (is_interrupted(running))
		examiner_stop(&running->examiner, "interrupted");
}

static void tell(
	struct running *running, size_t index, struct verdict *verdict, const struct cause *cause)
{
	const struct run_listener *listener = running->listener;
	running->concluded[index].verdict = verdict->verdict;
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
		.max_ms = CAUSE_MAX_MS,
		.controlled = true,
		/* of a server that changes its mind nothing is known */
		.known = examiner->unsteady ? NULL : &running->known};
	bool good = cause_find(&settings, cause);
	examiner->connections += cause->connections;
	verdict->connections += cause->connections;
	if (good && cause->state == CAUSE_NONE)
		doubt_failure(running, verdict);
	/* other than for want of connections and time, only a server that contradicts itself ends
	 * so */
	if (cause->state == CAUSE_INCONCLUSIVE && !cause->used_up)
		examiner->unsteady = true;
	return good && cause->state != CAUSE_NONE;
}

static size_t failed_trials(const struct verdict *verdict)
{
	return verdict->aspects[first_failure(verdict)].failed;
}

/*
 * It was thought to fail as others do, and the search for that had no end: then its failures are
 * counted like anybody's.
 */
static void examine_alone(
	struct running *running, const struct profile *client, struct verdict *verdict)
{
	struct known_causes *known = running->examiner.known;
	running->examiner.known = NULL;
	verdict_free(verdict);
	examine(&running->examiner, client, verdict);
	running->examiner.known = known;
}

/* The cause, where there is one to be sought, and then the listener. */
static void conclude(struct running *running, size_t index, struct verdict *verdict)
{
	const struct run_client *client = &running->settings->clients[index];
	struct cause cause = {.memory = NULL};
	bool found = seeks_cause(running, verdict) &&
		     find_cause(running, client->profile, verdict, &cause);
	if (found && cause.used_up && cause.state == CAUSE_INCONCLUSIVE &&
		failed_trials(verdict) == 1)
		examine_alone(running, client->profile, verdict);
	running->concluded[index].failed = failed_trials(verdict);
	running->concluded[index].is_caused = found && cause.state == CAUSE_FOUND;
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
	running->concluded[index].was_steady = !running->examiner.unsteady;
	examine(&running->examiner, client->profile, &verdict);
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

/* What was concluded before anybody knew that the server is unsteady. */
static void examine_again(struct running *running, size_t index)
{
	const struct run_client *client = &running->settings->clients[index];
	struct concluded *concluded = &running->concluded[index];
	enum client_verdict before = concluded->verdict;
	struct verdict verdict;
	look_for_interruption(running);
	examine(&running->examiner, client->profile, &verdict);
	if (is_interrupted(running)) {
		/* what was broken off is no answer, and takes nothing back */
		running->not_again++;
		verdict_free(&verdict);
		return;
	}
	concluded->failed = failed_trials(&verdict);
	if (verdict.verdict != before) {
		doubt(&verdict, before);
		tell(running, index, &verdict, NULL);
	}
	verdict_free(&verdict);
}

/* Only now is it known how often this server fails whoever comes. */
static void withdraw_chance(struct running *running, size_t index)
{
	const struct concluded *concluded = &running->concluded[index];
	struct verdict verdict = {.verdict = VERDICT_INCONCLUSIVE};
	if (!verdict_is_failure(concluded->verdict) || concluded->is_caused ||
		!examiner_takes_for_chance(&running->examiner, concluded->failed))
		return;
	sentence_set(&verdict.sentence,
		"%s in %zu tries, but this server fails others so often that it may be chance",
		client_verdict_name(concluded->verdict), concluded->failed);
	tell(running, index, &verdict, NULL);
}

static void look_back(struct running *running)
{
	size_t count = running->settings->client_count;
	for (size_t i = 0; i < count && running->examiner.unsteady; i++) {
		const struct concluded *concluded = &running->concluded[i];
		bool open = concluded->verdict == VERDICT_NOT_APPLICABLE ||
			    concluded->verdict == VERDICT_INCONCLUSIVE;
		if (concluded->was_steady && !open && !concluded->is_caused)
			examine_again(running, i);
	}
	for (size_t i = 0; i < count && running->examiner.unsteady && !is_interrupted(running); i++)
		withdraw_chance(running, i);
}

static void count(const struct running *running, struct run_counts *counts)
{
	for (size_t i = 0; i < running->settings->client_count; i++) {
		enum client_verdict verdict = running->concluded[i].verdict;
		bool fails = verdict_is_failure(verdict);
		counts->fails += fails;
		counts->sends += verdict == VERDICT_SENDS;
		counts->inconclusive += verdict == VERDICT_INCONCLUSIVE;
		counts->not_applicable +=
			verdict == VERDICT_NOT_APPLICABLE || verdict == VERDICT_TLS_TOO_OLD;
	}
	counts->connections = running->examiner.connections;
}

/* Their verdicts stay; that they are weaker than others has to be said. */
static void mark_not_again(const struct running *running, struct sentence *why)
{
	if (running->not_again > 0)
		sentence_set(why,
			"interrupted; %zu clients were concluded before it was known that the server "
			"answers differently from time to time, and were not asked again",
			running->not_again);
}

static void run_clients(struct running *running)
{
	size_t count = running->settings->client_count;
	for (size_t i = 0; i < count; i++)
		examine_client(running, i);
	look_back(running);
}

bool run_check(const struct run_settings *settings, const struct run_listener *listener,
	struct run_result *result)
{
	const struct memory *memory = settings->ground->memory;
	size_t room = settings->client_count + 1;
	struct running running = {
		.settings = settings, .listener = listener, .known = {.memory = memory}};
	*result = (struct run_result){.control_sends = false};
	running.concluded = memory_new(memory, room, sizeof *running.concluded);
	bool good = running.concluded != NULL;
	if (good) {
		examiner_init(
			&running.examiner, settings->ground, settings->deliver, settings->seed);
		running.examiner.causes = settings->causes;
		running.examiner.known = settings->causes ? &running.known : NULL;
		running.examiner.controlled = hear_control;
		running.examiner.context = &running;
		result->control_sends = examiner_begin(&running.examiner);
		if (result->control_sends)
			run_clients(&running);
		result->stopped = running.examiner.stopped;
		result->why = running.examiner.stopped_why;
		mark_not_again(&running, &result->why);
	}
	if (good && result->control_sends)
		count(&running, &result->counts);
	result->counts.connections = running.examiner.connections;
	known_causes_free(&running.known);
	memory_free(memory, running.concluded, room * sizeof *running.concluded);
	return good;
}
