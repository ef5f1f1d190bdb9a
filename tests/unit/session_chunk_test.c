/* session: BDAT (RFC 3030), in every order of replies. */
#include "room.h"
#include "sender.h"

#include <stdio.h>
#include <stdlib.h>

#define CHUNKS "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250-CHUNKING\n> 250 PIPELINING\n"
#define BINARY                                                                                     \
	"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250-CHUNKING\n> 250-BINARYMIME\n> 250 PIPELINING\n"
#define LOCKSTEP "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 CHUNKING\n"
#define MAIL "MAIL FROM:<a@example.org>\\r\\n"
#define TO_B "RCPT TO:<b@example.org>\\r\\n"
#define TO_C "RCPT TO:<c@example.org>\\r\\n"
#define CHUNK "BDAT 25 LAST\\r\\nSubject: hello\\r\\n\\r\\nworld\\r\\n"
#define QUITS "<< QUIT\\r\\n\n> 221 bye\nX\n"

struct result {
	enum msub_error error;
	enum msub_phase phase;
	enum msub_retry retry;
};
#define FINE                                                                                       \
	{                                                                                          \
		MSUB_OK, 0, 0                                                                      \
	}

struct row {
	const char *name, *script;
	struct result results[2]; /* of the message, or of the first and of the second */
	size_t messages;	  /* each to b@; 0: one, to b@ and c@ */
	bool all_or_nothing;
};

static void play_row(const struct row *row, size_t cut)
{
	struct room room;
	struct script_options options = {.cut = cut, .take = cut};
	room_init(&room);
	room.settings.chunking = MSUB_CHUNKING_PREFERRED;
	room.settings.all_or_nothing = row->all_or_nothing;
	for (size_t i = 0; i < row->messages || i == 0; i++)
		room_add(&room, "b@example.org");
	if (row->messages == 0)
		CHECK_INT(msub_message_add_recipient(room.messages[0], "c@example.org"), MSUB_OK);
	room_play(&room, row->script, &options);
	for (size_t i = 0; i < room.count; i++)
		room_check(&room, i, row->results[i].error, row->results[i].phase,
			row->results[i].retry);
	room_free(&room);
}

static void play_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t cut = 0; cut < 4; cut++) {
			CHECK_CASE("%s, cut %zu", rows[i].name, cut);
			play_row(&rows[i], cut);
		}
	}
}

