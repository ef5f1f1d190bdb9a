/*
 * authentication: one AUTH after another, until one of them is accepted or no other may be tried.
 *
 * The strongest mechanism that the server offers is tried first. Another one follows only where a
 * wrong password cannot be the cause of the refusal (RFC 4954 section 6): so a server hears one
 * attempt with a wrong password, and a password that was said readably is said so once.
 */
#ifndef SESSION_AUTHENTICATION_H
#define SESSION_AUTHENTICATION_H

#include "sasl.h"
#include "secrets.h"

enum { BINDING_MAX = 64, BINDING_COUNT = SASL_BINDING_UNIQUE + 1 };

/* A channel binding of the connection; empty where there is none. */
struct binding {
	uint8_t at[BINDING_MAX];
	size_t len;
};

struct authentication {
	struct sasl_provider *provider; /* borrowed; NULL: nothing but what mechanism.c plays */
	struct binding bindings[BINDING_COUNT]; /* by enum sasl_binding */
	size_t mechanism;			/* number of the one in use */
	struct sasl_exchange *exchange;		/* where it is provided; NULL otherwise */
	unsigned int round;	   /* challenges that were answered, not counting the first */
	bool unsaid;		   /* what is said first stands in `secret` */
	bool done;		   /* provided: the server has proven itself */
	bool cancelled;		   /* "*" was said */
	bool password_said;	   /* so that it can be read: no other mechanism may say it again */
	enum sasl_outcome trouble; /* why the mechanism was given up; SASL_GOES_ON: it was not */
	struct buffer secret;	   /* what the mechanism wants said, before base64 */
	struct buffer status;	   /* what the server said about a token */
	struct secrets said;	   /* not to be shown where the server repeats it, to the end */
};

struct msub_session;

void authentication_init(struct authentication *login, const struct memory *memory);
/* Wipes and frees. */
void authentication_free(struct authentication *login);
/*
 * A connection stands: from now on no reply shows the password, since the server may know it from
 * another one. False: no memory.
 */
bool authentication_hide(struct msub_session *session);
/* Plans AUTH, or gives the session up. */
void authentication_begin(struct msub_session *session);

#endif
