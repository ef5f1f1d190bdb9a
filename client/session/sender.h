/*
 * sender: the public struct msub_sender as a player, for the drivers of client/net.
 *
 * The player wants PLAYER_CONNECT once for each connection that the messages take; in between,
 * its calls are those of the session under way. When it wants nothing, every message is finished.
 */
#ifndef SESSION_SENDER_H
#define SESSION_SENDER_H

#include "msub.h"
#include "player.h"

/*
 * The sender as a player, lent until the sender is freed. now_ms is when connecting starts: the
 * first connection's deadline counts from it. Call it again after messages were added to a sender
 * that wanted nothing any more; the pointer stays the same.
 */
struct player *sender_player(struct msub_sender *sender, uint64_t now_ms);

#endif
