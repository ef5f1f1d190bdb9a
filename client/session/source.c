/* source: memory and callbacks. */
#include "source.h"

void source_init(struct source *source, const struct memory *memory)
{
	*source = (struct source){.memory = memory};
}

void source_from_memory(struct source *source, struct octets content)
{
	source_release(source);
	source_init(source, source->memory);
	source->content = content;
	source->given = true;
}

void source_from_callback(struct source *source, const struct msub_source *callback)
{
	source_release(source);
	source_init(source, source->memory);
	source->callback = *callback;
	source->given = true;
}

void source_release(struct source *source)
{
	if (source->room != NULL)
		memory_wipe(source->room, SOURCE_PIECE);
	memory_free(source->memory, source->room, SOURCE_PIECE);
	source->room = NULL;
}

bool source_can_rewind(const struct source *source)
{
	return source->callback.read == NULL || source->callback.rewind != NULL;
}

bool source_can_start(const struct source *source)
{
	return !source->begun || source_can_rewind(source);
}

bool source_start(struct source *source)
{
	if (!source_can_start(source))
		return false;
	if (source->begun && source->callback.read != NULL &&
		source->callback.rewind(source->callback.context) != 0)
		return false;
	source->position = 0;
	source->begun = false;
	return true;
}

static enum source_state read_memory(struct source *source, struct octets *piece)
{
	*piece = octets_cut(octets_from(source->content, source->position), SOURCE_PIECE);
	source->position += piece->len;
	return piece->len == 0 ? SOURCE_ENDS : SOURCE_GIVES;
}

static enum source_state read_callback(struct source *source, struct octets *piece)
{
	if (source->room == NULL)
		source->room = memory_new(source->memory, SOURCE_PIECE, 1);
	if (source->room == NULL)
		return SOURCE_NO_MEMORY;
	ptrdiff_t len = source->callback.read(source->callback.context, source->room, SOURCE_PIECE);
	if (len < 0 || len > SOURCE_PIECE)
		return SOURCE_FAILS;
	*piece = octets_make(source->room, (size_t)len);
	return len == 0 ? SOURCE_ENDS : SOURCE_GIVES;
}

enum source_state source_read(struct source *source, struct octets *piece)
{
	source->begun = true;
	return source->callback.read == NULL ? read_memory(source, piece)
					     : read_callback(source, piece);
}