static void sends_chunks(void)
{
	static const struct row rows[] = {
		{"one flight for each message",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 250 queued\n"
			       "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 250 queued\n" QUITS
			       "OVER\n",
			{FINE, FINE}, 2, false},
		{"in lock-step",
			LOCKSTEP "<< " MAIL "\n> 250 ok\n<< " TO_B "\n> 250 ok\n<< " CHUNK
				 "\n> 250 queued\n" QUITS "OVER\n",
			{FINE}, 1, false},
		{"all or nothing waits",
			CHUNKS "<< " MAIL TO_B TO_C
			       "\n.\n> 250 ok\n> 250 ok\n.\n> 250 ok\n<< " CHUNK
			       "\n> 250 queued\n" QUITS "OVER\n",
			{FINE}, 0, true},
		{"all or nothing, and one refused: no chunk, a new session",
			CHUNKS "<< " MAIL TO_B TO_C "\n> 250 ok\n> 250 ok\n> 550 no\n" QUITS
			       "OVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_RECIPIENT, MSUB_RETRY_NEVER}}, 0, true},
		{"all or nothing for one does not wait",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 250 queued\n" QUITS
			       "OVER\n",
			{FINE}, 1, true},
		{"no CHUNKING, no BDAT", OFFERS("HELP") ONE_MESSAGE, {FINE}, 1, false},
	};
	play_rows(rows, COUNT(rows));
}

static void hears_refusals_of_chunks(void)
{
	static const struct row rows[] = {
		{"everybody was refused: the refusal of the chunk is heard, then a new session",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 550 no\n.\n> 503 nobody\n" QUITS
			       "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 CHUNKING\n<< " MAIL
			       "\n> 250 ok\n<< " TO_B "\n> 250 ok\n<< " CHUNK "\n> 250 ok\n" QUITS
			       "OVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_RECIPIENT, MSUB_RETRY_NEVER}, FINE}, 2, false},
		{"MAIL was refused: nothing is open, the session goes on",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 550 no\n> 503 no\n> 503 no\n"
			       "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 250 queued\n" QUITS
			       "OVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER}, FINE}, 2, false},
		{"MAIL was refused, and the message taken all the same: nobody knows for whom",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 550 no\n> 250 ok\n> 250 ok\nX\nOVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER}}, 1, false},
		{"the message was refused",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 554 spam\n" QUITS
			       "OVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_CHUNK, MSUB_RETRY_NEVER}}, 1, false},
		{"one of two was refused",
			CHUNKS "<< " MAIL TO_B TO_C CHUNK
			       "\n> 250 ok\n> 450 not now\n> 250 ok\n> 250 queued\n" QUITS "OVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_RECIPIENT, MSUB_RETRY_LATER}}, 0, false},
		{"lost behind the last octet, RCPT unanswered: unsure",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\nLOST\nX\nOVER\n",
			{{MSUB_LOST, MSUB_PHASE_CHUNK, MSUB_RETRY_UNSURE}}, 1, false},
		{"a farewell in place of the reply",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 421 bye\nX\nOVER\n",
			{{MSUB_REFUSED, MSUB_PHASE_CHUNK, MSUB_RETRY_LATER}}, 1, false},
		{"354 is no reply to BDAT",
			CHUNKS "<< " MAIL TO_B CHUNK "\n> 250 ok\n> 250 ok\n> 354 go\nX\nOVER\n",
			{{MSUB_PROTOCOL, MSUB_PHASE_CHUNK, MSUB_RETRY_UNSURE}}, 1, false},
	};
	play_rows(rows, COUNT(rows));
}

/* ---- what content becomes in chunks ---- */

static void counts_what_it_sends(void)
{
	static const struct {
		const char *name, *content, *chunk;
		bool binary;
	} rows[] = {
		{"dots are not doubled", ".\r\n..\r\n", "BDAT 7 LAST\\r\\n.\\r\\n..\\r\\n", false},
		{"line ends are repaired", "a\n.\n\rb",
			"BDAT 11 LAST\\r\\na\\r\\n.\\r\\n\\r\\nb\\r\\n", false},
		{"binary is as it is", "a\n.\n\rb", "BDAT 6 LAST\\r\\na\\n.\\n\\rb", true},
		{"nothing", "", "BDAT 0 LAST\\r\\n", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		char script[600];
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room.settings.chunking =
			rows[i].binary ? MSUB_CHUNKING_WHEN_NEEDED : MSUB_CHUNKING_PREFERRED;
		room_add(&room, "b@example.org");
		struct msub_message_options wishes = {.binary = rows[i].binary};
		CHECK_INT(msub_message_options(room.messages[0], &wishes), MSUB_OK);
		msub_message_content(room.messages[0], rows[i].content, strlen(rows[i].content));
		snprintf(script, sizeof script,
			BINARY "<< MAIL FROM:<a@example.org>%s\\r\\n" TO_B
			       "%s\n> 250 ok\n> 250 ok\n> 250 ok\n" QUITS "OVER\n",
			rows[i].binary ? " BODY=BINARYMIME" : "", rows[i].chunk);
		room_play(&room, script, NULL);
		room_check(&room, 0, MSUB_OK, 0, 0);
		room_free(&room);
	}
}

/* Too large to be sent in vain: it waits, and goes out whole. */
static void waits_with_a_large_one(void)
{
	enum { LEN = 200000 };
	char *big = malloc(LEN);
	struct room room;
	struct buffer said;
	buffer_init(&said, &memory_standard, 400000);
	memset(big, 'x', LEN);
	big[LEN / 2] = '\n';
	big[LEN - 2] = '\r';
	big[LEN - 1] = '\n';
	room_init(&room);
	room.settings.chunking = MSUB_CHUNKING_PREFERRED;
	room_add(&room, "b@example.org");
	msub_message_content(room.messages[0], big, LEN);
	room_open(&room);
	struct script_options options = {.said = &said, .quiet = true};
	script_play(sender_player(room.sender, 0),
		CHUNKS "<< " MAIL TO_B "\n.\n> 250 ok\n.\n> 250 ok\n< BDAT 200001 LAST\n<< Z\n",
		&options);
	size_t at = octets_find_text(buffer_octets(&said), octets_of("LAST\r\n")) + 6;
	CHECK_INT(said.len - at, LEN + 1);
	CHECK_OCTETS(octets_make(said.at + at + LEN / 2 - 1, 4), octets_of("x\r\nx"));
	buffer_free(&said);
	free(big);
	room_free(&room);
}

/* ---- a source of unknown size ---- */

struct reader {
	size_t left, piece, fail_at;
};

static ptrdiff_t read_some(void *context, void *at, size_t len)
{
	struct reader *reader = context;
	size_t part = reader->piece < len ? reader->piece : len;
	part = part < reader->left ? part : reader->left;
	if (reader->fail_at != 0 && reader->left <= reader->fail_at)
		return -1;
	memset(at, 'y', part);
	reader->left -= part;
	return (ptrdiff_t)part;
}

static void sends_parts_of_what_has_no_size(void)
{
	static const struct {
		const char *name, *script;
		struct reader reader;
		struct result result;
	} rows[] = {
		{"small: one chunk", "<< BDAT 6 LAST\\r\\nyyyy\\r\\n\n> 250 ok\n" QUITS "OVER\n",
			{4, 1, 0}, FINE},
		{"fails: no chunk", "X\nOVER\n", {4, 1, 2},
			{MSUB_SOURCE, MSUB_PHASE_BODY, MSUB_RETRY_NEVER}},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct reader reader = rows[i].reader;
		struct msub_source source = {.read = read_some, .context = &reader};
		char script[600];
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room.settings.chunking = MSUB_CHUNKING_PREFERRED;
		room_add(&room, "b@example.org");
		msub_message_source(room.messages[0], &source);
		snprintf(script, sizeof script,
			CHUNKS "<< " MAIL TO_B "\n.\n> 250 ok\n.\n> 250 ok\n%s", rows[i].script);
		room_play(&room, script, NULL);
		room_check(
			&room, 0, rows[i].result.error, rows[i].result.phase, rows[i].result.retry);
		room_free(&room);
	}
}

/* Drives a large one by hand: 65536 octets and ten, in two chunks; then `replies`. */
static void play_two_parts(struct room *room, const char *replies)
{
	static struct reader reader;
	struct buffer said;
	struct msub_source source = {.read = read_some, .context = &reader};
	reader = (struct reader){65536 + 10, 65536, 0};
	buffer_init(&said, &memory_standard, 400000);
	room_init(room);
	room->settings.chunking = MSUB_CHUNKING_PREFERRED;
	room_add(room, "b@example.org");
	msub_message_source(room->messages[0], &source);
	room_add(room, "b@example.org"); /* which may follow only where nothing is in doubt */
	room_open(room);
	struct player *player = sender_player(room->sender, 0);
	struct script_options options = {.said = &said, .quiet = true};
	script_play(player, CHUNKS "<< " MAIL TO_B "\n> 250 ok\n> 250 ok\n< BDAT 65536\n<< Z\n",
		&options);
	struct octets tail = octets_of("BDAT 12 LAST\r\nyyyyyyyyyy\r\n");
	CHECK_OCTETS(octets_from(buffer_octets(&said), said.len - tail.len), tail);
	player->ops->received(player, (const uint8_t *)replies, strlen(replies), 0);
	buffer_free(&said);
}

static void hears_every_part(void)
{
	static const struct {
		const char *name, *replies, *next;
		struct result result;
	} rows[] = {
		{"all taken", "250 ok\r\n250 queued\r\n",
			"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nBDAT 25 LAST\r\n",
			FINE},
		{"the first refused, and so the last", "552 no\r\n503 no\r\n", "QUIT\r\n",
			{MSUB_REFUSED, MSUB_PHASE_CHUNK, MSUB_RETRY_NEVER}},
		{"the first refused, the last taken: refused all the same", "452 no\r\n250 ok\r\n",
			"QUIT\r\n", {MSUB_REFUSED, MSUB_PHASE_CHUNK, MSUB_RETRY_LATER}},
		{"the last refused", "250 ok\r\n554 no\r\n", "QUIT\r\n",
			{MSUB_REFUSED, MSUB_PHASE_CHUNK, MSUB_RETRY_NEVER}},
		{"the first refused, the other not answered", "552 no\r\n", "",
			{MSUB_REFUSED, MSUB_PHASE_CHUNK, MSUB_RETRY_NEVER}},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct octets piece = {0};
		struct msub_result result;
		CHECK_CASE("%s", rows[i].name);
		play_two_parts(&room, rows[i].replies);
		struct player *player = sender_player(room.sender, 0);
		player->ops->outgoing(player, &piece, 1);
		CHECK_OCTETS(piece, octets_of(rows[i].next));
		CHECK(msub_message_result(room.messages[0], 0, &result));
		CHECK_TEXT(
			msub_error_name(result.why.error), msub_error_name(rows[i].result.error));
		CHECK_TEXT(msub_phase_text(result.why.phase),
			msub_phase_text(rows[i].result.error == MSUB_OK ? MSUB_PHASE_CHUNK
									: rows[i].result.phase));
		CHECK_INT(result.why.retry, rows[i].result.retry);
		room_free(&room);
	}
}

/* ---- a source that grows behind the measuring ---- */

static int rewind_to_more(void *context)
{
	struct reader *reader = context;
	reader->left = 200000;
	return 0;
}

/* What is more than was announced would be taken for commands: none of it may leave. */
static void says_no_more_than_it_announced(void)
{
	for (size_t first = 100; first < 200000; first = first * 7 + 1) {
		struct room room;
		struct buffer said;
		struct reader reader = {first, 5000, 0};
		struct msub_source source = {
			.read = read_some, .rewind = rewind_to_more, .context = &reader};
		struct msub_failure failure;
		CHECK_CASE("%zu announced", first);
		buffer_init(&said, &memory_standard, 1000000);
		room_init(&room);
		room.settings.chunking = MSUB_CHUNKING_PREFERRED;
		room_add(&room, "b@example.org");
		msub_message_source(room.messages[0], &source);
		room_open(&room);
		script_play(sender_player(room.sender, 0),
			CHUNKS "<< " MAIL TO_B "\n> 250 ok\n> 250 ok\n<< Z\n",
			&(struct script_options){.said = &said, .quiet = true});
		size_t at = octets_find_text(buffer_octets(&said), octets_of("LAST\r\n"));
		if (at < said.len)
			CHECK(said.len - at - 6 <= first + 2);
		msub_message_failure(room.messages[0], &failure);
		CHECK_TEXT(msub_error_name(failure.error), "SOURCE");
		buffer_free(&said);
		room_free(&room);
	}
}

#define TESTS(T)                                                                                   \
	T(sends_chunks)                                                                            \
	T(hears_refusals_of_chunks)                                                                \
	T(counts_what_it_sends)                                                                    \
	T(waits_with_a_large_one)                                                                  \
	T(sends_parts_of_what_has_no_size)                                                         \
	T(hears_every_part)                                                                        \
	T(says_no_more_than_it_announced)
CHECK_MAIN("session_chunk", TESTS)
