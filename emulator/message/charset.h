/*
 * charset: from UTF-8, in which every draft is held, to the charset that a profile names.
 *
 * The library's iconv knows the charsets; this file decides about what is not in them. A character
 * that the charset has not becomes '?', and so does an octet that is no UTF-8: the text of a draft
 * is hostile input. Where a charset has states (ISO-2022-*, UTF-7), each line and the end of the
 * text is left in the first one, as RFC 1468 wants it and RFC 2047 3 wants it of a word.
 */
#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

#include "octets.h"

/*
 * Is it a charset that iconv knows and in which a text part can be written, so that a line ends
 * in the octets CR LF and ASCII stays itself (RFC 2046 4.1.1)? UTF-16 and EBCDIC are not.
 */
bool charset_is_known(struct octets charset);
/*
 * The label: the registered name (IANA, the one that is preferred in MIME) in upper case, where it
 * is among those that mail uses; otherwise the name as it was given.
 */
struct octets charset_label(struct octets charset);
/*
 * Appends `utf8` converted. `as_cp1252`: ISO-8859-1 and US-ASCII are written as Windows-1252,
 * whatever the label says. False where the charset is unknown or memory ran out; `out` may then
 * hold a part.
 */
bool charset_convert(struct buffer *out, struct octets utf8, struct octets charset, bool as_cp1252);
/*
 * The other way: appends text of a charset as UTF-8. False where the charset is unknown, the text
 * is none of it, or memory ran out; `out` may then hold a part.
 */
bool charset_decode(struct buffer *out, struct octets text, struct octets charset);
/* Do states change inside the charset's text by three octets that begin with ESC? */
bool charset_has_escapes(struct octets charset);

#endif
