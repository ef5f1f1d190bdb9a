/*
 * handset_output: the options by which a command reports, and the reports written.
 *
 * `check`, `explain` and `report` have them in common. A command puts `struct output_options` at
 * the beginning of its own options and names output_command among its parts.
 *
 *   outputs_open()    before the first connection: what cannot be written, and a baseline that
 *                     cannot be read, is told before an hour of work and not behind it
 *   outputs_finish()  writes every report of the records, and returns the exit status
 */
#ifndef TOOLS_HANDSET_OUTPUT_H
#define TOOLS_HANDSET_OUTPUT_H

#include "handset.h"
#include "report.h"

enum { OUTPUTS_MAX = 16 };

struct output_options {
	struct option_list formats; /* "html=check.html" */
	const char *baseline, *fail_on;
	int colour;
};
extern const struct option_command output_command;

struct outputs {
	const char *tool;
	struct report_output items[OUTPUTS_MAX];
	size_t count;
	struct record_set *baseline; /* NULL: none */
	struct fail_on fail_on;
};

/* EXIT_AS_HOPED, or the status to end with, after a message on stderr. Close it in either case. */
int outputs_open(struct outputs *outputs, const char *tool, const struct output_options *options);
/* Writes the reports; the exit status that the records deserve. */
int outputs_finish(struct outputs *outputs, const struct record_set *set);
/* Gives back what is open; false where something was not written. Zeroed is fine. */
bool outputs_close(struct outputs *outputs);

/* Reads a file of records ("-": standard input) into the set; false with a message on stderr. */
bool output_read_records(const char *tool, const char *file, struct record_set *set);

#endif
