/* handset: the subcommands, and what they share. */
#ifndef TOOLS_HANDSET_H
#define TOOLS_HANDSET_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "octets.h"
#include "advice.h"
#include "catalogue.h"
#include "digest.h"
#include "options.h"
#include "profile.h"
#include "transcript.h"

/* DESIGN.md section 8 */
enum exit_status {
	EXIT_AS_HOPED = 0,
	EXIT_NOT = 1,
	EXIT_USAGE = 2,
	EXIT_INCONCLUSIVE = 3,
	EXIT_INTERNAL = 4
};

/* Each takes argv from its own name on and returns the exit status. */
int handset_demo(int argc, char **argv);
int handset_check(int argc, char **argv);
int handset_play(int argc, char **argv);
int handset_serve(int argc, char **argv);
int handset_explain(int argc, char **argv);
int handset_profile(int argc, char **argv);
int handset_report(int argc, char **argv);

/*
 * options_parse() with its exit statuses: true where the command goes on; else *status is what it
 * ends with (the help was shown, or what was wrong).
 */
bool handset_options(const struct option_command *command, int argc, char **argv, void *target,
	int *first, int *status);

/* --- where profiles are (handset_common.c) --- */

/*
 * Loads a profile by name, or from a file where `name` holds a slash or ends in .yaml. Says on
 * stderr what is wrong and returns NULL. `folder` is --profiles, or NULL. profile_free() it.
 */
struct profile *handset_load(enum profile_kind kind, const char *name, const char *folder);
/* Of which kind the profile in a file is: the one as which it has fewer errors. Says nothing. */
enum profile_kind handset_guess_kind(const char *file, const char *folder);
/* The catalogue over all folders, `folder` (--profiles, or NULL) first; catalogue_close() it. */
struct catalogue *handset_catalogue(const char *folder);
/*
 * What is known to cure failures, of all folders; what is wrong in it is said on stderr. NULL for
 * want of memory; advice_free() it.
 */
struct advice_book *handset_advice(const char *folder);
/* True where a user's word for a profile is a file and not a name. */
bool handset_is_file(const char *name);

/* --- secrets and files --- */

/*
 * The password: the first line of `file`, or of what `command` prints; both NULL: none, which is
 * an error where `user` is given. Says on stderr what is wrong. buffer_free() wipes it.
 */
bool handset_password(const char *tool, const char *user, const char *file, const char *command,
	struct buffer *password);
/* A whole file ("-": standard input) of at most `max` octets; false with a message on stderr. */
bool handset_read(const char *tool, const char *file, size_t max, struct buffer *content);
/* Opens for writing ("-": standard output), with a message on stderr where that fails. */
FILE *handset_create(const char *tool, const char *file);
/* Closes (standard output stays open; NULL is fine); false where something was not written. */
bool handset_close(FILE *stream);
/* Whether --trust-file can be read (NULL: none was said); otherwise that is told. */
bool handset_can_trust(const char *tool, const char *file);
/*
 * --fingerprint: of the one certificate that is trusted, SHA-256 or SHA-1. Zeros where `text` is
 * NULL; false, told on stderr, where it is none.
 */
struct handset_pin {
	uint8_t digest[DIGEST_MAX];
	size_t len;
};
bool handset_pin_read(const char *tool, const char *text, struct handset_pin *pin);
/* Lent by the pin; empty: there is none. */
struct octets handset_pin_octets(const struct handset_pin *pin);
/* Prints what a profile or a peer wrote, escaped. */
void handset_print_foreign(FILE *to, struct octets foreign);
/* Prints a line of a dialogue on stderr; `context` is not looked at. For transcript_listen(). */
void handset_show_event(void *context, const struct transcript_event *event);

/* --- people --- */

enum colour { COLOUR_NONE, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW, COLOUR_DIM, COLOUR_BOLD };
/* The escape sequence where `stream` is a terminal and NO_COLOR is not set; else "". */
const char *handset_colour(FILE *stream, enum colour colour);
/* "" or the sequence that ends a colour. */
const char *handset_plain(FILE *stream);

/* Set by SIGINT and SIGTERM once handset_catch_signals() was called. */
extern volatile sig_atomic_t handset_interrupted;
/* Also makes a descriptor readable when a signal came; -1 where that cannot be had. */
int handset_catch_signals(void);

#endif
