/* transcript_text: the form for people, written and read. */
#include "transcript.h"

#include "chunk_line.h"
#include "text.h"

#include <string.h>

static const struct {
	enum wire_end end;
	const char *words; /* how the side ended, after "closed by client" */
} endings[] = {
	{WIRE_CLOSED, ""},
	{WIRE_CLOSED_NO_BYE, ", without close_notify"},
	{WIRE_RESET, ", by reset"},
	{WIRE_LOST, ", connection lost"},
};

/* Nobody closed then; whoever looks on heard no more of the server. */
static const char bearer_lost[] = "=== bearer lost";

static const char *const sides[] = {[WIRE_CLIENT] = "client", [WIRE_SERVER] = "server"};

static bool is_refusal(struct octets line)
{
	return line.len > 0 && (line.at[0] == '4' || line.at[0] == '5');
}

static bool write_line(struct buffer *out, const struct transcript_event *event)
{
	const char *mark = event->tls ? " ~> " : " -> ";
	if (event->kind == TRANSCRIPT_SERVER && is_refusal(event->text))
		mark = event->tls ? "<~* " : "<** ";
	else if (event->kind == TRANSCRIPT_SERVER)
		mark = event->tls ? "<~  " : "<-  ";
	buffer_append_text(out, mark);
	text_escape(out, event->text);
	if (event->line_end != LINE_END_CRLF)
		buffer_append_text(out, event->line_end == LINE_END_LF ? "\\n" : "\\c");
	return buffer_append_byte(out, '\n');
}

static bool write_statement(struct buffer *out, const char *word, struct octets text)
{
	buffer_append_text(out, "=== ");
	buffer_append_text(out, word);
	text_escape(out, text);
	return buffer_append_byte(out, '\n');
}

static bool write_ended(struct buffer *out, const struct transcript_event *event)
{
	if (event->end == WIRE_BEARER_LOST)
		return buffer_format(out, "%s\n", bearer_lost);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		if (endings[i].end == event->end)
			return buffer_format(
				out, "=== closed by %s%s\n", sides[event->side], endings[i].words);
	}
	return false;
}

static void write_time(struct buffer *out, uint64_t at_ms, const struct transcript_style *style)
{
	if (style->times)
		buffer_format(out, "%6u.%03u ", (unsigned int)(at_ms / 1000),
			(unsigned int)(at_ms % 1000));
}

bool transcript_write_event(struct buffer *out, const struct transcript_event *event,
	const struct transcript_style *style)
{
	write_time(out, event->at_ms, style);
	switch (event->kind) {
	case TRANSCRIPT_CLIENT:
	case TRANSCRIPT_SERVER:
		return write_line(out, event);
	case TRANSCRIPT_CONNECTED:
		return write_statement(out, "connected ", event->text);
	case TRANSCRIPT_TLS:
		return write_statement(out, "tls ", event->text);
	case TRANSCRIPT_TLS_FAILED:
		return write_statement(out, "tls failed: ", event->text);
	case TRANSCRIPT_ENDED:
		return write_ended(out, event);
	case TRANSCRIPT_REMARK:
		return write_statement(out, "# ", event->text);
	}
	return false;
}

/* Follows DATA and the dot, and BDAT, to know which of the client's lines are a message's text. */
struct body_watch {
	bool asked, inside;
	uint64_t chunk_left;
	const char *what; /* the octets counted are of */
	uint64_t octets;
};

/* A client's line outside of a message. */
static void watch_command(struct body_watch *watch, struct octets line)
{
	struct chunk_line chunk;
	if (chunk_line_read(line, &chunk))
		watch->chunk_left = chunk.size;
	watch->what = watch->chunk_left > 0 ? "chunk" : "message";
	watch->asked |= octets_equal_nocase(line, octets_of("DATA"));
}

static bool is_of_chunk(struct body_watch *watch, const struct transcript_event *event)
{
	uint64_t octets = chunk_line_octets(event);
	if (watch->chunk_left == 0)
		return false;
	watch->chunk_left -= octets < watch->chunk_left ? octets : watch->chunk_left;
	watch->octets += octets;
	return true;
}

static bool is_body(struct body_watch *watch, const struct transcript_event *event)
{
	if (event->kind == TRANSCRIPT_SERVER) {
		/* in a group the replies to MAIL and RCPT come first: DATA stays asked until its
		 * 354 */
		if (watch->asked && event->text.len > 0 && event->text.at[0] == '3') {
			watch->inside = true;
			watch->asked = false;
		}
		return false;
	}
	if (event->kind == TRANSCRIPT_CONNECTED || event->kind == TRANSCRIPT_TLS)
		watch->chunk_left = 0;
	if (event->kind != TRANSCRIPT_CLIENT)
		return false;
	if (is_of_chunk(watch, event))
		return true;
	if (watch->inside) {
		if (octets_equal(event->text, octets_of("."))) {
			watch->inside = false;
			return false;
		}
		watch->octets += event->text.len + 2;
		return true;
	}
	watch_command(watch, event->text);
	return false;
}

bool transcript_write(struct buffer *out, const struct transcript *transcript,
	const struct transcript_style *style)
{
	struct body_watch watch = {0};
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		uint64_t octets = watch.octets;
		const char *what = watch.what;
		bool body = is_body(&watch, event);
		if (body && style->elide_body)
			continue;
		if (octets > 0 && style->elide_body) {
			write_time(out, event->at_ms, style);
			buffer_format(out, "=== # the %s: %llu octets\n", what,
				(unsigned long long)octets);
		}
		if (!body)
			watch.octets = 0;
		transcript_write_event(out, event, style);
	}
	return !buffer_failed(out);
}

