/*
 * trials: the trials of one experiment, as they are made: counted, logged, and compared with all
 * that were made before. Seen by cause*.c only.
 */
#ifndef CHECK_TRIALS_H
#define CHECK_TRIALS_H

#include "cause.h"
#include "conversation.h"
#include "reduce.h"

struct trials {
	const struct cause_settings *settings;
	struct cause *cause;
	struct conversation *conversations; /* of each trial in the log */
	size_t conversation_room;
	bool *silent; /* settings that change more than words (units.h) */
	bool *none;   /* the empty set */
	size_t count; /* of settings */
	/* How often the plain client sent behind one that was turned away in the middle. */
	size_t cleared;
	bool stopped, used_up, no_memory; /* used_up: stopped by the cap alone */
	struct sentence why;		  /* of `stopped` */
};

bool trials_begin(
	struct trials *trials, const struct cause_settings *settings, struct cause *cause);
void trials_end(struct trials *trials);
/* False: the control did not send, and the reason is why it was stopped. */
bool trials_control(struct trials *trials);
/* Plays the client with this part of its settings, whatever is known. */
enum answer trials_make(struct trials *trials, const bool *kept, enum trial_purpose purpose);
/* The same, but what was played before is not played again. */
enum answer trials_ask(struct trials *trials, const bool *kept, enum trial_purpose purpose);
/* The trial that had exactly these settings last; the log's end where there was none. */
size_t trials_last(const struct trials *trials, const bool *kept);

#endif
