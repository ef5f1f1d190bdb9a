/* session: flights, what a server takes, sources, probes. */
#include "room.h"
#include "sender.h"

#include <stdio.h>
#include <string.h>

#define PIPELINED(parameters)                                                                      \
	"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250-" parameters "\n> 250 PIPELINING\n"

/* A flight is one write; the message and QUIT are the last. */
static void sends_in_flights(void)
{
	struct room room;
	room_init(&room);
	room_add(&room, "b@example.org");
	room_add(&room, "c@example.org");
	room_play(&room,
		PIPELINED(
			"SIZE 0") "w MAIL FROM:<a@example.org> SIZE=25\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				  "> 250 ok\n> 250 ok\n.\n> 354 go\n"
				  "w Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\nMAIL FROM:<a@example.org> SIZE=25\\r\\n"
				  "RCPT TO:<c@example.org>\\r\\nDATA\\r\\n\n"
				  "> 250 queued\n> 250 ok\n> 250 ok\n> 354 go\n"
				  "w Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\nQUIT\\r\\n\n"
				  ">> 250 queued\\r\\n221 bye\\r\\n\nX\nOVER\n",
		NULL);
	room_check(&room, 0, MSUB_OK, 0, 0);
	room_check(&room, 1, MSUB_OK, 0, 0);
	CHECK_INT(msub_sender_turns(room.sender), 5);
	room_free(&room);
}

/* RFC 2920 section 3.1: nobody was accepted, 354 all the same: the dot, its reply, then on. */
static void says_a_lone_dot(void)
{
	struct room room;
	room_init(&room);
	room_add(&room, "b@example.org");
	room_add(&room, "c@example.org");
	room_play(&room,
		PIPELINED(
			"HELP") "w MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				"> 250 ok\n> 550 5.1.1 no\n> 354 go\n"
				"w .\\r\\nMAIL FROM:<a@example.org>\\r\\nRCPT TO:<c@example.org>\\r\\nDATA\\r\\n\n"
				"> 554 nobody\n> 250 ok\n> 250 ok\n> 354 go\n"
				"<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\nQUIT\\r\\n\n> 250 ok\n> 221 bye\nX\nOVER\n",
		NULL);
	room_check(&room, 0, MSUB_REFUSED, MSUB_PHASE_RECIPIENT, MSUB_RETRY_NEVER);
	room_check(&room, 1, MSUB_OK, 0, 0);
	room_free(&room);
}

/* A dot would deliver an empty message to somebody: the connection is closed instead. */
static void says_no_dot_in_a_transaction_that_should_not_be(void)
{
	struct room room;
	room_init(&room);
	room_add(&room, "b@example.org");
	room_play(&room,
		PIPELINED(
			"HELP") "<< MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				"> 550 no\n> 250 ok\n> 354 go\nX\nOVER\n",
		NULL);
	room_check(&room, 0, MSUB_REFUSED, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER);
	room_free(&room);
}

static void hears_replies_out_of_step(void)
{
	static const struct opening rows[] = {
		{"a greeting that says too much", {0}, "O\n>> 220 hi\\r\\n250 hi\\r\\n\nX\nOVER\n",
			MSUB_PROTOCOL, MSUB_PHASE_EHLO, MSUB_RETRY_LATER},
		{"a second reply to EHLO", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n>> 250 hi\\r\\n250 ok\\r\\n\nX\nOVER\n",
			MSUB_PROTOCOL, MSUB_PHASE_MAIL, MSUB_RETRY_LATER},
		{"a farewell at any time", {0},
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n>> 250 hi\\r\\n421 bye\\r\\n\nX\n"
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n>> 250 hi\\r\\n421 bye\\r\\n\nX\nOVER\n",
			MSUB_CLOSING, MSUB_PHASE_MAIL, MSUB_RETRY_LATER},
	};
	room_play_openings(rows, COUNT(rows));
}

