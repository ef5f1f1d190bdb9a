/*
 * catalogue: profiles found by name in folders.
 *
 * A folder holds clients/NAME.yaml, servers/NAME.yaml and links/NAME.yaml. Several folders may be
 * searched; the first that has a name wins. A name never leads out of the folder: it is [a-z0-9.-]
 * only, and a symbolic link, a device or an oversized file is not read. This is the one place of
 * the room that opens files.
 */
#ifndef PROFILE_CATALOGUE_H
#define PROFILE_CATALOGUE_H

#include "profile.h"

struct catalogue;

/* One profile that was found; texts are lent by the list. */
struct catalogue_entry {
	const char *name;
	const char *title; /* its `name:`, or "" where it cannot be read */
	const char *file;
};

struct catalogue_list;

/* The folders' names are copied; none of them is opened yet. NULL for want of memory. */
struct catalogue *catalogue_open(
	const struct memory *memory, const char *const *folders, size_t count);
/* NULL is fine. Sources of it end here. */
void catalogue_close(struct catalogue *catalogue);
/* The catalogue as the loader wants it, without `rule`; lent. */
struct profile_source catalogue_source(const struct catalogue *catalogue);
/*
 * All profiles of a kind, by name. NULL for want of memory; a folder that cannot be read has no
 * profiles. To be freed with catalogue_list_free().
 */
struct catalogue_list *catalogue_list(const struct catalogue *catalogue, enum profile_kind kind);
/* The same of the files of advice (advice.h), FOLDER/advice/NAME.yaml; they have no titles. */
struct catalogue_list *catalogue_advice(const struct catalogue *catalogue);
size_t catalogue_list_count(const struct catalogue_list *list);
struct catalogue_entry catalogue_list_entry(const struct catalogue_list *list, size_t index);
/* NULL is fine. */
void catalogue_list_free(struct catalogue_list *list);

/*
 * Reads a regular file of at most PROFILE_MAX_OCTETS into `text`; links are followed only where
 * `follow` is true (a path that a user typed). False with a sentence, without a line end,
 * appended to `why`.
 */
bool catalogue_read_file(const char *path, bool follow, struct buffer *text, struct buffer *why);

#endif
