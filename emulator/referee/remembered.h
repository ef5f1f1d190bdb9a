/* remembered: a set of texts, by hash: enough to notice a repetition. */
#ifndef REFEREE_REMEMBERED_H
#define REFEREE_REMEMBERED_H

#include "octets.h"

enum { REMEMBERED_MAX = 1024 };

struct remembered {
	uint64_t hashes[REMEMBERED_MAX];
	size_t count;
};

/* Of the text, without case. */
uint64_t remembered_hash(struct octets text);
bool remembered_has(const struct remembered *remembered, uint64_t hash);
/* More than REMEMBERED_MAX are not kept. */
void remembered_add(struct remembered *remembered, uint64_t hash);

#endif
