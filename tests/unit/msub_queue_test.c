/*
 * Tests of tools/msub_queue and tools/msub_route: a crash at any step loses no mail and forgets no
 * state that was synced; what a route says is what was meant.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, mkdtemp */
#include "check.h"
#include "msub_queue.h"
#include "msub_route.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CRASHED = 9, STEPS_MAX = 60 };

static const char message[] = "Subject: s\n\nto W nobody@x\n\ntext\n";

/* ---- a child that ends at its n-th step on the disk ---- */

/* Shared between child and parent. */
static struct progress {
	int steps_left; /* -1: no end */
	bool stored, on_the_way, settled, ended;
} * progress;

static void step(void)
{
	if (progress != NULL && progress->steps_left >= 0 && progress->steps_left-- == 0)
		_exit(CRASHED);
}

/* What changes the disk, in the place of the C library's own; a call that ends does not happen. */
int __real_fsync(int descriptor);
int __real_fdatasync(int descriptor);
int __real_renameat(int from, const char *old_name, int to, const char *new_name);
int __real_unlinkat(int folder, const char *name, int flags);
ssize_t __real_pwrite(int descriptor, const void *at, size_t len, off_t offset);
ssize_t __real_write(int descriptor, const void *at, size_t len);

int __wrap_fsync(int descriptor);
int __wrap_fdatasync(int descriptor);
int __wrap_renameat(int from, const char *old_name, int to, const char *new_name);
int __wrap_unlinkat(int folder, const char *name, int flags);
ssize_t __wrap_pwrite(int descriptor, const void *at, size_t len, off_t offset);
ssize_t __wrap_write(int descriptor, const void *at, size_t len);

int __wrap_fsync(int descriptor)
{
	step();
	return __real_fsync(descriptor);
}

int __wrap_fdatasync(int descriptor)
{
	step();
	return __real_fdatasync(descriptor);
}

int __wrap_renameat(int from, const char *old_name, int to, const char *new_name)
{
	step();
	return __real_renameat(from, old_name, to, new_name);
}

int __wrap_unlinkat(int folder, const char *name, int flags)
{
	step();
	return __real_unlinkat(folder, name, flags);
}

ssize_t __wrap_pwrite(int descriptor, const void *at, size_t len, off_t offset)
{
	step();
	return __real_pwrite(descriptor, at, len, offset);
}

ssize_t __wrap_write(int descriptor, const void *at, size_t len)
{
	step();
	return __real_write(descriptor, at, len);
}

/* ---- a queue ---- */

struct text {
	const char *at;
	size_t position;
};

static ptrdiff_t read_text(void *context, void *at, size_t len)
{
	struct text *text = context;
	size_t left = strlen(text->at) - text->position;
	size_t taken = left < len ? left : len;
	memcpy(at, text->at + text->position, taken);
	text->position += taken;
	return (ptrdiff_t)taken;
}

static int rewind_text(void *context)
{
	((struct text *)context)->position = 0;
	return 0;
}

static bool store(struct queue *queue, struct trouble *trouble)
{
	static char first[] = "a@x", second[] = "b@x";
	char *items[] = {first, second};
	const struct addresses recipients = {.items = items, .count = 2};
	struct text text = {.at = message};
	char id[QUEUE_ID_MAX];
	const struct queue_letter letter = {.route = "account work\n",
		.sender = "me@x",
		.recipients = &recipients,
		.source = {.read = read_text, .rewind = rewind_text, .context = &text}};
	return queue_store(queue, &letter, id, trouble);
}

/* Steps 2 to 5 of msub_queue.h for a@x delivered and b@x refused. */
static void settle(struct queue *queue, struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->count; i++) {
		if (entry->recipients[i].state == QUEUE_WAITS)
			queue_mark(entry, i, QUEUE_ON_THE_WAY);
	}
	queue_sync(entry);
	progress->on_the_way = true;
	queue_reason(queue, entry->id, "b@x: refused\n");
	queue_mark(entry, 0, QUEUE_DELIVERED);
	queue_mark(entry, 1, QUEUE_FAILED);
	queue_sync(entry);
	progress->settled = true;
	queue_end(queue, entry);
	progress->ended = true;
}

/* The only mail in new/ or failed/; false: there is none, or it is no mail. */
static bool find(struct queue *queue, bool failed, struct queue_entry *entry)
{
	struct addresses ids = {0};
	struct trouble trouble = {0};
	bool found = queue_list(queue, failed, &ids) && ids.count == 1 &&
		     queue_read(queue, failed, ids.items[0], entry, &trouble);
	addresses_free(&ids);
	return found;
}

static void work(const char *path)
{
	struct queue queue;
	struct queue_entry entry;
	struct trouble trouble = {0};
	if (!queue_open(&queue, path, &trouble) || !store(&queue, &trouble))
		_exit(1);
	progress->stored = true;
	if (!find(&queue, false, &entry))
		_exit(1);
	settle(&queue, &entry);
	_exit(0);
}

static void check_message(const struct queue_entry *entry)
{
	char got[sizeof message] = "";
	CHECK_INT(pread(entry->descriptor, got, sizeof got, entry->start), sizeof message - 1);
	CHECK_TEXT(got, message);
	CHECK_TEXT(entry->sender, "me@x");
	CHECK_TEXT(entry->route, "account work\n");
	CHECK_INT(entry->count, 2);
}

