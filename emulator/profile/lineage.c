/* lineage: reading a profile and its parents, and merging them path by path. */
#include "lineage.h"

#include "build.h"
#include "types.h"
#include "yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_OCTETS = 64, FILE_MAX_OCTETS = 4096, INSTEAD_ROOM = 160 };

bool profile_name_is_valid(struct octets name)
{
	if (name.len == 0 || name.len > NAME_MAX_OCTETS || name.at[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t octet = name.at[i];
		bool letter = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
		if (!letter && octet != '-' && octet != '.')
			return false;
		if (octet == '.' && i + 1 < name.len && name.at[i + 1] == '.')
			return false;
	}
	return true;
}

/* What loading works on, beside the lineage itself. */
struct loader {
	struct lineage *lineage;
	const struct profile_source *source;
	struct buffer *errors;
	unsigned int complaints;
	bool failed; /* for want of memory */
};

/* True where another parent is to be read; it is then *parent. */
static bool check_parent(
	struct loader *loader, struct complaints *complaints, const struct node **parent)
{
	const struct lineage *lineage = loader->lineage;
	const struct node *name = lineage->generations[lineage->count - 1].head.based_on;
	*parent = name;
	if (name == NULL || octets_equal(name->text, octets_of("correct")))
		return false;
	if (!profile_name_is_valid(name->text)) {
		complain(complaints, name->place,
			"\"%s\" is no name of a profile; put the parent into FOLDER/%ss/ and say "
			"--profiles FOLDER",
			(const char *)name->text.at, profile_kind_name(lineage->kind));
		return false;
	}
	for (size_t i = 0; i < lineage->count; i++) {
		if (octets_equal(name->text, octets_of(lineage->generations[i].name))) {
			complain(complaints, name->place, "\"%s\" would be based on itself",
				lineage->generations[i].name);
			return false;
		}
	}
	if (lineage->count > PROFILE_MAX_PARENTS) {
		complain(complaints, name->place, "more than %d profiles based on each other",
			PROFILE_MAX_PARENTS);
		return false;
	}
	return true;
}

/* `correct` is the empty profile whatever based-on makes of it: it may not say anything. */
static void check_emptiness(struct complaints *complaints, const struct generation *generation)
{
	if (strcmp(generation->name, "correct") == 0 && generation->settings.count > 0)
		complain(complaints, generation->settings.items[0].place,
			"the correct profile has no differences");
}

/* Where anything else is wrong the name may be what is mistyped. */
static void check_name(struct complaints *complaints, const struct head *head, bool is_whole)
{
	if (is_whole && head->name.at == NULL)
		complain_of_file(complaints, "a profile has a name (name)");
}

/* SETTINGS_MAX holds for all generations together: it bounds what is done with the whole. */
static bool check_total(struct complaints *complaints, const struct lineage *lineage)
{
	size_t total = 0;
	for (size_t i = 0; i < lineage->count; i++)
		total += lineage->generations[i].settings.count;
	if (total > SETTINGS_MAX)
		complain_of_file(complaints, "more than %d keys together with what is based on it",
			SETTINGS_MAX);
	return total <= SETTINGS_MAX;
}

static void read_generation(
	struct loader *loader, struct complaints *complaints, struct generation *generation)
{
	struct lineage *lineage = loader->lineage;
	unsigned int before = complaints->count;
	struct arena *arena = &lineage->arena;
	const struct node *root = yaml_read(arena, complaints);
	if (root == NULL ||
		!settings_read(arena, complaints, lineage->kind, loader->source, root,
			&generation->head, &generation->settings) ||
		!build_check(arena->memory, complaints, lineage->kind, &generation->settings)) {
		loader->failed = loader->failed || complaints->count == 0 || arena->failed;
		return;
	}
	settings_find_evidence(&generation->settings, &generation->head, complaints);
	check_emptiness(complaints, generation);
	check_name(complaints, &generation->head, complaints->count == before);
	for (size_t i = 0; i < generation->settings.count; i++) {
		generation->settings.items[i].generation = (unsigned int)lineage->count;
		generation->settings.items[i].origin = generation->name;
	}
}

static bool read_parent(
	struct loader *loader, struct complaints *complaints, const struct node *parent);

/* A file that is there and cannot be read is no other name. */
static void offer_name(void *taker, const char *name)
{
	struct suggestion *suggestion = taker;
	if (!octets_equal(suggestion->written, octets_of(name)))
		suggestion_offer(suggestion, name);
}

/* What may have been meant by a name that is not found: one of the other kind, or a near one. */
static void find_instead(struct loader *loader, const char *name, char out[INSTEAD_ROOM])
{
	const struct profile_source *source = loader->source;
	enum profile_kind kind = loader->lineage->kind;
	int other = 0;
	struct buffer text, file;
	struct suggestion suggestion;
	out[0] = 0;
	if (source == NULL)
		return;
	buffer_init(&text, loader->lineage->arena.memory, PROFILE_MAX_OCTETS + 1);
	buffer_init(&file, loader->lineage->arena.memory, FILE_MAX_OCTETS);
	suggestion_init(&suggestion, octets_of(name));
	while (other < PROFILE_KIND_COUNT &&
		(other == (int)kind || !source->read(source->context, (enum profile_kind)other,
					       name, &text, &file)))
		other++;
	if (other < PROFILE_KIND_COUNT) {
		snprintf(out, INSTEAD_ROOM, "; \"%s\" is a %s profile", name,
			profile_kind_name((enum profile_kind)other));
	} else if (source->list != NULL) {
		source->list(source->context, kind, offer_name, &suggestion);
		suggestion_text(&suggestion, out, INSTEAD_ROOM);
	}
	buffer_free(&text);
	buffer_free(&file);
}

/* Adds a generation, and after it what it is based on. */
static void add_generation(
	struct loader *loader, const char *name, const char *file, struct octets text)
{
	struct lineage *lineage = loader->lineage;
	struct complaints complaints = {
		.out = loader->errors, .file = file, .text = text, .count = loader->complaints};
	struct generation *generation = &lineage->generations[lineage->count];
	const struct node *parent;
	generation->name = name;
	read_generation(loader, &complaints, generation);
	lineage->count++;
	bool more = !loader->failed && check_total(&complaints, lineage) &&
		    check_parent(loader, &complaints, &parent);
	complaints_sort(&complaints); /* the parent's own stand behind them */
	if (more && !read_parent(loader, &complaints, parent)) {
		char instead[INSTEAD_ROOM];
		find_instead(loader, (const char *)parent->text.at, instead);
		complain(&complaints, parent->place, "there is no %s profile \"%s\"%s",
			profile_kind_name(lineage->kind), (const char *)parent->text.at, instead);
		complaints_sort(&complaints);
	}
	loader->complaints = complaints.count;
}

/* Reads a profile of the source; false where there is none of that name. */
static bool read_named(struct loader *loader, const char *name, unsigned int *complaints)
{
	struct lineage *lineage = loader->lineage;
	const struct profile_source *source = loader->source;
	struct buffer text, file;
	/* one octet more than is taken, so that what is too large is seen to be so */
	buffer_init(&text, lineage->arena.memory, PROFILE_MAX_OCTETS + 1);
	buffer_init(&file, lineage->arena.memory, FILE_MAX_OCTETS);
	bool found =
		source != NULL && source->read(source->context, lineage->kind, name, &text, &file);
	loader->failed = loader->failed || buffer_failed(&text) || buffer_failed(&file);
	if (found && !loader->failed) {
		loader->complaints = *complaints;
		add_generation(loader, name, buffer_string(&file), buffer_octets(&text));
		*complaints = loader->complaints;
	}
	buffer_free(&text);
	buffer_free(&file);
	return found || loader->failed;
}

static bool read_parent(
	struct loader *loader, struct complaints *complaints, const struct node *parent)
{
	return read_named(loader, (const char *)parent->text.at, &complaints->count);
}

/* `none` as a cell only deletes, except where a default cell stands there to be hidden. */
static bool is_kept(const struct setting *setting)
{
	if (!setting->match.key->is_cell || !node_is_word(setting->value, "none"))
		return true;
	return setting->match.key->type == &type_reaction && reaction_has_default(&setting->match);
}

static const char *value_text(struct arena *arena, const struct node *value)
{
	struct buffer text;
	buffer_init(&text, arena->memory, 8 * PROFILE_MAX_OCTETS);
	node_print(&text, value);
	const char *copy = buffer_failed(&text) ? NULL : arena_string(arena, buffer_octets(&text));
	buffer_free(&text);
	return copy;
}

/* A setting in the order of all, the eldest's first. */
struct ranked {
	const struct setting *setting;
	size_t rank;
	bool is_replaced;
};

static int compare_paths(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	int paths = strcmp(left->setting->path, right->setting->path);
	return paths != 0 ? paths : (left->rank > right->rank) - (left->rank < right->rank);
}

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	return (left->rank > right->rank) - (left->rank < right->rank);
}

