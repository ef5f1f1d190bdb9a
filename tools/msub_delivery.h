/*
 * delivery: mails, handed to the library with the settings of an account.
 *
 * Prepared once, used for one array of mails, or for one after the other where mails come while
 * the command runs. The password is asked for before the first.
 */
#ifndef TOOLS_MSUB_DELIVERY_H
#define TOOLS_MSUB_DELIVERY_H

#include "msub_account.h"
#include "msub_dialogue.h"
#include "msub_mails.h"
#include "msub_progress.h"
#include "msub_secret.h"

struct delivery {
	const struct msub_options *options; /* borrowed */
	struct account account;
	struct msub_settings settings;
	struct secret secret;
	bool has_secret;
	struct dialogue dialogue;
	struct progress progress;
};

/*
 * Chooses the account and makes the settings; the options are borrowed. `sender` (NULL: not
 * known) may choose. False: see the trouble.
 */
bool delivery_prepare(struct delivery *delivery, const struct msub_options *options,
	const char *sender, struct trouble *trouble);
/*
 * Sends those mails that can be sent. What became of each is in its message; where it did not
 * come as far as that, the trouble is that of all of them.
 */
void delivery_send(struct delivery *delivery, const struct mails *mails, struct trouble *trouble);
/* Wipes the secrets and frees the account. */
void delivery_end(struct delivery *delivery);

#endif
