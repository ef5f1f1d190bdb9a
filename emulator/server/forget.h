/* forget: what an event makes the server forget (`forgets.STATE`). */
#ifndef SERVER_FORGET_H
#define SERVER_FORGET_H

#include "server_profile.h"

struct server;

void forget_on(struct server *server, enum forget_event event);

#endif
