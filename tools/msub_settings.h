/* settings: the library's settings, made of an account. */
#ifndef TOOLS_MSUB_SETTINGS_H
#define TOOLS_MSUB_SETTINGS_H

#include "msub.h"
#include "msub_account.h"

/*
 * Makes them; they borrow the account's texts. Where somebody logs in, user is set and password
 * is "" until it was got (msub_password.h). False: see the trouble.
 */
bool settings_make(
	struct msub_settings *settings, const struct account *account, struct trouble *trouble);
/* Only what looking up names needs: whom to ask, and how long. False: see the trouble. */
bool settings_for_names(
	struct msub_settings *settings, const struct account *account, struct trouble *trouble);
/* Somebody is to be logged in. */
bool settings_logs_in(const struct msub_settings *settings);
/* The option for a member of struct msub_settings, lent; NULL: there is none. */
const char *settings_option(const char *member, size_t len);
/* The login, if any, is by a certificate or a ticket. */
bool settings_needs_no_password(const struct msub_settings *settings);
/* Looks at the whole once more, with the password. */
bool settings_check(const struct msub_settings *settings, struct trouble *trouble);

#endif
