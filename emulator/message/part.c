/* part: header lines from their templates, and the encoders. */
#include "part.h"

#include <stdio.h>

#include "base64.h"
#include "charset.h"
#include "file_name.h"
#include "file_type.h"
#include "plain_text.h"
#include "quoted_printable.h"
#include "wire.h"

enum { MAX_VALUE = 1024 * 1024 };

static bool ends_in_line_end(struct octets content)
{
	return content.len > 0 && content.at[content.len - 1] == '\n';
}

struct part part_of_text(const struct message_keys *keys, struct octets content)
{
	static const enum part_encoding encodings[] = {[TEXT_ENCODING_7BIT] = PART_7BIT,
		[TEXT_ENCODING_QP] = PART_QP,
		[TEXT_ENCODING_BASE64] = PART_BASE64};
	enum part_encoding encoding = encodings[keys->text_encoding];
	if (encoding == PART_7BIT && !plain_text_fits_7bit(content))
		encoding = PART_QP;
	return (struct part){.encoding = encoding, .content = content};
}

struct part part_of_file(
	const struct message_keys *keys, const struct message_attachment *attachment)
{
	struct octets content = attachment->content;
	struct part part = {.encoding = PART_BASE64,
		.content = content,
		.file = attachment,
		.is_message = true};
	part.type = attachment->type.len > 0 ? attachment->type : file_type_of(attachment->name);
	bool embedded = file_type_is_message(part.type);
	if (embedded && keys->base64_lines_per_write > 0)
		part.encoding = PART_SLICES;
	else if (embedded && plain_text_fits_7bit(content))
		part.encoding = PART_7BIT;
	else if (embedded && plain_text_fits_8bit(content))
		part.encoding = PART_8BIT;
	else
		part.is_message = false;
	return part;
}

/* A type that somebody gave: nothing that would end its line. */
static bool is_sound(struct octets type)
{
	for (size_t i = 0; i < type.len; i++) {
		if (type.at[i] < ' ' || type.at[i] > '~')
			return false;
	}
	return type.len > 0;
}

bool part_append_type(struct buffer *out, const struct part *part, const struct message_keys *keys,
	struct octets charset)
{
	if (part->file == NULL) {
		buffer_append_text(out, "text/plain; charset=");
		return buffer_append_octets(out, charset);
	}
	struct octets type = part->type;
	if (!is_sound(type) || (file_type_is_message(type) && !part->is_message))
		return buffer_append_octets(out, keys->unknown_type);
	buffer_append_octets(out, type);
	struct octets parameter = octets_of("charset=");
	if (file_type_is_text(type) && octets_find_nocase(type, parameter) == type.len) {
		buffer_append_text(out, "; charset=");
		buffer_append_octets(out, charset);
	}
	return !buffer_failed(out);
}

const char *part_encoding_name(const struct part *part)
{
	static const char *const names[] = {[PART_7BIT] = "7bit",
		[PART_8BIT] = "8bit",
		[PART_QP] = "quoted-printable",
		[PART_BASE64] = "base64",
		[PART_SLICES] = "7bit"};
	return names[part->encoding];
}

/* The values of the variables of message.text-part and message.file-part. */
enum { TYPE, ENCODING, FILENAME, FILENAME_PARAMETER, DESCRIPTION, VARIABLE_COUNT };

static const char *const variable_names[VARIABLE_COUNT] = {
	"type", "encoding", "filename", "filename-parameter", "description"};

struct values {
	struct buffer text[VARIABLE_COUNT]; /* empty: absent */
};

static void fill(struct values *values, const struct memory *memory, const struct part *part,
	const struct message_keys *keys, struct octets charset)
{
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		buffer_init(&values->text[i], memory, MAX_VALUE);
	part_append_type(&values->text[TYPE], part, keys, charset);
	buffer_append_text(&values->text[ENCODING], part_encoding_name(part));
	if (part->file == NULL)
		return;
	struct buffer name;
	buffer_init(&name, memory, MAX_VALUE);
	bool named = file_name_of(&name, part->file, part->is_message) &&
		     file_name_append_quoted(
			     &values->text[FILENAME], keys, buffer_octets(&name), charset) &&
		     file_name_append_parameter(&values->text[FILENAME_PARAMETER], keys,
			     buffer_octets(&name), charset);
	values->text[FILENAME].failed |= !named;
	buffer_free(&name);
}

static bool release(struct values *values)
{
	bool good = true;
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		good = good && !buffer_failed(&values->text[i]);
		buffer_free(&values->text[i]);
	}
	return good;
}

static bool is_left_out(struct octets line, const struct values *values)
{
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		char mark[32];
		snprintf(mark, sizeof mark, "{%s}", variable_names[i]);
		if (values->text[i].len == 0 && octets_find_text(line, octets_of(mark)) < line.len)
			return true;
	}
	return false;
}

static void expand(struct buffer *out, struct octets line, const struct values *values)
{
	struct wire_variable variables[VARIABLE_COUNT];
	for (size_t i = 0; i < VARIABLE_COUNT; i++)
		variables[i] =
			(struct wire_variable){variable_names[i], buffer_octets(&values->text[i])};
	wire_expand(out, line, variables, VARIABLE_COUNT);
}

