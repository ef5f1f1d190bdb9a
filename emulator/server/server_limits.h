/* server_limits: how much of what a client may do; what holds where a profile says nothing. */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

#include "server_profile.h"

struct server;

/* The profile's limit, or the player's own; never NULL. */
const struct server_limit *limits_of(const struct server *server, enum limit_kind kind);
/* What is said past it: the profile's reply, or the player's own. */
const struct server_reply *limits_reply(const struct server *server, enum limit_kind kind);
/* Counts one more; true where that is past the limit. */
bool limits_count(struct server *server, enum limit_kind kind);
/* Counts a verb where it is a nonmail command; true where that is past the limit. */
bool limits_count_nonmail(struct server *server, enum server_verb verb);
/* True where no further one fits: of messages in the session, of recipients in the transaction. */
bool limits_reached(const struct server *server, enum limit_kind kind);
/* How long a reply is to be held back for what was counted before it: a tarpit. */
uint64_t limits_delay_ms(const struct server *server);
/* The longest line of a verb in octets, line end included. */
size_t limits_line(const struct server *server, enum server_verb verb);

#endif
