/*
 * server: a submission server as a player (client/base/player.h): octets in, octets out, time as
 * an argument; no socket, clock, file or TLS library.
 *
 * The model. A server plays one connection with one profile (emulator/profile/server_profile.h);
 * with the empty profile it is a correct, strict submission server (RFC 6409). Octets become
 * requests; a request is read by one tolerant parser that never fails and only finds facts
 * (request.h); facts and the session's state together are a set of conditions (conditions.h). The
 * first condition that the profile refuses answers. Otherwise the verb's handler changes the
 * state, what the profile forgets is forgotten, and the reply is said. Limits and faults see the
 * reply last.
 *
 * What it promises besides: the same octets out, however the octets in are cut (but for the keys
 * and conditions that are about just that: early, octets-behind, data.dot, data.command-end); a
 * bounded memory, whatever comes; a 250 to the end of a message only after the driver said that
 * it is stored; passwords wiped. Where memory runs out it says 421 and closes.
 *
 * A fault at `auth` is about the reply that ends the exchange, one at `end` about the reply to the
 * final dot. A fault with `then: hang` or `then: drop` and no reply of its own says nothing.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "player.h"
#include "server_profile.h"

struct server_account {
	struct octets user, password;
};

struct server_settings {
	const struct server_profile *profile;  /* borrowed, outlives the server */
	const struct server_account *accounts; /* borrowed, outlives the server */
	size_t account_count;		       /* 0: nobody can log in */
	/* The driver can do TLS: without it STARTTLS is neither offered nor known. */
	bool tls_available;
	/* STARTTLS is offered, as the first line, although the profile's list has it not. */
	bool offer_starttls;
	bool implicit_tls;  /* TLS at once after connected(); the greeting comes inside it */
	uint64_t seed;	    /* decides CRAM-MD5 challenges and {number} */
	uint64_t unix_time; /* seconds, for {time}: the time at connected() */
	size_t message_max; /* octets of a message, whatever the profile offers; 0: 64 MiB */
};

struct server;

/*
 * A server for one connection. The settings are copied, what they point to is borrowed. NULL:
 * no memory. To be freed with server_free().
 */
struct server *server_new(const struct memory *memory, const struct server_settings *settings);
/* Wipes and frees; NULL is fine. Nothing lent by the server may be used afterwards. */
void server_free(struct server *server);
/* The player to be given to a driver; lent until server_free(). */
struct player *server_player(struct server *server);
/* `then: ban` happened: the listener refuses this client's address from now on. */
bool server_wants_ban(const struct server *server);
/* Messages for which stored() said that they are safe. */
unsigned int server_messages(const struct server *server);

#endif
