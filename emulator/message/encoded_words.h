/*
 * encoded_words: characters beyond ASCII in a header or in the name of a file (RFC 2047), as a
 * profile writes them.
 */
#ifndef MESSAGE_ENCODED_WORDS_H
#define MESSAGE_ENCODED_WORDS_H

#include "client_profile.h"
#include "octets.h"

/* Where the text stands. It decides what may stay as it is, and at what words are parted. */
enum encoded_words_place {
	ENCODED_WORDS_TEXT,	/* Subject: parted at blanks */
	ENCODED_WORDS_PHRASE,	/* a name before an address, without its quotes */
	ENCODED_WORDS_QUOTED,	/* a mailbox as typed: quotes part words as well, and stay */
	ENCODED_WORDS_FILE_NAME /* inside the quotes of filename="…" */
};

/* Anything but printable ASCII in it? */
bool encoded_words_are_needed(struct octets text);
/*
 * Appends `text` (UTF-8) with encoded words where it needs them, parted by single blanks and not
 * folded; as it is where it needs none; converted and raw where the profile encodes none.
 * `charset` is the name as it is shown.
 */
bool encoded_words_append(struct buffer *out, const struct message_keys *keys, struct octets text,
	struct octets charset, enum encoded_words_place place);

#endif
