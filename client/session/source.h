/*
 * source: where a message's content comes from, piece by piece.
 *
 * Memory is lent as it is; a callback reads into a room that the source holds only while it is
 * being read. A piece is never longer than SOURCE_PIECE, which bounds what a session buffers.
 */
#ifndef SESSION_SOURCE_H
#define SESSION_SOURCE_H

#include "msub.h"
#include "octets.h"

enum { SOURCE_PIECE = 16 * 1024 };

struct source {
	const struct memory *memory; /* borrowed */
	bool given;
	bool begun;	       /* something was read since the start or the last rewind */
	struct octets content; /* borrowed; used where read is NULL */
	size_t position;
	struct msub_source callback;
	uint8_t *room;
};

enum source_state { SOURCE_GIVES, SOURCE_ENDS, SOURCE_FAILS, SOURCE_NO_MEMORY };

void source_init(struct source *source, const struct memory *memory);
void source_from_memory(struct source *source, struct octets content);
void source_from_callback(struct source *source, const struct msub_source *callback);
/* Gives the room back; reading may go on afterwards. */
void source_release(struct source *source);
/* True where reading can begin at the first octet. */
bool source_can_start(const struct source *source);
bool source_can_rewind(const struct source *source);
/* Back to the first octet; false where that failed or is not possible. */
bool source_start(struct source *source);
/* The next piece, lent until the next call. */
enum source_state source_read(struct source *source, struct octets *piece);

#endif
