/*
 * chunk: BDAT (RFC 3030), content by the number of its octets.
 *
 * A message that was measured is one chunk; of another one each is what its source gave so far.
 * Nothing is doubled, and content that is declared binary goes out octet for octet; otherwise line
 * ends are repaired as behind DATA, since servers make text of it. A chunk leaves with its
 * envelope, before RCPT was answered, where it is small enough to be sent in vain.
 *
 * After a chunk was refused nobody knows what the server holds (section 2 leaves it open), and
 * what would tell it to forget is never said: nothing follows in that session.
 */
#include "session.h"

/* A message of at most so many octets does not wait for the replies to its envelope. */
enum { CHUNK_AHEAD_MAX = SOURCE_PIECE - SOURCE_READ_MIN };

bool chunk_is_used(const struct msub_session *session, const struct msub_message *message)
{
	return session->capability.chunking &&
	       (message->wishes.binary || session->settings->chunking == MSUB_CHUNKING_PREFERRED);
}

bool chunk_waits(const struct msub_session *session, const struct transaction *transaction)
{
	const struct msub_settings *settings = session->settings;
	const struct msub_message *message = transaction->message;
	return (settings->all_or_nothing && transaction->tried > 1) ||
	       settings->protocol == MSUB_LMTP || session->content != SESSION_NO_SLOT ||
	       !message->measured || message->measure.size > CHUNK_AHEAD_MAX;
}

/* ---- saying ---- */

/* "BDAT 1024 LAST" */
static bool say_size(struct msub_session *session, uint64_t size, bool last)
{
	struct buffer argument;
	if (last)
		transaction_announce_end(session, session->content);
	buffer_init(&argument, &session->memory, 64);
	buffer_append_number(&argument, size);
	buffer_append_text(&argument, last ? " LAST" : "");
	bool said = !buffer_failed(&argument) &&
		    session_say(session, MSUB_PHASE_CHUNK, COMMAND_CHUNK, buffer_octets(&argument));
	if (buffer_failed(&argument))
		content_fail(session, MSUB_MEMORY);
	buffer_free(&argument);
	output_list(&session->output, false);
	return said;
}

/* The message is under way from here on, whatever its envelope will be answered. */
static bool begin(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (steps_ahead(&session->steps) == 0 && !content_is_wanted(session, transaction)) {
		steps_drop(&session->steps);
		transaction_end_envelope(session);
		return false;
	}
	session->envelope = SESSION_NO_SLOT;
	session->content = step->slot;
	session->happened++;
	if (!content_begin(session, transaction, true))
		return false;
	return !transaction->message->measured ||
	       say_size(session, transaction->message->measure.size, true);
}

/*
 * The whole message is one chunk, whose size was said. One that did not wait for its envelope's
 * replies is made at once: nothing that they say may stop it in its midst.
 */
static bool say_whole(struct msub_session *session, const struct step *step)
{
	struct transaction *transaction = &session->slots[step->slot];
	do {
		if (content_say_piece(session, transaction))
			continue;
		if (!content_end(session, transaction))
			return false;
		content_said(session, step);
		return true;
	} while (session->state == SESSION_TALKING &&
		 (!output_is_full(&session->output) ||
			 (steps_ahead(&session->steps) > 0 && !session->output.held)));
	return false;
}

/* What the source gives now, as much as has room, as one run; *ends where nothing follows it. */
static enum source_state collect(
	struct msub_session *session, struct source *source, struct octets *run, bool *ends)
{
	struct octets piece;
	enum source_state state;
	*run = octets_make(NULL, 0);
	if (session->output.lent == 0)
		source_reclaim(source);
	while ((state = source_read(source, SOURCE_PIECE, &piece)) == SOURCE_GIVES)
		*run = octets_make(run->len == 0 ? piece.at : run->at, run->len + piece.len);
	*ends = state == SOURCE_ENDS;
	return run->len > 0 && state == SOURCE_WAITS ? SOURCE_GIVES : state;
}

