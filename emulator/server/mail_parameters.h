/*
 * mail_parameters: what may follow the path of MAIL and RCPT.
 *
 * Read tolerantly into the request, like everything there; whether a parameter may be said is a
 * question to what was offered. One row per parameter, in the order of the RFCs that brought it.
 */
#ifndef SERVER_MAIL_PARAMETERS_H
#define SERVER_MAIL_PARAMETERS_H

#include "request.h"

struct server;

/* Notes which parameters there are, and REQUEST_UNKNOWN for what is none or has a bad value. */
void mail_parameters_read(struct request *request, struct octets text);
/* True where every parameter belongs to what is offered now, and keeps within what was declared. */
bool mail_parameters_allowed(const struct server *server, const struct request *request);

#endif
