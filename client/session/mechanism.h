/*
 * mechanism: how a client proves who it is (SASL, RFC 4954 and RFC 4422).
 *
 * A mechanism is a row of a table, the strongest first. Rows that are a few lines of text are
 * played here; a *provided* one is played by whoever the session was handed (sasl.h). Everything
 * is in octets before base64, which is the session's work.
 */
#ifndef SESSION_MECHANISM_H
#define SESSION_MECHANISM_H

#include "sasl.h"

/* A challenge: its octets, and whether they were base64 at all. */
struct challenge {
	struct octets octets;
	bool readable;
};

struct mechanism {
	const char *name;
	bool clear;    /* the password can be read from what is said */
	bool named;    /* used only where the settings name it */
	bool bound;    /* -PLUS: it says the channel binding */
	bool token;    /* the password is a token; a challenge says why it was refused */
	bool userless; /* needs no password: TLS or the system knows who it is */
	bool acts_for; /* can say whom to act as */
	bool provided;
	/*
	 * The client speaks first. Where `initial` it may do so with AUTH itself, otherwise the
	 * server asks for it with a 334 of any wording.
	 */
	bool first, initial;
	/* Appends what the client says first; NULL: the server does, or it is provided. */
	void (*start)(const struct sasl_login *login, struct buffer *out);
	/*
	 * Appends the answer to challenge number `round`, from 0. False: it makes no sense.
	 * NULL: there is none, or it is provided.
	 */
	bool (*step)(const struct sasl_login *login, unsigned int round,
		const struct challenge *challenge, struct buffer *out);
};

size_t mechanism_count(void);
/* Number `index` of the table, from 0; lent for ever. */
const struct mechanism *mechanism_at(size_t index);
/* The number of the mechanism of this name, without case; mechanism_count() where there is none. */
size_t mechanism_find(struct octets name);

#endif