/* Each line since `start` is a write. */
static void end_lines(struct message_composed *composed, size_t start)
{
	struct octets lines = octets_from(buffer_octets(&composed->octets), start);
	for (size_t i = 0; i < lines.len; i++) {
		size_t end = start + i + 1;
		if (lines.at[i] == '\n')
			buffer_append(&composed->ends, &end, sizeof end);
	}
}

bool part_append_header(struct message_composed *composed, const struct part *part,
	const struct message_keys *keys, struct octets charset)
{
	const struct text_list *lines = part->file == NULL ? &keys->text_part : &keys->file_part;
	struct buffer *out = &composed->octets;
	struct values values;
	size_t start = out->len;
	fill(&values, out->memory, part, keys, charset);
	for (size_t i = 0; i < lines->count; i++) {
		if (is_left_out(lines->items[i], &values))
			continue;
		expand(out, lines->items[i], &values);
		buffer_append_text(out, "\r\n");
	}
	buffer_append_text(out, "\r\n");
	end_lines(composed, start);
	return release(&values) && !buffer_failed(out) && !buffer_failed(&composed->ends);
}

bool part_append_disposition(struct buffer *out, const struct part *part,
	const struct message_keys *keys, struct octets charset)
{
	static const char field[] = "Content-Disposition:";
	struct values values;
	if (part->file == NULL)
		return true;
	fill(&values, out->memory, part, keys, charset);
	for (size_t i = 0; i < keys->file_part.count; i++) {
		struct octets line = keys->file_part.items[i];
		if (octets_start_nocase(line, field) && !is_left_out(line, &values))
			expand(out, octets_trim(octets_from(line, sizeof field - 1)), &values);
	}
	return release(&values) && !buffer_failed(out);
}

/* Octets of content in one write of base64, and in one line of it. */
static size_t line_step(const struct message_keys *keys)
{
	size_t step = (size_t)keys->base64_width / 4 * 3;
	return step == 0 ? 3 : step;
}

static void append_base64(
	struct message_composed *composed, struct octets content, const struct message_keys *keys)
{
	size_t step = line_step(keys);
	uint64_t lines_per_write = keys->base64_lines_per_write, line = 0;
	for (; content.len > 0 && !buffer_failed(&composed->octets);
		content = octets_from(content, step)) {
		base64_encode(&composed->octets, octets_cut(content, step));
		buffer_append_text(&composed->octets, "\r\n");
		if (lines_per_write == 0 || ++line % lines_per_write == 0)
			message_end_write(composed);
	}
	message_end_write(composed);
}

static void append_slices(
	struct message_composed *composed, struct octets content, const struct message_keys *keys)
{
	size_t step = line_step(keys) * (size_t)keys->base64_lines_per_write;
	for (; content.len > 0 && !buffer_failed(&composed->octets);
		content = octets_from(content, step)) {
		buffer_append_octets(&composed->octets, octets_cut(content, step));
		buffer_append_text(&composed->octets, "\r\n");
		message_end_write(composed);
	}
}

static void append_lines(struct message_composed *composed, struct octets content)
{
	struct buffer *out = &composed->octets;
	size_t start = out->len;
	for (size_t i = 0; i < content.len; i++) {
		bool cr = content.at[i] == '\r', lf = content.at[i] == '\n';
		if (cr && i + 1 < content.len && content.at[i + 1] == '\n')
			continue;
		if (cr || lf)
			buffer_append_text(out, "\r\n");
		else
			buffer_append_byte(out, content.at[i]);
	}
	plain_text_finish(out, octets_from(buffer_octets(out), start));
	end_lines(composed, start);
}

static void append_quoted_printable(struct message_composed *composed, struct octets content,
	const struct message_keys *keys, bool escapes)
{
	struct buffer *out = &composed->octets;
	while (content.len > 0 && !buffer_failed(out)) {
		size_t taken = keys->qp == QP_WORD_WISE
				       ? quoted_printable_word_wise_line(out, content, escapes)
				       : quoted_printable_strict_line(out, content);
		message_end_write(composed);
		content = octets_from(content, taken);
	}
}

bool part_append_content(struct message_composed *composed, const struct part *part,
	const struct message_keys *keys, bool escapes)
{
	switch (part->encoding) {
	case PART_7BIT:
	case PART_8BIT:
		append_lines(composed, part->content);
		break;
	case PART_QP:
		append_quoted_printable(composed, part->content, keys, escapes);
		break;
	case PART_BASE64:
		append_base64(composed, part->content, keys);
		break;
	case PART_SLICES:
		append_slices(composed, part->content, keys);
		break;
	}
	return !buffer_failed(&composed->octets) && !buffer_failed(&composed->ends);
}

bool part_ends_before_boundary(const struct part *part, const struct message_keys *keys)
{
	switch (part->encoding) {
	case PART_BASE64:
	case PART_SLICES:
		return true;
	case PART_QP:
		return keys->qp != QP_WORD_WISE && ends_in_line_end(part->content);
	default:
		return ends_in_line_end(part->content);
	}
}
