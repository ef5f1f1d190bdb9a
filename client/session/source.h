/*
 * source: where a message's content comes from, piece by piece.
 *
 * Memory is lent as it is; a callback reads into a room that the source holds only while it is
 * being read. What was read stays in the room until source_reclaim(), so that it may be lent to
 * the network; a source that has no room left says SOURCE_WAITS.
 */
#ifndef SESSION_SOURCE_H
#define SESSION_SOURCE_H

#include "msub.h"
#include "octets.h"

enum {
	SOURCE_PIECE = 64 * 1024, /* the most of one piece that has to be looked at, and the room */
	SOURCE_LENT = 1024 * 1024, /* the most of memory that goes out as it stands */
	SOURCE_READ_MIN = 4 * 1024 /* less room than this is not worth a read */
};

struct source {
	const struct memory *memory; /* borrowed */
	bool given;
	bool begun;	       /* something was read since the start or the last rewind */
	struct octets content; /* borrowed; used where read is NULL */
	size_t position;
	struct msub_source callback;
	uint8_t *room;
	size_t filled; /* of the room, since it was reclaimed */
	size_t dirty;  /* the most that was ever filled: to be wiped */
};

enum source_state { SOURCE_GIVES, SOURCE_ENDS, SOURCE_WAITS, SOURCE_FAILS, SOURCE_NO_MEMORY };

void source_init(struct source *source, const struct memory *memory);
/* Both let go of what was there before. */
void source_from_memory(struct source *source, struct octets content);
void source_from_callback(struct source *source, const struct msub_source *callback);
/* Gives the room back; reading may go on afterwards. */
void source_release(struct source *source);
/* Tells a callback's owner, once, that it is not needed any more; nothing can be read then. */
void source_let_go(struct source *source);
/* True where reading can begin at the first octet. */
bool source_can_start(const struct source *source);
bool source_can_rewind(const struct source *source);
static inline bool source_is_memory(const struct source *source)
{
	return source->callback.read == NULL;
}
/* True where it is known that nothing more comes; a callback has to be asked. */
static inline bool source_is_at_end(const struct source *source)
{
	return source_is_memory(source) && source->begun && source->position == source->content.len;
}
/* Back to the first octet; false where that failed or is not possible. */
bool source_start(struct source *source);
/* What was lent is not needed any more. */
void source_reclaim(struct source *source);
/*
 * The next piece, of memory at most `max` octets. It stays where it is until source_reclaim() or
 * source_release().
 */
enum source_state source_read(struct source *source, size_t max, struct octets *piece);

#endif
