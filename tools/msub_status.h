/*
 * status: a failure as an exit status, and what to do about it.
 *
 * The statuses are those of sysexits.h, as a caller of sendmail expects them: 75 (try later) only
 * where trying the whole message again can help and cannot deliver it twice. A message that may
 * have been delivered is 70, with a sentence.
 */
#ifndef TOOLS_MSUB_STATUS_H
#define TOOLS_MSUB_STATUS_H

#include "msub.h"

/* Some have it, others do not: not one of sysexits.h (64 to 78), so that no caller takes it for a
 * failure of all, or tries the whole message again. */
enum { STATUS_PARTLY = 79 };

/*
 * The exit status of one recipient's result; 0 where it was accepted. `user`: somebody was to be
 * logged in; where nobody was, a server that refuses may be one that wants a login.
 */
int status_of(const struct msub_result *result, bool user);
/*
 * The one of two statuses that counts: unsure before everything else, then partly, then what will
 * fail again, then what may pass. Of equals the first.
 */
int status_worse(int first, int second);
/* The exit status of a message with what became of each recipient. */
int status_of_mail(const struct msub_message *message, bool user);
/* Refused because the server takes no more recipients at once. */
bool status_is_crowded(const struct msub_failure *why);
/* What to do next, as words behind a semicolon; "" where there is nothing to say. */
const char *status_advice(const struct msub_result *result, bool user);
/* The same for an address or a call that the library has refused. */
const char *status_advice_on(enum msub_error error);

#endif
