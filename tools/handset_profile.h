/* handset_profile: what the parts of `handset profile` share. */
#ifndef TOOLS_HANDSET_PROFILE_H
#define TOOLS_HANDSET_PROFILE_H

#include "handset.h"

#include <jansson.h>

struct profile_options {
	const char *profiles;
	int kind; /* 0 any, else one more than enum profile_kind */
	bool json, markdown, keys;
};

/* Which kind a name or file is of; false with a sentence on stderr where there is none. */
bool handset_profile_kind(
	const struct profile_options *options, const char *name, enum profile_kind *kind);
/* Prints and frees. */
void handset_profile_json(json_t *root);
json_t *handset_difference_json(const struct profile_difference *difference);

int handset_profile_show(const struct profile_options *options, char **names, int count);
int handset_profile_diff(const struct profile_options *options, char **names, int count);

#endif
