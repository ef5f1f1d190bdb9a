/*
 * mbox: any cut of a box gives the same messages, one behind the other and within the box; and
 * quotes are taken away as reading line by line takes them.
 *
 * The input: an octet for the format, one for the length of a piece, one for the room that
 * unquoting gets; then the box.
 */
#include "fuzz.h"

#include "msub_mbox.h"

struct told {
	struct octets box;
	struct buffer text; /* what was told, as octets */
	uint64_t end;
	size_t stop; /* so many messages are wanted */
};

static bool take(void *context, const struct mbox_message *message)
{
	struct told *told = context;
	require(message->start >= told->end && message->end >= message->start);
	require(message->end <= told->box.len);
	told->end = message->end;
	uint64_t numbers[] = {message->start, message->end, message->line};
	buffer_append(&told->text, numbers, sizeof numbers);
	buffer_append_octets(&told->text, octets_of(message->sender));
	return --told->stop > 0;
}

static bool ends_at(void *context, uint64_t offset)
{
	const struct told *told = context;
	if (offset > told->box.len)
		return false;
	struct octets rest = octets_from(told->box, (size_t)offset);
	if (rest.len > 0 && rest.at[0] == '\n')
		rest = octets_from(rest, 1);
	return offset == told->box.len || (rest.len >= 5 && memcmp(rest.at, "From ", 5) == 0);
}

static enum mbox_result split(struct told *told, enum mbox_format format, size_t piece)
{
	const struct mbox_taker taker = {.context = told, .take = take, .ends_at = ends_at};
	enum mbox_result result = MBOX_TAKEN;
	struct octets left = told->box;
	struct mbox mbox;
	buffer_init(&told->text, &memory_standard, 1 << 24);
	mbox_begin(&mbox, format, &taker);
	while (left.len > 0 && result == MBOX_TAKEN) {
		struct octets part = take_piece(&left, piece);
		char *copy = copy_text(part);
		result = mbox_take(&mbox, copy, part.len);
		free(copy);
	}
	return result == MBOX_TAKEN ? mbox_end(&mbox) : result;
}

static void check_split(struct octets box, enum mbox_format format, size_t piece, size_t stop)
{
	struct told whole = {.box = box, .stop = stop}, cut = whole;
	enum mbox_result result = split(&whole, format, SIZE_MAX);
	require(split(&cut, format, piece) == result);
	require(octets_equal(buffer_octets(&whole.text), buffer_octets(&cut.text)));
	buffer_free(&whole.text);
	buffer_free(&cut.text);
}

/* ---- quotes ---- */

static void unquote_lines(struct octets box, struct buffer *to)
{
	while (box.len > 0) {
		size_t end = octets_find(box, '\n'), quotes = 0;
		struct octets line = take_piece(&box, end + 1);
		while (quotes < line.len && line.at[quotes] == '>')
			quotes++;
		struct octets word = octets_from(line, quotes);
		if (quotes > 0 && word.len >= 5 && memcmp(word.at, "From ", 5) == 0)
			line = octets_from(line, 1);
		buffer_append_octets(to, line);
	}
}

static void check_unquoting(struct octets box, size_t piece, size_t room)
{
	struct mbox_unquoting unquoting = {0};
	struct buffer want, got;
	size_t given = 1;
	buffer_init(&want, &memory_standard, 1 << 24);
	buffer_init(&got, &memory_standard, 1 << 24);
	unquote_lines(box, &want);
	while (box.len > 0 || given > 0) {
		char *to = malloc(room);
		struct octets part = octets_cut(box, piece);
		require(to != NULL);
		size_t used = mbox_unquote(&unquoting, (const char *)part.at, part.len,
			part.len == box.len, to, room, &given);
		require(given <= room && used <= part.len &&
			(used > 0 || given > 0 || box.len == 0));
		buffer_append(&got, to, given);
		box = octets_from(box, used);
		free(to);
	}
	require(octets_equal(buffer_octets(&want), buffer_octets(&got)));
	buffer_free(&want);
	buffer_free(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets box = octets_make(at, len);
	uint8_t bits = take_octet(&box);
	size_t piece = take_octet(&box) + 1u, room = take_octet(&box) + 1u;
	check_split(box, (enum mbox_format)(bits % 3), piece, bits >= 128 ? 2 : SIZE_MAX);
	check_split(box, (enum mbox_format)(bits % 3), 1, SIZE_MAX);
	check_unquoting(box, piece, room);
	return 0;
}
