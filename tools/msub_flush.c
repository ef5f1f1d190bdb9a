/* flush: from files to mails, and from their results to states. */
#include "msub_flush.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "msub_flight.h"
#include "msub_log.h"
#include "msub_reason.h"
#include "msub_route.h"
#include "msub_status.h"

/* Nothing that may change elsewhere would help it. */
static bool is_hopeless(const struct mail *mail)
{
	return mail->trouble.status == EX_DATAERR || mail->trouble.status == EX_USAGE;
}

static void take_finished(void *context, struct mail *mail)
{
	struct flush *flush = context;
	for (size_t i = 0; i < flush->count; i++) {
		struct flight *flight = &flush->flights[i];
		if (flight->mail != mail)
			continue;
		if (mail_was_sent(mail)) {
			flight_settle(flight);
			flight_note(flight);
			flight_end(flight);
		} else {
			flight_leave(flight, flush->way.wrong || is_hopeless(mail));
		}
		flight->mail = NULL;
	}
	log_mail(&flush->ending->log, mail, &flush->way.delivery.account, &flush->way.trouble);
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
	struct flush *flush = context;
	struct flight *flight = find(flush, message);
	if (flight == NULL)
		flush->broken = true;
	else
		flight_goes(flight);
}

static void take_settled(void *context, const struct msub_message *message)
{
	struct flight *flight = find(context, message);
	if (flight != NULL)
		flight_settle(flight);
}

/* ---- one route ---- */

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
		flight_number(flight);
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
	errno = 0;
	bool understood = way->route != NULL && route_read(route, &way->options, &way->storage);
	way->wrong = !understood && errno != ENOMEM;
	if (way->wrong)
		trouble_set(
			&way->trouble, EX_DATAERR, "a queued mail says not how it is to be sent");
	else if (!understood)
		trouble_set(&way->trouble, EX_OSERR, "out of memory");
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

/* Its file cannot be read now. */
static void turn_away(struct flight *flight)
{
	struct mails *mails = &flight->flush->mails;
	if (mails->count == flight->flush->count) {
		queue_entry_free(&flight->entry);
		return;
	}
	struct mail *mail = mails->items[mails->count - 1];
	flight->mail = mail;
	flight_leave(flight, is_hopeless(mail));
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
	flight_doubt(flight);
	if (queue_count(&flight->entry, QUEUE_WAITS) == 0)
		flight_end(flight);
	else if (board(flight))
		flush->count++;
	else
		turn_away(flight);
	return true;
}

/* What is no mail is put away, so that it does not stop the others for ever. */
static void put_aside(struct flush *flush, const char *id, const struct trouble *trouble)
{
	if (trouble->status == 0)
		return;
	flush->failed = status_worse(flush->failed, trouble->status);
	if (trouble->status != EX_DATAERR) {
		fprintf(stderr, "msub: %s\n", trouble->text);
		return;
	}
	char *line = reason_of_trouble(trouble->text);
	fprintf(stderr, "msub: %s; it is in %s/failed now\n", trouble->text, flush->queue.path);
	if (line == NULL || !queue_reason(&flush->queue, id, line) ||
		!queue_put_aside(&flush->queue, id))
		flush->broken = true;
	free(line);
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

/* Those of the command line that hold for all routes are read later. */
static bool check_settings(const struct option_settings *settings, struct trouble *trouble)
{
	char why[256];
	for (size_t i = 0; i < settings->count; i++) {
		enum key key = (enum key)settings->items[i].number;
		if (!keys_check(key, settings->items[i].value, why, sizeof why))
			return trouble_set(trouble, EX_USAGE, "--%s %s", keys[key].option, why);
	}
	return true;
}

bool flush_send(const char *path, const struct msub_options *options, struct ending *ending,
	struct trouble *trouble)
{
	struct addresses ids = {0};
	if (!check_settings(&options->settings, trouble))
		return false;
	struct flush *flush = calloc(1, sizeof *flush);
	if (flush == NULL)
		return trouble_set(trouble, EX_OSERR, "out of memory");
	flush->options = options;
	flush->ending = ending;
	flush->mails.options = options;
	if (queue_open(&flush->queue, path, trouble)) {
		if (!queue_lock(&flush->queue, trouble)) {
			if (trouble->status == 0)
				fprintf(stderr, "msub: another msub is sending what is in %s\n",
					path);
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
	ending->status = status_worse(ending->status, flush->failed);
	end_way(&flush->way);
	mails_close(&flush->mails);
	queue_close(&flush->queue);
	addresses_free(&ids);
	free(flush);
	return trouble->status == 0;
}
