/* delivery: from mails to one call of the library. */
#include "msub_delivery.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_choice.h"
#include "msub_password.h"
#include "msub_settings.h"
#include "msub_status.h"

bool delivery_prepare(struct delivery *delivery, const struct msub_options *options,
	const char *sender, struct trouble *trouble)
{
	delivery->options = options;
	if (!choice_make(&delivery->account, options, sender, trouble) ||
		!settings_make(&delivery->settings, &delivery->account, trouble))
		return false;
	if (options->debug) {
		delivery->settings.transcript = dialogue_show;
		delivery->settings.transcript_context = &delivery->dialogue;
	}
	return true;
}

static bool get_password(struct delivery *delivery, struct trouble *trouble)
{
	if (delivery->settings.user == NULL || delivery->has_secret ||
		settings_needs_no_password(&delivery->settings))
		return true;
	delivery->settings.password = delivery->secret.text;
	delivery->has_secret = password_get(&delivery->secret, &delivery->account, trouble) &&
			       settings_check(&delivery->settings, trouble);
	return delivery->has_secret;
}

/* It did not get as far as sending: one trouble for all. A setting that cannot be used stands in
 * front of the words, as the library calls it: "priority: ...". */
static bool fail(const struct delivery *delivery, enum msub_error error, const char *text,
	struct trouble *trouble)
{
	struct msub_result result = {.why = {.error = error, .text = ""}};
	int status = status_of(&result, settings_logs_in(&delivery->settings));
	size_t len = strcspn(text, ": ");
	const char *option = error == MSUB_SETTINGS ? settings_option(text, len) : NULL;
	if (option != NULL)
		return trouble_set(trouble, status, "%s%s; see msub(1)", option, text + len);
	return trouble_set(trouble, status, "%s%s%s; %s", msub_error_text(error),
		text[0] == 0 ? "" : ": ", text, status_advice_on(error));
}

/* ---- mails under way ---- */

/* Enough that every connection has one at hand, while others are being told of. */
static size_t window(const struct delivery *delivery)
{
	return 32 + 8 * (size_t)delivery->settings.connections;
}

static struct mail *find(const struct delivery *delivery, const struct msub_message *message)
{
	for (size_t i = 0; i < delivery->seen; i++) {
		if (delivery->mails->items[i]->message == message)
			return delivery->mails->items[i];
	}
	return NULL;
}

/* The mail goes. */
static void finish(struct delivery *delivery, struct mail *mail)
{
	delivery->taker->finished(delivery->taker->context, mail);
	mails_drop(delivery->mails, mail);
}

/* Gives the library those that were opened and can be sent. */
static void hand_over(struct delivery *delivery)
{
	struct mails *mails = delivery->mails;
	for (; delivery->seen < mails->count; delivery->seen++) {
		struct mail *mail = mails->items[delivery->seen];
		if (mail->trouble.status != 0)
			continue;
		if (msub_sender_add(delivery->sender, mail->message) == MSUB_OK)
			mail->number = ++delivery->sent;
		else
			trouble_set(&mail->trouble, EX_OSERR, "out of memory");
	}
}

/* Those that cannot be sent are told of in their turn. */
static void finish_front(struct delivery *delivery)
{
	struct mails *mails = delivery->mails;
	for (; mails->count > 0 && mails->items[0]->number == 0; delivery->seen--)
		finish(delivery, mails->items[0]);
}

static void fill(struct delivery *delivery)
{
	do {
		hand_over(delivery);
		finish_front(delivery);
	} while (delivery->mails->count < window(delivery) && mails_more(delivery->mails));
}

static void take_finished(void *context, struct msub_message *message)
{
	struct delivery *delivery = context;
	struct mail *mail = find(delivery, message);
	if (mail == NULL)
		return;
	delivery->seen--;
	finish(delivery, mail);
	fill(delivery);
}

static void take_progress(
	void *context, const struct msub_message *message, uint64_t sent, uint64_t size)
{
	struct delivery *delivery = context;
	struct mail *mail = delivery->progress.mails == NULL ? NULL : find(delivery, message);
	if (mail != NULL)
		progress_show(&delivery->progress, mail, sent, size);
}

/* ---- the library ---- */

static void close_network(struct delivery *delivery)
{
	msub_sender_free(delivery->sender);
	msub_network_free(delivery->network);
	delivery->sender = NULL;
	delivery->network = NULL;
}

/* The run without a mail opens what the connections are made with. */
static bool open_network(struct delivery *delivery, struct trouble *trouble)
{
	struct msub_settings *settings = &delivery->settings;
	struct msub_failure failure = {.text = ""};
	if (delivery->network != NULL)
		return true;
	if (!get_password(delivery, trouble))
		return false;
	/* From here on a lost reader of stdout or a lost server is an error, not an end. */
	signal(SIGPIPE, SIG_IGN);
	settings->progress = take_progress;
	settings->finished = take_finished;
	settings->progress_context = settings->finished_context = delivery;
	enum msub_error error = msub_network_new(&delivery->network, settings);
	if (error == MSUB_OK)
		error = msub_sender_new(&delivery->sender, settings);
	if (error == MSUB_OK)
		error = msub_network_run(delivery->network, delivery->sender, &failure);
	if (error == MSUB_OK)
		return true;
	fail(delivery, error, failure.text, trouble);
	close_network(delivery);
	return false;
}

/* Opens up to the first that can be sent; false: there is none. */
static bool find_first(struct delivery *delivery)
{
	struct mails *mails = delivery->mails;
	while (mails->count > 0 || mails_more(mails)) {
		if (mails->items[0]->trouble.status == 0)
			return true;
		finish(delivery, mails->items[0]);
	}
	return false;
}

static void run(struct delivery *delivery)
{
	fill(delivery);
	progress_begin(&delivery->progress, delivery->mails,
		delivery->options->quiet || delivery->options->debug);
	msub_network_run(delivery->network, delivery->sender, NULL);
	if (!msub_sender_is_finished(delivery->sender)) /* no mail goes that is borrowed */
		close_network(delivery);
	progress_end(&delivery->progress);
}

void delivery_skip(struct mails *mails, const struct delivery_taker *taker)
{
	do {
		while (mails->count > 0) {
			taker->finished(taker->context, mails->items[0]);
			mails_drop(mails, mails->items[0]);
		}
	} while (mails_more(mails));
}

void delivery_send(struct delivery *delivery, struct mails *mails,
	const struct delivery_taker *taker, struct trouble *trouble)
{
	delivery->mails = mails;
	delivery->taker = taker;
	delivery->seen = 0;
	if (find_first(delivery) && open_network(delivery, trouble))
		run(delivery);
	delivery_skip(mails, taker);
	if (mails->lacks_memory)
		trouble_set(trouble, EX_OSERR, "out of memory: not all mails were opened");
}

void delivery_end(struct delivery *delivery)
{
	close_network(delivery);
	secret_wipe(&delivery->secret);
	account_free(&delivery->account);
	delivery->has_secret = false;
}
