/*
 * pattern: shell-like patterns without the shell's locale.
 */
#ifndef PROFILE_PATTERN_H
#define PROFILE_PATTERN_H

#include "octets.h"

/*
 * Whether the whole text fits: `*` stands for any octets, `?` for one, ASCII letters count without
 * case, and what stands behind a backslash for itself. Work is bounded by the product of the
 * lengths.
 */
bool pattern_fits(const char *pattern, struct octets text);

#endif
