/*
 * chunk: a message in pieces whose length is said before, RFC 3030.
 *
 * The octets of a chunk follow its BDAT whatever the reply will be: they are taken first, kept or
 * dropped, and then BDAT is answered. A chunk that was refused leaves the transaction in a state
 * that nobody may rely on: only RSET, EHLO or the end of the session come after it (section 2).
 */
#ifndef SERVER_CHUNK_H
#define SERVER_CHUNK_H

#include "request.h"

struct server;

struct chunk {
	bool open;     /* a chunk of this transaction was begun: the body is being made of them */
	bool refused;  /* one of them was refused */
	bool last;     /* the one in hand said LAST */
	uint64_t left; /* octets of the one in hand that have not come */
	const struct refusal *cell; /* why the one in hand is refused; NULL; borrowed */
};

/* BDAT was said; cell is what refuses it, or NULL. */
void chunk_begin(struct server *server, const struct request *request, const struct refusal *cell);
/* Takes octets of the chunk in hand; tells how many. */
size_t chunk_take(struct server *server, struct octets in);
/* The transaction is over. */
void chunk_forget(struct server *server);

#endif
