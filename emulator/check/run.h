/*
 * run: a whole check of one server: the control, each client, the end.
 *
 * A run has no state of its own but what it is given: many may follow each other, or go on in
 * processes of their own. It tells a listener of everything as it is concluded, so that a run that
 * is broken off has not been for nothing. Where a server turns out to be unsteady, clients that
 * were concluded before are examined again, and told of again where that came out differently: of
 * two results of a client the later one counts.
 */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "cause.h"
#include "examine.h"

struct run_client {
	const char *name; /* in the catalogue */
	const struct profile *profile;
};

struct run_counts {
	size_t sends, fails, inconclusive, not_applicable;
	size_t connections;
};

struct run_listener {
	void *context;
	/* Of the controls the first, and those that failed. */
	void (*control)(void *context, const struct control *control);
	/* About to be examined: `done` of so many are. NULL: nobody wants to know. */
	void (*begins)(void *context, size_t done, const char *name);
	/* `cause` NULL: none was sought. */
	void (*client)(void *context, const struct run_client *client,
		const struct verdict *verdict, const struct cause *cause);
};

struct run_settings {
	const struct ground *ground;
	const struct run_client *clients;
	size_t client_count;
	bool deliver;
	bool causes; /* of each client that fails, what of it the server does not take */
	uint64_t seed;
	const volatile sig_atomic_t *interrupted; /* NULL: nobody interrupts */
};

struct run_result {
	bool control_sends; /* false: nothing was concluded */
	bool stopped;	    /* before the last client */
	struct sentence why;
	struct sentence remark; /* of the whole run, set by whoever made the ground; "": none */
	struct run_counts counts;
};

/* Blocks. False only for want of memory. */
bool run_check(const struct run_settings *settings, const struct run_listener *listener,
	struct run_result *result);

#endif
