/* msub: sends messages through a mail server, over libmsub's public header alone. */
#include "msub.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "msub_delivery.h"
#include "msub_envelope.h"
#include "msub_face.h"
#include "msub_keep.h"
#include "msub_log.h"
#include "msub_modes.h"
#include "msub_report.h"
#include "msub_status.h"
#include "msub_words.h"

/* One run of the command. */
struct run {
	struct msub_options options;
	struct delivery delivery;
	struct mails mails;
	struct trouble trouble; /* that of the command as a whole */
};

static bool check_operands(struct run *run, size_t count)
{
	const struct msub_options *options = &run->options;
	bool many = options->batch || options->mbox;
	if (options->batch && options->mbox)
		return trouble_set(&run->trouble, EX_USAGE, "--batch and --mbox: only one of them");
	if (many && options->read_recipients)
		return trouble_set(&run->trouble, EX_USAGE,
			"%s reads the recipients of each message's header anyway: leave out -t",
			options->mbox ? "--mbox" : "--batch");
	if (options->batch && count == 0)
		return trouble_set(&run->trouble, EX_USAGE, "--batch: name the files to be sent");
	if (!options->mbox && (options->read_from_line || options->mbox_format != 0))
		return trouble_set(&run->trouble, EX_USAGE,
			"--read-from-line and --mbox-format speak of an mbox: use --mbox");
	if (options->from != NULL && options->read_from)
		return trouble_set(&run->trouble, EX_USAGE,
			"--from and --read-envelope-from: only one of them");
	bool composed = compose_is_asked(&options->compose);
	if (composed && (many || options->read_recipients || options->read_from))
		return trouble_set(&run->trouble, EX_USAGE,
			"a message that is composed names its sender and recipients with --from, --to, "
			"--cc and --bcc: leave out -t, --read-envelope-from, --batch and --mbox");
	if (composed && options->compose.to.count + options->compose.cc.count +
					options->compose.bcc.count + count ==
				0)
		return trouble_set(&run->trouble, EX_USAGE,
			"no recipient: name some with --to, --cc or --bcc");
	if (!many && !composed && !options->read_recipients && count == 0)
		return trouble_set(&run->trouble, EX_USAGE,
			"no recipient: name some, or let them be read from the header with -t");
	return true;
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

static bool all_queued(const struct mails *mails)
{
	for (size_t i = 0; i < mails->count; i++) {
		if (!mails->items[i]->queued_whole)
			return false;
	}
	return mails->count > 0;
}

static int report(struct run *run)
{
	const struct mails *mails = &run->mails;
	struct report report = {
		.named = mails->count > 1, .user = run->delivery.settings.user != NULL};
	int status = all_queued(mails) ? EX_OK : run->trouble.status;
	report_trouble(run);
	for (size_t i = 0; i < mails->count; i++) {
		report_mail(&report, stderr, mails->items[i]);
		status = status_worse(status, report_status(&report, mails->items[i]));
	}
	for (size_t i = 0; i < mails->count && !report_forgotten(stderr, mails->items[i]); i++)
		;
	for (size_t i = 0; i < mails->count && run->trouble.status != 0; i++)
		trouble_set(
			&mails->items[i]->trouble, run->trouble.status, "%s", run->trouble.text);
	if (!run->options.json && !run->options.json_lines)
		return status;
	if (run->options.json_lines)
		report_json_lines(&report, stdout, mails->items, mails->count);
	else
		report_json(&report, stdout, status, mails->items, mails->count);
	return end_output(status);
}

/* The account that the author of the only mail chooses; without one there is nothing to send. */
static bool prepare_by_author(struct run *run)
{
	char *author = NULL;
	struct mail *mail = run->mails.items[0];
	if (mail->trouble.status != 0 || !envelope_author(mail, &author))
		return false;
	bool prepared = delivery_prepare(&run->delivery, &run->options, author, &run->trouble);
	free(author);
	if (prepared)
		mails_address(&run->mails, &run->options, &run->delivery.account);
	return prepared;
}

/* Wrong settings are told before anything is read, unless it is the mail that chooses them. */
static bool prepare(struct run *run, char *const *operands, size_t count)
{
	const struct msub_options *options = &run->options;
	bool by_author = options->read_from && !options->batch && !options->mbox;
	if (!by_author) {
		char *sender = envelope_address(options->from);
		bool prepared = delivery_prepare(&run->delivery, options, sender, &run->trouble);
		free(sender);
		if (!prepared)
			return false;
		run->mails.account = &run->delivery.account;
	}
	return mails_open(&run->mails, options, operands, count, &run->trouble) &&
	       (!by_author || prepare_by_author(run));
}

/* What could not be sent now is kept, where there is a queue. */
static void keep(struct run *run)
{
	struct trouble unkept = {0};
	if (keep_mails(&run->mails, &run->delivery.account, &run->options, &unkept))
		return;
	if (run->trouble.status == 0 && run->options.enqueue) {
		run->trouble = unkept;
		return;
	}
	fputs("msub: ", stderr);
	words_print(stderr, unkept.text);
	fputc('\n', stderr);
}

static bool check_queue(struct run *run)
{
	return !run->options.enqueue || account_text(&run->delivery.account, KEY_QUEUE) != NULL ||
	       trouble_set(
		       &run->trouble, EX_USAGE, "--enqueue: name the queue's folder with --queue");
}

static void send_operands(struct run *run, char *const *operands, size_t count)
{
	if (!check_operands(run, count) || !prepare(run, operands, count) || !check_queue(run))
		return;
	if (!run->options.enqueue)
		delivery_send(&run->delivery, &run->mails, &run->trouble);
	keep(run);
	log_mails(&run->mails, &run->delivery.account, &run->trouble);
}

static int work(struct run *run, char *const *operands, size_t count)
{
	if (!modes_work(&run->options, &run->mails, &run->trouble))
		send_operands(run, operands, count);
	int status = report(run);
	mails_close(&run->mails);
	delivery_end(&run->delivery);
	return status;
}

static int start(struct run *run, int argc, char **argv)
{
	int first = 0;
	face_rewrite(argc, argv);
	switch (msub_options_parse(&run->options, argc, argv, &first)) {
	case OPTIONS_HELP_SHOWN:
		return end_output(EX_OK);
	case OPTIONS_WRONG:
		return EX_USAGE;
	case OPTIONS_TAKEN:
		face_take(&run->options, argc > 0 ? argv[0] : "");
		break;
	}
	if (!run->options.version)
		return work(run, argv + first, (size_t)(argc - first));
	puts("msub " HANDSET_VERSION);
	return end_output(EX_OK);
}

int main(int argc, char **argv)
{
	struct run run = {0};
	int status = start(&run, argc, argv);
	msub_options_free(&run.options);
	return status;
}
