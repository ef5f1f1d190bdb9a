/*
 * drive: the blocking loop for one client player.
 *
 * For each PLAYER_CONNECT the destination is dialled (dial.h), then the connection is run until
 * it is over; the loop ends when the player wants nothing any more. Implicit TLS is the player's
 * affair (PLAYER_START_TLS right after connected()).
 */
#ifndef NET_DRIVE_H
#define NET_DRIVE_H

#include <signal.h>

#include "dial.h"
#include "observer.h"
#include "passage.h"
#include "player.h"
#include "sentence.h"
#include "tls_client.h"

struct drive_settings {
	const struct memory *memory;
	struct destination destination; /* what it points to is borrowed, as everything here */
	/* For name and connection together, if that is to be less than the destination's own
	 * bounds. The player's deadline counts too. 0: no bound. */
	uint64_t connect_ms;
	uint64_t tls_ms;      /* for a handshake; 0: one minute */
	uint64_t patience_ms; /* nothing passed for so long: it is broken off; 0: no bound */
	/* A server that never ends a reply is not silent. For each connection: how long it may
	 * last, and how many octets may come (a read more may); 0: no bound. */
	uint64_t connection_ms, connection_octets;
	/* While it says so of a player, that one's own deadline ends the silence, not patience_ms,
	 * and the time does not count towards connection_ms. NULL: never. */
	bool (*keeps_time)(const struct player *player);
	/* NULL: a handshake that is asked for fails. A name of NULL: the destination's. */
	const struct tls_client_settings *tls;
	const struct way *way; /* what lies between, under TLS; NULL: nothing */
	const struct observer *observer;
	const volatile sig_atomic_t *interrupted; /* not 0: breaks off */
};

enum drive_end {
	DRIVE_DONE,	   /* the player wants nothing any more */
	DRIVE_INTERRUPTED, /* by the flag */
	DRIVE_IMPATIENT,   /* silence, longer than patience_ms */
	DRIVE_ENDLESS,	   /* connection_ms, or connection_octets */
	DRIVE_NO_MEMORY
};

/* A bound was reached; the player saw a lost connection. */
static inline bool drive_lost_patience(enum drive_end end)
{
	return end == DRIVE_IMPATIENT || end == DRIVE_ENDLESS;
}

/*
 * Blocks. The player has been told of every end (connect_failed, ended, closed) before it
 * returns; `why` (or NULL) has the last failure to connect or to agree on TLS, or why the run was
 * broken off, "" if none.
 */
enum drive_end drive(
	struct player *player, const struct drive_settings *settings, struct sentence *why);

#endif
