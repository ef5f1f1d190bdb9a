/* mail: where a message comes from, and its header. */
#include "msub_mail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_status.h"

/* Nobody writes so long a header; it ends what would fill the memory. */
enum { HEADER_MAX = 16 * 1024 * 1024, PIECE = 64 * 1024 };

static bool cannot(struct mail *mail, int status, const char *what)
{
	return trouble_set(&mail->trouble, status, "%s: %s", what, strerror(errno));
}

static bool out_of_memory(struct mail *mail)
{
	return trouble_set(&mail->trouble, EX_OSERR, "out of memory");
}

/* read() that is not stopped by a signal. */
static ssize_t read_some(int descriptor, void *at, size_t len, off_t offset)
{
	ssize_t got;
	do {
		got = offset < 0 ? read(descriptor, at, len) : pread(descriptor, at, len, offset);
	} while (got < 0 && errno == EINTR);
	return got;
}

static bool write_all(int descriptor, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t written = write(descriptor, at, len);
		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			at += written;
			len -= (size_t)written;
		}
	}
	return true;
}

/* A file that has no name any more: it goes away with the descriptor, whatever happens. */
static int open_temporary(void)
{
	char path[4096];
	const char *folder = getenv("TMPDIR");
	int written = snprintf(path, sizeof path, "%s/msub-XXXXXX",
		folder == NULL || folder[0] == 0 ? "/tmp" : folder);
	if (written < 0 || (size_t)written >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int descriptor = mkstemp(path);
	if (descriptor >= 0)
		unlink(path);
	return descriptor;
}

/* Copies what can be read only once. The descriptor it came from is closed. */
static bool spool(struct mail *mail)
{
	char piece[PIECE];
	int from = mail->descriptor, to = open_temporary();
	ssize_t got = -1;
	if (to < 0)
		return cannot(mail, EX_IOERR, "no temporary file could be made");
	(void)fcntl(to, F_SETFD, FD_CLOEXEC);
	bool kept = true;
	while (kept && (got = read_some(from, piece, sizeof piece, -1)) > 0)
		kept = write_all(to, piece, (size_t)got);
	if (!kept)
		cannot(mail, EX_IOERR, "it could not be kept in a temporary file");
	else if (got < 0)
		cannot(mail, EX_IOERR, "it cannot be read");
	if (from != STDIN_FILENO)
		close(from);
	mail->descriptor = to;
	mail->path = NULL;
	return mail->trouble.status == 0;
}

/* A regular file stays where it is; everything else is spooled. */
static bool settle(struct mail *mail)
{
	struct stat facts;
	if (fstat(mail->descriptor, &facts) != 0)
		return cannot(mail, EX_IOERR, "it cannot be read");
	if (S_ISDIR(facts.st_mode))
		return trouble_set(&mail->trouble, EX_NOINPUT,
			"it is a directory; name the files in it that hold messages");
	if (!S_ISREG(facts.st_mode)) {
		if (!spool(mail))
			return false;
		if (fstat(mail->descriptor, &facts) != 0)
			return cannot(mail, EX_IOERR, "it cannot be read");
	} else if (mail->descriptor == STDIN_FILENO) {
		off_t offset = lseek(STDIN_FILENO, 0, SEEK_CUR);
		mail->start = offset > 0 ? offset : 0;
	}
	mail->facts = facts;
	if (facts.st_size <= mail->start)
		return trouble_set(&mail->trouble, EX_DATAERR,
			"it is empty; write a message into it: a header, an empty line, the text");
	return true;
}

static void put_away(struct mail *mail)
{
	if (mail->path == NULL || mail->descriptor < 0)
		return;
	close(mail->descriptor);
	mail->descriptor = -1;
}

static bool is_as_it_was(const struct mail *mail, const struct stat *facts)
{
	return facts->st_dev == mail->facts.st_dev && facts->st_ino == mail->facts.st_ino &&
	       facts->st_size == mail->facts.st_size &&
	       facts->st_mtim.tv_sec == mail->facts.st_mtim.tv_sec &&
	       facts->st_mtim.tv_nsec == mail->facts.st_mtim.tv_nsec;
}

/* Opens the file again; it has to be the one that was looked at. */
static bool reopen(struct mail *mail)
{
	struct stat facts;
	if (mail->descriptor >= 0)
		return true;
	mail->descriptor = open(mail->path, O_RDONLY | O_CLOEXEC);
	if (mail->descriptor < 0 || fstat(mail->descriptor, &facts) != 0)
		cannot(mail, EX_IOERR, "it cannot be read any more");
	else if (!is_as_it_was(mail, &facts))
		trouble_set(&mail->trouble, EX_IOERR,
			"it was changed while it was sent; send it once it is complete");
	else
		return true;
	put_away(mail);
	return false;
}

/* Reads up to the header's end into memory, twice as much each time. */
static bool read_header(struct mail *mail)
{
	size_t room = PIECE, len = 0, end = 0;
	for (bool more = true; more && end == 0; room *= 2) {
		char *header = realloc(mail->header, room);
		if (header == NULL)
			return out_of_memory(mail);
		mail->header = header;
		ssize_t got = 1;
		while (got > 0 && len < room) {
			got = read_some(mail->descriptor, header + len, room - len,
				mail->start + (off_t)len);
			if (got < 0)
				return cannot(mail, EX_IOERR, "it cannot be read");
			len += (size_t)got;
		}
		more = got > 0;
		end = headers_end(header, len, more);
		if (end == 0 && more && room >= HEADER_MAX)
			return trouble_set(&mail->trouble, EX_DATAERR,
				"its header has no end within %d MiB; put an empty line behind it",
				HEADER_MAX / (1024 * 1024));
	}
	mail->header_len = end == 0 ? len : end;
	char *fitting = realloc(mail->header, mail->header_len + 1);
	if (fitting != NULL)
		mail->header = fitting;
	return true;
}

static bool prepare_header(struct mail *mail, unsigned int needs)
{
	if ((needs & (MAIL_HEADER | MAIL_REMOVE_BCC)) == 0)
		return true;
	if (!read_header(mail))
		return false;
	if (!headers_read(&mail->headers, mail->header, mail->header_len))
		return out_of_memory(mail);
	if ((needs & MAIL_HEADER) != 0 && !mail->headers.ended && mail->headers.odd_line != 0)
		return trouble_set(&mail->trouble, EX_DATAERR,
			"its header has no end: line %zu is no field; put an empty line before it",
			mail->headers.odd_line);
	mail->sent_header = malloc(mail->header_len + 1);
	if (mail->sent_header == NULL)
		return out_of_memory(mail);
	if ((needs & MAIL_REMOVE_BCC) != 0) {
		mail->sent_len = headers_without_bcc(&mail->headers, mail->sent_header);
	} else {
		memcpy(mail->sent_header, mail->header, mail->header_len);
		mail->sent_len = mail->header_len;
	}
	return true;
}

bool mail_open(struct mail *mail, const char *path, unsigned int needs)
{
	*mail = (struct mail){.name = path == NULL ? "standard input" : path,
		.path = path,
		.descriptor = STDIN_FILENO};
	if (path != NULL)
		mail->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (mail->descriptor < 0)
		return cannot(mail, EX_NOINPUT, "it cannot be opened");
	bool settled = settle(mail) && prepare_header(mail, needs);
	put_away(mail);
	return settled;
}

/* Reads what is sent: the header from memory, the rest from the file. */
static ptrdiff_t source_read(void *context, void *at, size_t len)
{
	struct mail *mail = context;
	off_t of_header = (off_t)mail->sent_len;
	if (mail->position < of_header) {
		size_t left = (size_t)(of_header - mail->position);
		size_t taken = len < left ? len : left;
		memcpy(at, mail->sent_header + mail->position, taken);
		mail->position += (off_t)taken;
		return (ptrdiff_t)taken;
	}
	off_t offset = mail->start + (off_t)mail->header_len + (mail->position - of_header);
	if (offset >= mail->facts.st_size) {
		put_away(mail);
		return 0;
	}
	if (!reopen(mail))
		return -1;
	if ((off_t)len > mail->facts.st_size - offset)
		len = (size_t)(mail->facts.st_size - offset);
	ssize_t got = read_some(mail->descriptor, at, len, offset);
	if (got <= 0) {
		if (got == 0)
			trouble_set(&mail->trouble, EX_IOERR,
				"it was cut while it was sent; send it once it is complete");
		else
			cannot(mail, EX_IOERR, "it cannot be read");
		return -1;
	}
	mail->position += got;
	return got;
}

static int source_rewind(void *context)
{
	struct mail *mail = context;
	put_away(mail);
	mail->position = 0;
	return 0;
}

static bool refuse_address(
	struct mail *mail, enum msub_error error, const char *role, const char *address)
{
	if (error == MSUB_MEMORY)
		return out_of_memory(mail);
	return trouble_set(&mail->trouble, EX_DATAERR, "%s \"%.200s\": %s; %s", role, address,
		msub_error_text(error), status_advice_on(error));
}

/* Whoever is named twice (in To and in Cc) gets one. */
static bool is_named_before(const struct addresses *recipients, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(recipients->items[i], recipients->items[index]) == 0)
			return true;
	}
	return false;
}

