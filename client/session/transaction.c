/*
 * transaction: which message comes next, and what the replies mean for its recipients.
 *
 * When is the next MAIL safe? After MAIL was refused, and after the end of data was answered: no
 * transaction is open. An envelope that was accepted and then given up leaves one open; nothing
 * here closes it but the end of the session ("spent"), since RSET is never said and a second MAIL
 * would be refused or, worse, be taken.
 */
#include "admission.h"
#include "domains.h"
#include "parameters.h"
#include "session.h"
#include "suspicion.h"

/* ---- what a reply means ---- */

/*
 * A refusal is suspected only where something happened since the login, where its recipient was
 * not tried again before, and where suspicion has not kept proving wrong.
 */
static bool is_suspicious(const struct msub_session *session, const struct transaction *transaction,
	const struct recipient *recipient, enum msub_phase phase, const struct reply *reply)
{
	return session->logged_in && !transaction->first && !recipient->suspected &&
	       session->lessons->disproved < LESSONS_DISPROVED_MAX && suspicion_from(phase, reply);
}

static void suspect(struct msub_session *session, struct transaction *transaction,
	struct recipient *recipient, enum msub_phase phase, const struct reply *reply)
{
	struct msub_message *message = transaction->message;
	if (session->suspicious && !transaction->suspected) {
		/* the transaction before has raised one: this refusal is not evidence of its own */
		recipient->again = AGAIN_NEXT;
		return;
	}
	if (!transaction->suspected) {
		session->lessons->suspicions++;
		talk_note(session, "has the server forgotten the login? a new session will tell");
	}
	transaction->suspected = session->suspicious = true;
	message->suspected_at = phase;
	recipient->again = AGAIN_FRESH;
	message_set(message, recipient, MSUB_REFUSED_FOR_GOOD,
		&(struct cause){MSUB_LOGIN_SUSPECTED, phase, MSUB_RETRY_ELSEWHERE, reply, NULL});
}

/* The same refusal in a new session: it was true. A transaction counts once. */
static void disprove(struct msub_session *session, struct transaction *transaction,
	const struct recipient *recipient, enum msub_phase phase)
{
	if (!transaction->first || transaction->disproved || !recipient->suspected ||
		transaction->message->suspected_at != phase)
		return;
	transaction->disproved = true;
	session->lessons->disproved++;
}

void transaction_refuse_one(struct msub_session *session, size_t slot, struct recipient *recipient,
	enum msub_phase phase, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[slot];
	bool for_now = reply_class(reply) == 4;
	recipient->answered = transaction->refused = true;
	transaction->refused_for_good |= !for_now;
	recipient->taken = false;
	message_set(transaction->message, recipient,
		for_now ? MSUB_REFUSED_FOR_NOW : MSUB_REFUSED_FOR_GOOD,
		&(struct cause){MSUB_REFUSED, phase, failure_retry_of(reply), reply, NULL});
	if (is_suspicious(session, transaction, recipient, phase, reply))
		suspect(session, transaction, recipient, phase, reply);
	else if (reply->code == 421 && !transaction->first)
		recipient->again = AGAIN_LOST;
	else
		disprove(session, transaction, recipient, phase);
}

struct recipient *transaction_next_open(
	const struct msub_session *session, size_t slot, size_t *index)
{
	const struct msub_message *message = session->slots[slot].message;
	for (; *index < message->count; ++*index) {
		struct recipient *recipient = &message->recipients[*index];
		if (recipient->state == RECIPIENT_UNDER_WAY && recipient->slot == slot &&
			!recipient->answered)
			return recipient;
	}
	return NULL;
}

void transaction_refuse(
	struct msub_session *session, size_t slot, enum msub_phase phase, const struct reply *reply)
{
	struct recipient *recipient;
	for (size_t i = 0; (recipient = transaction_next_open(session, slot, &i)) != NULL; i++)
		transaction_refuse_one(session, slot, recipient, phase, reply);
}

void transaction_accept_one(struct msub_session *session, size_t slot, struct recipient *recipient,
	enum msub_phase phase, const struct reply *reply)
{
	struct transaction *transaction = &session->slots[slot];
	recipient->answered = true;
	message_set(transaction->message, recipient, MSUB_ACCEPTED,
		&(struct cause){MSUB_OK, phase, MSUB_RETRY_NEVER, reply, NULL});
	transaction_confirm(session, transaction, phase);
}

void transaction_accept(
	struct msub_session *session, size_t slot, enum msub_phase phase, const struct reply *reply)
{
	struct recipient *recipient;
	for (size_t i = 0; (recipient = transaction_next_open(session, slot, &i)) != NULL; i++)
		transaction_accept_one(session, slot, recipient, phase, reply);
}

