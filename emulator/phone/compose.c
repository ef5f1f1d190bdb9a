/* compose: header lines from their templates, then the body in its encoding. */
#include "compose.h"

#include "address.h"
#include "base64.h"
#include "date.h"
#include "encoded_word.h"
#include "quoted_printable.h"
#include "text.h"
#include "wire.h"

enum { MAX_MESSAGE = 64 * 1024 * 1024, MAX_HEADER_LEN = 1024 * 1024, FOLD_COLUMN = 76 };
enum { MAX_LINE_LEN = 998, BASE64_LINE_LEN = 57 }; /* RFC 5322 2.1.1; 57 octets are 76 in base64 */

/* The values of the variables, each in a buffer of its own; absent: not `present`. */
enum variable {
	VARIABLE_FROM,
	VARIABLE_REPLY_TO,
	VARIABLE_TO,
	VARIABLE_CC,
	VARIABLE_BCC,
	VARIABLE_SUBJECT,
	VARIABLE_DATE,
	VARIABLE_MESSAGE_ID,
	VARIABLE_MAILER,
	VARIABLE_TYPE,
	VARIABLE_ENCODING,
	VARIABLE_COUNT
};

static const char *const names[VARIABLE_COUNT] = {
	[VARIABLE_FROM] = "from",
	[VARIABLE_REPLY_TO] = "reply-to",
	[VARIABLE_TO] = "to",
	[VARIABLE_CC] = "cc",
	[VARIABLE_BCC] = "bcc",
	[VARIABLE_SUBJECT] = "subject",
	[VARIABLE_DATE] = "date",
	[VARIABLE_MESSAGE_ID] = "message-id",
	[VARIABLE_MAILER] = "mailer",
	[VARIABLE_TYPE] = "type",
	[VARIABLE_ENCODING] = "encoding",
};

/* Of these a simple message has none; their lines are left out. */
static const char *const never_present[] = {
	"receipt-to", "x-priority", "importance", "description"};

struct values {
	struct buffer text[VARIABLE_COUNT];
	bool present[VARIABLE_COUNT];
};

/* Replaces {host} and its like, and {random N}. */
static void append_id(struct buffer *out, const struct compose *compose, struct random *random)
{
	struct octets sender = address_bare(compose->sender);
	const struct wire_variable variables[] = {{"host", compose->host},
		{"server", compose->server}, {"device", compose->device},
		{"domain", address_domain(sender)}, {"local", address_local(sender)}};
	struct octets rest = compose->keys->id, alphabet = compose->keys->id_alphabet;
	struct octets start = octets_of("{random ");
	for (size_t i = 0; i < rest.len;) {
		struct octets here = octets_from(rest, i);
		size_t close = octets_find(here, '}');
		uint64_t count = 0;
		bool drawn =
			octets_equal(octets_cut(here, start.len), start) && close < here.len &&
			octets_number(octets_make(here.at + start.len, close - start.len), &count);
		if (!drawn) {
			size_t len = 1 + octets_find(octets_from(here, 1), '{');
			wire_expand(out, octets_cut(here, len), variables,
				sizeof variables / sizeof *variables);
			i += len < here.len ? len : here.len;
			continue;
		}
		for (uint64_t n = 0; n < count && n < MAX_LINE_LEN && alphabet.len > 0; n++)
			buffer_append_byte(
				out, alphabet.at[random_below(random, (uint32_t)alphabet.len)]);
		i += close + 1;
	}
}

/* "Name" <address>, or the bare address where there is no name. */
static void append_mailbox(struct buffer *out, struct octets name, struct octets address)
{
	if (name.len == 0) {
		buffer_append_octets(out, address);
		return;
	}
	if (encoded_word_is_needed(name)) {
		encoded_word_append(out, name);
	} else {
		buffer_append_byte(out, '"');
		for (size_t i = 0; i < name.len; i++) {
			if (name.at[i] == '"' || name.at[i] == '\\')
				buffer_append_byte(out, '\\');
			buffer_append_byte(out, name.at[i]);
		}
		buffer_append_byte(out, '"');
	}
	buffer_append_text(out, " <");
	buffer_append_octets(out, address);
	buffer_append_byte(out, '>');
}