/* Marks what a younger generation says otherwise; the order stays that of the ranks. */
static void mark_replaced(struct ranked *all, size_t count)
{
	qsort(all, count, sizeof *all, compare_paths);
	for (size_t i = 0; i + 1 < count; i++)
		all[i].is_replaced |= strcmp(all[i].setting->path, all[i + 1].setting->path) == 0;
	qsort(all, count, sizeof *all, compare_ranks);
}

static bool is_timeout_else(const struct setting *setting)
{
	return setting->match.key->offset ==
		       offsetof(struct client_profile, timeouts_ms[TIMEOUT_ELSE]) &&
	       setting->match.key->type == &type_timeout;
}

/*
 * What says the correct value is no difference. But a timeout that is written is an exception
 * from timeouts.else, whatever it says.
 */
static bool is_difference(
	const struct setting *setting, const struct node *correct, bool has_timeout_else)
{
	const struct key *key = setting->match.key;
	if (key->correct == NULL || (key->type == &type_timeout && has_timeout_else))
		return true;
	return !node_equal(setting->value, node_find(correct, key->path));
}

static bool merge_settings(
	struct lineage *lineage, const struct ranked *all, size_t count, const struct node *correct)
{
	bool has_timeout_else = false;
	for (size_t i = 0; i < count; i++)
		has_timeout_else = has_timeout_else || is_timeout_else(all[i].setting);
	for (size_t i = 0; i < count; i++) {
		const struct setting *setting = all[i].setting;
		if (all[i].is_replaced || !is_kept(setting) ||
			!is_difference(setting, correct, has_timeout_else))
			continue;
		struct setting *merged = &lineage->settings[lineage->setting_count++];
		*merged = *setting;
		merged->value_text = value_text(&lineage->arena, setting->value);
		if (merged->value_text == NULL)
			return false;
	}
	return true;
}

