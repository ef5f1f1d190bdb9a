/* options_mail: the rows about what is sent and to whom, and those that only sendmail has. */
#include "msub_options.h"

#include <stddef.h>

/* Rows for a flag that sendmail has and that changes nothing here. */
#define PASSED(letter)                                                                             \
	{                                                                                          \
		OPTION_PASSED, NULL, letter, NULL, 0, NULL, NULL                                   \
	}
#define PASSED_WITH(letter)                                                                        \
	{                                                                                          \
		OPTION_PASSED_WITH, NULL, letter, NULL, 0, NULL, NULL                              \
	}
#define AT(member) offsetof(struct msub_options, member)

/* sendmail's modes (enum mode); a daemon or a test of addresses is not had here. */
static const char *const mode_words[] = {"m", "s", "p", "i", NULL};
static const char *const body_words[] = {"7BIT", "8BITMIME", NULL};

static const char *const mbox_words[] = {"mboxo", "mboxrd", "mboxcl", NULL};

static const struct option_row mail_rows[] = {
	{OPTION_TITLE, NULL, 0, NULL, 0, "What is sent, and to whom:", NULL},
	{OPTION_FLAG, "read-recipients", 't', NULL, AT(read_recipients),
		"Also send to those whom the header's To, Cc and Bcc name; where it has Resent- fields, "
		"to those of the first block of them",
		NULL},
	{OPTION_FLAG, "batch", 0, NULL, AT(batch),
		"The operands are files, each with one message, or folders of such files (a Maildir, too); "
		"each message's header names its recipients and (without --from) its sender. They go "
		"through one session where the server allows it",
		NULL},
	{OPTION_FLAG, "mbox", 0, NULL, AT(mbox),
		"The operands are mboxes (none, or -: the standard input); otherwise as --batch",
		NULL},
	{OPTION_CHOICE, "mbox-format", 0, "mboxo|mboxrd|mboxcl", AT(mbox_format),
		"How an mbox writes a line of a message that begins with \"From \": as \">From \" for "
		"good (mboxo, the default); with one \">\" more, which is taken away (mboxrd); or as it "
		"is, with a Content-Length (mboxcl)",
		mbox_words},
	{OPTION_FLAG, "read-from-line", 0, NULL, AT(read_from_line),
		"With --mbox: the envelope's sender is whom the mbox's \"From \" line names", NULL},
	{OPTION_TEXT, "from", 'f', "ADDRESS", AT(from),
		"The envelope's sender; \"\" or \"<>\" for none. It also chooses the account that has it. "
		"Default: the account's, or your user name at this host",
		NULL},
	{OPTION_TEXT, NULL, 'r', NULL, AT(from), NULL, NULL},
	{OPTION_FLAG, "read-envelope-from", 0, NULL, AT(read_from),
		"The envelope's sender is whom the header's From names", NULL},
};

#define COMPOSE(member) offsetof(struct msub_options, compose.member)
static const struct option_row compose_rows[] = {
	{OPTION_TITLE, NULL, 0, NULL, 0,
		"Composing a message (with any of these one is made):", NULL},
	{OPTION_TEXT, "subject", 0, "TEXT", COMPOSE(subject), "Its subject", NULL},
	{OPTION_LIST, "to", 0, "ADDRESSES", COMPOSE(to),
		"To whom, as in a header: \"Ann B. <ann@example.net>, bob@example.net\". --from may have a "
		"name, too",
		NULL},
	{OPTION_LIST, "cc", 0, "ADDRESSES", COMPOSE(cc), "Who gets a copy", NULL},
	{OPTION_LIST, "bcc", 0, "ADDRESSES", COMPOSE(bcc),
		"Who gets a copy that the others do not know of, as those behind the options do",
		NULL},
	{OPTION_TEXT, "reply-to", 0, "ADDRESSES", COMPOSE(reply_to), "To whom answers go", NULL},
	{OPTION_TEXT, "body-file", 0, "FILE", COMPOSE(body_file),
		"Its text. Default, and -: the standard input", NULL},
	{OPTION_TEXT, "html-file", 0, "FILE", COMPOSE(html_file),
		"The same as HTML; with --body-file readers choose", NULL},
	{OPTION_TEXT, "charset", 0, "NAME", COMPOSE(charset),
		"The character set of these files. Default: utf-8", NULL},
	{OPTION_LIST, "attach", 0, "FILE[:TYPE[:NAME]]", COMPOSE(attach),
		"Attach a file as it is. Default: a type by its ending, its own name", NULL},
	{OPTION_LIST, "header", 0, "'NAME: VALUE'", COMPOSE(headers), "One more header field",
		NULL},
	{OPTION_TEXT, "seed", 0, "TEXT", COMPOSE(seed),
		"Make the same message of the same options (with SOURCE_DATE_EPOCH, for tests)",
		NULL},
};

static const struct option_row sendmail_rows[] = {
	{OPTION_TITLE, NULL, 0, NULL, 0, "Besides, as sendmail has it:", NULL},
	{OPTION_CHOICE, NULL, 'b', "m|s|p|i", AT(mode),
		"Deliver the message on the standard input (m), speak SMTP there (s), show the queue "
		"(p, as mailq), or do nothing (i, as newaliases)",
		mode_words},
	{OPTION_ATTACHED, NULL, 'q', NULL, AT(run_queue), NULL, NULL},
	{OPTION_TEXT, NULL, 'V', "ID", AT(envelope_id),
		"Name the message in delivery reports (ENVID)", NULL},
	{OPTION_CHOICE, NULL, 'B', "TYPE", AT(body), NULL, body_words},
	{OPTION_TITLE, NULL, 0, NULL, 0,
		"Accepted as sendmail's, and without effect: -A -B -c -D -e -G -h -i -I -L -m -M -n -o -O "
		"-p -Q -s -T -U -x; -q sends the queue where there is one",
		NULL},
	PASSED('c'),
	PASSED('G'),
	PASSED('i'),
	PASSED('I'),
	PASSED('m'),
	PASSED('n'),
	PASSED('s'),
	PASSED('T'),
	PASSED('U'),
	PASSED('x'),
	PASSED_WITH('A'),
	PASSED_WITH('D'),
	PASSED_WITH('e'),
	PASSED_WITH('h'),
	PASSED_WITH('L'),
	PASSED_WITH('M'),
	PASSED_WITH('o'),
	PASSED_WITH('O'),
	PASSED_WITH('p'),
	PASSED_WITH('Q'),
};

const struct option_command msub_options_mail = {
	.rows = mail_rows, .row_count = sizeof mail_rows / sizeof *mail_rows};
const struct option_command msub_options_compose = {
	.rows = compose_rows, .row_count = sizeof compose_rows / sizeof *compose_rows};
const struct option_command msub_options_sendmail = {
	.rows = sendmail_rows, .row_count = sizeof sendmail_rows / sizeof *sendmail_rows};
