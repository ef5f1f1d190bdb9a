/* handset explain: why one client cannot send through a server. */
#include "handset_explain.h"

#include "clock.h"
#include "handset.h"
#include "handset_check_ground.h"
#include "handset_check_target.h"

#include <stdlib.h>

struct explain_options {
	struct check_options common; /* first: its parts of the options stand here */
	uint64_t messages;
	bool json;
};

#define AT(member) offsetof(struct explain_options, member)
static const struct option_row own_rows[] = {
	{OPTION_NUMBER, "max-connections", 0, "N", AT(common.max_connections),
		"so many connections and no more (40)", NULL, .max = 10000},
	{OPTION_TITLE, .help = "What is asked"},
	{OPTION_NUMBER, "messages", 0, "N", AT(messages),
		"2: why is the second message of a session lost? (needs --deliver; 1)", NULL,
		.max = 2},
	{OPTION_TITLE, .help = "What is shown"},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "the result as JSON on standard output", NULL},
	{OPTION_FLAG, "verbose", 'v', NULL, AT(common.verbose),
		"show the dialogues on stderr as they go", NULL},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(common.quiet), "only the exit status", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};
static const struct option_command own_part = {
	.rows = own_rows, .row_count = sizeof own_rows / sizeof *own_rows};

static const struct option_command *const parts[] = {
	&check_target_part, &check_careful_part, &own_part, &output_format_command, NULL};

static const char *const examples[] = {
	"handset explain nokia-e61i --server smtp+starttls://mail.example.org --user me@example.org --passwordeval 'pass mail'",
	"handset explain nokia-e61i -s smtp://127.0.0.1:2525 -u u --password-file f -f a@example.org -t b@example.net --rate unlimited",
	"handset explain nokia-e61i -s smtps://mail.example.org -u me@example.org --password-file f --format html=why.html",
	"handset explain ./mine.yaml -s smtps://mail.example.org -u me@example.org --password-file f --deliver --messages 2",
	NULL};

static const struct option_command command = {"handset explain", "PROFILE --server URL [OPTION]...",
	"Finds out by experiment why a client cannot send through a server. What it does otherwise than "
	"a correct client is taken away, part by part, until it can send: the smallest part that makes "
	"a correct client fail is the cause. A client known to be correct sends before and in between; "
	"where that one cannot, or the server answers differently from time to time, nothing is "
	"claimed. Every step is a session with the server, about 10 as a rule.\n"
	"Nothing is delivered unless you say --deliver. With --refused the question is why the others "
	"lose the message when one recipient is refused.\n"
	"Exit status: 0 the client can send, 1 it cannot and the cause was found, 2 wrong usage or "
	"profile, 3 nothing can be concluded.",
	examples, NULL, 0, parts};

/* Everything that lives as long as the experiment. */
struct explaining {
	struct explain_options options;
	struct check_job job;
	struct check_ground ground;
	struct buffer password;
	struct profile *client;
	struct advice_book *book;
	struct explained explained;
	struct outputs outputs;
	struct progress_bar bar;
	size_t controls;
	uint64_t start_ms;
};

static int fail(const char *what)
{
	fprintf(stderr, "handset explain: %s\nTry: handset explain --help\n", what);
	return EXIT_USAGE;
}

/* How many there will be is not known before the last one. */
static void show_progress(struct explaining *explaining, size_t done)
{
	uint64_t most = explaining->options.common.max_connections;
	progress_bar_show_count(
		&explaining->bar, done, most == 0 ? CAUSE_CONNECTIONS : most, "sessions at most");
}

static void show_waiting(void *context)
{
	struct explaining *explaining = context;
	if (explaining->controls++ == 0)
		check_ground_show_waiting(&explaining->bar, &explaining->job, 1);
}

static void show_wait(void *context, uint64_t ms)
{
	struct explaining *explaining = context;
	if (explaining->options.common.quiet)
		return;
	progress_bar_hide(&explaining->bar);
	fprintf(stderr, "handset explain: the server turns us away; waiting %llu s\n",
		(unsigned long long)(ms / 1000));
}

/* Standard output is for the experiment as it goes, unless something else goes there. */
static bool is_shown(const struct explaining *explaining)
{
	const struct explain_options *options = &explaining->options;
	return !options->json && !options->common.quiet && !explaining->outputs.printed;
}

static void tell(void *context, const struct cause *cause, const struct cause_trial *trial)
{
	struct explaining *explaining = context;
	progress_bar_hide(&explaining->bar);
	if (is_shown(explaining))
		explain_trial(&explaining->explained, cause, trial);
	show_progress(explaining, cause->connections);
}

/* Without it there is less to say, and no less to find out. */
static bool read_aspect(const struct explain_options *options, enum aspect *aspect)
{
	bool second = options->messages == 2, refused = options->common.refused != NULL;
	*aspect = second    ? ASPECT_SECOND_MESSAGE
		  : refused ? ASPECT_REFUSED_RECIPIENT
			    : ASPECT_MESSAGE;
	if (options->messages == 0)
		fail("--messages takes 1 or 2");
	else if (second && refused)
		fail("--messages 2 and --refused are two questions: ask one at a time");
	else if (second && !options->common.deliver)
		fail("a second message comes only behind one that was sent: --messages 2 needs "
		     "--deliver");
	else
		return true;
	return false;
}