static bool is_below(const char *path, struct octets group)
{
	return strlen(path) > group.len && memcmp(path, group.at, group.len) == 0 &&
	       path[group.len] == '.';
}

/* Marks what the elder generations said in groups that this one has emptied. */
static void mark_emptied(const struct settings *own, struct ranked *elder, size_t count)
{
	for (size_t group = 0; group < own->emptied_count; group++) {
		for (size_t i = 0; i < count; i++)
			elder[i].is_replaced |=
				is_below(elder[i].setting->path, own->emptied[group]);
	}
}

static bool merge(struct lineage *lineage, const struct node *correct)
{
	struct arena scratch;
	size_t total = 0, count = 0;
	for (size_t i = 0; i < lineage->count; i++)
		total += lineage->generations[i].settings.count;
	arena_init(&scratch, lineage->arena.memory);
	struct ranked *all = arena_new(&scratch, total, sizeof *all);
	lineage->settings = arena_new(&lineage->arena, total, sizeof *lineage->settings);
	for (size_t i = lineage->count; all != NULL && i-- > 0;) {
		const struct settings *own = &lineage->generations[i].settings;
		mark_emptied(own, all, count);
		for (size_t s = 0; s < own->count; s++, count++)
			all[count] = (struct ranked){.setting = &own->items[s], .rank = count};
	}
	if (all != NULL)
		mark_replaced(all, count);
	bool merged = all != NULL && lineage->settings != NULL &&
		      merge_settings(lineage, all, count, correct);
	arena_free(&scratch);
	return merged;
}

