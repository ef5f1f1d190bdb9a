/* tls_known: reads the file line by line, replaces it by a new one under a lock. */
#define _DEFAULT_SOURCE /* flock() */
#include "tls_known.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	FILE_SIZE_MAX = 4 * 1024 * 1024,
	OPEN_TRIES = 100,
	LOCK_TRIES = 50,
	LOCK_STEP_MS = 20,
	PIECE = 4096
};

static bool refuse(struct sentence *why, const char *file, const char *what)
{
	char reason[128] = "somebody else keeps it locked";
	if (errno == ENXIO)
		snprintf(reason, sizeof reason, "it is no regular file");
	else if (errno != EBUSY)
		(void)strerror_r(errno, reason, sizeof reason);
	sentence_set(why, "the file of known servers, %s, cannot be %s: %s", file, what, reason);
	return false;
}

/* A name with a blank or a control character in it would become another line. */
static bool is_plain(const char *host)
{
	for (const char *at = host; *at != 0; at++) {
		if ((unsigned char)*at <= ' ' || *at == 0x7F)
			return false;
	}
	return host[0] != 0 && host[0] != '#';
}

static struct octets next_word(struct octets *line)
{
	*line = octets_trim(*line);
	size_t len = 0;
	while (len < line->len && !octet_is_blank(line->at[len]))
		len++;
	struct octets word = octets_cut(*line, len);
	*line = octets_from(*line, len);
	return word;
}

/* True where the line is about this server; *digest is what it says. */
static bool read_line(
	struct octets line, const char *host, uint16_t port, char digest[TLS_SHA256_TEXT])
{
	uint64_t number;
	if (!octets_equal_nocase(next_word(&line), octets_of(host)) ||
		!octets_number(next_word(&line), &number) || number != port ||
		!octets_equal_nocase(next_word(&line), octets_of("sha256")))
		return false;
	struct octets text = next_word(&line);
	if (text.len != TLS_SHA256_TEXT - 1)
		return false;
	memcpy(digest, text.at, text.len);
	digest[text.len] = 0;
	return true;
}

/* The first line about a server counts. */
static enum tls_known look(struct octets all, const char *host, uint16_t port,
	const char digest[TLS_SHA256_TEXT], char stored[TLS_SHA256_TEXT])
{
	while (all.len > 0) {
		size_t len = octets_find(all, '\n');
		if (read_line(octets_cut(all, len), host, port, stored))
			return octets_equal_nocase(octets_of(stored), octets_of(digest))
				       ? TLS_KNOWN_SAME
				       : TLS_KNOWN_CHANGED;
		all = octets_from(all, len + 1);
	}
	return TLS_KNOWN_NEW;
}

static bool read_all(int descriptor, struct buffer *all)
{
	for (;;) {
		uint8_t *at = buffer_reserve(all, PIECE);
		if (at == NULL) {
			errno = EFBIG;
			return false;
		}
		ssize_t got = read(descriptor, at, PIECE);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0)
			buffer_commit(all, (size_t)got);
	}
}

/* What waits for somebody else when it is opened or read, a pipe say, is no such file. */
static int open_regular(const char *file, int flags)
{
	struct stat facts;
	int descriptor = open(file, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (descriptor < 0 || (fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode)))
		return descriptor;
	close(descriptor);
	errno = ENXIO;
	return -1;
}

enum tls_known tls_known_look(const char *file, const char *host, uint16_t port,
	const char digest[TLS_SHA256_TEXT], char stored[TLS_SHA256_TEXT], struct sentence *why)
{
	struct buffer all;
	enum tls_known known = TLS_KNOWN_TROUBLE;
	if (!is_plain(host)) {
		sentence_set(why, "not a name that a file of known servers can hold");
		return TLS_KNOWN_TROUBLE;
	}
	int descriptor = open_regular(file, O_RDONLY);
	if (descriptor < 0 && errno == ENOENT)
		return TLS_KNOWN_NEW;
	buffer_init(&all, &memory_standard, FILE_SIZE_MAX);
	if (descriptor < 0 || !read_all(descriptor, &all))
		refuse(why, file, "read");
	else
		known = look(buffer_octets(&all), host, port, digest, stored);
	buffer_free(&all);
	if (descriptor >= 0)
		close(descriptor);
	return known;
}

