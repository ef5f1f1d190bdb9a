/* serving_content: a message up to its dot, without the dots that were put in front of others. */
#include <stdio.h>
#include <string.h>

#include "msub_serving_path.h"

/* Keeps octets of the message; the first refusal stays. */
static void keep(struct serving *serving, const char *at, size_t len)
{
	if (len == 0 || serving->lost)
		return;
	serving->size += len;
	if (serving->size > SERVING_SIZE_MAX) {
		snprintf(serving->reply.text, sizeof serving->reply.text,
			"552 5.3.4 the message is too large");
		serving->lost = true;
	} else {
		serving->lost =
			!serving->taker.content(serving->taker.context, at, len, &serving->reply);
	}
}

/* Within a line nothing happens up to what may be its end. */
static size_t take_rest(struct serving *serving, const char *at, size_t len)
{
	char stop = serving->ends_lf ? '\n' : '\r';
	const char *end = memchr(at, stop, len);
	size_t part = end == NULL ? len : (size_t)(end - at) + 1;
	keep(serving, at, part);
	if (end != NULL)
		serving->at = serving->ends_lf ? LINE_START : LINE_REST_CR;
	return part;
}

/* Behind a CR of the text. */
static size_t take_rest_cr(struct serving *serving, const char *at)
{
	keep(serving, at, 1);
	if (*at != '\r')
		serving->at = *at == '\n' ? LINE_START : LINE_REST;
	return 1;
}

/* A dot at a line's front: alone it is the end, otherwise it was put there. */
static size_t take_dot(struct serving *serving, const char *at, bool *ended)
{
	if (serving->ends_lf && *at == '\n') {
		*ended = true;
		return 1;
	}
	if (!serving->ends_lf && *at == '\r') {
		serving->at = LINE_START_DOT_CR;
		return 1;
	}
	serving->at = LINE_REST;
	return 0;
}

static size_t take_dot_cr(struct serving *serving, const char *at, bool *ended)
{
	if (*at == '\n') {
		*ended = true;
		return 1;
	}
	/* the dot was put there, and a CR is the line's text */
	keep(serving, "\r", 1);
	serving->at = LINE_REST_CR;
	return 0;
}

size_t serving_content(struct serving *serving, const char *at, size_t len, bool *ended)
{
	size_t used = 0;
	while (used < len && !*ended) {
		switch (serving->at) {
		case LINE_START:
			serving->at = at[used] == '.' ? LINE_START_DOT : LINE_REST;
			used += at[used] == '.';
			break;
		case LINE_START_DOT:
			used += take_dot(serving, at + used, ended);
			break;
		case LINE_START_DOT_CR:
			used += take_dot_cr(serving, at + used, ended);
			break;
		case LINE_REST:
			used += take_rest(serving, at + used, len - used);
			break;
		case LINE_REST_CR:
			used += take_rest_cr(serving, at + used);
			break;
		}
	}
	return used;
}
