/* examiner: the control, and how far the server is to be trusted. */
#include "examiner.h"

#include "verdict.h"

#include <string.h>

enum { FIRST_CONTROLS = 3, CONTROL_TRIES = 3, CONTROL_PAUSE_MS = 1000 };
/* At a door where nobody has opened yet. */
enum { KNOCKS = 2, KNOCK_PAUSE_MS = 200 };
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

/*
 * How often it is made, in all, that ended so. A login that was refused is not tried again: servers
 * lock accounts for less. Nor is a server that was never met waited for, of which nobody knows the
 * name: in the middle of an examination both are a trouble that passes.
 */
static int tries_of(const struct examiner *examiner, const struct control *control)
{
	switch (control->end) {
	case CONTROL_REFUSED:
	case CONTROL_HUNG:
		return CONTROL_TRIES;
	case CONTROL_NO_CONNECTION:
		if (examiner->control_sent > 0)
			return CONTROL_TRIES;
		return control->settled ? 1 : KNOCKS;
	default:
		return 1;
	}
}

static uint64_t pause_before(const struct examiner *examiner, int tried, enum control_end end)
{
	bool knocks = end == CONTROL_NO_CONNECTION && examiner->control_sent == 0;
	return knocks ? KNOCK_PAUSE_MS : (uint64_t)tried * CONTROL_PAUSE_MS;
}

static void explain_control(const struct control *control, struct sentence *why)
{
	sentence_set(why, "%s", control->advice.text);
	if (control->reply.text[0] == 0 || strstr(why->text, control->reply.text) != NULL)
		return;
	sentence_add(why, ": ");
	sentence_add(why, control->reply.text);
}

bool examiner_control(struct examiner *examiner, bool deliver)
{
	const struct ground *ground = examiner->ground;
	struct sentence why = {""};
	int tries = CONTROL_TRIES;
	enum control_end end = CONTROL_SENDS;
	for (int i = 0; i < tries && !examiner->stopped; i++) {
		struct control control;
		if (i > 0)
			ground->pause(ground->context, pause_before(examiner, i, end));
		bool sends = try_control(examiner, deliver, &control);
		tries = tries_of(examiner, &control);
		end = control.end;
		explain_control(&control, &why);
		control_free(&control);
		if (sends)
			return true;
		examiner->unsteady = true;
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
