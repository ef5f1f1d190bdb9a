/* options: from a table to getopt_long, and to the help. */
#define _GNU_SOURCE /* getopt_long */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nearest.h"
#include "msub_words.h"

enum { MAX_ROWS = 256, FIRST_LONG = 256, HELP_COLUMN = 30, HELP_WIDTH = 96 };

/* A row of the command's table, or of its parts' tables behind it; NULL beyond the last. */
static const struct option_row *row_at(const struct option_command *command, size_t index)
{
	if (index < command->row_count)
		return &command->rows[index];
	index -= command->row_count;
	for (size_t i = 0; command->parts != NULL && command->parts[i] != NULL; i++) {
		if (index < command->parts[i]->row_count)
			return &command->parts[i]->rows[index];
		index -= command->parts[i]->row_count;
	}
	return NULL;
}

static bool takes_argument(enum option_kind kind)
{
	return kind != OPTION_FLAG && kind != OPTION_HELP && kind != OPTION_PASSED &&
	       kind != OPTION_NEXT;
}

static bool may_leave_out(enum option_kind kind)
{
	return kind == OPTION_SWITCH || kind == OPTION_WORD || kind == OPTION_ATTACHED ||
	       kind == OPTION_SETTING_OR_NONE;
}

/* The digits at the front; *rest is what stands behind them. False: none, or too many. */
static bool take_digits(const char *text, uint64_t *number, const char **rest)
{
	size_t digits = strspn(text, "0123456789"); /* strtoumax() would take blanks and signs */
	errno = 0;
	uintmax_t value = strtoumax(text, NULL, 10);
	if (digits == 0 || errno != 0 || value > UINT64_MAX)
		return false;
	*number = (uint64_t)value;
	*rest = text + digits;
	return true;
}

static bool take_number(const char *text, uint64_t max, uint64_t *number)
{
	const char *rest;
	uint64_t value;
	if (!take_digits(text, &value, &rest) || *rest != 0 || (max != 0 && value > max))
		return false;
	*number = value;
	return true;
}

bool options_time(const char *text, uint64_t *ms)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"d", 86400000},
		{"", 1000}};
	const char *unit;
	uint64_t number;
	if (strcmp(text, "off") == 0) {
		*ms = 0;
		return true;
	}
	if (!take_digits(text, &number, &unit) || number > UINT64_MAX / 86400000)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(unit, units[i].unit) == 0) {
			*ms = number * units[i].ms;
			return true;
		}
	}
	return false;
}

static bool add_to_list(struct option_list *list, const char *value)
{
	const char **items = realloc(list->items, (list->count + 1) * sizeof *items);
	if (items == NULL)
		return false;
	items[list->count] = value;
	list->items = items;
	list->count++;
	return true;
}

static bool add_setting(struct option_settings *settings, unsigned int number, const char *value)
{
	struct option_setting *items =
		realloc(settings->items, (settings->count + 1) * sizeof *items);
	if (items == NULL)
		return false;
	items[settings->count++] =
		(struct option_setting){.number = number, .value = value == NULL ? "" : value};
	settings->items = items;
	return true;
}

static bool choose(const struct option_row *row, const char *value, int *chosen)
{
	for (int i = 0; row->words[i] != NULL; i++) {
		if (strcasecmp(row->words[i], value) == 0) {
			*chosen = i;
			return true;
		}
	}
	return false;
}

static bool switch_to(const char *value, int *on)
{
	if (value == NULL || strcmp(value, "on") == 0)
		*on = 1;
	else if (strcmp(value, "off") == 0)
		*on = 0;
	else
		return false;
	return true;
}

/* Fills the row's member; false: the value is none of the row's kind. */
static bool take(const struct option_row *row, const char *value, void *target)
{
	void *member = (char *)target + row->offset;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return true;
	case OPTION_ATTACHED:
		*(const char **)member = value == NULL ? "" : value;
		return true;
	case OPTION_TEXT:
		*(const char **)member = value;
		return true;
	case OPTION_LIST:
		return add_to_list(member, value);
	case OPTION_NUMBER:
		return take_number(value, row->max, member);
	case OPTION_TIME:
		return options_time(value, member);
	case OPTION_CHOICE:
		return choose(row, value, member);
	case OPTION_SWITCH:
		return switch_to(value, member);
	case OPTION_WORD:
		return choose(row, value == NULL ? row->words[0] : value, member);
	case OPTION_SETTING:
	case OPTION_SETTING_OR_NONE:
		return add_setting(member, row->number, value);
	case OPTION_PASSED:
	case OPTION_PASSED_WITH:
		return true;
	case OPTION_NEXT:
		return row->next(target);
	case OPTION_HELP:
	case OPTION_TITLE:
		break;
	}
	return false;
}

