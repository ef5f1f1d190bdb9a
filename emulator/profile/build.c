/* build: from the correct values, setting by setting, to the struct that is played. */
#include "build.h"

#include "default_refusals.h"
#include "lineage.h"
#include "types.h"
#include "yaml.h"

#include <string.h>

size_t profile_size(enum profile_kind kind)
{
	static const size_t sizes[PROFILE_KIND_COUNT] = {
		[PROFILE_CLIENT] = sizeof(struct client_profile),
		[PROFILE_SERVER] = sizeof(struct server_profile),
		[PROFILE_LINK] = sizeof(struct link_profile)};
	return sizes[kind];
}

static void *member_of(const struct conversion *conversion, const struct match *match)
{
	const struct words *names = match->key->names[0];
	size_t step = names == NULL || match->key->type->size == 0
			      ? 0
			      : words_value(names, match->index[0]) * match->key->type->size;
	return (unsigned char *)conversion->profile + match->key->offset + step;
}

/* Reads the correct value into each member that the row has. */
static bool fill_default(
	struct conversion *conversion, const struct key *key, const struct node *value)
{
	for (size_t i = 0; i < key_members(key); i++) {
		struct match match = {.key = key, .index = {i, 0}};
		void *member = member_of(conversion, &match);
		if (key->correct == NULL && key->type->absent != NULL)
			key->type->absent(member);
		if (key->correct != NULL && !key->type->read(conversion, &match, value, member))
			return false;
	}
	return true;
}

/* All correct values as one YAML text, so that libfyaml is started once. */
const struct node *build_correct_values(struct arena *arena, enum profile_kind kind)
{
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	struct buffer text, nothing; /* the rows are our own: a test sees that they can be read */
	buffer_init(&nothing, arena->memory, 0);
	struct complaints complaints = {.out = &nothing, .file = ""};
	buffer_init(&text, arena->memory, PROFILE_MAX_OCTETS);
	for (size_t i = 0; i < count; i++) {
		if (keys[i].correct != NULL)
			buffer_format(&text, "%s: %s\n", keys[i].path, keys[i].correct);
	}
	const struct node *root = NULL;
	complaints.text = buffer_octets(&text);
	if (!buffer_failed(&text))
		root = yaml_read(arena, &complaints);
	buffer_free(&text);
	return root;
}

void *build_defaults(struct arena *arena, enum profile_kind kind, const struct node *correct)
{
	struct buffer nothing;
	buffer_init(&nothing, arena->memory, 0);
	struct complaints complaints = {.out = &nothing, .file = ""};
	void *profile = arena_new(arena, 1, profile_size(kind));
	if (profile == NULL)
		return NULL;
	struct conversion conversion = {.arena = arena,
		.complaints = &complaints,
		.kind = kind,
		.profile = profile,
		.is_default = true};
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	for (size_t i = 0; i < count; i++) {
		if (!fill_default(&conversion, &keys[i], node_find(correct, keys[i].path)))
			return NULL;
	}
	return arena->failed ? NULL : profile;
}

/* Room for the cells of tables: never more than there are settings. */
static bool conversion_init(struct conversion *conversion, struct arena *arena,
	struct complaints *complaints, enum profile_kind kind, size_t count)
{
	*conversion = (struct conversion){.arena = arena, .complaints = complaints, .kind = kind};
	conversion->profile = arena_new(arena, 1, profile_size(kind));
	if (kind == PROFILE_CLIENT)
		conversion->reactions = arena_new(arena, count, sizeof *conversion->reactions);
	if (kind == PROFILE_SERVER)
		conversion->refusals = arena_new(arena, count, sizeof *conversion->refusals);
	return !arena->failed;
}

/* A table's cell that says `none` only deletes; what there is to delete, merging has done. */
static bool is_deletion(const struct setting *setting)
{
	return setting->match.key->is_cell && setting->match.key->type != &type_reaction &&
	       node_is_word(setting->value, "none");
}

static bool convert(struct conversion *conversion, const struct setting *setting)
{
	void *member = member_of(conversion, &setting->match);
	if (is_deletion(setting))
		return true;
	return setting->match.key->type->read(conversion, &setting->match, setting->value, member);
}

bool build_check(const struct memory *memory, struct complaints *complaints, enum profile_kind kind,
	const struct settings *settings)
{
	struct arena scratch;
	struct conversion conversion;
	arena_init(&scratch, memory);
	bool ready = conversion_init(&conversion, &scratch, complaints, kind, settings->count);
	for (size_t i = 0; ready && i < settings->count && !scratch.failed; i++) {
		if (!settings->items[i].repeats)
			convert(&conversion, &settings->items[i]);
	}
	ready = ready && !scratch.failed;
	arena_free(&scratch);
	return ready;
}

static bool is_written(const struct conversion *conversion, const struct refusal *refusal)
{
	for (size_t i = 0; i < conversion->refusal_count; i++) {
		const struct refusal *other = &conversion->refusals[i];
		if (other->verb == refusal->verb && other->condition == refusal->condition)
			return true;
	}
	return false;
}

/* The written cells, and behind them those of the default table that none of these replaces. */
static bool refusals_assemble(struct conversion *conversion)
{
	struct server_profile *profile = conversion->profile;
	size_t count, filled = conversion->refusal_count;
	const struct refusal *defaults = server_default_refusals(&count);
	struct refusal *all = arena_new(conversion->arena, filled + count, sizeof *all);
	if (all == NULL)
		return false;
	if (filled > 0)
		memcpy(all, conversion->refusals, filled * sizeof *all);
	for (size_t i = 0; i < count; i++) {
		if (!is_written(conversion, &defaults[i]))
			all[filled++] = defaults[i];
	}
	profile->refusals = all;
	profile->refusal_count = filled;
	return true;
}

void *build_profile(struct arena *arena, enum profile_kind kind, const void *defaults,
	const struct setting *const *settings, size_t count)
{
	struct buffer nothing;
	buffer_init(&nothing, arena->memory, 0);
	struct complaints complaints = {.out = &nothing, .file = ""};
	struct conversion conversion;
	if (!conversion_init(&conversion, arena, &complaints, kind, count))
		return NULL;
	memcpy(conversion.profile, defaults, profile_size(kind));
	/* The youngest first: its cells of `refuses` are asked before those it inherited. */
	for (unsigned int generation = 0; generation <= PROFILE_MAX_PARENTS; generation++) {
		for (size_t i = 0; i < count; i++) {
			if (settings[i]->generation == generation &&
				!convert(&conversion, settings[i]))
				return NULL;
		}
	}
	bool assembled = kind == PROFILE_CLIENT	  ? reactions_assemble(&conversion)
			 : kind == PROFILE_SERVER ? refusals_assemble(&conversion)
						  : true; /* a link has no tables */
	return assembled && !arena->failed ? conversion.profile : NULL;
}
