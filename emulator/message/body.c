/* body: one text part in its encoding. */
#include "body.h"

#include "base64.h"
#include "charset.h"
#include "quoted_printable.h"

enum { MAX_TEXT = 64 * 1024 * 1024, MAX_VALUE = 65536 };
enum { MAX_LINE_LEN = 998 }; /* RFC 5322 2.1.1 */

/* Do these octets fit into 7bit: ASCII, no NUL, no line too long? */
static bool fits_seven_bits(struct octets text)
{
	size_t line = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i];
		line = octet == '\n' ? 0 : line + 1;
		if (octet == 0 || octet >= 0x80 || line > MAX_LINE_LEN + 1)
			return false;
	}
	return true;
}

/* Lines that end in CR LF. */
static void append_lines(struct buffer *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool cr = text.at[i] == '\r', lf = text.at[i] == '\n';
		if (cr && i + 1 < text.len && text.at[i + 1] == '\n')
			continue;
		if (cr || lf)
			buffer_append_text(out, "\r\n");
		else
			buffer_append_byte(out, text.at[i]);
	}
}

static bool prepare_text(struct body *body, const struct memory *memory)
{
	const struct message_keys *keys = body->keys;
	struct buffer converted;
	buffer_init(&converted, memory, MAX_TEXT);
	bool made = charset_convert(&converted, body->draft->body,
		message_charset(keys, body->draft), keys->latin1_is_cp1252);
	append_lines(&body->text, buffer_octets(&converted));
	buffer_free(&converted);
	return made && !buffer_failed(&body->text);
}

bool body_plan(struct body *body, const struct memory *memory, const struct message_keys *keys,
	const struct message_draft *draft, struct random *random)
{
	static const char *const encodings[] = {[TEXT_ENCODING_7BIT] = "7bit",
		[TEXT_ENCODING_QP] = "quoted-printable",
		[TEXT_ENCODING_BASE64] = "base64"};
	(void)random;
	*body = (struct body){.keys = keys, .draft = draft, .text_encoding = keys->text_encoding};
	buffer_init(&body->type, memory, MAX_VALUE);
	buffer_init(&body->disposition, memory, MAX_VALUE);
	buffer_init(&body->encoding, memory, MAX_VALUE);
	buffer_init(&body->text, memory, MAX_TEXT);
	if (!prepare_text(body, memory))
		return false;
	if (body->text_encoding == TEXT_ENCODING_7BIT &&
		!fits_seven_bits(buffer_octets(&body->text)))
		body->text_encoding = TEXT_ENCODING_QP;
	buffer_append_text(&body->type, "text/plain; charset=");
	buffer_append_octets(&body->type, message_charset(keys, draft));
	buffer_append_text(&body->encoding, encodings[body->text_encoding]);
	return !buffer_failed(&body->type) && !buffer_failed(&body->encoding);
}

static void append_base64(struct buffer *out, struct octets text, size_t width)
{
	size_t step = width / 4 * 3;
	for (size_t i = 0; i < text.len; i += step) {
		base64_encode(out, octets_cut(octets_from(text, i), step));
		buffer_append_text(out, "\r\n");
	}
}

bool body_append(struct message_composed *composed, const struct body *body)
{
	struct buffer *out = &composed->octets;
	struct octets text = buffer_octets(&body->text);
	size_t start = out->len;
	bool utf8 =
		octets_equal_nocase(message_charset(body->keys, body->draft), octets_of("UTF-8"));
	if (body->text_encoding == TEXT_ENCODING_BASE64) {
		append_base64(out, text, (size_t)body->keys->base64_width);
	} else if (body->text_encoding == TEXT_ENCODING_QP && body->keys->qp == QP_WORD_WISE) {
		quoted_printable_word_wise(out, text, utf8);
	} else if (body->text_encoding == TEXT_ENCODING_QP) {
		quoted_printable_strict(out, text);
	} else {
		buffer_append_octets(out, text);
		if (text.len > 0 && text.at[text.len - 1] != '\n')
			buffer_append_text(out, "\r\n");
	}
	struct octets lines = octets_from(buffer_octets(out), start);
	for (size_t i = 0; i < lines.len; i++) {
		size_t end = start + i + 1;
		if (lines.at[i] == '\n')
			buffer_append(&composed->ends, &end, sizeof end);
	}
	return !buffer_failed(out) && !buffer_failed(&composed->ends);
}

void body_free(struct body *body)
{
	buffer_free(&body->type);
	buffer_free(&body->disposition);
	buffer_free(&body->encoding);
	buffer_free(&body->text);
}
