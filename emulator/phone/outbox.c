/* outbox: rounds, copies and verdicts. */
#include "outbox.h"

#include "address.h"

#include <string.h>

struct outbox_reply {
	struct outbox_reply *next;
	size_t len;
	uint8_t text[];
};

void outbox_init(
	struct outbox *outbox, const struct memory *memory, const struct client_profile *profile)
{
	*outbox = (struct outbox){.memory = memory, .profile = profile};
}

static void free_message(const struct memory *memory, struct outbox_message *message)
{
	size_t count = message->outcome.recipient_count;
	memory_free(memory, message->recipients, count * sizeof *message->recipients);
	memory_free(memory, message->states, count * sizeof *message->states);
	memory_free(memory, message->addresses, count * sizeof *message->addresses);
	memory_free(memory, message->attachments,
		message->draft.attachment_count * sizeof *message->attachments);
	memory_free(memory, message->text, message->text_len);
}

void outbox_free(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		free_message(outbox->memory, &outbox->messages[i]);
	memory_free(outbox->memory, outbox->messages, outbox->room * sizeof *outbox->messages);
	while (outbox->replies != NULL) {
		struct outbox_reply *reply = outbox->replies;
		outbox->replies = reply->next;
		memory_free(outbox->memory, reply, sizeof *reply + reply->len);
	}
	outbox_init(outbox, outbox->memory, outbox->profile);
}

static bool grow(struct outbox *outbox)
{
	if (outbox->room > SIZE_MAX / 2 / sizeof *outbox->messages)
		return false;
	size_t room = outbox->room == 0 ? 1 : outbox->room * 2;
	struct outbox_message *messages = memory_resize(outbox->memory, outbox->messages,
		outbox->room * sizeof *messages, room * sizeof *messages);
	if (messages == NULL)
		return false;
	outbox->messages = messages;
	outbox->room = room;
	return true;
}

/* Copies `from` to the end of the message's text; the room was counted before. */
static struct octets keep(struct outbox_message *message, size_t *used, struct octets from)
{
	if (from.len == 0)
		return octets_make(NULL, 0);
	uint8_t *at = message->text + *used;
	memcpy(at, from.at, from.len);
	*used += from.len;
	return octets_make(at, from.len);
}

struct list {
	const struct octets *addresses;
	size_t count;
	uint8_t word;
};

static void keep_list(
	struct outbox_message *message, size_t *used, size_t *recipient, struct list list)
{
	for (size_t i = 0; i < list.count; i++, (*recipient)++) {
		struct octets address = keep(message, used, list.addresses[i]);
		message->addresses[*recipient] = address;
		message->recipients[*recipient] = (struct phone_recipient){.address = address};
		message->states[*recipient] =
			(struct outbox_state){.list = list.word, .same_as = (uint32_t)*recipient};
	}
}

/* The same address twice is one recipient, unless the profile keeps it (envelope.duplicates). */
static void join_duplicates(struct outbox_message *message)
{
	for (size_t i = 0; i < message->outcome.recipient_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!octets_equal(address_bare(message->addresses[i]),
				    address_bare(message->addresses[j])))
				continue;
			message->states[i].same_as = message->states[j].same_as;
			message->states[i].skipped = true;
			break;
		}
	}
}

/* A later fix against the same copy twice caught the first Bcc's repeats, and no other. */
static void join_first_bcc(struct outbox_message *message)
{
	size_t first = message->to_count + message->cc_count;
	for (size_t i = first + 1; i < first + message->bcc_count; i++) {
		if (!octets_equal(message->addresses[i], message->addresses[first]))
			continue;
		message->states[i].same_as = message->states[first].same_as;
		message->states[i].skipped = true;
	}
}

static void number_parts(struct outbox_message *message, bool bcc_apart)
{
	message->part_count = 1;
	for (size_t i = 0; i < message->outcome.recipient_count; i++) {
		struct outbox_state *state = &message->states[i];
		if (bcc_apart && state->list == ORDER_BCC && !state->skipped)
			state->part = message->part_count++;
	}
}

static bool make_room(const struct memory *memory, struct outbox_message *message, size_t text_len)
{
	size_t count = message->outcome.recipient_count;
	message->text_len = text_len;
	message->recipients = memory_new(memory, count, sizeof *message->recipients);
	message->states = memory_new(memory, count, sizeof *message->states);
	message->addresses = memory_new(memory, count, sizeof *message->addresses);
	message->text = memory_new(memory, text_len, 1);
	size_t files = message->draft.attachment_count;
	if (files > 0)
		message->attachments = memory_new(memory, files, sizeof *message->attachments);
	return (files == 0 || message->attachments != NULL) && message->recipients != NULL &&
	       message->states != NULL && message->addresses != NULL && message->text != NULL;
}

