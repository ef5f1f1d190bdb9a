/*
 * applicable: whether a client can be asked at all.
 *
 * Some clients cannot do what the account asks of them, whatever the server: one that knows no TLS
 * has nothing to say to a TLS port, and one that cuts a password would say a wrong one, for which
 * servers lock accounts. That says nothing about the server, and so nothing is tried, or what was
 * tried is not counted.
 */
#ifndef CHECK_APPLICABLE_H
#define CHECK_APPLICABLE_H

#include "ground.h"

/* Before a trial. False with a sentence. */
bool applicable(
	const struct phone_account *account, const struct profile *client, struct sentence *why);
/* Behind it: what only the dialogue shows. */
bool applicable_trial(const struct trial *trial, struct sentence *why);

#endif
