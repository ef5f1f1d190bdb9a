/*
 * options: a command's options as a table, from which it is parsed and its --help printed.
 *
 * A row names the option, the member of the caller's struct that it fills (by offset) and a
 * sentence; what it has no use for it leaves out. Parsing is getopt_long's; what it accepts is
 * what the rows say. Nothing of ours is included: every command may stand over it.
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_kind {
	OPTION_FLAG,	/* bool; takes no argument */
	OPTION_TEXT,	/* const char *; the last one counts, see `once` */
	OPTION_LIST,	/* struct option_list; repeatable */
	OPTION_NUMBER,	/* uint64_t, up to `max` */
	OPTION_TIME,	/* uint64_t milliseconds: "10", "10s", "500ms", "2min"; "off" is 0 */
	OPTION_CHOICE,	/* int: the index among `words` */
	OPTION_SWITCH,	/* int: 1 on, 0 off; the argument (on, off) may be left out: on */
	OPTION_WORD,	/* as OPTION_CHOICE, but the argument may be left out: the first word */
	OPTION_SETTING, /* struct option_settings: the row's `number` with the argument; repeatable
			 */
	OPTION_SETTING_OR_NONE, /* the same, but the argument may be left out: "" */
	OPTION_PASSED, /* no argument; accepted because others' commands have it, and ignored */
	OPTION_PASSED_WITH, /* as OPTION_PASSED, with an argument */
	OPTION_ATTACHED,    /* const char *: an attached argument, "" where it is left out */
	OPTION_NEXT,	    /* no argument: calls the row's `next` with the target */
	OPTION_HELP,	    /* prints the help and ends with 0 */
	OPTION_TITLE	    /* no option: a heading of the help */
};

struct option_row {
	enum option_kind kind;
	const char *name;	  /* without dashes; NULL: only the letter */
	char letter;		  /* 0: none */
	const char *argument;	  /* how the help names the argument */
	size_t offset;		  /* of the member that is filled */
	const char *help;	  /* a sentence, or the words of a title; NULL: not in the help */
	const char *const *words; /* OPTION_CHOICE, OPTION_WORD: NULL-ended */
	uint64_t max;		  /* OPTION_NUMBER: the largest that is taken; 0: no bound */
	unsigned int number;	  /* OPTION_SETTING: the caller's name for it */
	/*
	 * OPTION_TEXT: said twice it is refused, and this tells what to do instead; NULL: the last
	 * one counts.
	 */
	const char *once;
	/*
	 * OPTION_NEXT: puts away what was said so far, so that what is said from here on is for
	 * the next one of whatever it is. False: no memory.
	 */
	bool (*next)(void *target);
};

struct option_list {
	const char **items;
	size_t count;
};

struct option_setting {
	unsigned int number;
	const char *value;
};

struct option_settings {
	struct option_setting *items;
	size_t count;
};

struct option_command {
	const char *name;	     /* "handset play" */
	const char *usage;	     /* what stands behind the name */
	const char *about;	     /* what it does: one or more sentences; paragraphs end in \n */
	const char *const *examples; /* NULL-ended: command lines, each followed by what it does */
	const struct option_row *rows;
	size_t row_count;
	const struct option_command *const *parts; /* NULL-ended: their rows come behind `rows` */
};

enum option_result {
	OPTIONS_TAKEN,
	OPTIONS_HELP_SHOWN, /* on stdout */
	OPTIONS_WRONG	    /* said on stderr, with what to do next */
};

/*
 * Fills `target`; the strings are borrowed from argv. What is no option is left in
 * argv[*first] and behind (operands may stand anywhere; "--" ends the options).
 */
enum option_result options_parse(
	const struct option_command *command, int argc, char **argv, void *target, int *first);
void options_help(const struct option_command *command, FILE *to);
/* Frees the lists of `target`. */
void options_free(const struct option_command *command, void *target);
/* "500ms", "10s", "10" (seconds), "2min", "1h", "5d" as milliseconds; "off" is 0. */
bool options_time(const char *text, uint64_t *ms);

#endif
