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

static inline void scan_all(struct octets in, struct scan *scan)
{
	struct scan_vectors seen = scan_nothing();
	uint64_t odd = 0, cr_before = 0, lf, cr;
	uint64_t line_at = 0 - scan->line_len; /* where the line began, before 0 as it may be */
	uint64_t longest = 0, ends = 0, any_cr = 0;
	bool dot = false;
	for (size_t at = 0; at < in.len; at += SCAN_BLOCK) {
		uint8_t rest[SCAN_BLOCK];
		const uint8_t *block = in.at + at;
		if (in.len - at < SCAN_BLOCK) {
			memset(rest, 'a', sizeof rest);
			memcpy(rest, block, in.len - at);
			block = rest;
		}
		scan_block(block, &seen, &lf, &cr);
		odd |= lf ^ (cr << 1 | cr_before);
		any_cr |= cr;
		cr_before = cr >> 63;
		for (; lf != 0; lf &= lf - 1) {
			uint64_t next = at + (unsigned int)__builtin_ctzll(lf) + 1;
			dot |= next < in.len && in.at[next] == '.';
			longest = next - line_at > longest ? next - line_at : longest;
			line_at = next;
			ends++;
		}
	}
	/* a CR as the very last octet: its LF, if there is one, is not here */
	scan->odd_end = odd != 0 || (in.len > 0 && in.at[in.len - 1] == '\r');
	scan->dot = dot;
	scan->line_len = in.len - line_at;
	scan->cr = any_cr != 0;
	scan->ends = ends;
	uint64_t end_len = scan->cr ? 2 : 1;
	longest = longest >= end_len ? longest - end_len : 0;
	scan->line_max = longest > scan->line_len ? longest : scan->line_len;
	scan_conclude(&seen, scan);
}

#endif
