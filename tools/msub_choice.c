/* choice: files, a name, and what overrides them. */
#include "msub_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_addresses.h"
#include "msub_place.h"
#include "msub_rc.h"
#include "msub_secret.h"
#include "nearest.h"

enum { WHY_MAX = 400 };

static bool out_of_memory(struct trouble *trouble)
{
	return trouble_set(trouble, EX_OSERR, "out of memory");
}

/* Both files; the user's accounts take the place of the system's of the same name. */
static bool read_files(struct accounts *accounts, const char *given, struct trouble *trouble)
{
	char *system = place_system_file(), *found = given == NULL ? place_user_file() : NULL;
	const char *own = given != NULL ? given : found;
	bool read = (system == NULL || rc_read(system, false, accounts, trouble)) &&
		    (own == NULL || rc_read(own, true, accounts, trouble));
	free(system);
	free(found);
	return read;
}

static const struct account *find_named(
	const struct accounts *accounts, const char *name, struct trouble *trouble)
{
	char text[NEAREST_MAX];
	const struct account *account = accounts_find(accounts, name);
	if (account != NULL)
		return account;
	struct nearest nearest = nearest_begin(name);
	for (size_t i = 0; i < accounts->count; i++)
		nearest_offer(&nearest, accounts->items[i].name);
	trouble_set(trouble, EX_CONFIG, "no configuration has an account \"%.100s\"%s", name,
		nearest_text(&nearest, text));
	return NULL;
}

/* What is left where no file says anything. */
static bool take_environment(struct account *account, struct trouble *trouble)
{
	char why[WHY_MAX];
	const char *server = getenv("SMTPSERVER"), *sender = getenv("EMAIL");
	if (server == NULL || *server == 0)
		return trouble_set(trouble, EX_CONFIG,
			"no server: name one with --host, or write an account into ~/.msubrc "
			"(msub --configure ADDRESS helps)");
	return (account_set(account, KEY_HOST, server, why, sizeof why) &&
		       (sender == NULL || *sender == 0 ||
			       account_set(account, KEY_FROM, sender, why, sizeof why))) ||
	       out_of_memory(trouble);
}

static bool take_found(
	struct account *account, const struct account *found, struct trouble *trouble)
{
	account->name = strdup(found->name);
	account->file = strdup(found->file);
	return (account->name != NULL && account->file != NULL &&
		       account_take(account, found, false)) ||
	       out_of_memory(trouble);
}

/* The sender may have a name before it: "Ann <ann@example.org>". */
static const struct account *find_by_sender(const struct accounts *accounts, const char *sender)
{
	struct addresses plain = {0};
	bool one = addresses_add(&plain, sender, strlen(sender)) == ADDRESSES_TAKEN &&
		   plain.count == 1;
	const struct account *found = accounts_find_from(accounts, one ? plain.items[0] : sender);
	addresses_free(&plain);
	return found;
}

static bool names(const struct option_settings *settings, enum key key)
{
	bool named = false;
	for (size_t i = 0; i < settings->count; i++) {
		if (settings->items[i].number == key)
			named = settings->items[i].value[0] != 0;
	}
	return named;
}

static bool choose(struct account *account, const struct accounts *accounts,
	const struct msub_options *options, const char *sender, struct trouble *trouble)
{
	const struct account *found = NULL;
	if (options->account != NULL) {
		found = find_named(accounts, options->account, trouble);
		return found != NULL && take_found(account, found, trouble);
	}
	if (sender != NULL)
		found = find_by_sender(accounts, sender);
	if (found == NULL)
		found = accounts_find(accounts, "default");
	if (found != NULL)
		return take_found(account, found, trouble);
	return names(&options->settings, KEY_SOCKET) || take_environment(account, trouble);
}

bool choice_override(
	struct account *account, const struct option_settings *settings, struct trouble *trouble)
{
	char why[WHY_MAX];
	for (size_t i = 0; i < settings->count; i++) {
		enum key key = (enum key)settings->items[i].number;
		if (!account_set(account, key, settings->items[i].value, why, sizeof why))
			return trouble_set(trouble, EX_USAGE, "--%s %s", keys[key].option, why);
	}
	return true;
}

