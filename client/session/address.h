/*
 * address: which mail addresses may stand in an envelope (RFC 5321 4.1.2).
 *
 * The first duty is that no octet of an address can become a command of its own. Beyond that the
 * grammar is kept to, with three kindnesses that the world needs: dots may stand anywhere in a
 * local part, a domain may hold underscores, and the domain may be missing, since submission
 * servers complete local names.
 */
#ifndef SESSION_ADDRESS_H
#define SESSION_ADDRESS_H

#include "msub.h"
#include "octets.h"

enum {
	/* The standard's 254 is the least that must be taken; rewritten senders grow longer. */
	ADDRESS_MAX = 480,
	ADDRESS_DOMAIN_MAX = 255
};

/* MSUB_OK, MSUB_ADDRESS or MSUB_ADDRESS_NOT_ASCII; the empty address is MSUB_ADDRESS. */
enum msub_error address_check(struct octets address);

#endif
