/* transfer: line ends, dots and writes of a body, given and composed. */
#include "transfer.h"
#include "check.h"
#include "phone_fixture.h"

static void writes_keep_their_ends(void)
{
	struct writes writes;
	writes_init(&writes, &memory_standard);
	CHECK(!writes_pending(&writes));
	writes_end(&writes);
	CHECK(!writes_pending(&writes));
	writes_add(&writes, octets_of("ab"));
	writes_add(&writes, octets_of("c"));
	writes_end(&writes);
	writes_end(&writes);
	writes_add(&writes, octets_of("de"));
	writes_end(&writes);
	CHECK_OCTETS(writes_now(&writes), octets_of("abc"));
	writes_sent(&writes, 2);
	CHECK_OCTETS(writes_now(&writes), octets_of("c"));
	writes_sent(&writes, 9);
	CHECK_OCTETS(writes_now(&writes), octets_of("de"));
	writes_sent(&writes, 2);
	CHECK(!writes_pending(&writes));
	CHECK_INT(writes_now(&writes).len, 0);
	writes_free(&writes);
}

static void sizes(void)
{
	static const struct {
		const char *profile, *content;
		uint64_t size;
	} rows[] = {{"correct", "", 0}, {"correct", "a", 3},
		{"correct", "a\n.b\r\n\rc", 3 + 4 + 2 + 3},
		{"data: {line-ends: lf}", "a\r\nb\n\rc", 7},
		{"data: {line-ends: as-is}", "a\r\nb\nc", 8},
		{"data: {line-ends: as-is}", "a\r", 4},
		{"data: {before-dot: \"xyz\"}", "a\r\n", 6}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct octets content = octets_of(rows[i].content);
		struct transfer transfer;
		struct writes writes;
		check_case("row %zu", i);
		CHECK_INT(transfer_size(profile_client(profile), content, false), rows[i].size);
		/* and what is sent is as long, doubled dots and the dot line apart */
		transfer_init(&transfer, profile_client(profile), content, octets_make(NULL, 0), 0);
		writes_init(&writes, &memory_standard);
		while (transfer_make(&transfer, &writes) == TRANSFER_GOING)
			;
		size_t dots = octets_find(content, '.') < content.len;
		CHECK_INT(writes.octets.len, rows[i].size + dots + 3);
		writes_free(&writes);
		profile_free(profile);
	}
}

