/*
 * reading: octets become lines, lines become replies.
 *
 * What has come waits in a queue until a step asks for its reply; a client that takes only the
 * first line of a reply finds the rest there when it asks for the next one. How a line ends and
 * how long it may be are the profile's; beyond READING_LINE_MAX no line is kept, it counts as
 * unreadable.
 */
#ifndef PHONE_READING_H
#define PHONE_READING_H

#include "client_profile.h"
#include "octets.h"

enum {
	READING_LINE_MAX = 64 * 1024,
	READING_QUEUE_MAX = 256 * 1024, /* a flood beyond it is lost */
	READING_QUEUE_HIGH = 64 * 1024	/* with so much waiting, no more is asked for */
};

struct reader {
	const struct client_profile *profile;
	struct buffer queue;
	size_t start;	/* of the first line that was not taken */
	size_t scanned; /* no line ends before this */
	bool skipping;	/* the line in hand was too long; its front is gone */
};

struct line {
	unsigned int code;   /* 0: unreadable; of three digits unless replies.code says otherwise */
	bool more;	     /* NNN- */
	struct octets whole; /* without its end; lent until the reader's next call */
	struct octets text;  /* behind the code and its blank or dash */
};

void reader_init(
	struct reader *reader, const struct memory *memory, const struct client_profile *profile);
void reader_free(struct reader *reader);
/* Forgets everything that waits. */
void reader_clear(struct reader *reader);
/* Appends what has come; false only for want of memory. */
bool reader_add(struct reader *reader, const uint8_t *at, size_t len);
/* Takes the next line; false: none is complete. */
bool reader_take(struct reader *reader, struct line *line);
bool reader_is_full(const struct reader *reader);

enum { REPLY_LINE_MAX = 512 };

/* A reply as far as it has been taken; a step's life long. */
struct reply {
	unsigned int code; /* of its last line */
	bool several;	   /* of several lines, as far as the client looked */
	bool begun;
	size_t first_len;
	uint8_t first[REPLY_LINE_MAX]; /* its first line, cut */
};

void reply_clear(struct reply *reply);
void reply_add(struct reply *reply, const struct line *line);
struct octets reply_first(const struct reply *reply);

#endif
