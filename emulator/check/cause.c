/* cause: the experiment, step by step. */
#include "applicable.h"
#include "known_causes.h"
#include "search.h"
#include "units.h"

#include <string.h>

enum { TURNS = 4, ALONE_MAX = 6 };

static enum answer ask(void *context, const bool *kept)
{
	struct search *search = context;
	return search_judge(search, kept, trials_ask(&search->trials, kept, search->purpose));
}

static void copy(const struct search *search, bool *to, const bool *from)
{
	memcpy(to, from, search->trials.count * sizeof *to);
}

/*
 * Of a few settings each is asked for alone, before halves of them are: a set that fails may be a
 * refused login, and a server that locks accounts counts those, not the sessions that send.
 */
static enum answer ask_alone(struct search *search)
{
	size_t count = search->trials.count;
	bool *all = trials_copy(&search->trials, search->kept);
	enum answer answer = all == NULL ? ANSWER_STOP : ANSWER_SENDS;
	search->or_earlier = true;
	for (size_t i = 0; answer == ANSWER_SENDS && i < count; i++) {
		memset(search->kept, 0, count * sizeof *search->kept);
		search->kept[i] = all[i];
		answer = all[i] ? ask(search, search->kept) : ANSWER_SENDS;
	}
	if (answer == ANSWER_SENDS)
		copy(search, search->kept, all);
	search->or_earlier = false;
	memory_free(search->cause->memory, all, (count + 1) * sizeof *all);
	return answer == ANSWER_STOP ? answer : ANSWER_FAILS;
}

/*
 * From `rest`, which fails, to the smallest part that fails at the same step, in `kept`; and of
 * that to the smallest that fails no later.
 */
static enum answer narrow(struct search *search)
{
	struct reduction reduction = {.memory = search->cause->memory,
		.count = search->trials.count,
		.labels = search->labels,
		.ask = ask,
		.context = search};
	search->purpose = PURPOSE_NARROW;
	search->or_earlier = false;
	copy(search, search->kept, search->rest);
	trials_shrink(&search->trials, search->kept, search->labels);
	enum answer answer = search->trials.stopped ? ANSWER_STOP : ANSWER_FAILS;
	if (answer == ANSWER_FAILS && search_size(search, search->kept) <= ALONE_MAX)
		answer = ask_alone(search);
	for (int level = 0; level < LEVEL_COUNT && answer != ANSWER_STOP; level++) {
		units_label(search->settings->client, (enum unit_level)level, search->labels);
		answer = reduce(&reduction, search->kept);
	}
	search->or_earlier = true;
	return answer == ANSWER_STOP ? answer : reduce(&reduction, search->kept);
}

/* For clients to come. */
static void remember(struct search *search, const bool *kept, size_t trial)
{
	const struct cause_settings *settings = search->settings;
	if (settings->known != NULL && trial < search->cause->trial_count)
		known_causes_add(settings->known, settings->client, kept, settings->aspect,
			&search->cause->trials[trial]);
}

static void accuse_server(struct search *search, const struct cause_trial *plain)
{
	search->cause->state = CAUSE_SERVER;
	sentence_set(&search->cause->sentence,
		"it is no difference of this client: the plainest correct client fails as well "
		"(%.200s), and a client that does more than that sends",
		plain->sentence.text);
}

/*
 * The plain client has failed as well. Where it always does and the control never does, it is the
 * server; turn by turn, since a server that fails at random does this now and then.
 */
static void blame_server(struct search *search)
{
	struct trials *trials = &search->trials;
	for (size_t i = 0; i < TURNS; i++) {
		if (!trials_control(trials) ||
			trials_make(trials, trials->none, PURPOSE_PLAIN) != ANSWER_FAILS)
			return;
	}
	size_t last = trials_last(trials, trials->none);
	accuse_server(search, &search->cause->trials[last]);
	remember(search, trials->none, last);
}

/* The client fails once more, and the plain one sends: before the first search of an experiment. */
static bool make_sure(struct search *search)
{
	struct trials *trials = &search->trials;
	bool first = search->cause->set_count == 0;
	if (search->sure)
		return true;
	if (first && trials_make(trials, search->rest, PURPOSE_CLIENT) != ANSWER_FAILS)
		return false;
	enum answer answer = trials_make(trials, trials->none, PURPOSE_PLAIN);
	if (answer == ANSWER_FAILS && first)
		blame_server(search);
	else if (answer == ANSWER_FAILS)
		sentence_set(
			&trials->why, "the plainest correct client sent before, and fails now");
	search->sure = answer == ANSWER_SENDS;
	return search->sure;
}

