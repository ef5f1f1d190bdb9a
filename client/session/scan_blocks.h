/*
 * scan_blocks: the loop of scan.c, in blocks of 64 octets; compiled once for every processor and
 * once more, in scan_wide.c, for those with wider vectors.
 *
 * A block is looked at together with the octet before it: so an LF and the CR in front of it are
 * compared in one step wherever they lie, and only the LFs have to be gone through one by one.
 */
#ifndef SESSION_SCAN_BLOCKS_H
#define SESSION_SCAN_BLOCKS_H

#include <string.h>

#include "scan.h"

enum { SCAN_BLOCK = 64 };

/*
 * What accumulates over blocks: all octets together, the least of each place, and the places where
 * an LF has no CR in front of it or a CR no LF behind it.
 */
#if defined(__AVX2__)
#include <immintrin.h>
struct scan_vectors {
	__m256i least, odd; /* as signed octets, so that those above 127 are the least */
};

static inline uint64_t scan_part(const uint8_t *at, unsigned int shift, struct scan_vectors *seen)
{
	__m256i before = _mm256_loadu_si256((const void *)(at + shift));
	__m256i v = _mm256_loadu_si256((const void *)(at + shift + 1));
	__m256i lf = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n'));
	__m256i cr = _mm256_cmpeq_epi8(before, _mm256_set1_epi8('\r'));
	seen->least = _mm256_min_epi8(seen->least, v);
	seen->odd = _mm256_or_si256(seen->odd, _mm256_xor_si256(lf, cr));
	return (uint64_t)(uint32_t)_mm256_movemask_epi8(lf) << shift;
}

static inline uint64_t scan_block(const uint8_t *at, struct scan_vectors *seen)
{
	return scan_part(at, 0, seen) | scan_part(at, 32, seen);
}

static inline struct scan_vectors scan_nothing(void)
{
	return (struct scan_vectors){_mm256_set1_epi8(1), _mm256_setzero_si256()};
}

static inline void scan_conclude(const struct scan_vectors *seen, struct scan *scan)
{
	__m256i nul = _mm256_cmpeq_epi8(seen->least, _mm256_setzero_si256());
	scan->eight_bit = _mm256_movemask_epi8(seen->least) != 0;
	/* behind an octet above 127 a NUL does not show: there it is looked for by itself */
	scan->nul = scan->eight_bit || _mm256_movemask_epi8(nul) != 0;
	scan->odd_end = _mm256_movemask_epi8(seen->odd) != 0;
}
#elif defined(__SSE2__)
#include <emmintrin.h>
struct scan_vectors {
	__m128i high, least, odd;
};

static inline uint64_t scan_part(const uint8_t *at, unsigned int shift, struct scan_vectors *seen)
{
	__m128i before = _mm_loadu_si128((const void *)(at + shift));
	__m128i v = _mm_loadu_si128((const void *)(at + shift + 1));
	__m128i lf = _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'));
	__m128i cr = _mm_cmpeq_epi8(before, _mm_set1_epi8('\r'));
	seen->high = _mm_or_si128(seen->high, v);
	seen->least = _mm_min_epu8(seen->least, v);
	seen->odd = _mm_or_si128(seen->odd, _mm_xor_si128(lf, cr));
	return (uint64_t)(uint32_t)_mm_movemask_epi8(lf) << shift;
}

static inline uint64_t scan_block(const uint8_t *at, struct scan_vectors *seen)
{
	uint64_t lf = 0;
	for (unsigned int shift = 0; shift < SCAN_BLOCK; shift += 16)
		lf |= scan_part(at, shift, seen);
	return lf;
}

static inline struct scan_vectors scan_nothing(void)
{
	__m128i none = _mm_setzero_si128();
	return (struct scan_vectors){none, _mm_set1_epi8(1), none};
}

static inline void scan_conclude(const struct scan_vectors *seen, struct scan *scan)
{
	__m128i nul = _mm_cmpeq_epi8(seen->least, _mm_setzero_si128());
	scan->eight_bit = _mm_movemask_epi8(seen->high) != 0;
	scan->nul = _mm_movemask_epi8(nul) != 0;
	scan->odd_end = _mm_movemask_epi8(seen->odd) != 0;
}
#else
struct scan_vectors {
	unsigned int high, zero, odd;
};

