/*
 * reply: texts of a profile become octets.
 *
 * A list of texts becomes `NNN-text` … `NNN text`; the code is that of the first text, whether or
 * not the others repeat it. A text of three digits alone is said without a blank. A last text
 * that is written `NNN-…` stays so: a reply that never ends is a fault one may want. Texts
 * without any code are said as they are.
 *
 * {host} {client} {name} {sender} {recipient} {number} {time} are filled in. What comes from the
 * client is made safe: printable ASCII, and not too much of it.
 */
#ifndef SERVER_REPLY_H
#define SERVER_REPLY_H

#include "server_profile.h"

struct server;

/* A reply of the player's own, for what no profile speaks of; at file scope. */
#define REPLY_TEXT(text)                                                                           \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}
#define REPLY_OF(text, afterwards)                                                                 \
	{                                                                                          \
		.written = true, .lines = {(const struct octets[]){REPLY_TEXT(text)}, 1},          \
		.then = THEN_##afterwards                                                          \
	}

/* The code of a reply, 0 where it has none. */
unsigned int reply_code(const struct text_list *lines);
/*
 * Appends the reply. With `extensions`, the lines of the capability list follow its own, and its
 * code, where it has none, is 250. A buffer that failed tells that there was no memory.
 */
void reply_compose(const struct server *server, const struct text_list *lines, bool extensions,
	struct buffer *out);

#endif
