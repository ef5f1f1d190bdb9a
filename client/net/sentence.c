/* sentence: cutting and escaping, so that a message is always one readable line. */
#include "sentence.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* A cut may have split a UTF-8 sequence: what is left of it goes too. */
static void trim_broken_end(struct sentence *sentence)
{
	size_t len = strlen(sentence->text);
	size_t at = 0;
	while (at < len) {
		size_t step = text_utf8_len(octets_make(sentence->text + at, len - at));
		if (step == 0 && len - at < 4)
			break;
		at += step == 0 ? 1 : step;
	}
	sentence->text[at < len ? at : len] = 0;
}

void sentence_set(struct sentence *sentence, const char *format, ...)
{
	if (sentence == NULL)
		return;
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(sentence->text, sizeof sentence->text, format, arguments);
	va_end(arguments);
	if (len < 0)
		sentence->text[0] = 0;
	else if ((size_t)len >= sizeof sentence->text)
		trim_broken_end(sentence);
}

void sentence_add(struct sentence *sentence, const char *words)
{
	if (sentence == NULL)
		return;
	size_t len = strlen(sentence->text);
	size_t room = sizeof sentence->text - 1 - len;
	size_t more = strlen(words);
	bool cut = more > room;
	more = cut ? room : more;
	memcpy(sentence->text + len, words, more);
	sentence->text[len + more] = 0;
	if (cut)
		trim_broken_end(sentence);
}

void sentence_add_foreign(struct sentence *sentence, struct octets foreign)
{
	struct buffer escaped;
	buffer_init(&escaped, &memory_standard, SENTENCE_MAX * 4);
	text_escape(&escaped, octets_cut(foreign, SENTENCE_MAX));
	sentence_add(sentence, buffer_string(&escaped));
	buffer_free(&escaped);
}