static inline uint64_t scan_block(const uint8_t *at, struct scan_vectors *seen)
{
	uint64_t lf = 0;
	for (unsigned int i = 0; i < SCAN_BLOCK; i++) {
		uint8_t octet = at[i + 1];
		seen->high |= octet;
		seen->zero |= octet == 0;
		seen->odd |= (octet == '\n') != (at[i] == '\r');
		lf |= (uint64_t)(octet == '\n') << i;
	}
	return lf;
}

static inline struct scan_vectors scan_nothing(void)
{
	return (struct scan_vectors){0, 0, 0};
}

static inline void scan_conclude(const struct scan_vectors *seen, struct scan *scan)
{
	scan->eight_bit = (seen->high & 0x80) != 0;
	scan->nul = seen->zero != 0;
	scan->odd_end = seen->odd != 0;
}
#endif

/* What goes on from block to block. */
struct scan_state {
	struct scan_vectors seen;
	uint64_t ends;
	uintptr_t line_at; /* where the line began, which may be before what was given */
	uint64_t longest;
	bool dot;
};

/* A line ended; the next one begins here. */
static inline void scan_end(struct scan_state *state, uintptr_t next)
{
	uint64_t len = next - state->line_at;
	state->longest = len > state->longest ? len : state->longest;
	state->line_at = next;
	state->ends++;
}

/* The line ends among octets 1 to 64 of this block; `moved` is the way back to what it copies. */
static inline void scan_ends(
	struct scan_state *state, const uint8_t *block, uintptr_t moved, uint64_t lf)
{
	for (; lf != 0; lf &= lf - 1) {
		const uint8_t *next = block + __builtin_ctzll(lf) + 2;
		if (*next == '.')
			state->dot = true;
		scan_end(state, (uintptr_t)next + moved);
	}
}

/* The last of them, at most 64 and the one before; nothing behind them may be read. */
static inline void scan_rest(struct scan_state *state, struct octets in, size_t at)
{
	uint8_t few[SCAN_BLOCK + 1];
	const uint8_t *block = few;
	size_t left = in.len - at;
	if (in.len > SCAN_BLOCK) {
		/* the block that ends with them; what was seen before is only not counted again */
		block = in.at + in.len - SCAN_BLOCK - 1;
	} else {
		memset(few, 'a', sizeof few);
		memcpy(few + sizeof few - left, in.at + at, left);
	}
	uint64_t lf = scan_block(block, &state->seen);
	lf = lf >> (SCAN_BLOCK + 1 - left) << (SCAN_BLOCK + 1 - left);
	const uint64_t very_last = (uint64_t)1 << (SCAN_BLOCK - 1);
	uintptr_t end = (uintptr_t)in.at + in.len;
	scan_ends(state, block, end - (uintptr_t)(block + SCAN_BLOCK + 1), lf & ~very_last);
	if ((lf & very_last) != 0)
		scan_end(state, end);
}

static inline void scan_all(struct octets in, struct scan *scan)
{
	struct scan_state state = {
		.seen = scan_nothing(), .line_at = (uintptr_t)in.at - scan->line_len};
	uint8_t first = in.len > 0 ? in.at[0] : 'a', last = in.len > 0 ? in.at[in.len - 1] : 'a';
	size_t at = 0;
	if (first == '\n') {
		scan_end(&state, (uintptr_t)in.at + 1);
		state.dot = in.len > 1 && in.at[1] == '.';
	}
	for (; in.len - at > SCAN_BLOCK + 1; at += SCAN_BLOCK)
		scan_ends(&state, in.at + at, 0, scan_block(in.at + at, &state.seen));
	if (at + 1 < in.len)
		scan_rest(&state, in, at);
	scan_conclude(&state.seen, scan);
	scan->eight_bit |= first >= 0x80;
	scan->nul |= first == 0;
	if (scan->eight_bit && scan->nul)
		scan->nul = octets_find(in, 0) < in.len;
	/* a CR as the very last octet: its LF, if there is one, is not here */
	scan->odd_end |= first == '\n' || last == '\r';
	scan->cr = scan->odd_end ? octets_find(in, '\r') < in.len : state.ends > 0;
	scan->dot = state.dot;
	scan->ends = state.ends;
	scan->line_len = (uintptr_t)in.at + in.len - state.line_at;
	uint64_t end_len = scan->cr ? 2 : 1;
	uint64_t longest = state.longest >= end_len ? state.longest - end_len : 0;
	scan->line_max = longest > scan->line_len ? longest : scan->line_len;
}

#endif
