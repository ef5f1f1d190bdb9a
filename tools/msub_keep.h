/*
 * keep: mails that could not be sent now go into the queue, so that they are not lost.
 *
 * Whatever may pass is kept: no connection, no TLS, a login or a password that failed, a reply that
 * says "later". What was refused for good is told as without a queue, and so is what may have been
 * delivered: to keep that would be to send it twice.
 */
#ifndef TOOLS_MSUB_KEEP_H
#define TOOLS_MSUB_KEEP_H

#include "msub_mail.h"
#include "msub_options.h"
#include "msub_queue.h"

/* What all mails of a run have in common; the queue is opened for the first. Starts zeroed but for
 * account and options, which are borrowed. */
struct keep {
	const struct account *account;
	const struct msub_options *options;
	struct queue queue;
	bool open;
	char *route;
	struct trouble trouble; /* the queue cannot be used: nothing more is kept */
};

/*
 * Puts a mail into the account's queue that was not delivered and may be later, also one that was
 * not tried. Nothing is done where the account has no queue. False: see keep->trouble, which is
 * told by the caller.
 */
bool keep_mail(struct keep *keep, struct mail *mail);
void keep_end(struct keep *keep);

#endif
