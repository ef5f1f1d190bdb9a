/* msub: sends messages through a mail server, over libmsub's public header alone. */
#include "msub.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_dialogue.h"
#include "msub_envelope.h"
#include "msub_report.h"
#include "msub_status.h"
#include "msub_words.h"

/* One run of the command. */
struct run {
	struct msub_options options;
	struct msub_settings settings;
	struct secret secret;
	struct dialogue dialogue;
	struct addresses recipients; /* of the command line */
	struct mail *mails;
	size_t count;
	struct trouble trouble; /* that of the command as a whole */
};

static bool check_operands(struct run *run, size_t count)
{
	const struct msub_options *options = &run->options;
	if (options->batch && options->read_recipients)
		return trouble_set(&run->trouble, EX_USAGE,
			"--batch reads the recipients of each file's header anyway: leave out -t");
	if (options->batch && count == 0)
		return trouble_set(&run->trouble, EX_USAGE, "--batch: name the files to be sent");
	if (options->from != NULL && options->read_from)
		return trouble_set(&run->trouble, EX_USAGE,
			"--from and --read-envelope-from: only one of them");
	if (!options->batch && !options->read_recipients && count == 0)
		return trouble_set(&run->trouble, EX_USAGE,
			"no recipient: name some, or let them be read from the header with -t");
	return true;
}

/* What cannot be read or addressed keeps its trouble; the others are sent. */
static bool open_mails(struct run *run, char *const *operands, size_t count)
{
	const struct msub_options *options = &run->options;
	unsigned int needs = options->remove_bcc != 0 ? MAIL_REMOVE_BCC : 0;
	if (options->batch || options->read_recipients || options->read_from)
		needs |= MAIL_HEADER;
	if (!options->batch &&
		!envelope_take_operands(&run->recipients, operands, count, &run->trouble))
		return false;
	run->count = options->batch ? count : 1;
	run->mails = calloc(run->count, sizeof *run->mails);
	if (run->mails == NULL) {
		run->count = 0;
		return trouble_set(&run->trouble, EX_OSERR, "out of memory");
	}
	for (size_t i = 0; i < run->count; i++) {
		struct mail *mail = &run->mails[i];
		if (mail_open(mail, options->batch ? operands[i] : NULL, needs))
			envelope_make(mail, options, &run->recipients);
	}
	return true;
}

/* A call that did not get as far as sending: one trouble for all. */
static void take_failure(struct run *run, const struct msub_failure *failure)
{
	struct msub_result result = {.why = *failure};
	bool trust =
		failure->error == MSUB_SETTINGS && strncmp(failure->text, "trust_file", 10) == 0;
	const char *text = trust ? failure->text + 10 : failure->text;
	for (size_t i = 0; i < run->count; i++) {
		if (run->mails[i].trouble.status == 0 && !mail_was_sent(&run->mails[i]))
			trouble_set(&run->trouble, status_of(&result, run->settings.user != NULL),
				"%s%s%s; %s",
				trust ? "--tls-trust-file" : msub_error_text(failure->error),
				trust || text[0] == 0 ? "" : ": ", text,
				trust ? "name a file of certificates (PEM)"
				      : status_advice_on(failure->error));
	}
}

/* Those that can be sent; *count says how many. NULL: no memory. */
static struct msub_message **list_messages(const struct run *run, size_t *count)
{
	struct msub_message **messages = calloc(run->count, sizeof *messages);
	*count = 0;
	for (size_t i = 0; messages != NULL && i < run->count; i++) {
		if (run->mails[i].trouble.status == 0)
			messages[(*count)++] = run->mails[i].message;
	}
	return messages;
}

static void send_mails(struct run *run)
{
	struct msub_failure failure;
	size_t count;
	struct msub_message **messages = list_messages(run, &count);
	if (messages == NULL) {
		trouble_set(&run->trouble, EX_OSERR, "out of memory");
		return;
	}
	if (run->options.debug) {
		run->settings.transcript = dialogue_show;
		run->settings.transcript_context = &run->dialogue;
	}
	if (count > 0 &&
		msub_options_password(&run->options, &run->secret, &run->settings, &run->trouble)) {
		/* From here on a lost reader of stdout or a lost server is an error, not an end. */
		signal(SIGPIPE, SIG_IGN);
		if (msub_submit(&run->settings, messages, count, &failure) != MSUB_OK)
			take_failure(run, &failure);
	}
	free(messages);
}

static void report_trouble(const struct run *run)
{
	if (run->trouble.status == 0)
		return;
	fputs("msub: ", stderr);
	words_print(stderr, run->trouble.text);
	fputc('\n', stderr);
}

/* What was printed may not have arrived: that is the status where nothing worse happened. */
static int end_output(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fputs("msub: the standard output cannot be written; see whether there is room where it goes\n",
		stderr);
	return status == EX_OK ? EX_IOERR : status;
}

static int report(struct run *run)
{
	struct report report = {.named = run->count > 1, .user = run->settings.user != NULL};
	int status = run->trouble.status;
	report_trouble(run);
	for (size_t i = 0; i < run->count; i++) {
		report_mail(&report, stderr, &run->mails[i]);
		status = status_worse(status, report_status(&report, &run->mails[i]));
	}
	for (size_t i = 0; i < run->count && !report_forgotten(stderr, &run->mails[i]); i++)
		;
	for (size_t i = 0; i < run->count && run->trouble.status != 0; i++)
		trouble_set(&run->mails[i].trouble, run->trouble.status, "%s", run->trouble.text);
	if (!run->options.json)
		return status;
	report_json(&report, stdout, status, run->mails, run->count);
	return end_output(status);
}

static void clear(struct run *run)
{
	for (size_t i = 0; i < run->count; i++)
		mail_close(&run->mails[i]);
	free(run->mails);
	addresses_free(&run->recipients);
	secret_wipe(&run->secret);
}

static int work(struct run *run, char *const *operands, size_t count)
{
	if (check_operands(run, count) &&
		msub_options_settings(&run->options, &run->settings, &run->trouble) &&
		open_mails(run, operands, count))
		send_mails(run);
	int status = report(run);
	clear(run);
	return status;
}

int main(int argc, char **argv)
{
	struct run run = {0};
	int first = 0;
	switch (msub_options_parse(&run.options, argc, argv, &first)) {
	case OPTIONS_HELP_SHOWN:
		return end_output(EX_OK);
	case OPTIONS_WRONG:
		return EX_USAGE;
	case OPTIONS_TAKEN:
		break;
	}
	if (run.options.version) {
		puts("msub " HANDSET_VERSION);
		return end_output(EX_OK);
	}
	return work(&run, argv + first, (size_t)(argc - first));
}
