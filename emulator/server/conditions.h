/*
 * conditions: which facts hold for a request, and which of them the profile refuses.
 *
 * A set of conditions is one word: 1 << enum server_condition. The request brings its own facts;
 * the others are questions to the state, one function each.
 */
#ifndef SERVER_CONDITIONS_SET_H
#define SERVER_CONDITIONS_SET_H

#include "request.h"

struct server;

uint64_t conditions_of(const struct server *server, const struct request *request);
/* The same for the end of a message, of which `content` is what came. */
uint64_t conditions_of_message(const struct server *server, struct octets content);
/*
 * The first cell of the profile that refuses one of the set, or NULL. `refuses.any` counts for
 * every verb but the end of data, which is no command line.
 */
const struct refusal *conditions_refused(
	const struct server_profile *profile, enum server_verb verb, uint64_t set);
/* True where a client that says this has made an error of syntax (limits.unknown). */
bool conditions_are_syntax(enum server_condition condition);

#endif
