/*
 * content: DATA, the message itself, and what the reply to its end means.
 *
 * No octet of a message leaves before its 354. A transaction that nobody is left in, but whose
 * DATA was answered 354 all the same, gets a lone dot (RFC 2920 3.1).
 */
#include "session.h"

/* ---- DATA ---- */

bool content_is_wanted(const struct msub_session *session, const struct transaction *transaction)
{
	return transaction->taken > 0 && !transaction->mail_refused &&
	       !(session->settings->all_or_nothing && transaction->refused);
}

bool say_data(struct msub_session *session, const struct step *step)
{
	const struct transaction *transaction = &session->slots[step->slot];
	if (steps_ahead(&session->steps) > 0 || content_is_wanted(session, transaction))
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
		session_out_of_step(
			session, step->phase, reply, "a transaction whose MAIL was refused");
		return;
	}
	transaction->lone = !content_is_wanted(session, transaction);
	if (!transaction->lone)
		transaction_confirm(session, transaction, step->phase);
	session->envelope = SESSION_NO_SLOT;
	session->content = step->slot;
	session->happened++;
	/* LMTP answers a dot once for each recipient: for none perhaps never. QUIT, behind it, is
	 * answered (RFC 2033 4.2 wants 503 in place of this 354). */
	if (transaction->lone && session->settings->protocol == MSUB_LMTP)
		session->spent = true;
	session_plan(session, MSUB_PHASE_BODY, step->slot, 0);
}

void hear_data(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 3)
		take_go_ahead(session, step, reply);
	else if (reply_class(reply) == 2)
		session_out_of_step(session, step->phase, reply, NULL);
	else
		transaction_refuse(session, step->slot, step->phase, reply);
}

/* ---- the message, piece by piece ---- */

void content_fail(struct msub_session *session, enum msub_error error)
{
	session_fail(session,
		&(struct cause){error, MSUB_PHASE_BODY,
			error == MSUB_MEMORY ? MSUB_RETRY_LATER : MSUB_RETRY_NEVER, NULL, NULL});
}

bool content_begin(struct msub_session *session, struct transaction *transaction, bool keeps_dots)
{
	output_list(&session->output, false);
	message_begin_body(transaction->message, keeps_dots, &session->body);
	session->body_begun = true;
	if (transaction->lone || source_start(&transaction->message->source))
		return true;
	content_fail(session, MSUB_SOURCE);
	return false;
}

void content_check_piece(struct msub_session *session, const struct msub_message *message)
{
	const struct measure *seen = &session->body.seen;
	/* could not be measured beforehand, or was changed since */
	if (seen->eight_bit && !session->capability.eight_bit_mime &&
		!session->settings->send_eight_bit)
		content_fail(session, MSUB_EIGHT_BIT);
	else if (message->measured && seen->size > message->measure.size)
		content_fail(session, MSUB_SOURCE);
}

bool content_say_piece(struct msub_session *session, struct transaction *transaction)
{
	struct octets piece;
	struct output *output = &session->output;
	struct source *source = &transaction->message->source;
	if (output->lent == 0)
		source_reclaim(source);
	switch (source_read(source, session->body.as_it_is ? SOURCE_LENT : SOURCE_PIECE, &piece)) {
	case SOURCE_GIVES:
		stuffing_feed(&session->body, piece, output, true);
		output_list(output, true);
		content_check_piece(session, transaction->message);
		return session->state != SESSION_TALKING || !source_is_at_end(source);
	case SOURCE_WAITS:
		output->held = true;
		return true;
	case SOURCE_ENDS:
		return false;
	case SOURCE_FAILS:
		content_fail(session, MSUB_SOURCE);
		return true;
	case SOURCE_NO_MEMORY:
		content_fail(session, MSUB_MEMORY);
		return true;
	}
	return false;
}

/* What was measured and is not what came was changed meanwhile: it must not be delivered. */
bool content_end(struct msub_session *session, struct transaction *transaction)
{
	struct msub_message *message = transaction->message;
	stuffing_end(&session->body, &session->output);
	if (message->measured && session->body.seen.size != message->measure.size) {
		content_fail(session, MSUB_SOURCE);
		return false;
	}
	message_remark(message, message->measured ? &message->measure : &session->body.seen);
	output_list(&session->output, true);
	return true;
}

void content_said(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	bool each = session->settings->protocol == MSUB_LMTP && !transaction->lone;
	session->body_begun = false;
	transaction->said = true;
	transaction->said_end = output_made(&session->output);
	transaction->said_as = step->phase;
	/* one reply for each recipient that was taken, this step's included (RFC 2033 4.2) */
	for (size_t i = 1; each && i < transaction->taken; i++)
		session_plan(session, step->phase, step->slot, 0);
}

/* ---- the message behind DATA ---- */

bool say_body(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (transaction->said)
		return true; /* LMTP: another reply to the same dot */
	if (!session->body_begun && !content_begin(session, transaction, false))
		return false;
	if (!transaction->lone &&
		(content_say_piece(session, transaction) || !content_end(session, transaction)))
		return false;
	transaction_announce_end(session, step->slot);
	buffer_append_text(&session->output.own, ".\r\n");
	if (session->settings->transcript != NULL) {
		talk_note(session, "%llu octets of content",
			(unsigned long long)session->body.seen.size);
		talk_said(session, octets_of("."));
	}
	content_said(session, step);
	return true;
}

void hear_body(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	if (reply_class(reply) == 3)
		session_out_of_step(session, step->phase, reply, NULL);
	else
		content_hear_end(session, step, reply);
}

/* ---- the replies to its end ---- */

/* The reply for the next recipient; true where it was the last one. */
static bool hear_for_one(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	size_t index = 0;
	struct recipient *recipient = transaction_next_open(session, step->slot, &index);
	if (recipient != NULL && reply_class(reply) == 2)
		transaction_accept_one(session, step->slot, recipient, step->phase, reply);
	else if (recipient != NULL)
		transaction_refuse_one(session, step->slot, recipient, step->phase, reply);
	if (transaction_next_open(session, step->slot, &index) == NULL)
		return true;
	transaction_tell_settled(session, session->slots[step->slot].message);
	return false;
}

void content_hear_end(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	const struct transaction *transaction = &session->slots[step->slot];
	bool each = session->settings->protocol == MSUB_LMTP && !transaction->lone;
	if (each && !hear_for_one(session, step, reply))
		return;
	session->content = SESSION_NO_SLOT;
	output_shrink(&session->output);
	if (!each && !transaction->lone && reply_class(reply) == 2)
		transaction_accept(session, step->slot, step->phase, reply);
	else if (!each && !transaction->lone)
		transaction_refuse(session, step->slot, step->phase, reply);
	transaction_settle(session, step->slot);
}

void content_tell_progress(struct msub_session *session, size_t taken)
{
	if (taken == 0 || session->content == SESSION_NO_SLOT ||
		session->settings->progress == NULL)
		return;
	struct transaction *transaction = &session->slots[session->content];
	const struct msub_message *message = transaction->message;
	uint64_t size = message->measured ? message->measure.size : 0;
	uint64_t before = transaction->content_taken, sent = before + taken;
	if (size != 0 && sent > size)
		sent = size; /* doubled dots are sent, and not counted */
	transaction->content_taken = sent;
	if (sent > before)
		session->settings->progress(
			session->settings->progress_context, message, sent, size);
}
