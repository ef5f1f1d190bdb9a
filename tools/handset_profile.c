/* handset profile: list, show, check, keys. */
#include "handset.h"

#include "catalogue.h"
#include "describe.h"
#include "rules.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct options {
	const char *profiles;
	int kind; /* 0 any, else one more than enum profile_kind */
	bool json, markdown;
};

#define AT(member) offsetof(struct options, member)
static const char *const kind_words[] = {"any", "client", "server", "link", NULL};
static const struct option_row rows[] = {
	{OPTION_CHOICE, "kind", 'k', "client|server|link", AT(kind), "only profiles of this kind",
		kind_words},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "as JSON on standard output", NULL},
	{OPTION_FLAG, "markdown", 0, NULL, AT(markdown),
		"keys: as the tables of profiles/README.md", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const char *const examples[] = {"handset profile list", "handset profile show nokia-e61i",
	"handset profile check profiles/clients/*.yaml", "handset profile keys --kind link", NULL};

static const struct option_command command = {"handset profile",
	"list|show NAME...|check FILE|NAME...|keys [OPTION]...",
	"Looks into the catalogue of clients, servers and links. \"list\" names them; \"show\" explains what "
	"makes one differ from a correct client or server, or a link that does nothing, and on what evidence; \"check\" reads profiles and says, "
	"with line and column, what is wrong; \"keys\" explains everything that can be written in a profile.\n"
	"Exit status: 0 all good, 2 a profile that is not there or is wrong.",
	examples, rows, sizeof rows / sizeof *rows};

static bool is_chosen(const struct options *options, enum profile_kind kind)
{
	return options->kind == 0 || options->kind == (int)kind + 1;
}

static void print_json(json_t *root)
{
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	printf("\n");
	json_decref(root);
}

/* --- list --- */

static bool list_kind(const struct catalogue *catalogue, enum profile_kind kind, json_t *json)
{
	struct catalogue_list *list = catalogue_list(catalogue, kind);
	if (list == NULL)
		return false;
	if (json == NULL)
		printf("%s%ss%s\n", handset_colour(stdout, COLOUR_BOLD),
			profile_kind_name((enum profile_kind)kind), handset_plain(stdout));
	for (size_t i = 0; i < catalogue_list_count(list); i++) {
		struct catalogue_entry entry = catalogue_list_entry(list, i);
		if (json != NULL)
			json_array_append_new(json,
				json_pack("{s:s, s:s, s:s, s:s}", "kind",
					profile_kind_name((enum profile_kind)kind), "name",
					entry.name, "title", entry.title, "file", entry.file));
		if (json != NULL)
			continue;
		printf("  %-28s ", entry.name);
		handset_print_foreign(stdout, octets_of(entry.title));
		putchar('\n');
	}
	catalogue_list_free(list);
	return true;
}

static int list_profiles(const struct options *options, char **names, int count)
{
	struct catalogue *catalogue = handset_catalogue(options->profiles);
	json_t *json = options->json ? json_array() : NULL;
	bool good = catalogue != NULL;
	(void)names;
	(void)count;
	for (int kind = 0; kind < PROFILE_KIND_COUNT && good; kind++) {
		if (is_chosen(options, (enum profile_kind)kind))
			good = list_kind(catalogue, (enum profile_kind)kind, json);
	}
	if (json != NULL)
		print_json(json);
	catalogue_close(catalogue);
	return good ? EXIT_AS_HOPED : EXIT_INTERNAL;
}

/* --- which kind a name or file is of --- */

/* A file is of the kind that fits it better; a name of the one where it is found. */
static bool find_kind(const struct options *options, const char *name, enum profile_kind *kind)
{
	struct catalogue *catalogue = handset_catalogue(options->profiles);
	bool found = false;
	if (options->kind != 0 || catalogue == NULL) {
		*kind = options->kind == 0 ? PROFILE_CLIENT
					   : (enum profile_kind)(options->kind - 1);
		catalogue_close(catalogue);
		return catalogue != NULL;
	}
	if (handset_is_file(name)) {
		*kind = handset_guess_kind(name, options->profiles);
		catalogue_close(catalogue);
		return true;
	}
	for (int i = 0; i < PROFILE_KIND_COUNT && !found; i++) {
		struct catalogue_list *list = catalogue_list(catalogue, (enum profile_kind)i);
		for (size_t j = 0; list != NULL && j < catalogue_list_count(list) && !found; j++)
			found = strcmp(catalogue_list_entry(list, j).name, name) == 0;
		*kind = (enum profile_kind)i;
		catalogue_list_free(list);
	}
	catalogue_close(catalogue);
	if (!found)
		fprintf(stderr,
			"handset profile: there is no profile \"%s\"\nTry: handset profile list\n",
			name);
	return found;
}

/* --- show --- */

static json_t *difference_json(const struct profile_difference *difference)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "path", difference->path, "value",
		difference->value, "correct", difference->correct, "sentence", difference->sentence,
		"from", difference->origin, "evidence", evidence_kind_name(difference->evidence),
		"where", difference->where);
}

static void show_json(const struct profile *profile, const char *name)
{
	json_t *root = json_object(), *differences = json_array(), *breaks = json_array();
	json_object_set_new(root, "profile", json_string(name));
	json_object_set_new(root, "kind", json_string(profile_kind_name(profile_kind(profile))));
	const struct client_profile *client = profile_client(profile);
	const struct octets title = profile_title(profile);
	json_object_set_new(root, "title", json_stringn((const char *)title.at, title.len));
	for (size_t i = 0; i < profile_setting_count(profile); i++) {
		struct profile_difference difference = profile_difference(profile, i);
		json_array_append_new(differences, difference_json(&difference));
	}
	for (size_t i = 0; client != NULL && i < client->breaks.count; i++)
		json_array_append_new(breaks, json_stringn((const char *)client->breaks.items[i].at,
						      client->breaks.items[i].len));
	json_object_set_new(root, "differences", differences);
	json_object_set_new(root, "breaks", breaks);
	print_json(root);
}

