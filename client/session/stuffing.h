/*
 * stuffing: a message's content on its way to the wire.
 *
 * A filter with three bits of state. Every CR, LF or CR LF becomes CR LF, so that no end of data
 * but the true one can leave, whatever the content holds (bare CR and LF around a dot are what
 * SMTP smuggling is made of); a dot at the front of a line is doubled (RFC 5321 4.5.2).
 * The same walk measures: SIZE counts repaired line ends and no doubled dots (RFC 1870 3).
 */
#ifndef SESSION_STUFFING_H
#define SESSION_STUFFING_H

#include "octets.h"

enum { STUFFING_LINE_MAX = 998 }; /* without CR LF (RFC 5321 4.5.3.1.6) */

struct measure {
	uint64_t size;	/* octets with all line ends as CR LF */
	bool eight_bit; /* an octet above 127 */
	bool nul;
	bool long_line; /* longer than STUFFING_LINE_MAX */
	bool repaired;	/* a line end was not CR LF, or the last was missing */
};

struct stuffing {
	bool line_start; /* the next octet begins a line */
	bool after_cr;	 /* the last octet was CR, whose CR LF is out already */
	uint64_t line_len;
	struct measure seen;
};

void stuffing_begin(struct stuffing *body);
/* Takes content; appends at most twice as much to `out`, or only measures where it is NULL. */
void stuffing_feed(struct stuffing *body, struct octets in, struct buffer *out);
/* Ends the last line where it is open and appends the end of data, ".CRLF" (not with NULL). */
void stuffing_end(struct stuffing *body, struct buffer *out);

#endif
