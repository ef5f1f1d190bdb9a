/* handset report: renders what `handset check` recorded, later and elsewhere. */
#include "handset_output.h"
#include "handset_report_merge.h"

#include <string.h>

struct report_options {
	struct output_options output; /* first: its part of the options stands here */
	bool quiet;
};

static const struct option_row rows[] = {
	{OPTION_FLAG, "quiet", 'q', NULL, offsetof(struct report_options, quiet),
		"only the exit status, and the reports that --format names", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};
static const struct option_command *const parts[] = {&output_command, NULL};
static const char *const examples[] = {"handset report check.jsonl",
	"handset report check.jsonl --format html=check.html --format junit=check.xml",
	"handset report today.jsonl --baseline last-week.jsonl",
	"handset report merge part-*.jsonl -o all.jsonl", NULL};

static const struct option_command command = {"handset report",
	"FILE... [OPTION]...\n       handset report merge FILE... -o OUT",
	"Renders the records of \"handset check\" (its --format jsonl, or json). Several files are one "
	"report. Each run stands there by itself, also where two are of one server: the last one tells "
	"how it is now, and --baseline what is new; \"merge\" puts the parts of a divided run together "
	"first (handset report merge --help). What is given to JUnit and TAP as failed is what the "
	"exit status counts.\n"
	"Exit status: 0 nothing failed, 1 a client failed that the baseline does not know, 2 wrong usage, "
	"or records that cannot be read, 3 nothing can be concluded (the control failed, or the run did "
	"not come to its end).",
	examples, rows, sizeof rows / sizeof *rows, parts};

static int read_all(struct record_set *set, char **files, int count, bool quiet)
{
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 65536);
	bool good = true;
	for (int i = 0; i < count && good; i++)
		good = output_read_records("handset report", files[i], set);
	if (good && !record_set_finish(set, &complaint)) {
		fprintf(stderr, "handset report: %s\n", buffer_string(&complaint));
		good = false;
	}
	buffer_free(&complaint);
	if (good && set->cut > 0 && !quiet)
		fprintf(stderr,
			"handset report: in %zu file%s the last line is cut off and was left "
			"out\n",
			set->cut, set->cut == 1 ? "" : "s");
	return good ? EXIT_AS_HOPED : EXIT_USAGE;
}

/* All is read before anything is written: a report may take the place of what it was made of. */
static int render(const struct report_options *options, char **files, int count)
{
	struct outputs outputs = {.count = 0};
	struct record_set *set = record_set_new(&memory_standard);
	int status = set == NULL ? EXIT_INTERNAL : read_all(set, files, count, options->quiet);
	if (status == EXIT_AS_HOPED)
		status = outputs_begin(&outputs, "handset report", &options->output);
	if (status == EXIT_AS_HOPED)
		status = outputs_open(&outputs, &options->output, options->quiet);
	if (status == EXIT_AS_HOPED) {
		record_set_free(outputs.set);
		outputs.set = set;
		set = NULL;
		status = outputs_finish(&outputs, status);
	}
	outputs_close(&outputs);
	record_set_free(set);
	return status;
}

int handset_report(int argc, char **argv)
{
	struct report_options options = {0};
	int first, status;
	if (argc > 1 && strcmp(argv[1], "merge") == 0)
		return handset_report_merge(argc - 1, argv + 1);
	if (!handset_options(&command, argc, argv, &options, &first, &status))
		return status;
	if (first >= argc) {
		fprintf(stderr,
			"handset report: which records? Name the files that \"handset check "
			"--format jsonl=FILE\" wrote\n");
		status = EXIT_USAGE;
	} else {
		status = render(&options, argv + first, argc - first);
	}
	options_free(&command, &options);
	return status;
}
