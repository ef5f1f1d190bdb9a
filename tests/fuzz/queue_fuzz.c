/*
 * queue: a file of the queue that holds anything. What is taken for a mail is one: its head, read
 * line by line, says the same; each state is where it is said to be, and changing it changes that
 * octet alone. Its route can be read or refused.
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

static struct octets take_line(struct octets *left)
{
	struct octets line = take_piece(left, octets_find(*left, '\n'));
	*left = octets_from(*left, 1);
	return line;
}

/* "to W address" */
static void check_recipient(
	const struct queue_recipient *recipient, struct octets line, struct octets file)
{
	require(recipient->address[0] != 0);
	require(octets_equal(octets_of(recipient->address), octets_from(line, 5)));
	require(file.at + recipient->at == line.at + 3);
	require(line.at[3] == (uint8_t)recipient->state);
}

/* Line by line: the route, the sender, each recipient. */
static void check_head(const struct queue_entry *entry, struct octets file)
{
	struct octets left = octets_cut(file, (size_t)entry->start), line;
	struct buffer route;
	size_t count = 0;
	buffer_init(&route, &memory_standard, 1 << 24);
	require(octets_equal(take_line(&left), octets_of("msub-queue 1")));
	while (line = take_line(&left), line.len < 7 || memcmp(line.at, "sender ", 7) != 0) {
		buffer_append_octets(&route, line);
		buffer_append_byte(&route, '\n');
	}
	require(octets_equal(octets_of(entry->route), buffer_octets(&route)));
	require(octets_equal(octets_of(entry->sender), octets_from(line, 7)));
	while (line = take_line(&left), line.len > 0) {
		if (line.len > 3 && memcmp(line.at, "to ", 3) == 0)
			check_recipient(&entry->recipients[count++], line, file);
	}
	require(count == entry->count && left.len == 0);
	buffer_free(&route);
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
