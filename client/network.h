/* network: what submit.c wants of struct msub_network beside the public calls. */
#ifndef CLIENT_NETWORK_H
#define CLIENT_NETWORK_H

#include "msub.h"
#include "sentence.h"

/* Looks at the settings and opens what they name, before the first connection; false: why. */
bool network_open(struct msub_network *network, struct sentence *why);

#endif
