/* address: what a client that checks addresses makes of one before it is sent. */
#ifndef PHONE_ADDRESS_H
#define PHONE_ADDRESS_H

#include "octets.h"

/* What the brackets hold, or all of it, without blanks around it: "Bob <b@example.net> ". */
struct octets address_bare(struct octets typed);
/*
 * True where it is a mailbox of RFC 5321 4.1.2, a little generously (underscores in names of
 * hosts pass). Octets beyond ASCII only with `utf8` (RFC 6531).
 */
bool address_is_mailbox(struct octets bare, bool utf8);
/* The parts before and behind the last '@'; without one all is local part. */
struct octets address_local(struct octets bare);
struct octets address_domain(struct octets bare);

#endif
