/* letter_words: the names and words of a letter that its writer and its reader share. */
#ifndef TOOLS_HANDSET_LETTER_WORDS_H
#define TOOLS_HANDSET_LETTER_WORDS_H

#include "phone.h"

enum { LETTER_TEXTS = 4, LETTER_PRIORITIES = 3, LETTER_MIMES = 3 };

/* The lines of a draft. */
static const struct {
	const char *name;
	size_t offset;
} letter_texts[LETTER_TEXTS] = {{"subject", offsetof(struct message_draft, subject)},
	{"reply-to", offsetof(struct message_draft, reply_to)},
	{"receipt-to", offsetof(struct message_draft, receipt_to)},
	{"charset", offsetof(struct message_draft, charset)}};

static inline struct octets *letter_text_of(struct message_draft *draft, size_t index)
{
	return (struct octets *)(void *)((char *)draft + letter_texts[index].offset);
}

static const char *const letter_priorities[LETTER_PRIORITIES] = {
	[MESSAGE_PRIORITY_NORMAL] = "normal",
	[MESSAGE_PRIORITY_HIGH] = "high",
	[MESSAGE_PRIORITY_LOW] = "low"};
static const char *const letter_mimes[LETTER_MIMES] = {[MESSAGE_MIME_AS_PROFILE] = "profile",
	[MESSAGE_MIME_ON] = "on",
	[MESSAGE_MIME_OFF] = "off"};

#endif
