/* conversation: transcripts made comparable, and compared. */
#include "conversation.h"

#include <stdio.h>
#include <string.h>

/* FNV-1a: what is compared was said by clients of ours, nobody seeks collisions. */
static uint64_t digest(uint64_t before, struct octets octets)
{
	uint64_t sum = before;
	for (size_t i = 0; i < octets.len; i++)
		sum = (sum ^ octets.at[i]) * UINT64_C(1099511628211);
	return sum;
}

static struct exchange_event read_event(const struct transcript_event *event)
{
	struct exchange_event read = {.words = UINT64_C(14695981039346656037)};
	uint8_t marks[] = {(uint8_t)event->kind, (uint8_t)event->line_end, (uint8_t)event->end};
	bool ended = event->kind == TRANSCRIPT_ENDED;
	read.of_server = event->kind == TRANSCRIPT_SERVER || event->kind == TRANSCRIPT_TLS_FAILED ||
			 (ended && event->side == WIRE_SERVER);
	if (event->kind == TRANSCRIPT_SERVER)
		snprintf(read.code, sizeof read.code, "%.*s",
			event->text.len < 4 ? (int)event->text.len : 4,
			event->text.len == 0 ? "" : (const char *)event->text.at);
	else if (read.of_server)
		snprintf(read.code, sizeof read.code, "end");
	read.words = digest(read.words, octets_make(marks, sizeof marks));
	if (event->kind == TRANSCRIPT_CLIENT || event->kind == TRANSCRIPT_CONNECTED)
		read.words = digest(read.words, event->text);
	return read;
}

static bool add(struct conversation *conversation, struct exchange_event event)
{
	if (conversation->count == conversation->room) {
		size_t room = conversation->room == 0 ? 32 : conversation->room * 2;
		struct exchange_event *events =
			memory_resize(conversation->memory, conversation->events,
				conversation->room * sizeof event, room * sizeof event);
		if (events == NULL)
			return false;
		conversation->events = events;
		conversation->room = room;
	}
	conversation->events[conversation->count++] = event;
	return true;
}

bool conversation_read(struct conversation *conversation, const struct memory *memory,
	const struct transcript *transcript)
{
	size_t said = 0;
	*conversation = (struct conversation){.memory = memory};
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		if (event->kind == TRANSCRIPT_REMARK)
			continue;
		struct exchange_event read = read_event(event);
		read.said = said;
		read.transcript = i;
		said += !read.of_server;
		if (!add(conversation, read))
			return false;
	}
	return true;
}

void conversation_free(struct conversation *conversation)
{
	if (conversation->memory != NULL)
		memory_free(conversation->memory, conversation->events,
			conversation->room * sizeof *conversation->events);
	*conversation = (struct conversation){.memory = NULL};
}

/* The next event of a side; NULL beyond the last. */
static const struct exchange_event *next(
	const struct conversation *conversation, size_t *at, bool of_server)
{
	while (*at < conversation->count && conversation->events[*at].of_server != of_server)
		(*at)++;
	return *at < conversation->count ? &conversation->events[(*at)++] : NULL;
}

/* So many words of both clients, from the first on, are the same. */
static size_t common_words(const struct conversation *one, const struct conversation *other)
{
	size_t count = 0, at = 0, other_at = 0;
	const struct exchange_event *words, *other_words;
	while ((words = next(one, &at, false)) != NULL &&
		(other_words = next(other, &other_at, false)) != NULL &&
		words->words == other_words->words)
		count++;
	return count;
}

bool conversations_contradict(const struct conversation *one, const struct conversation *other,
	const struct exchange_event **first, const struct exchange_event **second)
{
	size_t common = common_words(one, other), at = 0, other_at = 0;
	do {
		*first = next(one, &at, true);
		*second = next(other, &other_at, true);
		/*
		 * Both answers came behind words that are the same. One that is missing may only be
		 * late: a client that was refused has left, and did not wait for it.
		 */
		if (*first == NULL || *second == NULL || (*first)->said > common ||
			(*second)->said > common)
			return false;
	} while (strcmp((*first)->code, (*second)->code) == 0);
	return true;
}

/* ---- the same refusal ---- */

static bool is_answer(const struct transcript_event *event, unsigned int code)
{
	uint64_t number;
	return event->kind == TRANSCRIPT_SERVER && event->text.len >= 3 &&
	       octets_number(octets_cut(event->text, 3), &number) && number == code;
}

static struct octets verb_of(const struct transcript_event *event)
{
	return octets_cut(event->text, octets_find_text(event->text, octets_of(" ")));
}

/* The verb in front of the last answer with this code; empty where there is none. */
static struct octets refused_verb(const struct transcript *transcript, unsigned int code)
{
	struct octets verb = octets_of(""), refused = octets_of("");
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		if (event->kind == TRANSCRIPT_CLIENT)
			verb = verb_of(event);
		else if (is_answer(event, code))
			refused = verb;
	}
	return refused;
}

bool transcripts_share_refusal(
	const struct transcript *one, const struct transcript *other, unsigned int code)
{
	struct octets refused = refused_verb(one, code), verb = octets_of("");
	for (size_t i = 0; refused.len > 0 && i < transcript_count(other); i++) {
		const struct transcript_event *event = transcript_at(other, i);
		if (event->kind == TRANSCRIPT_CLIENT)
			verb = verb_of(event);
		else if (is_answer(event, code) && octets_equal_nocase(verb, refused))
			return true;
	}
	return false;
}
