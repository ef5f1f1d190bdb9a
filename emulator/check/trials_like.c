/* trials_like: trials that need not be made, since they would say what was said before. */
#include "trials.h"
#include "units.h"

#include <string.h>

static bool replay(struct trials *trials, const struct profile *client,
	const struct transcript *recorded, const struct replay *expected, struct replay *run)
{
	const struct cause_settings *settings = trials->settings;
	struct trial_wish wish = question_wish(settings->aspect);
	wish.client = client;
	wish.deliver = settings->deliver;
	wish.seed = settings->seed;
	bool good = replay_run(run, settings->ground, &wish, recorded, expected);
	trial_free(&run->trial); /* the phone has borrowed the client */
	trials->no_memory |= !good;
	return good;
}

/* All that a replay does not see is the same. */
static bool is_seen(
	const struct trials *trials, const struct replay *run, const bool *kept, const bool *other)
{
	const struct cause_settings *settings = trials->settings;
	for (size_t i = 0; i < trials->count; i++) {
		if (kept[i] != other[i] && !replay_sees(run, settings->ground,
						   profile_setting_path(settings->client, i)))
			return false;
	}
	return true;
}

/* A trial's own client against its own transcript. */
static const struct replay *model_of(struct trials *trials, size_t index)
{
	struct recorded *recorded = &trials->recorded[index];
	const struct cause_trial *trial = &trials->cause->trials[index];
	if (recorded->replayed)
		return &recorded->replay;
	struct profile *client = profile_subset(trials->settings->client, trial->kept);
	recorded->replayed = client != NULL;
	if (client != NULL)
		replay(trials, client, trial->transcript, NULL, &recorded->replay);
	trials->no_memory |= client == NULL;
	profile_free(client);
	return &recorded->replay;
}

/* The client, which has these settings, says what that trial's said. */
static bool is_like(
	struct trials *trials, size_t index, const bool *kept, const struct profile *client)
{
	const struct cause_trial *trial = &trials->cause->trials[index];
	const struct replay *model = model_of(trials, index);
	struct replay run;
	if (!model->finished || !is_seen(trials, model, kept, trial->kept))
		return false;
	bool good = replay(trials, client, trial->transcript, model, &run);
	bool like = good && run.finished &&
		    octets_equal(buffer_octets(&run.log), buffer_octets(&model->log));
	replay_free(&run);
	return like;
}

/* A trial that was not made, with what is known of it; false: no memory. */
static bool write_down_like(
	struct trials *trials, const bool *kept, enum trial_purpose purpose, size_t like)
{
	struct cause *cause = trials->cause;
	struct cause_trial trial;
	if (!trials_has_room(trials))
		return false;
	trial = cause->trials[like];
	trial.kept = trials_copy(trials, kept);
	trial.kept_count = trials_size(trials, kept);
	trial.purpose = purpose;
	trial.connection = trial.connections = 0;
	trial.transcript = NULL;
	trial.like = like;
	if (trial.kept == NULL)
		return false;
	cause->trials[cause->trial_count++] = trial;
	if (trials->settings->tell != NULL)
		trials->settings->tell(
			trials->settings->context, cause, &cause->trials[cause->trial_count - 1]);
	return true;
}

bool trials_adopt(struct trials *trials, const bool *kept, const struct cause_trial *elsewhere)
{
	struct cause *cause = trials->cause;
	struct cause_trial trial = *elsewhere;
	trial.purpose = PURPOSE_KNOWN;
	trial.connection = trial.connections = 0;
	trial.elsewhere = true;
	trial.kept = trials_copy(trials, kept);
	trial.kept_count = trials_size(trials, kept);
	trial.transcript = transcript_copy(cause->memory, elsewhere->transcript);
	if (trial.kept == NULL || trial.transcript == NULL || !trials_has_room(trials)) {
		memory_free(cause->memory, trial.kept, (trials->count + 1) * sizeof *trial.kept);
		transcript_free(trial.transcript);
		trials_lack_memory(trials);
		return false;
	}
	cause->trials[cause->trial_count++] = trial;
	if (trials->settings->tell != NULL)
		trials->settings->tell(
			trials->settings->context, cause, &cause->trials[cause->trial_count - 1]);
	return true;
}

/* The trial that says the same; the log's end where there is none. */
static size_t find_like(struct trials *trials, const bool *kept)
{
	const struct cause *cause = trials->cause;
	size_t found = cause->trial_count;
	struct profile *client = profile_subset(trials->settings->client, kept);
	trials->no_memory |= client == NULL;
	for (size_t i = 0; client != NULL && i < found; i++) {
		const struct cause_trial *trial = &cause->trials[i];
		if (trial->kept == NULL || trial->connections == 0 ||
			trials_last(trials, trial->kept) != i)
			continue;
		if (is_like(trials, i, kept, client))
			found = i;
	}
	profile_free(client);
	return found;
}

enum answer trials_ask(struct trials *trials, const bool *kept, enum trial_purpose purpose)
{
	const struct cause *cause = trials->cause;
	size_t known = trials_last(trials, kept);
	if (known < cause->trial_count && !trials->stopped &&
		(cause->trials[known].connections > 0 || !trials->no_replays))
		return trials_answer(cause->trials[known].end);
	size_t like = trials->stopped || trials->no_replays ? cause->trial_count
							    : find_like(trials, kept);
	if (like == cause->trial_count)
		return trials_make(trials, kept, purpose);
	if (!write_down_like(trials, kept, purpose, like))
		trials_lack_memory(trials);
	return trials->stopped ? ANSWER_STOP : trials_answer(cause->trials[like].end);
}

static bool is_like_whole(struct trials *trials, size_t index, const bool *kept)
{
	struct profile *client = profile_subset(trials->settings->client, kept);
	bool like = client != NULL && is_like(trials, index, kept, client);
	trials->no_memory |= client == NULL;
	profile_free(client);
	return like;
}

/* Element by element; what is left is always like the model. */
static void shrink_level(struct trials *trials, size_t index, const size_t *labels, bool *kept)
{
	bool *candidate = trials_copy(trials, kept);
	for (size_t label = 0; candidate != NULL && label < trials->count; label++) {
		size_t fewer = 0;
		for (size_t i = 0; i < trials->count; i++) {
			candidate[i] = kept[i] && labels[i] != label;
			fewer += kept[i] && labels[i] == label;
		}
		if (fewer > 0 && is_like_whole(trials, index, candidate))
			memcpy(kept, candidate, trials->count * sizeof *kept);
	}
	trials->no_memory |= candidate == NULL;
	memory_free(trials->cause->memory, candidate, (trials->count + 1) * sizeof *candidate);
}

void trials_shrink(struct trials *trials, bool *kept, size_t *labels)
{
	size_t like = trials_last(trials, kept), before = trials_size(trials, kept);
	if (trials->no_replays || like == trials->cause->trial_count ||
		trials->cause->trials[like].connections == 0)
		return;
	for (int level = 0; level < LEVEL_COUNT; level++) {
		units_label(trials->settings->client, (enum unit_level)level, labels);
		shrink_level(trials, like, labels, kept);
	}
	if (trials_size(trials, kept) < before && !trials->no_memory)
		trials->no_memory |= !write_down_like(trials, kept, PURPOSE_NARROW, like);
	if (trials->no_memory)
		trials_lack_memory(trials);
}
