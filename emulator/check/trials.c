/* trials: makes a trial, writes it down, and asks whether the server still makes sense. */
#include "known_causes.h"
#include "trials.h"

#include "units.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CLEARED_ENOUGH = 2 };

static void stop(struct trials *trials, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void stop(struct trials *trials, const char *format, ...)
{
	va_list arguments;
	if (trials->stopped)
		return;
	trials->stopped = true;
	va_start(arguments, format);
	vsnprintf(trials->why.text, sizeof trials->why.text, format, arguments);
	va_end(arguments);
}

void trials_lack_memory(struct trials *trials)
{
	trials->no_memory = true;
	stop(trials, "out of memory");
}

static uint64_t spent_ms(const struct trials *trials)
{
	const struct ground *ground = trials->settings->ground;
	return ground->spent_ms == NULL ? 0 : ground->spent_ms(ground->context);
}

bool trials_begin(struct trials *trials, const struct cause_settings *settings, struct cause *cause)
{
	const struct memory *memory = settings->ground->memory;
	size_t count = profile_setting_count(settings->client);
	*cause = (struct cause){.memory = memory, .setting_count = count};
	*trials = (struct trials){.settings = settings, .cause = cause, .count = count};
	trials->began_ms = spent_ms(trials);
	trials->silent = memory_new(memory, count + 1, sizeof *trials->silent);
	trials->none = memory_new(memory, count + 1, sizeof *trials->none);
	for (size_t i = 0; trials->silent != NULL && i < count; i++) {
		const struct unit *unit = unit_of(profile_setting_path(settings->client, i));
		trials->silent[i] = unit == NULL || unit->silent;
	}
	return trials->silent != NULL && trials->none != NULL;
}

void trials_end(struct trials *trials)
{
	const struct memory *memory = trials->settings->ground->memory;
	for (size_t i = 0; i < trials->recorded_room; i++) {
		conversation_free(&trials->recorded[i].conversation);
		replay_free(&trials->recorded[i].replay);
	}
	memory_free(memory, trials->recorded, trials->recorded_room * sizeof *trials->recorded);
	memory_free(memory, trials->silent, (trials->count + 1) * sizeof *trials->silent);
	memory_free(memory, trials->none, (trials->count + 1) * sizeof *trials->none);
}

/* ---- the log ---- */

size_t trials_size(const struct trials *trials, const bool *kept)
{
	size_t count = 0;
	for (size_t i = 0; i < trials->count; i++)
		count += kept[i];
	return count;
}

static bool is_same(const struct trials *trials, const bool *one, const bool *other)
{
	return one != NULL && other != NULL && memcmp(one, other, trials->count * sizeof *one) == 0;
}

bool trials_has_room(struct trials *trials)
{
	struct cause *cause = trials->cause;
	size_t room = cause->trial_room == 0 ? 16 : cause->trial_room * 2;
	if (cause->trial_count < cause->trial_room)
		return true;
	struct cause_trial *list = memory_resize(cause->memory, cause->trials,
		cause->trial_room * sizeof *list, room * sizeof *list);
	if (list == NULL)
		return false;
	cause->trials = list;
	cause->trial_room = room;
	struct recorded *recorded = memory_resize(cause->memory, trials->recorded,
		trials->recorded_room * sizeof *recorded, room * sizeof *recorded);
	if (recorded == NULL)
		return false;
	memset(recorded + trials->recorded_room, 0,
		(room - trials->recorded_room) * sizeof *recorded);
	trials->recorded = recorded;
	trials->recorded_room = room;
	return true;
}

static size_t count_connections(const struct transcript *transcript)
{
	size_t count = 0;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++)
		count += transcript_at(transcript, i)->kind == TRANSCRIPT_CONNECTED;
	return count == 0 ? 1 : count;
}

/* Takes the trial's set and transcript; lent until the next one. NULL: no memory. */
static struct cause_trial *write_down(struct trials *trials, const struct cause_trial *made)
{
	struct cause *cause = trials->cause;
	struct cause_trial *trial = &cause->trials[cause->trial_count];
	*trial = *made;
	trial->connection = cause->connections + 1;
	trial->connections = count_connections(trial->transcript);
	cause->connections += trial->connections;
	cause->trial_count++;
	if (trials->settings->tell != NULL)
		trials->settings->tell(trials->settings->context, cause, trial);
	return trial;
}

