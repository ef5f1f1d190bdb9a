/* decoded_words: =?charset?B?...?= and =?charset?Q?...?= wherever they stand. */
#include "decoded_words.h"

#include "base64.h"
#include "charset.h"

enum { LONGEST = 1000 };

struct word {
	struct octets charset, text;
	uint8_t encoding;
	size_t len; /* of all of it; 0: no encoded word */
};

/* The encoded word that begins with the "=?" in front. */
static struct word word_at(struct octets value)
{
	const struct word none = {0};
	/* what is longer is hostile (RFC 2047 2: 75 octets), and would be searched again and again
	 */
	struct octets rest = octets_cut(octets_from(value, 2), LONGEST);
	size_t charset = octets_find(rest, '?');
	struct octets behind = octets_from(rest, charset);
	if (behind.len < 3 || behind.at[2] != '?')
		return none;
	struct octets text = octets_from(behind, 3);
	size_t len = octets_find_text(text, octets_of("?="));
	if (len == text.len || octets_find(octets_cut(text, len), ' ') < len)
		return none;
	/* RFC 2231 5: a language may stand behind the charset */
	struct octets label = octets_cut(rest, charset);
	label = octets_cut(label, octets_find(label, '*'));
	return (struct word){label, octets_cut(text, len), behind.at[1], 2 + charset + 3 + len + 2};
}

static int digit_of(uint8_t octet)
{
	if (octet_is_digit(octet))
		return octet - '0';
	octet |= 0x20;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

static bool append_q(struct buffer *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i] == '_' ? (uint8_t)' ' : text.at[i];
		if (octet == '=') {
			int high = i + 2 < text.len ? digit_of(text.at[i + 1]) : -1;
			int low = i + 2 < text.len ? digit_of(text.at[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			octet = (uint8_t)(high << 4 | low);
			i += 2;
		}
		buffer_append_byte(out, octet);
	}
	return !buffer_failed(out);
}

/* Appends what the word means, or nothing. */
static bool append_meaning(struct buffer *out, const struct word *word)
{
	size_t before = out->len;
	struct buffer octets;
	bool b = word->encoding == 'B' || word->encoding == 'b';
	bool q = word->encoding == 'Q' || word->encoding == 'q';
	buffer_init(&octets, out->memory, word->text.len + 4);
	bool good =
		(b && base64_decode(&octets, word->text)) || (q && append_q(&octets, word->text));
	good = good && charset_decode(out, buffer_octets(&octets), word->charset);
	out->failed |= buffer_failed(&octets);
	buffer_free(&octets);
	if (!good)
		buffer_truncate(out, before);
	return good;
}

bool decoded_words_append(struct buffer *out, struct octets value)
{
	bool after_word = false;
	while (value.len > 0 && !buffer_failed(out)) {
		size_t start = octets_find_text(value, octets_of("=?"));
		struct octets between = octets_cut(value, start);
		struct octets rest = octets_from(value, start);
		struct word word = rest.len > 0 ? word_at(rest) : (struct word){0};
		size_t before = out->len;
		if (!after_word || word.len == 0 || octets_trim(between).len > 0)
			buffer_append_octets(out, between);
		after_word = word.len > 0 && append_meaning(out, &word);
		if (word.len > 0 && !after_word) { /* it stays, and so do the blanks before it */
			buffer_truncate(out, before);
			buffer_append_octets(out, between);
		}
		size_t len = word.len > 0 ? word.len : rest.len > 0 ? 2 : 0;
		if (!after_word)
			buffer_append_octets(out, octets_cut(rest, len));
		value = octets_from(rest, len);
	}
	return !buffer_failed(out);
}
