/* message: envelopes, content, results. */
#include "message.h"

#include <string.h>

#include "header.h"
#include "settings.h"

/* What does not begin its life inside; what is not inside is counted. */
static void *resize_elsewhere(struct msub_message *message, void *old, size_t old_size, size_t want)
{
	char *text = old, *room = message->room_of_texts;
	bool inside = text >= room && text < room + sizeof message->room_of_texts;
	if (inside && want == 0) {
		if (text + old_size == room + message->texts_len)
			message->texts_len -= old_size;
		return NULL;
	}
	message->texts_outside -= !inside && want == 0;
	text = memory_resize(&message->memory, inside ? NULL : old, inside ? 0 : old_size, want);
	message->texts_outside += (inside || old == NULL) && text != NULL;
	if (inside && text != NULL)
		memcpy(text, old, old_size < want ? old_size : want);
	return text;
}

/*
 * Three short texts are half of what a message would ask of the allocator. Of the room inside
 * nothing is given back but the text that was taken last.
 */
static void *resize_text(void *context, void *old, size_t old_size, size_t want)
{
	struct msub_message *message = context;
	size_t len = message->texts_len;
	if (old != NULL || want > sizeof message->room_of_texts - len)
		return resize_elsewhere(message, old, old_size, want);
	message->texts_len = len + want;
	return message->room_of_texts + len;
}

enum msub_error msub_message_new(struct msub_message **message, const struct msub_memory *memory)
{
	if (message == NULL)
		return MSUB_USE;
	*message = NULL;
	if (memory != NULL && memory->resize == NULL)
		return MSUB_USE;
	struct memory owned = settings_memory(memory);
	*message = memory_new(&owned, 1, sizeof **message);
	if (*message == NULL)
		return MSUB_MEMORY;
	(*message)->memory = owned;
	(*message)->texts = (struct memory){.resize = resize_text, .context = *message};
	(*message)->source.memory = &(*message)->memory; /* all else in it is zero */
	return MSUB_OK;
}

/* Those that did not find a place inside, where there are any. */
static void free_texts(struct msub_message *message)
{
	address_free(&message->sender, &message->texts);
	for (size_t i = 0; i < message->count; i++) {
		address_free(&message->recipients[i].address, &message->texts);
		failure_free(&message->recipients[i].why, &message->texts);
	}
}

void msub_message_free(struct msub_message *message)
{
	if (message == NULL)
		return;
	struct memory memory = message->memory;
	message_list_remove(message);
	if (message->texts_outside > 0)
		free_texts(message);
	for (size_t i = 0; message->particular && i < message->count; i++)
		memory_free_text(&memory, message->recipients[i].wishes);
	if (message->recipients != &message->first)
		memory_free(
			&memory, message->recipients, message->room * sizeof *message->recipients);
	memory_free_text(&memory, message->trouble);
	if (message->wishes.any)
		wishes_free(&message->wishes, &memory);
	if (message->source.given)
		source_let_go(&message->source);
	memory_free(&memory, message, sizeof *message);
}

const char *message_keep(struct msub_message *message, const char *text)
{
	memory_free_text(&message->memory, message->trouble);
	message->trouble = memory_copy_text(&message->memory, text, strlen(text));
	return message->trouble == NULL ? "" : message->trouble;
}

enum msub_error msub_message_sender(struct msub_message *message, const char *address)
{
	struct address sender = {0};
	if (message == NULL || message->handed)
		return MSUB_USE;
	enum msub_error error = address == NULL || *address == 0
					? MSUB_OK
					: address_take(&sender, &message->texts, address);
	if (error != MSUB_OK)
		return error;
	if (message->sender.text != NULL)
		address_free(&message->sender, &message->texts);
	message->sender = sender;
	return MSUB_OK;
}

enum msub_error msub_message_options(
	struct msub_message *message, const struct msub_message_options *options)
{
	struct wishes wishes;
	if (message == NULL || message->handed)
		return MSUB_USE;
	enum msub_error error = wishes_make(&wishes, &message->memory, options);
	if (error != MSUB_OK)
		return error;
	wishes_free(&message->wishes, &message->memory);
	message->wishes = wishes;
	return MSUB_OK;
}

