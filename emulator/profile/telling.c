/* telling: from settings to drafts, drafts that differ in one part joined, and these by group. */
#include "telling.h"

#include "types.h"

#include <string.h>

enum { TEXT_MAX = 1 << 20 };

/* A sentence that may still take parts. */
struct joined {
	struct draft draft;
	struct buffer parts;
	const char *last;    /* part, not yet among `parts` */
	size_t first, count; /* of `settings` */
	const char *text;
};

struct tellings {
	struct arena arena;
	struct joined *items;
	size_t count;
	size_t *order;	  /* by group */
	size_t *settings; /* by item */
	size_t *owners;	  /* the item of each setting */
};

const char *telling_group_name(enum telling_group group)
{
	static const char *const names[TELLING_GROUP_COUNT] = {"Connection", "Hello", "Login",
		"TLS", "Envelope", "Message", "Waiting and hearing", "Leaving"};
	return names[group];
}

static const struct telling_row *find_row(const char *path, const char *value)
{
	size_t count;
	const struct telling_row *rows = client_tellings(&count), *any = NULL;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].path, path) != 0)
			continue;
		if (rows[i].value == NULL)
			any = &rows[i];
		else if (strcmp(rows[i].value, value) == 0)
			return &rows[i];
	}
	return any;
}

/* The last part of the setting's path, as people call it. */
static const char *name_of(const char *key, const char *path)
{
	size_t count;
	const struct telling_name *names = client_telling_names(&count);
	const char *word = strrchr(path, '.') == NULL ? path : strrchr(path, '.') + 1;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i].path, key) == 0 && strcmp(names[i].word, word) == 0)
			return names[i].name;
	}
	return word;
}

/* Lists without their brackets. */
static struct octets plain_value(const char *value)
{
	size_t len = strlen(value);
	if (len > 2 && value[0] == '[' && value[len - 1] == ']')
		return octets_make(value + 1, len - 2);
	return octets_make(value, len);
}

/* A stretch of a row's text with its variables filled in. */
static const char *fill(
	struct arena *arena, struct octets text, const char *name, const char *value)
{
	struct buffer out;
	buffer_init(&out, arena->memory, TEXT_MAX);
	while (text.len > 0) {
		size_t at = octets_find(text, '{'), end = octets_find(text, '}');
		buffer_append_octets(&out, octets_cut(text, at));
		if (at < text.len && text.at[at + 1] == 'n')
			buffer_append_text(&out, name);
		else if (at < text.len)
			buffer_append_octets(&out, plain_value(value));
		text = octets_from(text, at < text.len ? end + 1 : text.len);
	}
	const char *filled = buffer_failed(&out) ? NULL : arena_string(arena, buffer_octets(&out));
	buffer_free(&out);
	return filled;
}

static bool tell_row(struct arena *arena, const struct telling_row *row, const char *path,
	const char *value, struct draft *draft)
{
	struct octets text = octets_of(row->text);
	size_t from = octets_find(text, '<'), to = octets_find(text, '>');
	const char *name = name_of(row->path, path);
	draft->group = row->group;
	draft->conjunction = "and";
	draft->before = fill(arena, octets_cut(text, from), name, value);
	draft->part = from == text.len ? ""
				       : fill(arena, octets_make(text.at + from + 1, to - from - 1),
						 name, value);
	draft->after = fill(arena, octets_from(text, to + 1), name, value);
	return draft->before != NULL && draft->part != NULL && draft->after != NULL;
}

/* Has another code of the same row a cell? Then `else` is any *other* refusal. */
static bool is_only_cell(const struct profile *profile, const char *path)
{
	size_t len = (size_t)(strrchr(path, '.') - path) + 1;
	for (size_t i = 0; i < profile_setting_count(profile); i++) {
		const char *other = profile_setting_path(profile, i);
		if (strncmp(other, path, len) == 0 && other[len] >= '0' && other[len] <= '9')
			return false;
	}
	return true;
}

static const struct key *key_of(const char *path)
{
	struct match match;
	return keys_match(PROFILE_CLIENT, octets_of(path), &match) == MATCH_KEY ? match.key : NULL;
}

/* What no row tells of is told by its key's own sentence. */
static bool tell(
	struct arena *arena, const struct profile *profile, size_t index, struct draft *draft)
{
	struct profile_difference difference = profile_difference(profile, index);
	const struct key *key = key_of(difference.path);
	const struct telling_row *row = key == NULL ? NULL : find_row(key->path, difference.value);
	if (key != NULL && key->type == &type_reaction &&
		reaction_telling(arena, difference.path, difference.value,
			is_only_cell(profile, difference.path), draft))
		return true;
	if (row != NULL)
		return tell_row(arena, row, difference.path, difference.value, draft);
	*draft = (struct draft){TELLING_MESSAGE, difference.sentence, "", "", ""};
	return true;
}

static size_t index_of(const struct profile *profile, const char *path)
{
	size_t index = 0;
	while (index < profile_setting_count(profile) &&
		strcmp(profile_setting_path(profile, index), path) != 0)
		index++;
	return index;
}

