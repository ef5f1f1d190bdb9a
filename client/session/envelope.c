/*
 * envelope: MAIL, RCPT, DATA, the message itself, and QUIT.
 *
 * What is said here is what the server offered: SIZE and BODY go with MAIL where they are known
 * and taken. What a reply means for the recipients is worked out in transaction.c.
 */
#include "session.h"
#include "suspicion.h"

enum { ARGUMENT_MAX = 1024 };

static struct recipient *recipient_of(struct msub_session *session, const struct step *step)
{
	return &session->slots[step->slot].message->recipients[step->recipient];
}

static void out_of_step(struct msub_session *session, enum msub_phase phase,
	const struct reply *reply, const char *text)
{
	session_fail(session, &(struct cause){MSUB_PROTOCOL, phase, MSUB_RETRY_LATER, reply, text});
}

/* ---- MAIL ---- */

/* "<user@example.org> SIZE=1234 BODY=8BITMIME" */
static void write_path(const struct msub_session *session, const struct msub_message *message,
	struct buffer *argument)
{
	const struct capability *offered = &session->capability;
	buffer_format(argument, "<%s>", message->sender == NULL ? "" : message->sender);
	if (offered->size && message->measured)
		buffer_format(argument, " SIZE=%llu", (unsigned long long)message->measure.size);
	if (offered->eight_bit_mime && (!message->measured || message->measure.eight_bit))
		buffer_append_text(argument, " BODY=8BITMIME");
}

bool say_mail(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	struct buffer argument;
	buffer_init(&argument, &session->memory, ARGUMENT_MAX);
	write_path(session, transaction->message, &argument);
	bool said = !buffer_failed(&argument) &&
		    session_say(session, step->phase, COMMAND_MAIL, buffer_octets(&argument));
	if (buffer_failed(&argument))
		session_fail(session,
			&(struct cause){MSUB_MEMORY, step->phase, MSUB_RETRY_LATER, NULL, NULL});
	buffer_free(&argument);
	transaction->first = session->happened == 0;
	session->mail_count++;
	return said;
}

void hear_mail(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (reply_class(reply) == 2) {
		transaction->mail_taken = true;
		transaction_confirm(session, transaction, step->phase);
	} else if (reply_class(reply) == 3) {
		out_of_step(session, step->phase, reply, NULL);
	} else {
		transaction->mail_refused = true;
		transaction_refuse(session, step->slot, step->phase, reply);
		steps_drop(&session->steps);
	}
}

/* ---- RCPT ---- */

bool say_recipient(struct msub_session *session, const struct step *step)
{
	struct buffer argument;
	buffer_init(&argument, &session->memory, ARGUMENT_MAX);
	buffer_format(&argument, "<%s>", recipient_of(session, step)->address);
	bool said = !buffer_failed(&argument) &&
		    session_say(session, step->phase, COMMAND_RECIPIENT, buffer_octets(&argument));
	if (buffer_failed(&argument))
		session_fail(session,
			&(struct cause){MSUB_MEMORY, step->phase, MSUB_RETRY_LATER, NULL, NULL});
	buffer_free(&argument);
	return said;
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
		out_of_step(session, step->phase, reply, NULL);
	} else if (transaction->mail_refused) {
		/* it says nothing new, but a yes to it is remembered: see take_go_ahead() */
		transaction->taken += reply_class(reply) == 2;
	} else if (reply_class(reply) == 2) {
		recipient->taken = true;
		transaction->taken++;
		message_set(transaction->message, recipient, MSUB_NOT_TRIED,
			&(struct cause){MSUB_OK, step->phase, MSUB_RETRY_NEVER, reply, NULL});
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

/* ---- DATA ---- */

/* False where everybody was refused, or somebody was and it is all or nothing. */
static bool is_wanted(const struct msub_session *session, const struct transaction *transaction)
{
	return transaction->taken > 0 && !transaction->mail_refused &&
	       !(session->settings->all_or_nothing && transaction->refused);
}

bool say_data(struct msub_session *session, const struct step *step)
{
	const struct transaction *transaction = &session->slots[step->slot];
	if (steps_ahead(&session->steps) > 0 || is_wanted(session, transaction))
		return session_say(session, step->phase, COMMAND_DATA, octets_of(""));
	steps_drop(&session->steps);
	transaction_end_envelope(session);
	return false;
}

static void take_go_ahead(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (transaction->mail_refused && transaction->taken > 0) {
		/* whatever this transaction is, a dot would deliver it */
		out_of_step(session, step->phase, reply, "a transaction whose MAIL was refused");
		return;
	}
	transaction->lone = !is_wanted(session, transaction);
	if (!transaction->lone)
		transaction_confirm(session, transaction, step->phase);
	session->envelope = SESSION_NO_SLOT;
	session->content = step->slot;
	session->happened++;
	session_plan(session, MSUB_PHASE_BODY, step->slot, 0);
}

void hear_data(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 3)
		take_go_ahead(session, step, reply);
	else if (reply_class(reply) == 2)
		out_of_step(session, step->phase, reply, NULL);
	else
		transaction_refuse(session, step->slot, step->phase, reply);
}

