/*
 * admission: whether a server let somebody in, and how long to wait where it did not.
 *
 * Servers hold so many sessions per address, and keep one that was given up in a tarpit until its
 * delay is over; who comes next is met by a refused connection, by a close instead of a greeting,
 * or by a 4xx greeting. That says nothing of who came. So it is waited, longer each time, and the
 * same is tried again; where four waits do not help, it is no matter of a moment, and no further
 * one is made before somebody was let in. Who is turned away although somebody else was let in
 * since is not waited for again: it is this client that is not wanted. All waits together are
 * bounded as well. Once a wait was needed there is a pause between sessions from then on.
 *
 * A 4.7.x greeting is a matter of policy (RFC 3463 3.8), and no case for this.
 */
#ifndef CHECK_ADMISSION_H
#define CHECK_ADMISSION_H

#include "sentence.h"
#include "transcript.h"

#include <stdbool.h>

struct admission {
	bool let_in_once; /* before, a refused connection may be a wrong port */
	bool shut;	  /* the last waits were in vain */
	char unwelcome[65];
	size_t waits;  /* in the phase in hand */
	size_t turned; /* how often somebody was turned away, and it was waited for */
	uint64_t waited_ms, slower_ms;
};

/*
 * The last connection ended before its client said a word, as for somebody who came too often.
 * `transcript` may be NULL.
 */
bool admission_is_refused(const struct transcript *transcript);
/* `name` was let in. */
void admission_enter(struct admission *admission);
/* It was not: how long to wait before it is tried again; 0: there is no use in it. */
uint64_t admission_wait_ms(struct admission *admission, const char *name);
/* "the server turned us away 3 times; waited 8 s"; false: it never did. */
bool admission_tell(const struct admission *admission, struct sentence *sentence);

#endif
