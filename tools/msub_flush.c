/* flush: from files to mails, and from their results to states. */
#include "msub_flush.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "msub_delivery.h"
#include "msub_log.h"
#include "msub_queue.h"
#include "msub_route.h"
#include "msub_words.h"

/* Files that are open at once. */
enum { TOGETHER = 100 };

/* One mail under way. */
struct flight {
	struct queue_entry entry;
	struct mail *mail; /* one of the mails; NULL: it is not sent */
	struct flush *flush;
	struct msub_source source; /* the mail's own */
	bool settled;
};

struct flush {
	struct queue queue;
	const struct msub_options *options;
	struct mails *mails;
	struct dialogue dialogue;
	struct flight flights[TOGETHER]; /* of one route */
	size_t count;
	struct flight *reading; /* the one whose content was read last */
	bool broken;		/* a state could not be written */
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

/* "2026-11-23T19:18:03Z bob@example.net: refused: the server refused, at RCPT TO (550 nobody)" */
static char *reason_line(
	const char *address, enum queue_state state, const struct msub_failure *why)
{
	char *line = NULL, when[32];
	size_t len = 0;
	time_t now = time(NULL);
	struct tm parts;
	FILE *to = open_memstream(&line, &len);
	if (to == NULL)
		return NULL;
	if (gmtime_r(&now, &parts) != NULL &&
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ ", &parts) > 0)
		fputs(when, to);
	words_print(to, address);
	fputs(state == QUEUE_UNSURE ? ": unsure, it may have been delivered: " : ": refused: ", to);
	fprintf(to, "%s, at %s", msub_error_text(why->error), msub_phase_text(why->phase));
	if (why->reply.code != 0 || why->text[0] != 0) {
		fputs(" (", to);
		if (why->reply.code != 0)
			fprintf(to, "%d ", why->reply.code);
		words_print_lines(to, why->reply.code != 0 ? why->reply.text : why->text);
		fputc(')', to);
	}
	fputc('\n', to);
	if (fclose(to) == 0)
		return line;
	free(line);
	return NULL;
}

static void give_reason(struct flight *flight, const char *address, enum queue_state state,
	const struct msub_failure *why)
{
	char *line = reason_line(address, state, why);
	if (line == NULL || !queue_reason(&flight->flush->queue, flight->entry.id, line))
		flight->flush->broken = true;
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

/* What became of one address, which the library knows once however often it is named. */
static void settle_address(struct flight *flight, const struct msub_result *result, bool reasons)
{
	enum queue_state state = state_of(result->outcome);
	bool told = false;
	for (size_t i = 0; i < flight->entry.count; i++) {
		const struct queue_recipient *recipient = &flight->entry.recipients[i];
		if (!is_under_way(recipient) || strcmp(recipient->address, result->recipient) != 0)
			continue;
		if (!reasons)
			flight->flush->broken |= !queue_mark(&flight->entry, i, state);
		else if (!told && (state == QUEUE_FAILED || state == QUEUE_UNSURE))
			give_reason(flight, result->recipient, state, &result->why);
		told = true;
	}
}

/* Step 5. */
static void end(struct flight *flight)
{
	struct flush *flush = flight->flush;
	struct queue_entry *entry = &flight->entry;
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

/* Steps 3 to 5. */
static void settle(struct flight *flight)
{
	struct msub_result result;
	const struct msub_message *message = flight->mail->message;
	flight->settled = true;
	for (size_t i = 0; msub_message_result(message, i, &result); i++)
		settle_address(flight, &result, true);
	for (size_t i = 0; msub_message_result(message, i, &result); i++)
		settle_address(flight, &result, false);
	if (!queue_sync(&flight->entry))
		flight->flush->broken = true;
	end(flight);
}

static void settle_finished(struct flush *flush)
{
	for (size_t i = 0; i < flush->count; i++) {
		struct flight *flight = &flush->flights[i];
		if (!flight->settled && mail_was_sent(flight->mail))
			settle(flight);
	}
}

/* ---- while it is sent ---- */

static ptrdiff_t read_source(void *context, void *at, size_t len)
{
	struct flight *flight = context;
	flight->flush->reading = flight;
	return flight->source.read(flight->source.context, at, len);
}

/* It is going to be sent from its front: what was sent before was not taken. */
static int rewind_source(void *context)
{
	struct flight *flight = context;
	if (!flight->settled)
		mark_all(flight, QUEUE_ON_THE_WAY, QUEUE_WAITS);
	return flight->source.rewind(flight->source.context);
}

/* The end of a message is told before any octet of it can be written. */
static bool is_end_of_message(enum msub_spoken spoken, const char *text)
{
	size_t len = strlen(text);
	if (spoken != MSUB_SAID)
		return false;
	return strcmp(text, ".") == 0 ||
	       (strncmp(text, "BDAT ", 5) == 0 && strcmp(text + len - 4, "LAST") == 0);
}

static void listen(void *context, enum msub_spoken spoken, const char *text)
{
	struct flush *flush = context;
	if (is_end_of_message(spoken, text) && flush->reading != NULL && !flush->reading->settled)
		mark_all(flush->reading, QUEUE_WAITS, QUEUE_ON_THE_WAY);
	settle_finished(flush);
	if (flush->options->debug)
		dialogue_show(&flush->dialogue, spoken, text);
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

static bool address(struct flight *flight)
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
	bool addressed = mail_address(flight->mail, entry->sender, &waiting);
	addresses_free(&waiting);
	return addressed;
}

/* Makes a mail of a file. False: it is not to be sent, or cannot be. */
static bool board(struct flight *flight)
{
	struct flush *flush = flight->flush;
	struct stat facts;
	struct mail *mail = mails_add(flush->mails);
	const char *name = mails_keep_name(flush->mails, strdup(flight->entry.id));
	if (mail == NULL || name == NULL || fstat(flight->entry.descriptor, &facts) != 0)
		return false;
	const struct mail_part part = {.name = name,
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
		const struct msub_source source = {
			.read = read_source, .rewind = rewind_source, .context = flight};
		flight->mail->reports = mail_reports_of(account);
		flight->source = mail_source(flight->mail);
		if (address(flight) &&
			msub_message_source(flight->mail->message, &source) != MSUB_OK)
			trouble_set(&flight->mail->trouble, EX_SOFTWARE, "it cannot be read");
	}
}

static void send_together(struct flush *flush, const char *route, struct trouble *trouble)
{
	struct msub_options options = {0};
	struct delivery delivery = {0};
	struct mails together = {0};
	char *storage = NULL;
	if (!route_read(route, &options, &storage))
		trouble_set(trouble, EX_DATAERR, "a queued mail says not how it is to be sent");
	for (size_t i = 0; i < flush->count; i++) {
		struct mail **items = realloc(together.items, (together.count + 1) * sizeof *items);
		if (items == NULL)
			break;
		together.items = items;
		items[together.count++] = flush->flights[i].mail;
	}
	if (trouble->status == 0 && delivery_prepare(&delivery, &options, NULL, trouble)) {
		delivery.settings.all_or_nothing = false;
		delivery.settings.transcript = listen;
		delivery.settings.transcript_context = flush;
		address_all(flush, &delivery.account);
		delivery_send(&delivery, &together, trouble);
	}
	settle_finished(flush);
	log_mails(&together, &delivery.account, trouble);
	delivery_end(&delivery);
	free(together.items);
	free(options.settings.items);
	free(storage);
}

/* Those that did not come as far as being sent go on waiting. */
static void leave(struct flush *flush, const struct trouble *trouble)
{
	for (size_t i = 0; i < flush->count; i++) {
		struct flight *flight = &flush->flights[i];
		if (flight->settled)
			continue;
		mark_all(flight, QUEUE_ON_THE_WAY, QUEUE_WAITS);
		trouble_set(&flight->mail->trouble,
			trouble->status == 0 ? EX_TEMPFAIL : trouble->status, "%s",
			trouble->status == 0 ? "it was not sent" : trouble->text);
		queue_entry_free(&flight->entry);
	}
	flush->count = 0;
	flush->reading = NULL;
}

static void send_flights(struct flush *flush)
{
	struct trouble trouble = {0};
	char *route = flush->count == 0 ? NULL : strdup(flush->flights[0].entry.route);
	if (route != NULL)
		send_together(flush, route, &trouble);
	leave(flush, &trouble);
	free(route);
}

/* ---- all of them ---- */

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
		queue_entry_free(&flight->entry);
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

bool flush_send(const char *path, const struct msub_options *options, struct mails *mails,
	struct trouble *trouble)
{
	struct addresses ids = {0};
	struct flush *flush = calloc(1, sizeof *flush);
	if (flush == NULL)
		return trouble_set(trouble, EX_OSERR, "out of memory");
	flush->options = options;
	flush->mails = mails;
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
	queue_close(&flush->queue);
	addresses_free(&ids);
	free(flush);
	return trouble->status == 0;
}
