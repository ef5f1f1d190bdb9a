/* fold: three ways to part a value; blanks are never lost, so that unfolding gives it back. */
#include "fold.h"

/* How far a blank is looked for behind the octet where looking begins. */
enum { WINDOW = 76 };

static bool is_encoded_word(struct octets word)
{
	return word.len > 4 && word.at[0] == '=' && word.at[1] == '?';
}

static size_t blank_len(struct octets text)
{
	size_t len = 0;
	while (len < text.len && octet_is_blank(text.at[len]))
		len++;
	return len;
}

static size_t word_len(struct octets text)
{
	size_t len = 0;
	while (len < text.len && !octet_is_blank(text.at[len]))
		len++;
	return len;
}

struct folding {
	size_t longest;	   /* octets of a line */
	bool encoded_only; /* before encoded words, nowhere else */
	bool blank_stays;
};

static size_t fold(
	struct buffer *out, struct octets text, size_t column, const struct folding *folding)
{
	while (text.len > 0) {
		size_t blanks = blank_len(text), len = word_len(octets_from(text, blanks));
		struct octets word = octets_cut(octets_from(text, blanks), len);
		bool may =
			blanks > 0 && len > 0 && (!folding->encoded_only || is_encoded_word(word));
		if (may && column + blanks + len > folding->longest) {
			bool stays = folding->blank_stays && is_encoded_word(word);
			if (stays) {
				buffer_append_octets(out, octets_cut(text, blanks));
				text = octets_from(text, blanks);
				blanks = 0;
			}
			buffer_append_text(out, stays ? "\r\n " : "\r\n");
			column = stays ? 1 : 0;
		}
		buffer_append_octets(out, octets_cut(text, blanks + len));
		column += blanks + len;
		text = octets_from(text, blanks + len);
	}
	return column;
}

size_t fold_at_words(struct buffer *out, struct octets text, size_t column, bool blank_stays)
{
	const struct folding folding = {.longest = FOLD_LIMIT, .blank_stays = blank_stays};
	return fold(out, text, column, &folding);
}

void fold_at_encoded_words(struct buffer *out, struct octets text, size_t column, bool blank_stays)
{
	const struct folding folding = {
		.longest = FOLD_LIMIT - 1, .encoded_only = true, .blank_stays = blank_stays};
	fold(out, text, column, &folding);
}

void fold_at_octet(struct buffer *out, struct octets text, size_t column, size_t from)
{
	while (column + text.len >= FOLD_LIMIT) {
		size_t start = from > column ? from - column : 0;
		struct octets window = octets_cut(octets_from(text, start), WINDOW);
		size_t blank = start + octets_find(window, ' ');
		/* a blank in front is where the line before it was folded */
		if (blank >= start + window.len || (blank == 0 && column == 0))
			break;
		buffer_append_octets(out, octets_cut(text, blank));
		buffer_append_text(out, "\r\n");
		text = octets_from(text, blank);
		column = 0;
	}
	buffer_append_octets(out, text);
}
