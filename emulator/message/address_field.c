/* address_field: a name and an address at a time; then the commas, and where lines are folded. */
#include "address_field.h"

#include "address.h"
#include "fold.h"
#include "encoded_words.h"

enum { MAX_MAILBOX = 1024 * 1024 };

static bool is_quoted(struct octets name)
{
	return name.len >= 2 && name.at[0] == '"' && name.at[name.len - 1] == '"';
}

/* What a quoted name means (RFC 5322 3.2.4); another one means itself. */
static void append_unquoted(struct buffer *out, struct octets name)
{
	if (!is_quoted(name)) {
		buffer_append_octets(out, name);
		return;
	}
	for (size_t i = 1; i + 1 < name.len; i++) {
		if (name.at[i] == '\\' && i + 2 < name.len)
			i++;
		buffer_append_byte(out, name.at[i]);
	}
}

/* Between quotes. What has its backslash already gets none where names are kept as typed. */
static void append_quoted(
	struct buffer *out, struct octets text, struct octets escapes, bool keeps_escapes)
{
	buffer_append_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		bool escaped = keeps_escapes && text.at[i] == '\\' && i + 1 < text.len;
		if (escaped)
			buffer_append_byte(out, text.at[i++]);
		else if (octets_find(escapes, text.at[i]) < escapes.len)
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, text.at[i]);
	}
	buffer_append_byte(out, '"');
}

/* The mailbox before its characters beyond ASCII are encoded, its name kept as it was typed. */
static void append_kept(struct buffer *out, const struct message_keys *keys, struct octets typed,
	struct octets name, bool is_stored)
{
	bool quoted = is_quoted(name), comma = octets_find(name, ',') < name.len;
	struct octets address = address_bare(typed), none = octets_make(NULL, 0);
	struct octets inner = quoted ? octets_make(name.at + 1, name.len - 2) : name;
	if (quoted && inner.len == 0) { /* an empty alias: the address alone, without brackets */
		buffer_append_octets(out, address);
		return;
	}
	if (name.len == 0 || (!is_stored && !quoted && !comma)) {
		buffer_append_octets(out, is_stored ? address : typed);
		return;
	}
	append_quoted(out, inner, is_stored ? none : keys->alias_escapes, true);
	buffer_append_text(out, " <");
	buffer_append_octets(out, address);
	buffer_append_byte(out, '>');
}

/* The name read and written anew, or only its meaning where that leaves as encoded words. */
static bool append_anew(struct buffer *out, const struct message_keys *keys, struct octets typed,
	struct octets name, struct octets charset)
{
	struct buffer meaning, quoted;
	buffer_init(&meaning, out->memory, MAX_MAILBOX);
	buffer_init(&quoted, out->memory, MAX_MAILBOX);
	append_unquoted(&meaning, name);
	struct octets text = buffer_octets(&meaning);
	append_quoted(&quoted, text, keys->alias_escapes, false);
	bool apart = encoded_words_are_needed(text) && keys->words.encoding != WORDS_RAW &&
		     !keys->words.in_quotes;
	bool made = !buffer_failed(&meaning) && !buffer_failed(&quoted);
	if (text.len > 0) {
		made = encoded_words_append(out, keys, apart ? text : buffer_octets(&quoted),
			       charset, apart ? ENCODED_WORDS_PHRASE : ENCODED_WORDS_QUOTED) &&
		       made;
		buffer_append_text(out, " <");
	}
	buffer_append_octets(out, address_bare(typed));
	if (text.len > 0)
		buffer_append_byte(out, '>');
	buffer_free(&meaning);
	buffer_free(&quoted);
	return made && !buffer_failed(out);
}

static bool append_mailbox(struct buffer *out, const struct message_keys *keys,
	const struct address_field *field, struct octets typed)
{
	struct octets name = address_name(typed);
	bool encodes = keys->words.encoding != WORDS_RAW && encoded_words_are_needed(name);
	if (!keys->aliases_as_typed || (encodes && !keys->words.in_quotes))
		return append_anew(out, keys, typed, name, field->charset);
	struct buffer kept;
	buffer_init(&kept, out->memory, MAX_MAILBOX);
	append_kept(&kept, keys, typed, name, field->is_stored);
	bool made = encoded_words_append(
		out, keys, buffer_octets(&kept), field->charset, ENCODED_WORDS_QUOTED);
	made = made && !buffer_failed(&kept);
	buffer_free(&kept);
	return made;
}

/* Behind the last line end of what folds. */
static size_t column_behind(struct octets fold, size_t column)
{
	for (size_t i = 0; i < fold.len; i++)
		column = fold.at[i] == '\n' ? 0 : column + 1;
	return column;
}

/* The comma that stands behind an address belongs to its line. */
static size_t append_one(struct buffer *out, const struct message_keys *keys, struct octets mailbox,
	size_t column, bool is_first, bool is_last)
{
	if (!is_first) {
		bool folds = column + 1 + mailbox.len + (is_last ? 0 : 1) >= FOLD_LIMIT;
		struct octets gap = folds ? keys->address_fold : octets_of(" ");
		buffer_append_octets(out, gap);
		column = column_behind(gap, column);
	}
	if (keys->aliases_as_typed) {
		buffer_append_octets(out, mailbox);
		column += mailbox.len;
	} else {
		column = fold_at_words(out, mailbox, column, keys->words.blank_before_fold);
	}
	if (!is_last)
		buffer_append_byte(out, ',');
	return column + (is_last ? 0 : 1);
}

bool address_field_append(
	struct buffer *out, const struct message_keys *keys, const struct address_field *field)
{
	struct buffer mailbox;
	size_t column = field->column;
	bool made = true;
	buffer_init(&mailbox, out->memory, MAX_MAILBOX);
	for (size_t i = 0; i < field->count && made; i++) {
		buffer_truncate(&mailbox, 0);
		made = append_mailbox(&mailbox, keys, field, field->typed[i]);
		column = append_one(
			out, keys, buffer_octets(&mailbox), column, i == 0, i + 1 == field->count);
	}
	buffer_free(&mailbox);
	return made && !buffer_failed(out);
}
