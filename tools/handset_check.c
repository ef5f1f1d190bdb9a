/* handset check: which clients can send through a server. */
#include "handset_check.h"

#include "clock.h"
#include "handset.h"
#include "system_random.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT(member) offsetof(struct check_options, member)
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "Which server, and as whom"},
	{OPTION_TEXT, "server", 's', "URL", AT(server),
		"smtp://HOST:PORT in clear, smtp+starttls://HOST:PORT, smtps://HOST:PORT; without "
		":PORT 25, 587, 465",
		NULL},
	{OPTION_TEXT, "user", 'u', "NAME", AT(user), "log in as NAME; without it no login is tried",
		NULL},
	{OPTION_TEXT, "password-file", 0, "FILE", AT(password_file),
		"its first line is the password", NULL},
	{OPTION_TEXT, "passwordeval", 0, "COMMAND", AT(password_command),
		"the first line that it prints is the password", NULL},
	{OPTION_TEXT, "trust-file", 0, "FILE", AT(trust_file),
		"certificates to trust, PEM; otherwise the system's", NULL},
	{OPTION_FLAG, "insecure", 0, NULL, AT(insecure), "take any certificate", NULL},
	{OPTION_TITLE, .help = "The mail"},
	{OPTION_TEXT, "from", 'f', "ADDRESS", AT(from),
		"the sender (the user, where that is an address)", NULL},
	{OPTION_TEXT, "to", 't', "ADDRESS", AT(to),
		"the recipient, somebody to whom the account may send (the sender)", NULL},
	{OPTION_TEXT, "refused", 0, "ADDRESS", AT(refused),
		"a recipient that the server is known to refuse: tells which clients then lose the "
		"others as well",
		NULL},
	{OPTION_FLAG, "deliver", 0, NULL, AT(deliver),
		"send messages to the end, two of each client and some more: only that shows what "
		"goes wrong behind DATA and with a second message. Without it every session ends "
		"with the recipients' replies, and nothing arrives",
		NULL},
	{OPTION_TITLE, .help = "Which clients"},
	{OPTION_LIST, "client", 'c', "GLOB", AT(clients),
		"only clients whose name fits (nokia-*), or a profile of your own (a file); "
		"repeatable",
		NULL},
	{OPTION_LIST, "rule", 0, "GLOB", AT(rules),
		"only clients that break a rule that fits (needless-reset); repeatable", NULL},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
	{OPTION_TITLE, .help = "How carefully"},
	{OPTION_TEXT, "rate", 0, "N/s|PAUSE|unlimited", AT(rate),
		"how many connections a second, or the pause between two (1s); unlimited: for "
		"servers of your own",
		NULL},
	{OPTION_NUMBER, "max-connections", 0, "N", AT(max_connections),
		"so many connections and no more (1000); 0: any number", NULL, .max = 1000000},
	{OPTION_NUMBER, "max-refused-logins", 0, "N", AT(max_refused_logins),
		"end when so many logins were refused, before the account is locked (3); 0: never",
		NULL, .max = 1000000},
	{OPTION_TIME, "patience", 0, "TIME", AT(patience_ms),
		"so long may the server say nothing before a session counts as hung (10s)", NULL},
	{OPTION_NUMBER, "seed", 0, "NUMBER", AT(seed), "makes the order of trials repeat", NULL},
	{OPTION_TEXT, "host", 0, "NAME", AT(host), "the clients' host name, for those that say one",
		NULL},
	{OPTION_FLAG, "dry-run", 'n', NULL, AT(dry_run),
		"show what each client would say, and connect nowhere", NULL},
	{OPTION_TITLE, .help = "What is shown"},
	{OPTION_TEXT, "jsonl", 0, "FILE", AT(jsonl),
		"append each result there as it comes, one JSON object a line", NULL},
	{OPTION_FLAG, "verbose", 'v', NULL, AT(verbose), "show the dialogues on stderr as they go",
		NULL},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(quiet), "only the exit status", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const char *const examples[] = {
	"handset check --server smtp+starttls://mail.example.org --user me@example.org --passwordeval 'pass mail'",
	"handset check -s smtp://127.0.0.1:2525 -u u --password-file f -f a@example.org -t b@example.net --rate unlimited",
	"handset check -s smtps://mail.example.org -u me@example.org --password-file f --deliver --client 'nokia-*'",
	NULL};

static const struct option_command *const parts[] = {&output_command, NULL};
static const struct option_command command = {"handset check", "--server URL [OPTION]...",
	"Finds out which mail clients of the catalogue can send through a server. Each client logs in "
	"and names a sender and a recipient as it would, and leaves with QUIT; nothing is delivered, "
	"unless you say --deliver. What a client fails at is tried again, with a client known to be "
	"correct in between: where that one cannot send, or the server answers differently from time "
	"to time, nothing is claimed. Check only servers that you may check.\n"
	"Exit status: 0 every client can send, 1 some cannot, 2 wrong usage or profile, "
	"3 nothing can be concluded. With --baseline, 1 only where one cannot that could before.",
	examples, rows, sizeof rows / sizeof *rows, parts};

/* Everything that lives as long as the check. */
struct check {
	struct check_options options;
	struct check_plan plan;
	struct buffer password;
	struct check_job job;
	FILE *jsonl;
	struct outputs outputs;
};

