/*
 * options: what the command line of msub says.
 *
 * Names and meanings are msmtp's, and sendmail's where it has them; --batch, --json,
 * --password-file are msub's own.
 */
#ifndef TOOLS_MSUB_OPTIONS_H
#define TOOLS_MSUB_OPTIONS_H

#include "msub_compose.h"
#include "options.h"

enum mode { MODE_DELIVER, MODE_SMTP, MODE_QUEUE, MODE_ALIASES };

struct msub_options {
	bool version;
	bool debug;
	bool json, json_lines;
	bool quiet;
	/* the account */
	const char *account;
	const char *file;
	struct option_settings settings; /* enum key, in their order; they override the account's */
	/* the envelope */
	const char *from;
	bool read_from;
	bool read_recipients;
	bool batch, mbox;
	int mbox_format; /* enum mbox_format */
	bool read_from_line;
	struct compose_options compose;
	int mode;		 /* enum mode: sendmail's -b */
	bool as_sendmail;	 /* it was called by sendmail's name */
	const char *run_queue;	 /* sendmail's -q; NULL: not said */
	const char *envelope_id; /* sendmail's -V */
	int body;		 /* sendmail's -B: without effect, since the message tells */
	/* the queue */
	bool enqueue;
	bool flush;
	bool show_queue;
	/* instead of sending */
	bool pretend;
	bool serverinfo;
	const char *configure;
	const char *remote_queue; /* msmtp's --rmqs: refused */
};

/* Parts of the table, each in a file of its own: what is sent and to whom; composing it;
 * sendmail's own. */
extern const struct option_command msub_options_mail, msub_options_compose, msub_options_sendmail;

/* Defaults, then the command line; argv from *first on are operands. */
enum option_result msub_options_parse(
	struct msub_options *options, int argc, char **argv, int *first);
void msub_options_free(struct msub_options *options);

#endif