/* The rules of the referee that this client is known to break. */
static void show_breaks(const struct client_profile *client)
{
	if (client == NULL || client->breaks.count == 0)
		return;
	printf("\nRules that it breaks:\n");
	for (size_t i = 0; i < client->breaks.count; i++) {
		const char *name = (const char *)client->breaks.items[i].at;
		enum rule rule = rule_find(name);
		if (rule != RULE_COUNT)
			printf("  %-26s %s; %s (%s)\n", name, rule_rows[rule].sentence,
				rule_strength_name(rule_rows[rule].strength),
				rule_rows[rule].section);
	}
}

static int show_one(const struct options *options, const char *name)
{
	enum profile_kind kind;
	if (!find_kind(options, name, &kind))
		return EXIT_USAGE;
	struct profile *profile = handset_load(kind, name, options->profiles);
	if (profile == NULL)
		return EXIT_USAGE;
	if (options->json) {
		show_json(profile, name);
	} else {
		struct buffer text;
		buffer_init(&text, &memory_standard, 1024 * 1024);
		describe_profile(&text, profile, name);
		fputs(buffer_string(&text), stdout);
		buffer_free(&text);
		show_breaks(profile_client(profile));
	}
	profile_free(profile);
	return EXIT_AS_HOPED;
}

static int show_profiles(const struct options *options, char **names, int count)
{
	int status = EXIT_AS_HOPED;
	if (count == 0) {
		fprintf(stderr,
			"handset profile show: which one? handset profile list names them\n");
		return EXIT_USAGE;
	}
	for (int i = 0; i < count && status == EXIT_AS_HOPED; i++)
		status = show_one(options, names[i]);
	return status;
}

/* --- check --- */

static bool check_one(const struct options *options, const char *name)
{
	enum profile_kind kind;
	if (!find_kind(options, name, &kind))
		return false;
	struct profile *profile = handset_load(kind, name, options->profiles);
	bool good = profile != NULL;
	if (good && !options->json)
		printf("%s: good (%s, %zu differences)\n", name,
			profile_kind_name((enum profile_kind)kind), profile_setting_count(profile));
	profile_free(profile);
	return good;
}

static int check_profiles(const struct options *options, char **names, int count)
{
	json_t *json = options->json ? json_array() : NULL;
	bool good = true;
	if (count == 0) {
		fprintf(stderr, "handset profile check: which ones? Name files or profiles\n");
		return EXIT_USAGE;
	}
	for (int i = 0; i < count; i++) {
		bool this_one = check_one(options, names[i]);
		good = good && this_one;
		if (json != NULL)
			json_array_append_new(json,
				json_pack("{s:s, s:b}", "profile", names[i], "good", this_one));
	}
	if (json != NULL)
		print_json(json);
	return good ? EXIT_AS_HOPED : EXIT_USAGE;
}

/* --- keys --- */

static void keys_json(enum profile_kind kind, json_t *array)
{
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	for (size_t i = 0; i < count; i++) {
		struct buffer type;
		buffer_init(&type, &memory_standard, 65536);
		describe_type(&type, &keys[i]);
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s, s:s?, s:s}", "kind",
				       profile_kind_name((enum profile_kind)kind), "path",
				       keys[i].path, "type", buffer_string(&type), "correct",
				       keys[i].correct, "sentence", keys[i].sentence));
		buffer_free(&type);
	}
}

static int explain_keys(const struct options *options, char **names, int count)
{
	json_t *json = options->json ? json_array() : NULL;
	struct buffer text;
	(void)names;
	(void)count;
	buffer_init(&text, &memory_standard, 1024 * 1024);
	for (int kind = 0; kind < PROFILE_KIND_COUNT; kind++) {
		if (!is_chosen(options, (enum profile_kind)kind))
			continue;
		if (json != NULL) {
			keys_json((enum profile_kind)kind, json);
			continue;
		}
		if (options->markdown) {
			describe_keys_markdown(&text, (enum profile_kind)kind);
			continue;
		}
		buffer_format(&text, "%sKeys of %s profiles\n\n", text.len > 0 ? "\n" : "",
			profile_kind_name((enum profile_kind)kind));
		describe_keys(&text, (enum profile_kind)kind);
	}
	if (json != NULL)
		print_json(json);
	fputs(buffer_string(&text), stdout);
	buffer_free(&text);
	return EXIT_AS_HOPED;
}

int handset_profile(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct options *options, char **names, int count);
	} actions[] = {{"list", list_profiles}, {"show", show_profiles}, {"check", check_profiles},
		{"keys", explain_keys}};
	struct options options = {0};
	int first, status;
	if (!handset_options(&command, argc, argv, &options, &first, &status))
		return status;
	for (size_t i = 0; first < argc && i < sizeof actions / sizeof *actions; i++) {
		if (strcmp(argv[first], actions[i].name) == 0)
			return actions[i].run(&options, argv + first + 1, argc - first - 1);
	}
	fprintf(stderr,
		"handset profile: say list, show, check or keys\nTry: handset profile --help\n");
	return EXIT_USAGE;
}
