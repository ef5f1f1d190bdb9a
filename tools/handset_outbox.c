/* outbox_folder: opening, locking, and files that are whole or not there. */
#define _GNU_SOURCE /* flock */
#include "handset_outbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 10, PIECE = 64 * 1024 };

static const char ending[] = ".json", writing[] = "writing";
static const uint64_t last_number = 9999999999;

static bool cannot(const struct outbox_folder *folder, struct sentence *why, const char *what)
{
	int error = errno;
	sentence_set(why, "the outbox ");
	sentence_add_foreign(why, octets_of(folder->path));
	sentence_add(why, what);
	sentence_add(why, ": ");
	sentence_add(why, strerror(error));
	return false;
}

/* Mails are secrets, and what waits is sent in one's own name: nobody else may write there. */
static bool is_own(const struct outbox_folder *folder, struct sentence *why)
{
	struct stat facts;
	if (fstat(folder->folder, &facts) != 0)
		return cannot(folder, why, " cannot be read");
	if (facts.st_uid == geteuid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return true;
	sentence_set(why, "others may write into the outbox ");
	sentence_add_foreign(why, octets_of(folder->path));
	sentence_add(why, "; name a folder of your own, or say: chmod 700");
	return false;
}

static bool lock(struct outbox_folder *folder, bool *busy, struct sentence *why)
{
	int failed;
	folder->lock = openat(folder->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		S_IRUSR | S_IWUSR);
	do {
		failed = folder->lock < 0 ? -1 : flock(folder->lock, LOCK_EX | LOCK_NB);
	} while (folder->lock >= 0 && failed != 0 && errno == EINTR);
	if (failed == 0)
		return true;
	*busy = folder->lock >= 0 && errno == EWOULDBLOCK;
	if (!*busy)
		return cannot(folder, why, " cannot be locked");
	sentence_set(why, "another run is using the outbox ");
	sentence_add_foreign(why, octets_of(folder->path));
	sentence_add(why, "; wait for its end");
	return false;
}

bool outbox_folder_open(
	struct outbox_folder *folder, const char *path, bool *busy, struct sentence *why)
{
	*folder = (struct outbox_folder){.path = path, .folder = -1, .lock = -1};
	*busy = false;
	if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
		return cannot(folder, why, " cannot be made");
	folder->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->folder < 0)
		return cannot(folder, why, " cannot be opened");
	if (is_own(folder, why) && lock(folder, busy, why))
		return true;
	outbox_folder_close(folder);
	return false;
}

void outbox_folder_close(struct outbox_folder *folder)
{
	if (folder->lock >= 0)
		close(folder->lock);
	if (folder->folder >= 0)
		close(folder->folder);
	folder->lock = folder->folder = -1;
}

/* ---- what is there ---- */

static bool ends_so(const char *name)
{
	size_t len = strlen(name), tail = sizeof ending - 1;
	return len > tail && strcmp(name + len - tail, ending) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A number in its ten digits; what has other names does not count. */
static void count_number(struct outbox_folder *folder, const char *name)
{
	uint64_t number;
	size_t len = strlen(name) - (sizeof ending - 1);
	if (len == DIGITS && octets_number(octets_make(name, len), &number) &&
		number >= folder->next)
		folder->next = number + 1;
}

/* The names that readdir() gives, into `items` where it is not NULL. */
static bool walk(DIR *stream, struct arena *arena, struct outbox_names *names, size_t room)
{
	const struct dirent *entry;
	rewinddir(stream);
	names->count = 0;
	errno = 0;
	while ((entry = readdir(stream)) != NULL && (room == 0 || names->count < room)) {
		if (!ends_so(entry->d_name))
			continue;
		if (room > 0)
			names->items[names->count] = arena_string(arena, octets_of(entry->d_name));
		names->count++;
		errno = 0;
	}
	return errno == 0 && !arena->failed;
}

bool outbox_folder_list(struct outbox_folder *folder, struct arena *arena,
	struct outbox_names *names, struct sentence *why)
{
	int copy = openat(folder->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	*names = (struct outbox_names){0};
	if (stream == NULL) {
		if (copy >= 0)
			close(copy);
		return cannot(folder, why, " cannot be read");
	}
	bool good = walk(stream, arena, names, 0);
	size_t room = names->count;
	names->items = arena_new(arena, room, sizeof *names->items);
	good = good && names->items != NULL && (room == 0 || walk(stream, arena, names, room));
	if (!good)
		cannot(folder, why, " cannot be read");
	closedir(stream);
	folder->next = 1;
	for (size_t i = 0; good && i < names->count; i++)
		count_number(folder, names->items[i]);
	if (good && names->count > 1)
		qsort(names->items, names->count, sizeof *names->items, by_name);
	return good;
}

bool outbox_folder_read(const struct outbox_folder *folder, const char *name,
	struct buffer *content, struct sentence *why)
{
	struct stat facts;
	/* a pipe that somebody put there must not stop us */
	int file = openat(folder->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t got = -1;
	if (file >= 0 && fstat(file, &facts) == 0 && !S_ISREG(facts.st_mode)) {
		sentence_set(why, "it is no file");
		close(file);
		return false;
	}
	while (file >= 0) {
		uint8_t *at = buffer_reserve(content, PIECE);
		errno = ENOMEM;
		got = at == NULL ? -1 : read(file, at, PIECE);
		if (got > 0)
			buffer_commit(content, (size_t)got);
		if (got == 0 || (got < 0 && errno != EINTR))
			break;
	}
	if (got < 0)
		sentence_set(why, "%s", strerror(errno));
	if (file >= 0)
		close(file);
	return got == 0;
}

/* ---- what is put there ---- */

bool outbox_folder_name(
	struct outbox_folder *folder, char name[OUTBOX_NAME_MAX], struct sentence *why)
{
	if (folder->next > last_number) {
		sentence_set(why, "the outbox has no number left; remove its last message");
		return false;
	}
	snprintf(name, OUTBOX_NAME_MAX, "%0*" PRIu64 "%s", DIGITS, folder->next++, ending);
	return true;
}

static bool write_all(int file, struct octets content)
{
	while (content.len > 0) {
		ssize_t written = write(file, content.at, content.len);
		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0)
			content = octets_from(content, (size_t)written);
	}
	return true;
}

static bool write_new(const struct outbox_folder *folder, struct octets content)
{
	unlinkat(folder->folder, writing, 0);
	int file = openat(folder->folder, writing,
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (file < 0)
		return false;
	bool good = write_all(file, content) && fsync(file) == 0;
	int error = errno;
	if (close(file) != 0 && good)
		return false;
	errno = error;
	return good;
}

bool outbox_folder_write(const struct outbox_folder *folder, const char *name,
	struct octets content, struct sentence *why)
{
	if (write_new(folder, content) &&
		renameat(folder->folder, writing, folder->folder, name) == 0 &&
		fsync(folder->folder) == 0)
		return true;
	int error = errno;
	unlinkat(folder->folder, writing, 0);
	errno = error;
	return cannot(folder, why, " could not take the message");
}

bool outbox_folder_remove(
	const struct outbox_folder *folder, const char *name, struct sentence *why)
{
	if (unlinkat(folder->folder, name, 0) == 0 && fsync(folder->folder) == 0)
		return true;
	return cannot(folder, why, " keeps a message that was to leave it");
}