/* Takes a time "  12.345 " off the front; false: there is none, the line is as it was. */
static bool take_time(struct octets *line, uint64_t *at_ms)
{
	size_t blanks = 0;
	while (blanks < line->len && line->at[blanks] == ' ')
		blanks++;
	struct octets rest = octets_from(*line, blanks);
	size_t point = octets_find(rest, '.');
	uint64_t seconds, part;
	if (point + 5 > rest.len || rest.at[point + 4] != ' ' ||
		!octets_number(octets_cut(rest, point), &seconds) || seconds > UINT32_MAX ||
		!octets_number(octets_make(rest.at + point + 1, 3), &part))
		return false;
	*at_ms = seconds * 1000 + part;
	*line = octets_from(rest, point + 5);
	return true;
}

static bool starts(struct octets line, const char *start)
{
	return line.len >= strlen(start) && memcmp(line.at, start, strlen(start)) == 0;
}

/* A line may end in \c (cut); \n at its end is a bare LF. Both are told from an escaped backslash.
 */
static enum line_end take_line_end(struct octets *line)
{
	if (line->len < 2 || line->at[line->len - 2] != '\\')
		return LINE_END_CRLF;
	size_t backslashes = 0;
	while (backslashes < line->len - 1 && line->at[line->len - 2 - backslashes] == '\\')
		backslashes++;
	uint8_t letter = line->at[line->len - 1];
#ifdef HANDSET_PLANT_TRANSCRIPT
	backslashes = 1; /* takes an escaped backslash before n or c for the mark */
#endif
	if (backslashes % 2 == 0 || (letter != 'n' && letter != 'c'))
		return LINE_END_CRLF;
	line->len -= 2;
	return letter == 'n' ? LINE_END_LF : LINE_END_NONE;
}

static bool read_spoken(struct octets line, struct transcript_event *event)
{
	static const struct {
		const char *mark;
		enum transcript_kind kind;
		bool tls;
	} marks[] = {
		{" -> ", TRANSCRIPT_CLIENT, false},
		{"<-  ", TRANSCRIPT_SERVER, false},
		{"<** ", TRANSCRIPT_SERVER, false},
		{" ~> ", TRANSCRIPT_CLIENT, true},
		{"<~  ", TRANSCRIPT_SERVER, true},
		{"<~* ", TRANSCRIPT_SERVER, true},
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		bool bare = line.len == 3 && memcmp(line.at, marks[i].mark, 3) == 0;
		if (!bare && !starts(line, marks[i].mark))
			continue;
		event->kind = marks[i].kind;
		event->tls = marks[i].tls;
		event->text = octets_from(line, 4);
		event->line_end = take_line_end(&event->text);
		return true;
	}
	return false;
}

static bool read_ended(struct octets words, struct transcript_event *event)
{
	for (int side = 0; side < 2; side++) {
		size_t len = strlen(sides[side]);
		for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
			if (!starts(words, sides[side]) ||
				!octets_equal(octets_from(words, len), octets_of(endings[i].words)))
				continue;
			event->kind = TRANSCRIPT_ENDED;
			event->side = (enum wire_side)side;
			event->end = endings[i].end;
			event->text = octets_make(NULL, 0);
			return true;
		}
	}
	return false;
}

static bool read_statement(struct octets line, struct transcript_event *event)
{
	static const struct {
		const char *word;
		enum transcript_kind kind;
	} words[] = {
		{"=== connected ", TRANSCRIPT_CONNECTED},
		{"=== tls failed: ", TRANSCRIPT_TLS_FAILED},
		{"=== tls ", TRANSCRIPT_TLS},
		{"=== # ", TRANSCRIPT_REMARK},
	};
	if (octets_equal(line, octets_of(bearer_lost))) {
		event->kind = TRANSCRIPT_ENDED;
		event->side = WIRE_SERVER;
		event->end = WIRE_BEARER_LOST;
		return true;
	}
	if (starts(line, "=== closed by "))
		return read_ended(octets_from(line, 14), event);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!starts(line, words[i].word))
			continue;
		event->kind = words[i].kind;
		event->text = octets_from(line, strlen(words[i].word));
		return true;
	}
	return false;
}

static bool read_one(struct transcript *transcript, struct octets line, uint64_t *last_ms)
{
	struct transcript_event event = {.at_ms = *last_ms};
	take_time(&line, &event.at_ms);
	if (!read_spoken(line, &event) && !read_statement(line, &event))
		return false;
	*last_ms = event.at_ms;
	struct buffer text;
	buffer_init(&text, &memory_standard, TRANSCRIPT_OCTETS_MAX);
	bool good = text_unescape(&text, event.text);
	event.text = buffer_octets(&text);
	event.secret = octets_equal(event.text, octets_of("<secret>")) ||
		       (octets_start_nocase(event.text, "AUTH ") && event.text.len > 8 &&
			       octets_equal(octets_from(event.text, event.text.len - 8),
				       octets_of("<secret>")));
	good = good && transcript_add(transcript, &event);
	buffer_free(&text);
	return good;
}

bool transcript_read(struct transcript *transcript, struct octets text, size_t *line)
{
	uint64_t last_ms = 0;
	for (*line = 1; text.len > 0; ++*line) {
		size_t len = octets_find(text, '\n');
		struct octets one = octets_cut(text, len);
		text = octets_from(text, len + 1);
		if (one.len > 0 && one.at[one.len - 1] == '\r')
			one.len--;
		if (octets_trim(one).len == 0 || one.at[0] == '#')
			continue;
		if (!read_one(transcript, one, &last_ms))
			return false;
	}
	return true;
}
