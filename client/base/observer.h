/*
 * observer: whoever wants to see what passes on a wire.
 *
 * A driver shows an observer the octets of both directions as they pass, always in clear (inside
 * TLS as well), in the order in which its player saw them. The transcript and the referee are
 * observers; a driver does not know what they do. Everything is lent during the call.
 */
#ifndef BASE_OBSERVER_H
#define BASE_OBSERVER_H

#include <stddef.h>
#include <stdint.h>

#include "player.h"

enum wire_side { WIRE_CLIENT, WIRE_SERVER };

enum wire_end {
	WIRE_CLOSED,	    /* in order: FIN, under TLS after close_notify */
	WIRE_CLOSED_NO_BYE, /* under TLS, without close_notify */
	WIRE_RESET,	    /* RST */
	WIRE_LOST,	    /* a network error */
	WIRE_BEARER_LOST,   /* the network between was taken away, as asked; shown by the server */
};

struct observer {
	void *context;
	/* A connection stands; the link is as the client sees it, whichever side the player is. */
	void (*connected)(void *context, const struct player_link *link, uint64_t now_ms);
	void (*octets)(void *context, enum wire_side from, struct octets octets, uint64_t now_ms);
	/* A handshake ended; description NULL: it failed, `why` says how. */
	void (*tls)(void *context, const char *description, const char *why, uint64_t now_ms);
	void (*ended)(void *context, enum wire_side by, enum wire_end how, uint64_t now_ms);
};

#endif
