/*
 * link: the network between a phone and its server, played from a profile.
 *
 * The model. A link lasts as long as a run and gives each connection its passage
 * (client/base/passage.h), so that any driver can put it between: the one over sockets under TLS,
 * the one in memory with a clock that jumps. It touches no socket and no clock; the seed decides
 * everything that is drawn.
 *
 *   link_new() -> link_way() into the driver's settings -> the driver's loop -> link_facts()
 *
 * In each direction octets wait for the line, take it for as long as its rate wants, and are
 * under way for half a round trip (stretch.h). They are never lost nor out of order, but for the
 * one event that a link can have in a run, its end: after so many octets, or after the final dot.
 * Octets that came through before the end stand; nothing behind them does.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "link_profile.h"
#include "memory.h"
#include "passage.h"

enum { LINK_REPLY_MAX = 128 };

struct link;

/* Both are borrowed. NULL: no memory. */
struct link *link_new(
	const struct memory *memory, const struct link_profile *profile, uint64_t seed);
/* Its passages are closed by then. NULL is fine. */
void link_free(struct link *link);
/* Lent as long as the link lives. */
const struct way *link_way(const struct link *link);
/*
 * Who knows whether the final dot of a message has been said and its reply is waited for: inside
 * TLS the octets do not tell. Without it end.after-dot does nothing.
 */
void link_ask(struct link *link, bool (*is_past_dot)(void *context), void *context);

struct link_facts {
	uint64_t up, down; /* octets that came through, over all connections */
	bool ended;
	enum link_end how;
	bool past_dot; /* it ended between the final dot and its reply */
	bool dot_lost; /* the final dot was said, and had not come up when it ended */
	/*
	 * The first line of what the server said after that and nobody heard, without its line
	 * end; empty where it said nothing, or in TLS. Lent.
	 */
	struct octets unheard;
};
struct link_facts link_facts(const struct link *link);

#endif