/* What may be large is not copied where it is borrowed. */
static struct octets keep_large(struct outbox_message *message, size_t *used, struct octets from)
{
	return message->borrowed ? from : keep(message, used, from);
}

static void fill_draft(struct outbox_message *kept, const struct message_draft *draft, size_t *used)
{
	kept->draft.subject = keep(kept, used, draft->subject);
	kept->draft.reply_to = keep(kept, used, draft->reply_to);
	kept->draft.receipt_to = keep(kept, used, draft->receipt_to);
	kept->draft.charset = keep(kept, used, draft->charset);
	kept->draft.body = keep_large(kept, used, draft->body);
	kept->draft.attachments = kept->attachments;
	for (size_t i = 0; i < draft->attachment_count; i++) {
		const struct message_attachment *from = &draft->attachments[i];
		kept->attachments[i] = (struct message_attachment){keep(kept, used, from->name),
			keep_large(kept, used, from->content), keep(kept, used, from->type)};
	}
}

static size_t large_len(const struct phone_message *message, struct octets text)
{
	return message->borrowed ? 0 : text.len;
}

/* Of what is copied, but for the addresses. */
static size_t content_len(const struct phone_message *message)
{
	const struct message_draft *draft = &message->draft;
	size_t len = draft->subject.len + draft->reply_to.len + draft->receipt_to.len +
		     draft->charset.len + large_len(message, draft->body) +
		     large_len(message, message->content);
	for (size_t i = 0; i < draft->attachment_count; i++) {
		const struct message_attachment *one = &draft->attachments[i];
		len += one->name.len + large_len(message, one->content) + one->type.len;
	}
	return len;
}

static void fill(struct outbox_message *kept, const struct phone_message *message,
	const struct list *lists, size_t list_count)
{
	size_t used = 0, recipient = 0;
	for (size_t i = 0; i < list_count; i++)
		keep_list(kept, &used, &recipient, lists[i]);
	kept->content = keep_large(kept, &used, message->content);
	fill_draft(kept, &message->draft, &used);
	kept->outcome.recipients = kept->recipients;
	kept->outcome.queued = true;
}

static bool word_is_in(const struct word_list *list, uint8_t word)
{
	for (uint8_t i = 0; i < list->count; i++) {
		if (list->items[i] == word)
			return true;
	}
	return false;
}

/* Is this a failure that outbox.keep keeps? */
static bool is_kept(const struct client_profile *profile, enum phone_result result)
{
	const struct word_list *kept = &profile->outbox.keep;
	switch (result) {
	case PHONE_NOT_TRIED:
		return true;
	case PHONE_REFUSED:
		return word_is_in(kept, KEEP_5XX);
	case PHONE_REFUSED_FOR_NOW:
		return word_is_in(kept, KEEP_4XX);
	case PHONE_UNSURE:
		return word_is_in(kept, KEEP_UNSURE);
	case PHONE_CLOSED:
	case PHONE_TIMED_OUT:
	case PHONE_TLS_FAILED:
	case PHONE_TLS_TOO_OLD:
	case PHONE_NO_CONNECTION:
	case PHONE_BROKEN:
		return word_is_in(kept, KEEP_LOST);
	case PHONE_DELIVERED:
	case PHONE_ACCEPTED:
	case PHONE_HUNG:
	case PHONE_BAD_ADDRESS:
	case PHONE_NO_MEMORY:
	case PHONE_RESULT_COUNT:
		break;
	}
	return false;
}

/* Many recipients share one reply, so the last one kept is looked at first. */
static struct octets keep_reply(struct outbox *outbox, struct octets text)
{
	struct outbox_reply *last = outbox->replies;
	if (text.len == 0)
		return octets_make(NULL, 0);
	if (last != NULL && octets_equal(octets_make(last->text, last->len), text))
		return octets_make(last->text, last->len);
	struct outbox_reply *fresh = memory_new(outbox->memory, 1, sizeof *fresh + text.len);
	if (fresh == NULL)
		return octets_make(NULL, 0);
	fresh->len = text.len;
	fresh->next = last;
	memcpy(fresh->text, text.at, text.len);
	outbox->replies = fresh;
	return octets_make(fresh->text, fresh->len);
}

