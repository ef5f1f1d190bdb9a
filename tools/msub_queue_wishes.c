/* queue_wishes: which reports a queued mail asks for, as lines of its head. */
#include <stdlib.h>
#include <string.h>

#include "msub_queue.h"

static const struct {
	const char *word;
	unsigned int bit;
} notifies[] = {{"never", MSUB_NOTIFY_NEVER}, {"success", MSUB_NOTIFY_SUCCESS},
	{"failure", MSUB_NOTIFY_FAILURE}, {"delay", MSUB_NOTIFY_DELAY}};

enum { NOTIFIES = sizeof notifies / sizeof *notifies };

void queue_print_reports(FILE *to, const struct mail_reports *reports)
{
	if (reports->returns != MSUB_RETURN_UNSAID)
		fprintf(to, "return %s\n",
			reports->returns == MSUB_RETURN_FULL ? "full" : "headers");
	if (reports->envelope_id != NULL && strpbrk(reports->envelope_id, "\r\n") == NULL)
		fprintf(to, "envelope_id %s\n", reports->envelope_id);
	if (reports->if_offered)
		fputs("if_offered\n", to);
}

/* RFC 3461 4: so no line end is among it. */
static void print_xtext(FILE *to, const char *text)
{
	for (; *text != 0; text++) {
		unsigned char octet = (unsigned char)*text;
		if (octet <= ' ' || octet > '~' || octet == '+' || octet == '=')
			fprintf(to, "+%02X", octet);
		else
			fputc(octet, to);
	}
}

void queue_print_wish(FILE *to, const struct queue_letter *letter, const char *address)
{
	const char *comma = "";
	struct msub_recipient_options asked =
		wishes_find(letter->wishes, address, letter->reports.notify);
	if (asked.notify == 0 && asked.original == NULL)
		return;
	fputs("ask ", to);
	for (size_t i = 0; i < NOTIFIES; i++) {
		if ((asked.notify & notifies[i].bit) == 0)
			continue;
		fprintf(to, "%s%s", comma, notifies[i].word);
		comma = ",";
	}
	fputs(asked.notify == 0 ? "- " : " ", to);
	if (asked.original == NULL)
		fputc('-', to);
	else
		fprintf(to, "%s;", asked.original_type == NULL ? "rfc822" : asked.original_type);
	print_xtext(to, asked.original == NULL ? "" : asked.original);
	fputc('\n', to);
}

/* "failure,delay", or "-". */
static bool read_notify(const char *text, unsigned int *notify)
{
	*notify = 0;
	while (*text != 0 && strcmp(text, "-") != 0) {
		size_t len = strcspn(text, ","), i = 0;
		while (i < NOTIFIES && (strlen(notifies[i].word) != len ||
					       strncmp(notifies[i].word, text, len) != 0))
			i++;
		if (i == NOTIFIES)
			return false;
		*notify |= notifies[i].bit;
		text += len + (text[len] == ',');
	}
	return true;
}

/* "failure,delay rfc822;b@example.com", of the recipient that was read last. */
static bool take_ask(struct queue_entry *entry, char *text)
{
	unsigned int notify;
	char *original = strchr(text, ' ');
	if (original == NULL || entry->count == 0)
		return false;
	*original++ = 0;
	return read_notify(text, &notify) &&
	       wishes_add(&entry->wishes, entry->recipients[entry->count - 1].address, notify,
		       strcmp(original, "-") == 0 ? NULL : original) == MSUB_OK;
}

bool queue_take_wish(struct queue_entry *entry, char *line)
{
	char *value = line + strcspn(line, " ");
	if (*value != 0)
		*value++ = 0;
	entry->asks = true;
	if (strcmp(line, "ask") == 0)
		return take_ask(entry, value);
	if (strcmp(line, "return") == 0)
		entry->reports.returns =
			strcmp(value, "full") == 0 ? MSUB_RETURN_FULL : MSUB_RETURN_HEADERS;
	else if (strcmp(line, "envelope_id") == 0)
		entry->reports.envelope_id = value;
	else if (strcmp(line, "if_offered") == 0)
		entry->reports.if_offered = true;
	else
		return false;
	return true;
}
