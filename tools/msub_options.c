/* options: the table, and from words to settings. */
#include "msub_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define AT(member) offsetof(struct msub_options, member)

static const char *const auth_words[] = {"on", "off", "plain", "login", "cram-md5", NULL};

static const struct option_row rows[] = {
	{OPTION_TITLE, NULL, 0, NULL, 0, "The server:", NULL},
	{OPTION_TEXT, "host", 0, "HOST", AT(host), "A name or an address", NULL},
	{OPTION_TEXT, "port", 0, "PORT", AT(port),
		"Default: 25, or 465 with --tls and --tls-starttls=off", NULL},
	{OPTION_TIME, "timeout", 0, "TIME", AT(timeout_ms),
		"How long to wait for the server at each step (10, 10s, 500ms, 2min, off). Default: off, "
		"which means the times of RFC 5321",
		NULL},
	{OPTION_TEXT, "domain", 0, "NAME", AT(hello),
		"What to say in EHLO. Default: the address of the connection", NULL},

	{OPTION_TITLE, NULL, 0, NULL, 0, "TLS:", NULL},
	{OPTION_SWITCH, "tls", 0, "on|off", AT(tls), "Default: off", NULL},
	{OPTION_SWITCH, "tls-starttls", 0, "on|off", AT(starttls),
		"With --tls: begin in clear and say STARTTLS (on, the default), or begin with TLS (off)",
		NULL},
	{OPTION_TEXT, "tls-trust-file", 0, "FILE", AT(trust_file),
		"The certificates to trust (PEM). Default: those of the system", NULL},
	{OPTION_SWITCH, "tls-certcheck", 0, "on|off", AT(certcheck),
		"Whether the server's certificate has to hold. Default: on", NULL},

	{OPTION_TITLE, NULL, 0, NULL, 0, "The login:", NULL},
	{OPTION_WORD, "auth", 0, "on|off|plain|login|cram-md5", AT(auth),
		"With which mechanism; \"on\" takes the strongest and never says the password in clear "
		"outside TLS. Default: on where there is a user, else off",
		auth_words},
	{OPTION_TEXT, "user", 0, "NAME", AT(user), "Who logs in", NULL},
	{OPTION_TEXT, "passwordeval", 0, "COMMAND", AT(passwordeval),
		"The password is the first line that this shell command prints", NULL},
	{OPTION_TEXT, "password-file", 0, "FILE", AT(password_file),
		"The password is the first line of this file", NULL},

	{OPTION_TITLE, NULL, 0, NULL, 0, "And:", NULL},
	{OPTION_FLAG, "debug", 'd', NULL, AT(debug),
		"Show the dialogue on stderr (-> said, <- heard, <** refused, === remarks); secrets are hidden",
		NULL},
	{OPTION_FLAG, NULL, 'v', NULL, AT(debug), NULL, NULL},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "Print what became of each message on stdout",
		NULL},
	{OPTION_FLAG, "version", 0, NULL, AT(version), "Print the version and end", NULL},
	{OPTION_HELP, "help", 0, NULL, 0, "Print this and end", NULL},
};

static const char *const examples[] = {
	"msub --host=mail.example.org --port=587 --tls --user=ann --passwordeval='pass mail' -t <mail",
	"msub --host=localhost --from=ann@example.org bob@example.net <mail",
	"msub --host=mail.example.org --tls --tls-starttls=off --batch outgoing/*.eml",
	NULL,
};

/* The order of the help: what is sent, then the rows above, then what sendmail has besides. */
static const struct option_command own = {.rows = rows, .row_count = sizeof rows / sizeof *rows};
static const struct option_command *const parts[] = {
	&msub_options_mail, &own, &msub_options_sendmail, NULL};

static const struct option_command command = {
	.name = "msub",
	.usage = "[OPTION...] [--] RECIPIENT...\n"
		 "       msub [OPTION...] -t [RECIPIENT...]\n"
		 "       msub [OPTION...] --batch FILE...",
	.about =
		"Sends the message on the standard input, or those of the files, through a mail server.\n"
		"It goes to all of a message's recipients or to none.\n"
		"Exit statuses: 0 all accepted, 64 wrong usage, 65 a recipient or message refused, "
		"66 no such file, 68 no such host, 69 server refused, 70 perhaps delivered, 71 memory, "
		"74 reading or writing failed, 75 try later, 76 protocol broken, 77 login refused or "
		"needed, 78 settings.",
	.examples = examples,
	.parts = parts,
};

enum option_result msub_options_parse(
	struct msub_options *options, int argc, char **argv, int *first)
{
	*options = (struct msub_options){
		.tls = 0, .starttls = 1, .certcheck = 1, .auth = -1, .remove_bcc = 1};
	return options_parse(&command, argc, argv, options, first);
}

/* As in msmtp, an empty value unsets an option. */
static const char *value_of(const char *value)
{
	return value == NULL || value[0] == 0 ? NULL : value;
}