/* 552 in the midst of a long message, and the end of the connection: refused, not unsure. */
static void hears_a_refusal_in_the_midst_of_a_message(void)
{
	static char big[200000];
	struct room room;
	struct msub_result result;
	memset(big, 'x', sizeof big);
	room_init(&room);
	room_add(&room, "b@example.org");
	msub_message_content(room.messages[0], big, sizeof big);
	room_open(&room);
	struct player *player = sender_player(room.sender, 0);
	script_play(player,
		"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250 hi\n< MAIL FROM:<a@example.org>\n> 250 ok\n"
		"< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n",
		NULL);
	static const char go[] = "354 go\r\n", full[] = "552 5.3.4 too big\r\n";
	player->ops->received(player, (const uint8_t *)go, strlen(go), 0);
	player->ops->sent(player, 1000, 0);
	player->ops->received(player, (const uint8_t *)full, strlen(full), 0);
	player->ops->ended(player, PLAYER_LOST, 0);
	CHECK_INT(player->ops->wants(player), PLAYER_CLOSE);
	player->ops->closed(player, 0);
	CHECK_INT(player->ops->wants(player), 0);
	CHECK(msub_message_result(room.messages[0], 0, &result));
	CHECK_INT(result.outcome, MSUB_REFUSED_FOR_GOOD);
	CHECK_INT(result.why.reply.code, 552);
	room_free(&room);
}

static void keeps_to_what_the_server_takes(void)
{
	static const struct {
		const char *name, *offers, *content, *parameters; /* NULL: not sent */
		bool eight_bit;					  /* the caller's choice */
		enum msub_error error;
		unsigned remarks;
	} rows[] = {
		{"size", "SIZE", "a\n.b", " SIZE=7", false, MSUB_OK, MSUB_REMARK_REPAIRED},
		{"just fits", "SIZE 7", "a\n.b", " SIZE=7", false, MSUB_OK, MSUB_REMARK_REPAIRED},
		{"too large", "SIZE 6", "a\n.b", NULL, false, MSUB_TOO_LARGE, 0},
		{"zero is no limit", "SIZE 0", "a\r\n", " SIZE=3", false, MSUB_OK, 0},
		{"8-bit", "8BITMIME", "\xc3\xbc\r\n", " BODY=8BITMIME", false, MSUB_OK, 0},
		{"7-bit needs no word", "8BITMIME", "u\r\n", "", false, MSUB_OK, 0},
		{"8-bit, not taken", "HELP", "\xc3\xbc\r\n", NULL, false, MSUB_EIGHT_BIT, 0},
		{"8-bit, not taken, sent", "HELP", "\xc3\xbc\r\n", "", true, MSUB_OK,
			MSUB_REMARK_EIGHT_BIT},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		char script[600];
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room.settings.send_eight_bit = rows[i].eight_bit;
		room_add(&room, "b@example.org");
		msub_message_content(room.messages[0], rows[i].content, strlen(rows[i].content));
		snprintf(script, sizeof script,
			OFFERS("%s") "< MAIL FROM:<a@example.org>%s\n"
				     "> 250 ok\n< RCPT TO:<b@example.org>\n> 550 no\n" GIVES_UP,
			rows[i].offers, rows[i].parameters);
		if (rows[i].parameters == NULL)
			snprintf(script, sizeof script, OFFERS("%s") GIVES_UP, rows[i].offers);
		room_play(&room, script, NULL);
		if (rows[i].error != MSUB_OK)
			room_check(&room, 0, rows[i].error, MSUB_PHASE_MAIL, MSUB_RETRY_ELSEWHERE);
		room_free(&room);
	}
}

/* Remarks on the content, whatever became of it. */
static void remarks_on_the_content(void)
{
	static char text[2000];
	struct room room;
	memset(text, 'x', 999);
	text[999] = '\n';
	text[1000] = 0;
	text[1001] = '\n';
	room_init(&room);
	room_add(&room, "b@example.org");
	msub_message_content(room.messages[0], text, 1002);
	room_open(&room);
	script_play(sender_player(room.sender, 0),
		"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250 hi\n< MAIL FROM:<a@example.org>\n> 250 ok\n"
		"< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n> 354 go\n<< xxx\n",
		NULL);
	CHECK_INT(msub_message_remarks(room.messages[0]),
		MSUB_REMARK_LONG_LINE | MSUB_REMARK_NUL | MSUB_REMARK_REPAIRED);
	room_free(&room);
}

