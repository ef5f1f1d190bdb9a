/*
 * player: one end of a conversation, with no world around it.
 *
 * A player takes octets and gives octets; time is an argument in milliseconds of any clock that
 * never goes back. It opens no socket, reads no clock or file and knows no TLS library. A
 * *driver* joins it to the world (client/net) or to another player in memory (client/net/pair.h).
 * There are three: the client's sender, the phone, the server.
 *
 * The driver's loop, which every driver keeps to:
 *
 *   1. wants() tells what the player is waiting for, as a set of the bits below; 0 is the end.
 *   2. PLAYER_CONNECT: open a connection, then connected() or connect_failed().
 *      A server is given connected() once, when its connection has been accepted.
 *   3. PLAYER_SEND: outgoing() lends octets, sent() says how many the transport took. What is
 *      lent in one call is one write: a driver hands it to the transport as a whole.
 *   4. PLAYER_START_TLS: first everything is sent; octets already received have all been given to
 *      the player; then the handshake; then tls_up() or tls_failed(). Octets that come after the
 *      want was seen belong to the handshake. tls_failed() may also follow tls_up(), before the
 *      first octet inside: in TLS 1.3 a server judges the client's certificate only then.
 *   5. PLAYER_RECEIVE: received() with what has come, ended() at the end of it. A driver reads
 *      what is already readable before it believes a write error, so that an early 421 is heard.
 *   6. PLAYER_STORE: mail() lends the message; once it is safe (or cannot be), stored().
 *      The player says nothing until then; other players are not held up.
 *   7. PLAYER_CLOSE: first everything is sent; then the connection is closed, and closed() is
 *      called. PLAYER_NO_BYE with it: without TLS's close_notify. PLAYER_ABORT with it: by RST.
 *      After closed() the player wants PLAYER_CONNECT again, or nothing any more.
 *   8. PLAYER_HOLD: the connection stays open, nothing is read or written (a hung peer).
 *   9. tick() when deadline_ms() has come; deadlines are absolute, PLAYER_NEVER is none. A tick
 *      that comes early does nothing. A player that waits before it speaks (think time) does not
 *      want PLAYER_SEND until its tick.
 *
 * Calls that a player does not want at the moment are harmless and ignored.
 */
#ifndef BASE_PLAYER_H
#define BASE_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "octets.h"

enum {
	PLAYER_CONNECT = 1 << 0,
	PLAYER_SEND = 1 << 1,
	PLAYER_RECEIVE = 1 << 2,
	PLAYER_START_TLS = 1 << 3,
	PLAYER_STORE = 1 << 4,
	PLAYER_CLOSE = 1 << 5,
	PLAYER_NO_BYE = 1 << 6,
	PLAYER_ABORT = 1 << 7,
	PLAYER_HOLD = 1 << 8
};

#define PLAYER_NEVER UINT64_MAX

/* now + span, PLAYER_NEVER where that does not fit: deadlines do not wrap around. */
static inline uint64_t time_later(uint64_t now_ms, uint64_t span_ms)
{
	return span_ms >= PLAYER_NEVER - now_ms ? PLAYER_NEVER : now_ms + span_ms;
}

/* Why nothing more will come. */
enum player_end {
	PLAYER_ENDED,	  /* the peer closed in order */
	PLAYER_LOST,	  /* reset, network error, write error */
	PLAYER_TRUNCATED, /* TLS: closed without close_notify */
};

/* What the directory that named the server says about its TLS (RFC 8314). */
enum player_service {
	PLAYER_SERVICE_UNKNOWN, /* there was no directory */
	PLAYER_SERVICE_TLS,	/* from the first octet: PLAYER_START_TLS right after connected() */
	PLAYER_SERVICE_STARTTLS
};

/* What the driver knows of a new connection; lent during connected(). */
struct player_link {
	const char *local_address;  /* "192.0.2.7", "2001:db8::7%eth0", "" where unknown */
	const char *remote_address; /* the same form */
	uint16_t remote_port;
};

/* What the driver knows of a handshake; lent during tls_up(). */
struct player_tls {
	bool verified;		 /* the certificate was checked, chain and name */
	const char *description; /* for people: "TLS1.3 ECDHE-… AES-128-GCM" */
	struct octets exporter;	 /* RFC 9266 tls-exporter, or empty */
	struct octets unique;	 /* RFC 5929 tls-unique, up to TLS 1.2, or empty */
};

/* A message that a server has taken and that waits to be stored; lent until stored(). */
struct player_mail {
	struct octets sender; /* as in MAIL, without brackets */
	const struct octets *recipients;
	size_t recipient_count;
	const struct octets *content; /* pieces, in order, line ends as they came, unstuffed */
	size_t content_count;
	size_t content_len;
	struct octets hello; /* the client's name for itself */
	struct octets user;  /* who is logged in, or empty */
	const char *client;  /* address of the client */
	bool esmtp, tls;     /* for the Received line's "with" (RFC 3848) */
};

struct player;

struct player_ops {
	unsigned int (*wants)(const struct player *player);
	/* Lends at most `max` pieces of the next write and returns their number. */
	size_t (*outgoing)(struct player *player, struct octets *pieces, size_t max);
	void (*sent)(struct player *player, size_t count, uint64_t now_ms);
	void (*received)(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms);
	void (*ended)(struct player *player, enum player_end why, uint64_t now_ms);
	void (*connected)(struct player *player, const struct player_link *link, uint64_t now_ms);
	void (*connect_failed)(struct player *player, const char *why, uint64_t now_ms);
	void (*tls_up)(struct player *player, const struct player_tls *tls, uint64_t now_ms);
	void (*tls_failed)(struct player *player, const char *why, uint64_t now_ms);
	const struct player_mail *(*mail)(const struct player *player);
	void (*stored)(struct player *player, bool safe, uint64_t now_ms);
	void (*closed)(struct player *player, uint64_t now_ms);
	uint64_t (*deadline_ms)(const struct player *player);
	void (*tick)(struct player *player, uint64_t now_ms);
	/* These three may be NULL. Instead of connect_failed(), where there is no such host: */
	void (*host_failed)(struct player *player, const char *why, uint64_t now_ms);
	/* Before connected(), where the server was found in a directory of services; lent: */
	void (*found)(struct player *player, enum player_service service, const char *host,
		uint16_t port);
	/* Instead of ended(PLAYER_LOST), where there is more to say about it: */
	void (*lost)(struct player *player, const char *why, uint64_t now_ms);
};

/* The first member of every player's struct. */
struct player {
	const struct player_ops *ops;
};

#endif
