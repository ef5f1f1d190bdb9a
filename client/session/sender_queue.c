/*
 * sender_queue: which message a session gets next, and who is tried again.
 *
 * A message that is suspected (a login may have been forgotten) has to be the first of a new
 * session, since what a server says there is final; no other session gets it.
 */
#include "sender_internal.h"

enum { LOSSES_MAX = 1 };

struct msub_message *queue_next(void *context)
{
	struct lane *lane = context;
	struct msub_sender *sender = lane->sender;
	bool fresh = lane->session->happened == 0;
	if (lane->opens || lane->asks)
		lane_is(lane, false, false);
	/* the rest of a message whose recipients are too many at once */
	struct msub_message *message = message_list_waiting(&lane->hand);
	if (message != NULL)
		return message;
	if (fresh)
		message = sender->suspects.first;
	if (message == NULL)
		message = sender->waiting.first;
	if (message != NULL)
		message_list_add(&lane->hand, message);
	return message;
}

static void finish(struct msub_sender *sender, struct msub_message *message)
{
	if (sender->unsent.error == MSUB_OK)
		message_copy_failure(message, &sender->unsent, &sender->memory);
	message_list_add(&sender->finished, message);
	if (--sender->unfinished == 0)
		sender->running = false;
}

/* It waits again, where it stood. */
static void put_back(struct msub_sender *sender, struct msub_message *message)
{
	bool suspected = message_is_suspected(message);
	message_list_insert(suspected ? &sender->suspects : &sender->waiting, message);
}

void queue_take_back(struct lane *lane)
{
	while (lane->hand.first != NULL)
		put_back(lane->sender, lane->hand.first);
}

void queue_give_up(struct msub_sender *sender, const struct failure *failure)
{
	struct message_list *lists[] = {&sender->suspects, &sender->waiting};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct msub_message *message;
		while ((message = lists[i]->first) != NULL) {
			message_give_up(message, failure);
			finish(sender, message);
		}
	}
}

/* Whether a settled recipient goes back to wait. */
static bool goes_again(const struct msub_sender *sender, const struct msub_message *message,
	struct recipient *recipient, bool lost)
{
	bool can = sender->settings.probe || source_can_start(&message->source);
	if (!can || recipient->again == AGAIN_NOT || (recipient->again == AGAIN_LOST && lost))
		return false;
	/* not those who were taken, and only waited for the others (all or nothing) */
	if (recipient->again == AGAIN_FRESH)
		recipient->suspected = recipient->answered;
	return true;
}

void queue_settled(void *context, struct msub_message *message)
{
	struct lane *lane = context;
	struct msub_sender *sender = lane->sender;
	bool too_often = message->losses >= LOSSES_MAX, lost = false;
	for (size_t i = 0; i < message->count; i++) {
		struct recipient *recipient = &message->recipients[i];
		if (recipient->state != RECIPIENT_SETTLED)
			continue;
		bool again = goes_again(sender, message, recipient, too_often);
		recipient->state = again ? RECIPIENT_WAITING : RECIPIENT_DONE;
		lost = lost || (again && recipient->again == AGAIN_LOST);
		if (recipient->outcome == MSUB_ACCEPTED)
			sender->barren = 0;
	}
	if (lane->session->settled > 0)
		sender->fruitless = 0;
	message->losses += lost;
	message->remarks |= lost ? MSUB_REMARK_SENT_AGAIN : 0U;
	if (message_finish(message))
		finish(sender, message);
	else if (!message_is_under_way(message))
		put_back(sender, message);
}
