/* handset_check_plan: chooses from the catalogue. */
#include "handset_check_plan.h"

#include "handset.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

struct check_plan_owned {
	char *name;
	struct profile *profile;
};

static bool fits(const struct option_list *globs, const char *name)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (fnmatch(globs->items[i], name, 0) == 0)
			return true;
	}
	return globs->count == 0;
}

static bool breaks_any(const struct option_list *globs, const struct client_profile *client)
{
	char rule[128];
	for (size_t i = 0; i < client->breaks.count; i++) {
		struct octets name = client->breaks.items[i];
		snprintf(rule, sizeof rule, "%.*s", (int)name.len, (const char *)name.at);
		if (fits(globs, rule))
			return true;
	}
	return globs->count == 0;
}

/* The profile is taken, also where that fails. */
static bool keep(struct check_plan *plan, const char *name, struct profile *profile)
{
	size_t count = plan->count + 1;
	struct check_plan_owned own = {
		memory_copy_text(&memory_standard, name, strlen(name)), profile};
	struct run_client *clients = realloc(plan->clients, count * sizeof *clients);
	plan->clients = clients != NULL ? clients : plan->clients;
	struct check_plan_owned *owned = realloc(plan->owned, count * sizeof *owned);
	plan->owned = owned != NULL ? owned : plan->owned;
	if (clients == NULL || owned == NULL || own.name == NULL) {
		memory_drop_text(&memory_standard, own.name);
		profile_free(profile);
		return false;
	}
	plan->clients[plan->count] = (struct run_client){own.name, profile};
	plan->owned[plan->count++] = own;
	return true;
}

/* False: it cannot be loaded, or there is no memory. */
static bool add(struct check_plan *plan, const char *name, const struct option_list *rules,
	const char *folder)
{
	struct profile *profile = handset_load(PROFILE_CLIENT, name, folder);
	if (profile == NULL)
		return false;
	if (!breaks_any(rules, profile_client(profile))) {
		profile_free(profile);
		return true;
	}
	return keep(plan, name, profile);
}

static bool add_from_catalogue(struct check_plan *plan, const struct option_list *names,
	const struct option_list *rules, const char *folder)
{
	struct catalogue *catalogue = handset_catalogue(folder);
	struct catalogue_list *list =
		catalogue == NULL ? NULL : catalogue_list(catalogue, PROFILE_CLIENT);
	bool good = list != NULL;
	for (size_t i = 0; good && i < catalogue_list_count(list); i++) {
		const char *name = catalogue_list_entry(list, i).name;
		if (fits(names, name))
			good = add(plan, name, rules, folder);
	}
	catalogue_list_free(list);
	catalogue_close(catalogue);
	return good;
}

/* Who breaks nothing comes first: where that one fails, all others are seen in its light. */
static int compare(const void *one, const void *other)
{
	const struct run_client *a = one, *b = other;
	bool a_first = strcmp(a->name, "correct") == 0, b_first = strcmp(b->name, "correct") == 0;
	return a_first != b_first ? (a_first ? -1 : 1) : strcmp(a->name, b->name);
}

/* Files are taken as they are, names and patterns are looked up. */
static bool split(
	const struct option_list *all, struct option_list *names, struct option_list *files)
{
	names->items = calloc(all->count + 1, sizeof *names->items);
	files->items = calloc(all->count + 1, sizeof *files->items);
	for (size_t i = 0; names->items != NULL && files->items != NULL && i < all->count; i++) {
		struct option_list *to = handset_is_file(all->items[i]) ? files : names;
		to->items[to->count++] = all->items[i];
	}
	return names->items != NULL && files->items != NULL;
}

static void say_that_none_fits(const struct option_list *names, const struct option_list *rules)
{
	fprintf(stderr, "handset check: no client fits");
	for (size_t i = 0; i < names->count; i++)
		fprintf(stderr, " --client %s", names->items[i]);
	for (size_t i = 0; i < rules->count; i++)
		fprintf(stderr, " --rule %s", rules->items[i]);
	fprintf(stderr, "; handset profile list --kind client names the clients%s\n",
		rules->count > 0 ? ", handset profile show CLIENT the rules that it breaks" : "");
}

bool check_plan_make(struct check_plan *plan, const struct option_list *names,
	const struct option_list *rules, const char *folder)
{
	struct option_list globs = {0}, files = {0};
	*plan = (struct check_plan){.count = 0};
	bool good = split(names, &globs, &files);
	for (size_t i = 0; good && i < files.count; i++)
		good = add(plan, files.items[i], rules, folder);
	if (good && (files.count == 0 || globs.count > 0))
		good = add_from_catalogue(plan, &globs, rules, folder);
	free(globs.items);
	free(files.items);
	if (good && plan->count == 0)
		say_that_none_fits(names, rules);
	if (plan->count > 1)
		qsort(plan->clients, plan->count, sizeof *plan->clients, compare);
	if (good && plan->count > 0)
		return true;
	check_plan_free(plan);
	return false;
}

void check_plan_free(struct check_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		memory_drop_text(&memory_standard, plan->owned[i].name);
		profile_free(plan->owned[i].profile);
	}
	free(plan->clients);
	free(plan->owned);
	*plan = (struct check_plan){.count = 0};
}
