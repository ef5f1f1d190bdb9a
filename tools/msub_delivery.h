/*
 * delivery: mails, handed to the library with the settings of an account.
 *
 * Prepared once; then mails are sent in one call or in many, over the same connections where
 * settings.keep_ms says so. The password is asked for before the first. Of a call's mails only some
 * are under way at once: as one is finished, the next is opened.
 */
#ifndef TOOLS_MSUB_DELIVERY_H
#define TOOLS_MSUB_DELIVERY_H

#include "msub_account.h"
#include "msub_dialogue.h"
#include "msub_mails.h"
#include "msub_progress.h"
#include "msub_secret.h"

/* Who is told of each mail that is finished or cannot be sent, once; then it is dropped. */
struct delivery_taker {
	void *context;
	void (*finished)(void *context, struct mail *mail);
};

struct delivery {
	const struct msub_options *options; /* borrowed */
	struct account account;
	struct msub_settings settings;
	struct secret secret;
	bool has_secret;
	struct dialogue dialogue;
	struct progress progress;
	struct msub_network *network; /* NULL: nothing was sent yet */
	struct msub_sender *sender;
	/* while mails are sent */
	struct mails *mails;
	const struct delivery_taker *taker;
	size_t seen; /* of the mails under way: those that were looked at */
	size_t sent; /* so many it was given */
};

/*
 * Chooses the account and makes the settings; the options are borrowed. `sender` (NULL: not
 * known) may choose. False: see the trouble.
 */
bool delivery_prepare(struct delivery *delivery, const struct msub_options *options,
	const char *sender, struct trouble *trouble);
/*
 * Sends all that can be sent of the mails that are open and of those that mails_more() opens. What
 * became of each is in its message when the taker has it; where it did not come as far as that, the
 * trouble is that of all of them.
 */
void delivery_send(struct delivery *delivery, struct mails *mails,
	const struct delivery_taker *taker, struct trouble *trouble);
/* Sends none of them: the taker has them as they are. */
void delivery_skip(struct mails *mails, const struct delivery_taker *taker);
/* Ends the connections, wipes the secrets and frees the account. */
void delivery_end(struct delivery *delivery);

#endif
