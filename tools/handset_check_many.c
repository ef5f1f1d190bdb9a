/* handset_check_many: the options, the list, the file; one server, and all of them. */
#include "handset_check_many.h"

#include "digest.h"
#include "handset.h"
#include "handset_check_share.h"
#include "handset_check_target.h"
#include "handset_crew.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { JOBS = 4, RECORDS_FILE_MAX = 1 << 30 };

#define AT(member) offsetof(struct check_options, member)
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "Many servers, many machines"},
	{OPTION_TEXT, "targets", 0, "FILE", AT(targets),
		"the servers that stand there instead of --server: in each line a URL, and user=, "
		"password-file=, passwordeval=, from=, to=, refused=, trust-file=, fingerprint= where they are "
		"others than those of the command line",
		NULL},
	{OPTION_NUMBER, "jobs", 'j', "N", AT(jobs),
		"so many servers at the same time (4); never two on one host", NULL,
		.max = CREW_MAX},
	{OPTION_TEXT, "shard", 0, "I/N|auto[/N]", AT(shard),
		"only the I-th of N parts, from 1: of the servers of --targets, or of the clients "
		"for one server; auto: as Slurm, Kubernetes or a CI system says in the environment",
		NULL},
	{OPTION_FLAG, "resume", 0, NULL, AT(resume),
		"go on where the run ended that wrote the file of --jsonl: what it concluded is "
		"kept, and what it did not, or what was inconclusive, is examined",
		NULL},
};
const struct option_command check_many_part = {
	.rows = rows, .row_count = sizeof rows / sizeof *rows};

static int fail(const char *what)
{
	fprintf(stderr, "handset check: %s\nTry: handset check --help\n", what);
	return EXIT_USAGE;
}

/* --- opening --- */

static const char *environment(const char *name)
{
	return getenv(name);
}

static int read_shard(struct check_many *many, const char *text)
{
	struct sentence why = {""};
	many->shard = (struct shard){1, 1};
	if (text == NULL || shard_read(&many->shard, text, environment, &why))
		return EXIT_AS_HOPED;
	fprintf(stderr, "handset check: --shard: %s\n", why.text);
	return EXIT_USAGE;
}

/* Servers of other shards are theirs. */
static void keep_own(struct check_many *many)
{
	size_t kept = 0;
	for (size_t i = 0; i < many->targets.count; i++) {
		if (shard_has(&many->shard, many->targets.items[i].url))
			many->targets.items[kept++] = many->targets.items[i];
	}
	many->targets.count = kept;
}

static int read_targets(struct check_many *many, const char *file)
{
	struct buffer text, errors;
	buffer_init(&text, &memory_standard, TARGETS_OCTETS_MAX + 1);
	buffer_init(&errors, &memory_standard, 1024 * 1024);
	bool good = handset_read("handset check: --targets", file, TARGETS_OCTETS_MAX, &text) &&
		    targets_read(&many->targets, file, buffer_octets(&text), &errors);
	fputs(buffer_string(&errors), stderr);
	buffer_free(&text);
	buffer_free(&errors);
	keep_own(many);
	return good ? EXIT_AS_HOPED : EXIT_USAGE;
}

/* An empty file is one that a run was killed before. */
static int read_earlier(struct check_many *many, const char *file)
{
	struct buffer content, complaint;
	buffer_init(&content, &memory_standard, 0);
	buffer_init(&complaint, &memory_standard, 65536);
	many->earlier = record_set_new(&memory_standard);
	bool good = many->earlier != NULL &&
		    handset_read("handset check: --resume", file, RECORDS_FILE_MAX, &content);
	if (good && content.len > 0)
		good = record_set_read(many->earlier, file, buffer_octets(&content), &complaint) &&
		       record_set_finish(many->earlier, &complaint);
	if (complaint.len > 0)
		fprintf(stderr, "handset check: --resume: %s\n", buffer_string(&complaint));
	buffer_free(&content);
	buffer_free(&complaint);
	return good ? EXIT_AS_HOPED : EXIT_USAGE;
}

