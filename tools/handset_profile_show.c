/* handset profile show: a profile in sentences, by its keys, or as JSON. */
#include "handset_profile.h"

#include "describe.h"
#include "rules.h"
#include "telling.h"

json_t *handset_difference_json(const struct profile_difference *difference)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "path", difference->path, "value",
		difference->value, "correct", difference->correct, "sentence", difference->sentence,
		"from", difference->origin, "evidence", evidence_kind_name(difference->evidence),
		"where", difference->where);
}

static json_t *telling_json(const struct profile *profile, struct telling telling)
{
	json_t *keys = json_array();
	for (size_t i = 0; i < telling.setting_count; i++)
		json_array_append_new(
			keys, json_string(profile_setting_path(profile, telling.settings[i])));
	return json_pack("{s:s, s:s, s:o}", "group", telling_group_name(telling.group), "sentence",
		telling.text, "keys", keys);
}

static json_t *tellings_json(const struct profile *profile)
{
	struct tellings *tellings = tellings_make(&memory_standard, profile);
	json_t *array = json_array();
	for (size_t i = 0; tellings != NULL && i < tellings_count(tellings); i++)
		json_array_append_new(array, telling_json(profile, tellings_at(tellings, i)));
	tellings_free(tellings);
	return array;
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
		json_array_append_new(differences, handset_difference_json(&difference));
	}
	for (size_t i = 0; client != NULL && i < client->breaks.count; i++)
		json_array_append_new(breaks, json_stringn((const char *)client->breaks.items[i].at,
						      client->breaks.items[i].len));
	if (client != NULL)
		json_object_set_new(root, "sentences", tellings_json(profile));
	json_object_set_new(root, "differences", differences);
	json_object_set_new(root, "breaks", breaks);
	handset_profile_json(root);
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

static int show_one(const struct profile_options *options, const char *name)
{
	enum profile_kind kind;
	if (!handset_profile_kind(options, name, &kind))
		return EXIT_USAGE;
	struct profile *profile = handset_load(kind, name, options->profiles);
	if (profile == NULL)
		return EXIT_USAGE;
	if (options->json) {
		show_json(profile, name);
	} else {
		struct buffer text;
		buffer_init(&text, &memory_standard, 1024 * 1024);
		if (options->keys || profile_client(profile) == NULL)
			describe_profile(&text, profile, name);
		else
			describe_tellings(&text, profile, name);
		fputs(buffer_string(&text), stdout);
		buffer_free(&text);
		show_breaks(profile_client(profile));
	}
	profile_free(profile);
	return EXIT_AS_HOPED;
}

int handset_profile_show(const struct profile_options *options, char **names, int count)
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
