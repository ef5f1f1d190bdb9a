/* mbox: line after line, of which only the head is looked at. */
#include "msub_mbox.h"

#include <string.h>
#include <strings.h>

static const char separator[] = "From ";
enum { SEPARATOR_LEN = sizeof separator - 1 };

void mbox_begin(struct mbox *mbox, enum mbox_format format, const struct mbox_taker *taker)
{
	*mbox = (struct mbox){.format = format, .taker = *taker, .behind_empty = true, .number = 1};
}

static bool is_separator(const struct mbox *mbox)
{
	return mbox->behind_empty && mbox->head_len >= SEPARATOR_LEN &&
	       memcmp(mbox->head, separator, SEPARATOR_LEN) == 0;
}

static bool is_empty(const struct mbox *mbox)
{
	return (mbox->head_len == 1 && mbox->head[0] == '\n') ||
	       (mbox->head_len == 2 && mbox->head[0] == '\r' && mbox->head[1] == '\n');
}

/* "From ann@example.org Thu Jan  1 00:00:00 1970": the word behind "From ". */
static void read_sender(struct mbox *mbox)
{
	char *sender = mbox->message.sender;
	size_t len = 0;
	while (SEPARATOR_LEN + len < mbox->head_len && mbox->head[SEPARATOR_LEN + len] > ' ')
		len++;
	memcpy(sender, mbox->head + SEPARATOR_LEN, len);
	sender[len] = 0;
	/* what mail programs write for a bounce, which has no sender */
	if (strcasecmp(sender, "MAILER-DAEMON") == 0 || strcmp(sender, "<>") == 0)
		sender[0] = 0;
}

static void begin_message(struct mbox *mbox)
{
	read_sender(mbox);
	mbox->message.line = mbox->number;
	mbox->message.start = mbox->offset + mbox->length;
	mbox->inside = mbox->in_header = true;
	mbox->has_content_length = false;
	mbox->skip_to = 0;
}

/* The empty line in front of `end` is the file's. */
static bool end_message(struct mbox *mbox, uint64_t end)
{
	mbox->message.end = end - mbox->empty_len;
	if (mbox->message.end < mbox->message.start)
		mbox->message.end = mbox->message.start;
	return mbox->taker.take(mbox->taker.context, &mbox->message);
}

static void read_content_length(struct mbox *mbox)
{
	static const char name[] = "Content-Length:";
	size_t at = sizeof name - 1;
	uint64_t number = 0;
	if (mbox->head_len <= at || strncasecmp(mbox->head, name, at) != 0)
		return;
	while (at < mbox->head_len && (mbox->head[at] == ' ' || mbox->head[at] == '\t'))
		at++;
	size_t first = at;
	for (; at < mbox->head_len && mbox->head[at] >= '0' && mbox->head[at] <= '9'; at++) {
		if (number > UINT64_MAX / 100)
			return;
		number = 10 * number + (uint64_t)(mbox->head[at] - '0');
	}
	mbox->has_content_length = at > first;
	mbox->content_length = number;
}

/* Behind the header; what Content-Length leads to is looked at before it is believed. */
static void end_header(struct mbox *mbox)
{
	uint64_t body = mbox->offset + mbox->length;
	mbox->in_header = false;
	if (!mbox->has_content_length || mbox->content_length > UINT64_MAX - body)
		return;
	uint64_t end = body + mbox->content_length;
	if (mbox->taker.ends_at(mbox->taker.context, end))
		mbox->skip_to = end;
}

static enum mbox_result take_line(struct mbox *mbox)
{
	enum mbox_result result = MBOX_TAKEN;
	bool empty = is_empty(mbox), skipped = mbox->offset < mbox->skip_to;
	/* A body may end without an empty line where its length is known. */
	bool at_end = mbox->skip_to != 0 && mbox->offset == mbox->skip_to;
	mbox->behind_empty = mbox->behind_empty || at_end;
	if (!skipped && is_separator(mbox)) {
		if (at_end)
			mbox->empty_len = 0;
		if (mbox->inside && !end_message(mbox, mbox->offset))
			return MBOX_STOPPED;
		begin_message(mbox);
	} else if (!mbox->inside) {
		result = MBOX_IS_NONE;
	} else if (mbox->in_header) {
		if (mbox->format == MBOX_CL)
			read_content_length(mbox);
		if (empty)
			end_header(mbox);
	}
	mbox->behind_empty = empty && !skipped;
	mbox->empty_len = mbox->behind_empty ? mbox->length : 0;
	mbox->offset += mbox->length;
	mbox->number++;
	mbox->length = 0;
	mbox->head_len = 0;
	return result;
}

