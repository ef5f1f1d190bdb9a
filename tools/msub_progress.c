/* progress: what is known about all mails, as one line. */
#include "msub_progress.h"

#include <stdio.h>

enum { WORTH_OCTETS = 1024 * 1024, WORTH_MESSAGES = 10 };

static uint64_t size_of(const struct mail *mail)
{
	return (uint64_t)(mail->end - mail->start);
}

void progress_begin(struct progress *progress, const struct mails *mails, bool quiet)
{
	*progress = (struct progress){.mails = NULL};
	if (!progress_bar_begin(&progress->bar, quiet))
		return;
	progress->whole = mails_ahead(mails);
	for (size_t i = 0; i < mails->count; i++)
		progress->whole += size_of(mails->items[i]);
	size_t count = mails_total(mails);
	if (progress->whole > WORTH_OCTETS || count == 0 || count > WORTH_MESSAGES)
		progress->mails = mails;
}

void progress_show(struct progress *progress, struct mail *mail, uint64_t sent, uint64_t size)
{
	if (progress->mails == NULL)
		return;
	/* the size is the file's until the library knows better; both may go back: they wrap */
	uint64_t known = mail->told_size == 0 ? size_of(mail) : mail->told_size;
	progress->total += sent - mail->told_sent;
	progress->whole += size == 0 ? 0 : size - known;
	mail->told_sent = sent;
	mail->told_size = size == 0 ? known : size;
	if (progress_bar_is_due(&progress->bar))
		progress_bar_show(&progress->bar, progress->total, progress->whole, mail->number,
			mails_total(progress->mails));
}

void progress_hide(struct progress *progress)
{
	progress_bar_hide(&progress->bar);
}

void progress_end(struct progress *progress)
{
	progress_hide(progress);
	fflush(stderr);
	*progress = (struct progress){0};
}
