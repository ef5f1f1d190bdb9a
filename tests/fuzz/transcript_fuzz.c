/*
 * transcript: what a reader takes, its writer writes so that it is read as the same again, in both
 * forms; and the referee survives whatever was read.
 */
#include <stdlib.h>

#include "referee.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void must(bool held)
{
	if (!held)
		abort();
}

static void judge(const struct transcript *transcript)
{
	static const struct referee_settings settings = {true, true, true};
	struct referee *referee = referee_new(&memory_standard, &settings);
	must(referee != NULL);
	referee_hear_all(referee, transcript);
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		if ((referee_broken(referee) & UINT64_C(1) << i) != 0)
			must(referee_first(referee, (enum rule)i) < transcript_count(transcript));
	}
	referee_free(referee);
}

/* Written, read and written again, it is the same. */
static void there_and_back(const struct transcript *transcript)
{
	static const struct transcript_style style = {.times = true};
	struct transcript *from_text = transcript_new(&memory_standard, false);
	struct transcript *from_json = transcript_new(&memory_standard, false);
	struct buffer text, json, again;
	size_t line;
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	buffer_init(&json, &memory_standard, SIZE_MAX / 2);
	buffer_init(&again, &memory_standard, SIZE_MAX / 2);
	must(transcript_write(&text, transcript, &style));
	must(transcript_read(from_text, buffer_octets(&text), &line));
	must(transcript_write(&again, from_text, &style));
	must(octets_equal(buffer_octets(&again), buffer_octets(&text)));
	must(transcript_write_json(&json, transcript));
	must(transcript_read_json(from_json, buffer_octets(&json), &line));
	buffer_clear(&again);
	must(transcript_write(&again, from_json, &style));
	must(octets_equal(buffer_octets(&again), buffer_octets(&text)));
	buffer_free(&text);
	buffer_free(&json);
	buffer_free(&again);
	transcript_free(from_text);
	transcript_free(from_json);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct transcript *transcript = transcript_new(&memory_standard, false);
	struct octets input = octets_make(at, len);
	size_t line;
	must(transcript != NULL);
	bool json = len > 0 && at[0] == '{';
	if (json ? transcript_read_json(transcript, input, &line) : transcript_read(transcript, input, &line))
		there_and_back(transcript);
	judge(transcript);
	transcript_free(transcript);
	return 0;
}
