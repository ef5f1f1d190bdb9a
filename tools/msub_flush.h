/*
 * flush: sends what waits in a queue (msub_queue.h), and shows it.
 *
 * Mails of one route go through one session. Each is settled in its file as soon as the library is
 * done with it, while the others are still under way.
 */
#ifndef TOOLS_MSUB_FLUSH_H
#define TOOLS_MSUB_FLUSH_H

#include "msub_ending.h"

/*
 * Sends; each mail that was tried comes to its ending. False: see the
 * trouble. Of the options only those count that say how to tell of it.
 */
bool flush_send(const char *path, const struct msub_options *options, struct ending *ending,
	struct trouble *trouble);
/* Prints what waits and what failed, for people. */
bool flush_show(const char *path, FILE *to, struct trouble *trouble);
/* The same for programs (msub_flush_show.h): one object, also where there is trouble. */
bool flush_show_json(const char *path, FILE *to, struct trouble *trouble);

#endif
