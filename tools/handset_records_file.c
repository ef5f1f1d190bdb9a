/* handset_records_file: lock, mend, write, sync. */
#include "handset_records_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 65536 };

static bool fail(struct sentence *why, const char *what)
{
	sentence_set(why, "%s: %s", what, strerror(errno));
	return false;
}

bool records_file_open(struct records_file *file, const char *path, struct sentence *why)
{
	struct stat about;
	*file = (struct records_file){
		.descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666)};
	if (file->descriptor < 0) /* a pipe, or a terminal */
		file->descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (file->descriptor < 0)
		return fail(why, "it cannot be written");
	file->is_file = fstat(file->descriptor, &about) == 0 && S_ISREG(about.st_mode);
	return true;
}

/* Locks of POSIX belong to a process, so each must have been made by the one that writes. */
static bool lock(const struct records_file *file, short type)
{
	struct flock all = {.l_type = type, .l_whence = SEEK_SET};
	while (file->is_file && fcntl(file->descriptor, F_SETLKW, &all) != 0) {
		if (errno != EINTR)
			return false;
	}
	return true;
}

/* Where the last whole line ends; false where that cannot be read. */
static bool find_end(const struct records_file *file, off_t size, off_t *end)
{
	uint8_t block[BLOCK];
	while (size > 0) {
		size_t len = size < BLOCK ? (size_t)size : BLOCK;
		off_t start = size - (off_t)len;
		ssize_t got = pread(file->descriptor, block, len, start);
		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)len)
			return false;
		for (size_t i = len; i > 0; i--) {
			*end = start + (off_t)i;
			if (block[i - 1] == '\n')
				return true;
		}
		size = start;
	}
	*end = 0;
	return true;
}

static bool mend(struct records_file *file, uint64_t *cut, struct sentence *why)
{
	struct stat about;
	off_t end;
	*cut = 0;
	if (!file->is_file)
		return true;
	if (fstat(file->descriptor, &about) != 0 || !find_end(file, about.st_size, &end))
		return fail(why, "it cannot be read");
	if (end < about.st_size && ftruncate(file->descriptor, end) != 0)
		return fail(why, "its last line cannot be cut off");
	*cut = (uint64_t)(about.st_size - end);
	return true;
}

bool records_file_repair(struct records_file *file, uint64_t *cut, struct sentence *why)
{
	if (!lock(file, F_WRLCK))
		return fail(why, "it cannot be locked");
	bool good = mend(file, cut, why);
	lock(file, F_UNLCK);
	return good;
}

/* A pipe takes a line in pieces; of a file what was written by halves is cut off again. */
static bool write_line(struct records_file *file, struct octets line, struct sentence *why)
{
	uint64_t cut;
	while (line.len > 0) {
		ssize_t written = write(file->descriptor, line.at, line.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written == (ssize_t)line.len)
			break;
		if (written > 0 && !file->is_file) {
			line = octets_from(line, (size_t)written);
			continue;
		}
		errno = written >= 0 ? ENOSPC : errno;
		fail(why, "it cannot be written");
		mend(file, &cut, NULL);
		return false;
	}
	return !file->is_file || fdatasync(file->descriptor) == 0 ||
	       fail(why, "it cannot be brought to the disk");
}

bool records_file_append(struct records_file *file, struct octets line, struct sentence *why)
{
	uint64_t cut;
	if (!lock(file, F_WRLCK))
		return fail(why, "it cannot be locked");
	bool good = mend(file, &cut, why) && write_line(file, line, why);
	lock(file, F_UNLCK);
	return good;
}

void records_file_close(struct records_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	file->descriptor = -1;
}