struct phone_verdict outbox_verdict(struct outbox *outbox, enum phone_result result, enum step step,
	unsigned int code, struct octets reply)
{
	return (struct phone_verdict){
		.result = result, .step = step, .code = code, .reply = keep_reply(outbox, reply)};
}

/*
 * What earlier runs left. A message waits because its client kept it; one that this profile would
 * not have kept (another client's, that is) is sent to everybody who has not got it.
 */
static void recall(struct outbox *outbox, struct outbox_message *message,
	const struct phone_recipient *earlier)
{
	bool any = false;
	for (size_t i = 0; i < message->outcome.recipient_count; i++)
		any = any || is_kept(outbox->profile, earlier[i].verdict.result);
	for (size_t i = 0; i < message->outcome.recipient_count; i++) {
		const struct phone_verdict *was = &earlier[i].verdict;
		message->recipients[i].was_unsure = earlier[i].was_unsure;
		message->recipients[i].was_delivered = was->result == PHONE_DELIVERED;
		if (any || was->result == PHONE_DELIVERED)
			message->recipients[i].verdict = outbox_verdict(
				outbox, was->result, was->step, was->code, was->reply);
	}
}

bool outbox_add(struct outbox *outbox, const struct phone_message *message, uint64_t seed)
{
	const struct list lists[] = {{message->to, message->to_count, ORDER_TO},
		{message->cc, message->cc_count, ORDER_CC},
		{message->bcc, message->bcc_count, ORDER_BCC},
		{message->self, message->self_count, ORDER_SELF}};
	enum { LIST_COUNT = sizeof lists / sizeof *lists };
	struct outbox_message kept = {.to_count = message->to_count,
		.cc_count = message->cc_count,
		.bcc_count = message->bcc_count,
		.draft = {.attachment_count = message->draft.attachment_count,
			.priority = message->draft.priority,
			.mime = message->draft.mime,
			.unix_time = message->draft.unix_time,
			.zone_minutes = message->draft.zone_minutes},
		.break_body_at = message->break_body_at,
		.borrowed = message->borrowed,
		.earlier_tries = message->earlier_tries,
		.seed = message->seed != 0 ? message->seed : seed};
	size_t text_len = content_len(message);
	for (size_t i = 0; i < LIST_COUNT; i++) {
		kept.outcome.recipient_count += lists[i].count;
		for (size_t j = 0; j < lists[i].count; j++)
			text_len += lists[i].addresses[j].len;
	}
	if (kept.outcome.recipient_count == 0 || kept.outcome.recipient_count > UINT32_MAX)
		return false;
	if ((outbox->count == outbox->room && !grow(outbox)) ||
		!make_room(outbox->memory, &kept, text_len)) {
		free_message(outbox->memory, &kept);
		return false;
	}
	fill(&kept, message, lists, LIST_COUNT);
	if (outbox->profile->envelope.duplicates == DUPLICATES_REMOVED)
		join_duplicates(&kept);
	if (outbox->profile->envelope.duplicates == DUPLICATES_FIRST_BCC_ONCE)
		join_first_bcc(&kept);
	number_parts(&kept, outbox->profile->envelope.bcc_apart);
	if (message->earlier != NULL)
		recall(outbox, &kept, message->earlier);
	outbox->messages[outbox->count++] = kept;
	return true;
}

/* Where the store has one entry for a message and its copies, they all wait (outbox.again). */
static bool goes_again(const struct outbox *outbox, const struct phone_recipient *recipient)
{
	return outbox->profile->outbox.whole_again ||
	       is_kept(outbox->profile, recipient->verdict.result);
}

bool outbox_begin_round(struct outbox *outbox)
{
	bool any = false;
	outbox->message = 0;
	outbox->part = 0;
	for (size_t i = 0; i < outbox->count; i++) {
		struct outbox_message *message = &outbox->messages[i];
		message->joined = message->was_again = false;
		for (size_t j = 0; j < message->outcome.recipient_count; j++) {
			struct outbox_state *state = &message->states[j];
			state->due = message->outcome.queued && !state->skipped &&
				     goes_again(outbox, &message->recipients[j]);
			any = any || state->due;
		}
	}
	return any;
}

bool copy_holds(struct copy copy, size_t recipient)
{
	const struct outbox_state *state = &copy.message->states[recipient];
	return state->due && state->part == copy.part;
}

bool copy_is_due(struct copy copy)
{
	for (size_t i = 0; i < copy.message->outcome.recipient_count; i++) {
		if (copy_holds(copy, i))
			return true;
	}
	return false;
}

