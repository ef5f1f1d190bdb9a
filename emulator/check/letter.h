/*
 * letter: the messages of a trial, as a phone takes them.
 *
 * They are short, they say what they are, and they name the client: whoever finds one in a mailbox
 * or a log knows where it came from. The client composes them itself, so that its own header is a
 * part of what is looked at.
 */
#ifndef CHECK_LETTER_H
#define CHECK_LETTER_H

#include "ground.h"

enum { LETTER_TEXT = 256, LETTER_RECIPIENTS = 2 };

struct letter {
	char subject[LETTER_TEXT], body[LETTER_TEXT];
	struct octets to[LETTER_RECIPIENTS];
	struct phone_message message; /* points into this struct */
};

/* Message `index` of `wish`, at this time; the ground's addresses are borrowed. */
void letter_write(struct letter *letter, const struct ground *ground, const struct trial_wish *wish,
	size_t index, uint64_t unix_time);

#endif
