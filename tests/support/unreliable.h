/*
 * unreliable: servers that are not the same each time, for a ground in memory.
 *
 * Of two server profiles, the good and the bad one, each connection gets one: at random, the bad
 * one first or last, in turn, or nobody answers any more.
 */
#ifndef SUPPORT_UNRELIABLE_H
#define SUPPORT_UNRELIABLE_H

#include "memory_ground.h"
#include "profile_fixture.h"
#include "random.h"

enum unreliable_way { AT_RANDOM, FIRST_ONES, AFTER, EVERY_OTHER, BANS };

struct unreliable {
	const struct profile *good, *bad;
	enum unreliable_way how;
	unsigned int number; /* per cent; or connections */
	struct random random;
};

/* memory_ground_settings.choose; `context` is a struct unreliable. */
static inline const struct server_profile *unreliable_choose(void *context, size_t number)
{
	struct unreliable *unreliable = context;
	bool bad = false;
	switch (unreliable->how) {
	case AT_RANDOM:
		bad = random_below(&unreliable->random, 100) < unreliable->number;
		break;
	case FIRST_ONES:
		bad = number <= unreliable->number;
		break;
	case AFTER:
		bad = number > unreliable->number;
		break;
	case EVERY_OTHER:
		bad = number % 2 == unreliable->number;
		break;
	case BANS:
		if (number > unreliable->number)
			return NULL;
		break;
	}
	return profile_server(bad ? unreliable->bad : unreliable->good);
}

/* A server profile with a name and evidence put to it. */
static inline struct profile *unreliable_load(const char *faults)
{
	struct buffer errors, text;
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile_source source = catalogue_source(catalogue);
	buffer_init(&text, &memory_standard, 65536);
	buffer_init(&errors, &memory_standard, 65536);
	buffer_format(&text,
		"name: made for a test\n%s\nevidence: [{test: here, shows: [faults, refuses, replies]}]\n",
		faults);
	struct profile *profile = profile_load_text(&memory_standard, PROFILE_SERVER, "test.yaml",
		buffer_octets(&text), &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&text);
	buffer_free(&errors);
	catalogue_close(catalogue);
	return profile;
}

enum { REFUSAL_COUNT = 7 };

/* A server that refuses everybody somewhere, each in its own way. */
static inline struct profile *unreliable_refusal(size_t index)
{
	static const char *const refusals[REFUSAL_COUNT] = {
		"based-on: lenient\nfaults: [{at: recipient, times: 0, reply: \"550 no\"}]",
		"based-on: lenient\nfaults: [{at: recipient, times: 0, reply: \"450 4.2.0 Greylisted\"}]",
		"based-on: lenient\nfaults: [{at: auth, times: 0, reply: \"454 4.7.0 Temporary failure\"}]",
		"based-on: lenient\nfaults: [{at: greeting, times: 0, reply: \"421 too many\", then: close}]",
		"based-on: lenient\nfaults: [{at: mail, times: 0, then: drop}]",
		"based-on: lenient\nfaults: [{at: end, times: 0, reply: \"451 try later\"}]",
		"based-on: lenient\nfaults: [{at: hello, times: 0, reply: \"501 no such name\"}]",
	};
	return unreliable_load(refusals[index]);
}

#endif
