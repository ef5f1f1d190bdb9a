/* body: the end of data and unstuffing, RFC 5321 2.3.8, 4.1.1.4 and 4.5.2. */
#include "body.h"

#include <string.h>

enum state { LINE_START, DOT, DOT_CR, TEXT, AFTER_CR };
enum { BEGUN_BY_CRLF, BEGUN_BY_LF, BEGUN_BY_CR };
enum { END_OCTETS = 5 };

void body_begin(struct body *body, const struct memory *memory, size_t max)
{
	*body = (struct body){.max = max, .state = LINE_START};
	buffer_init(&body->content, memory, max);
}

void body_drop(struct body *body)
{
	buffer_free(&body->content);
}

void body_chunk(struct body *body)
{
	body->run = 0;
}

static bool keep(struct body *body, const void *at, size_t len)
{
	if (body->too_big)
		return true;
	if (len > body->max - body->content.len) {
		body->too_big = true;
		body_drop(body);
		return true;
	}
	return buffer_append(&body->content, at, len);
}

static bool also_ends(const struct body *body, enum also_end end)
{
	return (body->also_ends >> end & 1) != 0;
}

/* A line begins here, behind CR LF or behind what this server takes for a line end. */
static void begin_line(struct body *body, unsigned int begun_by)
{
	body->state = LINE_START;
	body->begun_by = begun_by;
}

static bool take_bare_lf(struct body *body)
{
	body->bare_line_end = true;
	body->state = TEXT;
	if (also_ends(body, ALSO_END_LF_LF) || also_ends(body, ALSO_END_LF_CRLF))
		begin_line(body, BEGUN_BY_LF);
	return body->repair ? keep(body, "\r\n", 2) : keep(body, "\n", 1);
}

/* An octet where nothing is pending. */
static bool take_text(struct body *body, uint8_t octet)
{
	if (octet == '\r') {
		body->state = AFTER_CR;
		return true;
	}
	if (octet == '\n')
		return take_bare_lf(body);
	body->state = TEXT;
	return keep(body, &octet, 1);
}

static bool take_line_start(struct body *body, uint8_t octet)
{
	if (octet != '.')
		return take_text(body, octet);
	body->state = DOT;
	return true;
}

/* Behind the first dot of a line, which is never part of the message. */
static bool take_after_dot(struct body *body, uint8_t octet)
{
	if (octet != '\r')
		return take_text(body, octet);
	body->state = DOT_CR;
	return true;
}

static bool take_after_cr(struct body *body, uint8_t octet)
{
	if (octet == '\n') {
		begin_line(body, BEGUN_BY_CRLF);
		return keep(body, "\r\n", 2);
	}
	body->bare_line_end = true;
	if (!keep(body, "\r", 1))
		return false;
	if (!also_ends(body, ALSO_END_CR_CR))
		return take_text(body, octet);
	begin_line(body, BEGUN_BY_CR);
	return take_line_start(body, octet);
}

/* `.` CR was seen at the start of a line; the end itself has been dealt with. */
static bool take_after_dot_cr(struct body *body, uint8_t octet)
{
	if (octet == '\n') {
		begin_line(body, BEGUN_BY_CRLF);
		return keep(body, ".\r\n", 3);
	}
	return take_after_cr(body, octet);
}

static bool (*const takers[])(struct body *body, uint8_t octet) = {
	[LINE_START] = take_line_start,
	[DOT] = take_after_dot,
	[DOT_CR] = take_after_dot_cr,
	[TEXT] = take_text,
	[AFTER_CR] = take_after_cr,
};

/* How many octets at the front are plain text. */
static size_t plain_len(struct octets in)
{
	size_t len = octets_find(in, '\n');
	return octets_find(octets_cut(in, len), '\r');
}

