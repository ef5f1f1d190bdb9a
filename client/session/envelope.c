/*
 * envelope: MAIL, RCPT and QUIT.
 *
 * What they say behind their paths is parameters.c's; what a reply means for the recipients is
 * worked out in transaction.c.
 */
#include "parameters.h"
#include "session.h"
#include "suspicion.h"

static struct recipient *recipient_of(struct msub_session *session, const struct step *step)
{
	return &session->slots[step->slot].message->recipients[step->recipient];
}

/* ---- MAIL ---- */

bool say_mail(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	size_t start = session_begin(session, COMMAND_MAIL);
	parameters_write_mail(session, transaction, &session->output.own);
	transaction->first = session->happened == 0;
	session->mail_count++;
	return session_end(session, step->phase, COMMAND_MAIL, start);
}

void hear_mail(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (reply_class(reply) == 2) {
		transaction->mail_taken = true;
		transaction_confirm(session, transaction, step->phase);
	} else if (reply_class(reply) == 3) {
		session_out_of_step(session, step->phase, reply, NULL);
	} else {
		transaction->mail_refused = true;
		transaction_refuse(session, step->slot, step->phase, reply);
		steps_drop(&session->steps);
	}
}

/* ---- RCPT ---- */

bool say_recipient(struct msub_session *session, const struct step *step)
{
	size_t start = session_begin(session, COMMAND_RECIPIENT);
	parameters_write_recipient(session, &session->slots[step->slot],
		recipient_of(session, step), &session->output.own);
	return session_end(session, step->phase, COMMAND_RECIPIENT, start);
}

/* Puts a recipient back, for another transaction. */
static void leave_for_later(struct transaction *transaction, struct recipient *recipient)
{
	recipient->state = RECIPIENT_WAITING;
	transaction->tried--;
}

/*
 * The server has enough: this recipient, and those that were not said yet, make another
 * transaction. The number that was taken is the limit from now on.
 */
static void split(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	leave_for_later(transaction, recipient_of(session, step));
	for (size_t i = session->steps.say; i < session->steps.count; i++) {
		if (session->steps.at[i].phase == MSUB_PHASE_RECIPIENT)
			leave_for_later(transaction, recipient_of(session, &session->steps.at[i]));
	}
	steps_drop_recipients(&session->steps);
	transaction->message->remarks |= MSUB_REMARK_SPLIT;
	session->lessons->recipient_limit = transaction->taken;
	session->lessons->learned |= MSUB_LEARNED_RECIPIENTS;
}

static void forget_limit(struct msub_session *session)
{
	session->lessons->recipient_limit = 0;
	session->lessons->learned &= ~(unsigned int)MSUB_LEARNED_RECIPIENTS;
}

void hear_recipient(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	struct recipient *recipient = recipient_of(session, step);
	if (reply_class(reply) == 3) {
		session_out_of_step(session, step->phase, reply, NULL);
	} else if (transaction->mail_refused) {
		/* it says nothing new, but a yes to it is remembered: see take_go_ahead() */
		transaction->taken += reply_class(reply) == 2;
	} else if (reply_class(reply) == 2) {
		recipient->taken = true;
		transaction->taken++;
		/* only a probe's result is this reply */
		message_set(transaction->message, recipient, MSUB_NOT_TRIED,
			&(struct cause){MSUB_OK, step->phase, MSUB_RETRY_NEVER,
				session->settings->probe ? reply : NULL, NULL});
		if (recipient->suspected)
			transaction_confirm(session, transaction, step->phase);
	} else if (transaction->taken > 0 && !session->settings->all_or_nothing &&
		   suspicion_of_too_many(reply)) {
		split(session, step);
	} else {
		if (transaction->taken == 0 && suspicion_of_too_many(reply))
			forget_limit(session); /* it was not about the number */
		transaction_refuse_one(session, step->slot, recipient, step->phase, reply);
	}
}

/* ---- QUIT ---- */

bool say_quit(struct msub_session *session, const struct step *step)
{
	return session_say(session, step->phase, COMMAND_QUIT, octets_of(""));
}

void hear_quit(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	(void)step;
	(void)reply;
	session->state = SESSION_CLOSING; /* whatever it says: nothing depends on it */
}