/* Blocks are bounded, and dots at the start of a line are found across them. */
static void long_bodies(void)
{
	struct profile *profile = phone_fixture_profile("correct");
	struct buffer content;
	buffer_init(&content, &memory_standard, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buffer_append_text(&content, ".\n");
	struct transfer transfer;
	struct writes writes;
	transfer_init(&transfer, profile_client(profile), buffer_octets(&content),
		octets_make(NULL, 0), 0);
	writes_init(&writes, &memory_standard);
	size_t all = 0;
	for (enum transfer_state state = TRANSFER_GOING; state == TRANSFER_GOING;) {
		state = transfer_make(&transfer, &writes);
		size_t len = writes_now(&writes).len;
		CHECK(len > 0 && len <= 2 * TRANSFER_WRITE_LEN + 3);
		all += len;
		writes_sent(&writes, len);
	}
	CHECK_INT(all, 100000 * 4 + 3);
	writes_free(&writes);
	buffer_free(&content);
	profile_free(profile);
}

/* All that leaves, with '|' behind each write where `mark` asks for it. */
static void take(struct transfer *transfer, bool mark, struct buffer *out)
{
	struct writes writes;
	buffer_init(out, &memory_standard, 1 << 20);
	writes_init(&writes, &memory_standard);
	enum transfer_state state = TRANSFER_GOING;
	while (state == TRANSFER_GOING)
		state = transfer_make(transfer, &writes);
	if (state == TRANSFER_DONE)
		transfer_make_dot(transfer, &writes);
	while (writes_pending(&writes)) {
		struct octets now = writes_now(&writes);
		buffer_append_octets(out, now);
		if (mark)
			buffer_append_byte(out, '|');
		writes_sent(&writes, now.len);
	}
	writes_free(&writes);
}

static void play_content(
	const char *text, struct octets content, size_t break_at, struct buffer *out)
{
	struct profile *profile = phone_fixture_profile(text);
	struct transfer transfer;
	transfer_init(&transfer, profile_client(profile), content, octets_make(NULL, 0), break_at);
	take(&transfer, true, out);
	profile_free(profile);
}

/* What leaves for a composed content; '|' in the content ends a line of the generator. */
static void play(
	const char *text, struct octets marked, size_t break_at, bool mark, struct buffer *out)
{
	struct profile *profile = phone_fixture_profile(text);
	struct buffer content, ends;
	struct transfer transfer;
	buffer_init(&content, &memory_standard, 1 << 20);
	buffer_init(&ends, &memory_standard, 1 << 20);
	for (size_t i = 0; i < marked.len; i++) {
		if (marked.at[i] != '|')
			buffer_append_byte(&content, marked.at[i]);
		else
			buffer_append(&ends, &content.len, sizeof content.len);
	}
	transfer_init(&transfer, profile_client(profile), buffer_octets(&content),
		buffer_octets(&ends), break_at);
	take(&transfer, mark, out);
	buffer_free(&content);
	buffer_free(&ends);
	profile_free(profile);
}

#define FIELD "writes: {body: line, dot: own}\ndata: {stuffing: per-write, before-dot: \"\\r\\n\"}"

static void what_was_composed(void)
{
	static const struct {
		const char *profile, *content;
		size_t break_at;
		const char *want;
	} rows[] = {
		/* a line, a write; the empty line and the dot have their own */
		{FIELD, "a: b\r\n|\r\n|c\r\n|", 0, "a: b\r\n|\r\n|c\r\n|\r\n|.\r\n|"},
		/* several lines in one write: only its front is looked at */
		{FIELD, "\r\n|aaaa\r\n.b\r\n|.c\r\n|", 0,
			"\r\n|aaaa\r\n.b\r\n|..c\r\n|\r\n|.\r\n|"},
		/* a raw slice keeps what it holds, and a dot within a line is doubled at its front
		 */
		{FIELD, "\r\n|a\nb\rc\r\n|.d\n.e\r\n|", 0,
			"\r\n|a\nb\rc\r\n|..d\n.e\r\n|\r\n|.\r\n|"},
		{"writes: {body: line}", "\r\n|.a\r\n.b\n.c\r\n|", 0,
			"\r\n|..a\r\n..b\n..c\r\n.\r\n|"},
		{"writes: {body: line}\ndata: {stuffing: not-first}", ".a\r\n.b\r\n|", 0,
			".a\r\n..b\r\n.\r\n|"},
		{"writes: {body: line}\ndata: {stuffing: none}", ".a\r\n|", 0, ".a\r\n.\r\n|"},
		{"writes: {body: line}\ndata: {line-ends: lf}", "a\r\nb\r\n|", 0, "a\nb\n.\r\n|"},
		/* in blocks the generator's lines are none */
		{"correct", "a\r\n|\r\n|.c\r\n|", 0, "a\r\n\r\n..c\r\n.\r\n|"},
		/* line by line it breaks between two lines of the generator, never inside one */
		{FIELD, "aaaa\r\n|bbbb\r\n|", 8, "aaaa\r\n|"},
		{FIELD, "aaaa\r\n|bbbb\r\n|cc\r\n|", 12, "aaaa\r\n|bbbb\r\n|"},
		{FIELD, "aaaa\r\n|bbbb\r\n|", 5, ""},
		{FIELD, "aa\r\nbb\r\n|c\r\n|", 4, ""},
		/* in blocks wherever it is said */
		{"correct", "aaaa\r\n|bbbb\r\n|", 8, "aaaa\r\nbb|"},
		{FIELD, "", 0, "\r\n|.\r\n|"},
		/* what nobody ended is ended */
		{FIELD, "a\r\n|b", 0, "a\r\n|b\r\n|\r\n|.\r\n|"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		check_case("row %zu", i);
		play(rows[i].profile, octets_of(rows[i].content), rows[i].break_at, true, &out);
		CHECK_TEXT(buffer_string(&out), rows[i].want);
		buffer_free(&out);
	}
}

/* A message given as it is breaks at the last line end; what counts as one is data.line-ends'. */
static void what_was_given_breaks_behind_a_line(void)
{
	static const struct {
		const char *profile, *content;
		size_t break_at;
		const char *want;
	} rows[] = {
		{FIELD, "aaaa\r\nbbbb\r\ncc", 11, "aaaa\r\n|"},
		{FIELD, "aaaa\r\nbbbb\r\ncc", 12, "aaaa\r\n|bbbb\r\n|"},
		{FIELD, "aaaa\r\nbbbb\r\n", 5, ""},
		{FIELD, "a\nb\rcc", 5, "a\r\n|b\r\n|"},
		{"writes: {body: line}\ndata: {line-ends: as-is}", "a\nb\rcc", 5, "a\n|"},
		/* beyond its end: never */
		{FIELD, "a\r\n", 9, "a\r\n|\r\n|.\r\n|"},
		{"correct", "aaaa\r\nbbbb", 8, "aaaa\r\nbb|"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		check_case("row %zu", i);
		play_content(rows[i].profile, octets_of(rows[i].content), rows[i].break_at, &out);
		CHECK_TEXT(buffer_string(&out), rows[i].want);
		buffer_free(&out);
	}
}

/* A write of the generator is never cut, however long it is. */
static void a_long_line_is_one_write(void)
{
	struct buffer content, out;
	buffer_init(&content, &memory_standard, 1 << 20);
	for (int i = 0; i < 3 * TRANSFER_WRITE_LEN; i++)
		buffer_append_byte(&content, '.');
	buffer_append_text(&content, "\r\n|");
	play(FIELD, buffer_octets(&content), 0, true, &out);
	struct octets made = buffer_octets(&out);
	CHECK_INT(octets_find(made, '|'), 3 * TRANSFER_WRITE_LEN + 1 + 2);
	buffer_free(&out);
	buffer_free(&content);
}

/* SIZE= counts what is sent, doubled dots and the dot line apart. */
static void sizes_of_what_was_composed(void)
{
	static const struct {
		const char *profile, *content;
		uint64_t size;
	} rows[] = {{FIELD, "a\r\nb\n\rc\r\n", 9 + 2}, {"correct", "a\n\r\n", 4},
		{"data: {line-ends: lf}", "a\r\nb\r\n", 4}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct octets content = octets_of(rows[i].content);
		struct buffer out;
		check_case("row %zu", i);
		CHECK_INT(transfer_size(profile_client(profile), content, true), rows[i].size);
		struct buffer marked;
		buffer_init(&marked, &memory_standard, 100);
		buffer_append_octets(&marked, content);
		buffer_append_byte(&marked, '|');
		play(rows[i].profile, buffer_octets(&marked), 0, false, &out);
		buffer_free(&marked);
		CHECK_INT(out.len, rows[i].size + 3);
		buffer_free(&out);
		profile_free(profile);
	}
}

#define TESTS(T)                                                                                   \
	T(writes_keep_their_ends)                                                                  \
	T(sizes)                                                                                   \
	T(long_bodies)                                                                             \
	T(what_was_composed)                                                                       \
	T(what_was_given_breaks_behind_a_line)                                                     \
	T(a_long_line_is_one_write)                                                                \
	T(sizes_of_what_was_composed)
CHECK_MAIN("transfer", TESTS)
