/* handset: chooses the subcommand. */
#include "handset.h"

#include "nearest.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *does;
} commands[] = {
	{"demo", handset_demo,
		"the founding story: a phone of 2007 is refused, msub delivers; side by side"},
	{"play", handset_play, "be a client of the catalogue, against a server"},
	{"check", handset_check, "find out which clients can send through a server"},
	{"explain", handset_explain, "why one client cannot send through a server"},
	{"serve", handset_serve,
		"be a server of the catalogue, for clients, phones and test suites"},
	{"report", handset_report,
		"render what was recorded of a server: text, HTML, JUnit and more"},
	{"profile", handset_profile, "list, show and check profiles, and explain their keys"},
};

static void help(FILE *to)
{
	fprintf(to,
		"Usage: handset COMMAND [OPTION]...\n\n"
		"Plays the mail clients of old phones, octet for octet, against real servers, and plays\n"
		"faulty servers against clients. What each of them does is written down in profiles.\n\n"
		"Commands:\n");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].does);
	fprintf(to,
		"\nhandset COMMAND --help tells more. To begin: handset demo\n"
		"Exit status: 0 as hoped, 1 not, 2 wrong usage or profile, 3 inconclusive, 4 internal.\n");
}

/* A result that could not be written is none. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fprintf(stderr, "handset: the result could not be written to standard output\n");
	return EXIT_INTERNAL;
}

static int complain(const char *name)
{
	struct nearest nearest = nearest_begin(name);
	char hint[NEAREST_MAX];
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		nearest_offer(&nearest, commands[i].name);
	fprintf(stderr, "handset: there is no command \"%s\"%s\nTry: handset --help\n", name,
		nearest_text(&nearest, hint));
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	}
	if (strcmp(name, "--version") == 0) {
		printf("handset %s\n", HANDSET_VERSION);
		return finish(EXIT_AS_HOPED);
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
		help(stdout);
		return finish(argc > 1 ? EXIT_AS_HOPED : EXIT_USAGE);
	}
	return complain(name);
}
