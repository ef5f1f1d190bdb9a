/*
 * trial_message: the messages of a trial, as a phone takes them.
 *
 * They are short, they say what they are, and they name the client: whoever finds one in a mailbox
 * or a log knows where it came from. The client composes them itself, so that its own header is a
 * part of what is looked at.
 */
#ifndef CHECK_TRIAL_MESSAGE_H
#define CHECK_TRIAL_MESSAGE_H

#include "ground.h"

enum { TRIAL_MESSAGE_TEXT = 256, TRIAL_MESSAGE_RECIPIENTS = 2 };

struct trial_message {
	char subject[TRIAL_MESSAGE_TEXT], body[TRIAL_MESSAGE_TEXT];
	struct octets to[TRIAL_MESSAGE_RECIPIENTS];
	struct phone_message message; /* points into this struct */
};

/* Message `index` of `wish`, at this time; the ground's addresses are borrowed. */
void trial_message_write(struct trial_message *written, const struct ground *ground,
	const struct trial_wish *wish, size_t index, uint64_t unix_time);

#endif
