/* search: how a part of the client is asked for, and what makes a cause of it. */
#include "search.h"

/* How often a cause fails alone; one that chance makes more easily has more to show. */
enum { PROOFS = 2, PROOFS_DOUBTED = 4, DOUBTED_MAX = 3 };

struct finding search_finding(const struct search *search, const bool *kept)
{
	const struct cause *cause = search->cause;
	size_t last = trials_last(&search->trials, kept);
	if (last == cause->trial_count)
		return (struct finding){.step = STEP_COUNT};
	const struct cause_trial *trial = &cause->trials[last];
	return (struct finding){.result = trial->result, .step = trial->at, .code = trial->code};
}

/* What was refused to the one with `code` was refused to the other one as well. */
static bool share_refusal(
	const struct search *search, const bool *one, const bool *other, unsigned int code)
{
	const struct trials *trials = &search->trials;
	const struct transcript *said = trials_transcript(trials, trials_last(trials, one));
	const struct transcript *other_said = trials_transcript(trials, trials_last(trials, other));
	return code >= 400 && said != NULL && other_said != NULL &&
	       transcripts_share_refusal(said, other_said, code);
}

/* The same was refused: one client went away there, and the other one a little later. */
static bool meets_the_same(const struct search *search, const bool *kept)
{
	return share_refusal(search, search->rest, kept, search->place.code);
}

/* Who fails elsewhere does so for another cause, and not for the one that is looked for. */
enum answer search_judge(const struct search *search, const bool *kept, enum answer answer)
{
	if (answer != ANSWER_FAILS || search->settings->aspect == ASPECT_DUPLICATE)
		return answer;
	enum step at = search_finding(search, kept).step;
	bool here = at == search->place.step || (search->or_earlier && at < search->place.step);
	return here || meets_the_same(search, kept) ? ANSWER_FAILS : ANSWER_SENDS;
}

enum answer search_make(struct search *search, const bool *kept, enum trial_purpose purpose)
{
	return search_judge(search, kept, trials_make(&search->trials, kept, purpose));
}

size_t search_size(const struct search *search, const bool *kept)
{
	size_t size = 0;
	for (size_t i = 0; i < search->trials.count; i++)
		size += kept[i];
	return size;
}

enum answer search_contradict(struct search *search)
{
	if (search->trials.stopped)
		return ANSWER_STOP;
	search->trials.stopped = true;
	sentence_set(&search->trials.why,
		"the same client was taken and then refused: the server does not answer alike each time");
	return ANSWER_STOP;
}

/* Without a setting it did not fail. A trial that says nothing shows nothing. */
static bool shows_need(struct search *search, size_t setting)
{
	const struct cause *cause = search->cause;
	const struct cause_trial *trial =
		&cause->trials[trials_last(&search->trials, search->kept)];
	if (trial->end != TRIAL_NOT_PLAYABLE)
		return true;
	search->trials.stopped = true;
	sentence_set(&search->trials.why, "whether %s is part of the cause cannot be tried: %.300s",
		profile_setting_path(search->settings->client, setting), trial->sentence.text);
	return false;
}

/*
 * Of several settings together each is needed: without it the correct client sends, once more. One
 * that is not needed leaves. False: the experiment stops.
 */
static bool prove_minimal(struct search *search)
{
	size_t size = search_size(search, search->kept);
	for (size_t i = 0; size > 1 && i < search->trials.count; i++) {
		if (!search->kept[i])
			continue;
		search->kept[i] = false;
		enum answer answer = search_make(search, search->kept, PURPOSE_PROOF);
		if (answer == ANSWER_STOP || (answer == ANSWER_SENDS && !shows_need(search, i)))
			return false;
		search->kept[i] = answer == ANSWER_SENDS;
	}
	return true;
}

/*
 * A server that refuses at random takes a part of the true cause now and then, so that of several
 * settings one may be there by chance; and who fails otherwise than the client did may have met
 * with another mood. Of many settings each round is long.
 */
static size_t proofs_wanted(const struct search *search)
{
	const struct finding alone = search_finding(search, search->kept);
	size_t size = search_size(search, search->kept);
	bool as_the_client = finding_is_alike(&alone, &search->place) ||
			     share_refusal(search, search->kept, search->rest, alone.code);
	bool doubted = size > 1 || !as_the_client;
	return doubted && size <= DOUBTED_MAX ? PROOFS_DOUBTED : PROOFS;
}

/* As often as that: each of its settings is needed, and together they fail. */
static enum answer prove_again(struct search *search)
{
	size_t size = search_size(search, search->kept), proofs = proofs_wanted(search);
	for (size_t i = 1; i < proofs; i++) {
		if (!prove_minimal(search))
			return ANSWER_STOP;
		/* of two servers behind a name one may have sent what the other one refuses */
		if (search_size(search, search->kept) != size ||
			search_make(search, search->kept, PURPOSE_PROOF) != ANSWER_FAILS)
			return search_contradict(search);
	}
	return ANSWER_FAILS;
}

enum answer search_prove(struct search *search)
{
	struct trials *trials = &search->trials;
	if (!prove_minimal(search))
		return ANSWER_STOP;
	enum answer first = search_make(search, search->kept, PURPOSE_PROOF);
	if (first != ANSWER_FAILS)
		return first;
	if (trials_make(trials, trials->none, PURPOSE_PLAIN) != ANSWER_SENDS)
		return search_contradict(search);
	return prove_again(search);
}
