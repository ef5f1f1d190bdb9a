/* handset_output: --format, --baseline, --fail-on, --color; and the reports written. */
#include "handset_output.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { RECORDS_MAX = 1 << 30, COLUMNS_MAX = 500 };
enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

#define AT(member) offsetof(struct output_options, member)
static const char *const colour_words[] = {"auto", "always", "never", NULL};
static const struct option_row rows[] = {
	{OPTION_TITLE, NULL, 0, NULL, 0, "Reports", NULL},
	{OPTION_LIST, "format", 0, "FORMAT[=FILE]", AT(formats),
		"a report as text, json, jsonl, junit, tap, csv or html, to FILE or to "
		"standard output; repeatable, for several at once",
		NULL},
	{OPTION_TEXT, "baseline", 0, "FILE", AT(baseline),
		"the records of an earlier run (jsonl or json): what failed there fails no more",
		NULL},
	{OPTION_TEXT, "fail-on", 0, "WORD[,WORD]...", AT(fail_on),
		"what makes the status 1: default (cannot-send,closed,hung,sends-with-loss), "
		"tls-too-old, not-applicable, broken-must, broken-should, broken-prudent, never; "
		"inconclusive makes it 3",
		NULL},
	{OPTION_CHOICE, "color", 0, "auto|always|never", AT(colour),
		"colours in text (auto: on a terminal, unless NO_COLOR is set)", colour_words},
};
/* The title and the first row. */
const struct option_command output_format_command = {
	.name = "handset", .rows = rows, .row_count = 2};
const struct option_command output_command = {
	.name = "handset", .rows = rows, .row_count = sizeof rows / sizeof *rows};

/* --- how the text is to look --- */

static bool is_terminal(FILE *stream)
{
	const char *terminal = getenv("TERM");
	return isatty(fileno(stream)) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static bool is_colourful(FILE *stream, enum colour_choice choice)
{
	const char *no_colour = getenv("NO_COLOR");
	if (choice != COLOUR_AUTO)
		return choice == COLOUR_ALWAYS;
	return (no_colour == NULL || no_colour[0] == 0) && is_terminal(stream);
}

/* COLUMNS counts where it is set, so that a script can ask for a width; 0: nobody tells. */
static size_t width_of(FILE *stream)
{
	struct winsize size = {0};
	const char *columns = getenv("COLUMNS");
	uint64_t number = 0;
	if (columns != NULL && octets_number(octets_of(columns), &number) && number > 0)
		return number < COLUMNS_MAX ? (size_t)number : COLUMNS_MAX;
	if (isatty(fileno(stream)) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}

static bool is_utf8_locale(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool is = locale != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	if (locale != (locale_t)0)
		freelocale(locale);
	return is;
}

/* --- opening --- */

static int complain(const struct outputs *outputs, const char *option, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", outputs->tool, option, what);
	return EXIT_USAGE;
}

/* "-": standard output. */
static const char *file_of(const char *argument)
{
	const char *sign = strchr(argument, '=');
	return sign == NULL ? "-" : sign + 1;
}

static enum report_format format_of(const char *argument)
{
	struct octets name = octets_of(argument);
	return report_format_find(octets_cut(name, octets_find(name, '=')));
}

/* What is wrong with it is told before anything is opened for writing, and so emptied. */
static int read_format(struct outputs *outputs, const char *argument)
{
	const char *file = file_of(argument);
	bool printed = strcmp(file, "-") == 0;
	if (format_of(argument) == REPORT_FORMATS)
		return complain(outputs, "--format",
			"say text, json, jsonl, junit, tap, csv or html, and =FILE behind it");
	if (file[0] == 0)
		return complain(outputs, "--format", "behind = has to be the name of a file");
	if (printed && outputs->printed)
		return complain(outputs, "--format",
			"two reports would go to standard output: say --format F=FILE");
	outputs->printed = outputs->printed || printed;
	return EXIT_AS_HOPED;
}

static int open_one(
	struct outputs *outputs, const char *argument, const struct output_options *options)
{
	struct report_output output = {.format = format_of(argument)};
	if (outputs->count == OUTPUTS_MAX)
		return complain(outputs, "--format", "so many are not written at once");
	output.to = handset_create(outputs->tool, file_of(argument));
	if (output.to == NULL)
		return EXIT_USAGE;
	output.width = width_of(output.to);
	output.utf8 = is_utf8_locale();
	output.colour = is_colourful(output.to, (enum colour_choice)options->colour);
	outputs->items[outputs->count++] = output;
	return EXIT_AS_HOPED;
}

bool output_read_records(const char *tool, const char *file, struct record_set *set)
{
	struct buffer content, complaint;
	buffer_init(&content, &memory_standard, 0);
	buffer_init(&complaint, &memory_standard, 65536);
	bool good = handset_read(tool, file, RECORDS_MAX, &content);
	if (good && !record_set_read(set, file, buffer_octets(&content), &complaint)) {
		fprintf(stderr, "%s\n", buffer_string(&complaint));
		good = false;
	}
	buffer_free(&content);
	buffer_free(&complaint);
	return good;
}

static bool read_baseline(struct outputs *outputs, const char *file)
{
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 65536);
	outputs->baseline = record_set_new(&memory_standard);
	bool good = outputs->baseline != NULL &&
		    output_read_records(outputs->tool, file, outputs->baseline);
	if (good && !record_set_finish(outputs->baseline, &complaint)) {
		fprintf(stderr, "%s: error: %s\n", file, buffer_string(&complaint));
		good = false;
	}
	if (!good)
		fprintf(stderr,
			"%s: --baseline takes the records that --jsonl FILE wrote; for the first, "
			"run once without --baseline\n",
			outputs->tool);
	buffer_free(&complaint);
	return good;
}

static int read_fail_on(struct outputs *outputs, const char *list)
{
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 65536);
	outputs->fail_on = fail_on_default();
	bool good = list == NULL || fail_on_read(list, &outputs->fail_on, &complaint);
	int status =
		good ? EXIT_AS_HOPED : complain(outputs, "--fail-on", buffer_string(&complaint));
	buffer_free(&complaint);
	return status;
}

