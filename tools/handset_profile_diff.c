/* handset profile diff: in which keys two profiles differ, what each value means, how it is known.
 */
#include "handset_profile.h"

#include "comparison.h"
#include "describe.h"
#include "text.h"

#include <string.h>

static struct profile *load(
	const struct profile_options *options, const char *name, enum profile_kind *kind)
{
	if (!handset_profile_kind(options, name, kind))
		return NULL;
	return handset_load(*kind, name, options->profiles);
}

static json_t *side_json(const struct comparison *comparison, size_t side)
{
	const struct profile_difference *difference = &comparison->sides[side];
	if (difference->path == NULL)
		return json_pack("{s:s, s:b}", "value", comparison->correct, "correct", 1);
	json_t *json = json_pack("{s:s, s:b, s:s, s:s, s:s}", "value", difference->value, "correct",
		0, "from", difference->origin, "evidence", evidence_kind_name(difference->evidence),
		"where", difference->where);
	if (comparison->stands_in[side])
		json_object_set_new(json, "instead", json_string(difference->path));
	if (comparison->tellings[side] != NULL)
		json_object_set_new(json, "sentence", json_string(comparison->tellings[side]));
	return json;
}

static json_t *paths_json(const struct comparison *comparison)
{
	json_t *array = json_array();
	for (size_t i = 0; i < comparison->path_count; i++)
		json_array_append_new(array, json_string(comparison->paths[i]));
	return array;
}

static void print_json(const struct comparisons *comparisons, char **names)
{
	json_t *array = json_array();
	for (size_t i = 0; i < comparisons_count(comparisons); i++) {
		struct comparison one = comparisons_at(comparisons, i);
		json_array_append_new(
			array, json_pack("{s:o, s:s, s:o, s:o}", "keys", paths_json(&one),
				       "sentence", one.sentence, "one", side_json(&one, 0), "other",
				       side_json(&one, 1)));
	}
	handset_profile_json(json_pack(
		"{s:s, s:s, s:o}", "one", names[0], "other", names[1], "differences", array));
}

static void describe_side(
	struct buffer *out, const struct comparison *comparison, size_t side, const char *name)
{
	const struct profile_difference *difference = &comparison->sides[side];
	struct buffer line;
	buffer_init(&line, &memory_standard, 1 << 20);
	if (difference->path == NULL) {
		buffer_format(&line, "%s: %s", name,
			comparison->correct[0] == 0 ? "not written, so as in a correct one"
						    : comparison->correct);
		if (comparison->correct[0] != 0)
			buffer_append_text(&line, ", which is correct");
		describe_item(out, "  ", buffer_octets(&line));
	} else {
		buffer_format(&line, "%s: ", name);
		if (comparison->stands_in[side])
			buffer_format(&line, "not written; %s counts: ", difference->path);
		buffer_append_text(&line, difference->value);
		describe_item(out, "  ", buffer_octets(&line));
		buffer_clear(&line);
		if (comparison->tellings[side] != NULL)
			buffer_format(&line, "%s ", comparison->tellings[side]);
		buffer_format(&line, "[%s, in %s: ", evidence_kind_name(difference->evidence),
			difference->origin[0] == 0 ? name : difference->origin);
		text_escape(&line, octets_of(difference->where));
		buffer_append_byte(&line, ']');
		describe_item(out, "      ", buffer_octets(&line));
	}
	buffer_free(&line);
}

/* "reactions.auth.421 450 451": as profiles write several events. */
static void describe_paths(struct buffer *out, const struct comparison *comparison)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, 1 << 20);
	buffer_append_text(&line, comparison->paths[0]);
	for (size_t i = 1; i < comparison->path_count; i++)
		buffer_format(&line, " %s", strrchr(comparison->paths[i], '.') + 1);
	buffer_append_byte(out, '\n');
	describe_item(out, "", buffer_octets(&line));
	buffer_free(&line);
}

static void print_text(const struct comparisons *comparisons, char **names)
{
	size_t count = comparisons_count(comparisons), keys = 0;
	struct buffer text;
	buffer_init(&text, &memory_standard, 1 << 24);
	for (size_t i = 0; i < count; i++) {
		struct comparison one = comparisons_at(comparisons, i);
		keys += one.path_count;
		describe_paths(&text, &one);
		if (one.correct[0] != 0)
			describe_wrapped(&text, "  ", octets_of(one.sentence));
		describe_side(&text, &one, 0, names[0]);
		describe_side(&text, &one, 1, names[1]);
	}
	if (count == 0)
		printf("%s and %s are the same.\n", names[0], names[1]);
	else
		printf("%s and %s differ in %zu key%s.\n", names[0], names[1], keys,
			keys == 1 ? "" : "s");
	fputs(buffer_string(&text), stdout);
	buffer_free(&text);
}

static int compare(
	const struct profile_options *options, const struct profile *const pair[2], char **names)
{
	struct comparisons *comparisons = comparisons_make(&memory_standard, pair[0], pair[1]);
	if (comparisons == NULL) {
		fprintf(stderr, "handset profile diff: out of memory\n");
		return EXIT_INTERNAL;
	}
	if (options->json)
		print_json(comparisons, names);
	else
		print_text(comparisons, names);
	int status = comparisons_count(comparisons) == 0 ? EXIT_AS_HOPED : EXIT_NOT;
	comparisons_free(comparisons);
	return status;
}

int handset_profile_diff(const struct profile_options *options, char **names, int count)
{
	enum profile_kind kinds[2];
	struct profile *pair[2] = {NULL, NULL};
	int status = EXIT_USAGE;
	if (count != 2) {
		fprintf(stderr, "handset profile diff: which two? Name two profiles of a kind\n");
		return EXIT_USAGE;
	}
	pair[0] = load(options, names[0], &kinds[0]);
	pair[1] = pair[0] == NULL ? NULL : load(options, names[1], &kinds[1]);
	if (pair[1] != NULL && kinds[0] != kinds[1])
		fprintf(stderr,
			"handset profile diff: a %s and a %s have no keys in common; name two of a kind\n",
			profile_kind_name(kinds[0]), profile_kind_name(kinds[1]));
	else if (pair[1] != NULL)
		status = compare(options, (const struct profile *const[]){pair[0], pair[1]}, names);
	profile_free(pair[0]);
	profile_free(pair[1]);
	return status;
}
