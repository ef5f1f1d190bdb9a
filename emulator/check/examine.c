/* examine: trials, and trials again, until a verdict holds. */
#include "examine.h"

#include "applicable.h"
#include "known_causes.h"

#include <string.h>

enum {
	FAILURES_STEADY = 6,
	FAILURES_BEFORE_CAUSE = 3,
	FAILURES_UNSTEADY = 6,
	SENT_UNSTEADY = 8,
	TRIALS_MAX = 16
};
/* ---- trials ---- */

/* One aspect of one client in hand. */
struct question {
	struct examiner *examiner;
	const struct profile *client;
	struct verdict *verdict;
	enum aspect aspect;
	struct aspect_outcome *outcome;
	size_t controls; /* that sent since the question was asked */
};

static struct trial_wish wish_of(const struct question *question)
{
	return (struct trial_wish){.client = question->client,
		.messages = question->aspect == ASPECT_SECOND_MESSAGE ? 2 : 1,
		.refused_recipient = question->aspect == ASPECT_REFUSED_RECIPIENT,
		.deliver = question->examiner->deliver,
		.seed = random_next(&question->examiner->random)};
}

static void take_remark(void *context, const char *sentence)
{
	verdict_remark(context, sentence);
}

static bool try_client(
	struct question *question, const struct trial_wish *wish, struct trial *trial)
{
	struct examiner *examiner = question->examiner;
	struct sentence why = {""};
	*trial = (struct trial){.transcript = NULL};
	if (examiner->stopped)
		return false;
	struct trial_wish own = *wish;
	if (!known_causes_play(
		    examiner->known, examiner->ground, question->aspect, &own, trial, &why)) {
		examiner_stop(examiner, why.text);
		return false;
	}
	size_t connections = trial_connections(trial->transcript);
	examiner->connections += connections;
	question->verdict->connections += connections;
	play_remarks(&trial->play, take_remark, question->verdict);
	return true;
}

/*
 * The transcript goes from the trial to the aspect; of a failure the first one stays, or the first
 * that was answered. The trial that serves two aspects has given its own to the first.
 */
static void take_finding(
	struct question *question, const struct finding *finding, struct transcript **transcript)
{
	struct aspect_outcome *outcome = question->outcome;
	bool first = outcome->sent + outcome->failed == 0;
	/* what a server says at last tells more than its silence before */
	bool first_failure =
		!finding->sent && (outcome->failed == 0 || (finding_is_silence(&outcome->finding) &&
								   !finding_is_silence(finding)));
	outcome->sent += finding->sent;
	outcome->failed += !finding->sent;
	if (first_failure)
		outcome->finding = *finding;
	if (*transcript == NULL || (!first && !first_failure && outcome->transcript != NULL))
		return;
	transcript_free(outcome->transcript);
	outcome->transcript = *transcript;
	*transcript = NULL;
}

/* ---- what follows from them ---- */

static size_t failures_needed(const struct examiner *examiner)
{
	if (examiner->unsteady)
		return FAILURES_UNSTEADY;
	return examiner->causes ? FAILURES_BEFORE_CAUSE : FAILURES_STEADY;
}

static bool is_proven(const struct question *question)
{
	bool unsteady = question->examiner->unsteady;
	size_t failures = failures_needed(question->examiner);
	return question->outcome->failed >= failures && question->controls >= failures - 1 &&
	       (!unsteady ||
		       !examiner_takes_for_chance(question->examiner, question->outcome->failed));
}

/* The search for the cause goes on from here, and has less to prove: one failure will do. */
static bool is_explained(const struct question *question)
{
	const struct examiner *examiner = question->examiner;
	return !examiner->unsteady && question->outcome->failed > 0 &&
	       known_causes_explain(examiner->known, question->client, question->aspect,
		       &question->outcome->finding);
}

static bool is_enough_sent(const struct question *question)
{
	return question->outcome->failed == 0 &&
	       question->outcome->sent >=
		       (question->examiner->unsteady ? SENT_UNSTEADY : (size_t)1);
}

/* How far the control goes to vouch for what the client failed at. */
static bool needs_delivery(const struct question *question)
{
	return question->examiner->deliver && question->outcome->finding.step >= STEP_DATA;
}

/* The second of two trials comes at once, the control behind it; later the order is drawn. */
static bool is_controls_turn(const struct question *question)
{
	size_t failed = question->outcome->failed, controls = question->controls;
	if (!question->examiner->unsteady)
		return failed > controls + 1;
	if (controls + 1 >= FAILURES_UNSTEADY || failed == 0)
		return false;
	return failed >= FAILURES_UNSTEADY || random_below(&question->examiner->random, 2) == 0;
}

static void say(struct question *question, enum aspect_result result, const char *sentence)
{
	question->outcome->result = result;
	sentence_set(&question->outcome->sentence, "%s", sentence);
}

