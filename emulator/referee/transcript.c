/* transcript: from octets to lines, with the secrets taken out on the way. */
#include "transcript.h"

#include "chunk_line.h"
#include "secrets.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

struct record {
	struct transcript_event event; /* event.text.at is filled in when it is lent */
	size_t start;		       /* of its text in `texts` */
};

struct transcript {
	const struct memory *memory;
	struct observer observer;
	struct record *records;
	size_t count, room;
	struct buffer texts;
	struct buffer pending[2]; /* the unfinished line of each side */
	uint64_t first_ms, last_ms;
	bool started, tls, keep_secrets, is_short;
	/*
	 * What a client says from AUTH to the reply that ends the exchange is secret, also where
	 * it did not wait for the 334; and so is a server's text that repeats it.
	 */
	bool in_exchange, in_data, data_asked;
	uint64_t
		chunk_left; /* octets of a chunk that have not passed: content, whatever they say */
	struct secrets secrets;	  /* of this exchange */
	struct secrets concealed; /* of all */
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
		transcript->heard(transcript->heard_context,
			transcript_at(transcript, transcript->count - 1));
	return true;
}

struct transcript *transcript_copy(const struct memory *memory, const struct transcript *transcript)
{
	struct transcript *copy = transcript_new(memory, transcript->keep_secrets);
	for (size_t i = 0; copy != NULL && i < transcript->count; i++) {
		if (!transcript_add(copy, transcript_at(transcript, i))) {
			transcript_free(copy);
			copy = NULL;
		}
	}
	return copy;
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
	if (transcript->in_exchange) {
		transcript->in_exchange = go_ahead;
	} else if (transcript->data_asked && go_ahead) {
		transcript->in_data = true;
		transcript->data_asked = false;
	}
}

static size_t blanks(struct octets line, size_t at)
{
	size_t from = at;
	while (at < line.len && octet_is_blank(line.at[at]))
		at++;
	return at - from;
}

static size_t word_end(struct octets line, size_t at)
{
	while (at < line.len && !octet_is_blank(line.at[at]))
		at++;
	return at;
}

/* Where the secret of an AUTH command begins: behind the mechanism; 0 where it is no AUTH. */
static size_t secret_of_auth(struct octets line)
{
	size_t verb = blanks(line, 0);
	struct octets rest = octets_from(line, verb);
	if (!octets_start_nocase(rest, "AUTH") || rest.len < 5 ||
		!(octet_is_blank(rest.at[4]) || rest.at[4] == '='))
		return 0;
	size_t mechanism = verb + 5 + blanks(line, verb + 5);
	size_t end = word_end(line, mechanism);
	return end + blanks(line, end);
}

static void remember(struct transcript *transcript, struct octets said)
{
	transcript->is_short |= !secrets_remember(&transcript->secrets, said);
}

/* The part of a client's line that may be shown: all of it, "AUTH NAME ", or nothing. */
static size_t shown_len(struct transcript *transcript, struct octets line)
{
	if (transcript->in_data) {
		if (octets_equal(line, octets_of(".")))
			transcript->in_data = false;
		return line.len;
	}
	if (transcript->in_exchange) {
		if (octets_equal(line, octets_of("*")))
			return line.len;
		remember(transcript, line);
		return 0;
	}
	struct chunk_line chunk;
	if (chunk_line_read(line, &chunk))
		transcript->chunk_left = chunk.size;
	transcript->data_asked |= octets_equal_nocase(octets_trim(line), octets_of("DATA"));
	size_t secret = secret_of_auth(line);
	if (secret == 0)
		return line.len;
	transcript->in_exchange = true;
	remember(transcript, octets_from(line, secret));
	return secret;
}

/* The reply code at the front, which readers judge by: it is shown whatever the password is. */
static size_t code_len(struct octets line)
{
	size_t len = 0;
	while (len < 3 && len < line.len && line.at[len] >= '0' && line.at[len] <= '9')
		len++;
	return len == 3 ? len : 0;
}

/* What was said comes first: the password may be a part of it, and the rest is secret as well. */
static bool mask_server(struct transcript *transcript, struct octets line, struct buffer *masked)
{
	const struct secrets *said = &transcript->secrets, *concealed = &transcript->concealed;
	struct buffer once;
	buffer_init(&once, transcript->memory, 4 * TRANSCRIPT_LINE_MAX);
	bool found = secrets_are_kept(said) && secrets_mask(said, line, &once);
	struct octets left = found ? buffer_octets(&once) : line;
	if (buffer_failed(&once)) {
		transcript->is_short = true;
		buffer_append_text(masked, "<secret>");
	} else if (found || secrets_may_be_in(concealed, left)) {
		size_t code = code_len(left);
		buffer_append(masked, left.at, code);
		found |= secrets_mask(concealed, octets_from(left, code), masked);
	}
	found |= buffer_failed(&once);
	buffer_free(&once);
	return found;
}

