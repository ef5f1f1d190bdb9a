/* header: from the templates of the profile and the values of their variables. */
#include "header.h"

#include "address.h"
#include "address_field.h"
#include "date.h"
#include "drawn.h"
#include "subject.h"

enum { MAX_HEADER_LEN = 16 * 1024 * 1024 };

/* The values of the variables, each in a buffer of its own; absent: not `present`. */
enum variable {
	VARIABLE_FROM,
	VARIABLE_REPLY_TO,
	VARIABLE_TO,
	VARIABLE_CC,
	VARIABLE_BCC,
	VARIABLE_SUBJECT,
	VARIABLE_DATE,
	VARIABLE_RECEIPT_TO,
	VARIABLE_X_PRIORITY,
	VARIABLE_IMPORTANCE,
	VARIABLE_MESSAGE_ID,
	VARIABLE_MAILER,
	VARIABLE_DESCRIPTION, /* only a message that is passed on has one */
	VARIABLE_TYPE,
	VARIABLE_DISPOSITION,
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
	[VARIABLE_RECEIPT_TO] = "receipt-to",
	[VARIABLE_X_PRIORITY] = "x-priority",
	[VARIABLE_IMPORTANCE] = "importance",
	[VARIABLE_MESSAGE_ID] = "message-id",
	[VARIABLE_MAILER] = "mailer",
	[VARIABLE_DESCRIPTION] = "description",
	[VARIABLE_TYPE] = "type",
	[VARIABLE_DISPOSITION] = "disposition",
	[VARIABLE_ENCODING] = "encoding",
};

struct values {
	const struct message_keys *keys;
	const struct message_draft *draft;
	struct octets charset;
	struct buffer text[VARIABLE_COUNT];
	bool present[VARIABLE_COUNT];
	bool failed;
};

/* Where {name} stands in the line, or its length. */
static size_t find_variable(struct octets line, const char *name)
{
	struct octets want = octets_of(name);
	for (size_t i = 0; i + want.len + 2 <= line.len; i++) {
		if (line.at[i] == '{' && line.at[i + 1 + want.len] == '}' &&
			octets_equal(octets_make(line.at + i + 1, want.len), want))
			return i;
	}
	return line.len;
}

/* How many octets stand before the value in its line. */
static size_t prompt_len(const struct message_keys *keys, enum variable variable)
{
	for (size_t i = 0; i < keys->headers.count; i++) {
		struct octets line = keys->headers.items[i];
		size_t at = find_variable(line, names[variable]);
		if (at < line.len)
			return at;
	}
	return 0;
}

static void fill_addresses(struct values *values, enum variable variable,
	const struct octets *typed, size_t count, bool is_stored)
{
	const struct address_field field = {.typed = typed,
		.count = count,
		.is_stored = is_stored,
		.charset = values->charset,
		.column = prompt_len(values->keys, variable)};
	values->present[variable] = count > 0;
	if (!address_field_append(&values->text[variable], values->keys, &field))
		values->failed = true;
}

static void fill_address(
	struct values *values, enum variable variable, const struct octets *typed, bool is_stored)
{
	fill_addresses(values, variable, typed, typed->len > 0 ? 1 : 0, is_stored);
}

static void fill_text(struct values *values, enum variable variable, struct octets text)
{
	buffer_append_octets(&values->text[variable], text);
	values->present[variable] = true;
}

static void fill_priority(struct values *values)
{
	static const char *const numbers[] = {
		[MESSAGE_PRIORITY_HIGH] = "1 (Highest)", [MESSAGE_PRIORITY_LOW] = "5 (Lowest)"};
	static const char *const words[] = {
		[MESSAGE_PRIORITY_HIGH] = "high", [MESSAGE_PRIORITY_LOW] = "low"};
	enum message_priority priority = values->draft->priority;
	if (priority == MESSAGE_PRIORITY_NORMAL)
		return;
	fill_text(values, VARIABLE_X_PRIORITY, octets_of(numbers[priority]));
	fill_text(values, VARIABLE_IMPORTANCE, octets_of(words[priority]));
}

static void fill_id(struct values *values, struct random *random)
{
	const struct message_draft *draft = values->draft;
	struct octets sender = address_bare(draft->from);
	const struct wire_variable variables[] = {{"host", draft->host}, {"server", draft->server},
		{"device", draft->device}, {"domain", address_domain(sender)},
		{"local", address_local(sender)}};
	values->present[VARIABLE_MESSAGE_ID] = true;
	drawn_append(&values->text[VARIABLE_MESSAGE_ID], values->keys->id,
		values->keys->id_alphabet, variables, sizeof variables / sizeof *variables, random);
}

