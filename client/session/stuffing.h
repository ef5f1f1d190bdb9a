/*
 * stuffing: a message's content on its way to the wire.
 *
 * A filter with three bits of state. Every CR, LF or CR LF becomes CR LF, so that no end of data
 * but the true one can leave, whatever the content holds (bare CR and LF around a dot are what
 * SMTP smuggling is made of); a dot at the front of a line is doubled (RFC 5321 4.5.2), except in
 * BDAT, which counts octets instead. The same walk measures: SIZE counts repaired line ends and no
 * doubled dots (RFC 1870 3). Runs in which nothing has to be changed are lent, not copied.
 */
#ifndef SESSION_STUFFING_H
#define SESSION_STUFFING_H

#include "output.h"
#include "removal.h"

enum { STUFFING_LINE_MAX = 998 }; /* without CR LF (RFC 5321 4.5.3.1.6) */

struct measure {
	uint64_t size;	/* octets with all line ends as CR LF */
	bool eight_bit; /* an octet above 127 */
	bool nul;
	bool long_line; /* longer than STUFFING_LINE_MAX */
	bool repaired;	/* a line end was not CR LF, or the last was missing */
	bool dot;	/* a line begins with a dot */
};

struct stuffing {
	struct removal removal; /* what is taken out before anything else is done */
	bool keeps_dots;	/* dots are not doubled: content for BDAT */
	bool as_it_is; /* nothing is looked at or changed: declared binary, or known to be clean */
	bool known;    /* was looked over before: there is something to be changed */
	bool line_start; /* the next octet begins a line */
	bool after_cr;	 /* the last octet was CR, whose CR LF is out already */
	uint64_t line_len;
	struct measure seen;
};

void stuffing_begin(struct stuffing *body);
void stuffing_feed_slowly(struct stuffing *body, struct octets in, struct output *out, bool stays);
/*
 * Takes content; it is lent to `out` where it stays in its place until `out` is empty. Makes at
 * most twice as much. Only measures where `out` is NULL.
 */
static inline void stuffing_feed(
	struct stuffing *body, struct octets in, struct output *out, bool stays)
{
	if (!body->as_it_is || body->removal.in_header) {
		stuffing_feed_slowly(body, in, out, stays);
		return;
	}
	body->seen.size += in.len;
	if (out != NULL)
		output_content(out, in, stays);
}
/* Ends the last line where it is open. */
void stuffing_end(struct stuffing *body, struct output *out);

#endif
