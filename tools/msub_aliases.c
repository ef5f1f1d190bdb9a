/* aliases: names until there is none left. */
#include "msub_aliases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { DEPTH_MAX = 16, ADDRESSES_MAX = 10000 };

struct expansion {
	const char *text, *path;
	struct addresses *to;
	struct trouble *trouble;
};

/* What stands behind "name:"; *len is its length without a comment. NULL: it is not there. */
static const char *look_up(const char *text, const char *name, size_t *len)
{
	size_t name_len = strlen(name);
	while (*text != 0) {
		size_t line = strcspn(text, "\n"), blanks = strspn(text, " \t");
		const char *at = text + blanks;
		if (strncasecmp(at, name, name_len) == 0) {
			const char *colon = at + name_len + strspn(at + name_len, " \t");
			if (*colon == ':' && colon < text + line) {
				*len = strcspn(colon + 1, "#\r\n");
				return colon + 1;
			}
		}
		text += line + (text[line] == '\n');
	}
	return NULL;
}

static bool refuse(const struct expansion *expansion, const char *name, const char *what)
{
	return trouble_set(expansion->trouble, EX_CONFIG, "%s: the alias \"%.100s\" %s",
		expansion->path, name, what);
}

static bool add(const struct expansion *expansion, const char *address)
{
	char **items = realloc(expansion->to->items, (expansion->to->count + 1) * sizeof *items);
	if (items == NULL)
		return trouble_set(expansion->trouble, EX_OSERR, "out of memory");
	expansion->to->items = items;
	items[expansion->to->count] = strdup(address);
	if (items[expansion->to->count] == NULL)
		return trouble_set(expansion->trouble, EX_OSERR, "out of memory");
	expansion->to->count++;
	return true;
}

static bool expand(const struct expansion *expansion, const char *name, size_t depth)
{
	struct addresses found = {0};
	size_t len = 0;
	if (strchr(name, '@') != NULL)
		return add(expansion, name);
	const char *list = look_up(expansion->text, name, &len);
	bool is_default = list == NULL;
	if (is_default)
		list = look_up(expansion->text, "default", &len);
	/* what "default" says without a domain stays as it is */
	if (list == NULL || (is_default && depth > 0))
		return add(expansion, name);
	if (depth >= DEPTH_MAX || expansion->to->count > ADDRESSES_MAX)
		return refuse(expansion, name, "leads back to itself; correct it");
	bool good = addresses_add(&found, list, len) == ADDRESSES_TAKEN && found.count > 0;
	if (!good)
		refuse(expansion, name, "has no list of addresses; write ann@example.org, bob@...");
	for (size_t i = 0; good && i < found.count; i++)
		good = expand(expansion, found.items[i], depth + 1);
	addresses_free(&found);
	return good;
}

bool aliases_expand(
	struct addresses *addresses, const char *text, const char *path, struct trouble *trouble)
{
	struct addresses whole = {0};
	struct expansion expansion = {.text = text, .path = path, .to = &whole, .trouble = trouble};
	bool good = true;
	for (size_t i = 0; good && i < addresses->count; i++)
		good = expand(&expansion, addresses->items[i], 0);
	if (!good) {
		addresses_free(&whole);
		return false;
	}
	addresses_free(addresses);
	*addresses = whole;
	return true;
}

bool aliases_expand_from(struct addresses *addresses, const char *path, struct trouble *trouble)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fopen(path, "re");
	/* a text has no NUL, so that the whole file is one "line" */
	ssize_t len = file == NULL ? -1 : getdelim(&text, &room, 0, file);
	bool empty = file != NULL && len < 0 && feof(file) != 0;
	int error = errno;
	if (file != NULL)
		fclose(file);
	bool good = empty || (len >= 0 && aliases_expand(addresses, text, path, trouble));
	if (len < 0 && !empty)
		trouble_set(trouble, EX_CONFIG, "the aliases file %s cannot be read: %s", path,
			strerror(error));
	free(text);
	return good;
}
