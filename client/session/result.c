/* result: what a caller may ask a message. */
#include "message.h"

bool msub_message_is_finished(const struct msub_message *message)
{
	return message != NULL && message->finished;
}

size_t msub_message_recipient_count(const struct msub_message *message)
{
	return message == NULL ? 0 : message->count;
}

/* In LMTP others of its transaction may still wait for their reply. */
static bool is_taken_over(const struct recipient *recipient)
{
	return recipient->answered && recipient->outcome == MSUB_ACCEPTED &&
	       recipient->state != RECIPIENT_WAITING;
}

bool msub_message_result(
	const struct msub_message *message, size_t index, struct msub_result *result)
{
	if (message == NULL || result == NULL || index >= message->count)
		return false;
	const struct recipient *recipient = &message->recipients[index];
	*result = (struct msub_result){
		.recipient = recipient->address.text,
		.outcome = recipient->outcome,
		.why = failure_view(&recipient->why),
		.final = recipient->state == RECIPIENT_DONE || is_taken_over(recipient),
		.leaving = recipient->leaving && recipient->state == RECIPIENT_UNDER_WAY &&
			   !recipient->answered,
	};
	return true;
}

size_t msub_message_count(const struct msub_message *message, enum msub_outcome outcome)
{
	size_t count = 0;
	for (size_t i = 0; message != NULL && i < message->count; i++)
		count += message->recipients[i].outcome == outcome;
	return count;
}

/*
 * The failure that tells most: the first, but for those that only say that another recipient's
 * was the reason. NULL where there is none.
 */
static const struct failure *telling_failure(const struct msub_message *message)
{
	const struct failure *other = NULL;
	for (size_t i = 0; i < message->count; i++) {
		const struct failure *why = &message->recipients[i].why;
		if (why->error != MSUB_OK && why->error != MSUB_OTHER_REFUSED)
			return why;
		if (why->error != MSUB_OK && other == NULL)
			other = why;
	}
	return other;
}

void msub_message_failure(const struct msub_message *message, struct msub_failure *failure)
{
	static const struct failure none = {0}, wrong = {.error = MSUB_USE};
	if (failure == NULL)
		return;
	const struct failure *why = message == NULL ? &wrong : telling_failure(message);
	*failure = failure_view(why == NULL ? &none : why);
}

void message_copy_failure(
	const struct msub_message *message, struct failure *to, const struct memory *memory)
{
	const struct failure *why = telling_failure(message);
	if (why != NULL)
		failure_copy(to, memory, why);
}

unsigned int msub_message_remarks(const struct msub_message *message)
{
	return message == NULL ? 0 : message->remarks;
}