/* Sent once, and failed another time. */
static void conclude_mixed(struct question *question)
{
	struct examiner *examiner = question->examiner;
	struct aspect_outcome *outcome = question->outcome;
	struct sentence sentence;
	examiner->unsteady = true;
	examiner->mixed_sent += outcome->sent;
	examiner->mixed_failed += outcome->failed;
	if (outcome->finding.result == PHONE_REFUSED_FOR_NOW) {
		sentence_set(&sentence, "refused for now at first, taken when it tried again: %s",
			outcome->finding.reply.text);
		verdict_remark(question->verdict, sentence.text);
		say(question, ASPECT_OK, sentence.text);
		return;
	}
	sentence_set(&sentence,
		"the server answers differently from time to time: it took %zu of %zu tries, and "
		"else: ",
		outcome->sent, outcome->sent + outcome->failed);
	sentence_add(&sentence, outcome->finding.sentence.text);
	say(question, ASPECT_INCONCLUSIVE, sentence.text);
}

static void conclude_unproven(struct question *question)
{
	const struct examiner *examiner = question->examiner;
	struct sentence sentence;
	sentence_set(&sentence,
		"failed %zu times, but the control failed %zu of %zu times as well: ",
		question->outcome->failed, examiner->control_failed,
		examiner->control_failed + examiner->control_sent);
	sentence_add(&sentence, question->outcome->finding.sentence.text);
	say(question, ASPECT_INCONCLUSIVE, sentence.text);
}

/* One more trial, or one more control. False: there will be none. */
static bool go_on(struct question *question)
{
	struct finding finding;
	struct trial trial;
	if (is_controls_turn(question)) {
		if (!examiner_control(question->examiner, needs_delivery(question)))
			return false;
		question->controls++;
		return true;
	}
	struct trial_wish wish = wish_of(question);
	if (!try_client(question, &wish, &trial))
		return false;
	finding_read(&finding, question->examiner->ground, &trial, wish.messages - 1);
	if (!finding.sent && question->outcome->failed > 0 &&
		!finding_is_alike(&finding, &question->outcome->finding))
		question->examiner->unsteady = true;
	take_finding(question, &finding, &trial.transcript);
	trial_free(&trial);
	return true;
}

/* From the first finding on until there is a result. */
static void settle(struct question *question)
{
	struct aspect_outcome *outcome = question->outcome;
	for (;;) {
		if (outcome->sent > 0 && outcome->failed > 0) {
			conclude_mixed(question);
			return;
		}
		if (is_enough_sent(question)) {
			say(question, ASPECT_OK, "");
			return;
		}
		if (outcome->failed > 0 && (is_explained(question) || is_proven(question))) {
			say(question, ASPECT_FAILED, outcome->finding.sentence.text);
			return;
		}
		if (outcome->failed + question->controls >= TRIALS_MAX + FAILURES_UNSTEADY ||
			outcome->failed >= TRIALS_MAX) {
			conclude_unproven(question);
			return;
		}
		if (!go_on(question)) {
			say(question, ASPECT_INCONCLUSIVE, question->examiner->stopped_why.text);
			return;
		}
	}
}

static struct question ask(struct examiner *examiner, const struct profile *client,
	struct verdict *verdict, enum aspect aspect)
{
	return (struct question){.examiner = examiner,
		.client = client,
		.verdict = verdict,
		.aspect = aspect,
		.outcome = &verdict->aspects[aspect]};
}

/* A message that its server may have twice, or that waits although the server may have it. */
static void read_duplicates(struct verdict *verdict, const struct trial *trial, size_t messages)
{
	struct aspect_outcome *outcome = &verdict->aspects[ASPECT_DUPLICATE];
	bool twice = false, perhaps = false;
	for (size_t i = 0; i < messages; i++) {
		const struct phone_outcome *message = phone_outcome(trial->play.phone, i);
		for (size_t j = 0; j < message->recipient_count; j++) {
			const struct phone_recipient *recipient = &message->recipients[j];
			twice = twice || recipient->twice;
			perhaps = perhaps || recipient->perhaps_twice ||
				  (recipient->was_unsure && message->queued);
		}
	}
	outcome->result = twice || perhaps ? ASPECT_FAILED : ASPECT_OK;
	if (twice || perhaps)
		sentence_set(&outcome->sentence, "%s",
			twice ? "the message arrives twice"
			      : "the message waits to be sent again although the server may have it");
}

