/*
 * progress: a bar on the terminal, while much is sent.
 *
 *     [##########----------]  50 %  12.5 of 25.0 MiB  message 3 of 7
 *
 * It is on stderr, and only where that is a terminal that can wipe a line, where nothing else is
 * written there all the time, and where it is worth it: more than a MiB, or more than ten
 * messages. It is wiped before anything else is said. It has no colours.
 */
#ifndef TOOLS_MSUB_PROGRESS_H
#define TOOLS_MSUB_PROGRESS_H

#include "msub_mails.h"

struct progress {
	const struct mails *mails; /* borrowed; NULL: nothing is shown */
	uint64_t whole, total;
	uint64_t shown_ms;
	unsigned int width;
	bool on_screen;
};

/* Looks whether a bar is worth it: what is under way, and what is still ahead. The mails are
 * borrowed until the end. */
void progress_begin(struct progress *progress, const struct mails *mails, bool quiet);
/* So many octets of a mail were sent, of so many (0: not known). */
void progress_show(struct progress *progress, struct mail *mail, uint64_t sent, uint64_t size);
/* Wipes the bar, until it is shown again; and for good. */
void progress_hide(struct progress *progress);
void progress_end(struct progress *progress);
/* `messages`: of how many; 0: that is not known. The bar as a line without its end, at most `width`
 * columns of ASCII; `room` for more than that.
 */
void progress_line(char *line, size_t room, unsigned int width, uint64_t sent, uint64_t whole,
	size_t message, size_t messages);

#endif
