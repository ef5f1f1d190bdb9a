/*
 * connection: one player joined to one descriptor, event-driven.
 *
 * The model. connection_new() takes a connected, prepared descriptor (tcp.h) and tells the player
 * connected(). From then on the owner's loop watches the descriptor for connection_events(),
 * calls connection_ready() with what poll() or epoll found and connection_tick() when
 * connection_deadline_ms() has come, until connection_finished(). In each call as much is done as
 * can be done without waiting. By then the player has been told closed(); what it wants then is
 * the owner's business (a client may want another connection).
 *
 * What it promises (client/base/player.h): one outgoing() is one write; all octets of one recv()
 * are one received(); the handshake begins when everything was sent; before a write error is
 * believed, what is readable is read; PLAYER_HOLD reads nothing.
 */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include "observer.h"
#include "passage.h"
#include "player.h"
#include "store.h"
#include "tls_client.h"
#include "tls_server.h"

struct connection_settings {
	const struct memory *memory;
	enum wire_side side;		 /* which end the player is */
	const struct observer *observer; /* borrowed; NULL: nobody looks */
	/* By side; NULL: a handshake that is asked for fails. Borrowed. */
	const struct tls_client_settings *tls_client;
	struct tls_server *tls_server;
	const struct store *store; /* for PLAYER_STORE; NULL: nothing can be stored. Borrowed */
	const struct way *way;	   /* what lies between; NULL: nothing. Borrowed */
	uint64_t tls_patience_ms;  /* a handshake takes no longer; 0: one minute */
	/* When more than that has come nothing is read any more: the owner ends it; 0: no bound. */
	uint64_t heard_max;
	/*
	 * After closing in order, what the peer still sends is read and thrown away for so long: a
	 * close() with unread octets is a RST, and that can take the last reply away from the peer.
	 */
	uint64_t linger_ms;
};

struct connection;

/*
 * The descriptor is taken (closed even on failure), the player and what the settings point to
 * are borrowed, the settings copied. NULL: no memory, for a passage too.
 */
struct connection *connection_new(struct player *player, int descriptor,
	const struct connection_settings *settings, uint64_t now_ms);
/* Only when finished; see connection_break() otherwise. NULL is fine. */
void connection_free(struct connection *connection);
int connection_descriptor(const struct connection *connection);
/* POLLIN, POLLOUT and POLLRDHUP; 0: do not watch the descriptor now, not even for errors. */
short connection_events(const struct connection *connection);
void connection_ready(struct connection *connection, short events, uint64_t now_ms);
/* Of the player, of a handshake, of lingering; PLAYER_NEVER. */
uint64_t connection_deadline_ms(const struct connection *connection);
void connection_tick(struct connection *connection, uint64_t now_ms);
bool connection_finished(const struct connection *connection);
/*
 * Something outside happened to the player: looks again at what it wants. (connection_tick()
 * does the same.)
 */
void connection_turn(struct connection *connection, uint64_t now_ms);
/*
 * Ends it from this side: the player is told ended(PLAYER_LOST) and closed(), the descriptor is
 * closed. Finished afterwards, unless a message is with the store: then with the turn after the
 * store's word, in which the reply still goes out if it can.
 */
void connection_break(struct connection *connection, uint64_t now_ms);
/*
 * Says this as a last word and ends in order: a server's 421 when it is shut down. Only where the
 * player is not in the middle of a write or a handshake; else as connection_break().
 */
void connection_farewell(struct connection *connection, const char *words, uint64_t now_ms);
/* Why the last handshake failed or the connection was lost; "" where neither happened. Lent. */
const char *connection_why(const struct connection *connection);
/* This side has begun to close, or has done so. */
bool connection_is_closing(const struct connection *connection);
/* A message is with the store. */
bool connection_is_storing(const struct connection *connection);
/* Octets that went each way, inside TLS where there is TLS, and once more those that a passage
 * carried; changes whenever something passed. */
uint64_t connection_octets(const struct connection *connection);
/* Those of them that came from the peer to the player. */
uint64_t connection_heard(const struct connection *connection);

#endif
