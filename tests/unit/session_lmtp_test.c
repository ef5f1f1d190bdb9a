/* session: LMTP (RFC 2033), progress, no pipelining. */
#include "room.h"
#include "output.h"
#include "sender.h"

#define HELLO "O\n> 220 hi\n< LHLO [192.0.2.7]\n> 250-hi\n> 250-CHUNKING\n> 250 PIPELINING\n"
#define MAIL "MAIL FROM:<a@example.org>\\r\\n"
#define TO_B "RCPT TO:<b@example.org>\\r\\n"
#define TO_C "RCPT TO:<c@example.org>\\r\\n"
#define TO_D "RCPT TO:<d@example.org>\\r\\n"
#define CONTENT "Subject: hello\\r\\n\\r\\nworld\\r\\n"
#define BODY CONTENT ".\\r\\n"
#define TALK HELLO "<< " MAIL TO_B TO_C TO_D "DATA\\r\\n\n> 250 ok\n"
#define QUITS "> 221 bye\nX\nOVER\n"

struct row {
	const char *name, *script;
	const char *outcomes[3]; /* of b, c, d */
	bool chunks;
};

static void play_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t cut = 0; cut < 4; cut++) {
			struct room room;
			struct script_options options = {.cut = cut, .take = cut};
			CHECK_CASE("%s, cut %zu", rows[i].name, cut);
			room_init(&room);
			room.settings.protocol = MSUB_LMTP;
			if (rows[i].chunks)
				room.settings.chunking = MSUB_CHUNKING_PREFERRED;
			room_add(&room, "b@example.org");
			msub_message_add_recipient(room.messages[0], "c@example.org");
			msub_message_add_recipient(room.messages[0], "d@example.org");
			room_play(&room, rows[i].script, &options);
			CHECK(msub_message_is_finished(room.messages[0]));
			for (size_t k = 0; k < 3; k++) {
				struct msub_result result;
				CHECK(msub_message_result(room.messages[0], k, &result));
				CHECK_TEXT(msub_outcome_text(result.outcome), rows[i].outcomes[k]);
			}
			room_free(&room);
		}
	}
}

#define YES "accepted"
#define NO "refused"
#define LATER "refused for now"
#define UNSURE "unsure, may have been delivered"

static void hears_one_reply_for_each_recipient(void)
{
	static const struct row rows[] = {
		{"all",
			TALK "> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\n<< " BODY
			     "QUIT\\r\\n\n> 250 b\n> 250 c\n> 250 d\n" QUITS,
			{YES, YES, YES}, false},
		{"mixed",
			TALK "> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\n<< " BODY
			     "QUIT\\r\\n\n> 250 b\n> 552 full\n> 451 not now\n" QUITS,
			{YES, NO, LATER}, false},
		{"only for those who were taken",
			TALK "> 250 ok\n> 550 no\n> 250 ok\n> 354 go\n<< " BODY
			     "QUIT\\r\\n\n> 450 b\n> 250 d\n" QUITS,
			{LATER, NO, YES}, false},
		{"nobody was taken: 503",
			TALK "> 550 no\n> 550 no\n> 450 no\n> 503 nobody\n< QUIT\n" QUITS,
			{NO, NO, LATER}, false},
		{"nobody was taken, 354 all the same: no reply to the dot",
			TALK "> 550 no\n> 550 no\n> 550 no\n> 354 go\n<< .\\r\\nQUIT\\r\\n\n"
			     "> 221 bye\nEND\nX\nOVER\n",
			{NO, NO, NO}, false},
		{"nobody was taken, 354 all the same: one reply to the dot",
			TALK "> 550 no\n> 550 no\n> 550 no\n> 354 go\n<< .\\r\\nQUIT\\r\\n\n"
			     "> 503 nobody\n" QUITS,
			{NO, NO, NO}, false},
		{"lost between the replies: the others are unsure",
			TALK "> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\n<< " BODY
			     "QUIT\\r\\n\n> 250 b\nLOST\nX\nOVER\n",
			{YES, UNSURE, UNSURE}, false},
		{"a farewell between the replies",
			TALK "> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\n<< " BODY
			     "QUIT\\r\\n\n> 250 b\n> 421 bye\nX\nOVER\n",
			{YES, LATER, UNSURE}, false},
		{"a reply too many answers QUIT",
			TALK "> 550 ok\n> 550 ok\n> 250 ok\n> 354 go\n<< " BODY
			     "QUIT\\r\\n\n> 250 d\n> 250 who\nX\nOVER\n",
			{NO, NO, YES}, false},
		{"a chunk waits, and has as many replies",
			HELLO "<< " MAIL TO_B TO_C TO_D
			      "\n.\n> 250 ok\n> 250 ok\n> 550 no\n.\n> 250 ok\n"
			      "<< BDAT 25 LAST\\r\\n" CONTENT "\n> 250 b\n> 550 d\n< QUIT\n" QUITS,
			{YES, NO, NO}, true},
		{"in lock-step",
			"O\n> 220 hi\n< LHLO [192.0.2.7]\n> 250 hi\n<< " MAIL "\n> 250 ok\n<< " TO_B
			"\n> 250 ok\n<< " TO_C "\n> 250 ok\n<< " TO_D
			"\n> 250 ok\n< DATA\n> 354 go\n<< " BODY
			"\n> 250 b\n.\n> 250 c\n.\n> 450 d\n< QUIT\n" QUITS,
			{YES, YES, LATER}, false},
		{"there is no HELO in LMTP",
			"O\n> 220 hi\n< LHLO [192.0.2.7]\n> 500 what\n< QUIT\n" QUITS,
			{"not tried", "not tried", "not tried"}, false},
	};
	play_rows(rows, COUNT(rows));
}

