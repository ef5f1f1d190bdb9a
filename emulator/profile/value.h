/*
 * value: the types that profile keys have, once read.
 *
 * A loaded profile owns everything in it through one arena; nothing below is freed on its own.
 * Text is octets, not a C string (a reply may hold any octet), but it always has a NUL after it.
 */
#ifndef PROFILE_VALUE_H
#define PROFILE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "octets.h"

/* A time that was written `none`, or was not written at all where that has a meaning. */
#define PROFILE_NONE UINT64_MAX

struct text_list {
	const struct octets *items;
	size_t count;
};

/* Words of a closed set, in the order written. */
struct word_list {
	uint8_t count;
	uint8_t items[15];
};

/* "5-85 ms": drawn from the seed. Not written: from_ms is PROFILE_NONE, `else` counts. */
struct span {
	uint64_t from_ms, to_ms;
};

#endif
