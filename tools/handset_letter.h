/*
 * letter: a message that waits in an outbox on the disk, as one JSON text.
 *
 * It holds what the user typed and not what was sent, so that each send operation composes it anew,
 * as clients of the field do; and what became of it so far. A single line of text (an address, a
 * subject, a reply) stands in it as text.h escapes it, so that any octets come back as they were;
 * bodies and files stand in base64. There is no NUL in it, escaped or not.
 *
 *     {"handset-outbox": 1, "from": "...", "to": ["..."], "cc": [], "bcc": [], "self": [],
 *      "written": seconds since 1970, "zone": minutes east of Greenwich, "seed": "...",
 *      "break-body-at": 0, "sending": false,
 *      "content": "..."                              a whole message; or else what was typed:
 *      "subject": "...", "reply-to": "...", "receipt-to": "...", "charset": "...",
 *      "priority": "normal", "mime": "profile", "body": "...",
 *      "attachments": [{"name": "...", "type": "...", "content": "..."}],
 *      "recipients": [{"outcome": "...", "at": "...", "code": 0, "reply": "...", "unsure": false}],
 *      "tries": [{"time": 0, "outcome": "...", "at": "...", "code": 0, "reply": "..."}]}
 */
#ifndef TOOLS_HANDSET_LETTER_H
#define TOOLS_HANDSET_LETTER_H

#include "arena.h"
#include "phone.h"
#include "sentence.h"

/* So many octets may a letter have; what is more is refused when it is written, too. */
enum { LETTER_MAX = 256 * 1024 * 1024, LETTER_TRIES_MAX = 100 };

/* One send operation. */
struct letter_try {
	uint64_t unix_time;
	struct phone_verdict verdict;
};

struct letter {
	struct octets from; /* as typed */
	/* With its seed, and what `recipients` says; of its draft, what a user types. */
	struct phone_message message;
	struct phone_recipient *recipients; /* to, cc, bcc, self; addresses left empty */
	size_t recipient_count;
	struct letter_try *tries; /* the last LETTER_TRIES_MAX */
	size_t try_count;
	uint64_t tries_ever;
	/* It was written before a send operation of which nothing is known: that was broken off. */
	bool sending;
};

/* Appends the text. False: no memory, too long, or a text in it that no letter can hold. */
bool letter_write(const struct letter *letter, struct buffer *out);
/* Reads one, into the arena. False, with a sentence: it is no letter that can be sent. */
bool letter_read(
	struct letter *letter, struct octets json, struct arena *arena, struct sentence *why);
/* Makes a letter of a new message; false: no memory. What it points into is borrowed. */
bool letter_new(struct letter *letter, struct octets from, const struct phone_message *message,
	struct arena *arena);
/* Puts a send operation behind the others. The reply is borrowed. */
bool letter_add_try(struct letter *letter, const struct letter_try *one, struct arena *arena);

#endif