bool outbox_next(struct outbox *outbox, struct copy *copy)
{
	for (; outbox->message < outbox->count; outbox->message++, outbox->part = 0) {
		copy->message = &outbox->messages[outbox->message];
		for (; outbox->part < copy->message->part_count; outbox->part++) {
			copy->part = outbox->part;
			if (copy_is_due(*copy))
				return true;
		}
	}
	return false;
}

void outbox_pass(struct outbox *outbox, struct copy copy)
{
	outbox->message = (size_t)(copy.message - outbox->messages);
	outbox->part = copy.part + 1;
}

void outbox_return(struct outbox *outbox, struct copy copy)
{
	outbox->message = (size_t)(copy.message - outbox->messages);
	outbox->part = copy.part;
}

void outbox_count_try(struct outbox_message *message, uint32_t connection)
{
	if (message->connection == connection)
		return;
	message->connection = connection;
	message->outcome.tries++;
}

/* Taken after a try of which nobody knows: two of them may have arrived (RFC 1047 2). */
static void set_verdict(struct phone_recipient *recipient, struct phone_verdict verdict)
{
	bool had = recipient->was_delivered, taken = verdict.result == PHONE_DELIVERED;
	bool unsure = verdict.result == PHONE_UNSURE;
	recipient->twice = recipient->twice || (had && taken);
	recipient->perhaps_twice = recipient->perhaps_twice || (had && unsure) ||
				   ((taken || unsure) && recipient->was_unsure);
	recipient->was_unsure = recipient->was_unsure || unsure || (had && !taken);
	recipient->was_delivered = had || taken;
	recipient->verdict = verdict;
}

void outbox_settle(struct outbox_message *message, size_t recipient, struct phone_verdict verdict)
{
	message->states[recipient].due = false;
	set_verdict(&message->recipients[recipient], verdict);
	for (size_t i = recipient + 1; i < message->outcome.recipient_count; i++) {
		if (message->states[i].same_as == recipient)
			set_verdict(&message->recipients[i], verdict);
	}
}

static void join(struct outbox_message *message, struct phone_verdict verdict)
{
	enum phone_result now = message->outcome.verdict.result;
	bool worse = now == PHONE_DELIVERED || now == PHONE_ACCEPTED ||
		     (verdict.result == PHONE_UNSURE && now != PHONE_UNSURE);
	if (!message->joined || worse)
		message->outcome.verdict = verdict;
	message->joined = true;
}

void outbox_settle_copy(struct copy copy, struct phone_verdict verdict)
{
	for (size_t i = 0; i < copy.message->outcome.recipient_count; i++) {
		if (copy_holds(copy, i))
			outbox_settle(copy.message, i, verdict);
	}
	join(copy.message, verdict);
}

static void settle_due(struct outbox_message *message, struct phone_verdict verdict)
{
	struct copy copy = {.message = message};
	for (copy.part = 0; copy.part < message->part_count; copy.part++) {
		if (copy_is_due(copy))
			outbox_settle_copy(copy, verdict);
	}
}

void outbox_settle_rest(struct outbox *outbox, struct phone_verdict verdict, uint32_t connection)
{
	for (size_t i = 0; i < outbox->count; i++) {
		struct outbox_message *message = &outbox->messages[i];
		if (message->connection == connection)
			continue;
		for (size_t j = 0; j < message->outcome.recipient_count; j++) {
			if (message->states[j].due)
				outbox_count_try(message, connection);
		}
		settle_due(message, verdict);
	}
}

static bool stays(const struct outbox *outbox, const struct outbox_message *message)
{
	for (size_t i = 0; i < message->outcome.recipient_count; i++) {
		if (is_kept(outbox->profile, message->recipients[i].verdict.result))
			return true;
	}
	return false;
}

bool outbox_end_round(struct outbox *outbox)
{
	const struct client_profile *profile = outbox->profile;
	bool limited = profile->outbox.retry_count > 0 && profile->outbox.attempts > 0;
	bool any = false;
	for (size_t i = 0; i < outbox->count; i++) {
		struct phone_outcome *outcome = &outbox->messages[i].outcome;
		if (!outcome->queued)
			continue;
		outcome->queued = stays(outbox, &outbox->messages[i]);
		if (limited && outcome->tries + (uint64_t)outbox->messages[i].earlier_tries >=
				       profile->outbox.attempts)
			outcome->queued = false;
		any = any || outcome->queued;
	}
	return any;
}

void outbox_fail(struct outbox *outbox, struct phone_verdict verdict)
{
	for (size_t i = 0; i < outbox->count; i++)
		settle_due(&outbox->messages[i], verdict);
}
