/* mails: from operands to mails. */
#include "msub_mails.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_composer.h"
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
	if (mails->count == mails->room) {
		size_t room = mails->room == 0 ? 8 : 2 * mails->room;
		struct mail **wider = realloc(mails->items, room * sizeof *wider);
		if (wider == NULL)
			return NULL;
		mails->items = wider;
		mails->room = room;
	}
	struct mail *mail = calloc(1, sizeof *mail);
	if (mail == NULL)
		return NULL;
	mail->descriptor = -1;
	mails->items[mails->count++] = mail;
	mails->taken++;
	return mail;
}

void mails_drop(struct mails *mails, struct mail *mail)
{
	size_t i = 0;
	while (i < mails->count && mails->items[i] != mail)
		i++;
	if (i == mails->count)
		return;
	memmove(mails->items + i, mails->items + i + 1,
		(--mails->count - i) * sizeof *mails->items);
	mail_close(mail);
	free(mail);
}

/* Takes the path; false: no memory (or none was given), and it is freed. */
static bool add_path(struct mails *mails, char *path)
{
	void *paths = mails->paths;
	if (path == NULL || !make_room(&paths, mails->path_count, sizeof *mails->paths)) {
		free(path);
		return false;
	}
	mails->paths = paths;
	mails->paths[mails->path_count++] = path;
	return true;
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

/* The files of a folder in the order of their names; folders in it are passed over. */
static bool add_folder(struct mails *mails, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_shown, by_name);
	if (count < 0) /* what opening it says is the reason */
		return add_path(mails, strdup(folder));
	bool added = true;
	for (int i = 0; i < count; i++) {
		char *path = added ? join(folder, entries[i]->d_name) : NULL;
		if (path != NULL && is_folder(path))
			free(path);
		else
			added = added && add_path(mails, path);
		free(entries[i]);
	}
	free(entries);
	return added;
}

/* A Maildir's messages are in two folders of it. */
static bool add_maildir(struct mails *mails, const char *folder)
{
	char *new = join(folder, "new"), *cur = join(folder, "cur");
	bool added = new != NULL &&cur != NULL;
	if (added && is_folder(new) && is_folder(cur))
		added = add_folder(mails, new) && add_folder(mails, cur);
	else if (added)
		added = add_folder(mails, folder);
	free(new);
	free(cur);
	return added;
}

/* ---- operands ---- */

static bool list_operands(struct mails *mails, char *const *operands, size_t count)
{
	bool listed = true;
	for (size_t i = 0; listed && i < count; i++) {
		bool folder = !mails->options->mbox && is_folder(operands[i]);
		listed = folder ? add_maildir(mails, operands[i])
				: add_path(mails, strdup(operands[i]));
	}
	if (count == 0)
		listed = add_path(mails, strdup("-"));
	return listed;
}

bool mails_open(struct mails *mails, const struct msub_options *options, char *const *operands,
	size_t count, struct trouble *trouble)
{
	bool opened = true;
	mails->options = options;
	if (options->batch || options->mbox)
		opened = list_operands(mails, operands, count);
	else if (envelope_take_operands(&mails->recipients, operands, count, trouble))
		opened = compose_is_asked(&options->compose) ? mails_add_composed(mails, options)
							     : add_one(mails, options, NULL);
	if (!opened)
		trouble_set(trouble, EX_OSERR, "out of memory");
	return trouble->status == 0;
}

static bool open_next(struct mails *mails)
{
	const char *path = mails->paths[mails->next++];
	if (strcmp(path, "-") == 0)
		path = NULL;
	return mails->options->mbox ? box_begin(mails, path) : add_one(mails, mails->options, path);
}

bool mails_more(struct mails *mails)
{
	size_t before = mails->taken;
	while (mails->taken == before && !mails->lacks_memory) {
		if (mails->box == NULL && mails->next == mails->path_count)
			return false;
		mails->lacks_memory = !(mails->box != NULL ? box_more(mails) : open_next(mails));
	}
	return mails->taken > before;
}

uint64_t mails_ahead(const struct mails *mails)
{
	uint64_t ahead = mails->box == NULL ? 0 : box_ahead(mails->box);
	struct stat facts;
	for (size_t i = mails->next; i < mails->path_count; i++) {
		if (stat(mails->paths[i], &facts) == 0 && S_ISREG(facts.st_mode))
			ahead += (uint64_t)facts.st_size;
	}
	return ahead;
}

size_t mails_total(const struct mails *mails)
{
	bool boxes = mails->options != NULL && mails->options->mbox;
	bool more = mails->box != NULL || mails->next < mails->path_count;
	return boxes && more ? 0 : mails->taken + mails->path_count - mails->next;
}

void mails_close(struct mails *mails)
{
	while (mails->count > 0)
		mails_drop(mails, mails->items[mails->count - 1]);
	for (size_t i = 0; i < mails->path_count; i++)
		free(mails->paths[i]);
	for (size_t i = 0; i < mails->spool_count; i++)
		close(mails->spools[i]);
	box_free(mails->box);
	addresses_free(&mails->recipients);
	free(mails->items);
	free(mails->paths);
	free(mails->spools);
	*mails = (struct mails){0};
}