static bool has_suspected(const struct transaction *transaction, size_t slot)
{
	const struct msub_message *message = transaction->message;
	for (size_t i = 0; i < message->count; i++) {
		const struct recipient *recipient = &message->recipients[i];
		if (recipient->suspected && recipient->state == RECIPIENT_UNDER_WAY &&
			recipient->slot == slot)
			return true;
	}
	return false;
}

void transaction_confirm(
	struct msub_session *session, const struct transaction *transaction, enum msub_phase phase)
{
	size_t slot = (size_t)(transaction - session->slots);
	if (!transaction->first || !session->logged_in ||
		transaction->message->suspected_at != phase || !has_suspected(transaction, slot))
		return;
	transaction->message->remarks |= MSUB_REMARK_LOGIN_FORGOTTEN;
	session->lessons->disproved = 0;
	if ((session->lessons->learned & MSUB_LEARNED_FORGETS) != 0)
		return;
	session->lessons->learned |= MSUB_LEARNED_FORGETS;
	talk_note(session, "the server forgets the login: one message per session from now on");
}

/* ---- the end of a transaction ---- */

void transaction_announce_end(struct msub_session *session, size_t slot)
{
	const struct msub_settings *settings = session->settings;
	struct transaction *transaction = &session->slots[slot];
	struct recipient *recipient;
	if (settings->before_end == NULL || transaction->lone)
		return;
	for (size_t i = 0; (recipient = transaction_next_open(session, slot, &i)) != NULL; i++)
		recipient->leaving = true;
	settings->before_end(settings->before_end_context, transaction->message);
}

void transaction_tell_settled(
	const struct msub_session *session, const struct msub_message *message)
{
	const struct msub_settings *settings = session->settings;
	if (settings->settled != NULL)
		settings->settled(settings->settled_context, message);
}

/* What remains of a recipient that was taken, when no message followed. */
static void settle_unsent(struct msub_session *session, const struct transaction *transaction,
	struct recipient *recipient)
{
	if (session->settings->probe &&
		!(session->settings->all_or_nothing && transaction->refused)) {
		recipient->outcome = MSUB_ACCEPTED; /* the reply to RCPT is there already */
		return;
	}
	recipient->again = transaction->suspected ? AGAIN_FRESH : AGAIN_NOT;
	message_set(transaction->message, recipient, MSUB_NOT_TRIED,
		&(struct cause){MSUB_OTHER_REFUSED, MSUB_PHASE_RECIPIENT,
			transaction->refused_for_good ? MSUB_RETRY_NEVER : MSUB_RETRY_LATER, NULL,
			NULL});
}

/* Hands what is in the slot to the owner. */
static void release(struct msub_session *session, size_t slot)
{
	struct msub_message *message = session->slots[slot].message;
	for (size_t i = 0; i < message->count; i++) {
		struct recipient *recipient = &message->recipients[i];
		if (recipient->state == RECIPIENT_UNDER_WAY && recipient->slot == slot)
			recipient->state = RECIPIENT_SETTLED;
	}
	session->slots[slot] = (struct transaction){0};
	session->owner.settled(session->owner.context, message);
	transaction_tell_settled(session, message);
}

void transaction_settle(struct msub_session *session, size_t slot)
{
	struct recipient *recipient;
	for (size_t i = 0; (recipient = transaction_next_open(session, slot, &i)) != NULL; i++)
		settle_unsent(session, &session->slots[slot], recipient);
	session->settled++;
	release(session, slot);
}

void transaction_end_envelope(struct msub_session *session)
{
	size_t slot = session->envelope;
	if (slot != SESSION_NO_SLOT) {
		const struct transaction *transaction = &session->slots[slot];
		/* accepted and not ended: it is open, and only the end of the session closes it */
		if (transaction->mail_taken || transaction->taken > 0)
			session->spent = true;
		session->envelope = SESSION_NO_SLOT;
		transaction_settle(session, slot);
	}
	transaction_go_on(session);
}

/* Whether the message left whole: then nobody knows what became of it. */
static bool is_handed(const struct msub_session *session, const struct transaction *transaction)
{
	return transaction->said && output_taken(&session->output) >= transaction->said_end;
}