/* getopt's tables, made from the rows; a long option's value is FIRST_LONG + row. */
struct getopt_tables {
	struct option longs[MAX_ROWS + 1];
	char shorts[3 * MAX_ROWS + 2];
};

static void make_tables(const struct option_command *command, struct getopt_tables *tables)
{
	size_t longs = 0, shorts = 0;
	memset(tables, 0, sizeof *tables);
	tables->shorts[shorts++] = ':'; /* tells a missing argument from an unknown option */
	const struct option_row *row;
	for (size_t i = 0; i < MAX_ROWS && (row = row_at(command, i)) != NULL; i++) {
		if (row->kind == OPTION_TITLE)
			continue;
		bool argument = takes_argument(row->kind), optional = may_leave_out(row->kind);
		if (row->name != NULL)
			tables->longs[longs++] = (struct option){row->name,
				!argument  ? no_argument
				: optional ? optional_argument
					   : required_argument,
				NULL, FIRST_LONG + (int)i};
		if (row->letter != 0) {
			tables->shorts[shorts++] = row->letter;
			if (argument)
				tables->shorts[shorts++] = ':';
			if (argument && optional)
				tables->shorts[shorts++] = ':';
		}
	}
}

static const struct option_row *find_row(const struct option_command *command, int found)
{
	const struct option_row *row;
	if (found >= FIRST_LONG)
		return row_at(command, (size_t)(found - FIRST_LONG));
	for (size_t i = 0; (row = row_at(command, i)) != NULL; i++) {
		if (row->letter != 0 && row->letter == found)
			return row;
	}
	return NULL;
}

static enum option_result refuse(const struct option_command *command, const char *what,
	const char *option, const char *nearest)
{
	fprintf(stderr, "%s: %s \"", command->name, what);
	words_print(stderr, option);
	fprintf(stderr, "\"%s\nTry: %s --help\n", nearest, command->name);
	return OPTIONS_WRONG;
}

/* For "--hots=x", the option that was meant, as words behind it. */
static const char *suggest(
	const struct option_command *command, const char *option, char text[NEAREST_MAX])
{
	char word[64];
	const struct option_row *row;
	size_t len = strcspn(option, "=");
	text[0] = 0;
	if (strncmp(option, "--", 2) != 0 || len >= sizeof word)
		return text;
	memcpy(word, option, len);
	word[len] = 0;
	struct nearest nearest = nearest_begin(word + 2);
	for (size_t i = 0; (row = row_at(command, i)) != NULL; i++) {
		if (row->name != NULL && row->help != NULL)
			nearest_offer(&nearest, row->name);
	}
	if (nearest.nearest != NULL)
		snprintf(text, NEAREST_MAX, " (did you mean \"--%s\"?)", nearest.nearest);
	return text;
}

/* What a row takes, in words for somebody who gave it something else. */
static void print_takes(const struct option_row *row, FILE *to)
{
	if (row->kind == OPTION_NUMBER && row->max != 0)
		fprintf(to, "a number up to %" PRIu64, row->max);
	else if (row->kind == OPTION_NUMBER)
		fputs("a number", to);
	else if (row->kind == OPTION_TIME)
		fputs("a time such as 10s, 500ms, 2min, or off", to);
	else if (row->kind == OPTION_SWITCH)
		fputs("on or off", to);
	else if (row->words == NULL)
		fputs(row->argument, to);
	for (int i = 0; row->words != NULL && row->words[i] != NULL; i++)
		fprintf(to, "%s%s", i == 0 ? "" : ", ", row->words[i]);
}

static bool is_once_too_often(const struct option_row *row, const void *target)
{
	const char *before;
	if (row->kind != OPTION_TEXT || row->once == NULL)
		return false;
	memcpy(&before, (const char *)target + row->offset, sizeof before);
	return before != NULL;
}

static enum option_result refuse_second(
	const struct option_command *command, const struct option_row *row)
{
	fprintf(stderr, "%s: --%s is said twice; %s\nTry: %s --help\n", command->name, row->name,
		row->once, command->name);
	return OPTIONS_WRONG;
}

static enum option_result refuse_value(
	const struct option_command *command, const struct option_row *row, const char *value)
{
	char letter[2] = {row->letter, 0};
	fprintf(stderr, "%s: %s%s cannot be \"", command->name, row->name == NULL ? "-" : "--",
		row->name == NULL ? letter : row->name);
	words_print(stderr, value);
	fputs("\"; it takes ", stderr);
	print_takes(row, stderr);
	fprintf(stderr, "\nTry: %s --help\n", command->name);
	return OPTIONS_WRONG;
}

/* What getopt_long() said '?' or ':' to: a letter of a cluster, or a word of its own. */
static enum option_result refuse_found(const struct option_command *command, int found, char **argv)
{
	char letter[3] = {'-', (char)optopt, 0};
	const char *option = optopt > 0 && optopt < FIRST_LONG ? letter : argv[optind - 1];
	char nearest[NEAREST_MAX];
	if (found == ':')
		return refuse(command, "an argument is missing behind", option, "");
	if (optopt >= FIRST_LONG)
		return refuse(command, "no argument belongs to", option, "");
	return refuse(command, "unknown option", option, suggest(command, option, nearest));
}

