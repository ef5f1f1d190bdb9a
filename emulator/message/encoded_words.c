/* encoded_words: what needs encoding, in pieces that fit; then each piece in its dress. */
#include "encoded_words.h"

#include "base64.h"
#include "charset.h"
#include "text.h"

enum { MAX_PIECE = 1024 * 1024, WORD_MAX_LEN = 900 };
/* Octets of an encoded word with all around it, so that one fits behind "Subject: " and its like.
 */
enum { TEXT_ROOM = 64, PHRASE_ROOM = 46, DRESS = 7 };

struct writing {
	struct buffer *out;
	const struct message_keys *keys;
	struct octets charset;
	enum encoded_words_place place;
	bool failed;
};

static bool is_plain(uint8_t octet)
{
	return octet >= ' ' && octet <= '~';
}

bool encoded_words_are_needed(struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_plain(text.at[i]))
			return true;
	}
	return false;
}

/* Those that may stand for themselves in Q wherever it stands (RFC 2047 5 (3)). */
static bool is_safe(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       octet_is_digit(octet) || octets_contain(octets_make(&octet, 1), "!*+-/");
}

static void append_q(struct buffer *out, struct octets octets)
{
	for (size_t i = 0; i < octets.len; i++) {
		uint8_t octet = octets.at[i];
		if (octet == ' ')
			buffer_append_byte(out, '_');
		else if (is_safe(octet))
			buffer_append_byte(out, octet);
		else
			buffer_format(out, "=%02X", octet);
	}
}

/* How long the octets become between the question marks. */
static size_t encoded_len(const struct writing *writing, struct octets octets)
{
	size_t len = 0;
	if (writing->keys->words.encoding == WORDS_B)
		return (octets.len + 2) / 3 * 4;
	for (size_t i = 0; i < octets.len; i++)
		len += octets.at[i] == ' ' || is_safe(octets.at[i]) ? 1 : 3;
	return len;
}

static void append_word(struct writing *writing, struct octets octets)
{
	bool b = writing->keys->words.encoding == WORDS_B;
	struct buffer *out = writing->out;
	buffer_append_text(out, "=?");
	for (size_t i = 0; i < writing->charset.len; i++) {
		uint8_t octet = writing->charset.at[i];
		bool lower = octet >= 'a' && octet <= 'z';
		buffer_append_byte(out, lower ? (uint8_t)(octet - 'a' + 'A') : octet);
	}
	buffer_append_text(out, b ? "?B?" : "?Q?");
	if (b)
		base64_encode(out, octets);
	else
		append_q(out, octets);
	buffer_append_text(out, "?=");
}

static bool convert(const struct writing *writing, struct buffer *out, struct octets utf8)
{
	return charset_convert(out, utf8, writing->charset, writing->keys->latin1_is_cp1252);
}

/* The length of the character in front; what is no UTF-8 counts octet by octet. */
static size_t character_len(struct octets text)
{
	size_t len = text_utf8_len(text);
	return len == 0 ? 1 : len;
}

/* --- all from the first to the last, halved until it fits --- */

/*
 * A run of UTF-16 units, as the halving client counts them: a character beyond the first plane is
 * two, and one half of it may stand at either end. Half a character can only become '?'.
 */
struct units {
	struct octets whole;
	bool half_before, half_behind;
};

static size_t unit_count(const struct units *units)
{
	size_t count = (size_t)units->half_before + units->half_behind, len;
	for (struct octets rest = units->whole; rest.len > 0; rest = octets_from(rest, len)) {
		len = character_len(rest);
		count += len == 4 ? 2 : 1;
	}
	return count;
}

/* Parts the first `count` units from the others. */
static void units_split(struct units all, size_t count, struct units *front, struct units *back)
{
	size_t at = 0, passed = all.half_before;
	while (passed + 1 < count || (passed < count && at < all.whole.len &&
					     character_len(octets_from(all.whole, at)) != 4)) {
		size_t len = character_len(octets_from(all.whole, at));
		passed += len == 4 ? 2 : 1;
		at += len;
	}
	bool halves = passed < count;
	*front = (struct units){octets_cut(all.whole, at), all.half_before, halves};
	*back = (struct units){
		octets_from(all.whole, at + (halves ? 4 : 0)), halves, all.half_behind};
}

static bool units_convert(const struct writing *writing, struct buffer *out, struct units units)
{
	struct buffer text;
	buffer_init(&text, out->memory, MAX_PIECE);
	if (units.half_before)
		buffer_append_byte(&text, '?');
	buffer_append_octets(&text, units.whole);
	if (units.half_behind)
		buffer_append_byte(&text, '?');
	bool made = !buffer_failed(&text) && convert(writing, out, buffer_octets(&text));
	buffer_free(&text);
	return made;
}

static void append_halved(struct writing *writing, struct units units)
{
	/* 75 octets are the most of a word; the client keeps 12 of them free */
	enum { LONGEST = 75 - DRESS - 12 };
	size_t count = unit_count(&units);
	size_t room = LONGEST > writing->charset.len ? LONGEST - writing->charset.len : 0;
	struct buffer octets;
	buffer_init(&octets, writing->out->memory, MAX_PIECE);
	if (!units_convert(writing, &octets, units))
		writing->failed = true;
	struct octets converted = buffer_octets(&octets);
	bool fits =
		count <= room && converted.len <= room && encoded_len(writing, converted) <= room;
	if (fits || count < 2)
		append_word(writing, converted);
	buffer_free(&octets);
	if (fits || count < 2 || writing->failed)
		return;
	struct units front, back;
	units_split(units, count / 2, &front, &back);
	append_halved(writing, front);
	buffer_append_byte(writing->out, ' ');
	append_halved(writing, back);
}

