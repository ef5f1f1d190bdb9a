/*
 * describe: profiles and keys as text for people.
 *
 * A program iterates instead: profile_difference() (profile.h), profile_keys() (keys.h).
 */
#ifndef PROFILE_DESCRIBE_H
#define PROFILE_DESCRIBE_H

#include "keys.h"

/* What `handset profile show NAME` prints; `name` is the name it was asked for. */
bool describe_profile(struct buffer *out, const struct profile *profile, const char *name);
/* What `handset profile keys` prints: every key, its type, its correct value, its sentence. */
bool describe_keys(struct buffer *out, enum profile_kind kind);
/* The same as the Markdown table that stands in profiles/README.md. */
bool describe_keys_markdown(struct buffer *out, enum profile_kind kind);
/* "flag", "reset, noop", "list of to, self, cc, bcc": the type as a reader wants it. */
bool describe_type(struct buffer *out, const struct key *key);

#endif
