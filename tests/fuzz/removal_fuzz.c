/*
 * removal: Bcc fields leave a header, and nothing else; any cut gives the same, and the same as
 * looking at one line after the other. Whether a header is UTF-8 does not hang on cuts either.
 *
 * The input: an octet for the length of a piece; then the message.
 */
#include "fuzz.h"

#include "header.h"
#include "removal.h"

static void keep_run(void *context, struct octets run, bool stays)
{
	(void)stays;
	require(run.len > 0);
	buffer_append_octets(context, run);
}

static void filter(struct octets message, size_t piece, struct buffer *to)
{
	struct removal removal = {.in_header = true};
	buffer_init(to, &memory_standard, 1 << 24);
	while (message.len > 0) {
		struct octets part = take_piece(&message, piece);
		char *copy = copy_text(part);
		removal_feed(&removal, octets_make(copy, part.len), false, keep_run, to);
		free(copy);
	}
	removal_end(&removal, keep_run, to);
}

/* A line with its end: CR LF, CR or LF. */
static struct octets take_line(struct octets *left)
{
	size_t end = 0;
	while (end < left->len && left->at[end] != '\r' && left->at[end] != '\n')
		end++;
	bool both = end + 1 < left->len && left->at[end] == '\r' && left->at[end + 1] == '\n';
	return take_piece(left, end + 1 + both);
}

static bool is_bcc(struct octets line)
{
	size_t at = 3;
	if (!octets_start_nocase(line, "Bcc"))
		return false;
	while (at < line.len && at + 1 < REMOVAL_HELD && octet_is_blank(line.at[at]))
		at++;
	return at < line.len && (line.at[at] == ':' || at + 1 >= REMOVAL_HELD);
}

static void filter_lines(struct octets message, struct buffer *to)
{
	bool drops = false;
	buffer_init(to, &memory_standard, 1 << 24);
	while (message.len > 0) {
		struct octets before = message, line = take_line(&message);
		if (line.at[0] == '\r' || line.at[0] == '\n') {
			buffer_append_octets(to, before);
			return;
		}
		if (!octet_is_blank(line.at[0]))
			drops = is_bcc(line);
		if (!drops)
			buffer_append_octets(to, line);
	}
}

static void check_header(struct octets message, size_t piece)
{
	struct header whole = {0}, cut = {0};
	header_feed(&whole, message);
	while (message.len > 0)
		header_feed(&cut, take_piece(&message, piece));
	require(header_is_utf8(&whole) == header_is_utf8(&cut));
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets message = octets_make(at, len);
	size_t pieces[] = {SIZE_MAX, 1, take_octet(&message) % 80 + 1u};
	struct buffer want;
	filter_lines(message, &want);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct buffer got;
		filter(message, pieces[i], &got);
		require(octets_equal(buffer_octets(&got), buffer_octets(&want)));
		buffer_free(&got);
		check_header(message, pieces[i]);
	}
	buffer_free(&want);
	return 0;
}