static bool parts_words(const struct writing *writing, uint8_t octet)
{
	return octet == ' ' || (octet == '"' && writing->place != ENCODED_WORDS_TEXT);
}

static void append_first_to_last(struct writing *writing, struct octets text)
{
	size_t first = 0, last = text.len;
	while (is_plain(text.at[first]))
		first++;
	while (is_plain(text.at[last - 1]))
		last--;
	while (first > 0 && !parts_words(writing, text.at[first - 1]))
		first--;
	while (last < text.len && !parts_words(writing, text.at[last]))
		last++;
	buffer_append(writing->out, text.at, first);
	append_halved(writing, (struct units){octets_make(text.at + first, last - first), 0, 0});
	buffer_append_octets(writing->out, octets_from(text, last));
}

/* --- each word that needs it --- */

/* RFC 5322 3.2.3 */
static bool is_atom(struct octets word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (!is_safe(word.at[i]) &&
			!octets_contain(octets_make(word.at + i, 1), "#$%&'=?^_`{|}~"))
			return false;
	}
	return true;
}

/* Also what would be taken for an encoded word, and what no line could hold. */
static bool needs_encoding(const struct writing *writing, struct octets word)
{
	return encoded_words_are_needed(word) || octets_start_nocase(word, "=?") ||
	       word.len > WORD_MAX_LEN ||
	       (writing->place == ENCODED_WORDS_PHRASE && !is_atom(word));
}

/* As many characters as fit into one encoded word, one at least; in `octets` what they become. */
static size_t piece_len(struct writing *writing, struct octets text, struct buffer *octets)
{
	size_t room = writing->place == ENCODED_WORDS_PHRASE ? PHRASE_ROOM : TEXT_ROOM;
	size_t dress = DRESS + writing->charset.len, len = 0;
	room = room > dress ? room - dress : 0;
	while (len < text.len && !writing->failed) {
		size_t more = len + character_len(octets_from(text, len));
		buffer_truncate(octets, 0);
		if (!convert(writing, octets, octets_cut(text, more)))
			writing->failed = true;
		if (len > 0 && encoded_len(writing, buffer_octets(octets)) > room)
			break;
		len = more;
	}
	buffer_truncate(octets, 0);
	if (!convert(writing, octets, octets_cut(text, len)))
		writing->failed = true;
	return len;
}

static void append_run(struct writing *writing, struct octets run)
{
	struct buffer octets;
	buffer_init(&octets, writing->out->memory, MAX_PIECE);
	for (size_t len = 0; run.len > 0 && !writing->failed; run = octets_from(run, len)) {
		if (len > 0)
			buffer_append_byte(writing->out, ' ');
		len = piece_len(writing, run, &octets);
		append_word(writing, buffer_octets(&octets));
	}
	buffer_free(&octets);
}

/* Blanks between encoded words do not count (RFC 2047 6.2): neighbours are encoded with theirs. */
static void append_each(struct writing *writing, struct octets text)
{
	size_t run = text.len, run_end = 0;
	for (size_t at = 0; at < text.len;) {
		size_t blanks = 0;
		while (at + blanks < text.len && text.at[at + blanks] == ' ')
			blanks++;
		struct octets word = octets_from(text, at + blanks);
		word = octets_cut(word, octets_find(word, ' '));
		if (word.len > 0 && needs_encoding(writing, word)) {
			if (run == text.len) {
				buffer_append(writing->out, text.at + at, blanks);
				run = at + blanks;
			}
			run_end = at + blanks + word.len;
		} else {
			if (run < text.len)
				append_run(writing, octets_make(text.at + run, run_end - run));
			run = text.len;
			buffer_append(writing->out, text.at + at, blanks + word.len);
		}
		at += blanks + word.len;
	}
	if (run < text.len)
		append_run(writing, octets_make(text.at + run, run_end - run));
}

/* Quotes that stay part what is between them. */
static void append_between_quotes(struct writing *writing, struct octets text)
{
	for (size_t len = 0; text.len > 0; text = octets_from(text, len + 1)) {
		len = octets_find(text, '"');
		append_each(writing, octets_cut(text, len));
		if (len < text.len)
			buffer_append_byte(writing->out, '"');
	}
}

bool encoded_words_append(struct buffer *out, const struct message_keys *keys, struct octets text,
	struct octets charset, enum encoded_words_place place)
{
	struct writing writing = {.out = out, .keys = keys, .charset = charset, .place = place};
	if (keys->words.encoding == WORDS_RAW)
		return convert(&writing, out, text);
	if (!keys->words.first_to_last && place == ENCODED_WORDS_QUOTED)
		append_between_quotes(&writing, text);
	else if (!keys->words.first_to_last)
		append_each(&writing, text);
	else if (encoded_words_are_needed(text))
		append_first_to_last(&writing, text);
	else
		buffer_append_octets(out, text);
	return !writing.failed && !buffer_failed(out);
}
