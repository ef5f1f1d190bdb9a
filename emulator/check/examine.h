/*
 * examine: which trials make a verdict.
 *
 * A trial that failed may have failed because of the client; because the server fails now and
 * then, is two servers behind one name, of which one is broken, or had enough of us. So a failure
 * is claimed only where it was seen again, at the same place, and the control sent in between:
 *
 *   - before the first client the control has sent three times in a row, so that what fails every
 *     second or third time is found out at once;
 *   - a client that failed is tried again at once (two trials in a row meet both of two servers
 *     that take turns), then the control, and so on in turn: six failures in all and five controls
 *     in between. Where a cause is sought behind it, whose trials are a proof as well, three
 *     failures and two controls are enough; one, where it failed as a cause that was proven of
 *     another client makes the correct client fail, for then its trials are the proof;
 *   - as soon as anything was seen to come out differently another time (a client, or the
 *     control), the server is *unsteady*: from then on clients and controls come in a drawn order,
 *     and a run of failures must be too long for chance, by the share of failures among the
 *     controls and among the clients that came out both ways: rarer than one in five thousand; and
 *     success must be seen eight times. A client that comes out both ways is inconclusive;
 *   - a refusal for now (4xx) behind which the same client sends is no failure: that is what it
 *     means;
 *   - where the control does not send any more, after two pauses, the examination *stops*: whoever
 *     was not concluded is inconclusive, with the sentence why.
 *
 * What was concluded before a server was known to be unsteady was concluded too easily: whoever
 * runs the examination asks again (run.c).
 */
#ifndef CHECK_EXAMINE_H
#define CHECK_EXAMINE_H

#include "examiner.h"
#include "verdict.h"

/* All aspects of one client; verdict_free() it. `verdict` is overwritten. */
void examine(struct examiner *examiner, const struct profile *client, struct verdict *verdict);

#endif