/* The octet that ends the message, in the reading of servers that end it too early. */
static bool is_other_end(const struct body *body, uint8_t octet)
{
	static const struct {
		enum state state;
		unsigned int begun_by;
		uint8_t octet;
	} ends[ALSO_END_COUNT] = {
		[ALSO_END_LF_LF] = {DOT, BEGUN_BY_LF, '\n'},
		[ALSO_END_LF_CRLF] = {DOT_CR, BEGUN_BY_LF, '\n'},
		[ALSO_END_CRLF_LF] = {DOT, BEGUN_BY_CRLF, '\n'},
		[ALSO_END_CR_CR] = {DOT, BEGUN_BY_CR, '\r'},
	};
	for (size_t i = 0; i < ALSO_END_COUNT; i++) {
		bool here = body->state == ends[i].state && body->begun_by == ends[i].begun_by &&
			    octet == ends[i].octet;
		if (here && also_ends(body, (enum also_end)i))
			return true;
	}
	return false;
}

static bool is_end(const struct body *body, uint8_t octet)
{
	bool dot_line = body->state == DOT_CR && octet == '\n' && body->begun_by == BEGUN_BY_CRLF;
	if (dot_line)
		return !body->one_chunk || body->run == END_OCTETS;
	return is_other_end(body, octet);
}

static bool take_octet(struct body *body, uint8_t octet, bool *ended)
{
	if (body->run < END_OCTETS)
		body->run++;
	*ended = is_end(body, octet);
	body->bare_line_end |= *ended && body->state == DOT;
#ifdef HANDSET_PLANT_SERVER
	/* A planted fault, for the fuzz target to find: a dot behind a lone LF ends the message. */
	if (body->bare_line_end && body->content.len >= 2 && octet == '\n' &&
		memcmp(body->content.at + body->content.len - 2, "\n.", 2) == 0)
		*ended = true;
#endif
	return *ended || takers[body->state](body, octet);
}

bool body_take(struct body *body, struct octets in, size_t *taken, bool *ended)
{
	size_t at = 0;
	bool fine = true;
	*ended = false;
	while (at < in.len && fine && !*ended) {
		size_t plain = body->state == TEXT ? plain_len(octets_from(in, at)) : 0;
		if (plain > 0) {
			fine = keep(body, in.at + at, plain);
			body->run = plain < END_OCTETS - body->run ? body->run + plain : END_OCTETS;
			at += plain;
		} else {
			fine = take_octet(body, in.at[at++], ended);
		}
	}
	*taken = at;
	return fine;
}

bool body_take_raw(struct body *body, struct octets in)
{
	for (size_t i = 0; i < in.len; i++) {
		bool after_cr = body->state == AFTER_CR, lf = in.at[i] == '\n';
		body->bare_line_end |= lf != after_cr;
		body->state = in.at[i] == '\r' ? AFTER_CR : TEXT;
	}
	return keep(body, in.at, in.len);
}

/* The header's next line, without its line end; false at the empty line that ends it. */
static bool next_header_line(struct octets *rest, struct octets *line)
{
	*line = octets_cut(*rest, octets_find(*rest, '\n'));
	*rest = octets_from(*rest, line->len + 1);
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return line->len > 0;
}

bool body_has_message_id(struct octets content)
{
	struct octets line;
	while (next_header_line(&content, &line)) {
		if (octets_start_nocase(line, "Message-ID:"))
			return true;
	}
	return false;
}

bool body_has_raw_8bit_header(struct octets content)
{
	struct octets line;
	while (next_header_line(&content, &line)) {
		for (size_t i = 0; i < line.len; i++) {
			if (line.at[i] >= 0x80)
				return true;
		}
	}
	return false;
}

bool body_has_long_line(struct octets content)
{
	enum { LINE_MAX_OCTETS = 998 };
	while (content.len > LINE_MAX_OCTETS) {
		size_t len = octets_find(content, '\n');
		size_t text = len > 0 && content.at[len - 1] == '\r' ? len - 1 : len;
		if (text > LINE_MAX_OCTETS)
			return true;
		content = octets_from(content, len + 1);
	}
	return false;
}
