/*
 * script_player: a player that does what a table says, for tests of drivers.
 *
 * A script is a list of steps, done in order. Whatever the driver tells is kept for the test to
 * look at. When the connection ends, or TLS fails, before the script does, the rest is skipped:
 * the player wants to close, and then nothing more.
 */
#ifndef SUPPORT_SCRIPT_PLAYER_H
#define SUPPORT_SCRIPT_PLAYER_H

#include "player.h"

enum script_kind {
	SCRIPT_END, /* close in order; also what a zeroed row means */
	SCRIPT_CONNECT,
	SCRIPT_SAY,   /* text, as one write */
	SCRIPT_FLOOD, /* `number` octets "x", as one write */
	SCRIPT_HEAR,  /* until text has come */
	SCRIPT_TLS,
	SCRIPT_STORE,
	SCRIPT_PAUSE, /* number milliseconds */
	SCRIPT_HOLD,  /* number milliseconds; 0: for ever */
	SCRIPT_NO_BYE,
	SCRIPT_ABORT
};

struct script_step {
	enum script_kind kind;
	const char *text;
	size_t number;
};

struct script_player {
	struct player player;
	const struct script_step *step; /* the one in hand */
	size_t said;			/* octets of it that were taken */
	uint64_t until_ms;		/* a pause ends; 0: it has not begun */
	bool closing, over;
	/* What the driver has told. */
	struct buffer heard;
	size_t heard_from;     /* what was not yet waited for begins here */
	size_t received_calls; /* of received() */
	size_t longest_receive;
	unsigned int connections, closes, ends, stores;
	enum player_end end;
	bool stored_safe, tls_up, tls_verified;
	size_t exporter_len;
	char tls[512];	  /* the description, or why it failed */
	char failed[512]; /* connect_failed()'s reason */
	char local[64], remote[64];
	struct player_mail mail; /* what PLAYER_STORE lends; filled by the test */
	bool eager_for_tls;	 /* PLAYER_START_TLS along with what is said before it */
	bool stubborn;		 /* goes on with the script after TLS failed */
	bool wants_receive_too;	 /* PLAYER_RECEIVE along with every SAY and FLOOD */
};

/* The steps are borrowed; the list ends with a SCRIPT_END, NO_BYE or ABORT row. */
void script_player_init(struct script_player *script, const struct script_step *steps);
void script_player_free(struct script_player *script);
/* Everything heard, NUL-ended, lent. */
const char *script_player_heard(struct script_player *script);
/* The script came to its last step by itself. */
bool script_player_succeeded(const struct script_player *script);

#endif
