/* exchange: the part of a dialogue that decided. */
#include "exchange.h"

#include "records.h"

static bool is_said_by_client(const json_t *event)
{
	return record_is(event, "mark", "->");
}

/* The last event that says these words; else the last error reply; else how it ended. */
static size_t find_decision(const json_t *dialogue, const char *reply)
{
	size_t count = json_array_size(dialogue), error = count, end = count;
	for (size_t i = count; i-- > 0;) {
		const json_t *event = json_array_get(dialogue, i);
		if (reply[0] != 0 && record_is(event, "text", reply))
			return i;
		if (error == count && record_is(event, "mark", "<**"))
			error = i;
		if (end == count && !is_said_by_client(event))
			end = i;
	}
	return reply[0] != 0 && error < count ? error : end;
}

void exchange_find(struct exchange *exchange, const json_t *dialogue, const char *reply)
{
	size_t decision = find_decision(dialogue, reply), kept = 0;
	*exchange = (struct exchange){.came = json_array_get(dialogue, decision)};
	for (size_t i = decision; i-- > 0 && kept < EXCHANGE_COMMANDS;) {
		if (is_said_by_client(json_array_get(dialogue, i)))
			exchange->sent[EXCHANGE_COMMANDS - ++kept] = json_array_get(dialogue, i);
	}
	for (size_t i = 0; i < kept; i++)
		exchange->sent[i] = exchange->sent[EXCHANGE_COMMANDS - kept + i];
	exchange->sent_count = kept;
}

const json_t *exchange_aspect(const json_t *client)
{
	const json_t *aspects = record_part(client, "aspects");
	for (size_t i = 0; i < json_array_size(aspects); i++) {
		if (record_is(json_array_get(aspects, i), "result", "failed"))
			return json_array_get(aspects, i);
	}
	return NULL;
}
