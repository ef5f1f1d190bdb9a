/* extensions: which lines of `offers` hold now, and what they allow. */
#ifndef SERVER_EXTENSIONS_H
#define SERVER_EXTENSIONS_H

#include "octets.h"
#include "server_profile.h"

struct server;

/* The next line of the EHLO reply from *index on; false once there is none. */
bool extensions_next(const struct server *server, size_t *index, struct octets *line);
/* True where the keyword is offered to this client now; its parameters in `rest` (NULL is fine). */
bool extensions_offer(const struct server *server, const char *keyword, struct octets *rest);
/* Whether STARTTLS, AUTH or BDAT is a command of this server at all. */
bool extensions_know(const struct server *server, enum server_verb verb);
bool extensions_offer_mechanism(const struct server *server, struct octets mechanism);
/* The largest message taken: what SIZE declares (RFC 1870 4), and what the driver allows. */
size_t extensions_largest(const struct server *server);

#endif
