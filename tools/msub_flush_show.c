/* flush_show: what is in a queue, for people and for programs. */
#include "msub_flush_show.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "msub_flush.h"
#include "msub_reason.h"
#include "msub_words.h"

struct state_words {
	enum queue_state state;
	const char *words, *name;
};

static const struct state_words *words_of(char state)
{
	static const struct state_words rows[] = {{QUEUE_WAITS, "waits", "waiting"},
		{QUEUE_ON_THE_WAY, "on the way", "on-the-way"},
		{QUEUE_DELIVERED, "delivered", "delivered"}, {QUEUE_FAILED, "refused", "refused"},
		{QUEUE_UNSURE, "unsure", "unsure"}};
	static const struct state_words unknown = {QUEUE_UNSURE, "unknown", "unknown"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if ((char)rows[i].state == state)
			return &rows[i];
	}
	return &unknown;
}

/* An id begins with the second in which the mail was taken. */
static long long since_of(const struct shown_mail *mail)
{
	return strtoll(mail->id, NULL, 10);
}

/* ---- for people ---- */

static void print_lines(FILE *to, const char *lines)
{
	while (*lines != 0) {
		size_t len = strcspn(lines, "\n");
		fprintf(to, "    %.*s\n", (int)len, lines);
		lines += len + (lines[len] != 0);
	}
}

void shown_mail_print(const struct shown_mail *mail, FILE *to)
{
	const struct queue_entry *entry = mail->entry;
	struct tm parts;
	char when[32] = "";
	time_t since = (time_t)since_of(mail);
	if (localtime_r(&since, &parts) != NULL)
		(void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &parts);
	words_print(to, mail->id);
	if (entry == NULL) {
		fprintf(to, "  %s\n", mail->trouble);
	} else {
		fprintf(to, "  %s  %lld octets  from <", when, mail->octets);
		words_print(to, entry->sender);
		fputs(">\n", to);
	}
	for (size_t i = 0; entry != NULL && i < entry->count; i++) {
		fputs("    ", to);
		words_print(to, entry->recipients[i].address);
		fprintf(to, "  %s\n", words_of(entry->recipients[i].state)->words);
	}
	print_lines(to, mail->reasons);
}

/* ---- for programs ---- */

static void json_member(FILE *to, const char *name, const char *value)
{
	fprintf(to, ", \"%s\": ", name);
	words_print_json(to, value);
}

static void json_recipients(FILE *to, const struct queue_entry *entry)
{
	fputs(", \"recipients\": [", to);
	for (size_t i = 0; i < entry->count; i++) {
		fprintf(to, "%s{\"recipient\": ", i > 0 ? ", " : "");
		words_print_json(to, entry->recipients[i].address);
		json_member(to, "state", words_of(entry->recipients[i].state)->name);
		fputc('}', to);
	}
	fputc(']', to);
}

static void json_reasons(FILE *to, const char *lines)
{
	char line[REASON_MAX];
	const char *comma = "";
	fputs(", \"reasons\": [", to);
	while (*lines != 0) {
		size_t len = strcspn(lines, "\n");
		snprintf(line, sizeof line, "%.*s", (int)len, lines);
		fputs(comma, to);
		words_print_json(to, line);
		comma = ", ";
		lines += len + (lines[len] != 0);
	}
	fputc(']', to);
}

void shown_mail_json(const struct shown_mail *mail, FILE *to)
{
	fputs("{\"id\": ", to);
	words_print_json(to, mail->id);
	json_member(to, "trouble", mail->trouble);
	if (mail->entry != NULL) {
		fprintf(to, ", \"since\": %lld, \"octets\": %lld", since_of(mail), mail->octets);
		json_member(to, "sender", mail->entry->sender);
		json_recipients(to, mail->entry);
	}
	json_reasons(to, mail->reasons);
	fputc('}', to);
}

/* ---- the queue ---- */

/* All reasons of a mail that failed, or the last one of a mail that waits; NULL: no memory. */
static char *reasons_of(const struct queue *queue, bool failed, const char *id)
{
	char name[QUEUE_ID_MAX + sizeof ".reasons"], *lines = NULL;
	size_t room = 0;
	if (!failed) {
		char last[REASON_MAX];
		return strdup(queue_noted(queue, id, last, sizeof last) ? last : "");
	}
	snprintf(name, sizeof name, "%s.reasons", id);
	int descriptor = openat(queue->failed, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *reasons = descriptor < 0 ? NULL : fdopen(descriptor, "r");
	if (reasons != NULL && getdelim(&lines, &room, 0, reasons) < 0) {
		free(lines);
		lines = NULL;
	}
	if (reasons != NULL)
		fclose(reasons);
	else if (descriptor >= 0)
		close(descriptor);
	return lines != NULL ? lines : strdup("");
}

static long long octets_of_entry(const struct queue_entry *entry)
{
	struct stat facts = {0};
	if (fstat(entry->descriptor, &facts) != 0 || facts.st_size < entry->start)
		return 0;
	return (long long)(facts.st_size - entry->start);
}

/* False: it is gone, or there was no memory. */
static bool show_mail(
	struct queue *queue, bool failed, const char *id, const char *comma, bool json, FILE *to)
{
	struct queue_entry entry;
	struct trouble unreadable = {0};
	bool read = queue_read(queue, failed, id, &entry, &unreadable);
	char *reasons = reasons_of(queue, failed, id);
	bool there = (read || unreadable.status != 0) && reasons != NULL;
	const struct shown_mail mail = {.id = id,
		.entry = read ? &entry : NULL,
		.trouble = unreadable.text,
		.reasons = reasons,
		.octets = read ? octets_of_entry(&entry) : 0};
	if (there && json) {
		fputs(comma, to);
		shown_mail_json(&mail, to);
	} else if (there) {
		shown_mail_print(&mail, to);
	}
	free(reasons);
	queue_entry_free(&entry);
	return there;
}

static bool show_folder(struct queue *queue, bool failed, bool json, FILE *to, size_t *count,
	struct trouble *trouble)
{
	struct addresses ids = {0};
	const char *comma = "";
	bool listed = queue_list(queue, failed, &ids);
	for (size_t i = 0; listed && i < ids.count; i++) {
		if (show_mail(queue, failed, ids.items[i], comma, json, to))
			comma = ",\n    ";
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
		     show_folder(&queue, false, false, to, &waiting, trouble) &&
		     show_folder(&queue, true, false, to, &failed, trouble);
	if (shown)
		fprintf(to, "%zu waiting, %zu failed\n", waiting, failed);
	queue_close(&queue);
	return shown;
}

bool flush_show_json(const char *path, FILE *to, struct trouble *trouble)
{
	struct queue queue;
	size_t count;
	bool opened = queue_open(&queue, path, trouble);
	fputs("{\"queue\": ", to);
	words_print_json(to, path);
	fputs(", \"waiting\": [", to);
	bool shown = opened && show_folder(&queue, false, true, to, &count, trouble);
	fputs("], \"failed\": [", to);
	shown = shown && show_folder(&queue, true, true, to, &count, trouble);
	fputc(']', to);
	json_member(to, "trouble", trouble->text);
	fputc('}', to);
	queue_close(&queue);
	return shown;
}
