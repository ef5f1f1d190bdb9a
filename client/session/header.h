/*
 * header: whether the header of a message is UTF-8 (RFC 6532), which has to be said with SMTPUTF8.
 *
 * It is looked at only in messages that hold 8-bit octets, and only up to the first empty line.
 * A header in another charset is not what SMTPUTF8 means, and nothing is said of it.
 */
#ifndef SESSION_HEADER_H
#define SESSION_HEADER_H

#include "octets.h"

struct header {
	bool ended; /* the empty line was seen */
	bool utf8;  /* a character outside ASCII was */
	bool broken;
	bool after_cr;
	size_t line_len;
	uint8_t kept[4]; /* a character that is not whole */
	size_t kept_len;
};

/* Takes a piece of the message, from its first octet on; what comes behind the end is ignored. */
void header_feed(struct header *header, struct octets in);
/* True where there was UTF-8 in it and nothing else above ASCII. */
bool header_is_utf8(const struct header *header);

#endif