static int open_file(struct check_many *many, const struct check_options *options)
{
	struct sentence why = {""};
	uint64_t cut = 0;
	if (options->jsonl == NULL)
		return options->resume ? fail("--resume: say which records with --jsonl FILE")
				       : EXIT_AS_HOPED;
	many->has_file = records_file_open(&many->file, options->jsonl, &why) &&
			 records_file_repair(&many->file, &cut, &why);
	if (!many->has_file) {
		fprintf(stderr, "handset check: --jsonl %s: %s\n", options->jsonl, why.text);
		return EXIT_USAGE;
	}
	if (cut > 0 && !options->quiet)
		fprintf(stderr,
			"handset check: --jsonl %s: its last line was cut off and is gone\n",
			options->jsonl);
	if (options->resume && many->file.is_file)
		return read_earlier(many, options->jsonl);
	return EXIT_AS_HOPED;
}

int check_many_open(struct check_many *many, const struct check_options *options)
{
	*many = (struct check_many){.file = {.descriptor = -1}};
	if (options->targets != NULL && options->server != NULL)
		return fail("--server and --targets both say which server: say one");
	if (options->targets == NULL && options->jobs != 0)
		return fail(
			"--jobs: one server is examined by one; say --targets FILE for several");
	if (options->targets != NULL && options->learn_server != NULL)
		return fail("--learn-server writes one server: say --server in place of --targets");
	if (options->targets != NULL && options->verbose && options->jobs != 1)
		return fail("--verbose: the dialogues of several servers would mix; say --jobs 1");
	int status = read_shard(many, options->shard);
	if (status == EXIT_AS_HOPED && options->targets != NULL)
		status = read_targets(many, options->targets);
	return status == EXIT_AS_HOPED ? open_file(many, options) : status;
}

void check_many_close(struct check_many *many)
{
	if (many->has_file)
		records_file_close(&many->file);
	if (many->targets.items != NULL)
		targets_free(&many->targets);
	record_set_free(many->earlier);
	*many = (struct check_many){.file = {.descriptor = -1}};
}

bool check_many_keep(struct check_many *many, const char *line)
{
	struct sentence why = {""};
	if (!many->has_file || records_file_append(&many->file, octets_of(line), &why))
		return true;
	fprintf(stderr, "handset check: --jsonl: %s\n", why.text);
	return false;
}

bool check_many_repeat(const struct check_many *many,
	bool (*take)(void *context, const json_t *record), void *context)
{
	bool good = true;
	for (size_t i = 0; many->earlier != NULL && i < many->earlier->run_count; i++) {
		for (int kind = 0; kind < RECORD_KINDS; kind++) {
			const struct record_list *list = &many->earlier->runs[i].lists[kind];
			for (size_t j = 0; j < list->count; j++)
				good = take(context, list->items[j]) && good;
		}
	}
	return good;
}

/* --- one --- */

/* The parts of one server's clients are one run only with one seed. */
static uint64_t seed_of_target(const char *target)
{
	uint8_t digest[DIGEST_SHA256_LEN];
	uint64_t seed = 0;
	digest_sha256(octets_of(target), digest);
	for (int i = 0; i < 6; i++)
		seed = seed << 8 | digest[i];
	return seed;
}

int check_many_one(const struct check_many *many, struct check_job *job)
{
	struct check_share share;
	struct sentence why = {""};
	bool by_client = job->options->targets == NULL;
	int status = EXIT_INTERNAL;
	if (many->shard.count > 1 && by_client && job->options->seed == UINT64_MAX)
		job->seed = seed_of_target(job->target);
	job->share = &share;
	if (!check_share_make(&share, job->plan, &many->shard, by_client, job->options->facts_only))
		fprintf(stderr, "handset check: out of memory\n");
	else if (many->earlier != NULL && !check_share_resume(&share, job, many->earlier, &why))
		status = fail(why.text);
	else
		status = check_share_is_done(&share) ? EXIT_AS_HOPED : check_run(job);
	check_share_free(&share);
	return status;
}

/* --- all --- */

struct all {
	const struct check_many *many;
	const struct check_job *job;
	size_t failed; /* servers that were not examined at all */
};

static const char *place_of(void *context, size_t piece)
{
	const struct all *all = context;
	return all->many->targets.items[piece].parsed.host;
}

