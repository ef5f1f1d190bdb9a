/*
 * lane: one direction of a link.
 *
 * What enters is cut into segments. The line takes one after the other, each for as long as its
 * octets take at the lane's rate and never in a stall; then a segment is under way for the lane's
 * latency and a jitter of its own, but does not overtake another. While a segment waits for the
 * line, later octets join it, as TCP fills its segments (RFC 1122 4.2.3.4).
 */
#ifndef LINK_LANE_H
#define LINK_LANE_H

#include "octets.h"
#include "stalls.h"

/* What a connection holds at most, as a socket and a window do. */
enum { LANE_ROOM = 32 * 1024, LANE_SEGMENTS = 512 };

struct lane_segment {
	uint64_t start_us, due_us;
	size_t len;
};

struct lane {
	uint64_t rate;	/* octets in a second; 0: no limit */
	size_t segment; /* 0: as it enters */
	uint64_t latency_us;
	struct span jitter;
	struct random random;
	struct stalls stalls;
	uint64_t free_us;  /* the line has taken everything */
	uint64_t last_us;  /* when what entered last is due */
	uint64_t total;	   /* octets that have left */
	bool ended, reset; /* nothing more enters; due after the rest */
	uint64_t end_us;
	size_t first, len; /* of `octets` */
	size_t first_segment, segment_count;
	struct lane_segment segments[LANE_SEGMENTS];
	uint8_t octets[LANE_ROOM];
};

struct lane_wish {
	const struct link_profile *profile;
	uint64_t rate;
	uint64_t latency_ms;
	uint64_t seed;	     /* of this lane's jitter */
	uint64_t stall_seed; /* of the link */
	uint64_t now_ms;
};

/* Zeroed memory. */
void lane_init(struct lane *lane, const struct lane_wish *wish);
/* How many octets were taken, from the front. */
size_t lane_enter(struct lane *lane, struct octets octets, uint64_t now_ms);
void lane_enter_end(struct lane *lane, bool reset, uint64_t now_ms);
/* The rest of one segment, where its time has come. */
struct octets lane_leaving(const struct lane *lane, uint64_t now_ms);
void lane_left(struct lane *lane, size_t count);
bool lane_has_room(const struct lane *lane);
bool lane_is_empty(const struct lane *lane);
/* Its end has come through. */
bool lane_has_ended(const struct lane *lane, uint64_t now_ms);
/* PLAYER_NEVER where nothing is under way. */
uint64_t lane_deadline_ms(const struct lane *lane);
/* Forgets what is under way. */
void lane_clear(struct lane *lane);

#endif
