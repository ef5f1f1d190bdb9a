/* handset_check_target: the options about the server, the account and the mail, and their reading.
 */
#include "handset_check_target.h"

#include "clock.h"
#include "handset.h"
#include "system_random.h"

#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct check_options, member)
static const struct option_row target_rows[] = {
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
	{OPTION_TEXT, "fingerprint", 0, "HEX", AT(fingerprint),
		"trust the one certificate with this SHA-256 fingerprint (01:23:...), and no other",
		NULL},
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
		"send messages to the end, some for each client: only that shows what "
		"goes wrong behind DATA and with a second message. Without it every session ends "
		"with the recipients' replies, and nothing arrives",
		NULL},
};
const struct option_command check_target_part = {
	.rows = target_rows, .row_count = sizeof target_rows / sizeof *target_rows};

static const struct option_row careful_rows[] = {
	{OPTION_TITLE, .help = "How carefully"},
	{OPTION_TEXT, "rate", 0, "N/s|PAUSE|unlimited", AT(rate),
		"how many connections a second, or the pause between two (1s); unlimited: for "
		"servers of your own",
		NULL},
	{OPTION_NUMBER, "max-refused-logins", 0, "N", AT(max_refused_logins),
		"end when so many logins were refused, before the account is locked (3; where --rate is "
		"unlimited: never); 0: never",
		NULL, .max = 1000000},
	{OPTION_TIME, "patience", 0, "TIME", AT(patience_ms),
		"so long may the server say nothing before a session counts as hung (10s)", NULL},
	{OPTION_NUMBER, "seed", 0, "NUMBER", AT(seed), "makes the order of trials repeat", NULL},
	{OPTION_TEXT, "host", 0, "NAME", AT(host),
		"the clients' host name, for those that say one (handset-check.example.org), and the "
		"control's and the probes', which else say their address",
		NULL},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
};
const struct option_command check_careful_part = {
	.rows = careful_rows, .row_count = sizeof careful_rows / sizeof *careful_rows};

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

const char *check_target_who(struct check_job *job, const struct check_options *options)
{
	job->user = options->user;
	job->sender = options->from;
	if (job->sender == NULL && is_address(options->user))
		job->sender = options->user;
	job->recipient = options->to != NULL ? options->to : job->sender;
	if (job->sender == NULL)
		return options->user == NULL
			       ? "who sends? Say --from ADDRESS"
			       : "who sends? The user is no address: say --from ADDRESS";
	if (!is_address(job->sender))
		return "--from takes an address such as me@example.org";
	if (!is_address(job->recipient))
		return "--to takes an address such as you@example.net";
	if (options->refused != NULL && !is_address(options->refused))
		return "--refused takes an address that the server refuses";
	return NULL;
}

static uint64_t now_unix(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	return fixed != NULL && octets_number(octets_of(fixed), &seconds) ? seconds : clock_unix();
}

/* What is wrong; NULL: nothing. */
static const char *read_target(
	struct check_job *job, const struct check_options *options, struct sentence *why)
{
	if (options->server == NULL)
		return "which server? Say --server smtp+starttls://HOST";
	if (!server_url_parse(&job->url, options->server, why))
		return why->text;
	if (options->fingerprint != NULL && options->insecure)
		return "--insecure takes any certificate, and --fingerprint one: say one of them";
	if (!read_rate(options->rate, &job->pause_ms))
		return "--rate takes 2/s, a pause such as 500ms, or unlimited";
	return check_target_who(job, options);
}

/*
 * A server that is hurried is its owner's own, and a search for why a login is refused has logins
 * refused: only elsewhere is the account in danger.
 */
static size_t max_refused_logins(const struct check_options *options)
{
	bool own = options->rate != NULL && strcmp(options->rate, "unlimited") == 0;
	if (options->max_refused_logins != UINT64_MAX)
		return (size_t)options->max_refused_logins;
	return own ? 0 : 3;
}

bool check_target_read(struct check_job *job, const struct check_options *options, const char *tool,
	struct buffer *password)
{
	struct sentence why = {""};
	const char *wrong = read_target(job, options, &why);
	if (wrong != NULL) {
		fprintf(stderr, "%s: %s\nTry: %s --help\n", tool, wrong, tool);
		return false;
	}
	if (!handset_can_trust(tool, options->trust_file) ||
		!handset_pin_read(tool, options->fingerprint, &job->pin) ||
		!handset_password(tool, options->user, options->password_file,
			options->password_command, password))
		return false;
	job->options = options;
	job->max_refused_logins = max_refused_logins(options);
	job->target = options->server;
	job->password = buffer_string(password);
	job->seed = options->seed != UINT64_MAX ? options->seed : system_random_seed() >> 12;
	job->unix_time = now_unix();
	return true;
}

void check_target_defaults(struct check_options *options)
{
	options->patience_ms = 10000;
	options->max_refused_logins = UINT64_MAX;
	options->seed = UINT64_MAX;
}
