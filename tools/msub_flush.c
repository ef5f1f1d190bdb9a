/* flush: from files to mails, and from their results to states. */
#include "msub_flush.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "msub_delivery.h"
#include "msub_log.h"
#include "msub_queue.h"
#include "msub_reason.h"
#include "msub_route.h"

/* Files that are open at once. */
enum { TOGETHER = 100, KEEP_MS = 10 * 1000, LIFETIME_S = 5 * 24 * 60 * 60 };

/* One mail under way. */
struct flight {
	struct queue_entry entry;
	char id[QUEUE_ID_MAX]; /* the mail's name, also when the entry is closed */
	struct mail *mail;     /* one of the mails; NULL: it is not sent */
	struct flush *flush;
};

/* How the mails of one route are sent, over one network. */
struct way {
	char *route; /* NULL: none */
	char *storage;
	struct msub_options options;
	struct delivery delivery;
	struct trouble trouble; /* why nothing can be sent so */
};

struct flush {
	struct queue queue;
	const struct msub_options *options;
	struct ending *ending;
	struct mails mails;
	struct way way;
	struct flight flights[TOGETHER]; /* of one route */
	size_t count;
	bool broken; /* a state could not be written */
};

/* ---- states ---- */

static void mark_all(struct flight *flight, enum queue_state from, enum queue_state to)
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
static void settle(struct flight *flight)
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

/* The last reason is the one that is kept. */
static void note_reasons(struct flight *flight)
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
	mark_all(flight, QUEUE_WAITS, QUEUE_FAILED);
}

/* Step 5. */
static void end(struct flight *flight)
{
	struct flush *flush = flight->flush;
	struct queue_entry *entry = &flight->entry;
	if (queue_count(entry, QUEUE_WAITS) > 0)
		give_up_old(flight);
	bool aside = queue_count(entry, QUEUE_FAILED) + queue_count(entry, QUEUE_UNSURE) > 0;
	if (queue_count(entry, QUEUE_WAITS) + queue_count(entry, QUEUE_ON_THE_WAY) == 0) {
		if (!queue_end(&flush->queue, entry))
			flush->broken = true;
		else if (aside)
			fprintf(stderr, "msub: %s: it is in %s/failed now, with the reasons\n",
				entry->id, flush->queue.path);
	}
	queue_entry_free(entry);
}

/* It did not come as far as being sent, and goes on waiting. */
static void leave(struct flight *flight)
{
	const struct trouble *trouble = &flight->flush->way.trouble;
	mark_all(flight, QUEUE_ON_THE_WAY, QUEUE_WAITS);
	trouble_set(&flight->mail->trouble, trouble->status == 0 ? EX_TEMPFAIL : trouble->status,
		"%s", trouble->status == 0 ? "it was not sent" : trouble->text);
	note(flight, reason_of_trouble(flight->mail->trouble.text));
	end(flight);
}

static void take_finished(void *context, struct mail *mail)
{
	struct flush *flush = context;
	for (size_t i = 0; i < flush->count; i++) {
		struct flight *flight = &flush->flights[i];
		if (flight->mail != mail)
			continue;
		if (mail_was_sent(mail)) {
			settle(flight);
			note_reasons(flight);
			end(flight);
		} else {
			leave(flight);
		}
		flight->mail = NULL;
	}
	log_mail(mail, &flush->way.delivery.account, &flush->way.trouble);
	ending_take(flush->ending, mail);
}

/* ---- while it is sent ---- */

static struct flight *find(struct flush *flush, const struct msub_message *message)
{
	for (size_t i = 0; i < flush->count; i++) {
		struct flight *flight = &flush->flights[i];
		if (flight->mail != NULL && flight->mail->message == message)
			return flight;
	}
	return NULL;
}

/* Step 2, for those whom this end may reach. */
static void take_end(void *context, const struct msub_message *message)
{
	struct flight *flight = find(context, message);
	struct msub_result result;
	bool written = flight != NULL;
	for (size_t i = 0; flight != NULL && i < flight->entry.count; i++) {
		if (look(flight, i, &result) && result.leaving)
			written = queue_mark(&flight->entry, i, QUEUE_ON_THE_WAY) && written;
	}
	if (!written || !queue_sync(&flight->entry))
		((struct flush *)context)->broken = true;
}

