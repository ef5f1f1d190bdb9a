/* charset: from UTF-8 to what a user's setting names. */
#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

#include "octets.h"

/*
 * Appends `utf8` in `charset`; what that cannot hold, and what is no UTF-8, becomes '?'. With
 * `as_cp1252` ISO-8859-1 and US-ASCII are converted as Windows-1252 is. False: no such charset, or
 * no memory.
 */
bool charset_convert(struct buffer *out, struct octets utf8, struct octets charset, bool as_cp1252);

#endif
