/* options: a table of rows against command lines. */
#include "check.h"
#include "options.h"

#include <unistd.h>

struct target {
	bool flag;
	const char *text;
	struct option_list list;
	uint64_t number, time_ms;
	int choice, on;
};

#define AT(member) offsetof(struct target, member)
static const char *const words[] = {"none", "some", "all", NULL};
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "Things"},
	{OPTION_FLAG, "flag", 'f', NULL, AT(flag), "a flag", NULL},
	{OPTION_TEXT, "text", 't', "TEXT", AT(text), "a text", NULL},
	{OPTION_LIST, "item", 'i', "ITEM", AT(list), "an item", NULL},
	{OPTION_NUMBER, "number", 0, "N", AT(number), "a number", NULL},
	{OPTION_TIME, "time", 0, "TIME", AT(time_ms), "a time", NULL},
	{OPTION_CHOICE, "choice", 0, "WORD", AT(choice), "a word", words},
	{OPTION_SWITCH, "switch", 0, "on|off", AT(on), "on or off", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "help", NULL},
};
static const struct option_command command = {"tool", "[OPTION]... FILE", "Does things.", NULL, rows,
	sizeof rows / sizeof *rows};

/* Splits the line at blanks and parses it; what is printed goes nowhere. */
static enum option_result parse(const char *line, struct target *target, int *operands)
{
	static char copy[512];
	char *argv[32] = {copy};
	int argc = 0, first = 0;
	snprintf(copy, sizeof copy, "tool %s", line);
	for (char *word = strtok(copy, " "); word != NULL && argc < 31; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	fflush(NULL);
	int out = dup(1), error = dup(2);
	if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return OPTIONS_WRONG;
	enum option_result result = options_parse(&command, argc, argv, target, &first);
	fflush(NULL);
	dup2(out, 1);
	dup2(error, 2);
	close(out);
	close(error);
	*operands = argc - first;
	return result;
}

static void options_fill_their_members(void)
{
	struct target target = {.choice = -1, .on = -1};
	int operands;
	CHECK_INT(parse("-f --text=one operand -t two --item a -i b --number 18446744073709551615 "
			"--time 1500ms --choice all --switch another",
			  &target, &operands), OPTIONS_TAKEN);
	CHECK(target.flag);
	CHECK_TEXT(target.text, "two");
	CHECK_INT(target.list.count, 2);
	CHECK_TEXT(target.list.items[1], "b");
	CHECK(target.number == UINT64_MAX);
	CHECK_INT(target.time_ms, 1500);
	CHECK_INT(target.choice, 2);
	CHECK_INT(target.on, 1);
	CHECK_INT(operands, 2);
	options_free(&command, &target);
	CHECK_INT(target.list.count, 0);
}

static void behind_two_dashes_there_are_no_options(void)
{
	struct target target = {0};
	int operands;
	CHECK_INT(parse("--switch=off -- -f --nothing", &target, &operands), OPTIONS_TAKEN);
	CHECK(!target.flag);
	CHECK_INT(target.on, 0);
	CHECK_INT(operands, 2);
}

static void wrong_lines_are_refused(void)
{
	static const char *const lines[] = {"--nothing", "-x", "--text", "-t", "--number x", "--number -1",
		"--number 18446744073709551616", "--time 5parsecs", "--choice few", "--switch=perhaps", "--flag=yes"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct target target = {0};
		int operands;
		CHECK_CASE("%s", lines[i]);
		CHECK_INT(parse(lines[i], &target, &operands), OPTIONS_WRONG);
		options_free(&command, &target);
	}
}

static void help_is_shown(void)
{
	struct target target = {0};
	int operands;
	CHECK_INT(parse("-f --help --nothing", &target, &operands), OPTIONS_HELP_SHOWN);
	CHECK_INT(parse("-h", &target, &operands), OPTIONS_HELP_SHOWN);
}

static void times_have_units(void)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t ms;
	} times[] = {{"10", true, 10000}, {"10s", true, 10000}, {"500ms", true, 500}, {"2min", true, 120000},
		{"1h", true, 3600000}, {"0", true, 0}, {"", false, 0}, {"s", false, 0}, {"1d", false, 0},
		{"99999999999999999999", false, 0}, {"-1", false, 0}};
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		uint64_t ms = 0;
		CHECK_CASE("%s", times[i].text);
		CHECK_INT(options_time(times[i].text, &ms), times[i].good);
		CHECK_INT(ms, times[i].ms);
	}
}

#define TESTS(T)                                                                                   \
	T(options_fill_their_members)                                                              \
	T(behind_two_dashes_there_are_no_options)                                                  \
	T(wrong_lines_are_refused)                                                                 \
	T(help_is_shown)                                                                           \
	T(times_have_units)
CHECK_MAIN("options", TESTS)
