/*
 * default_refusals: what the correct, strict submission server refuses, and with which reply.
 */
#ifndef PROFILE_DEFAULT_REFUSALS_H
#define PROFILE_DEFAULT_REFUSALS_H

#include "server_profile.h"

/* In the order in which they are asked; *count of them. */
const struct refusal *server_default_refusals(size_t *count);

#endif
