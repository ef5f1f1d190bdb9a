/*
 * scan: looks over content, as fast as memory gives it, for what has to be known before it is
 * sent: are all line ends CR LF, does a line begin with a dot, what else is remarkable.
 *
 * Vector code was chosen by measurement (tests/bench/stuffing_bench): for CR LF text it is twice
 * as fast as one memchr() per line and looks for everything at once. Finding the places where
 * something has to be changed is stuffing.c's, with memchr().
 */
#ifndef SESSION_SCAN_H
#define SESSION_SCAN_H

#include "octets.h"

struct scan {
	uint64_t line_len;   /* before: of the line under way; behind: of the last one */
	uint64_t line_max;   /* of the longest line that ended or goes on here */
	uint64_t ends;	     /* LFs */
	bool eight_bit, nul; /* an octet above 127; a NUL */
	bool cr;	     /* a CR */
	bool odd_end;	     /* a CR or LF that is not half of a CR LF within these octets */
	bool dot;	     /* behind an LF; the first octet is the caller's to look at */
};

/* Looks at these octets; line_len is to be set before. Lengths hold where all line ends
 * are CR LF, or all of them LF. */
void scan_octets(struct octets in, struct scan *scan);

#endif
