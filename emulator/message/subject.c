/* subject: encoded first, folded then. */
#include "subject.h"

#include "fold.h"
#include "encoded_words.h"

enum { MAX_SUBJECT = 1024 * 1024 };

bool subject_append(struct buffer *out, const struct message_keys *keys, struct octets subject,
	struct octets charset, size_t column)
{
	struct buffer text;
	buffer_init(&text, out->memory, MAX_SUBJECT);
	bool made = encoded_words_append(&text, keys, subject, charset, ENCODED_WORDS_TEXT);
	struct octets value = buffer_octets(&text);
	if (keys->subject_fold == 0)
		fold_at_words(out, value, column, keys->words.blank_before_fold);
	else if (keys->words.encoding != WORDS_RAW && encoded_words_are_needed(subject))
		fold_at_encoded_words(out, value, column, keys->words.blank_before_fold);
	else
		fold_at_octet(out, value, column, (size_t)keys->subject_fold);
	buffer_free(&text);
	return made && !buffer_failed(out);
}