/* Links it in front of `next`, at the end where that is NULL. */
static void link_before(
	struct message_list *list, struct msub_message *message, struct msub_message *next)
{
	message_list_remove(message);
	message->list = list;
	message->next = next;
	message->previous = next == NULL ? list->last : next->previous;
	if (message->previous == NULL)
		list->first = message;
	else
		message->previous->next = message;
	if (next == NULL)
		list->last = message;
	else
		next->previous = message;
	list->count++;
}

void message_list_add(struct message_list *list, struct msub_message *message)
{
	link_before(list, message, NULL);
}

void message_list_insert(struct message_list *list, struct msub_message *message)
{
	struct msub_message *next = list->first;
	while (next != NULL && next->number < message->number)
		next = next->next;
	link_before(list, message, next);
}

void message_list_remove(struct msub_message *message)
{
	struct message_list *list = message->list;
	if (list == NULL)
		return;
	if (message->previous == NULL)
		list->first = message->next;
	else
		message->previous->next = message->next;
	if (message->next == NULL)
		list->last = message->previous;
	else
		message->next->previous = message->previous;
	message->list = NULL;
	message->next = message->previous = NULL;
	list->count--;
}

struct msub_message *message_list_waiting(const struct message_list *list)
{
	struct msub_message *message = list->first;
	while (message != NULL && !message_has_waiting(message))
		message = message->next;
	return message;
}

static bool make_room(struct msub_message *message)
{
	if (message->count < message->room)
		return true;
	size_t size = sizeof *message->recipients;
	if (message->room == 0) {
		message->recipients = &message->first;
		message->room = 1;
		return true;
	}
	bool moves = message->recipients == &message->first;
	size_t room = message->room == 1 ? 4 : message->room * 2;
	struct recipient *more = memory_resize(&message->memory, moves ? NULL : message->recipients,
		moves ? 0 : message->room * size, room * size);
	if (more == NULL)
		return false;
	if (moves)
		*more = message->first;
	message->recipients = more;
	message->room = room;
	return true;
}

enum msub_error msub_message_add_recipient_with(struct msub_message *message, const char *address,
	const struct msub_recipient_options *options)
{
	if (message == NULL || message->handed)
		return MSUB_USE;
	if (!make_room(message))
		return MSUB_MEMORY;
	struct recipient *recipient = &message->recipients[message->count];
	*recipient = (struct recipient){.wishes = NULL};
	enum msub_error error = address_take(&recipient->address, &message->texts, address);
	if (error == MSUB_OK && options != NULL)
		error = wishes_of_recipient(&recipient->wishes, &message->memory, options);
	if (error != MSUB_OK) {
		address_free(&recipient->address, &message->texts);
		return error;
	}
	message->count++;
	message->particular =
		message->particular || recipient->wishes != NULL || recipient->address.needs_utf8;
	return MSUB_OK;
}

enum msub_error msub_message_add_recipient(struct msub_message *message, const char *address)
{
	return msub_message_add_recipient_with(message, address, NULL);
}

enum msub_error msub_message_content(struct msub_message *message, const void *at, size_t len)
{
	if (message == NULL || message->handed || (at == NULL && len != 0))
		return MSUB_USE;
	source_from_memory(&message->source, octets_make(at, len));
	return MSUB_OK;
}

enum msub_error msub_message_source(struct msub_message *message, const struct msub_source *source)
{
	if (message == NULL || message->handed || source == NULL || source->read == NULL)
		return MSUB_USE;
	source_from_callback(&message->source, source);
	return MSUB_OK;
}

enum msub_error message_hand_over(struct msub_message *message, bool probe)
{
	if (message == NULL || message->handed)
		return MSUB_USE;
	if (message->count == 0)
		return MSUB_NO_RECIPIENT;
	if (!message->source.given && !probe)
		return MSUB_SOURCE;
	message->handed = true;
	return MSUB_OK;
}

bool message_has_waiting(const struct msub_message *message)
{
	for (size_t i = 0; i < message->count; i++) {
		if (message->recipients[i].state == RECIPIENT_WAITING)
			return true;
	}
	return false;
}

bool message_is_under_way(const struct msub_message *message)
{
	for (size_t i = 0; i < message->count; i++) {
		if (message->recipients[i].state == RECIPIENT_UNDER_WAY)
			return true;
	}
	return false;
}

