/*
 * writes: what is to be sent, cut into writes.
 *
 * Old clients are known by their segments: a line end in a packet of its own, one packet per line
 * of a body. So the queue remembers where each write ends, and lends one write at a time.
 */
#ifndef PHONE_WRITES_H
#define PHONE_WRITES_H

#include "octets.h"

struct writes {
	struct buffer octets;
	struct buffer ends; /* size_t each: where in `octets` a write ends */
	size_t taken;	    /* octets already sent */
	size_t next;	    /* of `ends`: the write in hand */
};

void writes_init(struct writes *writes, const struct memory *memory);
/* Wipes what is left. */
void writes_free(struct writes *writes);
void writes_clear(struct writes *writes);
/* Gives back the room, where nothing is to be sent: a phone that only waits needs none. */
void writes_give_back(struct writes *writes);
/* Appends to the write that is being made; writes_end() ends it (an empty one is none). */
void writes_add(struct writes *writes, struct octets octets);
void writes_end(struct writes *writes);
bool writes_pending(const struct writes *writes);
/* The rest of the write in hand; lent until the next change. */
struct octets writes_now(const struct writes *writes);
void writes_sent(struct writes *writes, size_t count);
bool writes_failed(const struct writes *writes);

#endif
