/*
 * build: settings become a struct client_profile or server_profile.
 */
#ifndef PROFILE_BUILD_H
#define PROFILE_BUILD_H

#include "settings.h"

/* Every row's correct value as a map from its path; lent by the arena, NULL for want of memory. */
const struct node *build_correct_values(struct arena *arena, enum profile_kind kind);
/* The struct with these values, lent by the arena; NULL for want of memory. */
void *build_defaults(struct arena *arena, enum profile_kind kind, const struct node *correct);
/* Converts every value for the sake of complaints alone. False for want of memory. */
bool build_check(const struct memory *memory, struct complaints *complaints, enum profile_kind kind,
	const struct settings *settings);
/*
 * A copy of `defaults` with these settings (checked before) put in. Lent by the arena, texts of
 * the settings by where these are; NULL for want of memory.
 */
void *build_profile(struct arena *arena, enum profile_kind kind, const void *defaults,
	const struct setting *const *settings, size_t count);

#endif
