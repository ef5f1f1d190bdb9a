/*
 * script: one side of a conversation, written down, played against a player in memory.
 *
 * A script is a text of lines, worked from the top; time is virtual and nothing waits. What the
 * player says must be what stands there, octet by octet, and nothing besides. Any player can be
 * tested so: "they" is the player, "we" is the script.
 *
 *   O                 they want a connection (PLAYER_CONNECT), and get it
 *   O 2001:db8::7%e0  the same with this local address (otherwise 192.0.2.7)
 *   O refused         it fails
 *   > text            we say the line and CR LF
 *   >> text           we say the octets; \r \n \t \0 \\ and \xHH are read
 *   < text            they have said this line and CR LF
 *   << text           they have said these octets
 *   w text            the next of their writes was exactly this (octets, as with >>)
 *   .                 they have nothing to say and want to hear
 *   T 5000            the clock goes on by that many milliseconds, with the ticks on the way
 *   TLS, TLS fails    they want a handshake, and it succeeds or fails
 *   TLS exporter, TLS unique   it succeeds, with a channel binding of the octets 0, 1, 2 ...
 *   END, LOST, CUT    nothing more comes from us: in order, by loss, without close_notify; after
 *                     the latter two, what they said and no line has asked for is lost
 *   X, X no-bye, X rst, X no-bye rst      they close, in this way
 *   STORE, STORE fails   they want a message stored
 *   HOLD              they hang
 *   OVER              they want nothing any more
 *   # text            a remark
 *
 * Empty lines count for nothing. A script that cannot go on fails one check that names the line,
 * what was wanted and what was there.
 */
#ifndef SUPPORT_SCRIPT_H
#define SUPPORT_SCRIPT_H

#include "octets.h"
#include "player.h"

struct script_options {
	size_t cut;	     /* what we say is handed over in pieces of so many octets; 0: whole */
	uint64_t cut_seed;   /* not 0: in pieces of 1 to 24 octets, as it draws them */
	size_t take;	     /* of what they say at most so many octets are taken at once; 0: all */
	uint64_t start_ms;   /* what the clock shows first */
	bool quiet;	     /* a failure is only returned, not checked */
	struct buffer *said; /* NULL, or collects all they said, over all connections */
};

/* True where the script was played to its end. `options` may be NULL. */
bool script_play(struct player *player, const char *script, const struct script_options *options);

#endif
