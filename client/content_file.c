/*
 * content_file: messages from files and descriptors, as sources of the session room.
 *
 * Files are read with pread() and not mapped: a mapped file that somebody shortens meanwhile would
 * end the process with SIGBUS, and the one copy into the source's room is made at memory speed.
 */
#define _GNU_SOURCE /* O_TMPFILE */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

enum { COPY_PIECE = 64 * 1024, PATH_ROOM = 4096 };

/* One message's file or descriptor. */
struct content_file {
	struct memory memory;
	char *path;	/* owned; NULL: a descriptor */
	int descriptor; /* -1: not open */
	bool owned;	/* to be closed */
	off_t start, at;
	struct stat was; /* when it was named */
};

static void close_descriptor(struct content_file *file)
{
	if (file->owned && file->descriptor >= 0)
		close(file->descriptor);
	file->descriptor = -1;
}

static void release(void *context)
{
	struct content_file *file = context;
	struct memory memory = file->memory;
	close_descriptor(file);
	memory_free_text(&memory, file->path);
	memory_free(&memory, file, sizeof *file);
}

/* ---- reading ---- */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Opens what is named, and nothing that would make open() wait. */
static int open_regular(const char *path, struct stat *is)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor >= 0 && (fstat(descriptor, is) != 0 || !S_ISREG(is->st_mode))) {
		close(descriptor);
		descriptor = -1;
	}
	return descriptor;
}

static bool open_again(struct content_file *file)
{
	struct stat is;
	file->descriptor = open_regular(file->path, &is);
	if (file->descriptor >= 0 && !is_same(&is, &file->was))
		close_descriptor(file);
	return file->descriptor >= 0;
}

static ptrdiff_t read_at(void *context, void *at, size_t len)
{
	struct content_file *file = context;
	ssize_t got;
	if (file->descriptor < 0 && !open_again(file))
		return -1;
	do
		got = pread(file->descriptor, at, len, file->at);
	while (got < 0 && errno == EINTR);
	file->at += got > 0 ? got : 0;
	if (got <= 0 && file->path != NULL)
		close_descriptor(file);
	return got;
}

static int rewind_at(void *context)
{
	struct content_file *file = context;
	file->at = file->start;
	return 0;
}

/* Reads what is not a file, however it is set up. */
static ssize_t read_waiting(int descriptor, void *at, size_t len)
{
	for (;;) {
		struct pollfd waits = {.fd = descriptor, .events = POLLIN};
		ssize_t got = read(descriptor, at, len);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
		if (errno == EAGAIN && poll(&waits, 1, -1) < 0 && errno != EINTR)
			return -1;
	}
}

static ptrdiff_t read_once(void *context, void *at, size_t len)
{
	struct content_file *file = context;
	return read_waiting(file->descriptor, at, len);
}

/* ---- spooling ---- */

static int open_spool(void)
{
	char name[PATH_ROOM];
	const char *folder = getenv("TMPDIR");
	if (folder == NULL || folder[0] == 0)
		folder = "/tmp";
#ifdef O_TMPFILE
	int spool = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (spool >= 0)
		return spool;
#endif
	int len = snprintf(name, sizeof name, "%s/msub.XXXXXX", folder);
	if (len < 0 || (size_t)len >= sizeof name)
		return -1;
	int made = mkostemp(name, O_CLOEXEC);
	if (made >= 0)
		unlink(name);
	return made;
}

static bool write_all(int descriptor, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t written = write(descriptor, at, len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		at += written;
		len -= (size_t)written;
	}
	return true;
}

/* Copies to the end; true where all of it is in the spool. */
static bool copy_all(int from, int to, const struct memory *memory)
{
	char *piece = memory_new(memory, COPY_PIECE, 1);
	ssize_t got = -1;
	while (piece != NULL && (got = read_waiting(from, piece, COPY_PIECE)) > 0 &&
		write_all(to, piece, (size_t)got))
		got = -1;
	if (piece != NULL)
		memory_wipe(piece, COPY_PIECE);
	memory_free(memory, piece, COPY_PIECE);
	return got == 0;
}

/* ---- what a program calls ---- */

static struct content_file *new_file(const struct msub_message *message)
{
	struct content_file *file = memory_new(&message->memory, 1, sizeof *file);
	if (file == NULL)
		return NULL;
	file->memory = message->memory;
	file->descriptor = -1;
	return file;
}

/* Hands it over; it is released here where the message does not take it. */
static enum msub_error give(struct msub_message *message, struct content_file *file, bool again)
{
	struct msub_source source = {.read = again ? read_at : read_once,
		.rewind = again ? rewind_at : NULL,
		.context = file,
		.release = release};
	enum msub_error error = msub_message_source(message, &source);
	if (error != MSUB_OK)
		release(file);
	return error;
}

static enum msub_error drop(struct content_file *file, enum msub_error error)
{
	release(file);
	return error;
}

enum msub_error msub_message_file(struct msub_message *message, const char *path)
{
	if (message == NULL || message->handed || path == NULL)
		return MSUB_USE;
	struct content_file *file = new_file(message);
	if (file == NULL)
		return MSUB_MEMORY;
	file->owned = true;
	file->path = memory_copy_text(&message->memory, path, strlen(path));
	if (file->path == NULL)
		return drop(file, MSUB_MEMORY);
	file->descriptor = open_regular(path, &file->was);
	if (file->descriptor < 0)
		return drop(file, MSUB_SOURCE);
	close_descriptor(file);
	return give(message, file, true);
}

static enum msub_error spool_all(
	struct msub_message *message, struct content_file *file, int descriptor)
{
	file->owned = true;
	file->descriptor = open_spool();
	if (file->descriptor < 0 || !copy_all(descriptor, file->descriptor, &file->memory))
		return drop(file, MSUB_SOURCE);
	return give(message, file, true);
}

enum msub_error msub_message_descriptor(struct msub_message *message, int descriptor, bool spool)
{
	struct stat is;
	if (message == NULL || message->handed)
		return MSUB_USE;
	if (fstat(descriptor, &is) != 0)
		return MSUB_SOURCE;
	struct content_file *file = new_file(message);
	if (file == NULL)
		return MSUB_MEMORY;
	off_t start = lseek(descriptor, 0, SEEK_CUR);
	bool regular = S_ISREG(is.st_mode) && start >= 0;
	if (spool && !regular)
		return spool_all(message, file, descriptor);
	file->descriptor = descriptor;
	file->start = file->at = regular ? start : 0;
	return give(message, file, regular);
}
