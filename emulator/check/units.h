/*
 * units: what of a client is taken away together.
 *
 * A cause is looked for by taking differences away. What is taken away is what makes sense alone:
 * first a whole *group* (all about the login, all about the end), then the *units* within it (the
 * two places where a command goes before a message; the cells of one table that say the same), and
 * single settings at last. Which is which is a table (units.c); any key has a row in it.
 */
#ifndef CHECK_UNITS_H
#define CHECK_UNITS_H

#include "profile.h"

struct unit {
	const char
		*path; /* of a key, or the beginning of several, as far as a dot; `*` is any part */
	const char *group;
	const char *name; /* of the unit; NULL: each key is one, and cells of one row that say the
			     same */
	/*
	 * It changes more than the words that a transcript shows: when and in which pieces they
	 * pass, what a handshake offers, what a masked secret holds.
	 */
	bool silent;
};

/* The row of a setting's path, the longest that fits; NULL: there is none. */
const struct unit *unit_of(const char *path);

enum unit_level { LEVEL_GROUP, LEVEL_UNIT, LEVEL_SETTING, LEVEL_COUNT };

/*
 * Gives each setting of the profile a number, the same to those that are one at this level, in
 * `labels`, which has room for profile_setting_count().
 */
void units_label(const struct profile *profile, enum unit_level level, size_t *labels);

#endif
