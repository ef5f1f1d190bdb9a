/*
 * login: AUTH with PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195), with their old faults.
 *
 * Which mechanisms may be tried is decided once, from the offers; login_next() then goes through
 * them in the profile's order. login_command() and login_answer() make the line that is to be
 * said; it stays in `line`, since some clients say it again.
 *
 * A CRAM-MD5 key of more than 64 octets is replaced by its digest of 16 octets, and RFC 2104 then
 * fills it up with zeros to a block of 64. Clients with auth.cram-key "unpadded" leave that out.
 * Here it means: both blocks are 16 octets long, MD5(key ^ 5C.. | MD5(key ^ 36.. | challenge)).
 * Shorter keys are treated as the standard says.
 */
#ifndef PHONE_LOGIN_H
#define PHONE_LOGIN_H

#include "challenge.h"
#include "client_profile.h"

enum login_mechanism { LOGIN_NONE, LOGIN_PLAIN, LOGIN_LOGIN, LOGIN_CRAM_MD5 };

struct login {
	const struct client_profile *profile;
	struct octets user, password; /* lent by the account */
	uint32_t left;		      /* bit n: the n-th of auth.mechanisms may still be tried */
	struct octets name;	      /* of the mechanism in hand, as the profile writes it */
	enum login_mechanism mechanism;
	bool in_command;	    /* the first answer went with the command */
	unsigned int answer;	    /* how many answers were said */
	struct challenge challenge; /* what one left for the next (auth.challenge) */
	struct buffer line;	    /* what was said last, without line end */
};

void login_init(struct login *login, const struct memory *memory,
	const struct client_profile *profile, struct octets user, struct octets password);
void login_free(struct login *login);
/* Forgets the mechanism in hand and what was said. */
void login_reset(struct login *login);
/* `offered`: struct offers.mechanisms. */
void login_offer(struct login *login, uint32_t offered);
bool login_has_next(const struct login *login);
/* Takes the next mechanism in hand; false: none is left. */
bool login_next(struct login *login);
/* Makes the AUTH line; false only for want of memory. */
bool login_command(struct login *login);
/* True while a 334 is what the mechanism waits for. */
bool login_waits(const struct login *login);
enum login_turn { LOGIN_SAY, LOGIN_BAD_PROMPT, LOGIN_NO_MEMORY };
/* Takes the text behind 334 and makes the answer. */
enum login_turn login_answer(struct login *login, struct octets challenge);

#endif