static bool keep_cause(struct search *search)
{
	struct cause *cause = search->cause;
	struct cause_set *set = &cause->sets[cause->set_count];
	set->kept = memory_new(cause->memory, search->trials.count + 1, sizeof *set->kept);
	if (set->kept == NULL)
		return false;
	copy(search, set->kept, search->kept);
	set->kept_count = search_size(search, search->kept);
	set->trial = trials_last(&search->trials, search->kept);
	cause->set_count++;
	remember(search, set->kept, set->trial);
	return true;
}

/* What was proven already, where the rest of this client fails; NULL: nothing was. */
static const struct cause_trial *find_known(struct search *search)
{
	const struct cause_settings *settings = search->settings;
	search->place = search_finding(search, search->rest);
	return settings->controlled
		       ? known_causes_find(settings->known, settings->client, search->rest,
				 settings->aspect, &search->place, search->kept)
		       : NULL;
}

/*
 * Another client's experiment has proven it: that this one fails so was seen, and that it sends
 * without it will be.
 */
static bool adopt(struct search *search)
{
	const struct cause_trial *known = find_known(search);
	if (known == NULL || search_size(search, search->kept) == 0 ||
		!trials_adopt(&search->trials, search->kept, known))
		return false;
	search->trials.no_memory |= !keep_cause(search);
	return true;
}

/* What is left without the causes before has failed once, which may have been chance. */
static bool fails_again(struct search *search)
{
	if (search->cause->set_count == 0 ||
		trials_make(&search->trials, search->rest, PURPOSE_WITHOUT) == ANSWER_FAILS)
		return true;
	search_contradict(search);
	return false;
}

/* Finds one cause in `rest`, which fails. */
static bool find_one(struct search *search)
{
	struct trials *trials = &search->trials;
	if (adopt(search) || trials->no_memory)
		return !trials->no_memory;
	if (!fails_again(search) || !make_sure(search))
		return false;
	enum answer answer = narrow(search);
	if (answer == ANSWER_FAILS)
		answer = search_prove(search);
	if (answer == ANSWER_SENDS && !trials->no_replays) {
		trials->no_replays = true;
		answer = narrow(search);
		if (answer == ANSWER_FAILS)
			answer = search_prove(search);
	}
	if (answer == ANSWER_FAILS)
		trials->no_memory |= !keep_cause(search);
	else
		trials->no_memory |= answer == ANSWER_STOP && !trials->stopped;
	return answer == ANSWER_FAILS && !trials->no_memory;
}

static void take_away(struct search *search, const struct cause_set *set)
{
	for (size_t i = 0; i < search->trials.count; i++)
		search->rest[i] = search->rest[i] && !set->kept[i];
}

/* What is left may be one of which only a delivery, or another account, could tell. */
static void remark_untold(struct search *search)
{
	struct cause *cause = search->cause;
	const struct cause_trial *trial =
		&cause->trials[trials_last(&search->trials, search->rest)];
	if (trial->end == TRIAL_NOT_PLAYABLE)
		sentence_set(&cause->remark,
			"whether there is a further cause is not known: %.400s",
			trial->sentence.text);
}

/* One cause after the other, until what is left of the client sends. */
static bool find_all(struct search *search)
{
	struct cause *cause = search->cause;
	enum answer answer = ANSWER_FAILS;
	while (answer == ANSWER_FAILS && cause->set_count < CAUSES_MAX) {
		if (!find_one(search))
			return false;
		take_away(search, &cause->sets[cause->set_count - 1]);
		answer = trials_make(&search->trials, search->rest, PURPOSE_WITHOUT);
	}
	if (answer == ANSWER_FAILS)
		sentence_set(&cause->remark,
			"it still cannot send without these %d causes: there are more", CAUSES_MAX);
	if (answer == ANSWER_SENDS)
		remark_untold(search);
	return answer != ANSWER_STOP;
}

/*
 * Of a cause that is several settings together, each taken away alone has to help; where it does
 * not, what is left of it has another companion in the client.
 */
