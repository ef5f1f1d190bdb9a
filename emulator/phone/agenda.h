/*
 * agenda: what one connection has still to do, worked from the front.
 *
 * A step is *said*, then *heard*; hearing pops it, or a reaction rewrites the front. Silent tasks
 * say nothing: they are replaced by what they stand for when they come to the front.
 */
#ifndef PHONE_AGENDA_H
#define PHONE_AGENDA_H

#include "client_profile.h"
#include "memory.h"

enum task_kind {
	TASK_STEP,	   /* `step` is said and heard */
	TASK_EARLY_LOGIN,  /* silent: AUTH before STARTTLS, where it is offered */
	TASK_INSIDE_TLS,   /* silent: STARTTLS once more, where it is offered inside TLS */
	TASK_ANY_ACCEPTED, /* silent: was any recipient accepted? */
	TASK_STOP,	   /* silent: the envelope was all (phone_account.stops_at_data) */
	TASK_NEXT	   /* silent: the next copy of a message, or the end of the session */
};

struct task {
	uint8_t kind; /* enum task_kind */
	uint8_t step; /* enum step, of TASK_STEP */
	bool said;
	bool deaf;	 /* its reply is read, and nothing follows from it */
	bool in_session; /* of the session, not of a transaction */
	bool going_on;	 /* STEP_QUIT: what stands behind it is done all the same */
	uint32_t index;	 /* STEP_RECIPIENT: which one of the message */
};

struct agenda {
	const struct memory *memory;
	struct task *tasks; /* the front is the last one */
	size_t count, room;
	bool failed; /* sticky: no memory */
};

void agenda_init(struct agenda *agenda, const struct memory *memory);
void agenda_free(struct agenda *agenda);
void agenda_clear(struct agenda *agenda);
/* Puts a task in front. */
void agenda_push(struct agenda *agenda, struct task task);
/* The same for a step, unsaid. */
void agenda_push_step(struct agenda *agenda, enum step step, bool in_session);
/* NULL where nothing is left; lent until the next push. */
struct task *agenda_front(struct agenda *agenda);
/* The task `ahead` places behind the front, or NULL. */
struct task *agenda_ahead(struct agenda *agenda, size_t ahead);
void agenda_pop(struct agenda *agenda);
/*
 * Takes away what is left of the message in hand: everything before TASK_NEXT (all, where there
 * is none). With `drain` the steps that were said stay, deaf, so that their replies are read.
 */
void agenda_abandon(struct agenda *agenda, bool drain);

#endif