/* Addresses with commas; the line is folded before one that would pass column 76. */
static void append_list(struct buffer *out, const struct octets *addresses, size_t count)
{
	size_t column = 4;
	for (size_t i = 0; i < count; i++) {
		bool fold = i > 0 && column + 2 + addresses[i].len > FOLD_COLUMN;
		if (i > 0)
			buffer_append_text(out, fold ? ",\r\n " : ", ");
		column = fold ? 1 : column + 2;
		buffer_append_octets(out, addresses[i]);
		column += addresses[i].len;
	}
}

/* Do these octets fit into 7bit: ASCII, no NUL, no line too long? */
static bool fits_seven_bits(struct octets body)
{
	size_t line = 0;
	for (size_t i = 0; i < body.len; i++) {
		uint8_t octet = body.at[i];
		line = octet == '\n' ? 0 : line + 1;
		if (octet == 0 || octet >= 0x80 || line > MAX_LINE_LEN + 1)
			return false;
	}
	return true;
}

static uint8_t encoding_of(const struct compose *compose, struct octets body)
{
	uint8_t encoding = compose->keys->text_encoding;
	if (encoding == TEXT_ENCODING_7BIT && !fits_seven_bits(body))
		return TEXT_ENCODING_QP;
	return encoding;
}

static void fill_values(struct values *values, const struct compose *compose, uint8_t encoding,
	struct random *random)
{
	static const char *const encodings[] = {[TEXT_ENCODING_7BIT] = "7bit",
		[TEXT_ENCODING_QP] = "quoted-printable",
		[TEXT_ENCODING_BASE64] = "base64"};
	const struct message_keys *keys = compose->keys;
	struct buffer *text = values->text;
	append_mailbox(&text[VARIABLE_FROM], compose->from_name, compose->sender);
	append_list(&text[VARIABLE_TO], compose->to, compose->to_count);
	append_list(&text[VARIABLE_CC], compose->cc, compose->cc_count);
	buffer_append_octets(&text[VARIABLE_BCC], compose->bcc);
	buffer_append_octets(&text[VARIABLE_REPLY_TO], compose->reply_to);
	if (encoded_word_is_needed(compose->subject))
		encoded_word_append(&text[VARIABLE_SUBJECT], compose->subject);
	else
		buffer_append_octets(&text[VARIABLE_SUBJECT], compose->subject);
	date_append(&text[VARIABLE_DATE], keys->date, compose->unix_time, compose->zone_minutes);
	append_id(&text[VARIABLE_MESSAGE_ID], compose, random);
	buffer_append_octets(&text[VARIABLE_MAILER], keys->mailer);
	buffer_append_text(&text[VARIABLE_TYPE], "text/plain; charset=");
	buffer_append_octets(&text[VARIABLE_TYPE], keys->charset);
	buffer_append_text(&text[VARIABLE_ENCODING], encodings[encoding]);
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		values->present[i] = true;
	values->present[VARIABLE_TO] = compose->to_count > 0;
	values->present[VARIABLE_CC] = compose->cc_count > 0;
	values->present[VARIABLE_BCC] = compose->bcc.len > 0;
	values->present[VARIABLE_REPLY_TO] = compose->reply_to.len > 0;
	values->present[VARIABLE_MAILER] = keys->mailer.at != NULL;
}

static bool holds(struct octets all, const char *name)
{
	struct octets want = octets_of(name);
	for (size_t i = 0; i + want.len + 2 <= all.len; i++) {
		if (all.at[i] == '{' && all.at[i + 1 + want.len] == '}' &&
			octets_equal(octets_make(all.at + i + 1, want.len), want))
			return true;
	}
	return false;
}

