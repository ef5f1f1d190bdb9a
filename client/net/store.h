/*
 * store: where a server's messages go, as a connection sees it.
 *
 * begin() is called once per PLAYER_STORE. Whoever implements it calls done(waiter, safe) exactly
 * once for it, in the thread of the connection's loop, during begin() or any time later. The mail
 * is lent until then; nothing of the connection goes away before.
 */
#ifndef NET_STORE_H
#define NET_STORE_H

#include "player.h"

typedef void store_done(void *waiter, bool safe);

struct store {
	void *context;
	void (*begin)(
		void *context, const struct player_mail *mail, store_done *done, void *waiter);
};

#endif
