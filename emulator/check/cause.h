/*
 * cause: why a client cannot send, found by experiment.
 *
 * The model. A client is its differences from the plainest correct client. With all of them it
 * fails; with none of them it sends; so a smallest set of them, M, can be looked for that makes
 * the correct client fail (reduce.h), in groups first, then in units, then in single settings
 * (units.h). What is found is a cause only
 *
 *   - if a control sends before anything else is tried, or nothing could be learned,
 *   - if the client fails twice in the same way of asking,
 *   - if the correct client with M alone fails twice more, and the correct client sends in between,
 *   - if M is no more than needed: where it is several settings, the correct client with all but
 *     one of them does not fail there, as often as it fails with all,
 *   - if the whole client without M sends. Where it does not, twice, a second cause was masked by
 *     the first; it is looked for in what is left.
 *
 * M has twice as much to show where chance makes it more easily: where it is several settings, or
 * fails as the client never did. Of a server that shows its fault only so often a part of the true
 * cause sends now and then, and then a setting seems needed that is not.
 *
 * All that is certain only as long as the server answers the same words in the same way. Whoever
 * fails at random, greylists or bans contradicts itself sooner or later (conversation.h), or sends
 * where it failed before; then nothing is concluded. So an experiment has three ends, and a false
 * cause is none of them.
 *
 * Every trial is a session (or more) with the server, so they are few: a set that was asked for is
 * remembered, a set that would say no other octet than one before is not played (replay.h), and
 * there is a cap. Each trial is in the log, since the work is part of the proof.
 *
 * The plain client with M is the same client whoever M was taken from. So what was proven for one
 * client of a run is proven for all (struct known_causes): of the next one that has M, and fails
 * where the plain client with M did, all that is left to see is that it fails, again, and sends
 * without M. The same holds where even the plain client fails.
 *
 * The cause that is told first belongs to the step where the client failed: only a set that fails
 * there counts while that one is looked for. A part of it that fails even earlier is the better
 * cause; one that fails later is another cause, that was masked.
 */
#ifndef CHECK_CAUSE_H
#define CHECK_CAUSE_H

#include "question.h"

enum { CAUSE_CONNECTIONS = 40, CAUSES_MAX = 4 };

/* What a trial was for. */
enum trial_purpose {
	PURPOSE_CONTROL, /* not a client of the catalogue: ground.control() */
	PURPOSE_CLIENT,	 /* all differences */
	PURPOSE_PLAIN,	 /* none: the correct client, between others */
	PURPOSE_KNOWN,	 /* what was the cause for another client */
	PURPOSE_NARROW,	 /* a part, to find a smaller one */
	PURPOSE_PROOF,	 /* the smallest one, again */
	PURPOSE_WITHOUT, /* all but the cause: is there another? */
	PURPOSE_COUNT
};

struct cause_trial {
	enum trial_purpose purpose;
	bool *kept; /* which settings of the client; NULL of a control */
	size_t kept_count;
	enum trial_end end;
	/* The first one's number, from 1; how many. 0: not made, it would say what `like` said. */
	size_t connection, connections;
	size_t like;		  /* index into the log */
	bool elsewhere;		  /* not made: another client's experiment had this very trial */
	struct sentence sentence; /* what came of it */
	const char *step;	  /* of a client that failed: where, lent for ever; else NULL */
	unsigned int code;
	enum step at; /* the same step; with `result` and `code` how it failed */
	enum phone_result result;
	bool early;		       /* it failed before the client had said a word */
	bool silent;		       /* trial_was_silent() */
	enum control_end control;      /* of a control: how it ended */
	struct transcript *transcript; /* a control may have none */
};

enum cause_state {
	CAUSE_NONE,  /* the client can send */
	CAUSE_FOUND, /* what of the client it is: `sets` */
	/* No difference of the client: the plainest client fails too, and only the control sends.
	 */
	CAUSE_SERVER,
	CAUSE_INCONCLUSIVE
};

/* One smallest set of settings that makes the correct client fail. */
struct cause_set {
	bool *kept;
	size_t kept_count;
	size_t trial; /* where it was played alone, for the last time: index into the log */
};

struct cause {
	enum cause_state state;
	struct sentence sentence; /* of CAUSE_INCONCLUSIVE and CAUSE_SERVER: why */
	struct sentence failure;  /* how the client failed first: "refused at recipient: …" */
	/* Of CAUSE_FOUND: more than one where causes were masked by those before. */
	struct cause_set sets[CAUSES_MAX];
	size_t set_count;
	/* "" or what is left open: "not looked for further causes: 40 connections are used up" */
	struct sentence remark;
	size_t reproduced; /* how often each cause failed alone, beside the search */
	struct cause_trial *trials;
	size_t trial_count, trial_room;
	size_t connections;
	bool used_up;	      /* the search ended for want of connections or time */
	size_t setting_count; /* of each `kept` */
	const struct memory *memory;
};

/*
 * Causes found before with this server and account, and the faults that every client meets there;
 * grows. A zeroed one with its memory is empty.
 */
struct known_causes {
	const struct memory *memory;
	struct known_cause *items; /* opaque */
	size_t count, room;
};
void known_causes_free(struct known_causes *known);

struct cause_settings {
	const struct ground *ground; /* all borrowed */
	const struct profile *client;
	enum aspect aspect;
	bool deliver;
	uint64_t seed;
	size_t max_connections; /* 0: CAUSE_CONNECTIONS */
	/* A server that delays each refusal makes forty sessions a matter of minutes. 0: no bound.
	 */
	uint64_t max_ms;
	/* The caller's control has sent just now, and it saw the client fail: no control is made.
	 */
	bool controlled;
	struct known_causes *known; /* NULL: none are kept */
	/* Called with each trial when it is over; lent. NULL: nobody looks. */
	void (*tell)(void *context, const struct cause *cause, const struct cause_trial *trial);
	void *context;
};

/* Blocks as long as its trials do. False: no memory. cause_free() it in any case. */
bool cause_find(const struct cause_settings *settings, struct cause *cause);
/* Of a zeroed one, too. */
void cause_free(struct cause *cause);

#endif
