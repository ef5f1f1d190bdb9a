/*
 * steps: what a session says and hears, as one ordered list with two cursors.
 *
 * Each step is a command (or the greeting, or the message) and the one reply to it. `say` is the
 * next to be said, `hear` the next to be answered. In lock-step they go together; inside a group
 * of RFC 2920 `say` runs ahead. Nothing else in the session knows about pipelining.
 *
 *     MAIL RCPT RCPT DATA | BODY MAIL RCPT DATA        planned: count
 *           hear     say
 */
#ifndef SESSION_STEPS_H
#define SESSION_STEPS_H

#include "msub.h"
#include "memory.h"

struct step {
	enum msub_phase phase;
	uint8_t slot;	  /* which transaction it belongs to */
	size_t recipient; /* which recipient of its message */
	uint64_t end;	  /* position in the output behind its last octet, once it was said */
};

struct steps {
	const struct memory *memory; /* borrowed */
	struct step *at;
	size_t count, room;
	size_t say, hear;
};

void steps_init(struct steps *steps, const struct memory *memory);
void steps_free(struct steps *steps);
/* Plans one more; false where memory did not suffice. */
bool steps_grow(struct steps *steps);
static inline bool steps_push(struct steps *steps, struct step step)
{
	if (steps->count == steps->room && !steps_grow(steps))
		return false;
	steps->at[steps->count++] = step;
	return true;
}
/* The next to be said; NULL where nothing more is planned. */
static inline struct step *steps_to_say(const struct steps *steps)
{
	return steps->say < steps->count ? &steps->at[steps->say] : NULL;
}
/* The next to be answered; NULL where nothing was said. */
static inline struct step *steps_to_hear(const struct steps *steps)
{
	return steps->hear < steps->say ? &steps->at[steps->hear] : NULL;
}
/* How many were said and not answered. */
static inline size_t steps_ahead(const struct steps *steps)
{
	return steps->say - steps->hear;
}
/* Moves a cursor; when everything planned was answered, the list begins anew. */
void steps_said(struct steps *steps, uint64_t end);
void steps_heard(struct steps *steps);
/* Forgets what is planned and unsaid: all of it, or the recipients only. */
void steps_drop(struct steps *steps);
void steps_drop_recipients(struct steps *steps);

#endif