/* For the completions of shells: name, letter, argument, sentence, with tabs between them. */
static void print_options(const struct option_command *command)
{
	const struct option_row *row;
	for (size_t i = 0; (row = row_at(command, i)) != NULL; i++) {
		const char *argument = row->argument == NULL ? "" : row->argument;
		bool optional = may_leave_out(row->kind);
		char letter[2] = {row->letter, 0};
		if (row->kind == OPTION_TITLE || row->help == NULL)
			continue;
		printf("%s\t%s\t%s%s%s\t%s\n", row->name == NULL ? "" : row->name, letter,
			optional ? "[" : "", argument, optional ? "]" : "", row->help);
	}
}

enum option_result options_parse(
	const struct option_command *command, int argc, char **argv, void *target, int *first)
{
	struct getopt_tables tables;
	if (argc == 2 && strcmp(argv[1], "--print-options") == 0) {
		print_options(command);
		return OPTIONS_HELP_SHOWN;
	}
	make_tables(command, &tables);
	optind = 0; /* begins anew: a program may parse more than one command */
	opterr = 0;
	for (;;) {
		int found = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
		if (found == -1)
			break;
		if (found == ':' || found == '?')
			return refuse_found(command, found, argv);
		const struct option_row *row = find_row(command, found);
		if (row->kind == OPTION_HELP) {
			options_help(command, stdout);
			return OPTIONS_HELP_SHOWN;
		}
		if (is_once_too_often(row, target))
			return refuse_second(command, row);
		if (!take(row, optarg, target))
			return refuse_value(command, row, optarg == NULL ? "" : optarg);
	}
	*first = optind;
	return OPTIONS_TAKEN;
}

/* Prints words from column `column` on, wrapped; the cursor stands at `at`. */
static void print_wrapped(FILE *to, const char *text, int at, int column)
{
	while (*text != 0) {
		int len = (int)strcspn(text, " \n");
		bool new_paragraph = text[len] == '\n';
		if (at > column && at + 1 + len > HELP_WIDTH) {
			fprintf(to, "\n%*s", column, "");
			at = column;
		}
		at += fprintf(to, "%s%.*s", at > column ? " " : "", len, text);
		text += len + (text[len] != 0);
		if (new_paragraph) {
			fprintf(to, "\n%*s", column, "");
			at = column;
		}
	}
	fputc('\n', to);
}

static void print_row(const struct option_row *row, FILE *to)
{
	if (row->help == NULL)
		return;
	if (row->kind == OPTION_TITLE) {
		fprintf(to, "\n%s\n", row->help);
		return;
	}
	int at = row->letter != 0 ? fprintf(to, "  -%c", row->letter) : fprintf(to, "    ");
	if (row->name != NULL)
		at += fprintf(to, "%s --%s", row->letter != 0 ? "," : " ", row->name);
	if (row->kind == OPTION_SWITCH)
		at += fprintf(to, "[=on|off]");
	else if (row->name != NULL && may_leave_out(row->kind))
		at += fprintf(to, "[=%s]", row->argument);
	else if (row->argument != NULL)
		at += fprintf(to, "%s%s", row->name != NULL ? "=" : " ", row->argument);
	if (at >= HELP_COLUMN - 1) {
		fputc('\n', to);
		at = 0;
	}
	fprintf(to, "%*s", HELP_COLUMN - at, "");
	print_wrapped(to, row->help, HELP_COLUMN, HELP_COLUMN);
}

void options_help(const struct option_command *command, FILE *to)
{
	fprintf(to, "Usage: %s %s\n\n", command->name, command->usage);
	print_wrapped(to, command->about, 0, 0);
	const struct option_row *row;
	for (size_t i = 0; (row = row_at(command, i)) != NULL; i++)
		print_row(row, to);
	if (command->examples != NULL)
		fprintf(to, "\nExamples:\n");
	for (size_t i = 0; command->examples != NULL && command->examples[i] != NULL; i++)
		fprintf(to, "  %s\n", command->examples[i]);
}

void options_free(const struct option_command *command, void *target)
{
	const struct option_row *row;
	for (size_t i = 0; (row = row_at(command, i)) != NULL; i++) {
		void *member = (char *)target + row->offset;
		if (row->kind == OPTION_LIST) {
			free(((struct option_list *)member)->items);
			*(struct option_list *)member = (struct option_list){0};
		} else if (row->kind == OPTION_SETTING || row->kind == OPTION_SETTING_OR_NONE) {
			free(((struct option_settings *)member)->items);
			*(struct option_settings *)member = (struct option_settings){0};
		}
	}
}
