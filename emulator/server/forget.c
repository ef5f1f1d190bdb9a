/* forget: one function per state that can be forgotten; RFC 5321 4.1.4, RFC 3207 4.2. */
#include "forget.h"

#include "state.h"

static void forget_login(struct server *server)
{
	server->session.login = false;
}

static void forget_right(struct server *server)
{
	server->session.right = false;
	buffer_clear(&server->session.user);
}

static void forget_authentication(struct server *server)
{
	forget_login(server);
	forget_right(server);
}

static void forget_hello(struct server *server)
{
	server->session.greeted = GREETED_NOT;
	server->session.hello_facts = 0;
	server->session.hello_of_another = false;
}

static void forget_tls(struct server *server)
{
	server->session.tls_believed = false;
}

static void forget_starttls(struct server *server)
{
	server->session.starttls_forgotten = true;
}

static void forget_transaction(struct server *server)
{
	envelope_clear(&server->envelope);
	chunk_forget(server);
}

static void (*const forgetters[FORGET_STATE_COUNT])(struct server *server) = {
	[FORGET_AUTHENTICATION] = forget_authentication,
	[FORGET_LOGIN] = forget_login,
	[FORGET_RIGHT] = forget_right,
	[FORGET_HELLO] = forget_hello,
	[FORGET_TLS] = forget_tls,
	[FORGET_STARTTLS] = forget_starttls,
	[FORGET_TRANSACTION] = forget_transaction,
};

void forget_on(struct server *server, enum forget_event event)
{
	for (unsigned int state = 0; state < FORGET_STATE_COUNT; state++) {
		if ((server->profile->forgets[state] & (UINT32_C(1) << event)) != 0)
			forgetters[state](server);
	}
}
