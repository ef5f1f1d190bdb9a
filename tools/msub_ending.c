/* ending: queue, log, stderr, stdout, in this order: the later ones tell of the earlier. */
#include "msub_ending.h"

#include <stdio.h>
#include <sysexits.h>

#include "msub_log.h"
#include "msub_status.h"
#include "msub_words.h"

void ending_begin(struct ending *ending, const struct msub_options *options,
	struct progress *progress, struct trouble *trouble)
{
	*ending = (struct ending){.options = options,
		.progress = progress,
		.trouble = trouble,
		.report.named = options->batch || options->mbox || options->flush ||
				options->run_queue != NULL,
		.report.partial = options->flush || options->run_queue != NULL};
}

void ending_account(struct ending *ending, const struct account *account, bool user)
{
	ending->account = account;
	ending->report.user = user;
	ending->report.partial = account_is_on(account, KEY_PARTIAL, false);
	ending->keep.account = account;
	ending->keep.options = ending->options;
}

static void tell(const struct trouble *trouble)
{
	fputs("msub: ", stderr);
	words_print(stderr, trouble->text);
	fputc('\n', stderr);
}

/* Once, before the mails that suffer from it. */
static void tell_trouble(struct ending *ending)
{
	if (ending->told || ending->trouble->status == 0)
		return;
	ending->told = true;
	tell(ending->trouble);
}

/* What could not be sent now is kept, where there is a queue. */
static void keep(struct ending *ending, struct mail *mail)
{
	bool before = ending->keep.trouble.status != 0;
	if (ending->account == NULL || keep_mail(&ending->keep, mail) || before)
		return;
	if (ending->trouble->status == 0 && ending->options->enqueue)
		*ending->trouble = ending->keep.trouble;
	else
		tell(&ending->keep.trouble);
}

bool ending_json(struct ending *ending, const char *begin, const char *end)
{
	if (!ending->options->json && !ending->options->json_lines)
		return false;
	printf("{%s", begin);
	ending->json_end = end;
	return true;
}

static void print_json(struct ending *ending, const struct mail *mail)
{
	const struct msub_options *options = ending->options;
	if (!options->json && !options->json_lines)
		return;
	if (!options->json_lines && ending->json_end != NULL)
		fputs(",\n  ", stdout);
	else if (!options->json_lines)
		ending_json(ending, "\"messages\": [", "]");
	report_json(&ending->report, stdout, mail);
	if (options->json_lines)
		fputc('\n', stdout);
	fflush(stdout);
}

void ending_take(struct ending *ending, struct mail *mail)
{
	const struct trouble *trouble = ending->trouble;
	ending->count++;
	keep(ending, mail);
	if (ending->account != NULL)
		log_mail(&ending->log, mail, ending->account, trouble);
	int status = report_status(&ending->report, mail);
	bool talk = status != EX_OK || mail->queued[0] != 0 || ending->options->json ||
		    ending->options->json_lines || trouble->status != 0 ||
		    (mail_was_sent(mail) && msub_message_remarks(mail->message) != 0);
	if (talk && ending->progress != NULL)
		progress_hide(ending->progress);
	tell_trouble(ending);
	report_mail(&ending->report, stderr, mail);
	if (!ending->told_forgotten)
		ending->told_forgotten = report_forgotten(stderr, mail);
	if (!ending->options->quiet)
		ending->told_unusual = report_unusual(stderr, mail, ending->told_unusual);
	ending->status = status_worse(ending->status, status);
	ending->queued += mail->queued_whole;
	if (trouble->status != 0)
		trouble_set(&mail->trouble, trouble->status, "%s", trouble->text);
	print_json(ending, mail);
}

int ending_output(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fputs("msub: the standard output cannot be written; see whether there is room where it goes\n",
		stderr);
	return status == EX_OK ? EX_IOERR : status;
}

int ending_finish(struct ending *ending)
{
	const struct msub_options *options = ending->options;
	bool kept = ending->count > 0 && ending->queued == ending->count;
	tell_trouble(ending);
	int status = status_worse(kept ? EX_OK : ending->trouble->status, ending->status);
	keep_end(&ending->keep);
	if (options->json && !options->json_lines && ending->json_end == NULL)
		ending_json(ending, "\"messages\": [", "]");
	if (ending->json_end != NULL)
		printf("%s, \"status\": %d}\n", ending->json_end, status);
	return options->json || options->json_lines ? ending_output(status) : status;
}
