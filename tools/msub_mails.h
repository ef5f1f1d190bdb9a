/*
 * mails: all that one run of the command sends, in order: the standard input, files, folders of
 * files, or the messages of mboxes.
 *
 * Only those that are under way are held. mails_more() opens the next ones, mails_drop() frees one
 * that is done; so a box of any number of messages takes the room of a few. What is held of the
 * others is their names, where folders are read.
 */
#ifndef TOOLS_MSUB_MAILS_H
#define TOOLS_MSUB_MAILS_H

#include "msub_account.h"
#include "msub_mail.h"
#include "msub_options.h"

struct box;

struct mails {
	const struct msub_options *options; /* borrowed */
	/* The account whose mails they are, borrowed; NULL: it is not known before they are opened.
	 */
	const struct account *account;
	struct addresses recipients; /* of the command line, for each of them */
	struct mail **items;	     /* each stays where it is: the library reads from it */
	size_t count, room;
	size_t taken; /* so many were opened */
	char **paths; /* of files that are sent, or of boxes; "-" is the standard input */
	size_t path_count, next;
	struct box *box; /* the one that is being split; NULL: none */
	int *spools;	 /* boxes that came through pipes */
	size_t spool_count;
	bool lacks_memory; /* so no more can be opened */
};

/* One more, empty, at the end; NULL: no memory. */
struct mail *mails_add(struct mails *mails);
/*
 * Makes out what the options and operands name, and opens the first, or the only one; it is
 * addressed where the account is known. What cannot be read or addressed keeps its own trouble, and
 * the others can be sent. The options are borrowed. False: nothing can be sent, see the trouble.
 */
bool mails_open(struct mails *mails, const struct msub_options *options, char *const *operands,
	size_t count, struct trouble *trouble);
/* Opens one more at least; false: there are none, or there is no memory for more. */
bool mails_more(struct mails *mails);
/* Addresses those that are open, once their account is known. */
void mails_address(
	struct mails *mails, const struct msub_options *options, const struct account *account);
/* About how many octets are still to be opened. */
uint64_t mails_ahead(const struct mails *mails);
/* How many there are; 0: that is not known yet. */
size_t mails_total(const struct mails *mails);
/* Frees one of those that are under way, which is done. */
void mails_drop(struct mails *mails, struct mail *mail);
/* Closes and frees all of them. */
void mails_close(struct mails *mails);

/* ---- for mails' own files ---- */
/* Begins with an mbox; NULL: that of the standard input. False: no memory. */
bool box_begin(struct mails *mails, const char *path);
/* Adds the next of its messages; at its end it is no more. False: no memory. */
bool box_more(struct mails *mails);
/* Octets of it that are still to be read. */
uint64_t box_ahead(const struct box *box);
void box_free(struct box *box);
/* Adds the message that the options compose. False: no memory. */
bool mails_add_composed(struct mails *mails, const struct msub_options *options);
/* Makes its envelope, and puts its header away. */
void mails_address_one(struct mails *mails, struct mail *mail, const struct msub_options *options);
/* What the header is needed for: a set of MAIL_. */
unsigned int mails_needs(const struct msub_options *options);

#endif
