/* crowd_internal: what crowd.c, crowd_member.c and crowd_patience.c share, and nobody else. */
#ifndef NET_CROWD_INTERNAL_H
#define NET_CROWD_INTERNAL_H

#include "connection.h"
#include "crowd.h"
#include "place.h"
#include "timetable.h"

struct member {
	struct timetable_entry entry; /* when it is to be looked at although nothing came */
	struct player *player;
	struct dial *dial;	       /* while it connects */
	struct connection *connection; /* while it is connected */
	bool shortened;		       /* the dial trusts an address of before */
	bool gone;		       /* to be freed when nobody looks */
	short watched;		       /* events that epoll was told of; 0: none */
	int descriptor;		       /* the last one that epoll was told of */
	bool has_waited;	       /* on the way, before the dial */
	enum drive_end end;	       /* broken off for want of patience: which */
	uint64_t dial_from_ms, dial_until_ms;
	uint64_t octets, active_ms; /* only where there is a patience */
	bool on_own_time; /* its player kept time when it was last looked at, at counted_ms */
	uint64_t counted_ms, spent_ms; /* on the connection, time of its own apart */
	struct member *next, *previous;
};

struct crowd {
	struct drive_settings settings;
	struct places places;
	struct timetable timetable;
	int epoll;
	struct member *first; /* those that are members */
	struct member *gone;
	size_t count, connected;
	uint64_t now_ms;		   /* when the round under way began */
	const struct crowd_source *source; /* of the run under way; NULL: there is none */
	struct sentence *why;		   /* likewise; may be NULL */
	enum drive_end end;
	struct sentence too_much; /* with DRIVE_IMPATIENT and DRIVE_ENDLESS: of what */
};

/* A player becomes a member and begins; false: no memory, and it was told so. */
bool member_new(struct crowd *crowd, struct player *player, uint64_t now_ms);
/* Epoll found something. */
void member_ready(struct crowd *crowd, struct member *member, short events, uint64_t now_ms);
/* Does what can be done without waiting, and sees when and for what it is to be looked at next. */
void member_turn(struct crowd *crowd, struct member *member, uint64_t now_ms);
/* Its time may have come. */
void member_tick(struct crowd *crowd, struct member *member, uint64_t now_ms);
/* Breaks off what it is doing; it is gone afterwards. */
void member_break(struct crowd *crowd, struct member *member, const char *why, uint64_t now_ms);
/* crowd_patience.c. The connection begins. */
void patience_begin(struct member *member, uint64_t now_ms);
/* Sees what has passed on it, and how the time went, until now. */
void patience_look(struct crowd *crowd, struct member *member, uint64_t now_ms);
/* When it will be over, if nothing passes; PLAYER_NEVER. */
uint64_t patience_until_ms(const struct crowd *crowd, const struct member *member);
/* DRIVE_DONE: it is not over; else which, and why. */
enum drive_end patience_end(const struct crowd *crowd, const struct member *member, uint64_t now_ms,
	struct sentence *why);

/* Frees those that are gone. */
void crowd_sweep(struct crowd *crowd);

#endif
