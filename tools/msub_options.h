/*
 * options: what the command line of msub says, and the library's settings made of it.
 *
 * Names and meanings are msmtp's, and sendmail's where it has them; --batch, --json,
 * --password-file are msub's own.
 */
#ifndef TOOLS_MSUB_OPTIONS_H
#define TOOLS_MSUB_OPTIONS_H

#include "msub.h"
#include "msub_secret.h"
#include "options.h"

enum auth_choice { AUTH_ON, AUTH_OFF, AUTH_PLAIN, AUTH_LOGIN, AUTH_CRAM_MD5 };

struct msub_options {
	bool version;
	bool debug;
	bool json;
	/* the server */
	const char *host;
	const char *port;
	uint64_t timeout_ms; /* 0: as the library has it */
	const char *hello;
	/* TLS */
	int tls, starttls, certcheck;
	const char *trust_file;
	/* the login */
	int auth; /* enum auth_choice; -1: on where there is a user */
	const char *user;
	const char *passwordeval;
	const char *password_file;
	/* the envelope */
	const char *from;
	bool read_from;
	const char *maildomain;
	bool read_recipients;
	bool batch, mbox;
	int mbox_format; /* enum mbox_format */
	bool read_from_line;
	int remove_bcc;
	int mode; /* of sendmail's -b; there is only one */
};

/* Parts of the table, each in a file of its own: what is sent and to whom; sendmail's own. */
extern const struct option_command msub_options_mail, msub_options_sendmail;

/* Defaults, then the command line; argv from *first on are operands. */
enum option_result msub_options_parse(
	struct msub_options *options, int argc, char **argv, int *first);
/* Makes settings of the options, whose strings they borrow; the password is not in them yet. */
bool msub_options_settings(const struct msub_options *options, struct msub_settings *settings,
	struct trouble *trouble);
/* Gets the password where there is a login; the settings borrow it. */
bool msub_options_password(const struct msub_options *options, struct secret *secret,
	struct msub_settings *settings, struct trouble *trouble);

#endif
