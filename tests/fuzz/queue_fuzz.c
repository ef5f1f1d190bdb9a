/*
 * queue: a file of the queue that holds anything. What is taken for a mail is one: written down
 * from what was understood, its head is the same octets; each state is where it is said to be, and
 * changing it changes that octet alone. Its route can be read or refused.
 *
 * The input is the file.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msub_queue.h"
#include "msub_route.h"

static const char id[] = "1-1-1-1";

/* A folder of our own, made once, and gone at the end. */
static char path[] = "/dev/shm/queue-fuzz-XXXXXX"; /* where nothing waits for a disk */
static int folder = -1;

static void remove_folder(void)
{
	unlinkat(folder, id, 0);
	rmdir(path);
}

static void write_file(struct octets octets)
{
	if (folder < 0) {
		require(mkdtemp(path) != NULL);
		folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		require(folder >= 0 && atexit(remove_folder) == 0);
	}
	int file = openat(folder, id, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
	require(file >= 0);
	require(octets.len == 0 || write(file, octets.at, octets.len) == (ssize_t)octets.len);
	close(file);
}

static void check_head(const struct queue_entry *entry, struct octets file)
{
	struct buffer head;
	buffer_init(&head, &memory_standard, 1 << 24);
	buffer_append_text(&head, "msub-queue 1\n");
	buffer_append_text(&head, entry->route);
	buffer_append_text(&head, "sender ");
	buffer_append_text(&head, entry->sender);
	for (size_t i = 0; i < entry->count; i++) {
		const struct queue_recipient *recipient = &entry->recipients[i];
		char to[] = "\nto W ";
		to[4] = recipient->state;
		require(recipient->address[0] != 0);
		require(file.at[recipient->at] == (uint8_t)recipient->state);
		buffer_append_text(&head, to);
		buffer_append_text(&head, recipient->address);
	}
	buffer_append_text(&head, "\n\n");
	require(octets_equal(buffer_octets(&head), octets_cut(file, (size_t)entry->start)));
	buffer_free(&head);
}

static void check_states(struct queue_entry *entry, struct octets file)
{
	char *changed = copy_text(file), *got = copy_text(file);
	for (size_t i = 0; i < entry->count; i++) {
		require(queue_mark(entry, i, QUEUE_UNSURE));
		changed[entry->recipients[i].at] = 'U';
	}
	require(queue_count(entry, QUEUE_UNSURE) == entry->count);
	require(pread(entry->descriptor, got, file.len, 0) == (ssize_t)file.len);
	require(memcmp(got, changed, file.len) == 0);
	free(changed);
	free(got);
}

static void read_route(const char *route)
{
	struct msub_options options = {0};
	char *storage = NULL;
	(void)route_read(route, &options, &storage);
	msub_options_free(&options);
	free(storage);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets file = octets_make(at, len);
	struct queue_entry entry;
	struct trouble trouble = {0};
	write_file(file);
	struct queue queue = {.new = folder};
	if (queue_read(&queue, false, id, &entry, &trouble)) {
		check_head(&entry, file);
		check_states(&entry, file);
		read_route(entry.route);
		queue_entry_free(&entry);
	}
	return 0;
}