static bool take_port(
	const struct msub_options *options, struct msub_settings *settings, struct trouble *trouble)
{
	const char *text = value_of(options->port);
	settings->port = settings->tls == MSUB_TLS_IMPLICIT ? 465 : 25;
	if (text == NULL)
		return true;
	size_t digits = strspn(text, "0123456789");
	unsigned long port = digits <= 5 ? strtoul(text, NULL, 10) : 0;
	if (text[digits] != 0 || port == 0 || port > 65535)
		return trouble_set(
			trouble, EX_USAGE, "--port is a number from 1 to 65535, not \"%s\"", text);
	settings->port = (uint16_t)port;
	return true;
}

static void take_tls(const struct msub_options *options, struct msub_settings *settings)
{
	const char *trust_file = value_of(options->trust_file);
	if (options->tls == 0)
		settings->tls = MSUB_TLS_NONE;
	else
		settings->tls = options->starttls != 0 ? MSUB_TLS_STARTTLS : MSUB_TLS_IMPLICIT;
	settings->trust_anyone = options->certcheck == 0;
	/* msmtp's word for the default */
	if (trust_file != NULL && strcmp(trust_file, "system") != 0)
		settings->trust_file = trust_file;
}

/* One time for everything that waits; QUIT never waits longer than it does anyway. */
static void take_timeout(uint64_t timeout_ms, struct msub_timeouts *timeouts)
{
	if (timeout_ms == 0)
		return;
	timeouts->connect_ms = timeouts->handshake_ms = timeout_ms;
	timeouts->greeting_ms = timeouts->command_ms = timeouts->data_ms = timeout_ms;
	timeouts->block_ms = timeouts->end_ms = timeout_ms;
	if (timeout_ms < timeouts->quit_ms)
		timeouts->quit_ms = timeout_ms;
}

static bool take_login(
	const struct msub_options *options, struct msub_settings *settings, struct trouble *trouble)
{
	static const char *const mechanisms[] = {[AUTH_ON] = NULL,
		[AUTH_PLAIN] = "PLAIN",
		[AUTH_LOGIN] = "LOGIN",
		[AUTH_CRAM_MD5] = "CRAM-MD5"};
	const char *user = value_of(options->user);
	bool evaluated = value_of(options->passwordeval) != NULL,
	     file = value_of(options->password_file) != NULL;
	int auth = options->auth == -1 ? (user != NULL ? AUTH_ON : AUTH_OFF) : options->auth;
	if (auth == AUTH_OFF)
		return true;
	if (user == NULL)
		return trouble_set(trouble, EX_CONFIG,
			"a login needs a user: name one with --user, or use --auth=off");
	if (evaluated && file)
		return trouble_set(
			trouble, EX_USAGE, "--passwordeval and --password-file: only one of them");
	if (!evaluated && !file)
		return trouble_set(trouble, EX_CONFIG,
			"a login needs a password: name its source with --passwordeval or --password-file");
	settings->user = user;
	settings->mechanism = mechanisms[auth];
	settings->password = ""; /* until it is wanted */
	return true;
}

/* Which option a member of the settings comes from. */
static const char *option_of(const char *member)
{
	static const struct {
		const char *member, *option;
	} names[] = {{"host", "--host"}, {"hello", "--domain"}, {"mechanism", "--auth"},
		{"user", "--user"}, {"password", "the password"}, {"tls", "--tls"}};
	for (size_t i = 0; member != NULL && i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i].member, member) == 0)
			return names[i].option;
	}
	return member == NULL ? "a setting" : member;
}

static bool check(const struct msub_settings *settings, struct trouble *trouble)
{
	const char *which = NULL;
	return msub_settings_check(settings, &which) == MSUB_OK ||
	       trouble_set(
		       trouble, EX_CONFIG, "%s cannot be used as it is given", option_of(which));
}

bool msub_options_settings(
	const struct msub_options *options, struct msub_settings *settings, struct trouble *trouble)
{
	msub_settings_init(settings);
	settings->all_or_nothing = true;
	settings->host = value_of(options->host);
	settings->hello = value_of(options->hello);
	take_tls(options, settings);
	take_timeout(options->timeout_ms, &settings->timeouts);
	if (settings->host == NULL)
		return trouble_set(trouble, EX_CONFIG, "no server: name one with --host");
	return take_port(options, settings, trouble) && take_login(options, settings, trouble) &&
	       check(settings, trouble);
}

bool msub_options_password(const struct msub_options *options, struct secret *secret,
	struct msub_settings *settings, struct trouble *trouble)
{
	const char *command_line = value_of(options->passwordeval);
	if (settings->user == NULL)
		return true;
	settings->password = secret->text;
	if (!(command_line != NULL ? secret_from_command(secret, command_line, trouble)
				   : secret_from_file(secret, options->password_file, trouble)))
		return false;
	return check(settings, trouble);
}
