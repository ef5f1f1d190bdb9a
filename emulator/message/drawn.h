/* drawn: texts of a profile in which {random N} stands, as Message-IDs and boundaries are. */
#ifndef MESSAGE_DRAWN_H
#define MESSAGE_DRAWN_H

#include "octets.h"
#include "random.h"
#include "wire.h"

/* Replaces the variables, and each {random N} by N octets of the alphabet. */
bool drawn_append(struct buffer *out, struct octets text, struct octets alphabet,
	const struct wire_variable *variables, size_t count, struct random *random);

#endif