bool *trials_copy(const struct trials *trials, const bool *kept)
{
	bool *copy = memory_new(trials->cause->memory, trials->count + 1, sizeof *copy);
	if (copy != NULL)
		memcpy(copy, kept, trials->count * sizeof *copy);
	return copy;
}

/* ---- does the server make sense? ---- */

/* What passes besides the words is the same for both. */
static bool are_alike(const struct trials *trials, const bool *one, const bool *other)
{
	for (size_t i = 0; one != NULL && i < trials->count; i++) {
		if (trials->silent[i] && one[i] != other[i])
			return false;
	}
	return one != NULL;
}

static const char *name_of(const struct exchange_event *event)
{
	return strcmp(event->code, "end") == 0 ? "the end of the connection" : event->code;
}

/* What could not be tried has not failed. */
enum answer trials_answer(enum trial_end end)
{
	bool fails = end == TRIAL_FAILS || end == TRIAL_TURNED_AWAY;
	return fails ? ANSWER_FAILS : ANSWER_SENDS;
}

/* The last trial of the log against those before it. */
static void compare(struct trials *trials)
{
	const struct cause *cause = trials->cause;
	size_t last = cause->trial_count - 1;
	const struct cause_trial *new = &cause->trials[last];
	const struct exchange_event *first, *second;
	for (size_t i = 0; i < last && !trials->stopped; i++) {
		const struct cause_trial *old = &cause->trials[i];
		if (old->connections == 0)
			continue; /* it was not made */
		if (is_same(trials, old->kept, new->kept) &&
			trials_answer(old->end) != trials_answer(new->end))
			stop(trials,
				"the same client was taken once and refused once: the server does not "
				"answer alike each time (\"%.200s\", then \"%.200s\")",
				old->sentence.text, new->sentence.text);
		else if (are_alike(trials, old->kept, new->kept) &&
			 conversations_contradict(&trials->recorded[i].conversation,
				 &trials->recorded[last].conversation, &first, &second))
			stop(trials,
				"the server answered the same words differently from one session to the next "
				"(%s, then %s): it is under load, guards itself, or fails at random",
				name_of(first), name_of(second));
	}
}

/* ---- making them ---- */

bool trials_control(struct trials *trials)
{
	const struct cause_settings *settings = trials->settings;
	const struct ground *ground = settings->ground;
	struct trial_wish wish = question_wish(settings->aspect);
	struct control control = {.transcript = NULL};
	struct sentence why = {""};
	wish.deliver = settings->deliver;
	wish.seed = settings->seed;
	if (!trials_has_room(trials)) {
		trials_lack_memory(trials);
	} else if (!ground->control(ground->context, &wish, &control, &why)) {
		stop(trials, "%s", why.text);
	} else {
		bool sends = control.end == CONTROL_SENDS;
		struct cause_trial trial = {.purpose = PURPOSE_CONTROL,
			.end = sends ? TRIAL_SENDS : TRIAL_FAILS,
			.sentence = control.advice,
			.code = control.code,
			.control = control.end,
			.transcript = control.transcript};
		control.transcript = NULL;
		if (sends)
			sentence_set(&trial.sentence, "sends");
		write_down(trials, &trial);
		if (!sends)
			stop(trials,
				"a client that is known to be correct cannot send here either: %s",
				control.advice.text);
	}
	control_free(&control);
	return !trials->stopped;
}

static bool play(struct trials *trials, const struct profile *client, struct trial *trial)
{
	const struct cause_settings *settings = trials->settings;
	const struct ground *ground = settings->ground;
	struct trial_wish wish = question_wish(settings->aspect);
	struct sentence why = {""};
	wish.client = client;
	wish.deliver = settings->deliver;
	wish.seed = settings->seed;
	if (client == NULL)
		trials_lack_memory(trials);
	else if (!known_causes_play(settings->known, ground, settings->aspect, &wish, trial, &why))
		stop(trials, "%s", why.text);
	return !trials->stopped;
}

/*
 * Who was turned away may have been so for coming too often: the plain client tells. A server that
 * says 421 to a command says so each time: having seen that twice is enough.
 */