/* Answers what was said, line by line; the message with a reply for each recipient, at once. */
static void answer_lines(struct player *player, struct buffer *said, size_t recipients)
{
	struct buffer replies;
	bool quits = octets_find_text(buffer_octets(said), octets_of("QUIT\r\n")) < said->len;
	buffer_init(&replies, &memory_standard, 100000);
	for (struct octets rest = buffer_octets(said); rest.len > 0;) {
		size_t len = octets_find(rest, '\n') + 1;
		if (octets_start_nocase(rest, "LHLO"))
			buffer_append_text(&replies, "250-hi\r\n250 PIPELINING\r\n");
		else if (octets_start_nocase(rest, "DATA"))
			buffer_append_text(&replies, "354 go\r\n");
		else if (octets_start_nocase(rest, "MAIL") || octets_start_nocase(rest, "RCPT"))
			buffer_append_text(&replies, "250 ok\r\n");
		for (size_t i = 0; i < recipients && octets_start_nocase(rest, ".\r\n"); i++)
			buffer_append_text(&replies, i % 3 == 0 ? "550 no\r\n" : "250 ok\r\n");
		rest = octets_from(rest, len);
	}
	if (quits)
		buffer_append_text(&replies, "221 bye\r\n");
	player->ops->received(player, replies.at, replies.len, 0);
	buffer_free(&replies);
}

/* More recipients than may be under way at once. */
static void hears_very_many_replies(void)
{
	enum { COUNT_OF_THEM = 300 };
	struct room room;
	static const struct player_link link = {.local_address = "192.0.2.7"};
	room_init(&room);
	room.settings.protocol = MSUB_LMTP;
	room_add(&room, "r0@example.org");
	for (int i = 1; i < COUNT_OF_THEM; i++)
		msub_message_add_recipient(room.messages[0], "r@example.org");
	room_open(&room);
	struct player *player = sender_player(room.sender, 0);
	player->ops->connected(player, &link, 0);
	player->ops->received(player, (const uint8_t *)"220 hi\r\n", 8, 0);
	for (int i = 0; i < 100 && (player->ops->wants(player) & PLAYER_SEND) != 0; i++) {
		struct octets pieces[OUTPUT_PIECES];
		struct buffer said;
		buffer_init(&said, &memory_standard, 100000);
		size_t count = player->ops->outgoing(player, pieces, OUTPUT_PIECES);
		for (size_t k = 0; k < count; k++)
			buffer_append_octets(&said, pieces[k]);
		player->ops->sent(player, said.len, 0);
		answer_lines(player, &said, COUNT_OF_THEM);
		buffer_free(&said);
	}
	CHECK_INT(player->ops->wants(player), PLAYER_CLOSE);
	CHECK_INT(msub_message_count(room.messages[0], MSUB_ACCEPTED), 200);
	CHECK_INT(msub_message_count(room.messages[0], MSUB_REFUSED_FOR_GOOD), 100);
	room_free(&room);
}

/* ---- progress ---- */

struct progress {
	const struct msub_message *message;
	uint64_t sent, size, calls;
};

static void note_progress(
	void *context, const struct msub_message *message, uint64_t sent, uint64_t size)
{
	struct progress *progress = context;
	CHECK(sent > progress->sent || progress->message != message);
	CHECK(sent <= size);
	*progress = (struct progress){message, sent, size, progress->calls + 1};
}

static void tells_progress(void)
{
	static const char *const contents[] = {
		"plain\r\n", ".\r\n.\r\n.\r\ndots\r\n", "bare\nends\n"};
	static const uint64_t sizes[] = {7, 15, 12};
	for (size_t i = 0; i < COUNT(contents); i++) {
		for (size_t take = 1; take < 30; take += 4) {
			struct room room;
			struct progress progress = {0};
			CHECK_CASE("content %zu, %zu at once", i, take);
			room_init(&room);
			room.settings.progress = note_progress;
			room.settings.progress_context = &progress;
			room_add(&room, "b@example.org");
			msub_message_content(room.messages[0], contents[i], strlen(contents[i]));
			room_open(&room);
			script_play(sender_player(room.sender, 0),
				"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 PIPELINING\n"
				"<< " MAIL TO_B
				"DATA\\r\\n\n> 250 ok\n> 250 ok\n.\n> 354 go\n<< Z\n",
				&(struct script_options){.take = take, .quiet = true});
			CHECK(progress.message == room.messages[0]);
			CHECK_INT(progress.sent, sizes[i]);
			CHECK_INT(progress.size, sizes[i]);
			CHECK(take > 10 || progress.calls > 1 || i == 0);
			room_free(&room);
		}
	}
}

static void waits_for_each_reply_where_it_is_told(void)
{
	struct room room;
	room_init(&room);
	room.settings.no_pipelining = true;
	room_add(&room, "b@example.org");
	room_play(&room,
		"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 PIPELINING\n"
		"w MAIL FROM:<a@example.org>\\r\\n\n> 250 ok\nw RCPT TO:<b@example.org>\\r\\n\n"
		"> 250 ok\nw DATA\\r\\n\n> 354 go\n<< " BODY "\n> 250 ok\n" GIVES_UP,
		NULL);
	room_check(&room, 0, MSUB_OK, 0, 0);
	room_free(&room);
}

#define TESTS(T)                                                                                   \
	T(hears_one_reply_for_each_recipient)                                                      \
	T(hears_very_many_replies)                                                                 \
	T(tells_progress)                                                                          \
	T(waits_for_each_reply_where_it_is_told)
CHECK_MAIN("session_lmtp", TESTS)
