/* maildir: write, sync, rename, sync the folder. */
#include "maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system_random.h"
#include "trace_header.h"

enum {
	PATH_ROOM = 4096,
	HEADER_MAX = 4 * 1024 * 1024, /* a thousand recipients of the longest kind */
	VECTOR = 64,
	NAME_ATTEMPTS = 4
};

/* ---- the system ---- */

static int real_open(void *context, const char *path, int flags, mode_t mode)
{
	(void)context;
	return open(path, flags, mode);
}

static ssize_t real_writev(void *context, int descriptor, const struct iovec *pieces, int count)
{
	(void)context;
	return writev(descriptor, pieces, count);
}

static int real_fsync(void *context, int descriptor)
{
	(void)context;
	return fsync(descriptor);
}

static int real_close(void *context, int descriptor)
{
	(void)context;
	return close(descriptor);
}

static int real_rename(void *context, const char *from, const char *to)
{
	(void)context;
	return rename(from, to);
}

static int real_unlink(void *context, const char *path)
{
	(void)context;
	return unlink(path);
}

static int real_mkdir(void *context, const char *path, mode_t mode)
{
	(void)context;
	return mkdir(path, mode);
}

const struct maildir_system maildir_system_real = {
	.open = real_open,
	.writev = real_writev,
	.fsync = real_fsync,
	.close = real_close,
	.rename = real_rename,
	.unlink = real_unlink,
	.mkdir = real_mkdir,
};

/* ---- helpers ---- */

static bool refuse(struct sentence *why, const char *what, const char *path)
{
	char reason[128];
	if (strerror_r(errno, reason, sizeof reason) != 0)
		strcpy(reason, "unknown error");
	sentence_set(why, "%s ", what);
	sentence_add_foreign(why, octets_of(path));
	sentence_add(why, ": ");
	sentence_add(why, reason);
	return false;
}

/* "FOLDER/part/name"; maildir_open() has seen to it that the longest fits. */
static void path_of(
	const struct maildir *maildir, const char *part, const char *name, char path[PATH_ROOM])
{
	snprintf(
		path, PATH_ROOM, "%s/%s%s%s", maildir->folder, part, name[0] == 0 ? "" : "/", name);
}

static void close_file(struct maildir *maildir, struct maildir_file *file)
{
	const struct maildir_system *system = maildir->system;
	if (file->descriptor >= 0)
		system->close(system->context, file->descriptor);
	file->descriptor = -1;
}

void maildir_drop(struct maildir *maildir, struct maildir_file *file)
{
	const struct maildir_system *system = maildir->system;
	char path[PATH_ROOM];
	close_file(maildir, file);
	if (file->name[0] == 0)
		return;
	path_of(maildir, file->published ? "new" : "tmp", file->name, path);
	system->unlink(system->context, path);
	file->name[0] = 0;
}

/* ---- the folder ---- */

static bool make_folder(struct maildir *maildir, const char *path, bool *made, struct sentence *why)
{
	const struct maildir_system *system = maildir->system;
	*made = system->mkdir(system->context, path, 0700) == 0;
	return *made || errno == EEXIST || refuse(why, "cannot make the folder", path);
}

/* What is in a folder must be found again after a crash. */
static bool sync_folder(struct maildir *maildir, const char *path, struct sentence *why)
{
	const struct maildir_system *system = maildir->system;
	int descriptor = system->open(system->context, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (descriptor < 0)
		return refuse(why, "cannot open the folder", path);
	bool good = system->fsync(system->context, descriptor) == 0;
	system->close(system->context, descriptor);
	return good || refuse(why, "cannot sync the folder", path);
}

/* The folder that holds the Maildir: what stands before the last part of its name. */
static void parent_of(const char *folder, char path[PATH_ROOM])
{
	size_t len = strlen(folder);
	while (len > 1 && folder[len - 1] == '/')
		len--;
	while (len > 0 && folder[len - 1] != '/')
		len--;
	if (len == 0)
		strcpy(path, ".");
	else
		snprintf(path, PATH_ROOM, "%.*s", (int)len, folder);
}

static bool make_folders(struct maildir *maildir, struct sentence *why)
{
	static const char *const parts[] = {"tmp", "new", "cur"};
	char path[PATH_ROOM];
	bool fresh, made;
	if (!make_folder(maildir, maildir->folder, &fresh, why))
		return false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		path_of(maildir, parts[i], "", path);
		if (!make_folder(maildir, path, &made, why))
			return false;
	}
	parent_of(maildir->folder, path);
	return sync_folder(maildir, maildir->folder, why) &&
	       (!fresh || sync_folder(maildir, path, why));
}

/* In a file name no slash, no colon (its flags begin there), nothing that hides or confuses. */
static void make_host_safe(char *host)
{
	for (char *at = host; *at != 0; at++) {
		bool plain = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
			     (*at >= 'A' && *at <= 'Z') || *at == '.' || *at == '-';
		if (!plain)
			*at = '_';
	}
}

