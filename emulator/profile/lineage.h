/*
 * lineage: a profile, its parents, and what they come to together.
 *
 * It is loaded once and never changes after that; every profile built from it holds a reference.
 */
#ifndef PROFILE_LINEAGE_H
#define PROFILE_LINEAGE_H

#include "settings.h"

#include <stdatomic.h>

struct generation {
	const char *name; /* "" for a text without a name in the source */
	struct head head;
	struct settings settings;
};

struct lineage {
	struct arena arena;
	enum profile_kind kind;
	atomic_size_t references;
	struct generation generations[PROFILE_MAX_PARENTS + 1]; /* [0] is the profile itself */
	size_t count;
	/* Merged: the eldest's first, each replaced where a younger one says otherwise. */
	struct setting *settings;
	size_t setting_count;
	void *defaults; /* struct client_profile or server_profile: the correct values */
};

/* Size of the struct that this kind is built into. */
size_t profile_size(enum profile_kind kind);

/* NULL after complaints in `errors`, or for want of memory. Holds one reference. */
struct lineage *lineage_load(const struct memory *memory, enum profile_kind kind, const char *name,
	const struct profile_source *source, struct buffer *errors);
struct lineage *lineage_load_text(const struct memory *memory, enum profile_kind kind,
	const char *file, struct octets text, const struct profile_source *source,
	struct buffer *errors);
struct lineage *lineage_share(struct lineage *lineage);
/* Gives a reference back; the last one frees. NULL is fine. */
void lineage_release(struct lineage *lineage);

#endif
