/* keep: which recipients, and then into the queue. */
#include "msub_keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_queue.h"
#include "msub_reason.h"
#include "msub_route.h"
#include "msub_words.h"

/* Errors of the message itself: it would fail again whatever happens to the server. */
static bool is_of_the_message(enum msub_error error)
{
	static const enum msub_error errors[] = {MSUB_USE, MSUB_ADDRESS, MSUB_ADDRESS_NOT_ASCII,
		MSUB_NO_RECIPIENT, MSUB_SOURCE, MSUB_TOO_LARGE, MSUB_EIGHT_BIT, MSUB_TOO_MANY,
		MSUB_NOT_OFFERED};
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		if (errors[i] == error)
			return true;
	}
	return false;
}

static bool is_of_the_login(enum msub_phase phase)
{
	return phase == MSUB_PHASE_AUTH || phase == MSUB_PHASE_ANSWER ||
	       phase == MSUB_PHASE_STARTTLS;
}

/* A refused login is a matter of settings, which may be put right; any other 5yz is a no. */
static bool may_pass(const struct msub_result *result, bool somebody_refused)
{
	const struct msub_failure *why = &result->why;
	switch (result->outcome) {
	case MSUB_REFUSED_FOR_NOW:
		return true;
	case MSUB_NOT_TRIED:
		break;
	case MSUB_ACCEPTED:
	case MSUB_REFUSED_FOR_GOOD:
	case MSUB_MAYBE:
		return false;
	}
	if (why->error == MSUB_OTHER_REFUSED)
		return !somebody_refused;
	if (why->reply.code / 100 == 5 && !is_of_the_login(why->phase))
		return false;
	return !is_of_the_message(why->error);
}

/* Those of a mail that are to be kept; they borrow the mail's texts. False: no memory. */
static bool choose(const struct mail *mail, struct addresses *chosen)
{
	struct msub_result result;
	bool refused = msub_message_count(mail->message, MSUB_REFUSED_FOR_GOOD) > 0;
	chosen->items =
		calloc(msub_message_recipient_count(mail->message) + 1, sizeof *chosen->items);
	if (chosen->items == NULL)
		return false;
	for (size_t i = 0; msub_message_result(mail->message, i, &result); i++) {
		if (!may_pass(&result, refused))
			continue;
		chosen->items[chosen->count] = strdup(result.recipient);
		if (chosen->items[chosen->count] == NULL)
			return false;
		chosen->count++;
	}
	return true;
}

/* All that were not delivered are there: then the mail as a whole has not failed. */
static bool is_whole(const struct mail *mail, size_t kept)
{
	return kept + msub_message_count(mail->message, MSUB_ACCEPTED) ==
	       msub_message_recipient_count(mail->message);
}

/* Why the first of them waits, where it was tried. */
static void note(struct queue *queue, const struct mail *mail, const struct addresses *chosen)
{
	struct msub_result result;
	for (size_t i = 0; msub_message_result(mail->message, i, &result); i++) {
		if (result.why.error == MSUB_OK || strcmp(result.recipient, chosen->items[0]) != 0)
			continue;
		char *line = reason_make(result.recipient, QUEUE_WAITS, &result.why);
		if (line != NULL)
			queue_note(queue, mail->queued, line);
		free(line);
		return;
	}
}

static void put(struct queue *queue, struct mail *mail, const char *route)
{
	struct addresses chosen = {0};
	struct trouble trouble = {0};
	const struct queue_letter letter = {.route = route,
		.sender = mail->sender,
		.recipients = &chosen,
		.reports = mail->reports,
		.wishes = mail->wishes,
		.source = mail_source(mail)};
	char id[QUEUE_ID_MAX];
	if (!choose(mail, &chosen)) {
		trouble_set(&trouble, EX_OSERR, "out of memory");
	} else if (chosen.count > 0 && queue_store(queue, &letter, id, &trouble)) {
		snprintf(mail->queued, sizeof mail->queued, "%s", id);
		mail->queued_whole = is_whole(mail, chosen.count);
		note(queue, mail, &chosen);
	}
	addresses_free(&chosen);
	if (trouble.status == 0)
		return;
	if (!mail_was_sent(mail)) { /* then nothing else tells of it */
		trouble_set(&mail->trouble, trouble.status, "%s", trouble.text);
		return;
	}
	fputs("msub: ", stderr);
	words_print(stderr, trouble.text);
	fputs("; the mail is kept nowhere\n", stderr);
}

static bool open_queue(struct keep *keep)
{
	const char *path = account_text(keep->account, KEY_QUEUE);
	if (keep->open)
		return keep->trouble.status == 0;
	keep->open = true;
	keep->route = route_write(keep->account, keep->options);
	if (keep->route == NULL)
		trouble_set(&keep->trouble, EX_OSERR, "out of memory");
	return queue_open(&keep->queue, path, &keep->trouble) && keep->route != NULL;
}

bool keep_mail(struct keep *keep, struct mail *mail)
{
	if (account_text(keep->account, KEY_QUEUE) == NULL || mail->trouble.status != 0 ||
		mail->message == NULL)
		return true;
	if (!open_queue(keep))
		return false;
	put(&keep->queue, mail, keep->route);
	return true;
}

void keep_end(struct keep *keep)
{
	if (keep->open)
		queue_close(&keep->queue);
	free(keep->route);
	keep->route = NULL;
	keep->open = false;
}
