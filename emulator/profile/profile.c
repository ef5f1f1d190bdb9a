/* profile: a lineage, the settings of it that are kept, and the struct built from these. */
#include "profile.h"

#include "build.h"
#include "lineage.h"

struct profile {
	struct lineage *lineage;
	struct arena arena;
	const struct setting **settings;
	size_t count;
	void *built; /* struct client_profile, server_profile or link_profile */
};

/* Head keys: the profile's own, and of `breaks` the nearest that is written. */
static void fill_head(const struct lineage *lineage, void *built)
{
	const struct generation *own = &lineage->generations[0];
	struct octets name = own->head.name.at != NULL ? own->head.name : octets_of(own->name);
	if (lineage->kind == PROFILE_SERVER) {
		struct server_profile *server = built;
		server->name = name;
		server->about = own->head.about;
		return;
	}
	if (lineage->kind == PROFILE_LINK) {
		struct link_profile *link = built;
		link->name = name;
		link->about = own->head.about;
		return;
	}
	struct client_profile *client = built;
	client->name = name;
	client->about = own->head.about;
	for (size_t i = 0; i < lineage->count; i++) {
		if (!lineage->generations[i].head.breaks_written)
			continue;
		client->breaks = lineage->generations[i].head.breaks;
		return;
	}
}

/* Takes the reference; gives it back where there is no memory. `keep` NULL keeps all. */
static struct profile *profile_new(struct lineage *lineage, const struct setting *const *settings,
	size_t count, const bool *keep)
{
	const struct memory *memory = lineage->arena.memory;
	struct profile *profile = memory_new(memory, 1, sizeof *profile);
	if (profile == NULL) {
		lineage_release(lineage);
		return NULL;
	}
	profile->lineage = lineage;
	arena_init(&profile->arena, memory);
	profile->settings = arena_new(&profile->arena, count, sizeof *profile->settings);
	for (size_t i = 0; profile->settings != NULL && i < count; i++) {
		if (keep == NULL || keep[i])
			profile->settings[profile->count++] =
				settings == NULL ? &lineage->settings[i] : settings[i];
	}
	if (profile->settings != NULL)
		profile->built = build_profile(&profile->arena, lineage->kind, lineage->defaults,
			profile->settings, profile->count);
	if (profile->built == NULL) {
		profile_free(profile);
		return NULL;
	}
	fill_head(lineage, profile->built);
	return profile;
}

static struct profile *from_lineage(struct lineage *lineage, struct buffer *errors)
{
	if (lineage == NULL)
		return NULL;
	struct profile *profile = profile_new(lineage, NULL, lineage->setting_count, NULL);
	if (profile == NULL)
		buffer_append_text(errors, "error: out of memory\n");
	return profile;
}

struct profile *profile_load(const struct memory *memory, enum profile_kind kind, const char *name,
	const struct profile_source *source, struct buffer *errors)
{
	return from_lineage(lineage_load(memory, kind, name, source, errors), errors);
}

struct profile *profile_load_text(const struct memory *memory, enum profile_kind kind,
	const char *file, struct octets text, const struct profile_source *source,
	struct buffer *errors)
{
	return from_lineage(lineage_load_text(memory, kind, file, text, source, errors), errors);
}

void profile_free(struct profile *profile)
{
	if (profile == NULL)
		return;
	struct lineage *lineage = profile->lineage;
	arena_free(&profile->arena);
	memory_free(profile->arena.memory, profile, sizeof *profile);
	lineage_release(lineage);
}

struct profile *profile_subset(const struct profile *profile, const bool *keep)
{
	return profile_new(
		lineage_share(profile->lineage), profile->settings, profile->count, keep);
}

enum profile_kind profile_kind(const struct profile *profile)
{
	return profile->lineage->kind;
}

const struct client_profile *profile_client(const struct profile *profile)
{
	return profile->lineage->kind == PROFILE_CLIENT ? profile->built : NULL;
}

const struct server_profile *profile_server(const struct profile *profile)
{
	return profile->lineage->kind == PROFILE_SERVER ? profile->built : NULL;
}

const struct link_profile *profile_link(const struct profile *profile)
{
	return profile->lineage->kind == PROFILE_LINK ? profile->built : NULL;
}

struct octets profile_title(const struct profile *profile)
{
	switch (profile->lineage->kind) {
	case PROFILE_CLIENT:
		return profile_client(profile)->name;
	case PROFILE_SERVER:
		return profile_server(profile)->name;
	default:
		return profile_link(profile)->name;
	}
}

size_t profile_setting_count(const struct profile *profile)
{
	return profile->count;
}

const char *profile_setting_path(const struct profile *profile, size_t index)
{
	return index < profile->count ? profile->settings[index]->path : NULL;
}

struct profile_difference profile_difference(const struct profile *profile, size_t index)
{
	if (index >= profile->count)
		return (struct profile_difference){.path = NULL};
	const struct setting *setting = profile->settings[index];
	const struct key *key = setting->match.key;
	return (struct profile_difference){.path = setting->path,
		.value = setting->value_text,
		.correct = key->correct == NULL ? "" : key->correct,
		.sentence = key->sentence,
		.origin = setting->origin,
		.evidence = setting->evidence->kind,
		.where = setting->evidence->where};
}

const char *profile_lineage(const struct profile *profile, size_t generation)
{
	const struct lineage *lineage = profile->lineage;
	return generation < lineage->count ? lineage->generations[generation].name : NULL;
}
