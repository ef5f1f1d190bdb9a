/* comparison: the settings of one, then those that only the other has. */
#include "comparison.h"

#include "arena.h"
#include "telling.h"

#include <stdio.h>
#include <string.h>

struct comparisons {
	struct arena arena;
	struct comparison *items;
	size_t count;
	const char **paths; /* of all items, in their order */
	size_t path_count;
};

static struct profile_difference find(const struct profile *profile, const char *path)
{
	for (size_t i = 0; i < profile_setting_count(profile); i++) {
		if (strcmp(profile_setting_path(profile, i), path) == 0)
			return profile_difference(profile, i);
	}
	return (struct profile_difference){.path = NULL};
}

/* The row that is asked after this one; false: there is none. */
static bool general_row(char *row)
{
	static const char *const generals[][2] = {{"hello-in-tls", "hello-for-tls"},
		{"hello-for-tls", "hello"}, {"session-reset", "reset"}};
	for (size_t i = 0; i < sizeof generals / sizeof *generals; i++) {
		if (strcmp(row, generals[i][0]) == 0) {
			strcpy(row, generals[i][1]);
			return true;
		}
	}
	if (strncmp(row, "auth-", 5) != 0)
		return false;
	row[4] = 0;
	return true;
}

/* What of this row counts for an event that is not written: its code, its class, `else`. */
static struct profile_difference find_cell(
	const struct profile *profile, const char *row, const char *event)
{
	bool refusal = event[0] == '4' || event[0] == '5';
	char code[4], class[] = {event[0], 'x', 'x', 0};
	snprintf(code, sizeof code, "%.3s", event);
	const char *const events[] = {event, code, class, "else"};
	struct profile_difference found = {.path = NULL};
	for (size_t i = 0; i < (refusal ? 4 : 1) && found.path == NULL; i++) {
		char path[160];
		snprintf(path, sizeof path, "reactions.%s.%s", row, events[i]);
		found = find(profile, path);
	}
	return found;
}

static struct profile_difference find_reaction(const struct profile *profile, const char *path)
{
	struct profile_difference found = {.path = NULL};
	const char *event = strrchr(path, '.') + 1;
	char row[80];
	snprintf(row, sizeof row, "%.*s", (int)(event - path - 11), path + 10);
	do
		found = find_cell(profile, row, event);
	while (found.path == NULL && general_row(row));
	return found;
}

/* What counts for a key that the profile does not write. */
static struct profile_difference find_stand_in(const struct profile *profile, const char *path)
{
	static const char *const families[] = {"timeouts.", "think.", "replies.reading."};
	if (profile_kind(profile) != PROFILE_CLIENT)
		return (struct profile_difference){.path = NULL};
	if (strncmp(path, "reactions.", 10) == 0)
		return find_reaction(profile, path);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		char other[64];
		snprintf(other, sizeof other, "%selse", families[i]);
		if (strncmp(path, families[i], strlen(families[i])) == 0)
			return find(profile, other);
	}
	return (struct profile_difference){.path = NULL};
}

static bool is_same(const struct profile_difference *a, const struct profile_difference *b)
{
	if (a->path == NULL || b->path == NULL)
		return a->path == b->path;
	return strcmp(a->value, b->value) == 0 && strcmp(a->origin, b->origin) == 0 &&
	       a->evidence == b->evidence && strcmp(a->where, b->where) == 0;
}

/* Octets of `reactions.ROW.` where a plain code stands behind it; else 0. */
static size_t row_length(const char *path)
{
	const char *event = strrchr(path, '.');
	bool code = strncmp(path, "reactions.", 10) == 0 && event != NULL &&
		    strspn(event + 1, "0123456789") == 3 && event[4] == 0;
	return code ? (size_t)(event + 1 - path) : 0;
}

static bool fits(const struct comparison *item, const struct comparison *one)
{
	size_t len = row_length(one->paths[0]);
	return len > 0 && row_length(item->paths[0]) == len &&
	       strncmp(item->paths[0], one->paths[0], len) == 0 &&
	       is_same(&item->sides[0], &one->sides[0]) && is_same(&item->sides[1], &one->sides[1]);
}

