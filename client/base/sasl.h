/*
 * sasl: mechanisms that a player is handed, since it may not reach them itself (RFC 4422).
 *
 * A player knows the mechanisms that are a few lines of text. Those that compute over time, draw
 * random numbers or ask the system for a ticket come from a *provider*. An *exchange* is one login
 * with one of them: its steps turn the server's challenge into the client's answer, both in octets
 * before base64. Where the mechanism lets the server prove itself as well, SASL_DONE says that it
 * has; a server that says yes to the login before that has proven nothing.
 */
#ifndef BASE_SASL_H
#define BASE_SASL_H

#include "octets.h"

enum sasl_outcome {
	SASL_GOES_ON,	/* the answer stands; what the server says to it is needed */
	SASL_DONE,	/* the answer stands, and the last one; the server has proven itself */
	SASL_CHALLENGE, /* the challenge makes no sense, or asks for what is not done here */
	SASL_UNPROVEN,	/* the server does not know the password */
	SASL_COSTLY,	/* it asks for more work than anybody needs */
	SASL_WEAK,	/* it asks for an answer from which the password is cheap to guess */
	SASL_STALE,	/* it adds nothing of its own to what we drew: its answers may be old */
	SASL_UNFIT,	/* the login cannot be said so: a name, a character, the host is missing */
	SASL_NO_TICKET, /* what the mechanism needs of this machine is not there */
	SASL_UNKNOWN,	/* no such mechanism is built in */
	SASL_MEMORY,
	SASL_OUTCOME_COUNT
};

/* What a login is bound to, so that nobody can pass it on from another connection (RFC 5056). */
enum sasl_binding { SASL_BINDING_NONE, SASL_BINDING_EXPORTER, SASL_BINDING_UNIQUE };

/* Who logs in where. Borrowed during a call; texts that are not known are NULL. */
struct sasl_login {
	const char *user;
	const char *password;  /* or the token */
	const char *authorize; /* who to act as (authzid); NULL: the user */
	const char *service;   /* "smtp", "lmtp" */
	const char *host;
	uint16_t port;
	enum sasl_binding binding_kind;
	struct octets binding;
};

struct sasl_exchange {
	const struct sasl_exchange_ops *ops;
};

struct sasl_exchange_ops {
	/*
	 * Appends the answer to a challenge; the challenge is empty where the client speaks first.
	 * After anything but SASL_GOES_ON the exchange is at its end.
	 */
	enum sasl_outcome (*step)(
		struct sasl_exchange *exchange, struct octets challenge, struct buffer *answer);
	/* Wipes what can be wiped. */
	void (*free)(struct sasl_exchange *exchange);
};

struct sasl_provider {
	const struct sasl_provider_ops *ops;
};

struct sasl_provider_ops {
	/*
	 * Begins an exchange; the login is copied. SASL_GOES_ON with *exchange, which must be freed
	 * before the provider; otherwise *exchange is NULL.
	 */
	enum sasl_outcome (*begin)(struct sasl_provider *provider, const char *mechanism,
		const struct sasl_login *login, struct sasl_exchange **exchange);
	void (*free)(struct sasl_provider *provider);
};

/* NULL is fine. */
static inline void sasl_provider_free(struct sasl_provider *provider)
{
	if (provider != NULL)
		provider->ops->free(provider);
}

#endif
