/*
 * reply: a server's reply, read octet by octet (RFC 5321 4.2).
 *
 * A reply is one or more lines that begin with the same three digits; a '-' behind them says that
 * another line follows. Lines may lack their text and may end in a bare LF. Everything else
 * breaks the protocol. What is kept and what is endured has limits, so that a server that never
 * stops talking ends the session instead of filling the memory.
 */
#ifndef SESSION_REPLY_H
#define SESSION_REPLY_H

#include "octets.h"

enum {
	REPLY_LINE_KEPT = 12288,       /* of one line's text (RFC 4954 4); the rest is dropped */
	REPLY_TEXT_KEPT = 64 * 1024,   /* of all lines together */
	REPLY_LINE_MAX = 64 * 1024,    /* a longer line breaks the protocol */
	REPLY_LINES_MAX = 512,	       /* so do more lines than this */
	REPLY_OCTETS_MAX = 1024 * 1024 /* and a longer reply */
};

struct reply {
	int code;  /* 200 to 599 */
	int class; /* its first digit */
	/*
	 * The lines' text, raw, without the codes' digits, separated by LF. Lent until the reader
	 * is cleared: by the reader, or, where the reply is one line that came whole, where it lies
	 * in what was fed.
	 */
	struct octets text;
};

enum reply_state {
	REPLY_MORE,   /* the octets were read, the reply is not complete */
	REPLY_DONE,   /* a reply is complete */
	REPLY_BROKEN, /* this is no reply */
	REPLY_MEMORY, /* out of memory */
};

struct reply_reader {
	struct reply reply;
	struct buffer kept; /* the text of a reply that did not come as one whole line */
	struct buffer line; /* of the line under way, without its end */
	size_t line_len;    /* its true length */
	size_t line_count;
	size_t octet_count;
};

void reply_reader_init(struct reply_reader *reader, const struct memory *memory);
void reply_reader_free(struct reply_reader *reader);
/* Forgets the reply: the next one begins. */
void reply_reader_clear(struct reply_reader *reader);
/* True where octets of a reply have come that is not complete. */
bool reply_reader_is_begun(const struct reply_reader *reader);
/* Reads until a reply is complete, and says in *used how many octets that took. */
enum reply_state reply_reader_feed(struct reply_reader *reader, struct octets in, size_t *used);

/* The code's first digit: 2, 3, 4 or 5. */
static inline int reply_class(const struct reply *reply)
{
	return reply->class;
}
/*
 * Its enhanced code (RFC 3463), in front of a line or as "(#5.7.1)" at the end of one; false, and
 * all 0, where there is none.
 */
bool reply_enhanced(const struct reply *reply, int enhanced[3]);
/* The text becomes this, which is copied; where memory does not suffice, nothing. */
void reply_reader_put_text(struct reply_reader *reader, struct octets text);
/* Line number `index` of the text, lent until the reply is cleared; false where there is none. */
bool reply_line(const struct reply *reply, size_t index, struct octets *line);
/*
 * Where the text may be shown as it stands, being one plain line: that line, lent, and the code as
 * of reply_enhanced(); else false.
 */
bool reply_shows_as(const struct reply *reply, int enhanced[3], struct octets *line);
/* Appends the text as people may see it: escaped, without enhanced codes, lines ended by LF. */
bool reply_show(const struct reply *reply, struct buffer *out);

#endif
