/*
 * sentence: why something did not work, in words for people.
 *
 * One sentence without a full stop, lower case at the front, so that it can stand behind
 * "cannot connect: ". What a peer sent is escaped by whoever writes it here.
 */
#ifndef NET_SENTENCE_H
#define NET_SENTENCE_H

#include "octets.h"

enum { SENTENCE_MAX = 512 };

struct sentence {
	char text[SENTENCE_MAX];
};

/* Replaces the text, cut to the room. `sentence` may be NULL: nobody wants to know. */
void sentence_set(struct sentence *sentence, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Appends what a peer sent, escaped (text.h), cut to the room. */
void sentence_add_foreign(struct sentence *sentence, struct octets foreign);
/* Appends trusted words, cut to the room. */
void sentence_add(struct sentence *sentence, const char *words);

#endif
