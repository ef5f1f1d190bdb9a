/* mails: from operands to mails. */
#include "msub_mails.h"

#include <stdlib.h>
#include <sysexits.h>

#include "msub_envelope.h"

struct mail *mails_add(struct mails *mails)
{
	/* Room doubles at each power of two. */
	if ((mails->count & (mails->count - 1)) == 0) {
		size_t room = mails->count == 0 ? 1 : 2 * mails->count;
		struct mail **items = realloc(mails->items, room * sizeof *items);
		if (items == NULL)
			return NULL;
		mails->items = items;
	}
	struct mail *mail = calloc(1, sizeof *mail);
	if (mail != NULL)
		mails->items[mails->count++] = mail;
	return mail;
}

static unsigned int needs_of(const struct msub_options *options)
{
	unsigned int needs = options->remove_bcc != 0 ? MAIL_REMOVE_BCC : 0;
	if (options->batch || options->read_recipients || options->read_from)
		needs |= MAIL_HEADER;
	return needs;
}

/* One mail; recipients are those of the command line. */
static bool open_one(struct mails *mails, const struct msub_options *options, const char *path,
	const struct addresses *recipients, struct trouble *trouble)
{
	struct mail *mail = mails_add(mails);
	if (mail == NULL)
		return trouble_set(trouble, EX_OSERR, "out of memory");
	if (mail_open(mail, path, needs_of(options)))
		envelope_make(mail, options, recipients);
	return true;
}

bool mails_open(struct mails *mails, const struct msub_options *options, char *const *operands,
	size_t count, struct trouble *trouble)
{
	struct addresses recipients = {0};
	bool opened = true;
	if (!options->batch)
		opened = envelope_take_operands(&recipients, operands, count, trouble) &&
			 open_one(mails, options, NULL, &recipients, trouble);
	for (size_t i = 0; options->batch && opened && i < count; i++)
		opened = open_one(mails, options, operands[i], &recipients, trouble);
	addresses_free(&recipients);
	return opened;
}

void mails_close(struct mails *mails)
{
	for (size_t i = 0; i < mails->count; i++) {
		mail_close(mails->items[i]);
		free(mails->items[i]);
	}
	free(mails->items);
	*mails = (struct mails){0};
}
