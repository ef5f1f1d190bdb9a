/*
 * mbox: many messages in one file, found without holding more of it than the head of a line.
 *
 * A message begins with a line "From SENDER DATE" at the file's front or behind an empty line; that
 * line, and the empty one in front of the next, belong to the file and not to the message. What a
 * body's own "From " lines look like is the format's affair:
 *
 *   MBOX_O   ">From ", and nobody can tell it from one that was written so: it stays as it is
 *   MBOX_RD  one ">" more than was written, which is taken away again (struct mbox_unquoting)
 *   MBOX_CL  as they are; Content-Length says where the message ends. It is believed only where a
 *            message, or the end of the file, really follows there
 *
 * The splitter takes octets in any cuts and tells of each message once its end is known.
 */
#ifndef TOOLS_MSUB_MBOX_H
#define TOOLS_MSUB_MBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mbox_format { MBOX_O, MBOX_RD, MBOX_CL };

enum { MBOX_HEAD_MAX = 1024 };

struct mbox_message {
	uint64_t start, end; /* offsets of the message itself */
	uint64_t line;	     /* of its "From " line, from 1 */
	/* As that line names it; "" where it names nobody, or MAILER-DAEMON: the null sender. */
	char sender[MBOX_HEAD_MAX];
};

struct mbox_taker {
	void *context;
	/* A message; false ends the splitting. */
	bool (*take)(void *context, const struct mbox_message *message);
	/* MBOX_CL: the octets at the offset are the file's end, or a "From " line, perhaps behind
	 * an empty one. */
	bool (*ends_at)(void *context, uint64_t offset);
};

struct mbox {
	enum mbox_format format;
	struct mbox_taker taker;
	struct mbox_message message;
	bool inside; /* a message has begun */
	bool in_header, behind_empty;
	uint64_t number, offset; /* of the line that is being taken */
	uint64_t length;	 /* its octets so far */
	uint64_t content_length, skip_to;
	bool has_content_length;
	uint64_t empty_len; /* of the empty line before this one; 0: it was not empty */
	char head[MBOX_HEAD_MAX];
	size_t head_len;
};

enum mbox_result { MBOX_TAKEN, MBOX_STOPPED, MBOX_IS_NONE };

void mbox_begin(struct mbox *mbox, enum mbox_format format, const struct mbox_taker *taker);
/* MBOX_IS_NONE: the first line is no "From " line. */
enum mbox_result mbox_take(struct mbox *mbox, const char *at, size_t len);
/* Nothing follows: tells of the last message. An empty file holds none, and is one. */
enum mbox_result mbox_end(struct mbox *mbox);

/* Takes one ">" away from each line that begins with ">From ", ">>From " and so on. */
struct mbox_unquoting {
	enum { UNQUOTING_START, UNQUOTING_WORD, UNQUOTING_REST } where;
	uint64_t quotes;  /* held back */
	size_t matched;	  /* octets of "From " held back */
	uint64_t owed;	  /* quotes to be given before anything else */
	size_t owed_word; /* octets of "From " to be given behind those */
	size_t given_word;
};

/*
 * Gives at most `room` octets, *given of them, and returns how many octets of `at` were used up;
 * `last`: nothing follows. Starts zeroed.
 */
size_t mbox_unquote(struct mbox_unquoting *unquoting, const char *at, size_t len, bool last,
	char *to, size_t room, size_t *given);

#endif
