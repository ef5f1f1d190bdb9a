/*
 * command_line: octets become lines, however they are cut.
 *
 * A line ends with LF; one without CR before it is a fact to be told, not an error. No more than
 * COMMAND_LINE_KEPT octets are held, whatever comes: the rest of a longer line is counted and
 * dropped.
 */
#ifndef SERVER_COMMAND_LINE_H
#define SERVER_COMMAND_LINE_H

#include "octets.h"

/* RFC 4954 4: the longest line of an exchange; no command may be longer. */
enum { COMMAND_LINE_KEPT = 12288 };

struct command_line {
	struct buffer text; /* without its line end once complete; may hold a password */
	size_t len;	    /* octets that came, line end included */
	bool after_cr;	    /* the last octet that came was CR */
	bool bare_lf;	    /* the complete line ended without CR */
	bool early;	    /* it began before the last reply was said */
};

void command_line_begin(struct command_line *line, const struct memory *memory);
/* Wipes and frees. */
void command_line_end(struct command_line *line);
/* Takes octets up to and with a line end; tells how many, and in `complete` whether one came. */
size_t command_line_take(struct command_line *line, struct octets in, bool *complete);
/* Declares a line that stops in CR complete (data.command-end: cr). */
void command_line_stop_at_cr(struct command_line *line);
/* Wipes the line; the next one begins. */
void command_line_clear(struct command_line *line);

#endif
