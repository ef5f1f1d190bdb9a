/*
 * look_player: one session that stands alone, as a player for the drivers of client/net.
 *
 * It has no messages: it greets, agrees on TLS, logs in where the settings name a user, and quits.
 */
#ifndef CLIENT_LOOK_PLAYER_H
#define CLIENT_LOOK_PLAYER_H

#include "msub.h"
#include "player.h"

struct look_player {
	struct player player;
	struct msub_session *session; /* borrowed */
	bool verified;		      /* what the handshake came to */
};

/* The player, lent by `look`. */
struct player *look_player(struct look_player *look, struct msub_session *session);

#endif