static void take_settled(void *context, const struct msub_message *message)
{
	struct flight *flight = find(context, message);
	if (flight != NULL)
		settle(flight);
}

/* ---- one route ---- */

/* Somebody was stopped while this was sent. */
static void doubt(struct flight *flight)
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
	mark_all(flight, QUEUE_ON_THE_WAY, QUEUE_UNSURE);
}

/* The message names each address once, in the order of the file. */
static void number(struct flight *flight)
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

static void address(struct flight *flight)
{
	struct addresses waiting = {0};
	struct queue_entry *entry = &flight->entry;
	waiting.items = calloc(entry->count, sizeof *waiting.items);
	for (size_t i = 0; waiting.items != NULL && i < entry->count; i++) {
		char *copy = entry->recipients[i].state == QUEUE_WAITS
				     ? strdup(entry->recipients[i].address)
				     : NULL;
		if (copy != NULL)
			waiting.items[waiting.count++] = copy;
	}
	if (mail_address(flight->mail, entry->sender, &waiting))
		number(flight);
	addresses_free(&waiting);
}

/* Makes a mail of a file. False: it is not to be sent, or cannot be. */
static bool board(struct flight *flight)
{
	struct flush *flush = flight->flush;
	struct stat facts;
	struct mail *mail = mails_add(&flush->mails);
	if (mail == NULL)
		return false;
	memcpy(flight->id, flight->entry.id, sizeof flight->id);
	mail->name = flight->id;
	if (fstat(flight->entry.descriptor, &facts) != 0)
		return trouble_set(&mail->trouble, EX_IOERR, "it cannot be read");
	const struct mail_part part = {.name = flight->id,
		.descriptor = flight->entry.descriptor,
		.facts = &facts,
		.start = flight->entry.start,
		.end = facts.st_size};
	flight->mail = mail;
	return mail_open_part(mail, &part, MAIL_AS_IT_IS);
}

/* Those that cannot be addressed have their trouble, and are not sent. */
static void address_all(struct flush *flush, const struct account *account)
{
	for (size_t i = 0; i < flush->count; i++) {
		struct flight *flight = &flush->flights[i];
		flight->mail->reports =
			flight->entry.asks ? flight->entry.reports : mail_reports_of(account);
		flight->mail->wishes = &flight->entry.wishes;
		address(flight);
	}
}

static void end_way(struct way *way)
{
	delivery_end(&way->delivery);
	free(way->options.settings.items);
	free(way->storage);
	free(way->route);
	*way = (struct way){0};
}

/* What the command line says of all routes. */
static void override(struct flush *flush)
{
	const struct msub_options *options = flush->options;
	struct way *way = &flush->way;
	struct msub_settings *settings = &way->delivery.settings;
	for (size_t i = 0; i < options->settings.count; i++) {
		const struct option_setting *setting = &options->settings.items[i];
		if (setting->number == KEY_CONNECTIONS)
			settings->connections = (unsigned int)strtoul(setting->value, NULL, 10);
	}
	settings->all_or_nothing = false;
	/* behind DATA the replies to RCPT are known before the end leaves: fewer are unsure */
	settings->chunking = MSUB_CHUNKING_NEVER;
	settings->before_end = take_end;
	settings->settled = take_settled;
	settings->before_end_context = settings->settled_context = flush;
	settings->keep_ms = KEEP_MS;
	way->delivery.options = options;
	if (options->debug) {
		settings->transcript = dialogue_show;
		settings->transcript_context = &way->delivery.dialogue;
	}
}

static void begin_way(struct flush *flush, const char *route)
{
	struct way *way = &flush->way;
	if (way->route != NULL && strcmp(way->route, route) == 0)
		return;
	end_way(way);
	way->route = strdup(route);
	if (way->route == NULL || !route_read(route, &way->options, &way->storage))
		trouble_set(
			&way->trouble, EX_DATAERR, "a queued mail says not how it is to be sent");
	if (way->trouble.status == 0 &&
		delivery_prepare(&way->delivery, &way->options, NULL, &way->trouble))
		override(flush);
}

