/*
 * composer: what composes messages (msub_compose.h), loaded when a message is to be composed.
 *
 * GMime and what stands below it would take as long to load as all the rest of the command, and
 * most runs compose nothing.
 */
#ifndef TOOLS_MSUB_COMPOSER_H
#define TOOLS_MSUB_COMPOSER_H

#include "msub_compose.h"

/* A message is to be composed: one of its options was given. */
bool compose_is_asked(const struct compose_options *options);
/* compose_message(), where it can be loaded. */
compose_function composer_run;

#endif