enum mbox_result mbox_take(struct mbox *mbox, const char *at, size_t len)
{
	while (len > 0) {
		const char *line_end = memchr(at, '\n', len);
		size_t part = line_end == NULL ? len : (size_t)(line_end - at) + 1;
#ifdef HANDSET_PLANT_MBOX /* only the first piece of a line makes its head */
		if (mbox->length > 0)
			mbox->head_len = 0;
#endif
		size_t room = sizeof mbox->head - mbox->head_len, head = part < room ? part : room;
		memcpy(mbox->head + mbox->head_len, at, head);
		mbox->head_len += head;
		mbox->length += part;
		at += part;
		len -= part;
		enum mbox_result result = line_end == NULL ? MBOX_TAKEN : take_line(mbox);
		if (result != MBOX_TAKEN)
			return result;
	}
	return MBOX_TAKEN;
}

enum mbox_result mbox_end(struct mbox *mbox)
{
	enum mbox_result result = mbox->length > 0 ? take_line(mbox) : MBOX_TAKEN;
	if (result != MBOX_TAKEN || !mbox->inside)
		return result;
	/* With a length that leads to here, an empty line may be the message's own. */
	if (mbox->skip_to == mbox->offset)
		mbox->empty_len = 0;
	return end_message(mbox, mbox->offset) ? MBOX_TAKEN : MBOX_STOPPED;
}

/* ---- taking quotes away ---- */

/* What was held back is given: `quotes` of them, then a part of "From ". */
static void release(struct mbox_unquoting *unquoting, uint64_t quotes)
{
	unquoting->owed = quotes;
	unquoting->owed_word = unquoting->matched;
	unquoting->given_word = 0;
	unquoting->quotes = 0;
	unquoting->matched = 0;
	unquoting->where = UNQUOTING_REST;
}

static size_t give_owed(struct mbox_unquoting *unquoting, char *to, size_t room)
{
	size_t given = 0;
	for (; given < room && unquoting->owed > 0; unquoting->owed--)
		to[given++] = '>';
	while (given < room && unquoting->given_word < unquoting->owed_word)
		to[given++] = separator[unquoting->given_word++];
	return given;
}

static bool is_owing(const struct mbox_unquoting *unquoting)
{
	return unquoting->owed > 0 || unquoting->given_word < unquoting->owed_word;
}

/* One octet at a line's front, held back or (false) not: then it is still to be taken. */
static bool hold(struct mbox_unquoting *unquoting, char octet)
{
	if (unquoting->where == UNQUOTING_START && octet == '>') {
		unquoting->quotes++;
		return true;
	}
	unquoting->where = UNQUOTING_WORD;
	if (octet == separator[unquoting->matched]) {
		if (++unquoting->matched == SEPARATOR_LEN)
			release(unquoting, unquoting->quotes > 0 ? unquoting->quotes - 1 : 0);
		return true;
	}
	release(unquoting, unquoting->quotes);
	return false;
}

size_t mbox_unquote(struct mbox_unquoting *unquoting, const char *at, size_t len, bool last,
	char *to, size_t room, size_t *given)
{
	size_t used = 0, out = 0;
	for (;;) {
		out += give_owed(unquoting, to + out, room - out);
		if (is_owing(unquoting) || out == room)
			break;
		if (used == len) {
			if (!last || (unquoting->quotes == 0 && unquoting->matched == 0))
				break;
			release(unquoting, unquoting->quotes);
		} else if (unquoting->where != UNQUOTING_REST) {
			used += hold(unquoting, at[used]);
		} else {
			const char *line_end = memchr(at + used, '\n', len - used);
			size_t part = line_end == NULL ? len - used
						       : (size_t)(line_end - (at + used)) + 1;
			if (part > room - out)
				part = room - out;
			memcpy(to + out, at + used, part);
			out += part;
			used += part;
			if (to[out - 1] == '\n')
				unquoting->where = UNQUOTING_START;
		}
	}
	*given = out;
	return used;
}
