/* queue_entry: one file of the queue, its states, and its end. */
#include "msub_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_spool.h"

enum { PIECE = 16 * 1024, HEAD_MAX = 8 * 1024 * 1024 };

static const char first_line[] = "msub-queue 1\n";

void queue_entry_free(struct queue_entry *entry)
{
	if (entry->descriptor >= 0)
		close(entry->descriptor);
	free(entry->head);
	free(entry->recipients);
	wishes_forget(&entry->wishes);
	*entry = (struct queue_entry){.descriptor = -1};
}

/* ---- reading ---- */

/* The head with a NUL in the place of its empty line; false where it has none, or for no memory. */
static bool read_head(struct queue_entry *entry)
{
	size_t len = 0;
	for (size_t room = PIECE; room <= HEAD_MAX; room *= 2) {
		char *head = realloc(entry->head, room + 1);
		ssize_t got = 1;
		if (head == NULL)
			return false;
		entry->head = head;
		while (got > 0 && len < room) {
			got = pread(entry->descriptor, head + len, room - len, (off_t)len);
			if (got < 0 && errno == EINTR)
				got = 1;
			else
				len += got > 0 ? (size_t)got : 0;
		}
		head[len] = 0;
		char *end = strstr(head, "\n\n");
		if (end != NULL) {
			end[1] = 0;
			entry->start = end + 2 - head;
			return true;
		}
		if (got <= 0)
			return false;
	}
	return false;
}

static bool is_state(char state)
{
	return state != 0 && strchr("WTDFU", state) != NULL;
}

/* "to W address", with its line end, which has become NUL. */
static bool add_recipient(struct queue_entry *entry, char *line, size_t len)
{
#ifdef HANDSET_PLANT_QUEUE
	const size_t least = sizeof "to W ";
#else
	const size_t least = sizeof "to W x";
#endif
	if (len < least || line[4] != ' ' || !is_state(line[3]))
		return false;
	if ((entry->count & (entry->count - 1)) == 0) {
		size_t room = entry->count == 0 ? 1 : 2 * entry->count;
		struct queue_recipient *wider =
			realloc(entry->recipients, room * sizeof *entry->recipients);
		if (wider == NULL)
			return false;
		entry->recipients = wider;
	}
	entry->recipients[entry->count++] = (struct queue_recipient){
		.address = line + 5, .state = line[3], .at = line + 3 - entry->head};
	return true;
}

static bool understand(struct queue_entry *entry)
{
	if (strncmp(entry->head, first_line, sizeof first_line - 1) != 0)
		return false;
	char *sender = strstr(entry->head, "\nsender ");
	char *end = sender == NULL ? NULL : strchr(sender + 1, '\n');
	if (end == NULL)
		return false;
	entry->route = entry->head + sizeof first_line - 1;
	entry->sender = sender + sizeof "\nsender " - 1;
	sender[1] = 0; /* the route keeps its last line end, unless it is empty */
	*end = 0;
	if (sender + 1 < entry->route)
		entry->route = "";
	for (char *line = end + 1; *line != 0;) {
		size_t len = strcspn(line, "\n") + 1;
		line[len - 1] = 0; /* the head ends in one */
		if (strncmp(line, "to ", 3) == 0 ? !add_recipient(entry, line, len)
						 : !queue_take_wish(entry, line))
			return false;
		line += len;
	}
	return entry->count > 0;
}

static bool no_mail(const char *id, struct trouble *trouble)
{
	return trouble_set(
		trouble, EX_DATAERR, "the file %s in the queue is no mail of msub's", id);
}