/* The keys that know %U and its like. */
static bool substitute(struct account *account, struct trouble *trouble)
{
	static const enum key patterned[] = {KEY_FROM, KEY_DOMAIN};
	for (size_t i = 0; i < sizeof patterned / sizeof *patterned; i++) {
		char **text = &account->values[patterned[i]].text;
		char *whole = *text == NULL ? NULL : place_substitute(*text);
		if (whole == NULL && *text != NULL)
			return out_of_memory(trouble);
		secret_forget(*text);
		*text = whole;
	}
	return true;
}

/* The two keys as the library wants them. */
static bool join_proxy(struct account *account, struct trouble *trouble)
{
	const char *host = account_text(account, KEY_PROXY_HOST);
	unsigned long port = account_number(account, KEY_PROXY_PORT);
	if (host == NULL)
		return true;
	bool bare = strchr(host, ':') != NULL && host[0] != '['; /* an IPv6 address */
	size_t len = strlen(host) + sizeof "[]:65535";
	account->proxy = malloc(len);
	if (account->proxy == NULL)
		return out_of_memory(trouble);
	snprintf(account->proxy, len, "%s%s%s:%lu", bare ? "[" : "", host, bare ? "]" : "",
		port == 0 ? 1080 : port);
	return true;
}

bool choice_make(struct account *account, const struct msub_options *options, const char *sender,
	struct trouble *trouble)
{
	struct accounts accounts = {0};
	bool host = names(&options->settings, KEY_HOST);
	if (host && options->account != NULL)
		return trouble_set(trouble, EX_USAGE,
			"--host and --account: only one of them; --host reads no accounts");
	bool made = host || (read_files(&accounts, options->file, trouble) &&
				    choose(account, &accounts, options, sender, trouble));
	accounts_free(&accounts);
	return made && choice_override(account, &options->settings, trouble) &&
	       substitute(account, trouble) && join_proxy(account, trouble);
}

/* ---- queues ---- */

/* Each folder once; an empty path is none. */
static bool add_queue(struct addresses *paths, const char *path, struct trouble *trouble)
{
	if (path == NULL || *path == 0)
		return true;
	for (size_t i = 0; i < paths->count; i++) {
		if (strcmp(paths->items[i], path) == 0)
			return true;
	}
	char **items = realloc(paths->items, (paths->count + 1) * sizeof *items);
	if (items == NULL)
		return out_of_memory(trouble);
	paths->items = items;
	items[paths->count] = strdup(path);
	return items[paths->count] != NULL ? (paths->count++, true) : out_of_memory(trouble);
}

static bool add_queues_of_files(struct addresses *paths, const char *given, struct trouble *trouble)
{
	struct accounts accounts = {0};
	bool added = read_files(&accounts, given, trouble);
	for (size_t i = 0; added && i < accounts.count; i++)
		added = add_queue(paths, account_text(&accounts.items[i], KEY_QUEUE), trouble);
	accounts_free(&accounts);
	return added;
}

bool choice_queues(
	struct addresses *paths, const struct msub_options *options, struct trouble *trouble)
{
	const struct option_settings *settings = &options->settings;
	struct account account = {0};
	const char *said = NULL;
	for (size_t i = 0; i < settings->count; i++) {
		if (settings->items[i].number == KEY_QUEUE)
			said = settings->items[i].value;
	}
	if (said == NULL && options->account == NULL && !names(settings, KEY_HOST))
		return add_queues_of_files(paths, options->file, trouble);
	char *whole = said == NULL ? NULL : place_expand(said);
	bool added = said != NULL ? whole != NULL || out_of_memory(trouble)
				  : choice_make(&account, options, NULL, trouble);
	added = added &&
		add_queue(paths, said != NULL ? whole : account_text(&account, KEY_QUEUE), trouble);
	account_free(&account);
	free(whole);
	return added;
}
