/*
 * password: where it comes from.
 *
 * In this order: passwordeval, password_file, password in the account's file; ~/.netrc and
 * SYSCONFDIR/netrc; the key ring, where secret-tool is installed; the terminal, without echo.
 * It stands in a struct secret, is wiped there, and is nowhere else.
 */
#ifndef TOOLS_MSUB_PASSWORD_H
#define TOOLS_MSUB_PASSWORD_H

#include "msub_account.h"
#include "msub_secret.h"

/* False: see the trouble. */
bool password_get(struct secret *secret, const struct account *account, struct trouble *trouble);

#endif
