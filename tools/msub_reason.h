/*
 * reason: why a queued mail is not delivered, as a line with the time, for people.
 *
 *     2026-11-23T19:18:03Z bob@example.net: refused: the server refused, at RCPT TO (550 5.1.1 no)
 */
#ifndef TOOLS_MSUB_REASON_H
#define TOOLS_MSUB_REASON_H

#include "msub.h"
#include "msub_queue.h"

enum { REASON_MAX = 1024 };

/* Lines with their ends, which the caller frees; NULL: no memory. */
char *reason_make(const char *address, enum queue_state state, const struct msub_failure *why);
/* It waited too long; `last` is the line that was noted last, or "". */
char *reason_too_old(const char *address, const char *last);
/* It was not tried. */
char *reason_of_trouble(const char *text);

#endif