/* The paths of one comparison lie side by side: a new one makes room among those of the others. */
static void add_path(struct comparisons *comparisons, struct comparison *item, const char *path)
{
	const char **at = comparisons->paths +
			  (item->paths - (const char *const *)comparisons->paths) +
			  item->path_count;
	const char **end = comparisons->paths + comparisons->path_count;
	memmove(at + 1, at, (size_t)(end - at) * sizeof *at);
	*at = path;
	item->path_count++;
	comparisons->path_count++;
	for (item++; item < comparisons->items + comparisons->count; item++)
		item->paths++;
}

/* One of the sides has written the path. */
static void compare(
	struct comparisons *comparisons, const struct profile *const pair[2], const char *path)
{
	struct profile_difference sides[2] = {find(pair[0], path), find(pair[1], path)};
	bool stands_in[2] = {sides[0].path == NULL, sides[1].path == NULL};
	const struct profile_difference have = sides[stands_in[0] ? 1 : 0];
	for (size_t i = 0; i < 2; i++) {
		if (stands_in[i])
			sides[i] = find_stand_in(pair[i], path);
		stands_in[i] = stands_in[i] && sides[i].path != NULL;
	}
	if (sides[0].path != NULL && sides[1].path != NULL &&
		strcmp(sides[0].value, sides[1].value) == 0)
		return;
	const struct comparison new = {.paths = &path,
		.sentence = have.sentence,
		.correct = have.correct,
		.sides = {sides[0], sides[1]},
		.stands_in = {stands_in[0], stands_in[1]}};
	struct comparison *item = comparisons->items;
	while (item < comparisons->items + comparisons->count && !fits(item, &new))
		item++;
	if (item == comparisons->items + comparisons->count) {
		*item = new;
		item->paths = comparisons->paths + comparisons->path_count;
		comparisons->count++;
	}
	add_path(comparisons, item, have.path);
}

static bool tell(struct comparisons *comparisons, const struct profile *profile, size_t side)
{
	for (size_t i = 0; i < comparisons->count; i++) {
		struct comparison *item = &comparisons->items[i];
		if (item->sides[side].path == NULL)
			continue;
		const char *const *paths = item->paths;
		size_t count = item->path_count;
		if (item->stands_in[side]) {
			paths = &item->sides[side].path;
			count = 1;
		}
		item->tellings[side] = telling_of(&comparisons->arena, profile, paths, count);
		if (item->tellings[side] == NULL)
			return false;
	}
	return true;
}

static bool make(
	struct comparisons *comparisons, const struct profile *one, const struct profile *other)
{
	size_t ones = profile_setting_count(one), others = profile_setting_count(other);
	comparisons->items =
		arena_new(&comparisons->arena, ones + others, sizeof *comparisons->items);
	comparisons->paths =
		arena_new(&comparisons->arena, ones + others, sizeof *comparisons->paths);
	if (comparisons->items == NULL || comparisons->paths == NULL)
		return false;
	for (size_t i = 0; i < ones; i++) {
		compare(comparisons, (const struct profile *const[]){one, other},
			profile_setting_path(one, i));
	}
	for (size_t i = 0; i < others; i++) {
		const char *path = profile_setting_path(other, i);
		if (find(one, path).path == NULL)
			compare(comparisons, (const struct profile *const[]){one, other}, path);
	}
	return profile_kind(one) != PROFILE_CLIENT ||
	       (tell(comparisons, one, 0) && tell(comparisons, other, 1));
}

struct comparisons *comparisons_make(
	const struct memory *memory, const struct profile *one, const struct profile *other)
{
	struct comparisons *comparisons = memory_new(memory, 1, sizeof *comparisons);
	if (comparisons == NULL)
		return NULL;
	arena_init(&comparisons->arena, memory);
	if (make(comparisons, one, other))
		return comparisons;
	comparisons_free(comparisons);
	return NULL;
}

size_t comparisons_count(const struct comparisons *comparisons)
{
	return comparisons->count;
}

struct comparison comparisons_at(const struct comparisons *comparisons, size_t index)
{
	return comparisons->items[index];
}

void comparisons_free(struct comparisons *comparisons)
{
	if (comparisons == NULL)
		return;
	const struct memory *memory = comparisons->arena.memory;
	arena_free(&comparisons->arena);
	memory_free(memory, comparisons, sizeof *comparisons);
}
