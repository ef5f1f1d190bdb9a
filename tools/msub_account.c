/* account: texts by key. */
#include "msub_account.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "msub_place.h"
#include "msub_secret.h"

/* As it is kept: paths whole, words as the table writes them. */
static char *kept(enum key key, const char *argument)
{
	const struct key_row *row = &keys[key];
	switch (row->kind) {
	case KIND_PATH:
		return place_expand(argument);
	case KIND_SWITCH:
		return strdup(*argument == 0 ? "on" : argument);
	case KIND_WORD:
	case KIND_WORD_OR_NONE:
		return strdup(
			*argument == 0 ? row->words[0] : row->words[keys_word(key, argument)]);
	default:
		return strdup(argument);
	}
}

static void set_text(struct account_value *value, char *text, bool own)
{
	secret_forget(value->text);
	*value = (struct account_value){.text = text, .own = own};
}

bool account_set(
	struct account *account, enum key key, const char *argument, char *why, size_t room)
{
	if (!keys_check(key, argument, why, room))
		return false;
	key = keys_now(key, &argument);
	char *text = kept(key, argument);
	if (text == NULL) {
		snprintf(why, room, "out of memory");
		return false;
	}
	set_text(&account->values[key], text, true);
	return true;
}

bool account_take(struct account *account, const struct account *from, bool own)
{
	for (size_t key = 0; key < KEY_COUNT; key++) {
		const struct account_value *value = &from->values[key];
		if (value->text == NULL || (own && !value->own))
			continue;
		char *text = strdup(value->text);
		if (text == NULL)
			return false;
		set_text(&account->values[key], text, own);
	}
	return true;
}

void account_free(struct account *account)
{
	for (size_t key = 0; key < KEY_COUNT; key++)
		secret_forget(account->values[key].text);
	free(account->name);
	free(account->file);
	free(account->proxy);
	*account = (struct account){0};
}

const char *account_text(const struct account *account, enum key key)
{
	const char *text = account->values[key].text;
	return text == NULL || *text == 0 ? NULL : text;
}

bool account_is_on(const struct account *account, enum key key, bool otherwise)
{
	const char *text = account_text(account, key);
	return text == NULL ? otherwise : strcmp(text, "on") == 0;
}

int account_word(const struct account *account, enum key key, int otherwise)
{
	const char *text = account_text(account, key);
	return text == NULL ? otherwise : keys_word(key, text);
}

unsigned long account_number(const struct account *account, enum key key)
{
	const char *text = account_text(account, key);
	return text == NULL ? 0 : strtoul(text, NULL, 10);
}

/* ---- many ---- */

static struct account *find(const struct accounts *accounts, const char *name)
{
	for (size_t i = 0; i < accounts->count; i++) {
		if (strcmp(accounts->items[i].name, name) == 0)
			return &accounts->items[i];
	}
	return NULL;
}

bool accounts_add(struct accounts *accounts, struct account *account)
{
	struct account *old = find(accounts, account->name);
	if (old != NULL) {
		account_free(old);
		*old = *account;
		return true;
	}
	struct account *items = realloc(accounts->items, (accounts->count + 1) * sizeof *items);
	if (items == NULL) {
		account_free(account);
		return false;
	}
	accounts->items = items;
	items[accounts->count++] = *account;
	return true;
}

const struct account *accounts_find(const struct accounts *accounts, const char *name)
{
	return find(accounts, name);
}

/* "me+lists@example.org" is "me@example.org". */
static bool is_without_detail(const char *address, const char *plain)
{
	size_t local = strcspn(address, "+@");
	const char *domain = strrchr(address, '@');
	return address[local] == '+' && domain != NULL && strncasecmp(address, plain, local) == 0 &&
	       strcasecmp(domain, plain + local) == 0;
}

static bool is_from(const char *from, const char *address)
{
	if (strpbrk(from, "?*[") != NULL)
		return fnmatch(from, address, 0) == 0;
	return strcasecmp(from, address) == 0 ||
	       (strlen(from) < strlen(address) && is_without_detail(address, from));
}

const struct account *accounts_find_from(const struct accounts *accounts, const char *address)
{
	for (size_t i = 0; i < accounts->count; i++) {
		const char *from = account_text(&accounts->items[i], KEY_FROM);
		char *whole = from == NULL ? NULL : place_substitute(from);
		bool found = whole != NULL && is_from(whole, address);
		free(whole);
		if (found)
			return &accounts->items[i];
	}
	return NULL;
}

void accounts_free(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++)
		account_free(&accounts->items[i]);
	free(accounts->items);
	*accounts = (struct accounts){0};
}
