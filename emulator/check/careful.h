/*
 * careful: a ground that minds the server's patience, and asks another ground.
 *
 * It waits between the connections of one target, and it ends the examination before the server
 * does: after so many connections, and after so many logins that were refused, for servers lock
 * accounts and ban addresses for those, whoever is to blame; a profile that says a mangled
 * password counts as well as a correct one that is refused. A server that asks for a rest (421
 * instead of a greeting, or 4.7.x) is given one, and after the third time in a row it is left
 * alone; a message that is taken in between shows that it meant one client's name or habits. What
 * is asked for behind the end is refused with the sentence why.
 *
 * Who is turned away before a word was said is tried again after a wait (admission.h), so that it
 * is not taken for an answer.
 *
 * Nothing here looks at a clock: the wait is the ground's.
 */
#ifndef CHECK_CAREFUL_H
#define CHECK_CAREFUL_H

#include "admission.h"
#include "ground.h"

struct careful_settings {
	uint64_t pause_ms;	   /* between connections; 0: none */
	size_t max_connections;	   /* 0: no bound */
	size_t max_refused_logins; /* 0: no bound */
	/* It is waited, for somebody was turned away; NULL: nobody wants to know. */
	void (*waits)(void *context, uint64_t ms);
	void *waits_context;
};

struct careful {
	struct careful_settings settings;
	const struct ground *below; /* borrowed */
	struct ground ground;	    /* hand this out */
	size_t connections, refused_logins, rests;
	struct admission admission;
	uint64_t paused_ms; /* in all */
	bool stopped;
	struct sentence why;
};

void careful_init(struct careful *careful, const struct ground *below,
	const struct careful_settings *settings);
/* In a dialogue, how many logins for which a secret was said were refused. */
size_t careful_refused_logins(const struct transcript *transcript);
/* The server asked for a rest; its words go to `reply`, escaped. */
bool careful_asks_for_rest(const struct transcript *transcript, struct sentence *reply);

#endif
