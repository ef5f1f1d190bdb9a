/*
 * sender: the public struct msub_sender as players, for the drivers of client/net.
 *
 * Either as one player: it wants PLAYER_CONNECT once for each connection that the messages take,
 * one after the other, and when it wants nothing, every message is finished. Or as many, a *lane*
 * for each connection: sender_lane() gives one more to be driven, and a lane that wants nothing is
 * done with until it is given again.
 */
#ifndef SESSION_SENDER_H
#define SESSION_SENDER_H

#include "msub.h"
#include "player.h"
#include "sasl.h"

/* msub_sender_new() with the mechanisms for its logins, or NULL; taken in any case. */
enum msub_error sender_new(struct msub_sender **sender, const struct msub_settings *settings,
	struct sasl_provider *sasl);

/*
 * The sender as one player, lent until the sender is freed. now_ms is when connecting starts: the
 * first connection's deadline counts from it. Call it again after messages were added to a sender
 * that wanted nothing any more; the pointer stays the same.
 */
struct player *sender_player(struct msub_sender *sender, uint64_t now_ms);
/*
 * A lane to be driven, lent until the sender is freed: one that has a new session, or one that
 * rested and has something to do again; NULL where there is none now. Ask after every event.
 */
struct player *sender_lane(struct msub_sender *sender, uint64_t now_ms);
/* Whose lane it is. */
struct msub_sender *sender_of_lane(const struct player *lane);
/* The lane has no message and stays open. */
bool sender_lane_rests(const struct player *lane);
/* The lane does not rest any more: it says QUIT where no message waits. */
void sender_lane_quit(struct player *lane, uint64_t now_ms);
/* Every message is finished, and no lane has anything to do any more: it rests or is vacant. */
bool sender_is_quiet(const struct msub_sender *sender);
bool sender_is_resting(const struct msub_sender *sender);
/* From here on sender_run_failure() tells the first failure of a message that finishes. */
void sender_begin_run(struct msub_sender *sender);
/* Nobody drives its lanes any more: what still waits is finished, for lack of memory. */
void sender_end_run(struct msub_sender *sender);
/* Calls settings.finished for those that finished since the last call, and for those that it adds
 * where the run was given up. Not while a session is being driven. */
void sender_tell_finished(struct msub_sender *sender);
/* Lent by the sender; MSUB_OK where all were accepted for everybody. */
void sender_run_failure(const struct msub_sender *sender, struct msub_failure *failure);
/* Its own copy, lent. */
const struct msub_settings *sender_settings(const struct msub_sender *sender);
/* Nobody else has asked to be told of its end. */
bool sender_is_free_for(const struct msub_sender *sender, const void *context);
/* Is called before the sender and its lanes are freed; NULL: nobody. */
void sender_tell_freed(struct msub_sender *sender,
	void (*freed)(void *context, struct msub_sender *sender), void *context);

#endif