static void check_what_is_left(const char *path)
{
	struct queue queue;
	struct queue_entry entry;
	struct trouble trouble = {0};
	CHECK(queue_open(&queue, path, &trouble));
	bool waits = find(&queue, false, &entry), failed = !waits && find(&queue, true, &entry);
	CHECK(waits || failed || !progress->stored);
	CHECK(failed || !progress->ended);
	if (waits || failed) {
		char first = entry.recipients[0].state;
		check_message(&entry);
		CHECK(first == QUEUE_WAITS || first == QUEUE_ON_THE_WAY ||
			first == QUEUE_DELIVERED);
		CHECK(!progress->on_the_way || first != QUEUE_WAITS);
		CHECK(!progress->settled || first == QUEUE_DELIVERED);
		CHECK(!failed || entry.recipients[1].state == QUEUE_FAILED);
		queue_entry_free(&entry);
	}
	queue_close(&queue);
}

static void remove_folder(const char *path)
{
	char command[256];
	snprintf(command, sizeof command, "rm -rf '%s'", path);
	CHECK_INT(system(command), 0);
}

static void a_crash_at_any_step_loses_nothing(void)
{
	int status = CRASHED, steps;
	progress = mmap(
		NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (steps = 0; status == CRASHED && steps < STEPS_MAX; steps++) {
		char path[] = "/tmp/msub-queue-XXXXXX";
		CHECK(mkdtemp(path) != NULL);
		*progress = (struct progress){.steps_left = steps};
		CHECK_CASE("crash at step %d", steps);
		pid_t child = fork();
		if (child == 0)
			work(path);
		CHECK_INT(waitpid(child, &status, 0), child);
		CHECK(WIFEXITED(status));
		status = WEXITSTATUS(status);
		progress->steps_left = -1;
		check_what_is_left(path);
		remove_folder(path);
	}
	CHECK_INT(status, 0);
	CHECK(steps > 12); /* that many there are at least */
	munmap(progress, sizeof *progress);
	progress = NULL;
}

static void what_is_no_mail_is_refused(void)
{
	static const char *const texts[] = {"", "\n\n", "msub-queue 1\n", "msub-queue 1\n\n",
		"msub-queue 1\nsender a@x\n\n", "msub-queue 2\nsender a@x\nto W b@x\n\n",
		"msub-queue 1\nto W b@x\n\n", "msub-queue 1\nsender a@x\nto X b@x\n\n",
		"msub-queue 1\nsender a@x\nto W \n\n", "msub-queue 1\nsender a@x\nto Wb@x\n\n",
		"msub-queue 1\nsender a@x\nto W b@x\nx\n\n", "msub-queue 1\nsender a@x\nto W b@x"};
	char path[] = "/tmp/msub-queue-XXXXXX";
	struct queue queue;
	struct trouble trouble = {0};
	CHECK(mkdtemp(path) != NULL);
	CHECK(queue_open(&queue, path, &trouble));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct queue_entry entry;
		struct trouble told = {0};
		CHECK_CASE("%s", texts[i]);
		int file = openat(queue.new, "1-1-1-1", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		CHECK_INT(write(file, texts[i], strlen(texts[i])), strlen(texts[i]));
		close(file);
		CHECK(!queue_read(&queue, false, "1-1-1-1", &entry, &told));
		CHECK_TEXT(told.text, "the file 1-1-1-1 in the queue is no mail of msub's");
	}
	queue_close(&queue);
	remove_folder(path);
}

static void a_route_leads_back_to_what_was_said(void)
{
	struct account account = {0};
	struct msub_options options = {0}, back = {0};
	char why[200], *storage = NULL;
	CHECK(account_set(&account, KEY_HOST, "h", why, sizeof why));
	CHECK(account_set(&account, KEY_PASSWORD, "secret", why, sizeof why));
	CHECK(account_set(&account, KEY_PASSWORDEVAL, "echo 'a\\b\nc'", why, sizeof why));
	CHECK(account_set(&account, KEY_TLS_TRUST_FILE, "/ca.pem", why, sizeof why));
	char *route = route_write(&account, &options);
	CHECK_TEXT(route, "set host h\nset tls_trust_file /ca.pem\n"
			  "set passwordeval echo 'a\\\\b\\nc'\n");
	CHECK(route_read(route, &back, &storage));
	if (CHECK_INT(back.settings.count, 3)) {
		CHECK_TEXT(back.settings.items[0].value, "h");
		CHECK_TEXT(back.settings.items[1].value, "/ca.pem");
		CHECK_TEXT(back.settings.items[2].value, "echo 'a\\b\nc'");
	}
	free(route);
	free(storage);
	free(back.settings.items);
	account_free(&account);
	back = (struct msub_options){0};
	CHECK(!route_read("nonsense\n", &back, &storage));
	free(storage);
	CHECK(!route_read("set no_such_key x\n", &back, &storage));
	free(storage);
	free(back.settings.items);
}

#define TESTS(T)                                                                                   \
	T(a_crash_at_any_step_loses_nothing)                                                       \
	T(what_is_no_mail_is_refused)                                                              \
	T(a_route_leads_back_to_what_was_said)
CHECK_MAIN("msub_queue", TESTS)
