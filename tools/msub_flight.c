/* flight: states, reasons, and the end of each mail. */
#include "msub_flight.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "msub_reason.h"
#include "msub_status.h"

enum { LIFETIME_S = 5 * 24 * 60 * 60 };

void flight_mark_all(struct flight *flight, enum queue_state from, enum queue_state to)
{
	bool written = true, changed = false;
	for (size_t i = 0; i < flight->entry.count; i++) {
		if (flight->entry.recipients[i].state != (char)from)
			continue;
		changed = true;
		written = queue_mark(&flight->entry, i, to) && written;
	}
	if (changed && !(queue_sync(&flight->entry) && written))
		flight->flush->broken = true;
}

static void give_reason(struct flight *flight, const char *address, enum queue_state state,
	const struct msub_failure *why)
{
	char *line = reason_make(address, state, why);
	if (line == NULL || !queue_reason(&flight->flush->queue, flight->entry.id, line))
		flight->flush->broken = true;
	free(line);
}

/* Why it still waits. */
static void note(struct flight *flight, char *line)
{
	if (line != NULL)
		queue_note(&flight->flush->queue, flight->entry.id, line);
	free(line);
}

static enum queue_state state_of(enum msub_outcome outcome)
{
	switch (outcome) {
	case MSUB_ACCEPTED:
		return QUEUE_DELIVERED;
	case MSUB_REFUSED_FOR_GOOD:
		return QUEUE_FAILED;
	case MSUB_MAYBE:
		return QUEUE_UNSURE;
	case MSUB_NOT_TRIED:
	case MSUB_REFUSED_FOR_NOW:
		break;
	}
	return QUEUE_WAITS;
}

static bool is_under_way(const struct queue_recipient *recipient)
{
	return recipient->state == QUEUE_WAITS || recipient->state == QUEUE_ON_THE_WAY;
}

/* What has become of one of the file's recipients; false: nothing is known. */
static bool look(const struct flight *flight, size_t index, struct msub_result *result)
{
	const struct queue_recipient *recipient = &flight->entry.recipients[index];
	return is_under_way(recipient) &&
	       msub_message_result(flight->mail->message, recipient->number, result);
}

/* Step 3. */
static void give_reasons(struct flight *flight)
{
	for (size_t i = 0; i < flight->entry.count; i++) {
		struct msub_result result;
		if (flight->entry.recipients[i].repeated || !look(flight, i, &result) ||
			!result.final)
			continue;
		enum queue_state state = state_of(result.outcome);
		if (state == QUEUE_FAILED || state == QUEUE_UNSURE)
			give_reason(flight, result.recipient, state, &result.why);
	}
}

/* Step 4: those who will be tried again wait again, where their end was on the way. */
void flight_settle(struct flight *flight)
{
	bool written = true, changed = false;
	give_reasons(flight);
	for (size_t i = 0; i < flight->entry.count; i++) {
		struct msub_result result;
		const struct queue_recipient *recipient = &flight->entry.recipients[i];
		if (!look(flight, i, &result) || result.leaving)
			continue;
		enum queue_state state = result.final ? state_of(result.outcome) : QUEUE_WAITS;
		changed = changed || recipient->state != (char)state;
		written = queue_mark(&flight->entry, i, state) && written;
	}
	if (changed && !(queue_sync(&flight->entry) && written))
		flight->flush->broken = true;
}

void flight_note(struct flight *flight)
{
	struct msub_result result;
	for (size_t i = flight->entry.count; i-- > 0;) {
		if (!look(flight, i, &result) || result.why.error == MSUB_OK)
			continue;
		note(flight, reason_make(result.recipient, QUEUE_WAITS, &result.why));
		return;
	}
}

/* Seconds that a mail may wait; 0: for ever. What the command line says counts first. */
static uint64_t lifetime_s(const struct flush *flush)
{
	const char *text = account_text(&flush->way.delivery.account, KEY_QUEUE_LIFETIME);
	const struct option_settings *settings = &flush->options->settings;
	uint64_t lifetime_ms = 0;
	for (size_t i = 0; i < settings->count; i++) {
		if (settings->items[i].number == KEY_QUEUE_LIFETIME)
			text = settings->items[i].value;
	}
	if (text == NULL || !options_time(text, &lifetime_ms))
		return LIFETIME_S;
	return (lifetime_ms + 999) / 1000;
}

