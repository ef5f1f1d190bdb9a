/* mails: from operands to mails. */
#include "msub_mails.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_envelope.h"

/* Makes room for one more behind `count`, twice as much at each power of two. False: no memory. */
static bool make_room(void **array, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return true;
	void *wider = realloc(*array, (count == 0 ? 1 : 2 * count) * size);
	if (wider == NULL)
		return false;
	*array = wider;
	return true;
}

struct mail *mails_add(struct mails *mails)
{
	void *items = mails->items;
	if (!make_room(&items, mails->count, sizeof *mails->items))
		return NULL;
	mails->items = items;
	struct mail *mail = calloc(1, sizeof *mail);
	if (mail == NULL)
		return NULL;
	mail->descriptor = -1;
	mails->items[mails->count++] = mail;
	return mail;
}

const char *mails_keep_name(struct mails *mails, char *name)
{
	void *names = mails->names;
	if (name == NULL || !make_room(&names, mails->name_count, sizeof *mails->names)) {
		free(name);
		return NULL;
	}
	mails->names = names;
	mails->names[mails->name_count++] = name;
	return name;
}

unsigned int mails_needs(const struct msub_options *options)
{
	return options->batch || options->mbox || options->read_recipients || options->read_from
		       ? MAIL_HEADER
		       : 0;
}

void mails_address_one(struct mails *mails, struct mail *mail, const struct msub_options *options)
{
	envelope_make(mail, options, mails->account, &mails->recipients, NULL);
	mail_put_header_away(mail);
}

/* False: no memory. */
static bool add_one(struct mails *mails, const struct msub_options *options, const char *path)
{
	struct mail *mail = mails_add(mails);
	if (mail == NULL)
		return false;
	if (mail_open(mail, path, mails_needs(options)) && mails->account != NULL)
		mails_address_one(mails, mail, options);
	return true;
}

void mails_address(
	struct mails *mails, const struct msub_options *options, const struct account *account)
{
	mails->account = account;
	for (size_t i = 0; i < mails->count; i++) {
		if (mails->items[i]->trouble.status == 0 && mails->items[i]->message == NULL)
			mails_address_one(mails, mails->items[i], options);
	}
}

/* ---- folders ---- */

static char *join(const char *folder, const char *name)
{
	size_t len = strlen(folder) + strlen(name) + 2;
	char *path = malloc(len);
	if (path != NULL)
		snprintf(path, len, "%s/%s", folder, name);
	return path;
}

static bool is_folder(const char *path)
{
	struct stat facts;
	return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* Whatever begins with a dot is hidden, and hides what is not finished yet. */
static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* By octets: an order that does not depend on where it is sent from. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_entry(struct mails *mails, const struct msub_options *options, const char *folder,
	const char *name)
{
	const char *path = mails_keep_name(mails, join(folder, name));
	if (path == NULL)
		return false;
	return is_folder(path) || add_one(mails, options, path);
}

/* The files of a folder in the order of their names; folders in it are passed over. */
static bool add_folder(struct mails *mails, const struct msub_options *options, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_shown, by_name);
	if (count < 0) /* what opening it says is the reason */
		return add_one(mails, options, folder);
	bool added = true;
	for (int i = 0; i < count; i++) {
		added = added && add_entry(mails, options, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return added;
}

/* A Maildir's messages are in two folders of it. */
static bool add_maildir(struct mails *mails, const struct msub_options *options, const char *folder)
{
	const char *new = mails_keep_name(mails, join(folder, "new"));
	const char *cur = mails_keep_name(mails, join(folder, "cur"));
	if (new == NULL || cur == NULL)
		return false;
	if (!is_folder(new) || !is_folder(cur))
		return add_folder(mails, options, folder);
	return add_folder(mails, options, new) && add_folder(mails, options, cur);
}

/* ---- operands ---- */

static bool add_operand(
	struct mails *mails, const struct msub_options *options, const char *operand)
{
	const char *path = strcmp(operand, "-") == 0 ? NULL : operand;
	if (options->mbox)
		return mails_add_box(mails, options, path);
	if (path != NULL && is_folder(path))
		return add_maildir(mails, options, path);
	return add_one(mails, options, path);
}

bool mails_open(struct mails *mails, const struct msub_options *options, char *const *operands,
	size_t count, struct trouble *trouble)
{
	bool opened = true;
	if (options->batch || options->mbox) {
		for (size_t i = 0; opened && i < count; i++)
			opened = add_operand(mails, options, operands[i]);
		if (opened && count == 0)
			opened = mails_add_box(mails, options, NULL);
	} else if (envelope_take_operands(&mails->recipients, operands, count, trouble)) {
		opened = compose_is_asked(&options->compose) ? mails_add_composed(mails, options)
							     : add_one(mails, options, NULL);
	}
	if (!opened)
		trouble_set(trouble, EX_OSERR, "out of memory");
	return trouble->status == 0;
}

void mails_close(struct mails *mails)
{
	for (size_t i = 0; i < mails->count; i++) {
		mail_close(mails->items[i]);
		free(mails->items[i]);
	}
	for (size_t i = 0; i < mails->name_count; i++)
		free(mails->names[i]);
	for (size_t i = 0; i < mails->spool_count; i++)
		close(mails->spools[i]);
	addresses_free(&mails->recipients);
	free(mails->items);
	free(mails->names);
	free(mails->spools);
	*mails = (struct mails){0};
}
