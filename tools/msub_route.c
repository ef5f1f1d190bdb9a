/* route: lines to options and back. */
#include "msub_route.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_escaped(FILE *to, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '\n')
			fputs("\\n", to);
		else if (*text == '\\')
			fputs("\\\\", to);
		else
			fputc(*text, to);
	}
}

/* A queue is flushed from anywhere. */
static void print_path(FILE *to, const char *path)
{
	char here[PATH_MAX];
	if (path[0] != '/' && path[0] != 0 && strcmp(path, "system") != 0 &&
		strcmp(path, "-") != 0 && getcwd(here, sizeof here) != NULL) {
		print_escaped(to, here);
		fputc('/', to);
	}
	print_escaped(to, path);
}

static void print_setting(FILE *to, enum key key, const char *text)
{
	if (key == KEY_PASSWORD || key == KEY_QUEUE)
		return;
	fprintf(to, "set %s ", keys[key].name);
	if (keys[key].kind == KIND_PATH)
		print_path(to, text);
	else
		print_escaped(to, text);
	fputc('\n', to);
}

static void print_account(FILE *to, const struct account *account)
{
	for (size_t key = 0; key < KEY_COUNT; key++) {
		if (account->values[key].text != NULL)
			print_setting(to, (enum key)key, account->values[key].text);
	}
}

/* As the account keeps them: paths expanded, words in full. */
static void print_overrides(
	FILE *to, const struct account *account, const struct option_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		enum key key = (enum key)settings->items[i].number;
		if (account->values[key].text != NULL)
			print_setting(to, key, account->values[key].text);
	}
}

char *route_write(const struct account *account, const struct msub_options *options)
{
	char *route = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&route, &len);
	if (to == NULL)
		return NULL;
	if (account->file != NULL) {
		if (options->file != NULL) {
			fputs("file ", to);
			print_path(to, options->file);
			fputc('\n', to);
		}
		fputs("account ", to);
		print_escaped(to, account->name);
		fputc('\n', to);
		print_overrides(to, account, &options->settings);
	} else {
		print_account(to, account);
	}
	if (fclose(to) == 0)
		return route;
	free(route);
	return NULL;
}

/* ---- reading ---- */

/* In place. */
static void unescape(char *text)
{
	char *to = text;
	for (; *text != 0; text++) {
		if (*text == '\\' && text[1] != 0)
			*to++ = *++text == 'n' ? '\n' : *text;
		else
			*to++ = *text;
	}
	*to = 0;
}

static bool add_setting(struct option_settings *settings, char *text)
{
	char *value = strchr(text, ' ');
	if (value == NULL)
		return false;
	*value++ = 0;
	unescape(value);
	enum key key = keys_find(text);
	struct option_setting *items =
		realloc(settings->items, (settings->count + 1) * sizeof *items);
	if (items == NULL)
		return false;
	settings->items = items;
	items[settings->count++] = (struct option_setting){.number = key, .value = value};
	return key != KEY_COUNT;
}

static bool take_line(char *line, struct msub_options *options)
{
	char *value = strchr(line, ' ');
	if (value == NULL)
		return false;
	*value++ = 0;
	if (strcmp(line, "set") == 0)
		return add_setting(&options->settings, value);
	unescape(value);
	if (strcmp(line, "account") == 0)
		options->account = value;
	else if (strcmp(line, "file") == 0)
		options->file = value;
	else
		return false;
	return true;
}

bool route_read(const char *route, struct msub_options *options, char **storage)
{
	*storage = strdup(route);
	bool good = *storage != NULL;
	for (char *line = *storage; good && *line != 0;) {
		char *next = line + strcspn(line, "\n");
		if (*next == '\n')
			*next++ = 0;
		good = take_line(line, options);
		line = next;
	}
	return good;
}
