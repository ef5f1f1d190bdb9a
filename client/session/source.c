/* source: memory and callbacks. */
#include "source.h"

void source_init(struct source *source, const struct memory *memory)
{
	*source = (struct source){.memory = memory};
}

void source_from_memory(struct source *source, struct octets content)
{
	if (source->given)
		source_let_go(source);
	source->content = content;
	source->given = true;
}

void source_from_callback(struct source *source, const struct msub_source *callback)
{
	source_let_go(source);
	source->callback = *callback;
	source->given = true;
}

void source_release(struct source *source)
{
	if (source->room != NULL) {
		memory_wipe(source->room, source->dirty);
		memory_free(source->memory, source->room, SOURCE_PIECE);
	}
	source->room = NULL;
	source->filled = source->dirty = 0;
}

void source_let_go(struct source *source)
{
	struct msub_source callback = source->callback;
	if (callback.read == NULL) { /* nothing is held of the caller's memory */
		source->given = source->begun = false;
		source->content = octets_make(NULL, 0);
		return;
	}
	source_release(source);
	source_init(source, source->memory);
	if (callback.release != NULL)
		callback.release(callback.context);
}

bool source_can_rewind(const struct source *source)
{
	return source_is_memory(source) || source->callback.rewind != NULL;
}

bool source_can_start(const struct source *source)
{
	return !source->begun || source_can_rewind(source);
}

bool source_start(struct source *source)
{
	if (!source_can_start(source))
		return false;
	if (source->begun && !source_is_memory(source) &&
		source->callback.rewind(source->callback.context) != 0)
		return false;
	source->position = 0;
	source->begun = false;
	return true;
}

void source_reclaim(struct source *source)
{
	source->filled = 0;
}

static enum source_state read_memory(struct source *source, size_t max, struct octets *piece)
{
	*piece = octets_cut(octets_from(source->content, source->position), max);
	source->position += piece->len;
	return piece->len == 0 ? SOURCE_ENDS : SOURCE_GIVES;
}

static enum source_state read_callback(struct source *source, struct octets *piece)
{
	if (source->room == NULL)
		source->room = memory_resize(source->memory, NULL, 0, SOURCE_PIECE);
	if (source->room == NULL)
		return SOURCE_NO_MEMORY;
	size_t left = SOURCE_PIECE - source->filled;
	if (left < SOURCE_READ_MIN)
		return SOURCE_WAITS;
	uint8_t *at = source->room + source->filled;
	ptrdiff_t len = source->callback.read(source->callback.context, at, left);
	if (len < 0 || (size_t)len > left)
		return SOURCE_FAILS;
	source->filled += (size_t)len;
	source->dirty = source->filled > source->dirty ? source->filled : source->dirty;
	*piece = octets_make(at, (size_t)len);
	return len == 0 ? SOURCE_ENDS : SOURCE_GIVES;
}

enum source_state source_read(struct source *source, size_t max, struct octets *piece)
{
	source->begun = true;
	return source_is_memory(source) ? read_memory(source, max, piece)
					: read_callback(source, piece);
}
