/*
 * handset_records_file: records on disk, only ever appended to.
 *
 * A record is one line, written by one write() and synced, with the file locked: several processes
 * may append to one file, and who reads it meanwhile sees whole lines. Where a writer died inside a
 * line (a full disk, a crash) the next one cuts that line off first: nothing of it was promised.
 */
#ifndef TOOLS_HANDSET_RECORDS_FILE_H
#define TOOLS_HANDSET_RECORDS_FILE_H

#include <stdbool.h>

#include "sentence.h"

struct records_file {
	int descriptor; /* -1: closed */
	bool is_file;	/* what is no file is only written to */
};

/* Makes it where it is not there. False with a sentence. */
bool records_file_open(struct records_file *file, const char *path, struct sentence *why);
/* `line` ends in a line feed. False with a sentence: the file holds what it held before. */
bool records_file_append(struct records_file *file, struct octets line, struct sentence *why);
/* Cuts off a last line without its end; *cut tells how many octets that were. */
bool records_file_repair(struct records_file *file, uint64_t *cut, struct sentence *why);
/* A closed one is fine. */
void records_file_close(struct records_file *file);

#endif
