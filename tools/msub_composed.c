/* composed: the message that the options make, as a mail. */
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_composer.h"
#include "msub_envelope.h"
#include "msub_mails.h"

static int compose(struct mails *mails, const struct msub_options *options, struct trouble *trouble)
{
	int spool = -1;
	char *from = NULL;
	if (envelope_from(options, mails->account, &from, trouble))
		spool = composer_run(&options->compose, from,
			account_text(mails->account, KEY_FROM_FULL_NAME), &mails->recipients,
			trouble);
	free(from);
	return spool;
}

bool mails_add_composed(struct mails *mails, const struct msub_options *options)
{
	static const char name[] = "the message";
	struct mail *mail = mails_add(mails);
	if (mail == NULL)
		return false;
	mail->name = name;
	int spool = compose(mails, options, &mail->trouble);
	if (spool >= 0 && mail_open_spool(mail, name, spool, mails_needs(options)))
		mails_address_one(mails, mail, options);
	return true;
}