/* A link, a folder or a pipe was put there by somebody else. */
static bool open_file(int folder, const char *id, struct queue_entry *entry)
{
	struct stat facts;
	entry->descriptor =
		openat(folder, id, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (entry->descriptor < 0 || fstat(entry->descriptor, &facts) != 0)
		return false;
	errno = S_ISREG(facts.st_mode) ? 0 : ENXIO;
	return errno == 0;
}

bool queue_read(struct queue *queue, bool failed, const char *id, struct queue_entry *entry,
	struct trouble *trouble)
{
	*entry = (struct queue_entry){.descriptor = -1};
	snprintf(entry->id, sizeof entry->id, "%s", id);
	if (open_file(failed ? queue->failed : queue->new, id, entry)) {
		if (read_head(entry) && understand(entry))
			return true;
		queue_entry_free(entry);
		return no_mail(id, trouble);
	}
	int error = errno;
	queue_entry_free(entry);
	if (error == ENOENT)
		return false;
	if (error == ELOOP || error == EISDIR || error == ENXIO)
		return no_mail(id, trouble);
	return trouble_set(
		trouble, EX_IOERR, "the queued mail %s cannot be read: %s", id, strerror(error));
}

size_t queue_count(const struct queue_entry *entry, enum queue_state state)
{
	size_t count = 0;
	for (size_t i = 0; i < entry->count; i++)
		count += entry->recipients[i].state == (char)state;
	return count;
}

/* ---- states ---- */

bool queue_mark(struct queue_entry *entry, size_t index, enum queue_state state)
{
	struct queue_recipient *recipient = &entry->recipients[index];
	char octet = (char)state;
	if (recipient->state == octet)
		return true;
	ssize_t written;
	do {
		written = pwrite(entry->descriptor, &octet, 1, recipient->at);
	} while (written < 0 && errno == EINTR);
	if (written != 1)
		return false;
	recipient->state = octet;
	return true;
}

bool queue_sync(struct queue_entry *entry)
{
	return fdatasync(entry->descriptor) == 0;
}

/* ---- the end ---- */

bool queue_reason(struct queue *queue, const char *id, const char *line)
{
	char name[QUEUE_ID_MAX + sizeof ".reasons"];
	snprintf(name, sizeof name, "%s.reasons", id);
	int descriptor = openat(queue->failed, name,
		O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (descriptor < 0)
		return false;
	struct trouble ignored = {0};
	bool written =
		spool_write(descriptor, line, strlen(line), &ignored) && fsync(descriptor) == 0;
	return close(descriptor) == 0 && written && fsync(queue->failed) == 0;
}

/* ---- why it waits ---- */

static void name_note(char name[QUEUE_ID_MAX + sizeof ".reason"], const char *id)
{
	snprintf(name, QUEUE_ID_MAX + sizeof ".reason", "%s.reason", id);
}

/* It is only told, so it need not survive a crash. */
bool queue_note(struct queue *queue, const char *id, const char *line)
{
	char name[QUEUE_ID_MAX + sizeof ".reason"];
	struct trouble ignored = {0};
	name_note(name, id);
	int descriptor = openat(queue->new, name,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (descriptor < 0)
		return false;
	bool written = spool_write(descriptor, line, strlen(line), &ignored);
	return close(descriptor) == 0 && written;
}

bool queue_noted(const struct queue *queue, const char *id, char *line, size_t room)
{
	char name[QUEUE_ID_MAX + sizeof ".reason"];
	name_note(name, id);
	int descriptor = openat(queue->new, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t len = descriptor < 0 ? -1 : spool_read(descriptor, line, room - 1, -1);
	if (descriptor >= 0)
		close(descriptor);
	line[len > 0 ? len : 0] = 0;
	line[strcspn(line, "\n")] = 0;
	return line[0] != 0;
}

/* Before the mail goes, so that none is left behind. */
static void remove_note(struct queue *queue, const char *id)
{
	char name[QUEUE_ID_MAX + sizeof ".reason"];
	name_note(name, id);
	unlinkat(queue->new, name, 0);
}

bool queue_put_aside(struct queue *queue, const char *id)
{
	remove_note(queue, id);
	return renameat(queue->new, id, queue->failed, id) == 0 && fsync(queue->failed) == 0 &&
	       fsync(queue->new) == 0;
}

bool queue_end(struct queue *queue, const struct queue_entry *entry)
{
	if (queue_count(entry, QUEUE_FAILED) + queue_count(entry, QUEUE_UNSURE) > 0)
		return queue_put_aside(queue, entry->id);
	remove_note(queue, entry->id);
	return unlinkat(queue->new, entry->id, 0) == 0 && fsync(queue->new) == 0;
}
