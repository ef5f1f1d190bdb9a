/* transcript: from octets to lines, with the secrets taken out on the way. */
#include "transcript.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

struct record {
	struct transcript_event event; /* event.text.at is filled in when it is lent */
	size_t start;                  /* of its text in `texts` */
};

/* Where an AUTH exchange stands: what the client says in it is secret. */
enum exchange { EXCHANGE_NONE, EXCHANGE_ASKED, EXCHANGE_OPEN };

struct transcript {
	const struct memory *memory;
	struct observer observer;
	struct record *records;
	size_t count, room;
	struct buffer texts;
	struct buffer pending[2]; /* the unfinished line of each side */
	uint64_t first_ms, last_ms;
	bool started, tls, keep_secrets, is_short;
	enum exchange exchange;
	bool in_data, data_asked;
	void (*heard)(void *context, const struct transcript_event *event);
	void *heard_context;
};

static bool make_room(struct transcript *transcript)
{
	if (transcript->count < transcript->room)
		return true;
	size_t room = transcript->room == 0 ? 32 : transcript->room * 2;
	struct record *records = memory_resize(transcript->memory, transcript->records,
		transcript->room * sizeof *records, room * sizeof *records);
	if (records == NULL)
		return false;
	transcript->records = records;
	transcript->room = room;
	return true;
}

bool transcript_add(struct transcript *transcript, const struct transcript_event *event)
{
	size_t start = transcript->texts.len;
	if (!make_room(transcript) || !buffer_append_octets(&transcript->texts, event->text)) {
		transcript->is_short = true;
		return false;
	}
	struct record *record = &transcript->records[transcript->count++];
	record->event = *event;
	record->event.text.at = NULL;
	record->start = start;
	transcript->last_ms = event->at_ms;
	if (transcript->heard != NULL)
		transcript->heard(transcript->heard_context, transcript_at(transcript, transcript->count - 1));
	return true;
}

/* Adds an event with the time taken from the driver's clock. */
static void add_now(struct transcript *transcript, struct transcript_event event, uint64_t now_ms)
{
	if (!transcript->started) {
		transcript->started = true;
		transcript->first_ms = now_ms;
	}
	event.at_ms = now_ms >= transcript->first_ms ? now_ms - transcript->first_ms : 0;
	event.tls = transcript->tls;
	transcript_add(transcript, &event);
}

bool transcript_remark(struct transcript *transcript, const char *text)
{
	struct transcript_event event = {
		.kind = TRANSCRIPT_REMARK, .at_ms = transcript->last_ms, .text = octets_of(text)};
	return transcript_add(transcript, &event);
}

static void follow_server(struct transcript *transcript, struct octets line)
{
	bool last = line.len < 4 || line.at[3] != '-';
	if (!last)
		return;
	bool go_ahead = line.len >= 1 && line.at[0] == '3';
	if (transcript->exchange != EXCHANGE_NONE) {
		transcript->exchange = go_ahead ? EXCHANGE_OPEN : EXCHANGE_NONE;
	} else if (transcript->data_asked && go_ahead) {
		transcript->in_data = true;
		transcript->data_asked = false;
	}
}

/* The part of a client's line that may be shown: all of it, "AUTH NAME ", or nothing. */
static size_t shown_len(struct transcript *transcript, struct octets line)
{
	if (transcript->in_data) {
		if (octets_equal(line, octets_of(".")))
			transcript->in_data = false;
		return line.len;
	}
	if (transcript->exchange == EXCHANGE_OPEN)
		return octets_equal(line, octets_of("*")) ? line.len : 0;
	transcript->data_asked |= octets_equal_nocase(octets_trim(line), octets_of("DATA"));
	if (!octets_start_nocase(line, "AUTH ") && !octets_start_nocase(line, "AUTH="))
		return line.len;
	transcript->exchange = EXCHANGE_ASKED;
	size_t mechanism = 5;
	while (mechanism < line.len && line.at[mechanism] == ' ')
		mechanism++;
	size_t end = mechanism + octets_find(octets_from(line, mechanism), ' ');
	return end + 1 < line.len ? end + 1 : line.len;
}

static void add_line(struct transcript *transcript, enum wire_side side, struct octets line,
	enum line_end line_end, uint64_t now_ms)
{
	struct transcript_event event = {
		.kind = side == WIRE_CLIENT ? TRANSCRIPT_CLIENT : TRANSCRIPT_SERVER,
		.line_end = line_end,
		.text = line,
	};
	if (side == WIRE_SERVER) {
		follow_server(transcript, line);
		add_now(transcript, event, now_ms);
		return;
	}
	size_t shown = shown_len(transcript, line);
	if (shown == line.len || transcript->keep_secrets) {
		add_now(transcript, event, now_ms);
		return;
	}
	struct buffer masked;
	buffer_init(&masked, transcript->memory, TRANSCRIPT_LINE_MAX + 16);
	buffer_append(&masked, line.at, shown);
	buffer_append_text(&masked, "<secret>");
	event.text = buffer_octets(&masked);
	event.secret = true;
	if (buffer_failed(&masked))
		transcript->is_short = true;
	else
		add_now(transcript, event, now_ms);
	buffer_free(&masked);
}

