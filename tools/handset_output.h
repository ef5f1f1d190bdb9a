/*
 * handset_output: the options by which a command reports, and the reports written.
 *
 * `check`, `explain` and `report` have them in common. A command puts `struct output_options` at
 * the beginning of its own options and names output_command among its parts.
 *
 *   outputs_begin()   reads: a baseline that cannot be read is told before any file is opened for
 *                     writing, which would empty it
 *   outputs_open()    before the first connection: what cannot be written is told before an hour
 *                     of work and not behind it
 *   outputs_take()    each record, as it comes
 *   outputs_finish()  writes every report, and returns the exit status
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
/* --format alone: of a command whose status does not hang on what is reported. */
extern const struct option_command output_format_command;

struct outputs {
	const char *tool;
	struct report_output items[OUTPUTS_MAX];
	size_t count;
	struct record_set *set;
	struct record_set *baseline; /* NULL: none */
	struct fail_on fail_on;
	bool printed; /* one of the formats goes to standard output */
};

/* EXIT_AS_HOPED, or the status to end with, after a message on stderr; close it in either case. */
int outputs_begin(struct outputs *outputs, const char *tool, const struct output_options *options);
/* Likewise, behind that. `quiet`: without --format nothing is written, not even text. */
int outputs_open(struct outputs *outputs, const struct output_options *options, bool quiet);
/* Copies a record of our own making. False with a message: it is none, or there is no memory. */
bool outputs_take(struct outputs *outputs, const json_t *record);
/*
 * Writes the reports; the exit status that the records deserve. `status` is what the run came to by
 * itself: where that is wrong usage or an error of ours, or there are no records, it stands.
 */
int outputs_finish(struct outputs *outputs, int status);
/* Gives back what is open; false where something was not written. Zeroed is fine. */
bool outputs_close(struct outputs *outputs);

/* Reads a file of records ("-": standard input) into the set; false with a message on stderr. */
bool output_read_records(const char *tool, const char *file, struct record_set *set);

#endif