const char *telling_of(
	struct arena *arena, const struct profile *profile, const char *const *paths, size_t count)
{
	struct buffer text;
	struct draft draft = {0};
	const char *told = NULL;
	buffer_init(&text, arena->memory, TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		if (!tell(arena, profile, index_of(profile, paths[i]), &draft))
			break;
		if (i > 0 && i + 1 == count)
			buffer_format(&text, " %s ", draft.conjunction);
		else
			buffer_append_text(&text, i == 0 ? draft.before : ", ");
		buffer_append_text(&text, draft.part);
		if (i + 1 == count && buffer_append_text(&text, draft.after))
			told = arena_string(arena, buffer_octets(&text));
	}
	buffer_free(&text);
	return told;
}

static bool fits(const struct joined *item, const struct draft *draft)
{
	return draft->part[0] != 0 && item->draft.group == draft->group &&
	       strcmp(item->draft.before, draft->before) == 0 &&
	       strcmp(item->draft.after, draft->after) == 0;
}

static void add(struct tellings *tellings, const struct draft *draft, size_t setting)
{
	struct joined *item = tellings->items;
	while (item < tellings->items + tellings->count && !fits(item, draft))
		item++;
	if (item == tellings->items + tellings->count) {
		tellings->count++;
		item->draft = *draft;
		buffer_init(&item->parts, tellings->arena.memory, TEXT_MAX);
	}
	if (item->last != NULL) {
		buffer_append_text(&item->parts, item->parts.len > 0 ? ", " : "");
		buffer_append_text(&item->parts, item->last);
	}
	item->last = draft->part;
	item->count++;
	tellings->owners[setting] = (size_t)(item - tellings->items);
}

/* Settings by item, items by group. */
static void sort(struct tellings *tellings, size_t settings)
{
	size_t at = 0;
	for (size_t i = 0; i < tellings->count; i++) {
		tellings->items[i].first = at;
		for (size_t j = 0; j < settings; j++) {
			if (tellings->owners[j] == i)
				tellings->settings[at++] = j;
		}
	}
	at = 0;
	for (int group = 0; group < TELLING_GROUP_COUNT; group++) {
		for (size_t i = 0; i < tellings->count; i++) {
			if ((int)tellings->items[i].draft.group == group)
				tellings->order[at++] = i;
		}
	}
}

static bool finish(struct tellings *tellings, struct joined *item)
{
	struct buffer text;
	buffer_init(&text, tellings->arena.memory, TEXT_MAX);
	buffer_append_text(&text, item->draft.before);
	buffer_append_octets(&text, buffer_octets(&item->parts));
	if (item->parts.len > 0)
		buffer_format(&text, " %s ", item->draft.conjunction);
	buffer_append_text(&text, item->last);
	buffer_append_text(&text, item->draft.after);
	if (!buffer_failed(&text) && !buffer_failed(&item->parts))
		item->text = arena_string(&tellings->arena, buffer_octets(&text));
	buffer_free(&text);
	return item->text != NULL;
}

static bool make(struct tellings *tellings, const struct profile *profile)
{
	size_t settings = profile_setting_count(profile);
	struct arena *arena = &tellings->arena;
	tellings->items = arena_new(arena, settings, sizeof *tellings->items);
	tellings->order = arena_new(arena, settings, sizeof *tellings->order);
	tellings->settings = arena_new(arena, settings, sizeof *tellings->settings);
	tellings->owners = arena_new(arena, settings, sizeof *tellings->owners);
	if (arena->failed)
		return false;
	for (size_t i = 0; i < settings; i++) {
		struct draft draft = {0};
		if (!tell(arena, profile, i, &draft))
			return false;
		add(tellings, &draft, i);
	}
	sort(tellings, settings);
	for (size_t i = 0; i < tellings->count; i++) {
		if (!finish(tellings, &tellings->items[i]))
			return false;
	}
	return true;
}

struct tellings *tellings_make(const struct memory *memory, const struct profile *profile)
{
	struct tellings *tellings = memory_new(memory, 1, sizeof *tellings);
	if (tellings == NULL)
		return NULL;
	arena_init(&tellings->arena, memory);
	if (make(tellings, profile))
		return tellings;
	tellings_free(tellings);
	return NULL;
}

size_t tellings_count(const struct tellings *tellings)
{
	return tellings->count;
}

struct telling tellings_at(const struct tellings *tellings, size_t index)
{
	const struct joined *item = &tellings->items[tellings->order[index]];
	return (struct telling){.group = item->draft.group,
		.text = item->text,
		.settings = tellings->settings + item->first,
		.setting_count = item->count};
}

void tellings_free(struct tellings *tellings)
{
	if (tellings == NULL)
		return;
	const struct memory *memory = tellings->arena.memory;
	for (size_t i = 0; i < tellings->count; i++)
		buffer_free(&tellings->items[i].parts);
	arena_free(&tellings->arena);
	memory_free(memory, tellings, sizeof *tellings);
}