/* Fills `masked` with what may be shown of the line; true where that is not all of it. */
static bool mask(struct transcript *transcript, enum wire_side side, struct octets line,
	struct buffer *masked)
{
	if (side == WIRE_SERVER) {
		bool found = mask_server(transcript, line, masked);
		bool was_in_exchange = transcript->in_exchange;
		follow_server(transcript, line);
		/* after a login that succeeded, a user's name in a reply is no secret */
		if (was_in_exchange && !transcript->in_exchange && octets_start_nocase(line, "235"))
			secrets_forget(&transcript->secrets);
		return found;
	}
	size_t shown = shown_len(transcript, line);
	if (shown == line.len)
		return false;
	buffer_append(masked, line.at, shown);
	return buffer_append_text(masked, "<secret>") || buffer_failed(masked);
}

static void add_line(struct transcript *transcript, enum wire_side side, struct octets line,
	enum line_end line_end, uint64_t now_ms)
{
	struct transcript_event event = {
		.kind = side == WIRE_CLIENT ? TRANSCRIPT_CLIENT : TRANSCRIPT_SERVER,
		.line_end = line_end,
		.text = line,
	};
	if (side == WIRE_CLIENT && transcript->chunk_left > 0) {
		transcript->chunk_left -= chunk_line_octets(&event);
		add_now(transcript, event, now_ms);
		return;
	}
	struct buffer masked;
	buffer_init(&masked, transcript->memory, 4 * TRANSCRIPT_LINE_MAX);
	if (mask(transcript, side, line, &masked) && !transcript->keep_secrets) {
		event.text = buffer_octets(&masked);
		event.secret = true;
	}
	if (buffer_failed(&masked))
		transcript->is_short = true;
	else
		add_now(transcript, event, now_ms);
	buffer_free(&masked);
}

/* Records the line that stands in `pending`, without its line end. */
static void take_line(
	struct transcript *transcript, enum wire_side side, bool complete, uint64_t now_ms)
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

/* How many of the octets belong to the line in hand, the LF left out, and whether it is complete.
 */
static size_t part_of_line(const struct transcript *transcript, enum wire_side from,
	struct octets octets, bool *complete)
{
	size_t pending = transcript->pending[from].len;
	size_t room = TRANSCRIPT_LINE_MAX - pending;
	size_t len = octets_find(octets, '\n');
	bool in_chunk = from == WIRE_CLIENT && transcript->chunk_left > 0;
	if (in_chunk && transcript->chunk_left - pending < room)
		room = (size_t)transcript->chunk_left - pending;
	/* the LF that would be the first octet behind a chunk is not the chunk's */
	*complete = len < octets.len && len + (in_chunk ? 1 : 0) <= room;
	return len < room ? len : room;
}

static bool is_full(const struct transcript *transcript, enum wire_side side)
{
	size_t len = transcript->pending[side].len;
	return len == TRANSCRIPT_LINE_MAX ||
	       (side == WIRE_CLIENT && len > 0 && len == transcript->chunk_left);
}

static void see_octets(void *context, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct transcript *transcript = context;
	while (octets.len > 0) {
		bool complete;
		size_t len = part_of_line(transcript, from, octets, &complete);
		if (!buffer_append(&transcript->pending[from], octets.at, len))
			transcript->is_short = true;
		if (complete || is_full(transcript, from))
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
	snprintf(text, sizeof text, "%.100s to %.100s:%u", link->local_address,
		link->remote_address, (unsigned int)link->remote_port);
	transcript->tls = false;
	transcript->in_exchange = transcript->in_data = transcript->data_asked = false;
	transcript->chunk_left = 0;
	secrets_forget(&transcript->secrets);
	struct transcript_event event = {.kind = TRANSCRIPT_CONNECTED, .text = octets_of(text)};
	add_now(transcript, event, now_ms);
}

static void see_tls(void *context, const char *description, const char *why, uint64_t now_ms)
{
	struct transcript *transcript = context;
	flush_at(transcript, now_ms);
	transcript->tls = description != NULL;
	transcript->chunk_left = 0;
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
	transcript->observer =
		(struct observer){transcript, see_connected, see_octets, see_tls, see_ended};
	buffer_init(&transcript->texts, memory, TRANSCRIPT_OCTETS_MAX);
	secrets_init(&transcript->secrets, memory);
	secrets_init(&transcript->concealed, memory);
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
	secrets_free(&transcript->secrets);
	secrets_free(&transcript->concealed);
	for (int side = 0; side < 2; side++)
		buffer_free(&transcript->pending[side]);
	memory_free(memory, transcript->records, transcript->room * sizeof *transcript->records);
	memory_free(memory, transcript, sizeof *transcript);
}

bool transcript_conceal(struct transcript *transcript, struct octets password)
{
	return secrets_remember_password(&transcript->concealed, password);
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

void *transcript_listener(const struct transcript *transcript)
{
	return transcript->heard_context;
}

size_t transcript_count(const struct transcript *transcript)
{
	return transcript->count;
}

const struct transcript_event *transcript_at(const struct transcript *transcript, size_t index)
{
	/* The text buffer moves as it grows: the pointer is set when the event is lent. */
	struct record *record = &transcript->records[index];
	bool none = transcript->texts.at == NULL; /* every text so far is empty */
	record->event.text.at = none ? (const uint8_t *)"" : transcript->texts.at + record->start;
	return &record->event;
}

bool transcript_is_short(const struct transcript *transcript)
{
	return transcript->is_short;
}
