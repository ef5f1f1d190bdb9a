/* discover: what msub_discover() stands on, with name servers of a test's own. */
#ifndef MSUB_DISCOVER_H
#define MSUB_DISCOVER_H

#include "dial.h"
#include "msub.h"

/* As msub_discover(); of the destination the domain, resolve_ms and what is there for tests. */
enum msub_error discover(const struct memory *memory, const struct destination *destination,
	struct msub_service *services, size_t *count, struct msub_failure *failure);

#endif
