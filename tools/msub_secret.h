/*
 * secret: a password from a command or a file, never from the command line.
 *
 * It is the first line, without its line end. It is read without stdio, whose buffers would keep
 * a copy, and wiped when it is no longer needed.
 */
#ifndef TOOLS_MSUB_SECRET_H
#define TOOLS_MSUB_SECRET_H

#include <stddef.h>
#include <sys/stat.h>

#include "msub_trouble.h"

enum { SECRET_MAX = 8192 };

struct secret {
	char text[SECRET_MAX + 1];
};

/*
 * Runs a command with the shell; `asked` names for people who wants it (passwordeval). False: see
 * the trouble.
 */
bool secret_from_command(
	struct secret *secret, const char *command, const char *asked, struct trouble *trouble);
/* Runs a program without a shell, its errors unheard. False: it is not there, failed, or said
 * nothing. */
bool secret_from_program(struct secret *secret, char *const *words);
/* Whether nobody else may read a file that holds one, and it is ours; false: see the trouble. */
bool secret_is_kept(const char *path, const struct stat *facts, struct trouble *trouble);
/*
 * The same of a private key; one of the system's (root's) may be open to its group, as Debian's are
 * to ssl-cert. True as well where it cannot be looked at.
 */
bool secret_key_is_kept(const char *path, struct trouble *trouble);
/* A regular file has to be kept so. */
bool secret_from_file(struct secret *secret, const char *path, struct trouble *trouble);
void secret_wipe(struct secret *secret);
void secret_wipe_octets(void *at, size_t len);
/* Wipes a text and frees it; NULL is fine. */
void secret_forget(char *text);

#endif
