/* rc: lines, words, and the account that they belong to. */
#include "msub_rc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_secret.h"
#include "nearest.h"

enum { FILE_MAX = 1024 * 1024, WHY_MAX = 400 };

struct reading {
	const char *path;
	size_t line;
	struct accounts read; /* of this file, in its order */
	struct account defaults;
	bool begun;	/* an account is open: the last of `read`; otherwise it is the defaults */
	bool defaulted; /* the defaults are open */
	bool secret;
	struct trouble *trouble;
};

/* A line's two words, in place. */
struct words_of_line {
	char *command, *argument;
	size_t column, argument_column;
};

/* FILE:LINE:COLUMN: and the sentence. */
static bool refuse(struct reading *reading, size_t column, const char *why)
{
	return trouble_set(reading->trouble, EX_CONFIG, "%s:%zu:%zu: %s", reading->path,
		reading->line, column, why);
}

static bool out_of_memory(struct reading *reading)
{
	return trouble_set(reading->trouble, EX_OSERR, "out of memory");
}

/* ---- lines ---- */

static void trim_end(char *text)
{
	size_t len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	text[len] = 0;
}

/* Quotes count only around the whole. */
static void unquote(char *text)
{
	size_t len = strlen(text);
#ifndef HANDSET_PLANT_RC
	if (len < 2)
		return;
#endif
	if (text[0] != '"' || text[len - 1] != '"')
		return;
	memmove(text, text + 1, len - 2);
	text[len - 2] = 0;
}

/* False: the line says nothing. */
static bool split(char *line, struct words_of_line *words)
{
	trim_end(line);
	size_t blanks = strspn(line, " \t");
	words->command = line + blanks;
	words->column = blanks + 1;
	if (*words->command == 0 || *words->command == '#')
		return false;
	size_t name = strcspn(words->command, " \t");
	char *rest = words->command + name;
	rest += strspn(rest, " \t");
	words->argument_column = (size_t)(rest - line) + 1;
	words->command[name] = 0;
	words->argument = rest;
	unquote(rest);
	return true;
}

/* ---- commands ---- */

static bool unknown(struct reading *reading, const struct words_of_line *words)
{
	char why[WHY_MAX], text[NEAREST_MAX];
	struct nearest nearest = nearest_begin(words->command);
	for (size_t i = 0; i < KEY_COUNT; i++)
		nearest_offer(&nearest, keys[i].name);
	nearest_offer(&nearest, "account");
	nearest_offer(&nearest, "defaults");
	snprintf(why, sizeof why, "unknown command \"%.100s\"%s", words->command,
		nearest_text(&nearest, text));
	return refuse(reading, words->column, why);
}

static bool set_key(struct reading *reading, const struct words_of_line *words)
{
	char why[WHY_MAX], sentence[WHY_MAX + 64];
	enum key key = keys_find(words->command);
	struct account *account =
		reading->begun ? &reading->read.items[reading->read.count - 1] : &reading->defaults;
	if (key == KEY_COUNT)
		return unknown(reading, words);
	if (!reading->begun && !reading->defaulted)
		return refuse(reading, words->column,
			"no account is open; write \"account NAME\" or \"defaults\" above it");
	if (!account_set(account, key, words->argument, why, sizeof why)) {
		snprintf(sentence, sizeof sentence, "%s %s", words->command, why);
		return refuse(reading, words->argument_column, sentence);
	}
	if (key == KEY_PASSWORD && *words->argument != 0)
		reading->secret = true;
	return true;
}

/* Takes over what each account of a list says of its own. */
static bool inherit(struct reading *reading, struct account *account, char *names, size_t column)
{
	char *rest = NULL;
	for (char *name = strtok_r(names, ",", &rest); name != NULL;
		name = strtok_r(NULL, ",", &rest)) {
		char why[WHY_MAX], text[NEAREST_MAX];
		name += strspn(name, " \t");
		name[strcspn(name, " \t")] = 0;
		const struct account *parent = accounts_find(&reading->read, name);
		if (parent != NULL) {
			if (!account_take(account, parent, true))
				return out_of_memory(reading);
			continue;
		}
		struct nearest nearest = nearest_begin(name);
		for (size_t i = 0; i < reading->read.count; i++)
			nearest_offer(&nearest, reading->read.items[i].name);
		snprintf(why, sizeof why, "there is no account \"%.100s\" above this line%s", name,
			nearest_text(&nearest, text));
		return refuse(reading, column, why);
	}
	return true;
}

