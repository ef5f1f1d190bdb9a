/* connection_internal: what the three files of connection.c share, and nobody else. */
#ifndef NET_CONNECTION_INTERNAL_H
#define NET_CONNECTION_INTERNAL_H

#include "connection.h"
#include "transport.h"

enum { CONNECTION_CHUNK = 32 * 1024 };

enum connection_phase {
	CONNECTION_OPEN,
	CONNECTION_HANDSHAKE,
	CONNECTION_STORING,
	CONNECTION_BYE,	   /* close_notify does not fit yet */
	CONNECTION_DRAIN,  /* closed; what was said is still in the passage */
	CONNECTION_MUTE,   /* closed; the way was lost, and the server does not know */
	CONNECTION_LINGER, /* closed; the peer's last octets are thrown away */
	CONNECTION_FINISHED
};

struct connection {
	struct connection_settings settings;
	struct player *player;
	struct transport transport;
	enum connection_phase phase;
	bool ended;	/* the player knows that nothing more will come */
	bool unusable;	/* nothing can be said any more either */
	bool end_shown; /* the observer has seen one end, and that is the connection's */
	bool store_done, store_safe, break_wanted;
	bool draining_bye, draining_reset; /* how it closes when that is over */
	bool more;			   /* a turn was cut short */
	uint64_t deadline_ms;		   /* of HANDSHAKE, BYE, LINGER */
	uint64_t octets, heard;
	struct sentence *why; /* made when there is one; NULL: none, or no memory for it */
};

/* Where a reason goes: for sentence_set(), which takes NULL. */
struct sentence *connection_reason(struct connection *connection);
unsigned int connection_wants(const struct connection *connection);
enum wire_side connection_peer_side(const struct connection *connection);
/* Counts octets and shows them to the observer. */
void connection_show(
	struct connection *connection, enum wire_side from, struct octets octets, uint64_t now_ms);

/* connection_end.c: the peer's end, told to the player once. */
void connection_tell_end(
	struct connection *connection, enum player_end why, bool reset, uint64_t now_ms);
/* Ends this side's half as the wants say: by RST, or with TLS's bye and FIN. */
void connection_begin_close(struct connection *connection, unsigned int wanted, uint64_t now_ms);
/* True: something happened. */
bool connection_say_bye(struct connection *connection, uint64_t now_ms);
bool connection_throw_away(struct connection *connection);
bool connection_drain(struct connection *connection, uint64_t now_ms);
bool connection_stay_mute(struct connection *connection, uint64_t now_ms);
/* The phases behind BYE have taken too long. */
void connection_end_late(struct connection *connection, uint64_t now_ms);

/* connection_tls.c */
void connection_begin_handshake(struct connection *connection, uint64_t now_ms);
bool connection_shake_hands(struct connection *connection, uint64_t now_ms);
void connection_fail_handshake(struct connection *connection, const char *why, uint64_t now_ms);

#endif
