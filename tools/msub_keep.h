/*
 * keep: mails that could not be sent now go into the queue, so that they are not lost.
 *
 * Whatever may pass is kept: no connection, no TLS, a login or a password that failed, a reply that
 * says "later". What was refused for good is told as without a queue, and so is what may have been
 * delivered: to keep that would be to send it twice.
 */
#ifndef TOOLS_MSUB_KEEP_H
#define TOOLS_MSUB_KEEP_H

#include "msub_mails.h"

/*
 * Puts those mails into the account's queue that were not delivered and may be later; `unsent`: all
 * that are addressed, since nothing was tried. Each that was put there is told on stderr, with its
 * reason. Nothing is done where the account has no queue. False: see the trouble, and the mails.
 */
bool keep_mails(const struct mails *mails, const struct account *account,
	const struct msub_options *options, struct trouble *trouble);

#endif