static const char *or_else(const char *own, const char *general)
{
	return own != NULL ? own : general;
}

/* The target's own settings, and the command line's where it has none. */
static struct check_options options_of(
	const struct check_options *general, const struct target *target)
{
	struct check_options options = *general;
	bool own_password = target->password_file != NULL || target->password_command != NULL;
	options.server = target->url;
	options.quiet = true; /* one talks for all */
	options.user = or_else(target->user, general->user);
	options.password_file = own_password ? target->password_file : general->password_file;
	options.password_command =
		own_password ? target->password_command : general->password_command;
	options.from = or_else(target->from, general->from);
	options.to = or_else(target->to, general->to);
	options.refused = or_else(target->refused, general->refused);
	options.trust_file = or_else(target->trust_file, general->trust_file);
	options.fingerprint = or_else(target->fingerprint, general->fingerprint);
	return options;
}

static bool write_all(int out, const char *line)
{
	size_t len = strlen(line);
	while (len > 0) {
		ssize_t written = write(out, line, len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			handset_interrupted = 1; /* nobody listens any more */
			return false;
		}
		line += written;
		len -= (size_t)written;
	}
	return true;
}

static bool pass_on(void *context, const json_t *record, const char *line)
{
	const int *out = context;
	(void)record;
	return write_all(*out, line);
}

static int work(void *context, size_t piece, int out)
{
	const struct all *all = context;
	struct check_job job = {
		.plan = all->job->plan, .book = all->job->book, .take = pass_on, .context = &out};
	struct check_options options =
		options_of(all->job->options, &all->many->targets.items[piece]);
	struct buffer password;
	char tool[400];
	snprintf(tool, sizeof tool, "handset check: %.300s", options.server);
	buffer_init(&password, &memory_standard, 0);
	bool good = check_target_read(&job, &options, tool, &password);
	int status = good ? check_many_one(all->many, &job) : EXIT_USAGE;
	buffer_free(&password);
	return status;
}

static bool take(void *context, size_t piece, struct octets line)
{
	const struct all *all = context;
	char *text = memory_copy_text(&memory_standard, line.at, line.len);
	json_t *record = json_loadb((const char *)line.at, line.len, 0, NULL);
	bool good =
		text != NULL && record != NULL && all->job->take(all->job->context, record, text);
	(void)piece;
	json_decref(record);
	memory_drop_text(&memory_standard, text);
	return good;
}

static void ended(void *context, size_t piece, int status)
{
	struct all *all = context;
	if (status == EXIT_AS_HOPED || status == EXIT_NOT || status == EXIT_INCONCLUSIVE)
		return;
	all->failed++;
	fprintf(stderr, "handset check: %s was not examined to its end\n",
		all->many->targets.items[piece].url);
}

/* Records that cannot be gone on with are told before anything begins. */
static bool may_resume(const struct all *all, size_t piece)
{
	struct check_options options =
		options_of(all->job->options, &all->many->targets.items[piece]);
	struct check_job job = *all->job;
	struct check_share share;
	struct sentence why = {""};
	job.options = &options;
	job.target = options.server;
	job.seed = options.seed;
	job.share = &share;
	check_target_who(&job, &options); /* what is wrong is told when it is its turn */
	bool good =
		check_share_make(&share, job.plan, &all->many->shard, false, options.facts_only) &&
		check_share_resume(&share, &job, all->many->earlier, &why);
	check_share_free(&share);
	if (!good)
		fail(why.text);
	return good;
}

int check_many_all(const struct check_many *many, const struct check_job *job)
{
	struct all all = {.many = many, .job = job};
	for (size_t i = 0; many->earlier != NULL && i < many->targets.count; i++) {
		if (!may_resume(&all, i))
			return EXIT_USAGE;
	}
	const struct crew_work crew = {.count = many->targets.count,
		.jobs = job->options->jobs != 0 ? (size_t)job->options->jobs : JOBS,
		.place = place_of,
		.work = work,
		.take = take,
		.ended = ended,
		.context = &all,
		.interrupted = &handset_interrupted};
	bool whole = crew_run(&crew);
	return whole && all.failed == 0 ? EXIT_AS_HOPED : EXIT_INCONCLUSIVE;
}