/* Anybody who may read the file can lock it, and is waited for a second. */
static bool lock(int descriptor)
{
	static const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000L * 1000};
	for (int i = 0; flock(descriptor, LOCK_EX | LOCK_NB) != 0; i++) {
		if (errno != EWOULDBLOCK || i == LOCK_TRIES)
			return false;
		nanosleep(&step, NULL);
	}
	return true;
}

/*
 * The file, made where there was none, with a lock that others keep off. Whoever held it before
 * may have put another file in its place: then that one has to be locked.
 */
static int open_locked(const char *file)
{
	for (int i = 0; i < OPEN_TRIES; i++) {
		struct stat held, named;
		int descriptor = open_regular(file, O_RDWR | O_CREAT);
		if (descriptor < 0)
			return -1;
		if (!lock(descriptor)) {
			close(descriptor);
			break;
		}
		if (fstat(descriptor, &held) == 0 && stat(file, &named) == 0 &&
			held.st_ino == named.st_ino && held.st_dev == named.st_dev)
			return descriptor;
		close(descriptor);
	}
	errno = EBUSY;
	return -1;
}

static bool write_all(int descriptor, struct octets all)
{
	while (all.len > 0) {
		ssize_t wrote = write(descriptor, all.at, all.len);
		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0)
			all = octets_from(all, (size_t)wrote);
	}
	return true;
}

/* mkstemp() makes it with mode 0600; rename() puts it in the old one's place at once. */
static bool replace(const char *file, struct octets all)
{
	char name[PATH_MAX];
	int len = snprintf(name, sizeof name, "%s.XXXXXX", file);
	if (len < 0 || (size_t)len >= sizeof name) {
		errno = ENAMETOOLONG;
		return false;
	}
	int descriptor = mkstemp(name);
	if (descriptor < 0)
		return false;
	bool good = write_all(descriptor, all) && fsync(descriptor) == 0;
	good = close(descriptor) == 0 && good;
	good = good && rename(name, file) == 0;
	if (!good) {
		int error = errno;
		unlink(name);
		errno = error;
	}
	return good;
}

static bool add(struct buffer *all, const char *host, uint16_t port, const char *digest)
{
	if (all->len > 0 && all->at[all->len - 1] != '\n')
		buffer_append_byte(all, '\n');
	buffer_format(all, "%s %u sha256 %s\n", host, (unsigned int)port, digest);
	if (!buffer_failed(all))
		return true;
	errno = EFBIG;
	return false;
}

bool tls_known_store(const char *file, const char *host, uint16_t port,
	const char digest[TLS_SHA256_TEXT], struct sentence *why)
{
	char stored[TLS_SHA256_TEXT], real[PATH_MAX];
	struct buffer all;
	bool good = false;
	int descriptor = open_locked(file);
	if (descriptor < 0)
		return refuse(why, file, "written");
	buffer_init(&all, &memory_standard, FILE_SIZE_MAX);
	/* where the name is a link, it is what the link leads to that is replaced */
	if (realpath(file, real) == NULL || !read_all(descriptor, &all)) {
		refuse(why, file, "read");
	} else if (look(buffer_octets(&all), host, port, digest, stored) == TLS_KNOWN_CHANGED) {
		sentence_set(why, "the server has just become known with another key, %s", stored);
	} else {
		good = look(buffer_octets(&all), host, port, digest, stored) == TLS_KNOWN_SAME ||
		       (add(&all, host, port, digest) && replace(real, buffer_octets(&all))) ||
		       refuse(why, file, "written");
	}
	buffer_free(&all);
	close(descriptor);
	return good;
}
