/* compose_words: one word behind the other; UTF-8 in base64 where a word is not ASCII. */
#include "msub_compose_words.h"

#include <stdbool.h>
#include <string.h>

enum {
	LINE_FULL = 76,	  /* RFC 2047 2 */
	TEXT_FULL = 45,	  /* octets in a word: 60 in base64, 72 with what stands around them */
	TEXT_LEAST = 12,  /* for less the line is not filled */
	AROUND = 12,	  /* "=?UTF-8?B?" and "?=" */
	NAME_FULL = 60,	  /* a longer name is not quoted but encoded */
	BLANKS_FULL = 20, /* where more stand together, they are encoded as well */
};

void field_value_begin(struct field_value *value, const char *name)
{
	*value = (struct field_value){g_string_new(NULL), strlen(name) + 1};
}

/* `blanks` and the word behind them, on the next line where this one has no room. */
static void add_word(struct field_value *value, const char *blanks, size_t blank_len,
	const char *word, size_t len)
{
	bool first = value->text->len == 0;
	if (value->column + blank_len + len > LINE_FULL && !first) {
		g_string_append_c(value->text, '\n');
		value->column = 0;
	}
	g_string_append_len(value->text, blanks, (gssize)blank_len);
	g_string_append_len(value->text, word, (gssize)len);
	value->column += blank_len + len;
}

/* ---- encoded words ---- */

/* As much of the text as has room, and ends with a character. */
static size_t fit(const char *text, size_t len, size_t room)
{
	if (len <= room)
		return len;
	while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80)
		room--;
	return room;
}

/* How much text an encoded word behind a blank may hold on this line. */
static size_t room_for(const struct field_value *value, size_t blank_len)
{
	size_t taken = value->column + blank_len + AROUND;
	size_t room = taken >= LINE_FULL ? 0 : (LINE_FULL - taken) / 4 * 3;
	return room < TEXT_FULL ? room : TEXT_FULL;
}

static void add_encoded(struct field_value *value, const char *blanks, size_t blank_len,
	const char *text, size_t len)
{
	while (len > 0) {
		size_t room = room_for(value, blank_len);
		if (room < len && room < TEXT_LEAST) {
			g_string_append_c(value->text, '\n');
			value->column = 0;
			room = room_for(value, blank_len);
		}
		size_t part = fit(text, len, room);
		char *digits = g_base64_encode((const guchar *)text, part);
		char *word = g_strdup_printf("=?UTF-8?B?%s?=", digits);
		add_word(value, blanks, blank_len, word, strlen(word));
		g_free(word);
		g_free(digits);
		text += part;
		len -= part;
		/* between two of them blanks mean nothing */
		blanks = " ";
		blank_len = 1;
	}
}

/* ---- text ---- */

static size_t word_len(const char *text)
{
	return strcspn(text, " \t");
}

/* A word that is not ASCII, or with too many blanks behind it. */
static bool is_strange(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)word[i] >= 0x80)
			return true;
	}
	return strspn(word + len, " \t") > BLANKS_FULL;
}

/* From the first word that must be encoded to the last: what stands between them is encoded too,
 * so that no blank is lost. `end` is NULL where there is none. */
static void find_strange(const char *text, const char **begin, const char **end)
{
	*begin = *end = NULL;
	for (const char *at = text; *at != 0; at += strspn(at, " \t")) {
		size_t len = word_len(at);
		if (is_strange(at, len)) {
			*begin = *begin == NULL ? at : *begin;
			*end = at + len;
			if (strspn(*end, " \t") > BLANKS_FULL) {
				*end += strspn(*end, " \t");
				*end += word_len(*end);
			}
		}
		at += len;
	}
}

void field_value_text(struct field_value *value, const char *given)
{
	const char *begin, *end, *blanks = " ";
	size_t blank_len = 1;
	char *text = g_strstrip(g_strdup(given));
	find_strange(text, &begin, &end);
	for (const char *at = text; *at != 0;) {
		size_t len = at == begin ? (size_t)(end - at) : word_len(at);
		if (at == begin)
			add_encoded(value, blanks, blank_len, at, len);
		else
			add_word(value, blanks, blank_len, at, len);
		blanks = at + len;
		blank_len = strspn(blanks, " \t");
		at = blanks + blank_len;
	}
	g_free(text);
}

/* ---- addresses ---- */

static bool is_atom(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isalnum(at[i]) && strchr("!#$%&'*+-/=?^_`{|}~", at[i]) == NULL)
			return false;
	}
	return len > 0 && len <= NAME_FULL && strncmp(at, "=?", 2) != 0;
}

/* Atoms with one blank between them (RFC 5322 3.2.5). */
static bool is_atoms(const char *name)
{
	for (;; name++) {
		size_t len = strcspn(name, " ");
		if (!is_atom(name, len))
			return false;
		name += len;
		if (*name == 0)
			return true;
	}
}

/* True: the name ends in an encoded word, which nothing may touch (RFC 2047 5). */
static bool add_name(struct field_value *value, const char *name)
{
	if (is_atoms(name)) {
		field_value_text(value, name);
		return false;
	}
	size_t len = strlen(name);
	bool plain = len <= NAME_FULL / 2 && strstr(name, "=?") == NULL;
	for (size_t i = 0; i < len; i++)
		plain = plain && (unsigned char)name[i] < 0x80;
	if (!plain) {
		add_encoded(value, " ", 1, name, len);
		return true;
	}
	GString *quoted = g_string_new("\"");
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '"' || name[i] == '\\')
			g_string_append_c(quoted, '\\');
		g_string_append_c(quoted, name[i]);
	}
	g_string_append_c(quoted, '"');
	add_word(value, " ", 1, quoted->str, quoted->len);
	g_string_free(quoted, TRUE);
	return false;
}

static void add_mark(struct field_value *value, char mark)
{
	g_string_append_c(value->text, mark);
	value->column++;
}

static void add_mailbox(struct field_value *value, InternetAddress *one, bool is_last)
{
	const char *name = internet_address_get_name(one);
	const char *address = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(one));
	bool named = name != NULL && name[0] != 0;
	if (named)
		add_name(value, name);
	char *word = g_strdup_printf(named ? "<%s>%s" : "%s%s", address, is_last ? "" : ",");
	add_word(value, " ", 1, word, strlen(word));
	g_free(word);
}

void field_value_addresses(struct field_value *value, InternetAddressList *list)
{
	int count = internet_address_list_length(list);
	for (int i = 0; i < count; i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);
		bool is_last = i + 1 == count;
		if (!INTERNET_ADDRESS_IS_GROUP(one)) {
			add_mailbox(value, one, is_last);
			continue;
		}
		const char *name = internet_address_get_name(one);
		if (add_name(value, name == NULL || name[0] == 0 ? "group" : name))
			add_word(value, " ", 1, ":", 1);
		else
			add_mark(value, ':');
		field_value_addresses(
			value, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)));
		add_mark(value, ';');
		if (!is_last)
			add_mark(value, ',');
	}
}

void field_value_end(struct field_value *value)
{
	g_string_append_c(value->text, '\n');
}
