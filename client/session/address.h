/*
 * address: which mail addresses may stand in an envelope (RFC 5321 4.1.2, RFC 6531 3.3).
 *
 * The first duty is that no octet of an address can become a command of its own, and no character
 * of it can deceive the person who reads it. Beyond that the grammar is kept to, with three
 * kindnesses that the world needs: dots may stand anywhere in a local part, a domain may hold
 * underscores, and the domain may be missing, since submission servers complete local names.
 *
 * An address with characters outside ASCII has up to two forms on the wire. Where only its domain
 * has them, the A-labels of IDNA 2008 say the same to every server ("b\u00fccher.example" is
 * "xn--bcher-kva.example"). A local part has no other form: it needs SMTPUTF8.
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

struct address {
	char *text;  /* owned: as it was given; NULL: none was */
	size_t len;  /* of it */
	char *ascii; /* owned: with A-labels, where the domain is not ASCII; NULL: text is ASCII */
	char *utf8;  /* owned: with U-labels as IDNA writes them; NULL together with ascii */
	bool needs_utf8; /* its local part is not ASCII: only `utf8` may be said */
};

/*
 * Checks and copies: MSUB_OK; MSUB_ADDRESS, as for the empty text; MSUB_MEMORY. Without MSUB_OK
 * there is nothing to free.
 */
enum msub_error address_make(
	struct address *address, const struct memory *memory, struct octets text);
void address_free(struct address *address, const struct memory *memory);
/* address_make() of a string; NULL is the empty one. */
enum msub_error address_take(
	struct address *address, const struct memory *memory, const char *text);
/* How it is said where SMTPUTF8 was said, and where not; lent. "" where none was given. */
const char *address_on_wire(const struct address *address, bool utf8);
/* Its domain, in ASCII where it can be; empty where it has none; lent. */
struct octets address_domain_of(const struct address *address);

#endif
