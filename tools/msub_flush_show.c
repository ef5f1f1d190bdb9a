/* flush_show: what is in a queue, for people. */
#include "msub_flush.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "msub_queue.h"
#include "msub_reason.h"
#include "msub_words.h"

static const char *words_of(char state)
{
	static const struct {
		enum queue_state state;
		const char *words;
	} rows[] = {{QUEUE_WAITS, "waits"}, {QUEUE_ON_THE_WAY, "on the way"},
		{QUEUE_DELIVERED, "delivered"}, {QUEUE_FAILED, "refused"},
		{QUEUE_UNSURE, "unsure"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if ((char)rows[i].state == state)
			return rows[i].words;
	}
	return "unknown";
}

/* Escaped when it was written. */
static void show_note(const struct queue *queue, const char *id, FILE *to)
{
	char last[REASON_MAX];
	if (queue_noted(queue, id, last, sizeof last))
		fprintf(to, "    %s\n", last);
}

static void show_entry(const struct queue_entry *entry, FILE *to)
{
	struct stat facts = {0};
	struct tm parts;
	char when[32] = "";
	if (fstat(entry->descriptor, &facts) != 0)
		return;
	time_t since = (time_t)strtoll(entry->id, NULL, 10);
	if (localtime_r(&since, &parts) != NULL)
		(void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &parts);
	fprintf(to, "%s  %s  %lld octets  from <", entry->id, when,
		(long long)(facts.st_size - entry->start));
	words_print(to, entry->sender);
	fputs(">\n", to);
	for (size_t i = 0; i < entry->count; i++) {
		fputs("    ", to);
		words_print(to, entry->recipients[i].address);
		fprintf(to, "  %s\n", words_of(entry->recipients[i].state));
	}
}

/* Escaped line by line when they were written. */
static void show_reasons(const struct queue *queue, const char *id, FILE *to)
{
	char name[QUEUE_ID_MAX + sizeof ".reasons"], *line = NULL;
	size_t room = 0;
	ssize_t len;
	snprintf(name, sizeof name, "%s.reasons", id);
	int descriptor = openat(queue->failed, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *reasons = descriptor < 0 ? NULL : fdopen(descriptor, "r");
	while (reasons != NULL && (len = getline(&line, &room, reasons)) > 0)
		fprintf(to, "    %s", line);
	if (reasons != NULL)
		fclose(reasons);
	free(line);
}

static bool show_folder(
	struct queue *queue, bool failed, FILE *to, size_t *count, struct trouble *trouble)
{
	struct addresses ids = {0};
	bool listed = queue_list(queue, failed, &ids);
	for (size_t i = 0; listed && i < ids.count; i++) {
		struct queue_entry entry;
		struct trouble unreadable = {0};
		if (queue_read(queue, failed, ids.items[i], &entry, &unreadable))
			show_entry(&entry, to);
		else if (unreadable.status != 0)
			fprintf(to, "%s  %s\n", ids.items[i], unreadable.text);
		if (!failed)
			show_note(queue, ids.items[i], to);
		else
			show_reasons(queue, ids.items[i], to);
		queue_entry_free(&entry);
	}
	*count = ids.count;
	addresses_free(&ids);
	return listed || trouble_set(trouble, EX_IOERR, "the queue %s cannot be read", queue->path);
}

bool flush_show(const char *path, FILE *to, struct trouble *trouble)
{
	struct queue queue;
	size_t waiting = 0, failed = 0;
	bool shown = queue_open(&queue, path, trouble) &&
		     show_folder(&queue, false, to, &waiting, trouble) &&
		     show_folder(&queue, true, to, &failed, trouble);
	if (shown)
		fprintf(to, "%zu waiting, %zu failed\n", waiting, failed);
	queue_close(&queue);
	return shown;
}