static int fail(const char *what)
{
	fprintf(stderr, "handset check: %s\nTry: handset check --help\n", what);
	return EXIT_USAGE;
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

/* Talk, while it goes on; the reports come behind the last record. */
static void show(const json_t *record)
{
	if (strcmp(text_of(record, "record"), "client") == 0)
		fprintf(stderr, "%-24s %s%s%s\n", text_of(record, "client"),
			handset_colour(stderr, colour_of(text_of(record, "verdict"))),
			text_of(record, "sentence"), handset_plain(stderr));
}

/* Written whole and to the disk, so that a check that is killed has not been for nothing. */
static bool keep(FILE *stream, const char *line)
{
	bool good = fputs(line, stream) >= 0 && fflush(stream) == 0;
	fsync(fileno(stream)); /* what is no file cannot */
	if (!good)
		fprintf(stderr, "handset check: --jsonl: the file could not be written\n");
	return good;
}

static bool take(void *context, const json_t *record, const char *line)
{
	struct check *check = context;
	if (!check->options.quiet)
		show(record);
	if (!outputs_take(&check->outputs, record))
		return false;
	return check->jsonl == NULL || keep(check->jsonl, line);
}

/* ---- options ---- */

/* "2/s", a pause, or unlimited. */
static bool read_rate(const char *rate, uint64_t *pause_ms)
{
	uint64_t number;
	size_t len = rate == NULL ? 0 : strlen(rate);
	*pause_ms = 1000;
	if (rate == NULL)
		return true;
	if (strcmp(rate, "unlimited") == 0) {
		*pause_ms = 0;
		return true;
	}
	if (len > 2 && strcmp(rate + len - 2, "/s") == 0) {
		if (!octets_number(octets_make(rate, len - 2), &number) || number == 0 ||
			number > 1000)
			return false;
		*pause_ms = 1000 / number;
		return true;
	}
	return options_time(rate, pause_ms);
}

static bool is_address(const char *text)
{
	const char *at = text == NULL ? NULL : strrchr(text, '@');
	return at != NULL && at != text && at[1] != 0 && strpbrk(text, "\r\n<> ") == NULL;
}

static int read_addresses(struct check *check)
{
	struct check_job *job = &check->job;
	const struct check_options *options = &check->options;
	job->sender = options->from;
	if (job->sender == NULL && is_address(options->user))
		job->sender = options->user;
	job->recipient = options->to != NULL ? options->to : job->sender;
	if (job->sender == NULL)
		return fail("who sends? Say --from ADDRESS");
	if (!is_address(job->sender))
		return fail("--from takes an address such as me@example.org");
	if (!is_address(job->recipient))
		return fail("--to takes an address such as you@example.net");
	if (options->refused != NULL && !is_address(options->refused))
		return fail("--refused takes an address that the server refuses");
	return EXIT_AS_HOPED;
}

static uint64_t now_unix(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	return fixed != NULL && octets_number(octets_of(fixed), &seconds) ? seconds : clock_unix();
}

static int prepare(struct check *check)
{
	struct check_job *job = &check->job;
	const struct check_options *options = &check->options;
	struct sentence why = {""};
	if (options->server == NULL)
		return fail("which server? Say --server smtp+starttls://HOST");
	if (!server_url_parse(&job->url, options->server, &why))
		return fail(why.text);
	if (!read_rate(options->rate, &job->pause_ms))
		return fail("--rate takes 2/s, a pause such as 500ms, or unlimited");
	if (read_addresses(check) != EXIT_AS_HOPED)
		return EXIT_USAGE;
	if (!handset_password("handset check", options->user, options->password_file,
		    options->password_command, &check->password) ||
		!check_plan_make(
			&check->plan, &options->clients, &options->rules, options->profiles))
		return EXIT_USAGE;
	if (options->jsonl != NULL) {
		check->jsonl = fopen(options->jsonl, "ae");
		if (check->jsonl == NULL)
			return fail("--jsonl: the file cannot be written");
	}
	int status = outputs_open(
		&check->outputs, "handset check", &options->output, options->quiet);
	if (status != EXIT_AS_HOPED)
		return status;
	job->options = options;
	job->target = options->server;
	job->user = options->user;
	job->password = buffer_string(&check->password);
	job->seed = options->seed != UINT64_MAX ? options->seed : system_random_seed() >> 12;
	job->unix_time = now_unix();
	job->plan = &check->plan;
	job->take = take;
	job->context = check;
	return EXIT_AS_HOPED;
}

static void finish(struct check *check)
{
	if (check->jsonl != NULL)
		fclose(check->jsonl);
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
	check->options.host = "handset-check.example.org";
	check->options.patience_ms = 10000;
	check->options.max_connections = 1000;
	check->options.max_refused_logins = 3;
	check->options.seed = UINT64_MAX;
	if (handset_options(&command, argc, argv, &check->options, &first, &status)) {
		if (first < argc)
			status = fail("a server is named with --server, a client with --client");
		else
			status = prepare(check);
		if (status == EXIT_AS_HOPED) {
			handset_catch_signals();
			status = outputs_finish(&check->outputs, check_run(&check->job));
		}
	}
	finish(check);
	return status;
}
