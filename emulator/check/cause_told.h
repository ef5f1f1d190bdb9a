/*
 * cause_told: an experiment in sentences, for people.
 *
 * What a trial was ("only flow.before-first, once more"), what a cause is made of (the sentences of
 * the settings, telling.h), which rules a client breaks with nothing but it, and the sentence that
 * all of it comes to.
 */
#ifndef CHECK_CAUSE_TOLD_H
#define CHECK_CAUSE_TOLD_H

#include "cause.h"

/* Appends who played: the client by its name, "the plain correct client", "only flow.before-first"
 */
void cause_tell_trial(struct buffer *out, const struct cause *cause, const struct profile *client,
	const char *name, const struct cause_trial *trial);
/* Appends the keys of a cause: "flow.before-first and reactions.reset.else". */
void cause_tell_keys(struct buffer *out, const struct cause *cause, const struct profile *client,
	const struct cause_set *set);
/* Appends what a client with only this does: "It says RSET before the first message." */
bool cause_tell_behaviour(struct buffer *out, const struct cause *cause,
	const struct profile *client, const struct cause_set *set);
/* Appends what is concluded, as one sentence; of a client that can send as well. */
bool cause_tell_conclusion(struct buffer *out, const struct cause *cause,
	const struct profile *client, const char *name);

/*
 * The rules that the correct client breaks with nothing but this cause, and not without it: bit
 * 1 << enum rule.
 */
uint64_t cause_rules(const struct cause *cause, const struct cause_set *set,
	const struct phone_account *account);

#endif
