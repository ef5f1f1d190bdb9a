/*
 * route: how a queued mail is to be sent, in lines.
 *
 *     file /home/ann/work-msubrc      from -C
 *     account work                    read again when it is sent, with its password
 *     set tls_trust_file /ca.pem      what the command line said besides; or, where the account is
 *                                     in no file, all that is known of it but a password
 *
 * Relative paths become absolute; \ and line ends are written \\ and \n.
 */
#ifndef TOOLS_MSUB_ROUTE_H
#define TOOLS_MSUB_ROUTE_H

#include "msub_account.h"
#include "msub_options.h"

/* The lines; the caller frees them. NULL: no memory. */
char *route_write(const struct account *account, const struct msub_options *options);
/*
 * Sets the options that a route stands for. They borrow from *storage, which the caller frees after
 * msub_options_free(). False: it is no route, or there is no memory.
 */
bool route_read(const char *route, struct msub_options *options, char **storage);

#endif
