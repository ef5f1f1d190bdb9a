/* admission: the look at a message before its transaction. */
#include "admission.h"

#include "domains.h"
#include "parameters.h"

static uint64_t smaller_limit(uint64_t a, uint64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

uint64_t admission_recipient_limit(const struct msub_session *session)
{
	return smaller_limit(
		session->capability.recipient_limit, session->lessons->recipient_limit);
}

static size_t count_waiting(const struct msub_message *message)
{
	size_t count = 0;
	for (size_t i = 0; i < message->count; i++)
		count += message->recipients[i].state == RECIPIENT_WAITING;
	return count;
}

/* Whether all that wait fit into one transaction. */
static bool fits_at_once(const struct msub_session *session, const struct msub_message *message)
{
	uint64_t limit = admission_recipient_limit(session);
	uint64_t domain_limit = session->capability.domain_limit;
	struct domains domains = {.count = 0};
	if (limit != 0 && count_waiting(message) > limit)
		return false;
	for (size_t i = 0; domain_limit != 0 && i < message->count; i++) {
		const struct recipient *recipient = &message->recipients[i];
		if (recipient->state == RECIPIENT_WAITING &&
			!domains_take(&domains, &recipient->address, domain_limit))
			return false;
	}
	return true;
}

/* Whether it can be read; it is measured where that can be done. */
static enum msub_error check_source(
	const struct msub_session *session, struct msub_message *message)
{
	enum msub_error error = message_measure(message);
	if (error != MSUB_OK)
		return error;
	if (!session->settings->probe && !source_can_start(&message->source))
		return MSUB_SOURCE;
	return MSUB_OK;
}

/* What its content and its number of recipients say; MSUB_OK where nothing is against it. */
static enum msub_error check_content(
	const struct msub_session *session, const struct msub_message *message)
{
	const struct capability *offered = &session->capability;
	if (offered->size_limit != 0 && message->measure.size > offered->size_limit)
		return MSUB_TOO_LARGE;
	if (message->measure.eight_bit && !offered->eight_bit_mime && !message->wishes.binary &&
		!session->settings->send_eight_bit)
		return MSUB_EIGHT_BIT;
	if (session->settings->all_or_nothing && !fits_at_once(session, message))
		return MSUB_TOO_MANY;
	return MSUB_OK;
}

static void refuse_one(struct msub_message *message, struct recipient *recipient,
	enum msub_phase phase, const struct objection *objection)
{
	bool unread = objection->error == MSUB_SOURCE;
	bool other = objection->error == MSUB_OTHER_REFUSED;
	struct cause cause = {objection->error, phase,
		unread || other ? MSUB_RETRY_NEVER : MSUB_RETRY_ELSEWHERE, NULL,
		objection->text[0] == 0 ? NULL : objection->text};
	message_set(message, recipient, unread || other ? MSUB_NOT_TRIED : MSUB_REFUSED_FOR_GOOD,
		&cause);
	recipient->again = AGAIN_NOT;
	recipient->state = RECIPIENT_SETTLED;
}

/* All that wait. */
static void refuse_all(struct msub_session *session, struct msub_message *message,
	enum msub_phase phase, const struct objection *objection)
{
	for (size_t i = 0; i < message->count; i++) {
		if (message->recipients[i].state == RECIPIENT_WAITING)
			refuse_one(message, &message->recipients[i], phase, objection);
	}
	session->owner.settled(session->owner.context, message);
}

/* Those who cannot be sent to here; true where nobody is left, or nobody may be. */
static bool refuse_some(struct msub_session *session, struct msub_message *message)
{
	struct objection objection = {0};
	bool refused = false;
	for (size_t i = 0; message->particular && i < message->count; i++) {
		struct recipient *recipient = &message->recipients[i];
		if (recipient->state != RECIPIENT_WAITING ||
			parameters_suit_recipient(session, message, recipient, &objection))
			continue;
		refuse_one(message, recipient, MSUB_PHASE_RECIPIENT, &objection);
		refused = true;
	}
	if (!refused)
		return false;
	if (session->settings->all_or_nothing || count_waiting(message) == 0) {
		objection = (struct objection){.error = MSUB_OTHER_REFUSED};
		refuse_all(session, message, MSUB_PHASE_RECIPIENT, &objection);
		return true;
	}
	return false; /* the owner sees them together with the others, after the transaction */
}

/*
 * Addresses before content: where an address cannot be sent to, changing the content would be of
 * no help.
 */
enum msub_error admission_of(struct msub_session *session, struct msub_message *message)
{
	struct objection objection = {.error = check_source(session, message)};
	if (objection.error == MSUB_MEMORY)
		return MSUB_MEMORY;
	if (objection.error != MSUB_OK || !parameters_suit_message(session, message, &objection)) {
		refuse_all(session, message, MSUB_PHASE_MAIL, &objection);
		return objection.error;
	}
	if (refuse_some(session, message))
		return MSUB_NOT_OFFERED;
	objection.error = check_content(session, message);
	if (objection.error != MSUB_OK) {
		refuse_all(session, message, MSUB_PHASE_MAIL, &objection);
		return objection.error;
	}
	if (parameters_leave_out(session, message))
		message->remarks |= MSUB_REMARK_NOT_OFFERED;
	return MSUB_OK;
}
