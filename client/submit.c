/* submit: the blocking call, a network and a sender for one run. */
#include "msub.h"

#include "destination.h"
#include "message.h"
#include "network.h"

#include <string.h>

/* One call's belongings. */
struct submission {
	const struct msub_settings *settings;
	struct msub_network *network;
	struct msub_sender *sender;
	struct msub_failure failure; /* of the call itself; its text is constant */
};

static bool fail(struct submission *submission, enum msub_error error, const char *text)
{
	submission->failure = (struct msub_failure){.error = error,
		.phase = MSUB_PHASE_CONNECT,
		.retry = MSUB_RETRY_NEVER,
		.reply = {.text = ""},
		.text = text};
	return false;
}

static bool check_call(
	struct submission *submission, struct msub_message *const *messages, size_t count)
{
	const char *which = "";
	if (messages == NULL && count > 0)
		return fail(submission, MSUB_USE, "");
	if (msub_settings_check(submission->settings, &which) != MSUB_OK)
		return fail(submission, MSUB_SETTINGS, which);
	if (!destination_is_there(submission->settings, &which))
		return fail(submission, MSUB_SETTINGS, which);
	return true;
}

/* Why it cannot be opened is lent by the first message. */
static bool open_network(
	struct submission *submission, struct msub_message *const *messages, size_t count)
{
	struct sentence why;
	enum msub_error error = msub_network_new(&submission->network, submission->settings);
	if (error != MSUB_OK)
		return fail(submission, error, "");
	if (network_open(submission->network, &why))
		return true;
	if (why.text[0] == 0)
		return fail(submission, MSUB_MEMORY, "");
	return fail(
		submission, MSUB_SETTINGS, count == 0 ? "" : message_keep(messages[0], why.text));
}

/* Everything that can be refused is refused before the first octet is sent. */
static bool fill_sender(
	struct submission *submission, struct msub_message *const *messages, size_t count)
{
	enum msub_error error = msub_sender_new(&submission->sender, submission->settings);
	for (size_t i = 0; error == MSUB_OK && i < count; i++)
		error = msub_sender_add(submission->sender, messages[i]);
	return error == MSUB_OK || fail(submission, error, "");
}

/* The first message that did not reach everybody; what ended the run, where that was memory. */
static void run(struct submission *submission, struct msub_message *const *messages, size_t count)
{
	enum msub_error error = msub_network_run(submission->network, submission->sender, NULL);
	for (size_t i = 0; i < count && submission->failure.error == MSUB_OK; i++)
		msub_message_failure(messages[i], &submission->failure);
	if (error == MSUB_MEMORY)
		submission->failure.error = error;
}

enum msub_error msub_submit(const struct msub_settings *settings,
	struct msub_message *const *messages, size_t count, struct msub_failure *failure)
{
	struct submission submission = {
		.settings = settings,
		.failure = {.reply = {.text = ""}, .text = ""},
	};
	if (check_call(&submission, messages, count) &&
		open_network(&submission, messages, count) &&
		fill_sender(&submission, messages, count))
		run(&submission, messages, count);
	msub_sender_free(submission.sender);
	msub_network_free(submission.network);
	if (failure != NULL)
		*failure = submission.failure;
	return submission.failure.error;
}
