/*
 * passage: what may lie between the two ends of a connection: a slow line, somebody in between.
 *
 * The model. A *way* opens one passage for each connection. What a side says *enters* it at a
 * time, and *leaves* it later, in the same order and never twice; the driver carries the octets
 * from the sayer into the passage and from it to the hearer, and wakes up at the deadline. Like a
 * player, a passage opens nothing and looks at no clock. It lies under TLS: a record is delayed
 * as octets are.
 *
 * The driver's duties: leaving() is asked for both sides whenever something entered and when a
 * deadline has come, until it lends nothing more; then end() tells whether the side that said it
 * is to be taken for gone. Without a way a connection is as fast as its driver.
 */
#ifndef BASE_PASSAGE_H
#define BASE_PASSAGE_H

#include "observer.h"

/* How what one side says has ended, for the other. */
enum passage_end {
	PASSAGE_OPEN,
	PASSAGE_ENDED, /* in order */
	PASSAGE_RESET,
	PASSAGE_LOST /* there is no network any more */
};

/* Where a passage has room, it takes so many octets at once. */
enum { PASSAGE_CHUNK = 4 * 1024 };

struct passage;

struct passage_ops {
	/* Takes octets that `from` says, the first so many of them; 0: no room now. */
	size_t (*enter)(struct passage *passage, enum wire_side from, struct octets octets,
		uint64_t now_ms);
	/* `from` says nothing more. */
	void (*enter_end)(
		struct passage *passage, enum wire_side from, bool reset, uint64_t now_ms);
	/* Lends octets of `from` that have come through, to be one write; empty: none have. */
	struct octets (*leaving)(struct passage *passage, enum wire_side from, uint64_t now_ms);
	/* So many of those have left. */
	void (*left)(struct passage *passage, enum wire_side from, size_t count);
	/* After leaving() lent nothing. */
	enum passage_end (*end)(
		const struct passage *passage, enum wire_side from, uint64_t now_ms);
	bool (*has_room)(const struct passage *passage, enum wire_side from);
	/* Nothing of `from` is on its way. */
	bool (*is_empty)(const struct passage *passage, enum wire_side from);
	/*
	 * The way to the client was lost, and the server is not to know: so long the driver leaves
	 * the server's end as it is, and lets what it says enter, until it has said something.
	 */
	uint64_t (*mute_ms)(const struct passage *passage);
	/* When something of `from` comes through next, or has already; PLAYER_NEVER. */
	uint64_t (*deadline_ms)(const struct passage *passage, enum wire_side from);
	void (*close)(struct passage *passage);
};

/* The first member of every passage's struct. */
struct passage {
	const struct passage_ops *ops;
};

struct way {
	void *context;
	/* How long from the wish for a connection until the server can see it. */
	uint64_t (*wait_ms)(void *context);
	/* To be closed by its driver; NULL: no memory. */
	struct passage *(*open)(void *context, uint64_t now_ms);
};

#endif