static bool begin_account(struct reading *reading, struct words_of_line *words)
{
	struct account account = {0};
	char why[WHY_MAX];
	char *parents = strchr(words->argument, ':');
	if (parents != NULL)
		*parents++ = 0;
	trim_end(words->argument);
	if (*words->argument == 0)
		return refuse(reading, words->argument_column, "an account needs a name");
	if (accounts_find(&reading->read, words->argument) != NULL) {
		snprintf(why, sizeof why, "there is an account \"%.100s\" above already",
			words->argument);
		return refuse(reading, words->argument_column, why);
	}
	account.name = strdup(words->argument);
	account.file = strdup(reading->path);
	bool made = account.name != NULL && account.file != NULL &&
		    account_take(&account, &reading->defaults, false);
	if (!made ||
		(parents != NULL && !inherit(reading, &account, parents, words->argument_column))) {
		account_free(&account);
		return made ? false : out_of_memory(reading);
	}
	if (!accounts_add(&reading->read, &account))
		return out_of_memory(reading);
	reading->begun = true;
	return true;
}

static bool take_line(struct reading *reading, char *line, bool evaluated);

static bool evaluate(struct reading *reading, const struct words_of_line *words)
{
	struct secret output;
	struct trouble failed = {0};
	bool ran = secret_from_command(&output, words->argument, "eval", &failed);
	bool taken = ran ? take_line(reading, output.text, true)
			 : refuse(reading, words->argument_column, failed.text);
	secret_wipe(&output);
	return taken;
}

static bool take_line(struct reading *reading, char *line, bool evaluated)
{
	struct words_of_line words;
	if (!split(line, &words))
		return true;
	if (strcmp(words.command, "eval") == 0) {
		if (!evaluated)
			return evaluate(reading, &words);
		return refuse(reading, words.column, "what eval prints cannot be an eval again");
	}
	if (strcmp(words.command, "account") == 0)
		return begin_account(reading, &words);
	if (strcmp(words.command, "defaults") != 0)
		return set_key(reading, &words);
	account_free(&reading->defaults);
	reading->begun = false;
	reading->defaulted = true;
	return true;
}

/* Hands them over only where the whole file could be read. */
static bool hand_over(struct reading *reading, struct accounts *accounts)
{
	for (size_t i = 0; i < reading->read.count; i++) {
		struct account account = reading->read.items[i];
		reading->read.items[i] = (struct account){0};
		if (!accounts_add(accounts, &account))
			return out_of_memory(reading);
	}
	return true;
}

bool rc_parse(const char *path, char *text, struct accounts *accounts, bool *secret,
	struct trouble *trouble)
{
	struct reading reading = {.path = path, .trouble = trouble};
	bool good = true;
	while (good && *text != 0) {
		char *line = text;
		text += strcspn(text, "\n");
		if (*text == '\n')
			*text++ = 0;
		reading.line++;
		good = take_line(&reading, line, false);
	}
	*secret = reading.secret;
	good = good && hand_over(&reading, accounts);
	accounts_free(&reading.read);
	account_free(&reading.defaults);
	return good;
}

/* ---- files ---- */

static char *read_whole(int descriptor, size_t len, size_t *got_len)
{
	char *text = malloc(len + 1);
	size_t have = 0;
	ssize_t got = 1;
	while (text != NULL && have < len && got != 0) {
		got = read(descriptor, text + have, len - have);
		if (got < 0 && errno != EINTR)
			break;
		have += got > 0 ? (size_t)got : 0;
	}
	if (text == NULL || got < 0) {
		free(text);
		return NULL;
	}
	text[have] = 0;
	*got_len = have;
	return text;
}

/* It would end the text there, and what is behind it would be lost without a word. */
static bool refuse_nul(const char *path, const char *text, const char *nul, struct trouble *trouble)
{
	size_t line = 1;
	for (; text < nul; text++)
		line += *text == '\n';
	return trouble_set(trouble, EX_CONFIG,
		"%s:%zu: a NUL octet is in this line; a configuration file is text", path, line);
}

static bool parse_file(const char *path, int descriptor, bool own, struct accounts *accounts,
	struct trouble *trouble)
{
	struct stat facts;
	bool secret = false;
	if (fstat(descriptor, &facts) != 0)
		return trouble_set(
			trouble, EX_CONFIG, "%s cannot be read: %s", path, strerror(errno));
	size_t len = S_ISREG(facts.st_mode) ? (size_t)facts.st_size : FILE_MAX;
	if (len > FILE_MAX)
		return trouble_set(
			trouble, EX_CONFIG, "%s is too large for a configuration file", path);
	size_t have = 0;
	char *text = read_whole(descriptor, len, &have);
	if (text == NULL)
		return trouble_set(
			trouble, EX_CONFIG, "%s cannot be read: %s", path, strerror(errno));
	const char *nul = memchr(text, 0, have);
	bool good = nul != NULL ? refuse_nul(path, text, nul, trouble)
				: rc_parse(path, text, accounts, &secret, trouble);
	secret_wipe_octets(text, len);
	free(text);
	return good && (!own || !secret || secret_is_kept(path, &facts, trouble));
}

bool rc_read(const char *path, bool own, struct accounts *accounts, struct trouble *trouble)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return trouble_set(
			trouble, EX_CONFIG, "%s cannot be read: %s", path, strerror(errno));
	bool good = parse_file(path, descriptor, own, accounts, trouble);
	close(descriptor);
	return good;
}
