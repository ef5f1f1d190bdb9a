/*
 * memory_ground: a ground (check/ground.h) without a network: clients against the server player of
 * a profile, with a clock that jumps. The control is libmsub's sender.
 *
 * What a server remembers from one connection to the next lives as long as the ground, over all
 * trials, as `handset serve` has it: a client that was banned is not let in again. A server that
 * is not the same each time is played by `choose`, which is asked for each connection.
 */
#ifndef SUPPORT_MEMORY_GROUND_H
#define SUPPORT_MEMORY_GROUND_H

#include "ground.h"
#include "server_profile.h"

struct memory_ground_settings {
	const struct server_profile *server; /* borrowed, as everything here */
	enum phone_security security;
	bool no_login, wrong_password;
	/* Who answers connection `number` (1: the first of all); NULL of it: nobody does. */
	const struct server_profile *(*choose)(void *context, size_t number);
	void *context;
	/* Instead of a profile's server a player of the caller's own, and its end. */
	struct player *(*open)(void *context, size_t number);
	void (*close)(void *context, struct player *player);
	uint64_t patience_ms; /* for one trial; 0: a day */
};

struct memory_ground {
	struct memory_ground_settings settings;
	struct phone_account account;
	struct ground ground;			 /* hand this out */
	size_t connections;			 /* so far, those that were not let in included */
	size_t trials, controls;		 /* so far */
	unsigned int stored[TRIAL_MESSAGES_MAX]; /* copies that came in, of the trial before */
	bool banned;
	uint64_t paused_ms; /* asked for by pause(), in all */
};

void memory_ground_init(
	struct memory_ground *memory_ground, const struct memory_ground_settings *settings);

#endif
