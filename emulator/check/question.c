/* question: what a trial sends for it, and the reading of the trial. */
#include "question.h"

#include "applicable.h"

#include <string.h>

struct trial_wish question_wish(enum aspect aspect)
{
	return (struct trial_wish){.messages = aspect == ASPECT_SECOND_MESSAGE ? 2 : 1,
		.refused_recipient = aspect == ASPECT_REFUSED_RECIPIENT};
}

bool question_needs_delivery(enum aspect aspect)
{
	return aspect == ASPECT_SECOND_MESSAGE || aspect == ASPECT_DUPLICATE;
}

/* Somebody has the message twice, or will have where the server has it already. */
static bool is_twice(const struct play_result *play)
{
	for (size_t message = 0; message < phone_message_count(play->phone); message++) {
		const struct phone_outcome *outcome = phone_outcome(play->phone, message);
		for (size_t i = 0; i < outcome->recipient_count; i++) {
			const struct phone_recipient *recipient = &outcome->recipients[i];
			if (recipient->twice || recipient->perhaps_twice ||
				(recipient->was_unsure && outcome->queued))
				return true;
		}
	}
	return false;
}

/* "4.7.x" behind the code (RFC 3463 3.8): a matter of policy, for now. */
static bool is_policy(const struct finding *finding)
{
	return finding->code / 100 == 4 && strlen(finding->reply.text) > 4 &&
	       strncmp(finding->reply.text + 4, "4.7.", 4) == 0;
}

static bool is_turned_away(const struct finding *finding)
{
	return finding->result != PHONE_NOT_TRIED &&
	       (finding_is_before_client(finding) || finding->step <= STEP_GREETING ||
		       finding->code == 421 || is_policy(finding));
}

enum trial_end question_answer(enum aspect aspect, const struct ground *ground,
	const struct trial *trial, struct finding *finding)
{
	finding_read(finding, ground, trial, phone_message_count(trial->play.phone) - 1);
	if (!applicable_trial(trial, &finding->sentence))
		return TRIAL_NOT_PLAYABLE;
	if (aspect == ASPECT_DUPLICATE && is_twice(&trial->play)) {
		struct sentence how = finding->sentence;
		sentence_set(&finding->sentence, "it may arrive twice: %.400s", how.text);
		return TRIAL_FAILS;
	}
	if (finding->doubtful) {
		sentence_set(&finding->sentence, "%s", finding_doubt);
		return TRIAL_NOT_PLAYABLE;
	}
	if (finding->sent)
		return TRIAL_SENDS;
	if (is_turned_away(finding))
		return TRIAL_TURNED_AWAY;
	return aspect == ASPECT_DUPLICATE ? TRIAL_SENDS : TRIAL_FAILS;
}
