/* address: what a client that checks addresses makes of one before it is sent. */
#ifndef MESSAGE_ADDRESS_H
#define MESSAGE_ADDRESS_H

#include "octets.h"

/*
 * What the last pair of brackets holds; else the word with an '@' in it; else all of it. Nothing
 * is checked: a client that looks so sends what it has.
 */
struct octets address_found(struct octets typed);
/* UTF-8 as a client puts it on the wire that cuts UTF-16 to its low octets. */
bool address_narrow(struct buffer *out, struct octets address);
/* What the brackets hold, or all of it, without blanks around it: "Bob <b@example.net> ". */
struct octets address_bare(struct octets typed);
/* The name before the brackets, with its quotes and without blanks around it; or empty. */
struct octets address_name(struct octets typed);
/*
 * True where it is a mailbox of RFC 5321 4.1.2, a little generously (underscores in names of
 * hosts pass). Octets beyond ASCII only with `utf8` (RFC 6531).
 */
bool address_is_mailbox(struct octets bare, bool utf8);
/* The parts before and behind the last '@'; without one all is local part. */
struct octets address_local(struct octets bare);
struct octets address_domain(struct octets bare);

#endif