bool mail_address(struct mail *mail, const char *sender, const struct addresses *recipients)
{
	const struct msub_source source = {
		.read = source_read, .rewind = source_rewind, .context = mail};
	if (recipients->count == 0)
		return trouble_set(&mail->trouble, EX_DATAERR,
			"it names no recipient (To, Cc, Bcc); write one into its header");
	enum msub_error error = msub_message_new(&mail->message, NULL);
	if (error != MSUB_OK || msub_message_source(mail->message, &source) != MSUB_OK)
		return out_of_memory(mail);
	error = msub_message_sender(mail->message, sender);
	if (error != MSUB_OK)
		return refuse_address(mail, error, "sender", sender);
	for (size_t i = 0; i < recipients->count; i++) {
		if (is_named_before(recipients, i))
			continue;
		error = msub_message_add_recipient(mail->message, recipients->items[i]);
		if (error != MSUB_OK)
			return refuse_address(mail, error, "recipient", recipients->items[i]);
	}
	return true;
}

bool mail_was_sent(const struct mail *mail)
{
	return mail->message != NULL && msub_message_is_finished(mail->message);
}

void mail_close(struct mail *mail)
{
	msub_message_free(mail->message);
	if (mail->descriptor >= 0 && mail->descriptor != STDIN_FILENO)
		close(mail->descriptor);
	headers_free(&mail->headers);
	free(mail->header);
	free(mail->sent_header);
	mail->message = NULL;
	mail->descriptor = -1;
}