/* Records the line that stands in `pending`, without its line end. */
static void take_line(struct transcript *transcript, enum wire_side side, bool complete, uint64_t now_ms)
{
	struct buffer *pending = &transcript->pending[side];
	struct octets line = buffer_octets(pending);
	enum line_end line_end = complete ? LINE_END_LF : LINE_END_NONE;
	if (complete && line.len > 0 && line.at[line.len - 1] == '\r') {
		line.len--;
		line_end = LINE_END_CRLF;
	}
	add_line(transcript, side, line, line_end, now_ms);
	buffer_clear(pending);
}

static void see_octets(void *context, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct transcript *transcript = context;
	struct buffer *pending = &transcript->pending[from];
	while (octets.len > 0) {
		size_t len = octets_find(octets, '\n');
		bool complete = len < octets.len;
		if (pending->len + len > TRANSCRIPT_LINE_MAX) {
			len = TRANSCRIPT_LINE_MAX - pending->len;
			complete = false;
		}
		if (!buffer_append(pending, octets.at, len))
			transcript->is_short = true;
		if (complete || pending->len == TRANSCRIPT_LINE_MAX)
			take_line(transcript, from, complete, now_ms);
		octets = octets_from(octets, len + (complete ? 1 : 0));
	}
}

static void flush_at(struct transcript *transcript, uint64_t now_ms)
{
	for (int side = 0; side < 2; side++) {
		if (transcript->pending[side].len > 0)
			take_line(transcript, (enum wire_side)side, false, now_ms);
	}
}

void transcript_flush(struct transcript *transcript)
{
	flush_at(transcript, transcript->first_ms + transcript->last_ms);
}

static void see_connected(void *context, const struct player_link *link, uint64_t now_ms)
{
	struct transcript *transcript = context;
	char text[256];
	snprintf(text, sizeof text, "%.100s to %.100s:%u", link->local_address, link->remote_address,
		(unsigned int)link->remote_port);
	transcript->tls = link->tls;
	transcript->exchange = EXCHANGE_NONE;
	transcript->in_data = transcript->data_asked = false;
	struct transcript_event event = {.kind = TRANSCRIPT_CONNECTED, .text = octets_of(text)};
	add_now(transcript, event, now_ms);
}

static void see_tls(void *context, const char *description, const char *why, uint64_t now_ms)
{
	struct transcript *transcript = context;
	flush_at(transcript, now_ms);
	transcript->tls = description != NULL;
	struct transcript_event event = {
		.kind = description != NULL ? TRANSCRIPT_TLS : TRANSCRIPT_TLS_FAILED,
		.text = octets_of(description != NULL ? description : why)};
	add_now(transcript, event, now_ms);
}

static void see_ended(void *context, enum wire_side by, enum wire_end how, uint64_t now_ms)
{
	struct transcript *transcript = context;
	flush_at(transcript, now_ms);
	struct transcript_event event = {.kind = TRANSCRIPT_ENDED, .side = by, .end = how};
	add_now(transcript, event, now_ms);
	transcript->tls = false;
}

struct transcript *transcript_new(const struct memory *memory, bool keep_secrets)
{
	struct transcript *transcript = memory_new(memory, 1, sizeof *transcript);
	if (transcript == NULL)
		return NULL;
	transcript->memory = memory;
	transcript->keep_secrets = keep_secrets;
	transcript->observer = (struct observer){transcript, see_connected, see_octets, see_tls, see_ended};
	buffer_init(&transcript->texts, memory, TRANSCRIPT_OCTETS_MAX);
	for (int side = 0; side < 2; side++)
		buffer_init(&transcript->pending[side], memory, TRANSCRIPT_LINE_MAX);
	return transcript;
}

void transcript_free(struct transcript *transcript)
{
	if (transcript == NULL)
		return;
	const struct memory *memory = transcript->memory;
	buffer_free(&transcript->texts);
	for (int side = 0; side < 2; side++)
		buffer_free(&transcript->pending[side]);
	memory_free(memory, transcript->records, transcript->room * sizeof *transcript->records);
	memory_free(memory, transcript, sizeof *transcript);
}

const struct observer *transcript_observer(struct transcript *transcript)
{
	return &transcript->observer;
}

void transcript_listen(struct transcript *transcript,
	void (*heard)(void *context, const struct transcript_event *event), void *context)
{
	transcript->heard = heard;
	transcript->heard_context = context;
}

size_t transcript_count(const struct transcript *transcript)
{
	return transcript->count;
}

const struct transcript_event *transcript_at(const struct transcript *transcript, size_t index)
{
	/* The text buffer moves as it grows: the pointer is set when the event is lent. */
	struct record *record = &transcript->records[index];
	record->event.text.at = transcript->texts.at + record->start;
	return &record->event;
}

bool transcript_is_short(const struct transcript *transcript)
{
	return transcript->is_short;
}
