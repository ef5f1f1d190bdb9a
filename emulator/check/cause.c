/* cause: the experiment, step by step. */
#include "applicable.h"
#include "known_causes.h"
#include "trials.h"
#include "units.h"

#include <string.h>

enum {
	KNOWN_MAX = 4, /* causes of others that are asked for; each may cost a session in vain */
	TURNS = 4,
	MINIMAL_MAX = 4
};

struct search {
	struct trials trials;
	const struct cause_settings *settings;
	struct cause *cause;
	enum trial_purpose purpose;
	bool *rest; /* the client, less the causes that were found */
	bool *kept; /* what is being narrowed */
	size_t *labels;
};

static enum answer ask(void *context, const bool *kept)
{
	struct search *search = context;
	return trials_ask(&search->trials, kept, search->purpose);
}

static void copy(const struct search *search, bool *to, const bool *from)
{
	memcpy(to, from, search->trials.count * sizeof *to);
}

static size_t size_of(const struct search *search, const bool *kept)
{
	size_t size = 0;
	for (size_t i = 0; i < search->trials.count; i++)
		size += kept[i];
	return size;
}

/* What others failed for: one trial instead of many. Settings that are not in the rest are out. */
static enum answer try_known(struct search *search)
{
	const struct known_causes *known = search->settings->known;
	search->purpose = PURPOSE_KNOWN;
	for (size_t i = 0; known != NULL && i < known->count && i < KNOWN_MAX; i++) {
		bool inside = known_causes_read(known, i, search->settings->client, search->kept);
		for (size_t j = 0; j < search->trials.count; j++)
			inside = inside && (!search->kept[j] || search->rest[j]);
		enum answer answer = inside ? ask(search, search->kept) : ANSWER_SENDS;
		if (answer != ANSWER_SENDS)
			return answer;
	}
	return ANSWER_SENDS;
}

/* From `rest`, which fails, to the smallest part that does, in `kept`. */
static enum answer narrow(struct search *search)
{
	struct reduction reduction = {.memory = search->cause->memory,
		.count = search->trials.count,
		.labels = search->labels,
		.ask = ask,
		.context = search};
	enum answer answer = try_known(search);
	search->purpose = PURPOSE_NARROW;
	if (answer == ANSWER_SENDS) {
		copy(search, search->kept, search->rest);
		trials_shrink(&search->trials, search->kept, search->labels);
		answer = search->trials.stopped ? ANSWER_STOP : ANSWER_FAILS;
	}
	for (int level = 0; level < LEVEL_COUNT && answer != ANSWER_STOP; level++) {
		units_label(search->settings->client, (enum unit_level)level, search->labels);
		answer = reduce(&reduction, search->kept);
	}
	return answer;
}

/*
 * Of several settings together each is needed: without it the correct client sends, once more. One
 * that is not needed leaves. False: the experiment stops.
 */
static bool prove_minimal(struct search *search)
{
	struct trials *trials = &search->trials;
	size_t size = size_of(search, search->kept);
	for (size_t i = 0; size > 1 && size <= MINIMAL_MAX && i < trials->count; i++) {
		if (!search->kept[i])
			continue;
		search->kept[i] = false;
		enum answer answer = trials_make(trials, search->kept, PURPOSE_PROOF);
		search->kept[i] = answer != ANSWER_FAILS;
		if (answer == ANSWER_STOP)
			return false;
	}
	return true;
}

/*
 * It alone fails twice more, and in between the correct client sends. ANSWER_SENDS: it does not
 * fail at all, so that something was deduced that is not so.
 */
static enum answer prove(struct search *search)
{
	struct trials *trials = &search->trials;
	if (!prove_minimal(search))
		return ANSWER_STOP;
	enum answer first = trials_make(trials, search->kept, PURPOSE_PROOF);
	if (first != ANSWER_FAILS)
		return first;
	if (trials_make(trials, trials->none, PURPOSE_PLAIN) != ANSWER_SENDS ||
		trials_make(trials, search->kept, PURPOSE_PROOF) != ANSWER_FAILS)
		return ANSWER_STOP;
	return ANSWER_FAILS;
}

static bool keep_cause(struct search *search)
{
	struct cause *cause = search->cause;
	struct cause_set *set = &cause->sets[cause->set_count];
	set->kept = memory_new(cause->memory, search->trials.count + 1, sizeof *set->kept);
	if (set->kept == NULL)
		return false;
	copy(search, set->kept, search->kept);
	set->kept_count = size_of(search, search->kept);
	set->trial = trials_last(&search->trials, search->kept);
	cause->set_count++;
	if (search->settings->known != NULL)
		known_causes_add(search->settings->known, search->settings->client, set->kept);
	return true;
}

/* Finds one cause in `rest`, which fails. */
static bool find_one(struct search *search)
{
	struct trials *trials = &search->trials;
	enum answer answer = narrow(search);
	if (answer == ANSWER_FAILS)
		answer = prove(search);
	if (answer == ANSWER_SENDS && !trials->no_replays) {
		trials->no_replays = true;
		answer = narrow(search);
		if (answer == ANSWER_FAILS)
			answer = prove(search);
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

/*
 * The plain client has failed as well. Where it always does and the control never does, it is the
 * server; turn by turn, since a server that fails at random does this now and then.
 */
static void blame_server(struct search *search)
{
	struct trials *trials = &search->trials;
	struct cause *cause = search->cause;
	for (size_t i = 0; i < TURNS; i++) {
		if (!trials_control(trials) ||
			trials_make(trials, trials->none, PURPOSE_PLAIN) != ANSWER_FAILS)
			return;
	}
	cause->state = CAUSE_SERVER;
	sentence_set(&cause->sentence,
		"it is no difference of this client: the plainest correct client fails as well "
		"(%.200s), and a client that does more than that sends",
		cause->trials[cause->trial_count - 1].sentence.text);
}

/* True: the client fails, twice, and the plain one sends. */
static bool fails_reliably(struct search *search)
{
	struct trials *trials = &search->trials;
	struct cause *cause = search->cause;
	enum answer answer = trials_make(trials, search->rest, PURPOSE_CLIENT);
	size_t first = trials_last(trials, search->rest);
	if (answer == ANSWER_SENDS)
		cause->state = CAUSE_NONE;
	else if (first < cause->trial_count)
		cause->failure = cause->trials[first].sentence;
	if (answer == ANSWER_FAILS)
		answer = trials_make(trials, search->rest, PURPOSE_CLIENT);
	if (answer != ANSWER_FAILS)
		return false;
	answer = trials_make(trials, trials->none, PURPOSE_PLAIN);
	if (answer == ANSWER_FAILS)
		blame_server(search);
	return answer == ANSWER_SENDS;
}

static void experiment(struct search *search)
{
	struct cause *cause = search->cause;
	struct trials *trials = &search->trials;
	cause->state = CAUSE_INCONCLUSIVE;
	if (applicable(search->settings->ground->account, search->settings->client, &trials->why) &&
		(search->settings->controlled || trials_control(trials)) &&
		fails_reliably(search)) {
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
	cause->sentence = trials->why;
	if (trials->used_up)
		sentence_set(&cause->sentence, "%s; the cause is among %zu of its %zu settings",
			trials->why.text, size_of(search, search->kept), trials->count);
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
	for (size_t i = 0; i < cause->set_count; i++)
		memory_free(cause->memory, cause->sets[i].kept, octets);
	*cause = (struct cause){.memory = NULL};
}
