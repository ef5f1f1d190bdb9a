/* handset report merge: the records of shards and of taken-up runs become one file. */
#include "handset_report_merge.h"

#include "handset.h"
#include "handset_targets.h"
#include "merge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORDS_FILE_MAX = 1 << 30 };

struct merge_options {
	const char *output, *targets;
	bool quiet;
};

#define AT(member) offsetof(struct merge_options, member)
static const struct option_row rows[] = {
	{OPTION_TEXT, "output", 'o', "FILE", AT(output), "write there, not to standard output",
		NULL},
	{OPTION_TEXT, "targets", 0, "FILE", AT(targets),
		"the list of servers that \"handset check --targets\" had: each of them has to be there",
		NULL},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(quiet), "only the exit status", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const char *const examples[] = {"handset report merge part-*.jsonl -o all.jsonl",
	"handset report merge part-*.jsonl --targets servers.txt -o all.jsonl && handset report all.jsonl",
	NULL};

static const struct option_command command = {"handset report merge", "FILE... [OPTION]...",
	"Puts the records together that several runs of \"handset check\" wrote: the parts of --shard, or "
	"of a run that was killed and gone on with elsewhere. Which file comes first makes no difference, "
	"and what was merged can be merged again. What cannot stand together (other versions, profiles or "
	"options, one client with two verdicts) is told, and nothing is written.\n"
	"Exit status: 0 all is there, 2 wrong usage, files that cannot be read or do not belong together, "
	"3 something is missing, which is told.",
	examples, rows, sizeof rows / sizeof *rows, NULL};

static bool read_one(struct merge *merge, const char *file)
{
	struct buffer content, complaint;
	buffer_init(&content, &memory_standard, 0);
	buffer_init(&complaint, &memory_standard, 65536);
	bool good = handset_read("handset report merge", file, RECORDS_FILE_MAX, &content) &&
		    merge_read(merge, file, buffer_octets(&content), &complaint);
	fputs(buffer_string(&complaint), stderr);
	buffer_free(&content);
	buffer_free(&complaint);
	return good;
}

/* To a file beside it first: who reads FILE meanwhile sees the one or the other. */
static bool write_records(struct merge *merge, const char *file)
{
	struct buffer out;
	char beside[4096];
	bool is_file = file != NULL && strcmp(file, "-") != 0;
	int len = snprintf(beside, sizeof beside, "%s.new", is_file ? file : "-");
	buffer_init(&out, &memory_standard, SIZE_MAX / 2);
	bool good = merge_write(merge, &out) && len > 0 && (size_t)len < sizeof beside;
	FILE *stream = good ? handset_create("handset report merge", is_file ? beside : "-") : NULL;
	good = stream != NULL && fwrite(buffer_string(&out), 1, out.len, stream) == out.len;
	good = handset_close(stream) && good;
	if (good && is_file && rename(beside, file) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "handset report merge: %s could not be written\n",
			is_file ? file : "standard output");
	buffer_free(&out);
	return good;
}

static bool read_targets(struct targets *targets, const char *file)
{
	struct buffer text, errors;
	buffer_init(&text, &memory_standard, TARGETS_OCTETS_MAX + 1);
	buffer_init(&errors, &memory_standard, 1024 * 1024);
	bool good =
		handset_read("handset report merge: --targets", file, TARGETS_OCTETS_MAX, &text);
	good = targets_read(targets, file, buffer_octets(&text), &errors) && good;
	fputs(buffer_string(&errors), stderr);
	buffer_free(&text);
	buffer_free(&errors);
	return good;
}

/* The findings are shown; EXIT_INTERNAL for want of memory. */
static int judge(struct merge *merge, const struct merge_options *options, const char *const *urls,
	size_t count)
{
	struct buffer lines;
	struct merge_findings findings = {.lines = &lines};
	buffer_init(&lines, &memory_standard, SIZE_MAX / 2);
	bool good = merge_judge(merge, urls, count, &findings);
	if (good && !options->quiet)
		fputs(buffer_string(&lines), stderr);
	buffer_free(&lines);
	if (!good)
		return EXIT_INTERNAL;
	if (findings.contradictions > 0)
		return EXIT_USAGE;
	return findings.gaps > 0 ? EXIT_INCONCLUSIVE : EXIT_AS_HOPED;
}

static int judge_with_list(struct merge *merge, const struct merge_options *options)
{
	struct targets targets;
	if (options->targets == NULL)
		return judge(merge, options, NULL, 0);
	bool good = read_targets(&targets, options->targets);
	const char **urls = calloc(targets.count + 1, sizeof *urls);
	for (size_t i = 0; urls != NULL && i < targets.count; i++)
		urls[i] = targets.items[i].url;
	int status = good && urls != NULL ? judge(merge, options, urls, targets.count) : EXIT_USAGE;
	free(urls);
	targets_free(&targets);
	return status;
}

static int merge_all(const struct merge_options *options, char **files, int count)
{
	struct merge *merge = merge_new(&memory_standard);
	bool good = merge != NULL;
	for (int i = 0; i < count && good; i++)
		good = read_one(merge, files[i]);
	int status = good ? judge_with_list(merge, options) : EXIT_USAGE;
	if (good && merge_count(merge) == 0) {
		fprintf(stderr, "handset report merge: there is no record in these files\n");
		status = EXIT_USAGE;
	}
	if ((status == EXIT_AS_HOPED || status == EXIT_INCONCLUSIVE) &&
		!write_records(merge, options->output))
		status = EXIT_INTERNAL;
	merge_free(merge);
	return status;
}

int handset_report_merge(int argc, char **argv)
{
	struct merge_options options = {0};
	int first, status;
	if (!handset_options(&command, argc, argv, &options, &first, &status))
		return status;
	if (first < argc)
		return merge_all(&options, argv + first, argc - first);
	fprintf(stderr, "handset report merge: which records? Name the files that \"handset check "
			"--jsonl\" wrote\n");
	return EXIT_USAGE;
}
