/*
 * aliases: local names, and the addresses that stand for them.
 *
 *     root: ann@example.org, bob@example.org   # a comment
 *     default: postmaster@example.org
 *
 * Only names without a domain are looked up, small and capital letters alike; what is found may be
 * names that are looked up again. A name that is not there is what "default" says, if anything.
 */
#ifndef TOOLS_MSUB_ALIASES_H
#define TOOLS_MSUB_ALIASES_H

#include "msub_addresses.h"
#include "msub_trouble.h"

/* Replaces the names among the addresses by what the text says. False: see the trouble. */
bool aliases_expand(
	struct addresses *addresses, const char *text, const char *path, struct trouble *trouble);
/* The same with what is in the file. */
bool aliases_expand_from(struct addresses *addresses, const char *path, struct trouble *trouble);

#endif
