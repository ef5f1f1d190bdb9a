/* header: the header lines of a message, in the order and the words of its profile. */
#ifndef MESSAGE_HEADER_H
#define MESSAGE_HEADER_H

#include "body.h"

/*
 * Appends the lines, without the empty one behind them. Sets composed->broken, and stops, at a
 * line that the profile cannot write. False: no memory.
 */
bool header_append(struct message_composed *composed, const struct message_keys *keys,
	const struct message_draft *draft, const struct body *body, struct random *random);

#endif
