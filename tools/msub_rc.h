/*
 * rc: a configuration file, msubrc or msmtprc, as accounts.
 *
 * A line is a command and its argument; blanks around both do not count, nor do empty lines and
 * those that begin with #. An argument in double quotes loses them, and keeps its blanks; there is
 * no other quoting. What the lines say:
 *
 *     defaults                   what follows is for all accounts behind it in this file
 *     account NAME [: A, B...]   begins one: the defaults, and what A and B say of their own
 *     eval COMMAND               is replaced by the first line that the shell command prints
 *     KEY ARGUMENT               a row of msub_keys.h
 */
#ifndef TOOLS_MSUB_RC_H
#define TOOLS_MSUB_RC_H

#include "msub_account.h"

/*
 * Reads a file and adds its accounts. `own`: it is the user's, so it must not be readable for
 * others where it holds a password. False: the trouble says it as FILE:LINE:COLUMN: what.
 */
bool rc_read(const char *path, bool own, struct accounts *accounts, struct trouble *trouble);
/* The same from a text, which is cut up. *secret: whether it holds a password. */
bool rc_parse(const char *path, char *text, struct accounts *accounts, bool *secret,
	struct trouble *trouble);

#endif
