/*
 * crowd: the loop for many client players, over one epoll descriptor.
 *
 * The model. A crowd has members: players that are connecting, connected, or waiting for a time.
 * crowd_run() asks its source for players as long as that gives any, dials for those that want a
 * connection (dial.h), runs the conversations, and lets a player go that wants nothing any more.
 * While some connect, the others talk on. It returns when nobody is left, or when the source says
 * that it is done; who is a member then is one still, with its connection, in the next run.
 *
 * A system call is made only where it can do something: a descriptor is read when it is readable,
 * written to at once, and epoll is told only of changes. No member has a buffer for reading.
 */
#ifndef NET_CROWD_H
#define NET_CROWD_H

#include "drive.h"

struct crowd_source {
	void *context;
	/*
	 * One more player to be driven, borrowed until it wants nothing or is dropped; or one that
	 * is a member already and has something to do again; NULL: none now. Asked after every
	 * round of events.
	 */
	struct player *(*next)(void *context, uint64_t now_ms);
	/* True: the run is over, although members are left. */
	bool (*is_done)(void *context);
	/*
	 * NULL, or: the player is no member any more, and may be freed. Where this is given, a
	 * patience that is over breaks off that player alone (`end` says which one it was, else
	 * DRIVE_DONE), and the run goes on. What is broken off outside a run is not told.
	 */
	void (*left)(void *context, struct player *player, enum drive_end end);
};

struct crowd;

/* What the settings point to is borrowed until crowd_free(). NULL: no memory, no descriptor. */
struct crowd *crowd_new(const struct drive_settings *settings);
/* Breaks off what is left. NULL is fine. */
void crowd_free(struct crowd *crowd);
/* Blocks; as drive() (drive.h) for each. */
enum drive_end crowd_run(
	struct crowd *crowd, const struct crowd_source *source, struct sentence *why);
/*
 * Lets a player go at once, with a last write of what it wants said; it is told ended() and
 * closed(). Nothing happens where it is no member.
 */
void crowd_drop(struct crowd *crowd, struct player *player);
/* A member, from number 0; NULL where there are no more. */
struct player *crowd_member(const struct crowd *crowd, size_t number);

#endif
