/* handset profile: its options, and list, check, keys. */
#include "handset_profile.h"

#include "advice.h"
#include "catalogue.h"
#include "describe.h"
#include "words.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(member) offsetof(struct profile_options, member)
static const char *const kind_words[] = {"any", "client", "server", "link", NULL};
static const struct option_row rows[] = {
	{OPTION_CHOICE, "kind", 'k', "client|server|link", AT(kind), "only profiles of this kind",
		kind_words},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
	{OPTION_FLAG, "keys", 0, NULL, AT(keys), "show: every key with its value, not in sentences",
		NULL},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "as JSON on standard output", NULL},
	{OPTION_FLAG, "markdown", 0, NULL, AT(markdown),
		"keys: as the tables of profiles/README.md", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const char *const examples[] = {"handset profile list", "handset profile show nokia-e61i",
	"handset profile show nokia-e61i --keys", "handset profile diff symbian-9.1 symbian-9.5",
	"handset profile check profiles/clients/*.yaml", "handset profile keys --kind link", NULL};

static const struct option_command command = {"handset profile",
	"list|show NAME...|diff NAME NAME|check FILE|NAME...|keys [OPTION]...",
	"Looks into the catalogue of clients, servers and links. \"list\" names them; \"show\" explains what "
	"makes one differ from a correct client or server, or a link that does nothing, and on what evidence; \"diff\" explains in which keys two differ; \"check\" reads profiles, and files of advice, and says, "
	"with line and column, what is wrong; \"keys\" explains everything that can be written in a profile.\n"
	"Exit status: 0 all good (diff: they are the same), 1 diff: they differ, 2 a profile that is not there "
	"or is wrong.",
	examples, rows, sizeof rows / sizeof *rows};

static bool is_chosen(const struct profile_options *options, enum profile_kind kind)
{
	return options->kind == 0 || options->kind == (int)kind + 1;
}

void handset_profile_json(json_t *root)
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

static int list_profiles(const struct profile_options *options, char **names, int count)
{
	if (options->profiles != NULL && access(options->profiles, R_OK | X_OK) != 0) {
		fprintf(stderr, "handset profile: --profiles %s: %s\n", options->profiles,
			strerror(errno));
		return EXIT_USAGE;
	}
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
		handset_profile_json(json);
	catalogue_close(catalogue);
	return good ? EXIT_AS_HOPED : EXIT_INTERNAL;
}

/* --- which kind a name or file is of --- */

/* A file is of the kind that fits it better; a name of the one where it is found. */
bool handset_profile_kind(
	const struct profile_options *options, const char *name, enum profile_kind *kind)
{
	struct catalogue *catalogue = handset_catalogue(options->profiles);
	bool found = false;
	struct suggestion suggestion;
	char nearest[160];
	suggestion_init(&suggestion, octets_of(name));
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
		for (size_t j = 0; list != NULL && j < catalogue_list_count(list) && !found; j++) {
			found = strcmp(catalogue_list_entry(list, j).name, name) == 0;
			suggestion_offer(&suggestion, catalogue_list_entry(list, j).name);
		}
		*kind = (enum profile_kind)i;
		catalogue_list_free(list);
	}
	catalogue_close(catalogue);
	suggestion_text(&suggestion, nearest, sizeof nearest);
	if (!found)
		fprintf(stderr,
			"handset profile: there is no profile \"%s\"%s\nTry: handset profile list\n",
			name, nearest);
	return found;
}

/* --- check --- */

/* True where the file holds advice and no profile; *good tells whether it is in order. */
static bool check_advice(const struct profile_options *options, const char *name, bool *good)
{
	struct buffer text, errors;
	if (!handset_is_file(name) || options->kind != 0)
		return false;
	buffer_init(&text, &memory_standard, PROFILE_MAX_OCTETS + 1);
	buffer_init(&errors, &memory_standard, 1024 * 1024);
	bool there = catalogue_read_file(name, true, &text, &errors) &&
		     advice_is_meant(buffer_octets(&text));
	struct advice_book *book = there ? advice_new(&memory_standard) : NULL;
	*good = book != NULL && advice_read(book, name, buffer_octets(&text), &errors);
	if (there)
		fputs(buffer_string(&errors), stderr);
	if (there && *good && !options->json)
		printf("%s: good (%zu pieces of advice)\n", name, advice_count(book));
	advice_free(book);
	buffer_free(&text);
	buffer_free(&errors);
	return there;
}

static bool check_one(const struct profile_options *options, const char *name)
{
	enum profile_kind kind;
	bool is_good;
	if (check_advice(options, name, &is_good))
		return is_good;
	if (!handset_profile_kind(options, name, &kind))
		return false;
	struct profile *profile = handset_load(kind, name, options->profiles);
	bool good = profile != NULL;
	if (good && !options->json)
		printf("%s: good (%s, %zu differences)\n", name,
			profile_kind_name((enum profile_kind)kind), profile_setting_count(profile));
	profile_free(profile);
	return good;
}

static int check_profiles(const struct profile_options *options, char **names, int count)
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
		handset_profile_json(json);
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

static int explain_keys(const struct profile_options *options, char **names, int count)
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
		handset_profile_json(json);
	fputs(buffer_string(&text), stdout);
	buffer_free(&text);
	return EXIT_AS_HOPED;
}

int handset_profile(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct profile_options *options, char **names, int count);
	} actions[] = {{"list", list_profiles}, {"show", handset_profile_show},
		{"diff", handset_profile_diff}, {"check", check_profiles}, {"keys", explain_keys}};
	struct profile_options options = {0};
	int first, status;
	if (!handset_options(&command, argc, argv, &options, &first, &status))
		return status;
	for (size_t i = 0; first < argc && i < sizeof actions / sizeof *actions; i++) {
		if (strcmp(argv[first], actions[i].name) == 0)
			return actions[i].run(&options, argv + first + 1, argc - first - 1);
	}
	fprintf(stderr,
		"handset profile: say list, show, diff, check or keys\nTry: handset profile --help\n");
	return EXIT_USAGE;
}
