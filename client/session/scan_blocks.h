/*
 * scan_blocks: the loop of scan.c, in blocks of 64 octets; compiled once for every processor and
 * once more, in scan_wide.c, for those with wider vectors.
 */
#ifndef SESSION_SCAN_BLOCKS_H
#define SESSION_SCAN_BLOCKS_H

#include <string.h>

#include "scan.h"

enum { SCAN_BLOCK = 64 };

/* What accumulates over blocks: where a bit of it is set, the octets hold one such. */
#if defined(__AVX2__)
#include <immintrin.h>
struct scan_vectors {
	__m256i high, zero;
};

static inline void scan_part(const uint8_t *at, unsigned int shift, struct scan_vectors *seen,
	uint64_t *lf, uint64_t *cr)
{
	__m256i v = _mm256_loadu_si256((const void *)(at + shift));
	seen->high = _mm256_or_si256(seen->high, v);
	seen->zero = _mm256_or_si256(seen->zero, _mm256_cmpeq_epi8(v, _mm256_setzero_si256()));
	*lf |= (uint64_t)(uint32_t)_mm256_movemask_epi8(
		       _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n')))
	       << shift;
	*cr |= (uint64_t)(uint32_t)_mm256_movemask_epi8(
		       _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\r')))
	       << shift;
}

static inline void scan_block(
	const uint8_t *at, struct scan_vectors *seen, uint64_t *lf, uint64_t *cr)
{
	*lf = *cr = 0;
	scan_part(at, 0, seen, lf, cr);
	scan_part(at, 32, seen, lf, cr);
}

static inline struct scan_vectors scan_nothing(void)
{
	return (struct scan_vectors){_mm256_setzero_si256(), _mm256_setzero_si256()};
}

static inline void scan_conclude(const struct scan_vectors *seen, struct scan *scan)
{
	scan->eight_bit = _mm256_movemask_epi8(seen->high) != 0;
	scan->nul = _mm256_movemask_epi8(seen->zero) != 0;
}
#elif defined(__SSE2__)
#include <emmintrin.h>
struct scan_vectors {
	__m128i high, zero;
};

static inline void scan_part(const uint8_t *at, unsigned int shift, struct scan_vectors *seen,
	uint64_t *lf, uint64_t *cr)
{
	__m128i v = _mm_loadu_si128((const void *)(at + shift));
	seen->high = _mm_or_si128(seen->high, v);
	seen->zero = _mm_or_si128(seen->zero, _mm_cmpeq_epi8(v, _mm_setzero_si128()));
	*lf |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')))
	       << shift;
	*cr |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\r')))
	       << shift;
}

static inline void scan_block(
	const uint8_t *at, struct scan_vectors *seen, uint64_t *lf, uint64_t *cr)
{
	*lf = *cr = 0;
	for (unsigned int shift = 0; shift < SCAN_BLOCK; shift += 16)
		scan_part(at, shift, seen, lf, cr);
}

static inline struct scan_vectors scan_nothing(void)
{
	return (struct scan_vectors){_mm_setzero_si128(), _mm_setzero_si128()};
}

static inline void scan_conclude(const struct scan_vectors *seen, struct scan *scan)
{
	scan->eight_bit = _mm_movemask_epi8(seen->high) != 0;
	scan->nul = _mm_movemask_epi8(seen->zero) != 0;
}
#else
struct scan_vectors {
	unsigned int high, zero;
};

static inline void scan_block(
	const uint8_t *at, struct scan_vectors *seen, uint64_t *lf, uint64_t *cr)
{
	*lf = *cr = 0;
	for (unsigned int i = 0; i < SCAN_BLOCK; i++) {
		seen->high |= at[i];
		seen->zero |= at[i] == 0;
		*lf |= (uint64_t)(at[i] == '\n') << i;
		*cr |= (uint64_t)(at[i] == '\r') << i;
	}
}

static inline struct scan_vectors scan_nothing(void)
{
	return (struct scan_vectors){0, 0};
}

static inline void scan_conclude(const struct scan_vectors *seen, struct scan *scan)
{
	scan->eight_bit = (seen->high & 0x80) != 0;
	scan->nul = seen->zero != 0;
}
#endif

/* What goes on from block to block. */
struct scan_state {
	struct scan_vectors seen;
	uint64_t odd, cr_before, any_cr, ends;
	uint64_t line_at; /* where the line began; before 0, that is wrapped around, as it may be */
	uint64_t longest;
	bool dot;
};

static inline void scan_step(
	struct scan_state *state, struct octets in, size_t at, const uint8_t *block)
{
	uint64_t lf, cr;
	scan_block(block, &state->seen, &lf, &cr);
	state->odd |= lf ^ (cr << 1 | state->cr_before);
	state->any_cr |= cr;
	state->cr_before = cr >> 63;
	for (; lf != 0; lf &= lf - 1) {
		uint64_t next = at + (unsigned int)__builtin_ctzll(lf) + 1;
		uint64_t len = next - state->line_at;
		state->dot |= next < in.len && in.at[next] == '.';
		state->longest = len > state->longest ? len : state->longest;
		state->line_at = next;
		state->ends++;
	}
}

static inline void scan_all(struct octets in, struct scan *scan)
{
	struct scan_state state = {.seen = scan_nothing(), .line_at = 0 - scan->line_len};
	size_t at = 0;
	for (; in.len - at >= SCAN_BLOCK; at += SCAN_BLOCK)
		scan_step(&state, in, at, in.at + at);
	if (at < in.len) {
		uint8_t rest[SCAN_BLOCK];
		memset(rest, 'a', sizeof rest);
		memcpy(rest, in.at + at, in.len - at);
		scan_step(&state, in, at, rest);
	}
	/* a CR as the very last octet: its LF, if there is one, is not here */
	scan->odd_end = state.odd != 0 || (in.len > 0 && in.at[in.len - 1] == '\r');
	scan->dot = state.dot;
	scan->cr = state.any_cr != 0;
	scan->ends = state.ends;
	scan->line_len = in.len - state.line_at;
	uint64_t end_len = scan->cr ? 2 : 1;
	uint64_t longest = state.longest >= end_len ? state.longest - end_len : 0;
	scan->line_max = longest > scan->line_len ? longest : scan->line_len;
	scan_conclude(&state.seen, scan);
}

#endif
