/*
 * mails: all that one run of the command sends, in order: the standard input, files, folders of
 * files, or the messages of mboxes.
 */
#ifndef TOOLS_MSUB_MAILS_H
#define TOOLS_MSUB_MAILS_H

#include "msub_account.h"
#include "msub_mail.h"
#include "msub_options.h"

struct mails {
	/* The account whose mails they are, borrowed; NULL: it is not known before they are opened.
	 */
	const struct account *account;
	struct addresses recipients; /* of the command line, for each of them */
	struct mail **items;	     /* each stays where it is: the library reads from it */
	size_t count;
	char **names; /* those that are not of the command line */
	size_t name_count;
	int *spools; /* boxes that came through pipes */
	size_t spool_count;
};

/* One more, empty, at the end; NULL: no memory. */
struct mail *mails_add(struct mails *mails);
/*
 * Opens what the options and operands name, and addresses it where the account is known. What
 * cannot be read or addressed keeps its own trouble, and the others can be sent. False: nothing can
 * be sent, see the trouble.
 */
bool mails_open(struct mails *mails, const struct msub_options *options, char *const *operands,
	size_t count, struct trouble *trouble);
/* Addresses those that are open, once their account is known. */
void mails_address(
	struct mails *mails, const struct msub_options *options, const struct account *account);
/* Closes and frees all of them. */
void mails_close(struct mails *mails);

/* ---- for mails' own files ---- */
/* Keeps a name (taken; may be NULL) as long as the mails; NULL: no memory, and it is freed. */
const char *mails_keep_name(struct mails *mails, char *name);
/* Adds the messages of an mbox; NULL: of the standard input. False: no memory. */
bool mails_add_box(struct mails *mails, const struct msub_options *options, const char *path);
/* Adds the message that the options compose. False: no memory. */
bool mails_add_composed(struct mails *mails, const struct msub_options *options);
/* Makes its envelope, and puts its header away. */
void mails_address_one(struct mails *mails, struct mail *mail, const struct msub_options *options);
/* What the header is needed for: a set of MAIL_. */
unsigned int mails_needs(const struct msub_options *options);

#endif
