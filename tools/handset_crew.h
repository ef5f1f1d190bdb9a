/*
 * handset_crew: work for many servers, done by processes at the same time.
 *
 * Each piece of work is a process of its own, started here; it writes lines, and this process, the
 * only one that writes anything else, takes them whole and one after the other. Pieces with the
 * same *place* (a host) are never done at the same time. Who starts it may be interrupted: no
 * further piece begins, and those under way are asked to end.
 */
#ifndef TOOLS_HANDSET_CREW_H
#define TOOLS_HANDSET_CREW_H

#include "octets.h"

#include <signal.h>

enum { CREW_MAX = 256 };

struct crew_work {
	size_t count; /* pieces, 0 to count - 1 */
	size_t jobs;  /* at the same time, at most CREW_MAX */
	/* Borrowed for all of the time. */
	const char *(*place)(void *context, size_t piece);
	/*
	 * In the process of the piece: does it, writes lines to `out`, and returns the process's
	 * exit status.
	 */
	int (*work)(void *context, size_t piece, int out);
	/* Here: a whole line, with its line feed. False: it cannot be kept, so that all ends. */
	bool (*take)(void *context, size_t piece, struct octets line);
	/* Here: the piece has ended; -1: by a signal. */
	void (*ended)(void *context, size_t piece, int status);
	void *context;
	const volatile sig_atomic_t *interrupted;
};

/* Blocks. False: not everything was begun, or a process could not be made. */
bool crew_run(const struct crew_work *work);

#endif
