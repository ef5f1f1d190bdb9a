/* question: what is asked for, and the reading of a trial. */
#include "question.h"

static const struct {
	const char *name;
	size_t messages;
	bool refused_recipient, delivery;
} questions[QUESTION_COUNT] = {
	[QUESTION_MESSAGE] = {"message", 1, false, false},
	[QUESTION_SECOND_MESSAGE] = {"second-message", 2, false, true},
	[QUESTION_REFUSED_RECIPIENT] = {"refused-recipient", 1, true, false},
	[QUESTION_DUPLICATE] = {"duplicate", 1, false, true},
};

const char *question_name(enum question question)
{
	return questions[question].name;
}

struct trial_wish question_wish(enum question question)
{
	return (struct trial_wish){.messages = questions[question].messages,
		.refused_recipient = questions[question].refused_recipient};
}

bool question_needs_delivery(enum question question)
{
	return questions[question].delivery;
}

static bool is_good(const struct phone_verdict *verdict)
{
	return verdict->result == PHONE_DELIVERED || verdict->result == PHONE_ACCEPTED;
}

/* Of the last message: what kept it from somebody who should have it; or that nothing did. */
static struct phone_verdict decide(enum question question, const struct play_result *play)
{
	size_t last = phone_message_count(play->phone) - 1;
	const struct phone_outcome *outcome = phone_outcome(play->phone, last);
	size_t from = question == QUESTION_REFUSED_RECIPIENT && outcome->recipient_count > 1;
	struct phone_verdict verdict = play_verdict(play, last, &from);
	for (size_t i = from; is_good(&verdict) && i < outcome->recipient_count; i++)
		verdict = play_verdict(play, last, &i);
	/* a message that was taken for nobody, or whose end nobody knows */
	if (is_good(&verdict) && from == 0)
		verdict = play_verdict(play, last, NULL);
	return verdict;
}

static bool is_twice(const struct play_result *play)
{
	for (size_t message = 0; message < phone_message_count(play->phone); message++) {
		const struct phone_outcome *outcome = phone_outcome(play->phone, message);
		for (size_t i = 0; i < outcome->recipient_count; i++) {
			if (outcome->recipients[i].twice || outcome->recipients[i].perhaps_twice)
				return true;
		}
		if (carrier_twice(&play->carrier, play->phone, message) != CARRIER_ONCE)
			return true;
	}
	return false;
}

/* "4.7.x" behind the code (RFC 3463 3.8: security or policy), for now. */
static bool is_policy(const struct phone_verdict *verdict)
{
	return verdict->code / 100 == 4 &&
	       octets_start_nocase(octets_from(verdict->reply, 4), "4.7.");
}

static bool is_turned_away(const struct phone_verdict *verdict)
{
	return verdict->result == PHONE_NO_CONNECTION || verdict->step <= STEP_GREETING ||
	       verdict->code == 421 || is_policy(verdict);
}

enum trial_end question_answer(
	enum question question, const struct trial *trial, struct sentence *sentence)
{
	struct phone_verdict verdict = decide(question, &trial->play);
	struct buffer text;
	bool good = is_good(&verdict);
	if (question == QUESTION_DUPLICATE && is_twice(&trial->play)) {
		sentence_set(sentence, "somebody has the message twice, or may have");
		return TRIAL_FAILS;
	}
	buffer_init(&text, &memory_standard, SENTENCE_MAX);
	play_explain(&trial->play, &verdict, &text);
	sentence_set(sentence, "%s", buffer_string(&text));
	buffer_free(&text);
	if (good)
		return TRIAL_SENDS;
	if (verdict.result != PHONE_NOT_TRIED && is_turned_away(&verdict))
		return TRIAL_TURNED_AWAY;
	return question == QUESTION_DUPLICATE ? TRIAL_SENDS : TRIAL_FAILS;
}