static bool is_left_out(struct octets line, const struct values *values)
{
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		if (!values->present[i] && holds(line, names[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof never_present / sizeof *never_present; i++) {
		if (holds(line, never_present[i]))
			return true;
	}
	return false;
}

static void append_headers(
	struct buffer *out, const struct compose *compose, const struct values *values)
{
	struct wire_variable variables[VARIABLE_COUNT];
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		variables[i] = (struct wire_variable){names[i], buffer_octets(&values->text[i])};
	for (size_t i = 0; i < compose->keys->headers.count; i++) {
		struct octets line = compose->keys->headers.items[i];
		if (is_left_out(line, values))
			continue;
		wire_expand(out, line, variables, VARIABLE_COUNT);
		buffer_append_text(out, "\r\n");
	}
	buffer_append_text(out, "\r\n");
}

/* Latin-1 and ASCII have fewer characters than the text may; what is missing becomes '?'. */
static void append_converted(struct buffer *out, struct octets body, uint32_t last_point)
{
	for (size_t i = 0; i < body.len;) {
		size_t len = text_utf8_len(octets_from(body, i));
		uint32_t point = len == 0 ? UINT32_MAX : text_utf8_point(body.at + i, len);
		buffer_append_byte(out, point <= last_point ? (uint8_t)point : (uint8_t)'?');
		i += len == 0 ? 1 : len;
	}
}

/* Lines that end in CR LF, in the profile's charset. */
static void prepare_body(struct buffer *out, const struct compose *compose, struct buffer *scratch)
{
	struct octets charset = compose->keys->charset, body = compose->body;
	bool latin = octets_equal_nocase(charset, octets_of("ISO-8859-1"));
	if (latin || octets_equal_nocase(charset, octets_of("US-ASCII"))) {
		append_converted(scratch, body, latin ? 0xff : 0x7f);
		body = buffer_octets(scratch);
	}
	for (size_t i = 0; i < body.len; i++) {
		bool cr = body.at[i] == '\r', lf = body.at[i] == '\n';
		if (cr && i + 1 < body.len && body.at[i + 1] == '\n')
			continue;
		if (cr || lf)
			buffer_append_text(out, "\r\n");
		else
			buffer_append_byte(out, body.at[i]);
	}
}

static void append_base64(struct buffer *out, struct octets body)
{
	for (size_t i = 0; i < body.len; i += BASE64_LINE_LEN) {
		base64_encode(out, octets_cut(octets_from(body, i), BASE64_LINE_LEN));
		buffer_append_text(out, "\r\n");
	}
}

static void append_body(
	struct buffer *out, const struct compose *compose, struct octets body, uint8_t encoding)
{
	bool utf8 = octets_equal_nocase(compose->keys->charset, octets_of("UTF-8"));
	if (encoding == TEXT_ENCODING_BASE64) {
		append_base64(out, body);
	} else if (encoding == TEXT_ENCODING_QP && compose->keys->qp == QP_WORD_WISE) {
		quoted_printable_word_wise(out, body, utf8);
	} else if (encoding == TEXT_ENCODING_QP) {
		quoted_printable_strict(out, body);
	} else {
		buffer_append_octets(out, body);
		if (body.len > 0 && body.at[body.len - 1] != '\n')
			buffer_append_text(out, "\r\n");
	}
}

bool compose_message(struct buffer *out, const struct compose *compose, struct random *random)
{
	struct values values = {0};
	struct buffer body, scratch;
	buffer_init(&body, out->memory, MAX_MESSAGE);
	buffer_init(&scratch, out->memory, MAX_MESSAGE);
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		buffer_init(&values.text[i], out->memory, MAX_HEADER_LEN);
	prepare_body(&body, compose, &scratch);
	uint8_t encoding = encoding_of(compose, buffer_octets(&body));
	fill_values(&values, compose, encoding, random);
	append_headers(out, compose, &values);
	append_body(out, compose, buffer_octets(&body), encoding);
	bool made = !buffer_failed(out) && !buffer_failed(&body) && !buffer_failed(&scratch);
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		made = made && !buffer_failed(&values.text[i]);
		buffer_free(&values.text[i]);
	}
	buffer_free(&body);
	buffer_free(&scratch);
	return made;
}
