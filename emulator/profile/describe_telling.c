/* describe_telling: a client in sentences by group, and below them how all of it is known. */
#include "describe.h"

#include "telling.h"
#include "text.h"

#include <string.h>

/* The pieces of evidence of a profile, in the order in which sentences name them. */
struct sources {
	struct arena arena;
	struct profile_difference *items;
	size_t count;
};

static size_t number_of(struct sources *sources, struct profile_difference difference)
{
	size_t i = 0;
	while (i < sources->count &&
		(sources->items[i].evidence != difference.evidence ||
			strcmp(sources->items[i].where, difference.where) != 0))
		i++;
	if (i == sources->count)
		sources->items[sources->count++] = difference;
	return i;
}

/* " [trace 1, source 4]", each once. */
static void append_sources(struct buffer *out, struct sources *sources,
	const struct profile *profile, struct telling telling)
{
	const char *separator = " [";
	for (size_t i = 0; i < telling.setting_count; i++) {
		struct profile_difference difference =
			profile_difference(profile, telling.settings[i]);
		size_t number = number_of(sources, difference), before = 0;
		while (before < i &&
			number_of(sources, profile_difference(profile, telling.settings[before])) !=
				number)
			before++;
		if (before < i)
			continue;
		buffer_format(out, "%s%s %zu", separator, evidence_kind_name(difference.evidence),
			number + 1);
		separator = ", ";
	}
	buffer_append_byte(out, ']');
}

static void append_tellings(struct buffer *out, const struct profile *profile,
	const struct tellings *tellings, struct sources *sources)
{
	enum telling_group group = TELLING_GROUP_COUNT;
	struct buffer line;
	buffer_init(&line, out->memory, 1 << 20);
	for (size_t i = 0; i < tellings_count(tellings); i++) {
		struct telling telling = tellings_at(tellings, i);
		if (telling.group != group)
			buffer_format(out, "\n%s\n", telling_group_name(telling.group));
		group = telling.group;
		buffer_clear(&line);
		buffer_append_text(&line, telling.text);
		append_sources(&line, sources, profile, telling);
		describe_item(out, "  - ", buffer_octets(&line));
	}
	out->failed = out->failed || buffer_failed(&line);
	buffer_free(&line);
}

static void append_evidence(struct buffer *out, const struct sources *sources)
{
	struct buffer line;
	buffer_init(&line, out->memory, 1 << 20);
	buffer_append_text(out, sources->count > 0 ? "\nHow that is known\n" : "");
	for (size_t i = 0; i < sources->count; i++) {
		const struct profile_difference *one = &sources->items[i];
		buffer_clear(&line);
		buffer_format(&line, "%zu %s%s%s: ", i + 1, evidence_kind_name(one->evidence),
			one->origin[0] == 0 ? "" : ", in ", one->origin);
		text_escape(&line, octets_of(one->where));
		describe_item(out, "  ", buffer_octets(&line));
	}
	out->failed = out->failed || buffer_failed(&line);
	buffer_free(&line);
}

bool describe_tellings(struct buffer *out, const struct profile *profile, const char *name)
{
	struct tellings *tellings = tellings_make(out->memory, profile);
	struct sources sources = {.count = 0};
	arena_init(&sources.arena, out->memory);
	sources.items =
		arena_new(&sources.arena, profile_setting_count(profile), sizeof *sources.items);
	bool made = tellings != NULL && sources.items != NULL;
	describe_head(out, profile, name);
	if (made && tellings_count(tellings) == 0) {
		buffer_append_text(out, "It does nothing otherwise than a correct client.\n");
	} else if (made) {
		buffer_append_text(out, "What it does otherwise than a correct client:\n");
		append_tellings(out, profile, tellings, &sources);
		append_evidence(out, &sources);
	}
	tellings_free(tellings);
	arena_free(&sources.arena);
	return made && !buffer_failed(out);
}
