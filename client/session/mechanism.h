/*
 * mechanism: how a client proves who it is (SASL, RFC 4954 and RFC 4422).
 *
 * A mechanism is a row of a table, the strongest first. What a row needs is its name, whether it
 * says the password as it is, an initial response if it may speak first, and the answer to each
 * of the server's challenges. Everything is in octets before base64, which is the session's work.
 */
#ifndef SESSION_MECHANISM_H
#define SESSION_MECHANISM_H

#include "octets.h"

/* Who logs in; borrowed during a call. */
struct credentials {
	const char *user;
	const char *password;
};

/* A challenge: its octets, and whether they were base64 at all. */
struct challenge {
	struct octets octets;
	bool readable;
};

struct mechanism {
	const char *name;
	bool clear; /* the password can be read from what is said */
	/* Appends the initial response; NULL: the server speaks first. */
	bool (*start)(const struct credentials *credentials, struct buffer *out);
	/*
	 * Appends answer number `round`, from 0; an initial response that was said is number 0, so
	 * that it is never repeated. False: the challenge makes no sense, or memory did not suffice
	 * (buffer_failed()).
	 */
	bool (*step)(const struct credentials *credentials, unsigned int round,
		const struct challenge *challenge, struct buffer *out);
};

size_t mechanism_count(void);
/* Number `index` of the table, from 0; lent for ever. */
const struct mechanism *mechanism_at(size_t index);
/* The number of the mechanism of this name, without case; mechanism_count() where there is none. */
size_t mechanism_find(struct octets name);

#endif