/* How many octets this run will be, once its line ends are repaired. */
static uint64_t size_of(const struct stuffing *body, struct octets run, bool ends)
{
	struct stuffing trial = *body;
	if (run.len > 0)
		stuffing_feed(&trial, run, NULL, false);
	if (ends)
		stuffing_end(&trial, NULL);
	return trial.seen.size - body->seen.size;
}

static bool say_run(
	struct msub_session *session, const struct step *step, struct octets run, bool ends)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (!say_size(session, size_of(&session->body, run, ends), ends))
		return false;
	if (run.len > 0)
		stuffing_feed(&session->body, run, &session->output, true);
	content_check_piece(session, transaction->message);
	if (ends && (session->state != SESSION_TALKING || !content_end(session, transaction)))
		return false;
	output_list(&session->output, true);
	if (ends) {
		content_said(session, step);
	} else {
		transaction->chunks++;
		session_plan(session, MSUB_PHASE_CHUNK, step->slot, 0);
	}
	return true;
}

/* A source that could not be measured: a chunk is what it has given. */
static bool say_part(struct msub_session *session, const struct step *step)
{
	struct octets run;
	bool ends;
	struct source *source = &session->slots[step->slot].message->source;
	switch (collect(session, source, &run, &ends)) {
	case SOURCE_GIVES:
	case SOURCE_ENDS:
		return say_run(session, step, run, ends);
	case SOURCE_WAITS:
		session->output.held = true;
		return false;
	case SOURCE_FAILS:
		content_fail(session, MSUB_SOURCE);
		return false;
	case SOURCE_NO_MEMORY:
		content_fail(session, MSUB_MEMORY);
		return false;
	}
	return false;
}

bool say_chunk(struct msub_session *session, const struct step *step)
{
	const struct transaction *transaction = &session->slots[step->slot];
	if (transaction->said)
		return true; /* LMTP: another reply to the last chunk */
	if (!session->body_begun && !begin(session, step))
		return false;
	return transaction->message->measured ? say_whole(session, step) : say_part(session, step);
}

/* ---- hearing ---- */

/* A chunk was refused: nothing more of it is sent, and what was sent already is heard out. */
static void give_up(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	if (!transaction->broken)
		transaction_refuse(session, step->slot, step->phase, reply);
	transaction->broken = session->spent = true;
	session->body_begun = false;
	steps_drop(&session->steps);
}

/* Every reply to a message that was given up has been heard. */
static void end_broken(struct msub_session *session, const struct step *step)
{
	if (session->steps.count > 0)
		return;
	session->content = SESSION_NO_SLOT;
	output_shrink(&session->output);
	transaction_settle(session, step->slot);
}

static void hear_part(
	struct msub_session *session, const struct step *step, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[step->slot];
	transaction->chunks--;
	if (reply_class(reply) != 2)
		give_up(session, step, reply);
	if (transaction->broken)
		end_broken(session, step);
}

void hear_chunk(struct msub_session *session, const struct step *step, const struct reply *reply)
{
	const struct transaction *transaction = &session->slots[step->slot];
	if (reply_class(reply) == 3) {
		session_out_of_step(session, step->phase, reply, NULL);
	} else if (transaction->chunks > 0) {
		hear_part(session, step, reply);
	} else if (transaction->broken) {
		end_broken(session, step);
	} else if (reply_class(reply) == 2 && transaction->mail_refused && transaction->taken > 0) {
		session_out_of_step(
			session, step->phase, reply, "a transaction whose MAIL was refused");
	} else {
		/*
		 * Whether a refused chunk has ended the transaction, servers do not agree on. In
		 * LMTP it is one recipient who was refused behind the end (RFC 2033 4.2).
		 */
		bool for_all = session->settings->protocol != MSUB_LMTP;
		if (for_all && reply_class(reply) >= 4 && transaction->mail_taken)
			session->spent = true;
		content_hear_end(session, step, reply);
	}
}
