/* encoded_word: "=?UTF-8?B?…?=", split between characters. */
#include "encoded_word.h"

#include "base64.h"
#include "text.h"

/* Octets in a word: 64 with what stands around them, so that one fits behind "Subject: ". */
enum { PAYLOAD = 39 };

bool encoded_word_is_needed(struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < ' ' || text.at[i] > '~')
			return true;
	}
	return false;
}

/* As many whole characters as fit. */
static size_t piece_len(struct octets text)
{
	size_t len = 0;
	while (len < text.len) {
		size_t character = text_utf8_len(octets_from(text, len));
		if (character == 0)
			character = 1;
		if (len + character > PAYLOAD)
			break;
		len += character;
	}
	return len;
}

bool encoded_word_append(struct buffer *out, struct octets text)
{
	for (size_t len = 0; text.len > 0; text = octets_from(text, len)) {
		if (len > 0)
			buffer_append_text(out, "\r\n ");
		len = piece_len(text);
		buffer_append_text(out, "=?UTF-8?B?");
		base64_encode(out, octets_cut(text, len));
		buffer_append_text(out, "?=");
	}
	return !buffer_failed(out);
}
