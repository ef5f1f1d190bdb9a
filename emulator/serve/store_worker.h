/*
 * store_worker: delivers into a Maildir from a thread of its own, many messages at a time.
 *
 * fsync takes milliseconds; a loop that waited for it would hold up every session. So messages are
 * queued, and the worker takes all that wait: writes all, syncs each file, renames all, syncs the
 * folder once, and only then tells. The loop watches store_worker_descriptor() and calls
 * store_worker_collect(), which calls each waiter's done() in the loop's own thread.
 *
 * Memory: the loop's thread makes and frees the jobs, the worker's thread writes the messages'
 * headers (maildir.h). Where both have the same struct memory it is called from two threads at a
 * time and has to allow that, as memory_standard does. Both are borrowed.
 */
#ifndef SERVE_STORE_WORKER_H
#define SERVE_STORE_WORKER_H

#include "maildir.h"
#include "store.h"

struct store_worker;

struct store_worker_settings {
	struct maildir *maildir; /* borrowed; only the worker uses it from now on */
	uint64_t octets_max;	 /* of all messages together; 0: no limit. Beyond: stored(false) */
	uint64_t messages_max;	 /* 0: no limit */
	uint64_t (*unix_time)(void); /* NULL: the clock; for Received: */
};

struct store_worker_counts {
	uint64_t stored, refused, octets;
	uint64_t batches; /* each has synced the folder once */
};

/* Starts the thread. NULL with a sentence. */
struct store_worker *store_worker_new(const struct memory *memory,
	const struct store_worker_settings *settings, struct sentence *why);
/* Waits for what is queued, tells every waiter, ends the thread. NULL is fine. */
void store_worker_free(struct store_worker *worker);
/* For connections; lent until store_worker_free(). */
const struct store *store_worker_store(struct store_worker *worker);
/* Readable when something is to be collected. */
int store_worker_descriptor(const struct store_worker *worker);
void store_worker_collect(struct store_worker *worker);
/* Messages queued and not collected yet. */
size_t store_worker_waiting(struct store_worker *worker);
struct store_worker_counts store_worker_counts(struct store_worker *worker);
/* Why the last message could not be stored, copied; "" if all could. */
struct sentence store_worker_why(struct store_worker *worker);

#endif