static void look_around(struct trials *trials, const struct cause_trial *turned_away)
{
	bool is_plain = turned_away->kept_count == 0, early = turned_away->early;
	if (!is_plain && !early && trials->cleared >= CLEARED_ENOUGH)
		return;
	if (!is_plain && trials_make(trials, trials->none, PURPOSE_PLAIN) == ANSWER_SENDS) {
		trials->cleared += !early;
		return;
	}
	stop(trials,
		"the server turns everybody away after %zu connections (\"%.200s\"): it guards "
		"itself against so many, try again later, or with a lower --rate",
		trials->cause->connections, turned_away->sentence.text);
}

static bool is_used_up(struct trials *trials)
{
	size_t most = trials->settings->max_connections;
	uint64_t longest_ms = trials->settings->max_ms;
	bool late = longest_ms > 0 && spent_ms(trials) - trials->began_ms >= longest_ms;
	most = most == 0 ? CAUSE_CONNECTIONS : most;
	if (trials->cause->connections < most && !late)
		return false;
	trials->used_up = trials->cause->used_up = true;
	if (late)
		stop(trials,
			"not found in %llu s, for the server is slow (handset explain takes more)",
			(unsigned long long)(longest_ms / 1000));
	else
		stop(trials, "%zu connections are used up (--max-connections)", most);
	return true;
}

/* Plays, and fills in what is known of it then. */
static bool carry_out(struct trials *trials, struct cause_trial *made)
{
	struct trial trial;
	struct profile *client = profile_subset(trials->settings->client, made->kept);
	bool played = play(trials, client, &trial);
	if (played) {
		struct finding finding;
		made->end = question_answer(
			trials->settings->aspect, trials->settings->ground, &trial, &finding);
		made->sentence = finding.sentence;
		made->step = finding.sent ? NULL : phone_step_name(finding.step);
		made->code = finding.code;
		made->at = finding.step;
		made->result = finding.result;
		made->silent = trial_was_silent(&trial);
		made->early = finding.step <= STEP_GREETING;
		made->transcript = trial.transcript;
		trial.transcript = NULL;
		trial_free(&trial); /* the phone has borrowed the client */
	}
	profile_free(client);
	return played;
}

enum answer trials_make(struct trials *trials, const bool *kept, enum trial_purpose purpose)
{
	struct cause *cause = trials->cause;
	if (trials->stopped || is_used_up(trials))
		return ANSWER_STOP;
	struct cause_trial made = {.purpose = purpose,
		.kept = trials_has_room(trials) ? trials_copy(trials, kept) : NULL,
		.kept_count = trials_size(trials, kept)};
	if (made.kept == NULL) {
		trials_lack_memory(trials);
		return ANSWER_STOP;
	}
	if (!carry_out(trials, &made)) {
		memory_free(cause->memory, made.kept, (trials->count + 1) * sizeof *made.kept);
		return ANSWER_STOP;
	}
	if (!conversation_read(&trials->recorded[cause->trial_count].conversation, cause->memory,
		    made.transcript))
		trials_lack_memory(trials);
	write_down(trials, &made);
	compare(trials);
	if (made.end == TRIAL_TURNED_AWAY && !trials->stopped)
		look_around(trials, &made);
	if (made.end == TRIAL_NOT_PLAYABLE && purpose == PURPOSE_CLIENT)
		stop(trials, "%s", made.sentence.text);
	return trials->stopped ? ANSWER_STOP : trials_answer(made.end);
}

size_t trials_last(const struct trials *trials, const bool *kept)
{
	const struct cause *cause = trials->cause;
	for (size_t i = cause->trial_count; i > 0; i--) {
		if (is_same(trials, cause->trials[i - 1].kept, kept))
			return i - 1;
	}
	return cause->trial_count;
}

const struct transcript *trials_transcript(const struct trials *trials, size_t index)
{
	const struct cause *cause = trials->cause;
	if (index >= cause->trial_count)
		return NULL;
	const struct cause_trial *trial = &cause->trials[index];
	bool deduced = trial->connections == 0 && !trial->elsewhere;
	return deduced ? cause->trials[trial->like].transcript : trial->transcript;
}
