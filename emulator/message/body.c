/* body: the plan of a body, then its parts in their order. */
#include "body.h"

#include "charset.h"
#include "drawn.h"
#include "part.h"
#include "plain_text.h"
#include "uuencoded.h"

enum { MAX_TEXT = 64 * 1024 * 1024, MAX_VALUE = 1024 * 1024, MAX_DRAWS = 8 };

/* The text is typed in UTF-8: ends of lines and the editor's codes first, then the charset. */
static bool prepare_text(struct body *body, const struct memory *memory)
{
	const struct message_keys *keys = body->keys;
	struct buffer lines, wrapped;
	buffer_init(&lines, memory, MAX_TEXT);
	buffer_init(&wrapped, memory, MAX_TEXT);
	bool made = plain_text_append(&lines, body->draft->body, keys->plain_blanks);
	if (made && !body->mime)
		made = plain_text_wrap(&wrapped, buffer_octets(&lines));
	made = made && charset_convert(&body->text, buffer_octets(body->mime ? &lines : &wrapped),
			       body->charset, keys->latin1_is_cp1252);
	buffer_free(&lines);
	buffer_free(&wrapped);
	return made;
}

static size_t part_count(const struct body *body)
{
	size_t files = body->draft->attachment_count;
	return files + (body->text.len > 0 || files == 0);
}

static struct part part_at(const struct body *body, size_t index)
{
	size_t text = part_count(body) - body->draft->attachment_count;
	if (index < text)
		return part_of_text(body->keys, buffer_octets(&body->text));
	return part_of_file(body->keys, &body->draft->attachments[index - text]);
}

/* Only what goes as it is can be taken for a boundary; another is drawn then. */
static bool is_taken(const struct body *body)
{
	struct octets boundary = buffer_octets(&body->boundary);
	for (size_t i = 0; i < part_count(body); i++) {
		struct part part = part_at(body, i);
		bool encoded = part.encoding == PART_QP || part.encoding == PART_BASE64;
		if (!encoded && octets_find_text(part.content, boundary) < part.content.len)
			return true;
	}
	return false;
}

static void draw_boundary(struct body *body, struct random *random)
{
	const struct message_keys *keys = body->keys;
	for (int draws = 0; draws < MAX_DRAWS; draws++) {
		buffer_truncate(&body->boundary, 0);
		if (!drawn_append(&body->boundary, keys->boundary, keys->boundary_alphabet, NULL, 0,
			    random) ||
			!is_taken(body))
			return;
	}
}

static void describe(struct body *body)
{
	struct part part = part_at(body, 0);
	if (body->multipart) {
		const struct wire_variable boundary = {"boundary", buffer_octets(&body->boundary)};
		wire_expand(&body->type, body->keys->multipart, &boundary, 1);
		return;
	}
	part_append_type(&body->type, &part, body->keys, body->charset);
	part_append_disposition(&body->disposition, &part, body->keys, body->charset);
	buffer_append_text(&body->encoding, part_encoding_name(&part));
}

bool body_plan(struct body *body, const struct memory *memory, const struct message_keys *keys,
	const struct message_draft *draft, struct random *random)
{
	*body = (struct body){.keys = keys,
		.draft = draft,
		.mime = message_is_mime(keys, draft),
		.charset = message_charset(keys, draft)};
	buffer_init(&body->type, memory, MAX_VALUE);
	buffer_init(&body->disposition, memory, MAX_VALUE);
	buffer_init(&body->encoding, memory, MAX_VALUE);
	buffer_init(&body->text, memory, MAX_TEXT);
	buffer_init(&body->boundary, memory, MAX_VALUE);
	if (!prepare_text(body, memory))
		return false;
	body->multipart = body->mime && part_count(body) > 1;
	if (body->multipart)
		draw_boundary(body, random);
	if (body->mime)
		describe(body);
	return !buffer_failed(&body->type) && !buffer_failed(&body->disposition) &&
	       !buffer_failed(&body->encoding) && !buffer_failed(&body->boundary);
}

static void append_line(struct message_composed *composed, struct octets line)
{
	buffer_append_octets(&composed->octets, line);
	buffer_append_text(&composed->octets, "\r\n");
	message_end_write(composed);
}

static void append_boundary(
	struct message_composed *composed, const struct body *body, const char *end)
{
	buffer_append_text(&composed->octets, "--");
	buffer_append_octets(&composed->octets, buffer_octets(&body->boundary));
	append_line(composed, octets_of(end));
}

static bool append_multipart(struct message_composed *composed, const struct body *body)
{
	bool escapes = charset_has_escapes(body->charset), good = true;
	if (body->keys->preamble.len > 0) {
		append_line(composed, body->keys->preamble);
		append_line(composed, octets_of(""));
	}
	for (size_t i = 0; i < part_count(body) && good; i++) {
		struct part part = part_at(body, i);
		append_boundary(composed, body, "");
		good = part_append_header(composed, &part, body->keys, body->charset) &&
		       part_append_content(composed, &part, body->keys, escapes);
		if (part_ends_before_boundary(&part, body->keys))
			append_line(composed, octets_of(""));
	}
	append_boundary(composed, body, "--");
	return good;
}

/* Wrapped already; files stand behind an empty line each. */
static bool append_unmarked(struct message_composed *composed, const struct body *body)
{
	struct octets text = buffer_octets(&body->text);
	while (text.len > 0) {
		size_t len = plain_text_line_len(text);
		buffer_append_octets(&composed->octets, octets_cut(text, len));
		message_end_write(composed);
		text = octets_from(text, len);
	}
	for (size_t i = 0; i < body->draft->attachment_count; i++) {
		if (i > 0 || body->text.len > 0)
			append_line(composed, octets_of(""));
		if (!uuencoded_append(
			    composed, body->keys, &body->draft->attachments[i], body->charset))
			return false;
	}
	return true;
}

bool body_append(struct message_composed *composed, const struct body *body)
{
	struct part part = part_at(body, 0);
	bool good;
	if (!body->mime)
		good = append_unmarked(composed, body);
	else if (body->multipart)
		good = append_multipart(composed, body);
	else
		good = part_append_content(
			composed, &part, body->keys, charset_has_escapes(body->charset));
	return good && !buffer_failed(&composed->octets) && !buffer_failed(&composed->ends);
}

void body_free(struct body *body)
{
	buffer_free(&body->type);
	buffer_free(&body->disposition);
	buffer_free(&body->encoding);
	buffer_free(&body->text);
	buffer_free(&body->boundary);
}
