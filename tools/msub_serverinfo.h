/* serverinfo: what a server says of itself, what it offers, and its certificate. */
#ifndef TOOLS_MSUB_SERVERINFO_H
#define TOOLS_MSUB_SERVERINFO_H

#include <stdio.h>

#include "msub_options.h"
#include "msub_trouble.h"

struct msub_settings;
struct msub_server;
struct msub_failure;

/*
 * Sends no mail. False: see the trouble; what was learned until then was printed. As JSON it is one
 * object (msub_serverinfo_json.c), or null where no server was asked.
 */
bool serverinfo_print(
	const struct msub_options *options, FILE *to, bool json, struct trouble *trouble);
/* The object; the trouble is what it says of the failure. */
void serverinfo_json(FILE *to, const struct msub_settings *settings,
	const struct msub_server *server, const struct msub_failure *failure,
	const struct trouble *trouble);

#endif
