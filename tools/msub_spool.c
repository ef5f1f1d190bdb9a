/* spool: a file that is unlinked before anything is written into it. */
#include "msub_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

static bool cannot(struct trouble *trouble, const char *what)
{
	return trouble_set(trouble, EX_IOERR, "%s: %s", what, strerror(errno));
}

int spool_open(struct trouble *trouble)
{
	char path[4096];
	const char *folder = getenv("TMPDIR");
	int written = snprintf(path, sizeof path, "%s/msub-XXXXXX",
		folder == NULL || folder[0] == 0 ? "/tmp" : folder);
	int descriptor = -1;
	errno = ENAMETOOLONG;
	if (written >= 0 && (size_t)written < sizeof path)
		descriptor = mkstemp(path);
	if (descriptor < 0) {
		cannot(trouble, "no temporary file could be made");
		return -1;
	}
	unlink(path);
	(void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
	return descriptor;
}

bool spool_write(int spool, const void *at, size_t len, struct trouble *trouble)
{
	const char *next = at;
	while (len > 0) {
		ssize_t written = write(spool, next, len);
		if (written < 0 && errno != EINTR)
			return cannot(trouble, "it could not be kept in a temporary file");
		if (written > 0) {
			next += written;
			len -= (size_t)written;
		}
	}
	return true;
}

ssize_t spool_read(int descriptor, void *at, size_t len, off_t offset)
{
	ssize_t got;
	do {
		got = offset < 0 ? read(descriptor, at, len) : pread(descriptor, at, len, offset);
	} while (got < 0 && errno == EINTR);
	return got;
}

int spool_copy(int from, struct trouble *trouble)
{
	char piece[PIECE];
	int spool = spool_open(trouble);
	ssize_t got = 0;
	bool kept = spool >= 0;
	while (kept && (got = spool_read(from, piece, sizeof piece, -1)) > 0)
		kept = spool_write(spool, piece, (size_t)got, trouble);
	if (kept && got < 0)
		kept = cannot(trouble, "it cannot be read");
	if (kept)
		return spool;
	if (spool >= 0)
		close(spool);
	return -1;
}
