/* mails: all that one run of the command sends, in order. */
#ifndef TOOLS_MSUB_MAILS_H
#define TOOLS_MSUB_MAILS_H

#include "msub_mail.h"
#include "msub_options.h"

struct mails {
	struct mail **items; /* each stays where it is: the library reads from it */
	size_t count;
};

/* One more, empty, at the end; NULL: no memory. */
struct mail *mails_add(struct mails *mails);
/*
 * Opens and addresses what the options and operands name. What cannot be read or addressed keeps
 * its own trouble, and the others can be sent. False: nothing can be sent, see the trouble.
 */
bool mails_open(struct mails *mails, const struct msub_options *options, char *const *operands,
	size_t count, struct trouble *trouble);
/* Closes and frees all of them. */
void mails_close(struct mails *mails);

#endif
