/*
 * many: the same client many times over, at once, in one process.
 *
 * Each phone has a connection and an outbox of its own and draws for itself (think times,
 * Message-IDs); they share the profile, and the text of the messages. They are driven by one
 * crowd (client/net/crowd.h). A phone is made when it is about to connect, and freed, its outcome
 * read, when it is through. Only some may be on the way to the server together: a dial is larger
 * than all the rest, and a server's queue of new connections is short.
 *
 * There is no link between (a link is that of one phone), TLS sessions are not resumed (what one
 * phone remembers is nothing to the next), and of TLS that fails no more is told than that.
 */
#ifndef PLAY_MANY_H
#define PLAY_MANY_H

#include "play.h"

enum { MANY_MAX = 10000 };

/* A message that was not delivered to everybody; both numbers from 1, the sentence is lent. */
struct many_failure {
	size_t phone, message;
	enum play_class class;
	const char *sentence;
};

/* Borrowed for the time of many_run(). Of `play` link, progress and observer are not looked at. */
struct many_settings {
	const struct play_settings *play;
	size_t count; /* phones, at most MANY_MAX */
	void (*failed)(void *context, const struct many_failure *failure);
	void (*progress)(void *context, size_t phones_done); /* NULL: nobody wants to know */
	void *context;
};

struct many_result {
	size_t phones[PLAY_INCONCLUSIVE + 1]; /* how many, by class */
	size_t messages, delivered;	      /* to all their recipients */
	size_t at_once;			      /* so many were there together, at most */
	/*
	 * What was asked of the heap while the most phones were there and none was on its way, by
	 * phones, connections and driver, and how many they were; 0: there was no such moment.
	 */
	size_t heap, heap_phones;
	uint64_t elapsed_ms;
	enum drive_end end;
	struct sentence why; /* of the last failure to connect or to agree on TLS; "" */
};

/* Blocks. False with a sentence in `why`, before anything was sent, as play_run(). */
bool many_run(
	const struct many_settings *settings, struct many_result *result, struct sentence *why);
/* As play_classify(): what a server refused counts before what could not be tried. */
enum play_class many_classify(const struct many_result *result);

#endif
