/*
 * transport: octets through a descriptor, in clear or inside TLS; what connection.c stands on.
 *
 * `readable` and `blocked` remember what the descriptor was last known to be, so that no system
 * call is made that can only say EAGAIN.
 */
#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include "cable.h"
#include "octets.h"
#include "tls.h"

enum transport_result {
	TRANSPORT_OK,
	TRANSPORT_AGAIN,
	TRANSPORT_ENDED,
	TRANSPORT_TRUNCATED,
	TRANSPORT_LOST
};

struct transport {
	struct cable cable;
	struct tls *tls; /* NULL: in clear. Taken, freed with the transport */
	bool readable, blocked;
	bool was_reset; /* TRANSPORT_LOST was a RST */
};

/* Both are taken; passage NULL: there is none. */
void transport_init(struct transport *transport, int descriptor, struct passage *passage);
/* Closes in order; may be called again. */
void transport_free(struct transport *transport);
/* Closes by RST. */
void transport_reset(struct transport *transport);
void transport_stop_tls(struct transport *transport);
/*
 * Where there is a passage: carries what can be carried, and sees what is readable and blocked
 * then. True: something may be done now that could not be done before.
 */
bool transport_turn(struct transport *transport, uint64_t now_ms);
/* TRANSPORT_OK with *got > 0. */
enum transport_result transport_read(
	struct transport *transport, uint8_t *at, size_t room, size_t *got);
/* TRANSPORT_OK with *taken > 0 where there was anything; perhaps not all. */
enum transport_result transport_write(
	struct transport *transport, const struct octets *pieces, size_t count, size_t *taken);
/* What errno says after a system call: nothing there now, try again. */
bool transport_would_block(void);

#endif
