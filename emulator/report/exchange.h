/* exchange: the part of a dialogue that decided: what was sent last, and what came. */
#ifndef REPORT_EXCHANGE_H
#define REPORT_EXCHANGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { EXCHANGE_COMMANDS = 3 };

struct exchange {
	const json_t *sent[EXCHANGE_COMMANDS]; /* events of the client, in order */
	size_t sent_count;
	const json_t *came; /* the event that decided: a reply, or how it ended; NULL: nothing */
};

/* `reply`: the one that decided, "" where none did. */
void exchange_find(struct exchange *exchange, const json_t *dialogue, const char *reply);
/* The aspect of a client whose failure its verdict tells of: the first that failed, or NULL. */
const json_t *exchange_aspect(const json_t *client);

#endif