static void fill_body(struct values *values, const struct body *body)
{
	const struct {
		enum variable variable;
		const struct buffer *text;
	} rows[] = {{VARIABLE_TYPE, &body->type}, {VARIABLE_DISPOSITION, &body->disposition},
		{VARIABLE_ENCODING, &body->encoding}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].text->len > 0)
			fill_text(values, rows[i].variable, buffer_octets(rows[i].text));
	}
}

static void fill(struct values *values, const struct body *body, struct random *random)
{
	const struct message_draft *draft = values->draft;
	const struct message_keys *keys = values->keys;
	fill_address(values, VARIABLE_FROM, &draft->from, true);
	values->present[VARIABLE_FROM] = true;
	fill_address(values, VARIABLE_REPLY_TO, &draft->reply_to, true);
	fill_addresses(values, VARIABLE_TO, draft->to, draft->to_count, false);
	fill_addresses(values, VARIABLE_CC, draft->cc, draft->cc_count, false);
	fill_address(values, VARIABLE_BCC, &draft->bcc, false);
	fill_address(values, VARIABLE_RECEIPT_TO, &draft->receipt_to, true);
	values->present[VARIABLE_SUBJECT] = true;
	if (!subject_append(&values->text[VARIABLE_SUBJECT], keys, draft->subject, values->charset,
		    prompt_len(keys, VARIABLE_SUBJECT)))
		values->failed = true;
	values->present[VARIABLE_DATE] = true;
	date_append(
		&values->text[VARIABLE_DATE], keys->date, draft->unix_time, draft->zone_minutes);
	fill_priority(values);
	fill_id(values, random);
	if (keys->mailer.at != NULL)
		fill_text(values, VARIABLE_MAILER, keys->mailer);
	fill_body(values, body);
}

static bool is_left_out(const struct values *values, struct octets line)
{
	bool is_mime = message_is_mime(values->keys, values->draft);
	if (!is_mime && (octets_start_nocase(line, "MIME-Version:") ||
				octets_start_nocase(line, "Content-")))
		return true;
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		if (!values->present[i] && find_variable(line, names[i]) < line.len)
			return true;
	}
	return false;
}

/* Line by line, each a write; stops before the one that is too long for the client. */
static void append_lines(
	struct message_composed *composed, const struct message_keys *keys, struct octets field)
{
	while (field.len > 0 && !composed->broken) {
		size_t len = octets_find_text(field, octets_of("\r\n"));
		if (keys->header_limit > 0 && len > keys->header_limit) {
			composed->broken = true;
			break;
		}
		buffer_append_octets(&composed->octets, octets_cut(field, len));
		buffer_append_text(&composed->octets, "\r\n");
		message_end_write(composed);
		field = octets_from(field, len + 2);
	}
}

static bool append_fields(struct message_composed *composed, const struct values *values)
{
	struct wire_variable variables[VARIABLE_COUNT];
	struct buffer field;
	buffer_init(&field, composed->octets.memory, MAX_HEADER_LEN);
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		variables[i] = (struct wire_variable){names[i], buffer_octets(&values->text[i])};
	for (size_t i = 0; i < values->keys->headers.count && !composed->broken; i++) {
		struct octets line = values->keys->headers.items[i];
		if (is_left_out(values, line))
			continue;
		buffer_truncate(&field, 0);
		wire_expand(&field, line, variables, VARIABLE_COUNT);
		append_lines(composed, values->keys, buffer_octets(&field));
	}
	bool made = !buffer_failed(&field);
	buffer_free(&field);
	return made && !buffer_failed(&composed->octets) && !buffer_failed(&composed->ends);
}

bool header_append(struct message_composed *composed, const struct message_keys *keys,
	const struct message_draft *draft, const struct body *body, struct random *random)
{
	/* without MIME nothing says how words were encoded, so none are */
	struct message_keys in_force = *keys;
	if (!message_is_mime(keys, draft))
		in_force.words.encoding = WORDS_RAW;
	struct values values = {
		.keys = &in_force, .draft = draft, .charset = message_charset(keys, draft)};
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		buffer_init(&values.text[i], composed->octets.memory, MAX_HEADER_LEN);
	fill(&values, body, random);
	bool made = !values.failed;
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		made = made && !buffer_failed(&values.text[i]);
	made = made && append_fields(composed, &values);
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		buffer_free(&values.text[i]);
	return made;
}
