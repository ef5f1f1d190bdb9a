/*
 * place: where this runs: the user's name and home, the host's names, where configuration lies.
 *
 * All that is taken from the environment for the configuration is taken here.
 */
#ifndef TOOLS_MSUB_PLACE_H
#define TOOLS_MSUB_PLACE_H

#include <stddef.h>
#include <stdio.h>

/* Whoever runs this: $USER, $LOGNAME, or as the system knows it. Lent; NULL where nobody knows. */
const char *place_user(void);
/* A path with ~ at its front as $HOME; the caller frees it. NULL: no memory. */
char *place_expand(const char *path);
/*
 * A text with %U as the user, %H as the host's name, %C as its canonical name, %M as the first
 * line of SYSCONFDIR/mailname; any other % stays. The caller frees it. NULL: no memory.
 */
char *place_substitute(const char *text);
/*
 * The system's and the user's configuration: msub's own file where there is one, else msmtp's.
 * The caller frees it; NULL: there is none.
 */
char *place_system_file(void);
char *place_user_file(void);
/* Prints where they are looked for, and which are there. */
void place_print(FILE *to);
/* SYSCONFDIR/name; the caller frees it. NULL: no memory. */
char *place_system(const char *name);

#endif
