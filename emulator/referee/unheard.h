/*
 * unheard: what was said and has not been answered yet, in order (RFC 2920 3.1).
 *
 * Each entry knows to which transaction it belongs: in a flight of MAIL, RCPT and BDAT LAST the
 * transaction is over before its first reply is heard, and the next one may have begun.
 *
 * In LMTP (RFC 2033 4.2) the end of a message is answered once for each recipient that was
 * accepted; with BDAT these are known only as the replies before it come.
 */
#ifndef REFEREE_UNHEARD_H
#define REFEREE_UNHEARD_H

#include "facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Something said that a reply is owed for. */
struct spoken {
	enum moment moment;
	uint64_t at_ms;
	uint64_t mechanism;   /* a hash, of AUTH */
	uint64_t transaction; /* the one that was open, or none, when it was said */
	size_t replies;	      /* owed; 0 is as good as 1 */
};

enum { UNHEARD_MAX = 2048 };

struct unheard {
	struct spoken at[UNHEARD_MAX];
	size_t count;
};

/* More than UNHEARD_MAX are forgotten. */
void unheard_add(struct unheard *unheard, const struct spoken *spoken);
/* A whole reply came: takes what it answers from the front; false: nothing was owed. */
bool unheard_take(struct unheard *unheard, struct spoken *spoken);
/* The last thing said went on until now: one waits for its reply from here. */
void unheard_go_on(struct unheard *unheard, enum moment moment, uint64_t at_ms);
/* LMTP: one recipient more of this transaction was accepted. */
void unheard_owe(struct unheard *unheard, uint64_t transaction);
/* The least that RFC 5321 4.5.3.2 lets a client wait for an answer; QUIT: a second, by prudence. */
uint64_t unheard_least_wait_ms(enum moment moment);

#endif
