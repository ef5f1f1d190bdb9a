/*
 * ground: where experiments are made.
 *
 * An experiment is made of *trials*. In a trial one client sends its mail, with one account, to the
 * server that is looked at, in connections of its own. Who makes a trial is an interface, a ground:
 * over TCP for the commands, in memory against the server player for tests. The rest of this room
 * asks a ground and opens no socket, looks at no clock and waits for nothing itself, so that an
 * experiment of forty sessions, with a server that bans, stalls or answers at random, is tested in
 * milliseconds.
 *
 *   control()   the mail, sent by a client known to be correct: where it fails nothing is concluded
 *   play()      the mail, sent by a client of the catalogue, or by one with a part of its
 * differences converse()  a player of the caller's own, for what no mail client would say (probes)
 *
 * A ground that minds a real server's patience is a ground that asks another one (careful.h).
 */
#ifndef CHECK_GROUND_H
#define CHECK_GROUND_H

#include "play.h"
#include "profile.h"
#include "transcript.h"

enum { TRIAL_MESSAGES_MAX = 3 };

/* What a trial is to send. Each message is a short one of our own to the account's recipient. */
struct trial_wish {
	const struct profile *client; /* borrowed; control(): not looked at */
	size_t messages; /* in this order, in one session where the client does so; >= 1 */
	/* The last message names, before the recipient, one that the server is known to refuse. */
	bool refused_recipient;
	/* False: the client leaves with QUIT as soon as a message's RCPTs were answered. */
	bool deliver;
	uint64_t seed; /* of what the client draws; equal seeds are equal trials */
	/* The silence that it meets was sat out by another client: a part of the patience will do.
	 */
	bool brief;
};

/*
 * What came of it. `play` is read with play_verdict(), play_explain(), play_remarks(). Of a trial
 * that did not deliver, an accepted recipient is PHONE_ACCEPTED.
 */
struct trial {
	struct play_result play;
	struct transcript *transcript; /* NULL: no memory */
};
/* A silence of the server's was sat out in it, or a limit of the client's own passed. */
bool trial_was_silent(const struct trial *trial);
/* A zeroed trial is fine. */
void trial_free(struct trial *trial);

enum control_end {
	CONTROL_SENDS,
	CONTROL_LOGIN_REFUSED,
	CONTROL_REFUSED,    /* MAIL, RCPT, DATA or the message; `step` tells */
	CONTROL_TLS_FAILED, /* not offered, not agreed, or a certificate that does not hold */
	CONTROL_NO_CONNECTION,
	CONTROL_HUNG,	     /* silence, or closed without a word */
	CONTROL_NOT_POSSIBLE /* this control cannot do what the account asks; says nothing */
};

struct control {
	enum control_end end;
	bool for_now;		       /* a refusal of the 4xx kind: another day it may be taken */
	bool settled;		       /* asked again in a moment it would end the same */
	char step[16];		       /* "mail", "recipient", …; "" where none */
	unsigned int code;	       /* of the reply that decided, 0: none */
	struct sentence reply;	       /* its first line, escaped; "" where there is none */
	struct sentence advice;	       /* what is wrong and what to do next, for people */
	struct transcript *transcript; /* NULL: this control has none */
};
void control_free(struct control *control);
/* As records and the answers of controls call it: "sends", "login-refused", ... */
const char *control_end_name(enum control_end end);

/* All borrowed. Each function blocks, returns false with a sentence where no trial came about. */
struct ground {
	void *context;
	const struct memory *memory;
	const struct phone_account *account; /* as whom, with which security */
	const char *sender, *recipient;
	const char *refused_recipient; /* NULL: none is known */
	bool (*control)(void *context, const struct trial_wish *wish, struct control *control,
		struct sentence *why);
	bool (*play)(void *context, const struct trial_wish *wish, struct trial *trial,
		struct sentence *why);
	/*
	 * Drives `player`, which asks for TLS itself (also implicit), and records into `transcript`
	 * (or NULL). TLS is today's, with the account's trust.
	 */
	bool (*converse)(void *context, struct player *player, struct transcript *transcript,
		enum drive_end *end, struct sentence *why);
	/* Waits, in truth or not at all (in memory the clock jumps). */
	void (*pause)(void *context, uint64_t ms);
	/* How long trials took so far, pauses that were asked for not counted; NULL: not known. */
	uint64_t (*spent_ms)(void *context);
};

#endif
