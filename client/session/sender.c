/*
 * sender: many messages, as many sessions as they take. This is what a program calls; what is
 * decided is in sender_queue.c and sender_session.c. What a group of replies means was decided by
 * the session before.
 */
#include "sender_internal.h"

enum msub_error sender_new(struct msub_sender **sender, const struct msub_settings *settings,
	struct sasl_provider *sasl)
{
	struct memory memory = settings_memory(settings->memory);
	struct msub_sender *fresh = memory_new(&memory, 1, sizeof *fresh);
	*sender = NULL;
	if (fresh == NULL || !settings_copy(&fresh->settings, settings, &memory)) {
		memory_free(&memory, fresh, sizeof *fresh);
		sasl_provider_free(sasl);
		return MSUB_MEMORY;
	}
	fresh->memory = memory;
	fresh->sasl = sasl;
	lane_init(&fresh->sole, fresh);
	*sender = fresh;
	return MSUB_OK;
}

const struct msub_settings *sender_settings(const struct msub_sender *sender)
{
	return &sender->settings;
}

static void end_sessions(struct msub_sender *sender, struct lane_list *list)
{
	struct lane *lane;
	while ((lane = list->first) != NULL) {
		session_fail(
			lane->session, &(struct cause){MSUB_LOST, MSUB_PHASE_CONNECT,
					       MSUB_RETRY_LATER, NULL, "the sender was freed"});
		queue_take_back(lane);
		session_free(lane->session);
		lane->session = NULL;
		lane_move(lane, &sender->vacant);
	}
}

static void free_lanes(struct msub_sender *sender)
{
	struct lane *next;
	for (struct lane *lane = sender->vacant.first; lane != NULL; lane = next) {
		next = lane->next;
		if (lane != &sender->sole)
			memory_free(&sender->memory, lane, sizeof *lane);
	}
}

void msub_sender_free(struct msub_sender *sender)
{
	if (sender == NULL)
		return;
	struct memory memory = sender->memory;
	struct failure freed = {.error = MSUB_LOST, .retry = MSUB_RETRY_LATER};
	if (sender->freed != NULL)
		sender->freed(sender->freed_context, sender);
	end_sessions(sender, &sender->busy);
	end_sessions(sender, &sender->resting);
	end_sessions(sender, &sender->over);
	free_lanes(sender);
	queue_give_up(sender, &freed);
	while (msub_sender_finished(sender) != NULL) {
	}
	sasl_provider_free(sender->sasl);
	settings_free(&sender->settings, &memory);
	failure_free(&sender->failure, &memory);
	failure_free(&sender->unsent, &memory);
	failure_free(&sender->given_up, &memory);
	memory_free(&memory, sender, sizeof *sender);
}

enum msub_error msub_sender_add(struct msub_sender *sender, struct msub_message *message)
{
	if (sender == NULL)
		return MSUB_USE;
	enum msub_error error = message_hand_over(message, sender->settings.probe);
	if (error != MSUB_OK)
		return error;
	message->number = ++sender->added;
	sender->unfinished++;
	message_list_add(&sender->waiting, message);
	return MSUB_OK;
}

struct msub_session *msub_sender_session(struct msub_sender *sender, uint64_t now_ms)
{
	if (sender == NULL)
		return NULL;
	bool alone = sender->settings.connections <= 1;
	struct lane *lane = sender_open(sender, NULL, now_ms);
	if (lane == NULL && alone)
		lane = sender->busy.first != NULL ? sender->busy.first : sender->resting.first;
	return lane == NULL ? NULL : lane->session;
}

bool msub_sender_is_finished(const struct msub_sender *sender)
{
	return sender != NULL && sender->unfinished == 0;
}

struct msub_message *msub_sender_finished(struct msub_sender *sender)
{
	if (sender == NULL)
		return NULL;
	struct msub_message *message = sender->finished.first;
	if (message != NULL)
		message_list_remove(message);
	return message;
}

void msub_sender_failure(const struct msub_sender *sender, struct msub_failure *failure)
{
	static const struct failure wrong = {.error = MSUB_USE};
	if (failure != NULL)
		*failure = failure_view(sender == NULL ? &wrong : &sender->failure);
}

unsigned int msub_sender_learned(const struct msub_sender *sender)
{
	return sender == NULL ? 0 : sender->lessons.learned;
}

void msub_sender_counts(const struct msub_sender *sender, struct msub_counts *counts)
{
	if (counts == NULL)
		return;
	*counts = (struct msub_counts){0};
	if (sender == NULL)
		return;
	const struct lane_list *lists[] = {&sender->busy, &sender->resting, &sender->over};
	*counts = sender->counts;
	counts->suspicions = sender->lessons.suspicions;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		for (const struct lane *lane = lists[i]->first; lane != NULL; lane = lane->next)
			sender_add_counts(counts, lane->session);
	}
}

uint64_t msub_sender_turns(const struct msub_sender *sender)
{
	struct msub_counts counts;
	msub_sender_counts(sender, &counts);
	return counts.turns;
}
