/* pretend: the settings that would be used, for people. */
#ifndef TOOLS_MSUB_PRETEND_H
#define TOOLS_MSUB_PRETEND_H

#include <stdio.h>

#include "msub_options.h"
#include "msub_trouble.h"

/* A password is shown as *. False: see the trouble. */
bool pretend_print(const struct msub_options *options, FILE *to, struct trouble *trouble);

#endif
