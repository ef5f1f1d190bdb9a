/* configure: an account for msubrc, made of what a mail domain announces (RFC 6186, 8314). */
#ifndef TOOLS_MSUB_CONFIGURE_H
#define TOOLS_MSUB_CONFIGURE_H

#include <stdio.h>

#include "msub.h"
#include "msub_trouble.h"

/*
 * Asks the DNS (the settings say which name servers, and how long; NULL: as usual) and prints an
 * account for the address. False: see the trouble.
 */
bool configure_print(const char *address, const struct msub_settings *settings, FILE *to,
	struct trouble *trouble);
/* The account, where the services are known already. */
void configure_write(
	const char *address, const struct msub_service *services, size_t count, FILE *to);

#endif
