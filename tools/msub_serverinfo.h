/* serverinfo: what a server says of itself, what it offers, and its certificate. */
#ifndef TOOLS_MSUB_SERVERINFO_H
#define TOOLS_MSUB_SERVERINFO_H

#include <stdio.h>

#include "msub_options.h"
#include "msub_trouble.h"

/* Sends no mail. False: see the trouble; what was learned until then was printed. */
bool serverinfo_print(const struct msub_options *options, FILE *to, struct trouble *trouble);

#endif
