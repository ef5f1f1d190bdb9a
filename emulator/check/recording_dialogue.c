/* recording_dialogue: a transcript as a list of what was said, without the text of messages. */
#include "recording.h"

#include <stdlib.h>

enum { EVENTS_MAX = 500, MARK_LEN = 4 };

static const struct {
	const char *written, *mark;
	bool tls;
} marks[] = {
	{" -> ", "->", false},
	{" ~> ", "->", true},
	{"<-  ", "<-", false},
	{"<~  ", "<-", true},
	{"<** ", "<**", false},
	{"<~* ", "<**", true},
	{"=== ", "===", false},
};

/* Seconds and thousandths, in front of a line. */
static uint64_t take_time(struct octets *line)
{
	struct octets time = octets_trim(octets_cut(*line, 10));
	uint64_t seconds = 0, part = 0;
	octets_number(octets_cut(time, octets_find(time, '.')), &seconds);
	octets_number(octets_from(time, octets_find(time, '.') + 1), &part);
	*line = octets_from(*line, 11);
	return seconds * 1000 + part;
}

static json_t *event_json(struct octets line)
{
	uint64_t at_ms = take_time(&line);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct octets text = octets_cut(octets_from(line, MARK_LEN), SENTENCE_MAX - 1);
		if (!octets_equal(octets_cut(line, MARK_LEN), octets_of(marks[i].written)))
			continue;
		json_t *event = json_object();
		json_object_set_new(event, "mark", json_string(marks[i].mark));
		json_object_set_new(event, "tls", json_boolean(marks[i].tls));
		const char *at = text.len > 0 ? (const char *)text.at : ""; /* an empty line */
		json_object_set_new(event, "text", json_stringn_nocheck(at, text.len));
		json_object_set_new(event, "at-ms", json_integer((json_int_t)at_ms));
		return event;
	}
	return NULL;
}

void recording_set_dialogue(json_t *record, const char *key, const struct transcript *transcript)
{
	static const struct transcript_style style = {.times = true, .elide_body = true};
	struct buffer text;
	if (transcript == NULL)
		return;
	json_t *events = json_array();
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	transcript_write(&text, transcript, &style);
	struct octets rest = buffer_octets(&text);
	while (rest.len > 0 && json_array_size(events) < EVENTS_MAX) {
		size_t end = octets_find(rest, '\n');
		json_array_append_new(events, event_json(octets_cut(rest, end)));
		rest = octets_from(rest, end + 1);
	}
	json_object_set_new(record, key, events);
	buffer_free(&text);
}
