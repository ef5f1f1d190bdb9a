/*
 * body: the scanner of a message behind DATA.
 *
 * The end is CR LF . CR LF and nothing else: no LF or CR that stands alone makes a line, so no
 * other server can be made to see a second message in this one (SMTP smuggling). A profile may play
 * a server that reads it otherwise (also_ends). Leading dots are taken away (RFC 5321 4.5.2). A
 * message larger than its cap is read to its end and told as too big; what was kept of it is
 * dropped at once.
 */
#ifndef SERVER_BODY_H
#define SERVER_BODY_H

#include "octets.h"
#include "server_profile.h"

struct body {
	struct buffer content; /* the message, line ends as they came (or as repaired) */
	size_t max;	       /* octets; more is too_big */
	bool repair;	       /* data.bare-lf: repair: LF alone becomes CR LF */
	bool one_chunk;	    /* data.dot: one-chunk: the five octets of the end come in one chunk */
	uint32_t also_ends; /* data.also-ends: 1 << enum also_end */
	bool bare_line_end; /* CR or LF was seen alone */
	bool too_big;
	unsigned int state, begun_by; /* where in a line, and what stands before that line */
	size_t run; /* octets of this chunk that were scanned, up to those of an end */
};

/* `max` octets are kept at most. */
void body_begin(struct body *body, const struct memory *memory, size_t max);
/* Frees what was kept. */
void body_drop(struct body *body);
/* The next octets come from another chunk of the transport. */
void body_chunk(struct body *body);
/*
 * Takes octets up to and with the end; tells how many, and in `ended` whether it came. False:
 * no memory, the message is lost.
 */
bool body_take(struct body *body, struct octets in, size_t *taken, bool *ended);

/* Takes octets of a chunk (RFC 3030), as they are; notes line ends that stand alone. */
bool body_take_raw(struct body *body, struct octets in);

/* Facts about a whole message, most of them about its header. */
bool body_has_message_id(struct octets content);
bool body_has_raw_8bit_header(struct octets content);
/* A line of more than 998 octets (RFC 5321 4.5.3.1.6), anywhere. */
bool body_has_long_line(struct octets content);

#endif
