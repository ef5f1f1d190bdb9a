/*
 * compose: a message made of the options: a text, perhaps HTML beside it, attachments, a header.
 *
 * What comes out is 7-bit and has no line over 998 octets, whatever goes in. Names and subjects
 * become encoded words (RFC 2047), file names RFC 2231 parameters; a text says us-ascii where that
 * is all of it and utf-8 otherwise; what is attached arrives octet for octet. Bcc is part of the
 * envelope and never of the message. The locale plays no part in it. With a seed and
 * SOURCE_DATE_EPOCH the same options give the same octets.
 *
 * GMime writes it; nothing of GMime is seen outside these files, which are a module of their own
 * that is loaded when it is needed (msub_composer.h).
 */
#ifndef TOOLS_MSUB_COMPOSE_H
#define TOOLS_MSUB_COMPOSE_H

#include "msub_addresses.h"
#include "msub_trouble.h"
#include "options.h"

struct compose_options {
	const char *subject;
	const char *body_file; /* NULL, "-": the standard input */
	const char *html_file;
	const char *charset; /* of both files; NULL: utf-8 */
	const char *reply_to;
	struct option_list to, cc, bcc;
	struct option_list attach;  /* FILE[:TYPE[:NAME]] */
	struct option_list headers; /* "Name: value" */
	const char *seed;
};

/*
 * Writes the message into a new spool, to be closed by the caller, and adds those to whom To, Cc
 * and Bcc send it. `from`: an address, perhaps with a name ("Ann <ann@example.org>"); `name`: the
 * name for an address that has none, or NULL. -1: see the trouble.
 */
typedef int compose_function(const struct compose_options *options, const char *from,
	const char *name, struct addresses *recipients, struct trouble *trouble);
compose_function compose_message;

#endif
