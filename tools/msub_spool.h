/*
 * spool: a temporary file without a name, for what can be read only once or is made here.
 *
 * It lies in TMPDIR (or /tmp), nobody else can open it, and it goes away with its descriptor,
 * whatever happens to the command.
 */
#ifndef TOOLS_MSUB_SPOOL_H
#define TOOLS_MSUB_SPOOL_H

#include <stddef.h>
#include <sys/types.h>

#include "msub_trouble.h"

/* An empty one, to be closed with close(); -1: see the trouble. */
int spool_open(struct trouble *trouble);
/* Writes all of it behind what was written. False: see the trouble. */
bool spool_write(int spool, const void *at, size_t len, struct trouble *trouble);
/* A new one with all that can still be read from the descriptor, which stays open; -1: trouble. */
int spool_copy(int from, struct trouble *trouble);
/* read(), or pread() where the offset is not negative, that is not stopped by a signal. */
ssize_t spool_read(int descriptor, void *at, size_t len, off_t offset);

#endif
