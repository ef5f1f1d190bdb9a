/* file_name: from a path or a subject to a parameter. */
#include "file_name.h"

#include "charset.h"
#include "decoded_words.h"
#include "file_type.h"
#include "text.h"
#include "encoded_words.h"

enum { MAX_QUOTED = 200, MAX_SUBJECT = 16 * 1024, SECTION_LEN = 54 };

static bool is_control(uint8_t octet)
{
	return octet < ' ' || octet == 0x7f;
}

static void append_clean(struct buffer *out, struct octets name)
{
	for (size_t i = 0; i < name.len; i++)
		buffer_append_byte(out, is_control(name.at[i]) ? (uint8_t)'_' : name.at[i]);
}

/* The unfolded value of the Subject line in the header of a message. */
static void append_subject(struct buffer *out, struct octets message)
{
	static const char field[] = "Subject:";
	bool inside = false;
	while (message.len > 0) {
		size_t len = octets_find(message, '\n');
		struct octets line = octets_cut(message, len);
		message = octets_from(message, len + 1);
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		if (line.len == 0 || (inside && !octet_is_blank(line.at[0])))
			return;
		bool begins = octets_start_nocase(line, field);
		size_t start = begins ? sizeof field - 1 : 1;
		if (inside) /* one blank for the fold, whatever it was */
			buffer_append_byte(out, ' ');
		if (begins || inside)
			buffer_append_octets(out, octets_trim(octets_from(line, start)));
		inside = inside || begins;
	}
}

/* May a file be called so: UTF-8 without controls? */
static bool is_sound(struct octets subject)
{
	for (size_t i = 0; i < subject.len; i++) {
		if (is_control(subject.at[i]))
			return false;
	}
	return subject.len > 0 && subject.len <= MAX_SUBJECT && text_is_utf8(subject);
}

bool file_name_of(struct buffer *out, const struct message_attachment *attachment, bool is_message)
{
	struct buffer typed, subject;
	buffer_init(&typed, out->memory, attachment->content.len + 1);
	/* in UTF-8 an octet of any charset has three, of a wide one four */
	buffer_init(&subject, out->memory, 4 * attachment->content.len + 1);
	if (is_message)
		append_subject(&typed, attachment->content);
	decoded_words_append(&subject, buffer_octets(&typed));
	struct octets meant = octets_trim(buffer_octets(&subject));
	bool failed = buffer_failed(&subject) || buffer_failed(&typed);
	if (!failed && is_sound(meant)) {
		buffer_append_octets(out, meant);
		buffer_append_text(out, ".eml");
	} else {
		append_clean(out, file_type_base_name(attachment->name));
	}
	buffer_free(&typed);
	buffer_free(&subject);
	return !failed && !buffer_failed(out);
}

/* Nothing that ends the quotes; nothing beyond ASCII where no encoded words are to say it. */
static void append_safe(struct buffer *out, struct octets name, bool in_words)
{
	while (name.len > 0 && !buffer_failed(out)) {
		size_t len = text_utf8_len(name);
		bool foreign = len != 1 && !in_words;
		if (foreign || name.at[0] == '"' || name.at[0] == '\\')
			buffer_append_byte(out, '_');
		else
			buffer_append_octets(out, octets_cut(name, len == 0 ? 1 : len));
		name = octets_from(name, len == 0 ? 1 : len);
	}
}

bool file_name_append_quoted(struct buffer *out, const struct message_keys *keys,
	struct octets name, struct octets charset)
{
	struct buffer safe;
	buffer_init(&safe, out->memory, name.len + 1);
	append_safe(&safe, name, keys->words.in_filenames);
	bool good = !buffer_failed(&safe) && encoded_words_append(out, keys, buffer_octets(&safe),
						     charset, ENCODED_WORDS_FILE_NAME);
	buffer_free(&safe);
	return good;
}

static bool may_be_quoted(struct octets name)
{
	return !encoded_words_are_needed(name) && !octets_contain(name, "\"\\") &&
	       name.len <= MAX_QUOTED;
}

/* attribute-char of RFC 2231 7. */
static bool is_attribute_char(uint8_t octet)
{
	bool letter = (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
	return letter || octet_is_digit(octet) || (octet != 0 && strchr("!#$&+-.^_`{|}~", octet));
}

/* As much of the value as a section has room for. */
static void append_section(struct buffer *out, struct octets *name)
{
	for (size_t written = 0; name->len > 0 && written < SECTION_LEN;) {
		uint8_t octet = name->at[0];
		bool plain = is_attribute_char(octet);
		if (plain)
			buffer_append_byte(out, octet);
		else
			buffer_format(out, "%%%02X", octet);
		written += plain ? 1 : 3;
		*name = octets_from(*name, 1);
	}
}

/* One section where the value is short; else several, each on a line of its own (RFC 2231 3). */
static void append_sections(struct buffer *out, struct octets name)
{
	struct octets rest = name;
	struct buffer first;
	buffer_init(&first, out->memory, SECTION_LEN + 4);
	append_section(&first, &rest);
	if (rest.len == 0) {
		buffer_append_text(out, "filename*=UTF-8''");
		buffer_append_octets(out, buffer_octets(&first));
	}
	out->failed |= buffer_failed(&first);
	buffer_free(&first);
	if (rest.len == 0)
		return;
	for (unsigned int i = 0; name.len > 0; i++) {
		if (i == 0)
			buffer_append_text(out, "filename*0*=UTF-8''");
		else
			buffer_format(out, ";\r\n filename*%u*=", i);
		append_section(out, &name);
	}
}

bool file_name_append_parameter(struct buffer *out, const struct message_keys *keys,
	struct octets name, struct octets charset)
{
	if (name.len == 0)
		return true;
	if (may_be_quoted(name) || keys->words.in_filenames) {
		buffer_append_text(out, "filename=\"");
		return file_name_append_quoted(out, keys, name, charset) &&
		       buffer_append_text(out, "\"");
	}
	struct buffer utf8;
	buffer_init(&utf8, out->memory, name.len + 1);
	bool good = charset_convert(&utf8, name, octets_of("UTF-8"), false);
	append_sections(out, buffer_octets(&utf8));
	buffer_free(&utf8);
	return good && !buffer_failed(out);
}