int outputs_begin(struct outputs *outputs, const char *tool, const struct output_options *options)
{
	*outputs = (struct outputs){.tool = tool, .set = record_set_new(&memory_standard)};
	int status = outputs->set == NULL ? EXIT_INTERNAL : read_fail_on(outputs, options->fail_on);
	for (size_t i = 0; i < options->formats.count && status == EXIT_AS_HOPED; i++)
		status = read_format(outputs, options->formats.items[i]);
	if (status == EXIT_AS_HOPED && options->baseline != NULL &&
		!read_baseline(outputs, options->baseline))
		status = EXIT_USAGE;
	return status;
}

int outputs_open(struct outputs *outputs, const struct output_options *options, bool quiet)
{
	int status = EXIT_AS_HOPED;
	for (size_t i = 0; i < options->formats.count && status == EXIT_AS_HOPED; i++)
		status = open_one(outputs, options->formats.items[i], options);
	if (status == EXIT_AS_HOPED && outputs->count == 0 && !quiet)
		status = open_one(outputs, "text", options);
	return status;
}

bool outputs_take(struct outputs *outputs, const json_t *record)
{
	enum record_kind kind;
	struct buffer complaint;
	json_t *copy = json_deep_copy(record);
	buffer_init(&complaint, &memory_standard, 65536);
	bool good = copy != NULL && record_check(copy, &kind, &complaint);
	if (good)
		good = record_set_add(outputs->set, kind, copy, &complaint);
	else
		json_decref(copy);
	if (!good)
		fprintf(stderr, "%s: a record of \"%s\" cannot be reported: %s\n", outputs->tool,
			record_words(record, "record"), buffer_string(&complaint));
	buffer_free(&complaint);
	return good;
}

int outputs_finish(struct outputs *outputs, int status)
{
	struct judgement judgement = {
		.set = outputs->set, .baseline = outputs->baseline, .fail_on = outputs->fail_on};
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 65536);
	bool good = record_set_finish(outputs->set, &complaint);
	buffer_free(&complaint);
	if (status == EXIT_USAGE || status == EXIT_INTERNAL || outputs->set->run_count == 0 ||
		!good)
		return status;
	good = report_write_all(&judgement, outputs->items, outputs->count);
	status = judgement_status(&judgement);
	if (outputs_close(outputs) && good)
		return status;
	fprintf(stderr, "%s: a report could not be written\n", outputs->tool);
	return EXIT_INTERNAL;
}

bool outputs_close(struct outputs *outputs)
{
	bool good = true;
	for (size_t i = 0; i < outputs->count; i++)
		good = handset_close(outputs->items[i].to) && good;
	outputs->count = 0;
	record_set_free(outputs->set);
	record_set_free(outputs->baseline);
	outputs->set = outputs->baseline = NULL;
	return good;
}
