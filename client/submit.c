/* submit: the blocking call, where the sender meets the network. */
#include "msub.h"

#include "clock.h"
#include "destination.h"
#include "drive.h"
#include "sender.h"
#include "trust.h"

/* One call's belongings. */
struct submission {
	const struct msub_settings *settings;
	struct memory memory;
	struct trust trust;
	struct msub_sender *sender;
	struct msub_failure failure; /* of the call itself; its text is constant */
	bool no_memory;		     /* for a connection */
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

static bool check_settings(struct submission *submission)
{
	const char *which = "";
	if (msub_settings_check(submission->settings, &which) != MSUB_OK)
		return fail(submission, MSUB_SETTINGS, which);
	if (!destination_is_there(submission->settings, &which))
		return fail(submission, MSUB_SETTINGS, which);
	return true;
}

/* The certificates, loaded once for all connections of the call. */
static bool load_trust(struct submission *submission)
{
	struct sentence why;
	if (trust_open(&submission->trust, &submission->memory, submission->settings, &why))
		return true;
	return fail(submission, MSUB_SETTINGS,
		submission->settings->trust_file != NULL
			? "trust_file: it cannot be read, or holds no certificate"
			: "trust_file: the system has no certificates that could be trusted");
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

/* To the public layer 0 means "without end", to the driver "as you like". */
static uint64_t patience_of(uint64_t timeout_ms)
{
	return timeout_ms == 0 ? PLAYER_NEVER : timeout_ms;
}

static void run(struct submission *submission)
{
	const struct msub_settings *settings = submission->settings;
	struct drive_settings world = {
		.memory = &submission->memory,
		.destination = destination_of(settings),
		.tls_ms = patience_of(settings->timeouts.handshake_ms),
		.tls = trust_tls(&submission->trust),
	};
	/* However it ends, the sender has been told, and every message has its results. */
	enum drive_end end = drive(sender_player(submission->sender, clock_ms()), &world, NULL);
	submission->no_memory = end == DRIVE_NO_MEMORY;
}

/* The first message that did not reach everybody. */
static void judge(struct submission *submission, struct msub_message *const *messages, size_t count)
{
	for (size_t i = 0; i < count && submission->failure.error == MSUB_OK; i++)
		msub_message_failure(messages[i], &submission->failure);
	/* To the sender it was a connection that failed: that is what a player can be told. */
	if (submission->no_memory && submission->failure.error != MSUB_OK)
		submission->failure.error = MSUB_MEMORY;
}

enum msub_error msub_submit(const struct msub_settings *settings,
	struct msub_message *const *messages, size_t count, struct msub_failure *failure)
{
	struct submission submission = {
		.settings = settings,
		.failure = {.reply = {.text = ""}, .text = ""},
	};
	if (settings->memory != NULL)
		submission.memory = (struct memory){
			.resize = settings->memory->resize, .context = settings->memory->context};
	else
		submission.memory = memory_standard;

	if (check_settings(&submission) && load_trust(&submission) &&
		fill_sender(&submission, messages, count)) {
		run(&submission);
		judge(&submission, messages, count);
	}
	msub_sender_free(submission.sender);
	trust_close(&submission.trust);
	if (failure != NULL)
		*failure = submission.failure;
	return submission.failure.error;
}
