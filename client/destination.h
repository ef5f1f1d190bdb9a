/* destination: where the settings say to go, as the dial wants it. */
#ifndef MSUB_DESTINATION_H
#define MSUB_DESTINATION_H

#include "dial.h"
#include "msub.h"

/* What it points to is the settings'. */
struct destination destination_of(const struct msub_settings *settings);
/* True where there is something to connect to; otherwise *which names the member. */
bool destination_is_there(const struct msub_settings *settings, const char **which);

#endif
