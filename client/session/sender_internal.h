/*
 * sender_internal: what the files of the sender share, and nobody else.
 *
 *   sender.c          what a program calls
 *   sender_queue.c    which message a session gets, and what becomes of its recipients
 *   sender_session.c  when a session is worth opening, and what its end means for the others
 *   sender_lane.c     a lane as a player
 *
 * A *lane* is the place of one connection. It has a session or is vacant, and is in the list of
 * lanes that are as it is. What a lane has taken from the queue is in its hand until it is
 * finished or goes back, so no message is ever with two sessions.
 */
#ifndef SESSION_SENDER_INTERNAL_H
#define SESSION_SENDER_INTERNAL_H

#include "sender.h"
#include "session.h"
#include "settings.h"

struct lane {
	struct player player;
	struct msub_sender *sender;
	struct msub_session *session; /* NULL: vacant */
	struct message_list hand;
	unsigned int round; /* the sender's when the session began */
	bool stays;	    /* opens its next session by itself */
	bool opens;	    /* its session has not logged in yet */
	bool asks;	    /* was woken, and has not come for its message yet */
	struct lane_list *list;
	struct lane *next, *previous;
};

struct lane_list {
	struct lane *first;
	size_t count;
};

struct msub_sender {
	struct memory memory;
	struct msub_settings settings;
	struct sasl_provider *sasl;   /* of all its sessions; NULL: none */
	struct message_list waiting;  /* in the order of adding */
	struct message_list suspects; /* the same; they have to be first in a new session */
	struct message_list finished; /* not yet told */
	uint64_t added;
	size_t unfinished;

	struct lane sole; /* what sender_player() gives */
	struct lane_list vacant, busy, resting, over;
	size_t asking;	/* lanes that do */
	size_t opening; /* lanes whose session has not logged in yet */
	size_t room;	/* so many may be under way: settings.connections, or less */

	struct failure unsent;	 /* of the first message of the run that has one */
	struct failure given_up; /* why the run was; error is MSUB_OK where it was not */
	struct lessons lessons;
	struct msub_counts counts; /* of the sessions that are gone */
	struct failure failure;
	/*
	 * Sessions in a row in which nothing was settled. Those that were under way together count
	 * as one: a round.
	 */
	unsigned int fruitless, round;
	unsigned int barren; /* sessions in a row that brought nothing to anybody */
	/* A run is from the first session until no message waits; it has a whole time of its own.
	 */
	bool running;
	uint64_t whole_at, paused_ms;

	void (*freed)(void *context, struct msub_sender *sender);
	void *freed_context;
};

/* ---- sender_queue.c ---- */

/* What a session of the lane asks (struct owner). */
struct msub_message *queue_next(void *lane);
void queue_settled(void *lane, struct msub_message *message);
/* What the lane has in hand waits for another one. */
void queue_take_back(struct lane *lane);
/* Everything that waits is finished with this failure. */
void queue_give_up(struct msub_sender *sender, const struct failure *failure);

/* ---- sender_session.c ---- */

/* Whether its session is opening; whether it was woken and comes for a message. */
void lane_is(struct lane *lane, bool opens, bool asks);
void lane_move(struct lane *lane, struct lane_list *to);
/* A zeroed lane becomes a vacant one of this sender. */
void lane_init(struct lane *lane, struct msub_sender *sender);
size_t sender_under_way(const struct msub_sender *sender);
/*
 * Opens a session in this lane (NULL: in any) if that is worth it, or finds one that rests and has
 * something to do: its lane, or NULL.
 */
struct lane *sender_open(struct msub_sender *sender, struct lane *lane, uint64_t now_ms);
/* Everything that waits, and that is added in this run, is finished with this failure. */
void sender_give_up(struct msub_sender *sender, const struct failure *failure);
void sender_add_counts(struct msub_counts *counts, const struct msub_session *session);
/* Sees to the sessions that are over. */
void sender_reap(struct msub_sender *sender);

/* ---- sender_lane.c ---- */

extern const struct player_ops lane_ops;

#endif
