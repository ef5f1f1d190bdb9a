/*
 * choice: the account that a run of the command uses.
 *
 * With --host it is made of the command line alone. Otherwise the system's file and the user's are
 * read, and the account is the one that --account names, else the first whose "from" is the
 * sender, else "default", else $SMTPSERVER with $EMAIL. What the command line says overrides it.
 */
#ifndef TOOLS_MSUB_CHOICE_H
#define TOOLS_MSUB_CHOICE_H

#include "msub_account.h"
#include "msub_addresses.h"
#include "msub_options.h"

/*
 * Makes the account; it is the caller's to free. `sender` (NULL: not known) is only for choosing.
 * False: see the trouble.
 */
bool choice_make(struct account *account, const struct msub_options *options, const char *sender,
	struct trouble *trouble);
/* Sets what the command line says, and nothing else. False: see the trouble. */
bool choice_override(
	struct account *account, const struct option_settings *settings, struct trouble *trouble);
/*
 * Adds the queues' folders, each once: that of the command line, else that of the account that it
 * names, else those of all accounts. None is no failure. False: see the trouble.
 */
bool choice_queues(
	struct addresses *paths, const struct msub_options *options, struct trouble *trouble);

#endif