static bool find_companions(struct search *search)
{
	struct cause *cause = search->cause;
	size_t found = cause->set_count;
	for (size_t i = 0; i < found; i++) {
		const struct cause_set *set = &cause->sets[i];
		for (size_t j = 0; set->kept_count > 1 && j < search->trials.count; j++) {
			if (!set->kept[j] || cause->set_count == CAUSES_MAX)
				continue;
			bool *rest = search->rest;
			for (size_t k = 0; k < search->trials.count; k++)
				rest[k] = rest[k] || (set->kept[k] && k != j);
			enum answer answer = trials_ask(&search->trials, rest, PURPOSE_WITHOUT);
			if (answer == ANSWER_STOP || (answer == ANSWER_FAILS && !find_one(search)))
				return false;
			take_away(search, set);
		}
	}
	return true;
}

/* True: the client fails, and it is not known that everybody does. */
static bool fails(struct search *search)
{
	struct trials *trials = &search->trials;
	struct cause *cause = search->cause;
	enum answer answer = trials_make(trials, search->rest, PURPOSE_CLIENT);
	size_t first = trials_last(trials, search->rest);
	if (answer == ANSWER_SENDS)
		cause->state = CAUSE_NONE;
	else if (first < cause->trial_count)
		cause->failure = cause->trials[first].sentence;
	if (answer != ANSWER_FAILS)
		return false;
	const struct cause_trial *known = find_known(search);
	if (known == NULL || search_size(search, search->kept) > 0)
		return true;
	accuse_server(search, known);
	return false;
}

/* What was found before the server contradicted itself is no more than the rest. */
static void drop_sets(struct cause *cause)
{
	for (size_t i = 0; i < cause->set_count; i++)
		memory_free(cause->memory, cause->sets[i].kept,
			(cause->setting_count + 1) * sizeof(bool));
	cause->set_count = 0;
}

static void experiment(struct search *search)
{
	struct cause *cause = search->cause;
	struct trials *trials = &search->trials;
	cause->state = CAUSE_INCONCLUSIVE;
	if (applicable(search->settings->ground->account, search->settings->client, &trials->why) &&
		(search->settings->controlled || trials_control(trials)) && fails(search)) {
		bool whole = find_all(search) && find_companions(search);
		if (whole || (trials->used_up && cause->set_count > 0))
			cause->state = CAUSE_FOUND;
		if (!whole && cause->state == CAUSE_FOUND)
			sentence_set(&cause->remark,
				"whether there is a further cause is not known: %s",
				trials->why.text);
		cause->reproduced = 2;
	}
	if (cause->state != CAUSE_INCONCLUSIVE)
		return;
	drop_sets(cause);
	cause->sentence = trials->why;
	if (trials->used_up)
		sentence_set(&cause->sentence, "%s; the cause is among %zu of its %zu settings",
			trials->why.text, search_size(search, search->kept), trials->count);
}

bool cause_find(const struct cause_settings *settings, struct cause *cause)
{
	const struct memory *memory = settings->ground->memory;
	struct search search = {.settings = settings, .cause = cause};
	bool good = trials_begin(&search.trials, settings, cause);
	size_t count = search.trials.count, room = count + 1;
	search.rest = memory_new(memory, room, sizeof *search.rest);
	search.kept = memory_new(memory, room, sizeof *search.kept);
	search.labels = memory_new(memory, room, sizeof *search.labels);
	good = good && search.rest != NULL && search.kept != NULL && search.labels != NULL;
	if (good) {
		memset(search.rest, 1, count * sizeof *search.rest);
		memset(search.kept, 1, count * sizeof *search.kept);
		experiment(&search);
	}
	memory_free(memory, search.rest, room * sizeof *search.rest);
	memory_free(memory, search.kept, room * sizeof *search.kept);
	memory_free(memory, search.labels, room * sizeof *search.labels);
	good = good && !search.trials.no_memory;
	trials_end(&search.trials);
	return good;
}

void cause_free(struct cause *cause)
{
	size_t octets = (cause->setting_count + 1) * sizeof(bool);
	for (size_t i = 0; i < cause->trial_count; i++) {
		if (cause->trials[i].kept != NULL)
			memory_free(cause->memory, cause->trials[i].kept, octets);
		transcript_free(cause->trials[i].transcript);
	}
	if (cause->memory != NULL)
		memory_free(
			cause->memory, cause->trials, cause->trial_room * sizeof *cause->trials);
	drop_sets(cause);
	*cause = (struct cause){.memory = NULL};
}
