/*
 * conversation: what two transcripts say about whether a server can be relied on.
 *
 * An experiment compares clients, so a server has to answer the same words in the same way. One
 * that fails at random, greylists, bans or is changed meanwhile does not: somewhere two clients
 * said the same and heard something else. That is looked for in the words alone. Times are left
 * out, and of a reply all but its code: numbers, dates and challenges differ by right.
 */
#ifndef CHECK_CONVERSATION_H
#define CHECK_CONVERSATION_H

#include "transcript.h"

/* One thing that was said, or happened, in the order in which the client saw it. */
struct exchange_event {
	bool of_server;
	uint64_t words;	   /* the client's, as a digest */
	char code[5];	   /* the server's: "250-", "250 ", "end" */
	size_t said;	   /* so many of the client's events came before it */
	size_t transcript; /* its place there */
};

struct conversation {
	const struct memory *memory;
	struct exchange_event *events;
	size_t count, room;
};

/* False: no memory. The transcript is not kept. conversation_free() it in any case. */
bool conversation_read(struct conversation *conversation, const struct memory *memory,
	const struct transcript *transcript);
/* Of a zeroed one, too. */
void conversation_free(struct conversation *conversation);

/*
 * True where the same words were answered differently; *one and *other are the two answers (or
 * the end of the connection, or nothing more at all: NULL).
 */
bool conversations_contradict(const struct conversation *one, const struct conversation *other,
	const struct exchange_event **first, const struct exchange_event **second);

/*
 * What was answered with `code` in `one`, at last, was answered so in `other` as well: the same
 * verb, however it was written. Some clients go away behind a refusal, and some say more.
 */
bool transcripts_share_refusal(
	const struct transcript *one, const struct transcript *other, unsigned int code);

#endif