static void abandon(struct msub_session *session, size_t slot, const struct cause *cause)
{
	const struct transaction *transaction = &session->slots[slot];
	bool handed = is_handed(session, transaction);
	struct cause why = *cause;
	struct recipient *recipient;
	if (handed) {
		why.phase = transaction->said_as;
		why.retry = MSUB_RETRY_UNSURE;
	}
	for (size_t i = 0; (recipient = transaction_next_open(session, slot, &i)) != NULL; i++) {
		message_set(transaction->message, recipient, handed ? MSUB_MAYBE : MSUB_NOT_TRIED,
			&why);
		if (!handed && (cause->error == MSUB_LOST || cause->error == MSUB_CLOSING))
			recipient->again = AGAIN_LOST;
	}
	release(session, slot);
}

void transaction_abandon_all(struct msub_session *session, const struct cause *cause)
{
	/* in the order of saying, so that owners see the earlier message first */
	size_t slots[] = {session->content, session->envelope};
	for (size_t i = 0; i < 2; i++) {
		if (slots[i] == SESSION_NO_SLOT)
			continue;
		struct cause why = *cause;
		/* what stopped the message on its way only stopped what was behind it */
		if (i == 1 && slots[0] != SESSION_NO_SLOT && why.error != MSUB_MEMORY)
			why = (struct cause){
				MSUB_LOST, MSUB_PHASE_MAIL, MSUB_RETRY_LATER, NULL, cause->text};
		abandon(session, slots[i], &why);
	}
	session->content = session->envelope = SESSION_NO_SLOT;
}

/* ---- the next transaction ---- */

static void remark(const struct msub_session *session, struct msub_message *message, bool split)
{
	const struct capability *offered = &session->capability;
	if (offered->size && !message->measured && !session->settings->probe)
		message->remarks |= MSUB_REMARK_NO_SIZE;
	if (message->measure.eight_bit && !offered->eight_bit_mime)
		message->remarks |= MSUB_REMARK_EIGHT_BIT;
	if (split)
		message->remarks |= MSUB_REMARK_SPLIT;
}

/* Takes one more recipient into the transaction; false where it has enough. */
static bool take_recipient(
	struct msub_session *session, size_t slot, size_t index, struct domains *domains)
{
	struct transaction *transaction = &session->slots[slot];
	struct recipient *recipient = &transaction->message->recipients[index];
	uint64_t limit = admission_recipient_limit(session);
	if ((limit != 0 && transaction->tried >= limit) ||
		!domains_take(domains, &recipient->address, session->capability.domain_limit))
		return false;
	transaction->tried++;
	transaction->utf8 = transaction->utf8 || recipient->address.needs_utf8;
	recipient->state = RECIPIENT_UNDER_WAY;
	recipient->slot = (uint8_t)slot;
	recipient->taken = recipient->answered = recipient->leaving = false;
	recipient->again = AGAIN_NOT;
	session_plan(session, MSUB_PHASE_RECIPIENT, slot, index);
	return true;
}

static void begin(struct msub_session *session, size_t slot, struct msub_message *message)
{
	struct domains domains;
	bool split = false;
	domains.count = 0;
	session->slots[slot] = (struct transaction){
		.message = message, .utf8 = parameters_need_utf8(session, message)};
	session->envelope = slot;
	session_plan(session, MSUB_PHASE_MAIL, slot, 0);
	for (size_t i = 0; i < message->count && !split && session->state == SESSION_TALKING; i++) {
		if (message->recipients[i].state == RECIPIENT_WAITING)
			split = !take_recipient(session, slot, i, &domains);
	}
	remark(session, message, split);
	if (!session->settings->probe && session->state == SESSION_TALKING)
		session_plan(session,
			chunk_is_used(session, message) ? MSUB_PHASE_CHUNK : MSUB_PHASE_DATA, slot,
			0);
}

static bool takes_more(const struct msub_session *session)
{
	bool forgets = (session->lessons->learned & MSUB_LEARNED_FORGETS) != 0;
	uint64_t limit = session->capability.mail_limit;
	return session->state == SESSION_TALKING && !session->spent && !session->suspicious &&
	       !(forgets && session->happened > 0) && (limit == 0 || session->mail_count < limit);
}

void transaction_go_on(struct msub_session *session)
{
	struct msub_message *message;
	while (takes_more(session) &&
		(message = session->owner.next(session->owner.context)) != NULL) {
		enum msub_error error = admission_of(session, message);
		if (error == MSUB_OK) {
			begin(session, session->content == 0 ? 1 : 0, message);
			return;
		}
		if (error == MSUB_MEMORY)
			session_fail(session, &(struct cause){error, MSUB_PHASE_MAIL,
						      MSUB_RETRY_LATER, NULL, NULL});
	}
	if (takes_more(session) && session_rests(session))
		return;
	session->quitting = true;
	if (session->state == SESSION_TALKING)
		session_plan(session, MSUB_PHASE_QUIT, 0, 0);
}
