/*
 * serving: the server's side of SMTP (RFC 5321, 6409), for the one client that has started us with
 * -bs. Octets in, replies out; no file, no descriptor.
 *
 * What it takes becomes a message by way of struct serving_taker, and the reply to the end of data
 * is what the taker says became of it. Commands may come in any cuts and many at once (RFC 2920);
 * their replies keep the order.
 *
 * A line ends in CR LF, or, where a program has no CR to say, in LF. Which of them ends the lines
 * of a message is what ended the line of its DATA, so that no octets within it can look like its
 * end to us and like text to somebody else.
 */
#ifndef TOOLS_MSUB_SERVING_H
#define TOOLS_MSUB_SERVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SERVING_LINE_MAX = 4096,	     /* of a command, line end included */
	SERVING_REPLY_MAX = 512,	     /* RFC 5321 4.5.3.1.5 */
	SERVING_SIZE_MAX = 256 * 1024 * 1024 /* of a message */
};

enum serving_body { SERVING_BODY_UNSAID, SERVING_7BIT, SERVING_8BITMIME };
enum serving_return { SERVING_RET_UNSAID, SERVING_RET_FULL, SERVING_RET_HEADERS };
enum { SERVING_NEVER = 1, SERVING_SUCCESS = 2, SERVING_FAILURE = 4, SERVING_DELAY = 8 };

/* MAIL or RCPT: its address and what stood behind it; lent. */
struct serving_path {
	const char *address; /* without brackets and route */
	enum serving_body body;
	enum serving_return ret;
	const char *envelope_id; /* as said: xtext (RFC 3461 4); NULL: unsaid */
	bool utf8;		 /* SMTPUTF8 (RFC 6531) */
	unsigned int notify;	 /* a set of SERVING_NEVER and so on; 0: unsaid */
	const char *original;	 /* ORCPT as said: "rfc822;" and xtext; NULL: unsaid */
};

/* A reply that the taker makes: "250 2.0.0 ok", without a line end. */
struct serving_reply {
	char text[SERVING_REPLY_MAX - 2];
};

struct serving_taker {
	void *context;
	/* Replies, whole lines with their ends; they need not be written before more is wanted. */
	void (*say)(void *context, const char *text, size_t len);
	/* A sender, a recipient. False: refused, with the reply. */
	bool (*sender)(void *context, const struct serving_path *path, struct serving_reply *reply);
	bool (*recipient)(
		void *context, const struct serving_path *path, struct serving_reply *reply);
	/* A message begins; its octets, unstuffed. False: it cannot be kept, with the reply. */
	bool (*begin)(void *context, struct serving_reply *reply);
	bool (*content)(void *context, const char *at, size_t len, struct serving_reply *reply);
	/* The message is complete: what became of it. */
	void (*end)(void *context, struct serving_reply *reply);
	/* The transaction is over, or given up: forget sender, recipients and content. */
	void (*forget)(void *context);
};

struct serving {
	struct serving_taker taker;
	const char *host; /* borrowed */
	enum { SERVING_COMMANDS, SERVING_CONTENT, SERVING_OVER } where;
	char line[SERVING_LINE_MAX];
	size_t len;
	bool too_long; /* the rest of the line is passed over */
	bool extended; /* EHLO was said, not HELO */
	bool has_sender;
	size_t recipients; /* accepted */
	/* the content */
	bool ends_lf;
	enum { LINE_START, LINE_START_DOT, LINE_START_DOT_CR, LINE_REST, LINE_REST_CR } at;
	uint64_t size;
	bool lost; /* it cannot be kept, the reply says why */
	struct serving_reply reply;
};

/* Greets. The host's name is borrowed. */
void serving_start(struct serving *serving, const char *host, const struct serving_taker *taker);
/* Octets that came, in any cuts. False: QUIT was said, nothing more is taken. */
bool serving_take(struct serving *serving, const char *at, size_t len);
/* Nothing more will come: what is not complete is forgotten. */
void serving_end(struct serving *serving);

#endif
