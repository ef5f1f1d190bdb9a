/* failing_memory: a struct memory that counts, and lets one allocation fail. */
#ifndef SUPPORT_FAILING_MEMORY_H
#define SUPPORT_FAILING_MEMORY_H

#include "memory.h"

struct failing_memory {
	struct memory memory; /* hand this out */
	size_t count;         /* allocations asked for so far, growth included */
	size_t fail_at;       /* this one fails, counted from 1; 0: none */
	size_t live;          /* octets not yet given back */
};

void failing_memory_init(struct failing_memory *failing, size_t fail_at);

#endif
