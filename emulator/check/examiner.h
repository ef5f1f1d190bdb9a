/*
 * examiner: what an examination of one server knows of it: how often the control sent, who came out
 * both ways, and whether it goes on (examine.h says what follows from that).
 */
#ifndef CHECK_EXAMINER_H
#define CHECK_EXAMINER_H

#include "ground.h"
#include "random.h"

struct examiner {
	const struct ground *ground; /* borrowed */
	bool deliver;
	bool causes; /* a cause is sought of what fails: its trials are a proof as well */
	/* What was proven of other clients; who fails so is looked at no longer. NULL: nothing. */
	struct known_causes *known;
	struct random random;
	/* Of the controls so far, and of the clients that came out both ways. */
	size_t control_sent, control_failed, mixed_sent, mixed_failed;
	bool unsteady;
	bool stopped;
	struct sentence stopped_why;
	size_t connections;
	/* Calls with each control that was made; NULL: nobody wants to know. Lent. */
	void (*controlled)(void *context, const struct control *control);
	void *context;
};

void examiner_init(
	struct examiner *examiner, const struct ground *ground, bool deliver, uint64_t seed);
/* The control, before anything else. False: nothing can be concluded; stopped_why tells why. */
bool examiner_begin(struct examiner *examiner);
/*
 * The control once more, as far as the reply to RCPT or to the end. It sends, at once or after a
 * pause; else the examination stops, and false is returned.
 */
bool examiner_control(struct examiner *examiner, bool deliver);
/*
 * So many failures in a row may well be chance, by what has come out both ways so far; that is
 * known best at the end.
 */
bool examiner_takes_for_chance(const struct examiner *examiner, size_t failed);
/* Ends it from outside: what is left is inconclusive. The first sentence stays. */
void examiner_stop(struct examiner *examiner, const char *why);

#endif