bool maildir_open(struct maildir *maildir, const struct memory *memory,
	const struct maildir_system *system, const char *folder, const char *host,
	struct sentence *why)
{
	char path[PATH_ROOM];
	*maildir = (struct maildir){.memory = memory, .new_folder = -1};
	maildir->system = system == NULL ? &maildir_system_real : system;
	if (folder[0] == 0 || strlen(folder) + 160 > PATH_ROOM) {
		sentence_set(why, "not a name for a folder");
		return false;
	}
	maildir->folder = memory_copy_text(memory, folder, strlen(folder));
	maildir->host = memory_copy_text(memory, host, strnlen(host, 64));
	bool good = maildir->folder != NULL && maildir->host != NULL;
	if (!good)
		sentence_set(why, "no memory for the maildir");
	else
		make_host_safe(maildir->host);
	good = good && make_folders(maildir, why);
	if (good) {
		path_of(maildir, "new", "", path);
		maildir->new_folder = maildir->system->open(
			maildir->system->context, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
		good = maildir->new_folder >= 0 || refuse(why, "cannot open the folder", path);
	}
	if (!good)
		maildir_close(maildir);
	return good;
}

void maildir_close(struct maildir *maildir)
{
	if (maildir->new_folder >= 0)
		maildir->system->close(maildir->system->context, maildir->new_folder);
	maildir->new_folder = -1;
	memory_free_text(maildir->memory, maildir->folder);
	memory_free_text(maildir->memory, maildir->host);
	maildir->folder = maildir->host = NULL;
}

/* ---- one message ---- */

static void make_name(struct maildir *maildir, uint64_t unix_time, struct maildir_file *file)
{
	snprintf(file->name, sizeof file->name, "%llu.P%ldQ%luR%016llx.%s",
		(unsigned long long)unix_time, (long)getpid(), ++maildir->counter,
		(unsigned long long)system_random_seed(), maildir->host);
}

static bool create(struct maildir *maildir, uint64_t unix_time, struct maildir_file *file,
	struct sentence *why)
{
	const struct maildir_system *system = maildir->system;
	char path[PATH_ROOM];
	*file = (struct maildir_file){.descriptor = -1};
	for (int i = 0; i < NAME_ATTEMPTS; i++) {
		make_name(maildir, unix_time, file);
		path_of(maildir, "tmp", file->name, path);
		file->descriptor = system->open(
			system->context, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (file->descriptor >= 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	file->name[0] = 0; /* nothing of ours is there to be taken away */
	return refuse(why, "cannot write", path);
}

/* As much of the pieces from (index, offset) on as one writev() takes. */
static int fill_vector(const struct octets *pieces, size_t count, size_t index, size_t offset,
	struct iovec *vector)
{
	int filled = 0;
	for (; index < count && filled < VECTOR; index++, offset = 0) {
		struct octets rest = octets_from(pieces[index], offset);
		/* iov_base is not const only because readv() shares the struct. */
		union {
			const void *lent;
			void *wanted;
		} base = {.lent = rest.at};
		if (rest.len > 0)
			vector[filled++] =
				(struct iovec){.iov_base = base.wanted, .iov_len = rest.len};
	}
	return filled;
}

static bool write_all(
	struct maildir *maildir, int descriptor, const struct octets *pieces, size_t count)
{
	const struct maildir_system *system = maildir->system;
	struct iovec vector[VECTOR];
	size_t index = 0, offset = 0;
	for (;;) {
		int filled = fill_vector(pieces, count, index, offset, vector);
		if (filled == 0)
			return true;
		ssize_t wrote = system->writev(system->context, descriptor, vector, filled);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		offset += (size_t)wrote;
		while (index < count && offset >= pieces[index].len)
			offset -= pieces[index++].len;
	}
}

/* The message's own line end, so that what stands in front reads the same way. */
static const char *line_end_of(const struct player_mail *mail)
{
	uint8_t before = 0;
	for (size_t i = 0; i < mail->content_count; i++) {
		struct octets piece = mail->content[i];
		size_t found = octets_find(piece, '\n');
		if (found < piece.len)
			return (found > 0 ? piece.at[found - 1] : before) == '\r' ? "\r\n" : "\n";
		before = piece.len > 0 ? piece.at[piece.len - 1] : before;
	}
	return "\r\n";
}

bool maildir_write(struct maildir *maildir, const struct player_mail *mail, uint64_t unix_time,
	struct maildir_file *file, struct sentence *why)
{
	struct buffer header;
	buffer_init(&header, maildir->memory, HEADER_MAX);
	if (!create(maildir, unix_time, file, why))
		return false;
	bool good = trace_header_write(
		&header, mail, maildir->host, file->name, unix_time, line_end_of(mail));
	if (!good)
		errno = ENOMEM;
	struct octets front = buffer_octets(&header);
	good = good && write_all(maildir, file->descriptor, &front, 1) &&
	       write_all(maildir, file->descriptor, mail->content, mail->content_count);
	if (!good) {
		refuse(why, "cannot write", file->name);
		maildir_drop(maildir, file);
	}
	buffer_free(&header);
	return good;
}

bool maildir_sync(struct maildir *maildir, struct maildir_file *file, struct sentence *why)
{
	const struct maildir_system *system = maildir->system;
	bool good = system->fsync(system->context, file->descriptor) == 0;
	/* close() may be the one that tells of a full disk (NFS). */
	int descriptor = file->descriptor;
	file->descriptor = -1;
	good = system->close(system->context, descriptor) == 0 && good;
	if (!good) {
		refuse(why, "cannot sync", file->name);
		maildir_drop(maildir, file);
	}
	return good;
}

bool maildir_publish(struct maildir *maildir, struct maildir_file *file, struct sentence *why)
{
	const struct maildir_system *system = maildir->system;
	char from[PATH_ROOM], to[PATH_ROOM];
	path_of(maildir, "tmp", file->name, from);
	path_of(maildir, "new", file->name, to);
	file->published = system->rename(system->context, from, to) == 0;
	if (!file->published) {
		refuse(why, "cannot deliver", file->name);
		maildir_drop(maildir, file);
	}
	return file->published;
}

bool maildir_sync_folder(struct maildir *maildir, struct sentence *why)
{
	const struct maildir_system *system = maildir->system;
	if (system->fsync(system->context, maildir->new_folder) == 0)
		return true;
	return refuse(why, "cannot sync the folder", maildir->folder);
}