bool message_is_suspected(const struct msub_message *message)
{
	for (size_t i = 0; i < message->count; i++) {
		const struct recipient *recipient = &message->recipients[i];
		if (recipient->state == RECIPIENT_WAITING && recipient->suspected)
			return true;
	}
	return false;
}

void message_set(struct msub_message *message, struct recipient *recipient,
	enum msub_outcome outcome, const struct cause *cause)
{
	recipient->outcome = outcome;
	failure_set(&recipient->why, &message->texts, cause);
}

void message_give_up(struct msub_message *message, const struct failure *failure)
{
	for (size_t i = 0; i < message->count; i++) {
		struct recipient *recipient = &message->recipients[i];
		if (recipient->state == RECIPIENT_DONE)
			continue;
		/* what a server has said about it before says more than that nobody asked again */
		if (recipient->why.code == 0)
			failure_copy(&recipient->why, &message->texts, failure);
		recipient->state = RECIPIENT_DONE;
	}
	message_finish(message);
}

enum msub_error msub_message_remove_bcc(struct msub_message *message, bool remove)
{
	if (message == NULL || message->handed)
		return MSUB_USE;
	message->removes_bcc = remove;
	return MSUB_OK;
}

bool message_finish(struct msub_message *message)
{
	message->finished = true;
	for (size_t i = 0; i < message->count; i++)
		message->finished =
			message->finished && message->recipients[i].state == RECIPIENT_DONE;
	if (message->finished)
		source_let_go(&message->source);
	return message->finished;
}

void message_begin_body(const struct msub_message *message, bool keeps_dots, struct stuffing *body)
{
	const struct measure *measure = &message->measure;
	/* memory is the caller's word: what else was measured may have been changed since */
	bool known = message->measured && source_is_memory(&message->source);
	stuffing_begin(body);
	bool clean = !measure->repaired && (!measure->dot || keeps_dots);
	body->removal.in_header = message->removes_bcc;
	body->keeps_dots = keeps_dots;
	body->as_it_is = message->wishes.binary || (known && clean);
	body->known = known && !body->as_it_is;
}

/* Looks at the header of a message that holds 8-bit octets; the source is at its start. */
static enum msub_error look_at_header(struct msub_message *message)
{
	struct header header = {.ended = false};
	struct octets piece;
	enum source_state state = SOURCE_GIVES;
	while (!header.ended && !header.broken &&
		(state = source_read(&message->source, SOURCE_PIECE, &piece)) == SOURCE_GIVES) {
		header_feed(&header, piece);
		source_reclaim(&message->source);
	}
	message->utf8_header = header_is_utf8(&header);
	source_release(&message->source);
	if (state == SOURCE_GIVES || state == SOURCE_ENDS)
		return source_start(&message->source) ? MSUB_OK : MSUB_SOURCE;
	return state == SOURCE_FAILS ? MSUB_SOURCE : MSUB_MEMORY;
}

enum msub_error message_measure(struct msub_message *message)
{
	struct stuffing body;
	struct octets piece;
	enum source_state state;
	if (message->measured || !message->source.given || !source_can_rewind(&message->source))
		return MSUB_OK;
	if (!source_start(&message->source))
		return MSUB_SOURCE;
	message_begin_body(message, true, &body);
	while ((state = source_read(&message->source, SIZE_MAX, &piece)) == SOURCE_GIVES) {
		stuffing_feed(&body, piece, NULL, false);
		source_reclaim(&message->source);
	}
	source_release(&message->source);
	if (state != SOURCE_ENDS)
		return state == SOURCE_FAILS ? MSUB_SOURCE : MSUB_MEMORY;
	stuffing_end(&body, NULL);
	message->measured = true;
	message->measure = body.seen;
	if (!source_start(&message->source))
		return MSUB_SOURCE;
	return body.seen.eight_bit || body.as_it_is ? look_at_header(message) : MSUB_OK;
}

void message_remark(struct msub_message *message, const struct measure *seen)
{
	message->remarks |= (seen->repaired ? MSUB_REMARK_REPAIRED : 0U) |
			    (seen->long_line ? MSUB_REMARK_LONG_LINE : 0U) |
			    (seen->nul ? MSUB_REMARK_NUL : 0U);
}