/* Whoever still waits after so long has failed, with the last reason. */
static void give_up_old(struct flight *flight)
{
	struct flush *flush = flight->flush;
	struct queue_entry *entry = &flight->entry;
	char last[REASON_MAX];
	uint64_t lifetime = lifetime_s(flush), since = strtoull(entry->id, NULL, 10);
	if (lifetime == 0 || (uint64_t)time(NULL) < since + lifetime)
		return;
	queue_noted(&flush->queue, entry->id, last, sizeof last);
	for (size_t i = 0; i < entry->count; i++) {
		if (entry->recipients[i].state != QUEUE_WAITS)
			continue;
		char *line = reason_too_old(entry->recipients[i].address, last);
		if (line == NULL || !queue_reason(&flush->queue, entry->id, line))
			flush->broken = true;
		free(line);
	}
	flight_mark_all(flight, QUEUE_WAITS, QUEUE_FAILED);
}

void flight_end(struct flight *flight)
{
	struct flush *flush = flight->flush;
	struct queue_entry *entry = &flight->entry;
	if (queue_count(entry, QUEUE_WAITS) > 0)
		give_up_old(flight);
	bool aside = queue_count(entry, QUEUE_FAILED) + queue_count(entry, QUEUE_UNSURE) > 0;
	if (queue_count(entry, QUEUE_WAITS) + queue_count(entry, QUEUE_ON_THE_WAY) == 0) {
		if (aside)
			flush->failed = status_worse(flush->failed,
				queue_count(entry, QUEUE_UNSURE) > 0 ? EX_SOFTWARE
								     : EX_UNAVAILABLE);
		if (!queue_end(&flush->queue, entry))
			flush->broken = true;
		else if (aside)
			fprintf(stderr, "msub: %s: it is in %s/failed now, with the reasons\n",
				entry->id, flush->queue.path);
	}
	queue_entry_free(entry);
}

/* Nobody will try it again, and the reason is the same for all its recipients. */
static void give_up(struct flight *flight, char *line)
{
	if (line == NULL || !queue_reason(&flight->flush->queue, flight->entry.id, line))
		flight->flush->broken = true;
	free(line);
	flight_mark_all(flight, QUEUE_WAITS, QUEUE_FAILED);
}

void flight_leave(struct flight *flight, bool hopeless)
{
	const struct trouble *trouble = &flight->flush->way.trouble;
	flight_mark_all(flight, QUEUE_ON_THE_WAY, QUEUE_WAITS);
	trouble_set(&flight->mail->trouble, trouble->status == 0 ? EX_TEMPFAIL : trouble->status,
		"%s", trouble->status == 0 ? "it was not sent" : trouble->text);
	char *line = reason_of_trouble(flight->mail->trouble.text);
	if (hopeless)
		give_up(flight, line);
	else
		note(flight, line);
	flight_end(flight);
}

/* The message names each address once, in the order of the file. */
void flight_number(struct flight *flight)
{
	struct queue_recipient *recipients = flight->entry.recipients;
	struct msub_result result;
	size_t next = 0;
	for (size_t i = 0; i < flight->entry.count; i++) {
		struct queue_recipient *recipient = &recipients[i];
		recipient->number = SIZE_MAX;
		if (!is_under_way(recipient))
			continue;
		if (msub_message_result(flight->mail->message, next, &result) &&
			strcmp(result.recipient, recipient->address) == 0) {
			recipient->number = next++;
			continue;
		}
		for (size_t j = 0; j < i && !recipient->repeated; j++) {
			if (recipients[j].number == SIZE_MAX ||
				strcmp(recipients[j].address, recipient->address) != 0)
				continue;
			recipient->repeated = true;
			recipient->number = recipients[j].number;
		}
	}
}

void flight_goes(struct flight *flight)
{
	struct msub_result result;
	bool written = true;
	for (size_t i = 0; i < flight->entry.count; i++) {
		if (look(flight, i, &result) && result.leaving)
			written = queue_mark(&flight->entry, i, QUEUE_ON_THE_WAY) && written;
	}
	if (!written || !queue_sync(&flight->entry))
		flight->flush->broken = true;
}

void flight_doubt(struct flight *flight)
{
	static const struct msub_failure why = {.error = MSUB_LOST,
		.phase = MSUB_PHASE_BODY,
		.reply = {.text = ""},
		.text = "msub was stopped while it was sent"};
	for (size_t i = 0; i < flight->entry.count; i++) {
		if (flight->entry.recipients[i].state == QUEUE_ON_THE_WAY)
			give_reason(
				flight, flight->entry.recipients[i].address, QUEUE_UNSURE, &why);
	}
	flight_mark_all(flight, QUEUE_ON_THE_WAY, QUEUE_UNSURE);
}
