/*
 * settings.before_end and settings.settled: a program that writes down what it is told, when it is
 * told, neither sends twice after a crash nor doubts what is known.
 */
#include "room.h"

/* What was told: E or S, and of each recipient L (leaving), F (final) or - (neither). */
struct log {
	char text[200];
	size_t len;
};

static void note(struct log *log, char what, const struct msub_message *message)
{
	struct msub_result result;
	if (log->len > 0)
		log->text[log->len++] = ' ';
	log->text[log->len++] = what;
	for (size_t i = 0; msub_message_result(message, i, &result); i++) {
		CHECK(!(result.final && result.leaving));
		log->text[log->len++] = result.leaving ? 'L' : '-';
		if (result.final)
			log->text[log->len - 1] = 'F';
	}
}

static void note_end(void *context, const struct msub_message *message)
{
	note(context, 'E', message);
}

static void note_settled(void *context, const struct msub_message *message)
{
	note(context, 'S', message);
}

#define HELLO(more) "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n" more "> 250 8BITMIME\n"
#define LOCAL "O\n> 220 hi\n< LHLO [192.0.2.7]\n> 250 hi\n"
#define MAIL "< MAIL FROM:<a@example.org>\n> 250 ok\n"
#define TO(who) "< RCPT TO:<" who "@example.org>\n> 250 ok\n"
#define DATA "< DATA\n> 354 go\n<< " CONTENT ".\\r\\n\n"
#define CONTENT "Subject: hello\\r\\n\\r\\nworld\\r\\n"
#define QUITS "< QUIT\n> 221 bye\nX\nOVER\n"
#define SPLIT "> 250-LIMITS RCPTMAX=1\n"
#define FLIGHT                                                                                     \
	"<< MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\n"                          \
	"RCPT TO:<c@example.org>\\r\\nBDAT 25 LAST\\r\\n" CONTENT "\n"

static const struct row {
	const char *name, *script, *told;
	enum msub_protocol protocol;
	bool chunks;
} rows[] = {
	{"both at once", HELLO("") MAIL TO("b") TO("c") DATA "> 250 ok\n" QUITS, "ELL SFF",
		MSUB_SUBMISSION, false},
	{"one refused at RCPT",
		HELLO("") MAIL "< RCPT TO:<b@example.org>\n> 550 no\n" TO("c") DATA
		"> 250 ok\n" QUITS,
		"E-L SFF", MSUB_SUBMISSION, false},
	{"both refused: no end leaves",
		HELLO("") MAIL "< RCPT TO:<b@example.org>\n> 550 no\n"
			       "< RCPT TO:<c@example.org>\n> 550 no\n" QUITS,
		"SFF", MSUB_SUBMISSION, false},
	{"two transactions: each has an end of its own",
		HELLO(SPLIT) MAIL TO("b") DATA "> 250 ok\n" MAIL TO("c") DATA "> 250 ok\n" QUITS,
		"EL- SF- EFL SFF", MSUB_SUBMISSION, false},
	{"lost in the second, which begins again",
		HELLO(SPLIT) MAIL TO("b") DATA "> 250 ok\n" MAIL TO("c") "LOST\nX\n" HELLO(SPLIT)
			MAIL TO("c") DATA "> 250 ok\n" QUITS,
		"EL- SF- SF- EFL SFF", MSUB_SUBMISSION, false},
	{"lost behind the dot", HELLO("") MAIL TO("b") TO("c") DATA "LOST\nX\nOVER\n", "ELL SFF",
		MSUB_SUBMISSION, false},
	{"a chunk leaves before RCPT was answered",
		HELLO("> 250-CHUNKING\n> 250-PIPELINING\n") FLIGHT
		"> 250 ok\n> 250 ok\n> 550 no\n> 250 ok\n" QUITS,
		"ELL SFF", MSUB_SUBMISSION, true},
	{"LMTP: each reply at once", LOCAL MAIL TO("b") TO("c") DATA "> 250 b\n> 250 c\n" QUITS,
		"ELL SFL SFF", MSUB_LMTP, false},
};

static void tells_before_the_end_leaves_and_when_it_was_answered(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct log log = {.len = 0};
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room.settings.protocol = rows[i].protocol;
		if (rows[i].chunks)
			room.settings.chunking = MSUB_CHUNKING_PREFERRED;
		room.settings.before_end = note_end;
		room.settings.settled = note_settled;
		room.settings.before_end_context = room.settings.settled_context = &log;
		room_add(&room, "b@example.org");
		msub_message_add_recipient(room.messages[0], "c@example.org");
		room_play(&room, rows[i].script, NULL);
		CHECK_TEXT(log.text, rows[i].told);
		room_free(&room);
	}
}

/* All but so many octets of what is said are taken. */
static void take(struct msub_session *session, size_t but)
{
	struct msub_piece pieces[8];
	size_t count, len = 0;
	while ((count = msub_session_output(session, pieces, COUNT(pieces))) > 0 && len == 0) {
		for (size_t i = 0; i < count; i++)
			len += pieces[i].len;
		msub_session_taken(session, len - but, 0);
		len = but;
	}
}

/* An end that was announced, and did not leave whole: then it is known that nobody has it. */
static void an_end_that_did_not_leave_is_no_longer_leaving(void)
{
	static const char *const replies[] = {
		"220 hi\r\n", "250 hi\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"};
	for (size_t but = 0; but < 2; but++) {
		struct room room;
		struct msub_session *session;
		struct msub_result result;
		struct log log = {.len = 0};
		CHECK_CASE("but %zu", but);
		room_init(&room);
		room.settings.before_end = note_end;
		room.settings.settled = note_settled;
		room.settings.before_end_context = room.settings.settled_context = &log;
		room_add(&room, "b@example.org");
		CHECK(msub_message_result(room.messages[0], 0, &result));
		CHECK(!result.final && !result.leaving);
		CHECK_INT(msub_session_new(&session, &room.settings, 0), MSUB_OK);
		CHECK_INT(msub_session_add(session, room.messages[0]), MSUB_OK);
		msub_session_connected(session, NULL, 0);
		for (size_t i = 0; i < COUNT(replies); i++) {
			msub_session_input(session, replies[i], strlen(replies[i]), 0);
			take(session, i == COUNT(replies) - 1 ? but : 0);
		}
		CHECK_TEXT(log.text, "EL");
		msub_session_end_of_input(session, NULL, 0);
		CHECK_TEXT(log.text, "EL SF");
		CHECK(msub_message_result(room.messages[0], 0, &result));
		CHECK_INT(result.outcome, but == 0 ? MSUB_MAYBE : MSUB_NOT_TRIED);
		msub_session_free(session);
		room_free(&room);
	}
}

#define TESTS(T)                                                                                   \
	T(tells_before_the_end_leaves_and_when_it_was_answered)                                    \
	T(an_end_that_did_not_leave_is_no_longer_leaving)
CHECK_MAIN("settled", TESTS)
