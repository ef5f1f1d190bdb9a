/*
 * evidence: where a profile knows each of its keys from.
 *
 * An entry is {KIND: "where", shows: [key, …]}. Every key that a profile writes must be shown by
 * an entry of the same profile; an assumption is allowed, silence is not. Of several entries the
 * one with the longest match counts, then the one with the heavier kind.
 */
#ifndef PROFILE_EVIDENCE_H
#define PROFILE_EVIDENCE_H

#include "keys.h"

struct evidence {
	enum evidence_kind kind;
	const char *where;
	const char *const *shows;
	size_t show_count;
};

struct evidence_list {
	const struct evidence *items;
	size_t count;
};

/* Reads `evidence:`; complains of what it finds wrong. False for want of memory. */
bool evidence_read(struct arena *arena, struct complaints *complaints, enum profile_kind kind,
	const struct node *node, struct evidence_list *list);
/* The entry that counts for a path, or NULL. */
const struct evidence *evidence_for(const struct evidence_list *list, const char *path);

#endif