/* The first trial serves several aspects: its second message is not sent apart. */
static bool try_first(
	struct examiner *examiner, const struct profile *client, struct verdict *verdict)
{
	struct question question = ask(examiner, client, verdict, ASPECT_MESSAGE);
	struct trial_wish wish = wish_of(&question);
	struct trial trial;
	struct finding finding;
	wish.messages = examiner->deliver ? 2 : 1;
	if (!try_client(&question, &wish, &trial))
		return false;
	if (applicable_trial(&trial, &verdict->sentence)) {
		finding_read(&finding, examiner->ground, &trial, 0);
		bool sent = finding.sent;
		take_finding(&question, &finding, &trial.transcript);
		if (finding.doubtful)
			say(&question, ASPECT_NEEDS_DELIVER, finding_doubt);
		if (examiner->deliver)
			read_duplicates(verdict, &trial, wish.messages);
		if (examiner->deliver && sent) {
			question = ask(examiner, client, verdict, ASPECT_SECOND_MESSAGE);
			finding_read(&finding, examiner->ground, &trial, 1);
			take_finding(&question, &finding, &trial.transcript);
		}
	} else {
		verdict->verdict = VERDICT_NOT_APPLICABLE;
	}
	trial_free(&trial);
	return true;
}

/* ---- the verdict ---- */

static void lose(struct verdict *verdict, enum aspect aspect)
{
	const struct aspect_outcome *outcome = &verdict->aspects[aspect];
	if (aspect == ASPECT_MESSAGE || outcome->result != ASPECT_FAILED)
		return;
	bool first = verdict->verdict != VERDICT_SENDS_WITH_LOSS;
	verdict->verdict = VERDICT_SENDS_WITH_LOSS;
	if (first)
		sentence_set(&verdict->sentence, "sends, but ");
	else
		sentence_add(&verdict->sentence, "; ");
	if (aspect == ASPECT_SECOND_MESSAGE)
		sentence_add(&verdict->sentence, "a second message in the session fails: ");
	if (aspect == ASPECT_REFUSED_RECIPIENT)
		sentence_add(&verdict->sentence,
			"where one recipient is refused, the others get nothing: ");
	sentence_add(&verdict->sentence, outcome->sentence.text);
}

/* Who sends one message, and of whom no more could be told, is not known to send. */
static void leave_open(struct verdict *verdict, enum aspect aspect)
{
	const struct aspect_outcome *outcome = &verdict->aspects[aspect];
	if (verdict->verdict != VERDICT_SENDS || outcome->result != ASPECT_INCONCLUSIVE)
		return;
	verdict->verdict = VERDICT_INCONCLUSIVE;
	sentence_set(&verdict->sentence,
		"sends a message, but whether all is well cannot be told: %s",
		outcome->sentence.text);
}

static void conclude(struct verdict *verdict)
{
	const struct aspect_outcome *message = &verdict->aspects[ASPECT_MESSAGE];
	if (message->result == ASPECT_FAILED) {
		verdict->verdict = finding_verdict(&message->finding);
		sentence_set(&verdict->sentence, "%s%s",
			verdict->verdict == VERDICT_CANNOT_SEND ? "cannot send: " : "",
			message->finding.sentence.text);
	} else if (message->result == ASPECT_OK) {
		verdict->verdict = VERDICT_SENDS;
		sentence_set(&verdict->sentence, "sends");
		for (int i = 0; i < ASPECT_COUNT; i++)
			lose(verdict, (enum aspect)i);
		for (int i = 0; i < ASPECT_COUNT; i++)
			leave_open(verdict, (enum aspect)i);
	} else {
		verdict->verdict = VERDICT_INCONCLUSIVE;
		sentence_set(&verdict->sentence, "%s", message->sentence.text);
	}
}

static void examine_second(
	struct examiner *examiner, const struct profile *client, struct verdict *verdict)
{
	struct question question = ask(examiner, client, verdict, ASPECT_SECOND_MESSAGE);
	if (!examiner->deliver) {
		say(&question, ASPECT_NEEDS_DELIVER, "");
		return;
	}
	settle(&question);
}

static void examine_refused(
	struct examiner *examiner, const struct profile *client, struct verdict *verdict)
{
	struct question question = ask(examiner, client, verdict, ASPECT_REFUSED_RECIPIENT);
	if (examiner->ground->refused_recipient == NULL)
		return;
	settle(&question);
}

void examine(struct examiner *examiner, const struct profile *client, struct verdict *verdict)
{
	*verdict = (struct verdict){.verdict = VERDICT_INCONCLUSIVE};
	if (!applicable(examiner->ground->account, client, &verdict->sentence)) {
		verdict->verdict = VERDICT_NOT_APPLICABLE;
		return;
	}
	if (examiner->stopped || !try_first(examiner, client, verdict)) {
		sentence_set(&verdict->sentence, "%s", examiner->stopped_why.text);
		return;
	}
	if (verdict->verdict == VERDICT_NOT_APPLICABLE)
		return;
	if (!examiner->deliver)
		verdict->aspects[ASPECT_DUPLICATE].result = ASPECT_NEEDS_DELIVER;
	struct question question = ask(examiner, client, verdict, ASPECT_MESSAGE);
	if (question.outcome->result != ASPECT_NEEDS_DELIVER)
		settle(&question);
	if (verdict->aspects[ASPECT_MESSAGE].result == ASPECT_OK) {
		examine_second(examiner, client, verdict);
		examine_refused(examiner, client, verdict);
	}
	conclude(verdict);
}
