/*
 * face: by which name the command was called.
 *
 * sendmail  its own -d (debugging, with an attached argument) is passed over; all else means the
 *           same anyway
 * mailq, newaliases   as sendmail -bp and -bi
 */
#ifndef TOOLS_MSUB_FACE_H
#define TOOLS_MSUB_FACE_H

#include "msub_options.h"

/* The command line as msub has it: arguments of argv are replaced. */
void face_rewrite(int argc, char **argv);
/* Sets what the name asks for. */
void face_take(struct msub_options *options, const char *name);

#endif