/* All that are together; those whose route fails go on waiting. */
static void send_flights(struct flush *flush)
{
	const struct delivery_taker taker = {flush, take_finished};
	struct way *way = &flush->way;
	if (flush->count == 0)
		return;
	begin_way(flush, flush->flights[0].entry.route);
	flush->ending->progress = &way->delivery.progress;
	if (way->trouble.status == 0) {
		address_all(flush, &way->delivery.account);
		delivery_send(&way->delivery, &flush->mails, &taker, &way->trouble);
	}
	delivery_skip(&flush->mails, &taker);
	flush->ending->progress = NULL;
	flush->count = 0;
}

/* ---- all of them ---- */

/* Its file is no mail that can be read: that is told, and it goes on waiting. */
static void turn_away(struct flight *flight)
{
	struct mails *mails = &flight->flush->mails;
	queue_entry_free(&flight->entry);
	if (mails->count == flight->flush->count)
		return;
	struct mail *mail = mails->items[mails->count - 1];
	ending_take(flight->flush->ending, mail);
	mails_drop(mails, mail);
}

/* One that can be read and whose route is the one of those that are together. */
static bool take(struct flush *flush, const char *id, struct trouble *trouble)
{
	struct flight *flight = &flush->flights[flush->count];
	*flight = (struct flight){.flush = flush, .entry = {.descriptor = -1}};
	if (!queue_read(&flush->queue, false, id, &flight->entry, trouble))
		return false;
	if (flush->count > 0 && strcmp(flight->entry.route, flush->flights[0].entry.route) != 0) {
		queue_entry_free(&flight->entry);
		return false;
	}
	doubt(flight);
	if (queue_count(&flight->entry, QUEUE_WAITS) == 0)
		end(flight);
	else if (board(flight))
		flush->count++;
	else
		turn_away(flight);
	return true;
}

/* What is no mail is put away, so that it does not stop the others for ever. */
static void put_aside(struct flush *flush, const char *id, const struct trouble *trouble)
{
	if (trouble->status != EX_DATAERR)
		return;
	fprintf(stderr, "msub: %s; it is in %s/failed now\n", trouble->text, flush->queue.path);
	if (!queue_put_aside(&flush->queue, id))
		flush->broken = true;
}

/* The oldest that was not taken yet, and all that can go with it. */
static void send_all(struct flush *flush, struct addresses *ids)
{
	for (size_t first = 0; first < ids->count; first++) {
		for (size_t i = first; i < ids->count && flush->count < TOGETHER; i++) {
			struct trouble trouble = {0};
			if (ids->items[i] == NULL)
				continue;
			bool taken = take(flush, ids->items[i], &trouble);
			put_aside(flush, ids->items[i], &trouble);
			if (!taken && trouble.status == 0 && flush->count > 0)
				continue;
			free(ids->items[i]);
			ids->items[i] = NULL;
		}
		send_flights(flush);
	}
}

bool flush_send(const char *path, const struct msub_options *options, struct ending *ending,
	struct trouble *trouble)
{
	struct addresses ids = {0};
	struct flush *flush = calloc(1, sizeof *flush);
	if (flush == NULL)
		return trouble_set(trouble, EX_OSERR, "out of memory");
	flush->options = options;
	flush->ending = ending;
	flush->mails.options = options;
	if (queue_open(&flush->queue, path, trouble)) {
		if (!queue_lock(&flush->queue)) {
			fprintf(stderr, "msub: another msub is sending what is in %s\n", path);
		} else if (!queue_list(&flush->queue, false, &ids)) {
			trouble_set(trouble, EX_IOERR, "the queue %s cannot be read", path);
		} else {
			queue_clean(&flush->queue);
			send_all(flush, &ids);
		}
	}
	if (flush->broken)
		trouble_set(trouble, EX_IOERR,
			"the queue %s cannot be written; see whether there is room, and whether it is "
			"yours",
			path);
	end_way(&flush->way);
	mails_close(&flush->mails);
	queue_close(&flush->queue);
	addresses_free(&ids);
	free(flush);
	return trouble->status == 0;
}
