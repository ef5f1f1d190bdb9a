/*
 * trials: the trials of one experiment, as they are made: counted, logged, and compared with all
 * that were made before. Seen by cause*.c only.
 */
#ifndef CHECK_TRIALS_H
#define CHECK_TRIALS_H

#include "cause.h"
#include "conversation.h"
#include "reduce.h"
#include "replay.h"

/* What a trial that was made is compared by. */
struct recorded {
	struct conversation conversation;
	struct replay replay; /* of its own transcript, once somebody asked for it */
	bool replayed;
};

struct trials {
	const struct cause_settings *settings;
	struct cause *cause;
	struct recorded *recorded; /* of each trial in the log */
	size_t recorded_room;
	bool *silent; /* settings that change more than words (units.h) */
	bool *none;   /* the empty set */
	size_t count; /* of settings */
	/* How often the plain client sent behind one that was turned away in the middle. */
	size_t cleared;
	bool no_replays;		  /* what is deduced has turned out to be wrong */
	bool stopped, used_up, no_memory; /* used_up: stopped by the caps alone */
	uint64_t began_ms;		  /* ground.spent_ms() */
	struct sentence why;		  /* of `stopped` */
};

bool trials_begin(
	struct trials *trials, const struct cause_settings *settings, struct cause *cause);
void trials_end(struct trials *trials);
/* False: the control did not send, and the reason is why it was stopped. */
bool trials_control(struct trials *trials);
/* Plays the client with this part of its settings, whatever is known. */
enum answer trials_make(struct trials *trials, const bool *kept, enum trial_purpose purpose);
/* The same, but what was played before, or would say what was said before, is not played again. */
enum answer trials_ask(struct trials *trials, const bool *kept, enum trial_purpose purpose);
/* Writes down a trial that was made in another client's experiment. False: no memory. */
bool trials_adopt(struct trials *trials, const bool *kept, const struct cause_trial *elsewhere);
/*
 * Leaves out of `kept`, which was played and failed, all that changes nothing that is said: what is
 * left fails as well. Costs no session.
 */
void trials_shrink(struct trials *trials, bool *kept, size_t *labels);
/* The trial that had exactly these settings last; the log's end where there was none. */
size_t trials_last(const struct trials *trials, const bool *kept);

/* What was said in it, or in the one that it is like; NULL: nothing. */
const struct transcript *trials_transcript(const struct trials *trials, size_t index);

/* --- between trials*.c --- */

/* Room for one more in the log. */
bool trials_has_room(struct trials *trials);
/* A copy to be freed with count + 1 elements; NULL: no memory. */
bool *trials_copy(const struct trials *trials, const bool *kept);
size_t trials_size(const struct trials *trials, const bool *kept);
enum answer trials_answer(enum trial_end end);
void trials_lack_memory(struct trials *trials);

#endif
