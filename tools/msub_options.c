/* options: the table. */
#include "msub_options.h"

#include <stddef.h>

#include "msub_keys.h"

#define AT(member) offsetof(struct msub_options, member)

/* The rows of the accounts' settings are those of msub_keys.h that can be said as options. */
#define KEY_OPTION_KIND_TEXT OPTION_SETTING
#define KEY_OPTION_KIND_PATH OPTION_SETTING
#define KEY_OPTION_KIND_SECRET OPTION_SETTING
#define KEY_OPTION_KIND_SWITCH OPTION_SETTING_OR_NONE
#define KEY_OPTION_KIND_PORT OPTION_SETTING
#define KEY_OPTION_KIND_NUMBER OPTION_SETTING
#define KEY_OPTION_KIND_TIME OPTION_SETTING
#define KEY_OPTION_KIND_WORD OPTION_SETTING
#define KEY_OPTION_KIND_WORD_OR_NONE OPTION_SETTING_OR_NONE
#define KEY_OPTION(constant, key, option, letter, kind, words, argument, help)                     \
	{KEY_OPTION_##kind, option, letter, argument, AT(settings), help, .number = KEY_##constant},
#define TITLE(words)                                                                               \
	{                                                                                          \
		OPTION_TITLE, NULL, 0, NULL, 0, words, NULL                                        \
	}

/* clang-format off */
static const struct option_row rows[] = {
	TITLE("Which account (see msubrc(5)):"),
	{OPTION_TEXT, "account", 'a', "NAME", AT(account),
		"Default: the one whose sender --from names, or the one of the name \"default\"",
		NULL},
	{OPTION_TEXT, "file", 'C', "FILE", AT(file),
		"The user's configuration. Default: ~/.msubrc, $XDG_CONFIG_HOME/msub/config, ~/.msmtprc, "
		"or $XDG_CONFIG_HOME/msmtp/config",
		NULL},
	TITLE("The server (with --host no configuration is read):"),
	MSUB_KEYS_SERVER(KEY_OPTION)
	TITLE("TLS:"),
	MSUB_KEYS_TLS(KEY_OPTION)
	TITLE("The login:"),
	MSUB_KEYS_LOGIN(KEY_OPTION)
	TITLE("The sender and the header; nothing else in a message is touched:"),
	MSUB_KEYS_HEADER(KEY_OPTION)
	TITLE("Delivery reports:"),
	MSUB_KEYS_REPORT(KEY_OPTION)
	TITLE("Records, and mails that cannot be sent now:"),
	MSUB_KEYS_RECORD(KEY_OPTION)
	MSUB_KEYS_OLD(KEY_OPTION)
	{OPTION_FLAG, "enqueue", 0, NULL, AT(enqueue), "Only put the mail into the --queue", NULL},
	{OPTION_FLAG, "flush", 0, NULL, AT(flush), "Send what waits in the --queue, and end", NULL},
	{OPTION_FLAG, "show-queue", 0, NULL, AT(show_queue),
		"Print what waits in the --queue, and end", NULL},

	TITLE("Instead of sending:"),
	{OPTION_FLAG, "pretend", 'P', NULL, AT(pretend), "Print the settings, and end", NULL},
	{OPTION_FLAG, "serverinfo", 'S', NULL, AT(serverinfo),
		"Print what the server says of itself, what it offers, and its certificate", NULL},
	{OPTION_TEXT, "configure", 0, "ADDRESS", AT(configure),
		"Look up where mail from this address is submitted, and print an account for msubrc", NULL},

	{OPTION_TITLE, NULL, 0, NULL, 0, "And:", NULL},
	{OPTION_TEXT, "rmqs", 0, "HOST", AT(remote_queue), NULL, NULL},
	{OPTION_FLAG, "debug", 'd', NULL, AT(debug),
		"Show the dialogue on stderr (-> said, <- heard, <** refused, === remarks); secrets are hidden",
		NULL},
	{OPTION_FLAG, NULL, 'v', NULL, AT(debug), NULL, NULL},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "Print what became of each message on stdout",
		NULL},
	{OPTION_FLAG, "json-lines", 0, NULL, AT(json_lines), "The same, one line for each message",
		NULL},
	{OPTION_FLAG, "quiet", 0, NULL, AT(quiet),
		"Show no progress bar (there is one only on a terminal, for more than 1 MiB or 10 "
		"messages), and tell not of lines that are too long or of NUL octets",
		NULL},
	{OPTION_FLAG, "version", 0, NULL, AT(version), "Print the version, and where configuration is looked for", NULL},
	{OPTION_HELP, "help", 0, NULL, 0, "Print this and end", NULL},
};
/* clang-format on */

static const char *const examples[] = {
	"msub -t <mail                             send a message to those whom its header names",
	"msub --to=bob@example.net --subject='A file' --attach=plan.pdf <text    write one",
	"msub --batch outgoing/                    send all that is in a folder, in one session",
	"msub --host=mail.example.org --port=587 --tls --user=ann -t <mail    without a configuration",
	"msub --host=mail.example.org --tls --serverinfo    what a server offers, and whether it is it",
	NULL,
};

/* The order of the help: what is sent, then the rows above, then what sendmail has besides. */
static const struct option_command own = {.rows = rows, .row_count = sizeof rows / sizeof *rows};
static const struct option_command *const parts[] = {
	&msub_options_mail, &msub_options_compose, &own, &msub_options_sendmail, NULL};

static const struct option_command command = {
	.name = "msub",
	.usage = "[OPTION...] [--] RECIPIENT... <MESSAGE\n"
		 "       msub [OPTION...] -t [RECIPIENT...] <MESSAGE\n"
		 "       msub [OPTION...] --to=ADDRESSES --subject=TEXT [--attach=FILE...] <TEXT\n"
		 "       msub [OPTION...] --batch FILE... | --mbox [FILE...]",
	.about =
		"Sends the message on the standard input, or those of the files, through a mail server.\n"
		"It goes to all of a message's recipients or to none, unless --partial is given.\n"
		"Exit statuses: 0 all accepted, 64 wrong usage, 65 a recipient or message refused, "
		"66 no such file, 68 no such host, 69 server refused, 70 perhaps delivered, 71 memory, "
		"73 the queue cannot take it, 74 reading or writing failed, 75 try later, "
		"76 protocol broken, 77 login refused or needed, 78 settings, "
		"79 some recipients have it and others do not.",
	.examples = examples,
	.parts = parts,
};

enum option_result msub_options_parse(
	struct msub_options *options, int argc, char **argv, int *first)
{
	*options = (struct msub_options){0};
	return options_parse(&command, argc, argv, options, first);
}

void msub_options_free(struct msub_options *options)
{
	options_free(&command, options);
}
