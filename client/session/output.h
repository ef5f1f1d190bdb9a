/*
 * output: what a session has to say and the network has not taken yet, as a list of pieces.
 *
 * Own octets (commands, and content that had to be changed) stand in one buffer; content that may
 * go out as it stands is lent where it is: in the caller's memory, or in the room of its source.
 * What is lent has to stay until output_is_empty(). Own octets are appended to `own` by whoever
 * has something to say; they become a piece when the next one begins.
 */
#ifndef SESSION_OUTPUT_H
#define SESSION_OUTPUT_H

#include "octets.h"

enum {
	OUTPUT_PIECES = 16,
	/* Output is made until about this much of its own, or lent, waits to be written. */
	OUTPUT_FULL = 32 * 1024,
	OUTPUT_LENT_FULL = 1024 * 1024,
	OUTPUT_OWN_MAX = 512 * 1024,
	/* Shorter runs are copied: that is cheaper than another piece. */
	OUTPUT_LENT_MIN = 512,
	/* An output that was shrunk keeps no more room than this. */
	OUTPUT_ROOM_KEPT = 4 * 1024
};

struct output_piece {
	const uint8_t *at; /* NULL: the next ones of `own` */
	size_t len;
	bool content;
};

struct output {
	struct buffer own;
	size_t own_listed; /* of `own`, in pieces already */
	struct output_piece pieces[OUTPUT_PIECES];
	unsigned int first, count; /* the first that was not taken whole */
	size_t own_first;   /* where its octets begin in `own`, or those of the next own one */
	size_t first_taken; /* of it */
	size_t listed;	    /* octets in pieces since the output was last empty */
	size_t content_len; /* of them, those of content */
	size_t taken;	    /* octets taken since then */
	uint64_t before;    /* octets that were taken before that */
	size_t lent;	    /* octets lent since then */
	bool content;	    /* some of it was content: no secret is among it */
	bool held;	    /* nothing more is made until it is empty */
};

void output_init(struct output *output, const struct memory *memory);
void output_free(struct output *output);
/* Forgets what waits; positions go on behind what was taken. */
void output_clear(struct output *output);
/* Gives back what only large messages need. */
void output_shrink(struct output *output);
/* Octets made since it was last empty. */
static inline size_t output_len(const struct output *output)
{
	return output->listed + output->own.len - output->own_listed;
}
/* Positions in the stream of octets: behind all that was made, behind all that was taken. */
static inline uint64_t output_made(const struct output *output)
{
	return output->before + output_len(output);
}
static inline uint64_t output_taken(const struct output *output)
{
	return output->before + output->taken;
}
static inline bool output_is_empty(const struct output *output)
{
	return output_len(output) == output->taken;
}
/* True where no more should be made before some was taken. */
static inline bool output_is_full(const struct output *output)
{
	return output->held || output->own.len >= OUTPUT_FULL || output->lent >= OUTPUT_LENT_FULL;
}
static inline bool output_failed(const struct output *output)
{
	return buffer_failed(&output->own);
}
/* True where a lent piece, and own ones around it, still find a place in the list. */
static inline bool output_has_place(const struct output *output)
{
	return output->count + 4 <= OUTPUT_PIECES;
}
/* What was appended to `own` since the last piece becomes one, content or not. */
void output_list(struct output *output, bool content);
/* Content, lent where it stays and is long enough, else copied. */
void output_content(struct output *output, struct octets run, bool stays);
/* Lends at most max pieces of what waits, and returns their number. */
size_t output_gather(struct output *output, struct octets *pieces, size_t max);
/* So many octets were taken, at most all; returns how many of them were content. */
size_t output_take(struct output *output, size_t count);

#endif
