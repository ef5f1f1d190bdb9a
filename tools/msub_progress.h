/*
 * progress: a bar on the terminal, while much is sent.
 *
 * It is shown (progress_bar.h) where nothing else is written to stderr all the time, and where it
 * is worth it: more than a MiB, or more than ten messages.
 */
#ifndef TOOLS_MSUB_PROGRESS_H
#define TOOLS_MSUB_PROGRESS_H

#include "msub_mails.h"
#include "progress_bar.h"

struct progress {
	const struct mails *mails; /* borrowed; NULL: nothing is shown */
	uint64_t whole, total;
	struct progress_bar bar;
};

/* Looks whether a bar is worth it: what is under way, and what is still ahead. The mails are
 * borrowed until the end. */
void progress_begin(struct progress *progress, const struct mails *mails, bool quiet);
/* So many octets of a mail were sent, of so many (0: not known). */
void progress_show(struct progress *progress, struct mail *mail, uint64_t sent, uint64_t size);
/* Wipes the bar, until it is shown again; and for good. */
void progress_hide(struct progress *progress);
void progress_end(struct progress *progress);
#endif