/* ---- a source that can be read once ---- */

struct reader {
	const char *text;
	size_t at, fail_at;
};

static ptrdiff_t read_some(void *context, void *at, size_t len)
{
	struct reader *reader = context;
	struct octets left = octets_cut(octets_from(octets_of(reader->text), reader->at), 3);
	(void)len;
	if (reader->fail_at != 0 && reader->at >= reader->fail_at)
		return -1;
	if (left.len > 0)
		memcpy(at, left.at, left.len);
	reader->at += left.len;
	return (ptrdiff_t)left.len;
}

static void sends_what_can_be_read_once(void)
{
	static const struct {
		const char *name, *text, *script;
		size_t fail_at;
		enum msub_error error;
		unsigned remarks;
	} rows[] = {
		{"good", "one\n.two", "<< one\\r\\n..two\\r\\n.\\r\\n\n> 250 ok\n" GIVES_UP, 0,
			MSUB_OK, MSUB_REMARK_REPAIRED | MSUB_REMARK_NO_SIZE},
		/* no dot: half a message must not be delivered */
		{"fails in the midst", "onetwo", "X\nOVER\n", 4, MSUB_SOURCE, MSUB_REMARK_NO_SIZE},
		{"8-bit in the midst", "one\xc3\xbc", "X\nOVER\n", 0, MSUB_EIGHT_BIT,
			MSUB_REMARK_NO_SIZE},
		{"lost is not begun again", "one", "<< one\\r\\n.\\r\\n\nLOST\nX\nOVER\n", 0,
			MSUB_LOST, MSUB_REMARK_REPAIRED | MSUB_REMARK_NO_SIZE},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct reader reader = {rows[i].text, 0, rows[i].fail_at};
		struct msub_source source = {.read = read_some, .context = &reader};
		struct msub_failure failure;
		char script[600];
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room_add(&room, "b@example.org");
		msub_message_source(room.messages[0], &source);
		snprintf(script, sizeof script,
			OFFERS("SIZE") "< MAIL FROM:<a@example.org>\n> 250 ok\n"
				       "< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n> 354 go\n%s",
			rows[i].script);
		room_play(&room, script, NULL);
		msub_message_failure(room.messages[0], &failure);
		CHECK_TEXT(msub_error_name(failure.error), msub_error_name(rows[i].error));
		CHECK_INT(msub_message_remarks(room.messages[0]), rows[i].remarks);
		room_free(&room);
	}
}

/* ---- a probe ---- */

static void probes_without_sending(void)
{
	struct room room;
	struct msub_result result;
	room_init(&room);
	room.settings.probe = true;
	room_add(&room, "b@example.org");
	CHECK_INT(msub_message_add_recipient(room.messages[0], "c@example.org"), MSUB_OK);
	room_play(&room,
		PIPELINED(
			"HELP") "< MAIL FROM:<a@example.org>\n< RCPT TO:<b@example.org>\n"
				"< RCPT TO:<c@example.org>\n.\n> 250 ok\n> 250 2.1.5 fine\n> 550 no\n" GIVES_UP,
		NULL);
	CHECK(msub_message_result(room.messages[0], 0, &result));
	CHECK_INT(result.outcome, MSUB_ACCEPTED);
	CHECK_TEXT(result.why.reply.text, "fine");
	CHECK(msub_message_result(room.messages[0], 1, &result));
	CHECK_INT(result.outcome, MSUB_REFUSED_FOR_GOOD);
	room_free(&room);
}

#define TESTS(T)                                                                                   \
	T(sends_in_flights)                                                                        \
	T(says_a_lone_dot)                                                                         \
	T(says_no_dot_in_a_transaction_that_should_not_be)                                         \
	T(hears_replies_out_of_step)                                                               \
	T(hears_a_refusal_in_the_midst_of_a_message)                                               \
	T(keeps_to_what_the_server_takes)                                                          \
	T(remarks_on_the_content)                                                                  \
	T(sends_what_can_be_read_once)                                                             \
	T(probes_without_sending)
CHECK_MAIN("session_mail", TESTS)
