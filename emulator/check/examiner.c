/* examiner: the control, and how far the server is to be trusted. */
#include "examiner.h"

#include "verdict.h"

enum { FIRST_CONTROLS = 3, CONTROL_TRIES = 3, CONTROL_PAUSE_MS = 1000 };
static const double too_rare = 0.0002;

void examiner_init(
	struct examiner *examiner, const struct ground *ground, bool deliver, uint64_t seed)
{
	*examiner = (struct examiner){.ground = ground, .deliver = deliver};
	random_init(&examiner->random, seed);
}

void examiner_stop(struct examiner *examiner, const char *why)
{
	if (!examiner->stopped)
		sentence_set(&examiner->stopped_why, "%s", why);
	examiner->stopped = true;
}

/* One control. False: it did not send, or did not come about. */
static bool try_control(struct examiner *examiner, bool deliver, struct control *control)
{
	const struct trial_wish wish = {
		.messages = 1, .deliver = deliver, .seed = random_next(&examiner->random)};
	struct sentence why = {""};
	*control = (struct control){.end = CONTROL_NOT_POSSIBLE};
	if (!examiner->ground->control(examiner->ground->context, &wish, control, &why)) {
		examiner_stop(examiner, why.text);
		return false;
	}
	size_t connections = trial_connections(control->transcript);
	bool sends = control->end == CONTROL_SENDS;
	examiner->connections += connections == 0 ? 1 : connections;
	/*
	 * A control that had to connect again has met with a failure, and made up for it. A server
	 * that takes few connections at a time ends one before it says a word: that is no answer.
	 */
	bool again = trial_connections_answered(control->transcript) > 1;
	examiner->control_sent += sends;
	examiner->control_failed += sends ? again : 1;
	examiner->unsteady = examiner->unsteady || again;
	if (examiner->controlled != NULL)
		examiner->controlled(examiner->context, control);
	return sends;
}

/* A login that was refused is not tried again: servers lock accounts for less. */
static bool is_worth_another(const struct control *control)
{
	return control->end == CONTROL_REFUSED || control->end == CONTROL_HUNG ||
	       control->end == CONTROL_NO_CONNECTION;
}

static void explain_control(const struct control *control, struct sentence *why)
{
	sentence_set(why, "%s", control->advice.text);
	if (control->reply.text[0] == 0)
		return;
	sentence_add(why, ": ");
	sentence_add(why, control->reply.text);
}

bool examiner_control(struct examiner *examiner, bool deliver)
{
	struct sentence why = {""};
	for (int i = 0; i < CONTROL_TRIES && !examiner->stopped; i++) {
		struct control control;
		if (i > 0)
			examiner->ground->pause(
				examiner->ground->context, (uint64_t)i * CONTROL_PAUSE_MS);
		bool sends = try_control(examiner, deliver, &control);
		bool again = is_worth_another(&control);
		explain_control(&control, &why);
		control_free(&control);
		if (sends)
			return true;
		examiner->unsteady = true;
		if (!again)
			break;
	}
	examiner_stop(examiner, why.text);
	return false;
}

bool examiner_begin(struct examiner *examiner)
{
	for (int i = 0; i < FIRST_CONTROLS && !examiner->stopped; i++)
		examiner_control(examiner, examiner->deliver && i == 0);
	return !examiner->stopped;
}

static double failing_share(const struct examiner *examiner)
{
	double failed = (double)(examiner->control_failed + examiner->mixed_failed);
	double all = failed + (double)(examiner->control_sent + examiner->mixed_sent);
	return (failed + 1) / (all + 2);
}

bool examiner_takes_for_chance(const struct examiner *examiner, size_t failed)
{
	double chance = 1, share = failing_share(examiner);
	for (size_t i = 0; i < failed; i++)
		chance *= share;
	return chance >= too_rare;
}
