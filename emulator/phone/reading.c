/* reading: the line queue and the reply code. */
#include "reading.h"

#include <string.h>

void reader_init(
	struct reader *reader, const struct memory *memory, const struct client_profile *profile)
{
	*reader = (struct reader){.profile = profile};
	buffer_init(&reader->queue, memory, READING_QUEUE_MAX);
}

void reader_free(struct reader *reader)
{
	buffer_free(&reader->queue);
	reader->start = reader->scanned = 0;
}

void reader_clear(struct reader *reader)
{
	buffer_truncate(&reader->queue, 0);
	reader->start = reader->scanned = 0;
	reader->skipping = false;
}

/* Gives back the room of lines that were taken; a line lent before ends here. */
static void compact(struct reader *reader)
{
	buffer_consume(&reader->queue, reader->start);
	reader->scanned -= reader->start;
	reader->start = 0;
}

bool reader_add(struct reader *reader, const uint8_t *at, size_t len)
{
	compact(reader);
	size_t room = READING_QUEUE_MAX - reader->queue.len;
	return buffer_append(&reader->queue, at, len < room ? len : room);
}

/* Finds the LF that ends the line in hand. A line end of CR LF alone lets a bare LF pass. */
static bool find_end(struct reader *reader, size_t *end)
{
	const uint8_t *at = reader->queue.at;
	for (size_t i = reader->scanned; i < reader->queue.len; i++) {
		if (at[i] != '\n')
			continue;
		if (reader->profile->replies.line_end_crlf &&
			(i == reader->start || at[i - 1] != '\r'))
			continue;
		*end = i;
		return true;
	}
	reader->scanned = reader->queue.len;
	return false;
}

/* Drops the front of a line that has grown too long; its last octet may be half a line end. */
static void skip(struct reader *reader)
{
	if (reader->queue.len - reader->start <= READING_LINE_MAX)
		return;
	reader->skipping = true;
	reader->start = reader->queue.len - 1;
	compact(reader);
}

/* RFC 5321 4.2: three digits, then the end, a blank or, where more follows, a dash. */
static void read_code(struct line *line, bool text_required)
{
	const uint8_t *at = line->whole.at;
	size_t len = line->whole.len;
	if (len < 3 || !octet_is_digit(at[0]) || !octet_is_digit(at[1]) || !octet_is_digit(at[2]))
		return;
	if (len > 3 && at[3] != ' ' && at[3] != '-' && at[3] != '\t')
		return;
	line->text = octets_from(line->whole, 4);
	if (text_required && line->text.len == 0)
		return;
	line->more = len > 3 && at[3] == '-';
	line->code = (unsigned int)(at[0] - '0') * 100 + (unsigned int)(at[1] - '0') * 10 +
		     (unsigned int)(at[2] - '0');
}

static bool is_white_space(uint8_t octet)
{
	return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

/* The number in front, whatever its length; anything but white space behind it means more lines. */
static void read_number(struct line *line, bool text_required)
{
	const uint8_t *at = line->whole.at;
	size_t len = line->whole.len, digits = 0;
	uint64_t number = 0;
	for (; digits < len && octet_is_digit(at[digits]); digits++)
		number = number > INT32_MAX ? number : number * 10 + (uint64_t)(at[digits] - '0');
	if (digits == 0 || number > INT32_MAX)
		return;
	line->text = octets_from(line->whole, digits + 1);
	if (text_required && line->text.len == 0)
		return;
	line->more = digits < len && !is_white_space(at[digits]);
	line->code = (unsigned int)number;
}

bool reader_take(struct reader *reader, struct line *line)
{
	size_t end;
	*line = (struct line){0};
	if (!find_end(reader, &end)) {
		skip(reader);
		return false;
	}
	const struct client_profile *profile = reader->profile;
	size_t len = end + 1 - reader->start;
	uint64_t limit = profile->replies.line_limit;
	bool too_long = reader->skipping || len > READING_LINE_MAX || (limit > 0 && len > limit);
	line->whole = octets_make(reader->queue.at + reader->start, len - 1);
	if (line->whole.len > 0 && line->whole.at[line->whole.len - 1] == '\r')
		line->whole.len--;
	reader->start = reader->scanned = end + 1;
	reader->skipping = false;
	if (!too_long && profile->replies.code_is_number)
		read_number(line, profile->replies.text_required);
	else if (!too_long)
		read_code(line, profile->replies.text_required);
	return true;
}

bool reader_is_full(const struct reader *reader)
{
	return reader->queue.len - reader->start >= READING_QUEUE_HIGH + READING_LINE_MAX;
}

void reply_clear(struct reply *reply)
{
	reply->code = 0;
	reply->several = reply->begun = false;
	reply->first_len = 0;
}

void reply_add(struct reply *reply, const struct line *line)
{
	if (!reply->begun) {
		struct octets first = octets_cut(line->whole, REPLY_LINE_MAX);
		reply->first_len = first.len;
		if (first.len > 0)
			memcpy(reply->first, first.at, first.len);
	}
	reply->several = reply->several || reply->begun || line->more;
	reply->begun = true;
	reply->code = line->code;
}

struct octets reply_first(const struct reply *reply)
{
	return octets_make(reply->first, reply->first_len);
}
