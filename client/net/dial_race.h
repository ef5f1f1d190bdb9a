/*
 * dial_race: attempts to connect, side by side (RFC 8305 section 5); the first that stands wins.
 *
 * Addresses are added as they become known and are tried with the families in turn. An attempt
 * that fails makes the next one begin at once; otherwise the next waits DIAL_ATTEMPT_MS.
 */
#ifndef NET_DIAL_RACE_H
#define NET_DIAL_RACE_H

#include "dial_calls.h"
#include "endpoint.h"
#include "resolve.h"

enum { DIAL_ATTEMPT_MS = 250, RACE_MAX = RESOLVE_MAX * RESOLVE_FAMILIES };

struct race_attempt {
	int descriptor; /* -1: it is over */
	struct endpoint endpoint;
};

struct race {
	const struct dial_calls *calls;
	int epoll;
	const struct endpoint *source; /* NULL: the system chooses. Borrowed */
	struct endpoint waiting[RESOLVE_FAMILIES][RESOLVE_MAX];
	size_t count[RESOLVE_FAMILIES], next[RESOLVE_FAMILIES];
	enum resolve_family turn; /* whose turn it is */
	struct race_attempt attempts[RACE_MAX];
	size_t attempt_count, open_count;
	size_t skipped;		  /* addresses that the source address does not fit */
	uint64_t next_ms;	  /* when another attempt may begin */
	int winner;		  /* a descriptor, or -1 */
	int error;		  /* of the last attempt that failed */
	bool at_source;		  /* and it was the source address that did not do */
	struct endpoint endpoint; /* of the winner, or of the last that failed */
};

void race_init(struct race *race, const struct dial_calls *calls, int epoll,
	const struct endpoint *source);
/* Closes all attempts but the winner, which is the owner's. */
void race_close(struct race *race);
/* Adds what has become known; those of the family that the source does not fit are left out. */
void race_add(struct race *race, enum resolve_family family, const struct endpoint *endpoints,
	size_t count);
/* The family that is tried first; before the first step. */
void race_prefer(struct race *race, enum resolve_family family);
/* Begins what is due. */
void race_step(struct race *race, uint64_t now_ms);
/* A descriptor of DIAL_WATCH_ATTEMPT is ready. */
void race_ready(struct race *race, int descriptor, uint64_t now_ms);
/* Addresses wait to be tried. */
bool race_has_more(const struct race *race);
/* An attempt is under way, or there is something to attempt. */
bool race_is_on(const struct race *race);
/* The address that is being tried, the newest of several; NULL: none. */
const struct endpoint *race_latest(const struct race *race);
uint64_t race_deadline_ms(const struct race *race);
/* Why it was lost: "connection refused by 192.0.2.7 port 25: ...". error 0: the last one's. */
void race_explain(const struct race *race, int error, struct sentence *why);

#endif
