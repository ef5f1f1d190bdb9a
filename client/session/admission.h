/*
 * admission: whether this server may be given this message, and to whom, before anything is said.
 *
 * What can be known beforehand is refused beforehand: a message that is too large or holds what
 * the server does not take, a wish that it does not offer, an address that it cannot be told.
 * A message that is refused whole is settled here; where only some of its recipients are, they
 * alone are, and the others go on (not where it is all or nothing).
 */
#ifndef SESSION_ADMISSION_H
#define SESSION_ADMISSION_H

#include "session.h"

/*
 * MSUB_OK where recipients of it wait, and may be sent to; MSUB_MEMORY where that could not be
 * found out; anything else where it is settled.
 */
enum msub_error admission_of(struct msub_session *session, struct msub_message *message);
/* The most recipients of a transaction that this server is known to take; 0: no limit known. */
uint64_t admission_recipient_limit(const struct msub_session *session);

#endif
