/* queue: the folder, and how something comes into it. */
#define _GNU_SOURCE /* asprintf, flock */
#include "msub_queue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "msub_spool.h"

enum { PIECE = 64 * 1024, A_DAY = 24 * 60 * 60 };

/* ---- the folder ---- */

static bool cannot(const struct queue *queue, struct trouble *trouble, const char *what)
{
	return trouble_set(
		trouble, EX_CANTCREAT, "the queue %s %s: %s", queue->path, what, strerror(errno));
}

/* Mails are secrets: nobody else may look into the folder or put anything there. */
static bool is_private(struct queue *queue, struct trouble *trouble)
{
	struct stat facts;
	if (fstat(queue->folder, &facts) != 0)
		return cannot(queue, trouble, "cannot be read");
	if (facts.st_uid != geteuid())
		return trouble_set(trouble, EX_CONFIG,
			"the queue %s belongs to somebody else; name a folder of your own",
			queue->path);
	return (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0 ||
	       trouble_set(trouble, EX_CONFIG,
		       "others may look into the queue %s; say: chmod 700 %s", queue->path,
		       queue->path);
}

static int open_below(struct queue *queue, const char *name)
{
	if (mkdirat(queue->folder, name, S_IRWXU) != 0 && errno != EEXIST)
		return -1;
	return openat(queue->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

bool queue_open(struct queue *queue, const char *path, struct trouble *trouble)
{
	*queue = (struct queue){
		.path = path, .folder = -1, .tmp = -1, .new = -1, .failed = -1, .lock = -1};
	if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
		return cannot(queue, trouble, "cannot be made");
	queue->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (queue->folder < 0)
		return cannot(queue, trouble, "cannot be opened");
	if (!is_private(queue, trouble))
		return false;
	queue->tmp = open_below(queue, "tmp");
	queue->new = open_below(queue, "new");
	queue->failed = open_below(queue, "failed");
	return (queue->tmp >= 0 && queue->new >= 0 && queue->failed >= 0) ||
	       cannot(queue, trouble, "cannot be used");
}

void queue_close(struct queue *queue)
{
	int *descriptors[] = {
		&queue->lock, &queue->tmp, &queue->new, &queue->failed, &queue->folder};
	for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++) {
		if (*descriptors[i] >= 0)
			close(*descriptors[i]);
		*descriptors[i] = -1;
	}
}

bool queue_lock(struct queue *queue, struct trouble *trouble)
{
	int failed;
	queue->lock =
		openat(queue->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
	do {
		failed = queue->lock < 0 ? -1 : flock(queue->lock, LOCK_EX | LOCK_NB);
	} while (queue->lock >= 0 && failed != 0 && errno == EINTR);
	if (failed == 0)
		return true;
	/* somebody else's lock is no trouble; a folder that cannot be locked would be sent twice */
	if (queue->lock < 0 || errno != EWOULDBLOCK)
		cannot(queue, trouble, "cannot be locked");
	return false;
}

/* ---- storing ---- */

static bool write_all(int descriptor, const char *at, size_t len)
{
	struct trouble ignored = {0};
	return spool_write(descriptor, at, len, &ignored);
}

static char *make_head(const struct queue_letter *letter)
{
	char *head = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&head, &len);
	if (to == NULL)
		return NULL;
	fprintf(to, "msub-queue 1\n%ssender %s\n", letter->route, letter->sender);
	queue_print_reports(to, &letter->reports);
	for (size_t i = 0; i < letter->recipients->count; i++) {
		fprintf(to, "to %c %s\n", QUEUE_WAITS, letter->recipients->items[i]);
		queue_print_wish(to, letter, letter->recipients->items[i]);
	}
	fputc('\n', to);
	if (fclose(to) == 0)
		return head;
	free(head);
	return NULL;
}

static bool copy_message(int to, const struct msub_source *source)
{
	char piece[PIECE];
	ptrdiff_t got = -1;
	if (source->rewind != NULL && source->rewind(source->context) != 0)
		return false;
	while ((got = source->read(source->context, piece, sizeof piece)) > 0) {
		if (!write_all(to, piece, (size_t)got))
			return false;
	}
	return got == 0;
}

static bool write_letter(int to, const struct queue_letter *letter)
{
	char *head = make_head(letter);
	bool written = head != NULL && write_all(to, head, strlen(head)) &&
		       copy_message(to, &letter->source) && fsync(to) == 0;
	free(head);
	return written;
}

/* A name that no other process makes: the time first, so that names sort by age. */
static void make_id(char id[QUEUE_ID_MAX], unsigned int again)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(id, QUEUE_ID_MAX, "%010lld-%06ld-%ld-%u", (long long)now.tv_sec,
		now.tv_nsec / 1000, (long)getpid(), again);
}

static int create(struct queue *queue, char id[QUEUE_ID_MAX])
{
	int descriptor = -1;
	for (unsigned int again = 0; descriptor < 0 && again < 100; again++) {
		make_id(id, again);
		descriptor = openat(queue->tmp, id,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
		if (descriptor < 0 && errno != EEXIST)
			break;
	}
	return descriptor;
}

bool queue_store(struct queue *queue, const struct queue_letter *letter, char id[QUEUE_ID_MAX],
	struct trouble *trouble)
{
	int descriptor = create(queue, id);
	if (descriptor < 0)
		return cannot(queue, trouble, "takes no file");
	bool stored = write_letter(descriptor, letter);
	int error = stored ? 0 : errno;
	stored = close(descriptor) == 0 && stored;
	stored = stored && renameat(queue->tmp, id, queue->new, id) == 0 && fsync(queue->new) == 0;
	if (stored)
		return true;
	if (error == 0)
		error = errno;
	unlinkat(queue->tmp, id, 0);
	unlinkat(queue->new, id, 0);
	errno = error;
	return cannot(queue, trouble, "could not take the mail");
}

/* ---- listing ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_id(struct addresses *ids, const char *name)
{
	char **items = realloc(ids->items, (ids->count + 1) * sizeof *items);
	if (items == NULL)
		return false;
	ids->items = items;
	items[ids->count] = strdup(name);
	if (items[ids->count] == NULL)
		return false;
	ids->count++;
	return true;
}

/* A stream over a copy of the descriptor, read from its front. */
static DIR *open_folder(int folder)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	if (stream == NULL && copy >= 0)
		close(copy);
	return stream;
}

/* Ids hold no dot: reasons, hidden files and what else may lie there are none. */
static bool is_id(const char *name)
{
	return strspn(name, "0123456789-") == strlen(name) && strlen(name) < QUEUE_ID_MAX;
}

bool queue_list(struct queue *queue, bool failed, struct addresses *ids)
{
	DIR *stream = open_folder(failed ? queue->failed : queue->new);
	const struct dirent *entry;
	bool listed = stream != NULL;
	while (listed) {
		errno = 0;
		entry = readdir(stream);
		listed = entry != NULL || errno == 0;
		if (entry == NULL)
			break;
		if (is_id(entry->d_name))
			listed = add_id(ids, entry->d_name);
	}
	if (stream != NULL)
		closedir(stream);
	if (ids->count > 1)
		qsort(ids->items, ids->count, sizeof *ids->items, by_name);
	return listed;
}

void queue_clean(struct queue *queue)
{
	DIR *stream = open_folder(queue->tmp);
	const struct dirent *entry;
	time_t now = time(NULL);
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		struct stat facts;
		if (is_id(entry->d_name) &&
			fstatat(queue->tmp, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
			facts.st_mtim.tv_sec < now - A_DAY)
			unlinkat(queue->tmp, entry->d_name, 0);
	}
	if (stream != NULL)
		closedir(stream);
}
