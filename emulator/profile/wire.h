/* wire: texts with {variables}, as profiles write command lines and names. */
#ifndef PROFILE_WIRE_H
#define PROFILE_WIRE_H

#include "octets.h"

struct wire_variable {
	const char *name;
	struct octets value;
};

/*
 * Appends `text` with each {name} replaced by its value. A name that is not among the variables
 * stays as it is written: a profile's text may hold braces.
 */
bool wire_expand(struct buffer *out, struct octets text, const struct wire_variable *variables,
	size_t count);

#endif
