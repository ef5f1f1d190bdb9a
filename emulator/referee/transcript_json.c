/* transcript_json: one JSON object a line, written and read with jansson. */
#include "transcript.h"

#include "base64.h"
#include "text.h"

#include <jansson.h>
#include <string.h>

static const char *const kinds[] = {[TRANSCRIPT_CLIENT] = "client",
	[TRANSCRIPT_SERVER] = "server",
	[TRANSCRIPT_CONNECTED] = "connected",
	[TRANSCRIPT_TLS] = "tls",
	[TRANSCRIPT_TLS_FAILED] = "tls-failed",
	[TRANSCRIPT_ENDED] = "ended",
	[TRANSCRIPT_REMARK] = "remark"};
static const char *const line_ends[] = {
	[LINE_END_CRLF] = "crlf", [LINE_END_LF] = "lf", [LINE_END_NONE] = "none"};
static const char *const ends[] = {[WIRE_CLOSED] = "closed",
	[WIRE_CLOSED_NO_BYE] = "no-bye",
	[WIRE_RESET] = "reset",
	[WIRE_LOST] = "lost",
	[WIRE_BEARER_LOST] = "bearer-lost"};
static const char *const sides[] = {[WIRE_CLIENT] = "client", [WIRE_SERVER] = "server"};
#define COUNT_OF(names) (sizeof(names) / sizeof *(names))

/* JSON strings are Unicode: other octets go as base64, under another name. */
static void set_text(json_t *object, struct octets text)
{
	if (text_is_utf8(text)) {
		json_object_set_new(object, "text", json_stringn((const char *)text.at, text.len));
		return;
	}
	struct buffer coded;
	buffer_init(&coded, &memory_standard, SIZE_MAX / 2);
	base64_encode(&coded, text);
	json_object_set_new(object, "octets", json_stringn((const char *)coded.at, coded.len));
	buffer_free(&coded);
}

static bool is_line(enum transcript_kind kind)
{
	return kind == TRANSCRIPT_CLIENT || kind == TRANSCRIPT_SERVER;
}

bool transcript_write_event_json(struct buffer *out, const struct transcript_event *event)
{
	json_t *object = json_object();
	json_object_set_new(object, "at_ms", json_integer((json_int_t)event->at_ms));
	json_object_set_new(object, "what", json_string(kinds[event->kind]));
	if (is_line(event->kind)) {
		json_object_set_new(object, "end", json_string(line_ends[event->line_end]));
		json_object_set_new(object, "tls", json_boolean(event->tls));
	}
	if (event->secret)
		json_object_set_new(object, "secret", json_true());
	if (event->kind == TRANSCRIPT_ENDED) {
		json_object_set_new(object, "by", json_string(sides[event->side]));
		json_object_set_new(object, "how", json_string(ends[event->end]));
	} else {
		set_text(object, event->text);
	}
	char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(object);
	bool good = text != NULL && buffer_append_text(out, text) && buffer_append_byte(out, '\n');
	free(text);
	return good;
}

bool transcript_write_json(struct buffer *out, const struct transcript *transcript)
{
	bool good = true;
	for (size_t i = 0; i < transcript_count(transcript) && good; i++)
		good = transcript_write_event_json(out, transcript_at(transcript, i));
	return good;
}

/* The index of the member's word among the names, or -1. */
static int word_of(const json_t *object, const char *member, const char *const *names, size_t count)
{
	const char *word = json_string_value(json_object_get(object, member));
	for (size_t i = 0; word != NULL && i < count; i++) {
		if (strcmp(word, names[i]) == 0)
			return (int)i;
	}
	return -1;
}

static bool get_text(const json_t *object, struct buffer *text)
{
	const json_t *plain = json_object_get(object, "text"),
		     *coded = json_object_get(object, "octets");
	if (json_is_string(plain))
		return buffer_append(text, json_string_value(plain), json_string_length(plain));
	return json_is_string(coded) && base64_decode(text, octets_make(json_string_value(coded),
								    json_string_length(coded)));
}

static bool read_object(struct transcript *transcript, const json_t *object)
{
	struct transcript_event event = {0};
	struct buffer text;
	int kind = word_of(object, "what", kinds, COUNT_OF(kinds));
	json_int_t at_ms = json_integer_value(json_object_get(object, "at_ms"));
	if (kind < 0 || at_ms < 0)
		return false;
	event.kind = (enum transcript_kind)kind;
	event.at_ms = (uint64_t)at_ms;
	event.tls = json_is_true(json_object_get(object, "tls"));
	event.secret = json_is_true(json_object_get(object, "secret"));
	buffer_init(&text, &memory_standard, TRANSCRIPT_OCTETS_MAX);
	bool good = true;
	if (is_line(event.kind)) {
		int line_end = word_of(object, "end", line_ends, COUNT_OF(line_ends));
		good = line_end >= 0;
		event.line_end = good ? (enum line_end)line_end : LINE_END_CRLF;
	}
	if (event.kind == TRANSCRIPT_ENDED) {
		int side = word_of(object, "by", sides, 2),
		    how = word_of(object, "how", ends, COUNT_OF(ends));
		good = side >= 0 && how >= 0;
		event.side = side == 1 ? WIRE_SERVER : WIRE_CLIENT;
		event.end = how >= 0 ? (enum wire_end)how : WIRE_CLOSED;
	} else {
		good = good && get_text(object, &text);
	}
	event.text = buffer_octets(&text);
	good = good && transcript_add(transcript, &event);
	buffer_free(&text);
	return good;
}

bool transcript_read_json(struct transcript *transcript, struct octets text, size_t *line)
{
	for (*line = 1; text.len > 0; ++*line) {
		size_t len = octets_find(text, '\n');
		struct octets one = octets_trim(octets_cut(text, len));
		text = octets_from(text, len + 1);
		if (one.len == 0)
			continue;
		json_t *object = json_loadb((const char *)one.at, one.len,
			JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		bool good = json_is_object(object) && read_object(transcript, object);
		json_decref(object);
		if (!good)
			return false;
	}
	return true;
}
