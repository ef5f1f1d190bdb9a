/*
 * netrc: passwords by machine and login, in the file that ftp once read.
 *
 *     machine mail.example.org login ann password "se cret"
 *     default login ann password x
 *
 * Words stand between blanks and line ends; one in double quotes may hold blanks, and \ takes the
 * next octet as it is. "account" has a word that does not count; "macdef" a name and lines up to
 * the first empty one. The first entry that fits is the one.
 */
#ifndef TOOLS_MSUB_NETRC_H
#define TOOLS_MSUB_NETRC_H

#include <stdbool.h>
#include <stddef.h>

#include "msub_secret.h"

/* Finds the password in a text: 1 found, 0 none for them, -1 it is longer than SECRET_MAX. */
int netrc_find(
	const char *text, size_t len, const char *host, const char *user, struct secret *password);
/*
 * The same in a file: 1 found, 0 not, -1 it is too long, or others may read it (see the trouble).
 * A file that is not there or cannot be read has none.
 */
int netrc_look(const char *path, const char *host, const char *user, struct secret *password,
	struct trouble *trouble);

#endif
