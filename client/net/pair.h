/*
 * pair: the driver that joins two players in memory, with a virtual clock.
 *
 * No socket, no thread, no waiting: time stands still while either player has something to do and
 * then jumps to the next deadline, so that a timeout of ten minutes takes microseconds. Every run
 * with the same options is the same run.
 *
 * TLS is a stand-in of two flights of eight octets each, which begin as real records do
 * (16 03 01 …): a player that does not expect a handshake gets them as plain octets, and a player
 * that expects one and gets anything else is told tls_failed().
 */
#ifndef NET_PAIR_H
#define NET_PAIR_H

#include "observer.h"
#include "passage.h"
#include "player.h"

/* The options of one run. All borrowed for its time; a zeroed struct but for `serve` is fine. */
struct pair_options {
	void *context; /* handed to every function below */
	/* A fresh server player for a new connection, or NULL: the connection is refused. Lent. */
	struct player *(*serve)(void *context, uint64_t now_ms);
	/* The connection is over; the server player is not touched any more. NULL: nobody asks. */
	void (*served)(void *context, struct player *server);
	/* Stores a message; false: could not. NULL: everything is stored. */
	bool (*store)(void *context, const struct player_mail *mail);
	/*
	 * How many of `len` octets pass at once, from 1 to len; asked for what is written and for
	 * what is read. NULL: all.
	 */
	size_t (*cut)(void *context, size_t len);
	const struct observer *observer;	     /* NULL: nobody looks */
	const char *client_address, *server_address; /* NULL: 192.0.2.7 and 192.0.2.25 */
	/*
	 * lose_after[side]: the connection breaks for both once that many octets that `side` wrote
	 * have passed, counted over the whole run, once; what passed before can still be read.
	 * 0: never, so the first octet is 1.
	 */
	size_t lose_after[2];
	const struct way *way; /* what lies between the two; NULL: nothing */
	uint64_t start_ms;     /* what the clock shows first */
	uint64_t
		patience_ms; /* the run ends when the clock would pass start + patience; 0: a day */
	size_t max_connections; /* further ones are refused; 0: 100 */
	size_t max_steps;	/* a bound on everything; 0: ten million */
};

enum pair_end {
	PAIR_FINISHED,	  /* the client wants nothing any more */
	PAIR_HUNG,	  /* both wait, and nobody has a deadline (PLAYER_HOLD included) */
	PAIR_OUT_OF_TIME, /* the next deadline lies beyond the patience */
	PAIR_ENDLESS	  /* max_steps */
};

struct pair_result {
	enum pair_end end;
	uint64_t now_ms;
	size_t connections;
	size_t octets[2]; /* that passed, by the side that wrote them */
	size_t cuts;	  /* hand-overs that were shorter than what was there */
	size_t turns; /* batches of octets that the server wrote after it had heard the client */
};

struct pair_result pair_run(struct player *client, const struct pair_options *options);

#endif