/* Only what --format names: what is shown while it goes on is shown anyway. */
static int prepare_reports(struct explaining *explaining)
{
	const struct output_options *options = &explaining->options.common.output;
	struct outputs *outputs = &explaining->outputs;
	int status = outputs_begin(outputs, "handset explain", options);
	if (status == EXIT_AS_HOPED && explaining->options.json && outputs->printed)
		return fail("--json and --format would both go to standard output: say --format "
			    "F=FILE");
	return status == EXIT_AS_HOPED ? outputs_open(outputs, options, true) : status;
}

static bool take(void *context, const json_t *record)
{
	struct explaining *explaining = context;
	return outputs_take(&explaining->outputs, record);
}

/* The status is the experiment's; a report judges by rules of its own. */
static bool report(struct explaining *explaining, const struct cause *cause, int status)
{
	struct explained *explained = &explaining->explained;
	if (explaining->outputs.count == 0)
		return true;
	explained->elapsed_ms = clock_ms() - explaining->start_ms;
	return explain_records(explained, cause, status, take, explaining) &&
	       outputs_finish(&explaining->outputs, status) != EXIT_INTERNAL;
}

static int prepare(struct explaining *explaining, const char *name)
{
	const struct explain_options *options = &explaining->options;
	enum aspect aspect;
	if (!read_aspect(options, &aspect) || !check_target_read(&explaining->job, &options->common,
						      "handset explain", &explaining->password))
		return EXIT_USAGE;
	explaining->client = handset_load(PROFILE_CLIENT, name, options->common.profiles);
	if (explaining->client == NULL)
		return EXIT_USAGE;
	int status = prepare_reports(explaining);
	if (status != EXIT_AS_HOPED)
		return status;
	check_ground_init(&explaining->ground, &explaining->job,
		options->common.verbose ? handset_show_event : NULL, NULL);
	explaining->ground.careful.settings.waits = show_wait;
	explaining->ground.careful.settings.waits_context = explaining;
	explaining->ground.control.begins = show_waiting;
	explaining->ground.control.begins_context = explaining;
	explaining->book = handset_advice(explaining->options.common.profiles);
	explaining->explained = (struct explained){.name = name,
		.target = options->common.server,
		.client = explaining->client,
		.account = &explaining->ground.account,
		.book = explaining->book,
		.aspect = aspect,
		.deliver = options->common.deliver,
		.seed = explaining->job.seed,
		.unix_time = explaining->job.unix_time};
	explaining->start_ms = clock_ms();
	return EXIT_AS_HOPED;
}

static int run(struct explaining *explaining)
{
	static const int statuses[] = {[CAUSE_NONE] = EXIT_AS_HOPED,
		[CAUSE_FOUND] = EXIT_NOT,
		[CAUSE_SERVER] = EXIT_NOT,
		[CAUSE_INCONCLUSIVE] = EXIT_INCONCLUSIVE};
	const struct explain_options *options = &explaining->options;
	const struct cause_settings settings = {.ground = &explaining->ground.careful.ground,
		.client = explaining->client,
		.aspect = explaining->explained.aspect,
		.deliver = options->common.deliver,
		.seed = explaining->job.seed,
		.max_connections = (size_t)options->common.max_connections,
		.tell = tell,
		.context = explaining};
	struct cause cause;
	bool shown = is_shown(explaining), talks = !options->json && !options->common.quiet;
	if (shown)
		explain_begin(&explaining->explained);
	progress_bar_begin(&explaining->bar, !talks || options->common.verbose);
	show_progress(explaining, 0);
	bool good = cause_find(&settings, &cause);
	progress_bar_hide(&explaining->bar);
	int status = good ? statuses[cause.state] : EXIT_INTERNAL;
	if (!good)
		fprintf(stderr, "handset explain: out of memory\n");
	else if (options->json)
		good = explain_json(&explaining->explained, &cause, status);
	else if (shown)
		good = explain_end(&explaining->explained, &cause);
	good = good && report(explaining, &cause, status);
	cause_free(&cause);
	return good ? status : EXIT_INTERNAL;
}

static void finish(struct explaining *explaining)
{
	outputs_close(&explaining->outputs);
	advice_free(explaining->book);
	profile_free(explaining->client);
	buffer_free(&explaining->password);
	options_free(&command, &explaining->options);
	free(explaining);
}

int handset_explain(int argc, char **argv)
{
	struct explaining *explaining = calloc(1, sizeof *explaining);
	int first, status = EXIT_USAGE;
	if (explaining == NULL)
		return EXIT_INTERNAL;
	buffer_init(&explaining->password, &memory_standard, 0);
	check_target_defaults(&explaining->options.common);
	explaining->options.common.max_connections = CAUSE_CONNECTIONS;
	explaining->options.messages = 1;
	if (handset_options(&command, argc, argv, &explaining->options, &first, &status)) {
		if (first + 1 == argc)
			status = prepare(explaining, argv[first]);
		else
			status =
				fail(first == argc ? "which client? handset profile list names them"
						   : "one PROFILE at a time");
		if (status == EXIT_AS_HOPED) {
			handset_catch_signals();
			status = run(explaining);
		}
	}
	finish(explaining);
	return status;
}
