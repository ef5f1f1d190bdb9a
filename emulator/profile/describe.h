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
/* The same of a client, in sentences (telling.h); each says how it is known, in brackets. */
bool describe_tellings(struct buffer *out, const struct profile *profile, const char *name);
/* Name, title, what it is about and what it is based on: how both begin. */
void describe_head(struct buffer *out, const struct profile *profile, const char *name);
/* Escaped and broken at blanks, each line behind `indent`; its own line ends are kept. */
void describe_wrapped(struct buffer *out, const char *indent, struct octets text);
/*
 * A text that can be shown as it is: broken at blanks, `mark` before the first line, blanks as wide
 * before the others.
 */
void describe_item(struct buffer *out, const char *mark, struct octets text);
/* What `handset profile keys` prints: every key, its type, its correct value, its sentence. */
bool describe_keys(struct buffer *out, enum profile_kind kind);
/* The same as the Markdown table that stands in profiles/README.md. */
bool describe_keys_markdown(struct buffer *out, enum profile_kind kind);
/* "flag", "reset, noop", "list of to, self, cc, bcc": the type as a reader wants it. */
bool describe_type(struct buffer *out, const struct key *key);

#endif
