/* options: a table of rows against command lines. */
#include "check.h"
#include "options.h"

#include <unistd.h>

struct target {
	bool flag;
	const char *text, *only;
	struct option_list list;
	uint64_t number, few, time_ms;
	int choice, on;
	const char *earlier; /* the text in front of the last --next */
	int nexts;
};

static bool begin_next(void *target)
{
	struct target *filled = target;
	filled->earlier = filled->text;
	filled->text = filled->only = NULL;
	filled->nexts++;
	return true;
}

#define AT(member) offsetof(struct target, member)
static const char *const words[] = {"none", "some", "all", NULL};
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "Things"},
	{OPTION_FLAG, "flag", 'f', NULL, AT(flag), "a flag", NULL},
	{OPTION_TEXT, "text", 't', "TEXT", AT(text), "a text", NULL},
	{OPTION_TEXT, "only", 0, "TEXT", AT(only), "a text", .once = "say --next between"},
	{OPTION_LIST, "item", 'i', "ITEM", AT(list), "an item", NULL},
	{OPTION_NUMBER, "number", 0, "N", AT(number), "a number", NULL},
	{OPTION_NUMBER, "few", 0, "N", AT(few), "a number that is multiplied", NULL, .max = 1000},
	{OPTION_TIME, "time", 0, "TIME", AT(time_ms), "a time", NULL},
	{OPTION_CHOICE, "choice", 0, "WORD", AT(choice), "a word", words},
	{OPTION_SWITCH, "switch", 0, "on|off", AT(on), "on or off", NULL},
	{OPTION_NEXT, "next", 'n', NULL, 0, "the next", .next = begin_next},
	{OPTION_HELP, "help", 'h', NULL, 0, "help", NULL},
};
static const struct option_command command = {
	"tool", "[OPTION]... FILE", "Does things.", NULL, rows, sizeof rows / sizeof *rows};

static bool listening; /* somebody has put a file in the place of stderr */

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
	if (freopen("/dev/null", "w", stdout) == NULL ||
		(!listening && freopen("/dev/null", "w", stderr) == NULL))
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
			  &target, &operands),
		OPTIONS_TAKEN);
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

static void next_is_called_where_it_stands(void)
{
	struct target target = {0};
	int operands;
	CHECK_INT(parse("-t one --next --text=--next operand -f -n --text two", &target, &operands),
		OPTIONS_TAKEN);
	CHECK_INT(target.nexts, 2);
	CHECK_TEXT(target.earlier, "--next");
	CHECK_TEXT(target.text, "two");
	CHECK(target.flag);
	CHECK_INT(operands, 1);
	CHECK_INT(parse("--only a --next --only b -t x -t y", &target, &operands), OPTIONS_TAKEN);
	CHECK_TEXT(target.only, "b");
	CHECK_TEXT(target.text, "y");
	CHECK_INT(target.nexts, 3);
	CHECK_INT(parse("--next=x", &target, &operands), OPTIONS_WRONG);
	CHECK_INT(target.nexts, 3);
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
	static const char *const lines[] = {"--nothing", "-x", "--text", "-t", "--number x",
		"--number -1", "--number 18446744073709551616", "--number +1", "--number 0x10",
		"--number 1.5", "--number=", "--few 1001", "--few 4294967297",
		"--few 18446744073709551616", "--time 5parsecs", "--choice few", "--switch=perhaps",
		"--flag=yes"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct target target = {0};
		int operands;
		CHECK_CASE("%s", lines[i]);
		CHECK_INT(parse(lines[i], &target, &operands), OPTIONS_WRONG);
		CHECK(target.number == 0 && target.few == 0 && target.time_ms == 0);
		options_free(&command, &target);
	}
}

static void numbers_have_a_largest(void)
{
	static const char *const lines[] = {"--few 1000", "--few=0001000"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct target target = {0};
		int operands;
		CHECK_CASE("%s", lines[i]);
		CHECK_INT(parse(lines[i], &target, &operands), OPTIONS_TAKEN);
		CHECK_INT(target.few, 1000);
	}
}

/* Parses a line with stderr in a file, which is read into `said`. */
static void parse_and_listen(const char *line, char *said, size_t room)
{
	struct target target = {0};
	int operands, error = dup(2);
	FILE *file = tmpfile();
	said[0] = 0;
	if (file == NULL)
		return;
	fflush(NULL);
	dup2(fileno(file), 2);
	listening = true;
	parse(line, &target, &operands);
	listening = false;
	dup2(error, 2);
	close(error);
	rewind(file);
	said[fread(said, 1, room - 1, file)] = 0;
	fclose(file);
	options_free(&command, &target);
}

static void refusals_say_what_is_taken(void)
{
	static const struct {
		const char *line, *want;
	} refusals[] = {
		{"--few 1001", "tool: --few cannot be \"1001\"; it takes a number up to 1000\n"},
		{"--number x", "tool: --number cannot be \"x\"; it takes a number\n"},
		{"--time 5parsecs", "tool: --time cannot be \"5parsecs\"; it takes a time such as "
				    "10s, 500ms, 2min, or off\n"},
		{"--choice few", "tool: --choice cannot be \"few\"; it takes none, some, all\n"},
		{"--numbr=3", "tool: unknown option \"--numbr=3\" (did you mean \"--number\"?)\n"},
		{"--only a --only=b", "tool: --only is said twice; say --next between\n"},
		{"--only a --text x --only a", "tool: --only is said twice; say --next between\n"},
		{"--parsecs", "tool: unknown option \"--parsecs\"\n"},
		{"--switch=maybe", "tool: --switch cannot be \"maybe\"; it takes on or off\n"},
	};
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		char said[512], want[512];
		CHECK_CASE("%s", refusals[i].line);
		parse_and_listen(refusals[i].line, said, sizeof said);
		snprintf(want, sizeof want, "%sTry: tool --help\n", refusals[i].want);
		CHECK_TEXT(said, want);
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
	} times[] = {{"10", true, 10000}, {"10s", true, 10000}, {"500ms", true, 500},
		{"2min", true, 120000}, {"1h", true, 3600000}, {"0", true, 0}, {"", false, 0},
		{"s", false, 0}, {"1w", false, 0}, {"5d", true, 432000000},
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
	T(next_is_called_where_it_stands)                                                          \
	T(behind_two_dashes_there_are_no_options)                                                  \
	T(wrong_lines_are_refused)                                                                 \
	T(numbers_have_a_largest)                                                                  \
	T(refusals_say_what_is_taken)                                                              \
	T(help_is_shown)                                                                           \
	T(times_have_units)
CHECK_MAIN("options", TESTS)
