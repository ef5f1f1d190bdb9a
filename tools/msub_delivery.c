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

/* A call that did not get as far as sending: one trouble for all. */
static void take_failure(const struct delivery *delivery, const struct mails *mails,
	const struct msub_failure *failure, struct trouble *trouble)
{
	struct msub_result result = {.why = *failure};
	bool trust =
		failure->error == MSUB_SETTINGS && strncmp(failure->text, "trust_file", 10) == 0;
	const char *text = trust ? failure->text + 10 : failure->text;
	for (size_t i = 0; i < mails->count; i++) {
		if (mails->items[i]->trouble.status == 0 && !mail_was_sent(mails->items[i]))
			trouble_set(trouble, status_of(&result, delivery->settings.user != NULL),
				"%s%s%s; %s",
				trust ? "--tls-trust-file" : msub_error_text(failure->error),
				trust || text[0] == 0 ? "" : ": ", text,
				trust ? "name a file of certificates (PEM)"
				      : status_advice_on(failure->error));
	}
}

/* Those that can be sent; *count says how many. NULL: no memory. */
static struct msub_message **list_messages(const struct mails *mails, size_t *count)
{
	struct msub_message **messages = calloc(mails->count + 1, sizeof *messages);
	*count = 0;
	for (size_t i = 0; messages != NULL && i < mails->count; i++) {
		if (mails->items[i]->trouble.status == 0)
			messages[(*count)++] = mails->items[i]->message;
	}
	return messages;
}

void delivery_send(struct delivery *delivery, const struct mails *mails, struct trouble *trouble)
{
	struct msub_failure failure;
	size_t count;
	struct msub_message **messages = list_messages(mails, &count);
	if (messages == NULL) {
		trouble_set(trouble, EX_OSERR, "out of memory");
		return;
	}
	if (count > 0 && get_password(delivery, trouble)) {
		/* From here on a lost reader of stdout or a lost server is an error, not an end. */
		signal(SIGPIPE, SIG_IGN);
		progress_begin(&delivery->progress, mails,
			delivery->options->quiet || delivery->options->debug);
		delivery->settings.progress = progress_show;
		delivery->settings.progress_context = &delivery->progress;
		enum msub_error error = msub_submit(&delivery->settings, messages, count, &failure);
		progress_end(&delivery->progress);
		if (error != MSUB_OK)
			take_failure(delivery, mails, &failure, trouble);
	}
	free(messages);
}

void delivery_end(struct delivery *delivery)
{
	secret_wipe(&delivery->secret);
	account_free(&delivery->account);
	delivery->has_secret = false;
}
