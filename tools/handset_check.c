/* handset check: which clients can send through a server. */
#include "handset_check_facts.h"

#include "handset.h"
#include "handset_check_many.h"
#include "handset_check_target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(member) offsetof(struct check_options, member)
static const struct option_row client_rows[] = {
	{OPTION_TITLE, .help = "Which clients"},
	{OPTION_LIST, "client", 'c', "GLOB", AT(clients),
		"only clients whose name fits (nokia-*), or a profile of your own (a file); "
		"repeatable",
		NULL},
	{OPTION_LIST, "rule", 0, "GLOB", AT(rules),
		"only clients that break a rule that fits (needless-reset); repeatable", NULL},
	{OPTION_FLAG, "no-causes", 0, NULL, AT(no_causes),
		"do not look for the difference that a client fails for, which takes about ten "
		"more sessions of each that fails",
		NULL},
	{OPTION_TITLE, .help = "Facts about the server"},
	{OPTION_FLAG, "facts-only", 0, NULL, AT(facts_only),
		"no client, only what is true of the server: about 90 short sessions", NULL},
	{OPTION_FLAG, "no-facts", 0, NULL, AT(no_facts),
		"no facts (nor are there any where --client or --rule says what is asked for)",
		NULL},
	{OPTION_LIST, "fact", 0, "GLOB", AT(facts),
		"only facts whose name fits (login-*); repeatable", NULL},
	{OPTION_TEXT, "learn-server", 0, "FILE", AT(learn_server),
		"write a server profile of what was found out, for handset serve", NULL},
	{OPTION_FLAG, "list", 0, NULL, AT(list), "list all facts and clients, and connect nowhere",
		NULL},
};
static const struct option_command client_part = {
	.rows = client_rows, .row_count = sizeof client_rows / sizeof *client_rows};

static const struct option_row own_rows[] = {
	{OPTION_NUMBER, "max-connections", 0, "N", AT(max_connections),
		"so many connections and no more (3000); 0: any number", NULL, .max = 1000000},
	{OPTION_FLAG, "dry-run", 'n', NULL, AT(dry_run),
		"show what each client would say, and connect nowhere; needs no --server", NULL},
	{OPTION_TITLE, .help = "What is shown"},
	{OPTION_TEXT, "jsonl", 0, "FILE", AT(jsonl),
		"append each result there as it comes, one JSON object a line; a new file for each run, "
		"unless --resume goes on with one",
		NULL},
	{OPTION_FLAG, "verbose", 'v', NULL, AT(verbose), "show the dialogues on stderr as they go",
		NULL},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(quiet), "only the exit status", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};
static const struct option_command own_part = {
	.rows = own_rows, .row_count = sizeof own_rows / sizeof *own_rows};

static const struct option_command *const parts[] = {&check_target_part, &client_part,
	&check_careful_part, &check_many_part, &own_part, &output_command, NULL};

static const char *const examples[] = {
	"handset check --server smtp+starttls://mail.example.org --user me@example.org --passwordeval 'pass mail'",
	"handset check -s smtp://127.0.0.1:2525 -u u --password-file f -f a@example.org -t b@example.net --rate unlimited",
	"handset check -s smtps://mail.example.org -u me@example.org --password-file f --deliver --client 'nokia-*'",
	NULL};

static const struct option_command command = {"handset check", "--server URL [OPTION]...",
	"Finds out which mail clients of the catalogue can send through a server. Each client logs in "
	"and names a sender and a recipient as it would, and leaves with QUIT; nothing is delivered, "
	"unless you say --deliver. What a client fails at is tried again, with a client known to be "
	"correct in between: where that one cannot send, or the server answers differently from time "
	"to time, nothing is claimed. Check only servers that you may check.\n"
	"Exit status: 0 every client can send, 1 some cannot, 2 wrong usage or profile, "
	"3 nothing can be concluded. With --baseline, 1 only where one cannot that could before.",
	examples, NULL, 0, parts};

/* Everything that lives as long as the check. */
struct check {
	struct check_options options;
	struct check_plan plan;
	struct buffer password;
	struct check_job job;
	struct check_many many;
	struct advice_book *book;
	struct outputs outputs;
};

