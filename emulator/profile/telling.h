/*
 * telling: a client profile in sentences, for somebody who runs a server.
 *
 * What a sentence is made of is data. Each key has rows (client_tellings.c): the group that it
 * belongs to, and what it means where it has one value or any other. Settings that say the same of
 * several things become one sentence ("It says RSET before the first message and before each
 * further one."). Cells of reactions are put together from what was heard, from whom, and what
 * follows (reaction_telling.c): "After 535 to AUTH it goes on without a login."
 */
#ifndef PROFILE_TELLING_H
#define PROFILE_TELLING_H

#include "keys.h"

enum telling_group {
	TELLING_CONNECTION,
	TELLING_HELLO,
	TELLING_LOGIN,
	TELLING_TLS,
	TELLING_ENVELOPE,
	TELLING_MESSAGE,
	TELLING_WAITING,
	TELLING_LEAVING,
	TELLING_GROUP_COUNT
};

/* "Connection", "Hello", … */
const char *telling_group_name(enum telling_group group);

/* What a key means. Of the rows of a path, one with the setting's value comes before one without.
 */
struct telling_row {
	const char *path; /* as in the key list */
	enum telling_group group;
	const char *value; /* as YAML on one line; NULL: any */
	/*
	 * The sentence. {value} is the value as people write it, {name} the name of a member of a
	 * family (telling_names()). Of what stands in <…> there may be several, one of each
	 * setting, where all around it is the same: they are listed.
	 */
	const char *text;
};

/* What a word of a family's path is called in a sentence. */
struct telling_name {
	const char *path; /* of the key: flow.PLACE */
	const char *word, *name;
};

const struct telling_row *client_tellings(size_t *count);
const struct telling_name *client_telling_names(size_t *count);

/* A sentence, and the settings (indices as in profile_difference()) that it tells of. */
struct telling {
	enum telling_group group;
	const char *text;
	const size_t *settings;
	size_t setting_count;
};

struct tellings;

/* By group, within it in the order of the settings. NULL only for want of memory. */
struct tellings *tellings_make(const struct memory *memory, const struct profile *profile);
size_t tellings_count(const struct tellings *tellings);
/* Lent by the list. */
struct telling tellings_at(const struct tellings *tellings, size_t index);
/* NULL is fine. */
void tellings_free(struct tellings *tellings);

/*
 * The sentence of settings that say the same of several things, lent by the arena; NULL only for
 * want of memory. Those of other paths than the first give it only their part.
 */
const char *telling_of(
	struct arena *arena, const struct profile *profile, const char *const *paths, size_t count);

/*
 * A sentence in the making, cut at its <…>: what stands before, the one part, the conjunction
 * between parts, what stands behind. Texts are the arena's.
 */
struct draft {
	enum telling_group group;
	const char *before, *part, *conjunction, *after;
};

/* Of a cell `reactions.ROW.EVENT`; `is_only`: no other code of this row has a cell. */
bool reaction_telling(struct arena *arena, const char *path, const char *value, bool is_only,
	struct draft *draft);

#endif
