/* result: what a caller may ask a message. */
#include "message.h"

bool msub_message_is_finished(const struct msub_message *message)
{
	return message->finished;
}

size_t msub_message_recipient_count(const struct msub_message *message)
{
	return message->count;
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
	if (index >= message->count)
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
	for (size_t i = 0; i < message->count; i++)
		count += message->recipients[i].outcome == outcome;
	return count;
}

void msub_message_failure(const struct msub_message *message, struct msub_failure *failure)
{
	static const struct failure none = {0};
	*failure = failure_view(&none);
	for (size_t i = 0; i < message->count && failure->error == MSUB_OK; i++)
		*failure = failure_view(&message->recipients[i].why);
}

void message_copy_failure(
	const struct msub_message *message, struct failure *to, const struct memory *memory)
{
	size_t i = 0;
	while (i < message->count && message->recipients[i].why.error == MSUB_OK)
		i++;
	if (i < message->count)
		failure_copy(to, memory, &message->recipients[i].why);
}

unsigned int msub_message_remarks(const struct msub_message *message)
{
	return message->remarks;
}