/* ---- the message ---- */

static void fail_source(struct msub_session *session, enum msub_error error)
{
	session_fail(session,
		&(struct cause){error, MSUB_PHASE_BODY,
			error == MSUB_MEMORY ? MSUB_RETRY_LATER : MSUB_RETRY_NEVER, NULL, NULL});
}

static bool begin_body(struct msub_session *session, struct transaction *transaction)
{
	stuffing_begin(&session->body);
	session->body_begun = true;
	if (transaction->lone || source_start(&transaction->message->source))
		return true;
	fail_source(session, MSUB_SOURCE);
	return false;
}

/* The last of it is in the output. */
static void end_body(struct msub_session *session, struct transaction *transaction)
{
	uint64_t size = session->body.seen.size;
	stuffing_end(&session->body, &session->out);
	session->body_begun = false;
	transaction->said = true;
	transaction->dot_end = session_said(session);
	source_release(&transaction->message->source);
	if (!transaction->lone)
		message_remark(transaction->message, &session->body.seen);
	talk_note(session, "%llu octets of content", (unsigned long long)size);
	talk_said(session, octets_of("."));
}

/* 8-bit content that could not be measured beforehand, on its way to a server that takes none. */
static bool is_forbidden(const struct msub_session *session)
{
	return session->body.seen.eight_bit && !session->capability.eight_bit_mime &&
	       !session->settings->send_eight_bit;
}

static bool say_piece(struct msub_session *session, struct msub_message *message)
{
	struct octets piece;
	switch (source_read(&message->source, &piece)) {
	case SOURCE_GIVES:
		stuffing_feed(&session->body, piece, &session->out);
		if (is_forbidden(session))
			fail_source(session, MSUB_EIGHT_BIT);
		return true;
	case SOURCE_ENDS:
		return false;
	case SOURCE_FAILS:
		fail_source(session, MSUB_SOURCE);
		return true;
	case SOURCE_NO_MEMORY:
		fail_source(session, MSUB_MEMORY);
		return true;
	}
	return false;
}

bool say_body(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (!session->body_begun && !begin_body(session, transaction))
		return false;
	if (!transaction->lone && say_piece(session, transaction->message))
		return false;
	end_body(session, transaction);
	return true;
}

void hear_body(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (reply_class(reply) == 3) {
		out_of_step(session, step->phase, reply, NULL);
		return;
	}
	session->content = SESSION_NO_SLOT;
	if (reply_class(reply) == 2 && !transaction->lone)
		transaction_accept(session, step->slot, reply);
	else if (!transaction->lone)
		transaction_refuse(session, step->slot, step->phase, reply);
	transaction_settle(session, step->slot);
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
