/*
 * content: DATA and the message itself.
 *
 * No octet of a message leaves before its 354. A transaction that nobody is left in, but whose
 * DATA was answered 354 all the same, gets a lone dot (RFC 2920 3.1).
 */
#include "session.h"

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
		session_out_of_step(
			session, step->phase, reply, "a transaction whose MAIL was refused");
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
		session_out_of_step(session, step->phase, reply, NULL);
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
	output_list(&session->output, false);
	message_begin_body(transaction->message, &session->body);
	session->body_begun = true;
	if (transaction->lone || source_start(&transaction->message->source))
		return true;
	fail_source(session, MSUB_SOURCE);
	return false;
}

/* The last of it is in the output. */
static void end_body(struct msub_session *session, struct transaction *transaction)
{
	struct output *output = &session->output;
	output_list(output, true);
	buffer_append_text(&output->own, ".\r\n");
	session->body_begun = false;
	transaction->said = true;
	transaction->dot_end = output_made(output);
	talk_note(session, "%llu octets of content", (unsigned long long)session->body.seen.size);
	talk_said(session, octets_of("."));
}

/*
 * The content is out. Where it is not what was measured it was changed meanwhile, and no one knows
 * into what: it must not be delivered.
 */
static bool is_whole(struct msub_session *session, struct msub_message *message)
{
	stuffing_end(&session->body, &session->output);
	if (message->measured && session->body.seen.size != message->measure.size) {
		fail_source(session, MSUB_SOURCE);
		return false;
	}
	message_remark(message, message->measured ? &message->measure : &session->body.seen);
	return true;
}

/* 8-bit content that could not be measured beforehand, on its way to a server that takes none. */
static bool is_forbidden(const struct msub_session *session)
{
	return session->body.seen.eight_bit && !session->capability.eight_bit_mime &&
	       !session->settings->send_eight_bit;
}

/* One piece; false at the end of the content. */
static bool say_piece(struct msub_session *session, struct msub_message *message)
{
	struct octets piece;
	struct output *output = &session->output;
	if (output->lent == 0)
		source_reclaim(&message->source);
	size_t max = session->body.as_it_is ? SOURCE_LENT : SOURCE_PIECE;
	switch (source_read(&message->source, max, &piece)) {
	case SOURCE_GIVES:
		stuffing_feed(&session->body, piece, output, true);
		if (is_forbidden(session))
			fail_source(session, MSUB_EIGHT_BIT);
		return true;
	case SOURCE_WAITS:
		output->held = true;
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
	if (!transaction->lone && (say_piece(session, transaction->message) ||
					  !is_whole(session, transaction->message)))
		return false;
	end_body(session, transaction);
	return true;
}

void hear_body(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (reply_class(reply) == 3) {
		session_out_of_step(session, step->phase, reply, NULL);
		return;
	}
	session->content = SESSION_NO_SLOT;
	output_shrink(&session->output);
	if (reply_class(reply) == 2 && !transaction->lone)
		transaction_accept(session, step->slot, reply);
	else if (!transaction->lone)
		transaction_refuse(session, step->slot, step->phase, reply);
	transaction_settle(session, step->slot);
}
