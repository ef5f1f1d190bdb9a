/*
 * suspicion: which refusals may mean that the server has forgotten the login.
 *
 * Servers word it in many ways, some at MAIL, most at RCPT, a few only behind the message: 530 and
 * 535 with or without an enhanced code, 502 5.7.0, 513, 550, 553 and 554 with words about relaying
 * or logging in. A refusal at MAIL is suspected whatever it says, one at RCPT where it looks like
 * it, one of the content only by its code or by words about the login, since 554 5.7.1 there is
 * what filters say. At MAIL a 4yz reply counts too: servers use it to ask for a new session. A
 * wrong suspicion costs one session, a missed one costs the mail.
 */
#ifndef SESSION_SUSPICION_H
#define SESSION_SUSPICION_H

#include "msub.h"
#include "reply.h"

/* True where the reply to a command of this phase may mean it; never for a 2yz or 3yz one. */
bool suspicion_from(enum msub_phase phase, const struct reply *reply);
/* True where 452 or 552 to RCPT means: too many recipients (RFC 5321 4.5.3.1.10). */
bool suspicion_of_too_many(const struct reply *reply);

#endif
