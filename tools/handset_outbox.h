/*
 * outbox_folder: an outbox on the disk: one file per message, and nothing of what is in them.
 *
 *     0000000001.json   a message that waits (handset_letter.h); the numbers are the order in
 *                       which they were put in
 *     writing           one that is being written; of no meaning afterwards
 *     lock              whoever uses the folder has it locked
 *
 * A file is written whole as `writing`, synced, renamed and the folder synced, so that under a
 * name with a number stands the old text or the new one. What else lies there is left alone.
 */
#ifndef TOOLS_HANDSET_OUTBOX_H
#define TOOLS_HANDSET_OUTBOX_H

#include "arena.h"
#include "sentence.h"

enum { OUTBOX_NAME_MAX = 32 };

struct outbox_folder {
	const char *path; /* borrowed */
	int folder, lock; /* -1: not open */
	uint64_t next;	  /* the number of the next message */
};

struct outbox_names {
	const char **items; /* lent by the arena; sorted, so that the oldest is first */
	size_t count;
};

/*
 * Opens the folder, makes it where it is not there (0700), and locks it until it is closed. False,
 * with a sentence, and *busy where another run has it locked.
 */
bool outbox_folder_open(
	struct outbox_folder *folder, const char *path, bool *busy, struct sentence *why);
void outbox_folder_close(struct outbox_folder *folder);
/* Whatever is called *.json, a message or not. */
bool outbox_folder_list(struct outbox_folder *folder, struct arena *arena,
	struct outbox_names *names, struct sentence *why);
/* Appends the whole file. */
bool outbox_folder_read(const struct outbox_folder *folder, const char *name,
	struct buffer *content, struct sentence *why);
/* Gives the next name; outbox_folder_list() has to have been called. False: there is none left. */
bool outbox_folder_name(
	struct outbox_folder *folder, char name[OUTBOX_NAME_MAX], struct sentence *why);
/* Puts the content under the name, in the place of what stood there. */
bool outbox_folder_write(const struct outbox_folder *folder, const char *name,
	struct octets content, struct sentence *why);
bool outbox_folder_remove(
	const struct outbox_folder *folder, const char *name, struct sentence *why);

#endif