static int fail(const char *what)
{
	fprintf(stderr, "handset check: %s\nTry: handset check --help\n", what);
	return EXIT_USAGE;
}

bool check_wants_facts(const struct check_options *options)
{
	bool narrow = options->clients.count > 0 || options->rules.count > 0;
	return !options->no_facts && (options->facts_only || options->facts.count > 0 ||
					     options->learn_server != NULL || !narrow);
}

/* ---- what becomes of records ---- */

static const char *text_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));
	return text == NULL ? "" : text;
}

static enum colour colour_of(const char *verdict)
{
	if (strcmp(verdict, "sends") == 0)
		return COLOUR_GREEN;
	bool unknown = strcmp(verdict, "inconclusive") == 0 ||
		       strcmp(verdict, "not-applicable") == 0 ||
		       strcmp(verdict, "tls-too-old") == 0;
	return unknown ? COLOUR_YELLOW : COLOUR_RED;
}

/* What is as it should be is in the reports; here it would hide the rest. */
static void show_fact(const json_t *record)
{
	const char *verdict = text_of(record, "verdict"), *strength = text_of(record, "strength");
	bool broken = strcmp(verdict, "broken") == 0;
	if (!broken && strcmp(verdict, "inconclusive") != 0)
		return;
	enum colour colour = broken && strcmp(strength, "MUST") == 0 ? COLOUR_RED : COLOUR_YELLOW;
	fprintf(stderr, "%-24s %s%s%s: %s (%s, %s)\n", text_of(record, "fact"),
		handset_colour(stderr, colour), verdict, handset_plain(stderr),
		text_of(record, "sentence"), strength, text_of(record, "section"));
}

/* Of many servers each says one sentence. */
static void show_server(const json_t *record)
{
	if (strcmp(text_of(record, "record"), "end") == 0)
		fprintf(stderr, "%-40s %s\n", text_of(record, "target"),
			text_of(record, "verdict"));
}

/* Talk, while it goes on; the reports come behind the last record. */
static void show(const json_t *record)
{
	if (strcmp(text_of(record, "record"), "client") == 0)
		fprintf(stderr, "%-24s %s%s%s\n", text_of(record, "client"),
			handset_colour(stderr, colour_of(text_of(record, "verdict"))),
			text_of(record, "sentence"), handset_plain(stderr));
	if (strcmp(text_of(record, "record"), "fact") == 0)
		show_fact(record);
}

/* Written whole and to the disk, so that a check that is killed has not been for nothing. */
static bool take(void *context, const json_t *record, const char *line)
{
	struct check *check = context;
	if (!check->options.quiet && check->options.targets != NULL)
		show_server(record);
	else if (!check->options.quiet)
		show(record);
	return check_many_keep(&check->many, line) && outputs_take(&check->outputs, record);
}

static bool take_earlier(void *context, const json_t *record)
{
	struct check *check = context;
	return outputs_take(&check->outputs, record);
}

/* ---- options ---- */

static int prepare(struct check *check)
{
	struct check_job *job = &check->job;
	const struct check_options *options = &check->options;
	if (options->facts_only && (options->no_facts || options->clients.count > 0))
		return fail("--facts-only leaves out what --client or --no-facts says");
	if (options->learn_server != NULL && (options->no_facts || options->facts.count > 0))
		return fail(
			"--learn-server learns from all facts: leave out --fact and --no-facts");
	if (!check_facts_patterns_fit(&options->facts))
		return EXIT_USAGE;
	job->options = options;
	if ((options->targets == NULL &&
		    !check_target_read(job, options, "handset check", &check->password)) ||
		!check_plan_make(
			&check->plan, &options->clients, &options->rules, options->profiles))
		return EXIT_USAGE;
	int status = outputs_begin(&check->outputs, "handset check", &options->output);
	if (status == EXIT_AS_HOPED)
		status = check_many_open(&check->many, options);
	if (status == EXIT_AS_HOPED)
		status = outputs_open(&check->outputs, &options->output, options->quiet);
	if (status != EXIT_AS_HOPED)
		return status;
	if (!check_many_repeat(&check->many, take_earlier, check))
		return EXIT_INTERNAL;
	check->book = handset_advice(options->profiles);
	job->book = check->book;
	job->plan = &check->plan;
	job->take = take;
	job->context = check;
	return EXIT_AS_HOPED;
}

