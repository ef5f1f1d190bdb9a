/*
 * stretch: one direction of a link.
 *
 * What enters is cut into segments. The line takes one after the other, each for as long as its
 * octets take at the stretch's rate and never in a stall; then a segment is under way for the
 * stretch's latency and a jitter of its own, but does not overtake another. While a segment waits
 * for the line, later octets join it, as TCP fills its segments (RFC 1122 4.2.3.4).
 */
#ifndef LINK_STRETCH_H
#define LINK_STRETCH_H

#include "octets.h"
#include "stalls.h"

/* What a connection holds at most, as a socket and a window do. */
enum { STRETCH_ROOM = 16 * 1024, STRETCH_SEGMENTS = 512 };

struct stretch_segment {
	uint64_t start_us, due_us;
	size_t len;
};

struct stretch {
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
	struct stretch_segment segments[STRETCH_SEGMENTS];
	uint8_t octets[STRETCH_ROOM];
};

struct stretch_wish {
	const struct link_profile *profile;
	uint64_t rate;
	uint64_t latency_ms;
	uint64_t seed;	     /* of this stretch's jitter */
	uint64_t stall_seed; /* of the link */
	uint64_t now_ms;
};

/* Zeroed memory. */
void stretch_init(struct stretch *stretch, const struct stretch_wish *wish);
/* How many octets were taken, from the front. */
size_t stretch_enter(struct stretch *stretch, struct octets octets, uint64_t now_ms);
void stretch_enter_end(struct stretch *stretch, bool reset, uint64_t now_ms);
/* The rest of one segment, where its time has come. */
struct octets stretch_leaving(const struct stretch *stretch, uint64_t now_ms);
void stretch_left(struct stretch *stretch, size_t count);
bool stretch_has_room(const struct stretch *stretch);
bool stretch_is_empty(const struct stretch *stretch);
/* Its end has come through. */
bool stretch_has_ended(const struct stretch *stretch, uint64_t now_ms);
/* PLAYER_NEVER where nothing is under way. */
uint64_t stretch_deadline_ms(const struct stretch *stretch);
/* Forgets what is under way. */
void stretch_clear(struct stretch *stretch);

#endif
