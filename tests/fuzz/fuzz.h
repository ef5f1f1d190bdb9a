/*
 * fuzz: what the targets have in common. An input is octets; a target takes what it needs of their
 * front, and hands the rest over in pieces: whole, octet by octet, or in pieces of one length.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "octets.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

/* Without it the input is a find. */
static inline void require(bool held)
{
	if (!held)
		abort();
}

/* The first octet, which is taken away; 0 where there is none. */
static inline uint8_t take_octet(struct octets *left)
{
	uint8_t octet = left->len == 0 ? 0 : left->at[0];
	*left = octets_from(*left, 1);
	return octet;
}

/* A piece of at most so many octets, which is taken away. */
static inline struct octets take_piece(struct octets *left, size_t len)
{
	struct octets piece = octets_cut(*left, len);
	*left = octets_from(*left, piece.len);
	return piece;
}

/* A copy that ends where its memory ends, with a NUL; to be freed. */
static inline char *copy_text(struct octets octets)
{
	char *text = malloc(octets.len + 1);
	require(text != NULL);
	if (octets.len > 0)
		memcpy(text, octets.at, octets.len);
	text[octets.len] = 0;
	return text;
}

#endif
