/* reason: lines about mails that were not delivered. */
#include "msub_reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "msub_words.h"

static void print_time(FILE *to)
{
	char when[32];
	time_t now = time(NULL);
	struct tm parts;
	if (gmtime_r(&now, &parts) != NULL &&
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ ", &parts) > 0)
		fputs(when, to);
}

static FILE *begin(char **line, size_t *len)
{
	*line = NULL;
	FILE *to = open_memstream(line, len);
	if (to != NULL)
		print_time(to);
	return to;
}

static char *end(FILE *to, char **line)
{
	fputc('\n', to);
	if (fclose(to) == 0)
		return *line;
	free(*line);
	return NULL;
}

static const char *words_of(enum queue_state state)
{
	switch (state) {
	case QUEUE_UNSURE:
		return ": unsure, it may have been delivered: ";
	case QUEUE_FAILED:
		return ": refused: ";
	case QUEUE_WAITS:
	case QUEUE_ON_THE_WAY:
	case QUEUE_DELIVERED:
		break;
	}
	return ": not yet: ";
}

char *reason_make(const char *address, enum queue_state state, const struct msub_failure *why)
{
	char *line;
	size_t len;
	FILE *to = begin(&line, &len);
	if (to == NULL)
		return NULL;
	words_print(to, address);
	fprintf(to, "%s%s, at %s", words_of(state), msub_error_text(why->error),
		msub_phase_text(why->phase));
	if (why->reply.code != 0 || why->text[0] != 0) {
		fputs(" (", to);
		if (why->reply.code != 0)
			fprintf(to, "%d ", why->reply.code);
		if (why->reply.code != 0 && why->reply.enhanced[0] != 0)
			fprintf(to, "%d.%d.%d ", why->reply.enhanced[0], why->reply.enhanced[1],
				why->reply.enhanced[2]);
		words_print_lines(to, why->reply.code != 0 ? why->reply.text : why->text);
		fputc(')', to);
	}
	return end(to, &line);
}

char *reason_too_old(const char *address, const char *last)
{
	char *line;
	size_t len;
	FILE *to = begin(&line, &len);
	if (to == NULL)
		return NULL;
	words_print(to, address);
	fputs(": given up, since it has waited too long", to);
	if (last[0] != 0)
		fprintf(to, "; at last: %s", last);
	return end(to, &line);
}

char *reason_of_trouble(const char *text)
{
	char *line;
	size_t len;
	FILE *to = begin(&line, &len);
	if (to == NULL)
		return NULL;
	words_print(to, text);
	return end(to, &line);
}
