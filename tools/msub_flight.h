/*
 * flight: one queued mail while it is sent, and what its recipients' states become. For flush's
 * own.
 *
 * The steps are those of msub_queue.h.
 */
#ifndef TOOLS_MSUB_FLIGHT_H
#define TOOLS_MSUB_FLIGHT_H

#include "msub_delivery.h"
#include "msub_ending.h"
#include "msub_queue.h"

/* Files that are open at once. */
enum { TOGETHER = 100, KEEP_MS = 10 * 1000 };

/* One mail under way. */
struct flight {
	struct queue_entry entry;
	char id[QUEUE_ID_MAX]; /* the mail's name, also when the entry is closed */
	struct mail *mail;     /* one of the mails; NULL: it is not sent */
	struct flush *flush;
};

/* How the mails of one route are sent, over one network. */
struct way {
	char *route; /* NULL: none */
	char *storage;
	struct msub_options options;
	struct delivery delivery;
	struct trouble trouble; /* why nothing can be sent so */
	bool wrong;		/* nor ever will be */
};

struct flush {
	struct queue queue;
	const struct msub_options *options;
	struct ending *ending;
	struct mails mails;
	struct way way;
	struct flight flights[TOGETHER]; /* of one route */
	size_t count;
	bool broken; /* a state could not be written */
	int failed;  /* the status of those that nobody will try again */
};

/* All recipients that are in one state are in another then, and that is synced. */
void flight_mark_all(struct flight *flight, enum queue_state from, enum queue_state to);
/* Whoever was on the way when an earlier msub was stopped is unsure. */
void flight_doubt(struct flight *flight);
/* Finds the file's recipients among those of the message, which it was just given. */
void flight_number(struct flight *flight);
/* Step 2, for those whom the end that leaves now may reach. */
void flight_goes(struct flight *flight);
/* Steps 3 and 4, with what is known so far. */
void flight_settle(struct flight *flight);
/* Notes why somebody still waits. */
void flight_note(struct flight *flight);
/*
 * It did not come as far as being sent: it goes on waiting, unless it has waited too long or is
 * hopeless: its file itself says what cannot be sent.
 */
void flight_leave(struct flight *flight, bool hopeless);
/* Step 5. */
void flight_end(struct flight *flight);

#endif
