/* msub: sends messages through a mail server, over libmsub's public header alone. */
#include "msub.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "msub_composer.h"
#include "msub_delivery.h"
#include "msub_ending.h"
#include "msub_envelope.h"
#include "msub_face.h"
#include "msub_log.h"
#include "msub_modes.h"
#include "msub_place.h"
#include "msub_settings.h"

/* One run of the command. */
struct run {
	struct msub_options options;
	struct delivery delivery;
	struct mails mails;
	struct ending ending;
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

static bool check_queue(struct run *run)
{
	return !run->options.enqueue || account_text(&run->delivery.account, KEY_QUEUE) != NULL ||
	       trouble_set(
		       &run->trouble, EX_USAGE, "--enqueue: name the queue's folder with --queue");
}

static void take_finished(void *context, struct mail *mail)
{
	struct run *run = context;
	ending_take(&run->ending, mail);
}

/* The account has a log, and there is no mail that could tell it. */
static void log_trouble(struct run *run)
{
	char *sender = envelope_address(run->options.from);
	const struct mail none = {.sender = sender};
	if (run->trouble.status != 0 && run->mails.count == 0)
		log_mail(&run->ending.log, &none, &run->delivery.account, &run->trouble);
	free(sender);
}

static void send_operands(struct run *run, char *const *operands, size_t count)
{
	const struct delivery_taker taker = {run, take_finished};
	bool prepared =
		check_operands(run, count) && prepare(run, operands, count) && check_queue(run);
	if (prepared)
		ending_account(&run->ending, &run->delivery.account,
			settings_logs_in(&run->delivery.settings));
	else
		log_trouble(run);
	if (prepared && !run->options.enqueue)
		delivery_send(&run->delivery, &run->mails, &taker, &run->trouble);
	else
		delivery_skip(&run->mails, &taker);
}

static int work(struct run *run, char *const *operands, size_t count)
{
	ending_begin(&run->ending, &run->options, &run->delivery.progress, &run->trouble);
	if (!modes_work(&run->options, &run->ending, &run->trouble))
		send_operands(run, operands, count);
	int status = ending_finish(&run->ending);
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
		return ending_output(EX_OK);
	case OPTIONS_WRONG:
		return EX_USAGE;
	case OPTIONS_TAKEN:
		face_take(&run->options, argc > 0 ? argv[0] : "");
		break;
	}
	if (!run->options.version)
		return work(run, argv + first, (size_t)(argc - first));
	puts("msub " HANDSET_VERSION);
	place_print(stdout);
	return ending_output(EX_OK);
}

int main(int argc, char **argv)
{
	struct run run = {0};
	int status = start(&run, argc, argv);
	msub_options_free(&run.options);
	return status;
}
