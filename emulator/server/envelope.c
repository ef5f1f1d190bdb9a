/* envelope: sender and recipients, copied. */
#include "envelope.h"

#include <string.h>

void envelope_begin(struct envelope *envelope, const struct memory *memory)
{
	*envelope = (struct envelope){.memory = memory};
}

static bool copy(const struct memory *memory, struct octets from, struct octets *to)
{
	uint8_t *at = memory_new(memory, from.len, 1);
	if (at == NULL)
		return false;
	if (from.len > 0)
		memcpy(at, from.at, from.len);
	*to = octets_make(at, from.len);
	return true;
}

/* The view is of memory that is ours to change: copy() made it, with at least one octet. */
static void drop(const struct memory *memory, struct octets *octets)
{
	void *own = (void *)(uintptr_t)octets->at;
	memory_free(memory, own, octets->len == 0 ? 1 : octets->len);
	*octets = octets_make(NULL, 0);
}

void envelope_clear(struct envelope *envelope)
{
	drop(envelope->memory, &envelope->sender);
	for (size_t i = 0; i < envelope->count; i++)
		drop(envelope->memory, &envelope->recipients[i]);
	memory_free(envelope->memory, envelope->recipients,
		envelope->room * sizeof *envelope->recipients);
	envelope_begin(envelope, envelope->memory);
}

bool envelope_open(struct envelope *envelope, struct octets sender)
{
	envelope_clear(envelope);
	envelope->open = copy(envelope->memory, sender, &envelope->sender);
	return envelope->open;
}

static bool make_room(struct envelope *envelope)
{
	if (envelope->count < envelope->room)
		return true;
	if (envelope->count >= ENVELOPE_MAX_RECIPIENTS)
		return false;
	size_t room = envelope->room == 0 ? 8 : envelope->room * 2;
	size_t size = sizeof *envelope->recipients;
	struct octets *more = memory_resize(
		envelope->memory, envelope->recipients, envelope->room * size, room * size);
	if (more == NULL)
		return false;
	envelope->recipients = more;
	envelope->room = room;
	return true;
}

bool envelope_add(struct envelope *envelope, struct octets recipient)
{
	if (!make_room(envelope) ||
		!copy(envelope->memory, recipient, &envelope->recipients[envelope->count]))
		return false;
	envelope->count++;
	return true;
}

bool envelope_has(const struct envelope *envelope, struct octets recipient)
{
	for (size_t i = 0; i < envelope->count; i++) {
		if (octets_equal_nocase(envelope->recipients[i], recipient))
			return true;
	}
	return false;
}