static struct lineage *lineage_new(const struct memory *memory, enum profile_kind kind)
{
	struct lineage *lineage = memory_new(memory, 1, sizeof *lineage);
	if (lineage == NULL)
		return NULL;
	arena_init(&lineage->arena, memory);
	lineage->kind = kind;
	atomic_init(&lineage->references, 1);
	return lineage;
}

/* What is left once all files were read; frees the lineage where anything failed. */
static struct lineage *finish(struct loader *loader)
{
	struct lineage *lineage = loader->lineage;
	const struct node *correct = NULL;
	if (!loader->failed && loader->complaints == 0)
		correct = build_correct_values(&lineage->arena, lineage->kind);
	if (correct != NULL && merge(lineage, correct))
		lineage->defaults = build_defaults(&lineage->arena, lineage->kind, correct);
	if (lineage->defaults != NULL)
		return lineage;
	if (loader->complaints == 0)
		buffer_append_text(loader->errors, "error: out of memory\n");
	lineage_release(lineage);
	return NULL;
}

struct lineage *lineage_load_text(const struct memory *memory, enum profile_kind kind,
	const char *file, struct octets text, const struct profile_source *source,
	struct buffer *errors)
{
	struct loader loader = {
		.lineage = lineage_new(memory, kind), .source = source, .errors = errors};
	if (loader.lineage == NULL) {
		buffer_append_text(errors, "error: out of memory\n");
		return NULL;
	}
	add_generation(&loader, "", file, text);
	return finish(&loader);
}

static void complain_of_absence(
	struct loader *loader, struct complaints *complaints, const char *name)
{
	char instead[INSTEAD_ROOM];
	find_instead(loader, name, instead);
	complain_of_file(complaints, "there is no %s profile of this name%s",
		profile_kind_name(loader->lineage->kind), instead);
}

struct lineage *lineage_load(const struct memory *memory, enum profile_kind kind, const char *name,
	const struct profile_source *source, struct buffer *errors)
{
	struct loader loader = {
		.lineage = lineage_new(memory, kind), .source = source, .errors = errors};
	struct complaints complaints = {.out = errors, .file = name};
	if (loader.lineage == NULL) {
		buffer_append_text(errors, "error: out of memory\n");
		return NULL;
	}
	const char *own = arena_string(&loader.lineage->arena, octets_of(name));
	loader.failed = own == NULL;
	if (own != NULL && !profile_name_is_valid(octets_of(name)))
		complain_of_file(&complaints, "this is no name of a profile ([a-z0-9.-])");
	else if (own != NULL && !read_named(&loader, own, &complaints.count)) {
		if (strcmp(name, "correct") == 0)
			add_generation(&loader, own, own, octets_of("name: correct\n"));
		else
			complain_of_absence(&loader, &complaints, name);
	}
	loader.complaints = complaints.count;
	return finish(&loader);
}

struct lineage *lineage_share(struct lineage *lineage)
{
	atomic_fetch_add(&lineage->references, 1);
	return lineage;
}

void lineage_release(struct lineage *lineage)
{
	if (lineage == NULL || atomic_fetch_sub(&lineage->references, 1) != 1)
		return;
	const struct memory *memory = lineage->arena.memory;
	arena_free(&lineage->arena);
	memory_free(memory, lineage, sizeof *lineage);
}
