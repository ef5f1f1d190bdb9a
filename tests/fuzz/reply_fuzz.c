/*
 * reply: however the octets are cut, the same reply comes of them; every line of a reply has its
 * code; what is kept stays within its limits, and what people see is printable.
 */
#include <stdlib.h>
#include <string.h>

#include "reply.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void require(bool held)
{
	if (!held)
		abort();
}

/* Reads one reply in pieces of `cut` octets; *used is where it ends. */
static enum reply_state read_reply(
	struct reply_reader *reader, struct octets in, size_t cut, size_t *used)
{
	enum reply_state state = REPLY_MORE;
	*used = 0;
	while (state == REPLY_MORE && *used < in.len) {
		size_t part;
		state = reply_reader_feed(reader, octets_cut(octets_from(in, *used), cut), &part);
		*used += part;
	}
	return state;
}

/* The three digits of the first line stand in front of every line. */
static void check_lines(const struct reply *reply, struct octets in)
{
	char digits[4] = {(char)('0' + reply->code / 100), (char)('0' + reply->code / 10 % 10),
		(char)('0' + reply->code % 10), 0};
	while (in.len > 0) {
		require(octets_start_nocase(in, digits));
		in = octets_from(in, octets_find(in, '\n') + 1);
	}
}

static void check_shown(const struct reply *reply)
{
	struct buffer shown;
	buffer_init(&shown, &memory_standard, 16 << 20);
	require(reply_show(reply, &shown));
	require(text_is_utf8(buffer_octets(&shown)));
	for (size_t i = 0; i < shown.len; i++)
		require(shown.at[i] >= ' ' || shown.at[i] == '\n');
	buffer_free(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets in = octets_make(at, len);
	struct reply_reader whole, cut;
	size_t used_whole, used_cut, step = len == 0 ? 1 : 1U + at[len - 1] % 7U;
	reply_reader_init(&whole, &memory_standard);
	reply_reader_init(&cut, &memory_standard);
	enum reply_state state = read_reply(&whole, in, len + 1, &used_whole);
	require(read_reply(&cut, in, step, &used_cut) == state);
	require(state != REPLY_MEMORY);
	if (state == REPLY_DONE) {
		require(used_whole == used_cut && whole.reply.code == cut.reply.code);
		require(octets_equal(whole.reply.text, cut.reply.text));
		check_lines(&whole.reply, octets_cut(in, used_whole));
		check_shown(&whole.reply);
	}
	reply_reader_free(&whole);
	reply_reader_free(&cut);
	return 0;
}