static int list(struct check *check)
{
	if (!check_plan_make(&check->plan, &check->options.clients, &check->options.rules,
		    check->options.profiles))
		return EXIT_USAGE;
	check_facts_list();
	for (size_t i = 0; i < check->plan.count; i++) {
		struct octets title = profile_title(check->plan.clients[i].profile);
		printf("%-34s client   ", check->plan.clients[i].name);
		handset_print_foreign(stdout, title);
		putchar('\n');
	}
	return EXIT_AS_HOPED;
}

/*
 * What was not said is stood in for: what clients say hangs little on it. Without a server there is
 * a login, for that is where they differ. NULL: there is none, or its password is known; else as
 * whom, with any password.
 */
static const char *stand_in(struct check_options *options)
{
	bool secret = options->password_file != NULL || options->password_command != NULL;
	bool known = options->user != NULL && secret, no_server = options->server == NULL;
	const char *user = options->user == NULL && no_server ? "phone" : options->user;
	bool says = no_server || options->from == NULL || options->to == NULL;
	if (no_server)
		options->server = "smtp://mail.example.org";
	if (options->from == NULL)
		options->from =
			user != NULL && strchr(user, '@') != NULL ? user : "phone@example.org";
	if (options->to == NULL)
		options->to = "someone@example.net";
	if (says && !options->quiet)
		fprintf(stderr, "handset check: as %s to %s through %s\n", options->from,
			options->to, options->server);
	if (known)
		return NULL;
	options->user = NULL; /* so that no password is asked for */
	return user;
}

/* Nothing is written, and nobody connected to. */
static int rehearse(struct check *check)
{
	struct check_job *job = &check->job;
	struct check_options *options = &check->options;
	if (options->targets != NULL)
		return fail("--dry-run is for one server: say --server");
	const char *user = stand_in(options);
	if (!check_target_read(job, options, "handset check", &check->password) ||
		!check_plan_make(
			&check->plan, &options->clients, &options->rules, options->profiles))
		return EXIT_USAGE;
	if (user != NULL) {
		job->user = user;
		job->password = "password";
	}
	job->plan = &check->plan;
	return check_rehearse(job);
}

/* A server that was not examined is one of which nothing can be concluded. */
static int examine_all(struct check *check)
{
	int all = check_many_all(&check->many, &check->job);
	int status = outputs_finish(&check->outputs, all);
	return status == EXIT_AS_HOPED ? all : status;
}

static int examine_one_or_all(struct check *check)
{
	handset_catch_signals();
	if (check->options.targets != NULL)
		return examine_all(check);
	return outputs_finish(&check->outputs, check_many_one(&check->many, &check->job));
}

static void finish(struct check *check)
{
	check_many_close(&check->many);
	advice_free(check->book);
	outputs_close(&check->outputs);
	buffer_free(&check->password);
	check_plan_free(&check->plan);
	options_free(&command, &check->options);
	free(check);
}

int handset_check(int argc, char **argv)
{
	struct check *check = calloc(1, sizeof *check);
	int first, status = EXIT_USAGE;
	if (check == NULL)
		return EXIT_INTERNAL;
	buffer_init(&check->password, &memory_standard, 0);
	check_target_defaults(&check->options);
	check->options.max_connections = 3000;
	if (handset_options(&command, argc, argv, &check->options, &first, &status)) {
		if (first < argc)
			status = fail("a server is named with --server, a client with --client");
		else if (check->options.list)
			status = list(check);
		else if (check->options.dry_run)
			status = rehearse(check);
		else if ((status = prepare(check)) == EXIT_AS_HOPED)
			status = examine_one_or_all(check);
	}
	finish(check);
	return status;
}
