/*
 * session: servers that are too slow, at every phase, and servers that never stop: each session
 * ends, at its time or after so many octets, and holds no more memory than it needs.
 */
#include "failing_memory.h"
#include "room.h"
#include "sender.h"

/* ---- too slow ---- */

/* All different, so that no deadline is taken for another's. */
static const struct msub_timeouts timeouts = {
	.connect_ms = 10000,
	.handshake_ms = 11000,
	.greeting_ms = 12000,
	.command_ms = 13000,
	.data_ms = 14000,
	.block_ms = 15000,
	.end_ms = 16000,
	.quit_ms = 17000,
};

#define GREETED "O\n> 220 hi\n"
#define IN_CLEAR OFFERS("AUTH LOGIN PLAIN CRAM-MD5")
#define LMTP_OFFERS "O\n> 220 hi\n< LHLO [192.0.2.7]\n> 250-hi\n> 250 PIPELINING\n"
#define MAIL "< MAIL FROM:<a@example.org>\n> 250 ok\n"
#define RCPT "< RCPT TO:<b@example.org>\n> 250 ok\n"
#define DATA "< DATA\n> 354 go\n"
#define CONTENT "<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n"
#define CHUNK                                                                                      \
	"<< MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\nBDAT 25 "                  \
	"LAST\\r\\nSubject: hello\\r\\n\\r\\nworld\\r\\n\n"
#define CHUNKS "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250-CHUNKING\n> 250 PIPELINING\n"
#define LMTP_MAIL                                                                                  \
	"<< MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\n"                          \
	"RCPT TO:<c@example.org>\\r\\nDATA\\r\\n\n> 250 ok\n> 250 ok\n> 250 ok\n> 354 go\n"

static const struct slow {
	const char *name;
	const char *script; /* up to where the server falls silent */
	struct msub_settings settings;
	uint64_t patience_ms;
	enum msub_phase phase;
	bool unsure, two;
} slows[] = {
	{"greeting", "O\n", {0}, 12000, MSUB_PHASE_GREETING, false, false},
	{"EHLO", GREETED "< EHLO [192.0.2.7]\n", {0}, 13000, MSUB_PHASE_EHLO, false, false},
	{"LHLO", GREETED "< LHLO [192.0.2.7]\n", {.protocol = MSUB_LMTP}, 13000, MSUB_PHASE_EHLO,
		false, false},
	{"HELO", GREETED "< EHLO [192.0.2.7]\n> 500 what?\n< HELO [192.0.2.7]\n", {0}, 13000,
		MSUB_PHASE_HELO, false, false},
	{"STARTTLS", OFFERS("STARTTLS") "< STARTTLS\n", {BY_STARTTLS}, 13000, MSUB_PHASE_STARTTLS,
		false, false},
	{"EHLO inside TLS", OFFERS("STARTTLS") "< STARTTLS\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n",
		{BY_STARTTLS}, 13000, MSUB_PHASE_EHLO, false, false},
	{"AUTH", IN_CLEAR "< AUTH PLAIN " TIM_PLAIN "\n", {TIM, .mechanism = "PLAIN"}, 13000,
		MSUB_PHASE_AUTH, false, false},
	{"first round", IN_CLEAR "< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dGlt\n",
		{TIM, .mechanism = "LOGIN"}, 13000, MSUB_PHASE_ANSWER, false, false},
	{"second round",
		IN_CLEAR "< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dGlt\nT 12000\n> 334 UGFzc3dvcmQ6\n"
			 "< dGFuc3RhYWZ0YW5zdGFhZg==\n",
		{TIM, .mechanism = "LOGIN"}, 13000, MSUB_PHASE_ANSWER, false, false},
	{"the reply to *", IN_CLEAR "< AUTH CRAM-MD5\n> 334 !\n< *\n",
		{TIM, .mechanism = "CRAM-MD5"}, 13000, MSUB_PHASE_ANSWER, false, false},
	{"MAIL", OFFERS("SIZE") "< MAIL FROM:<a@example.org> SIZE=25\n", {0}, 13000,
		MSUB_PHASE_MAIL, false, false},
	{"RCPT", OFFERS("HELP") MAIL "< RCPT TO:<b@example.org>\n", {0}, 13000,
		MSUB_PHASE_RECIPIENT, false, false},
	{"DATA", OFFERS("HELP") MAIL RCPT "< DATA\n", {0}, 14000, MSUB_PHASE_DATA, false, false},
	{"end of data", OFFERS("HELP") MAIL RCPT DATA CONTENT, {0}, 16000, MSUB_PHASE_BODY, true,
		false},
	{"BDAT", CHUNKS CHUNK "> 250 ok\n> 250 ok\n", {.chunking = MSUB_CHUNKING_PREFERRED}, 16000,
		MSUB_PHASE_CHUNK, true, false},
	/* it left with its envelope: what is awaited is RCPT, what is unsure the message */
	{"RCPT before a chunk", CHUNKS CHUNK "> 250 ok\n", {.chunking = MSUB_CHUNKING_PREFERRED},
		13000, MSUB_PHASE_CHUNK, true, false},
	{"LMTP: the first reply", LMTP_OFFERS LMTP_MAIL CONTENT "< QUIT\n", {.protocol = MSUB_LMTP},
		16000, MSUB_PHASE_BODY, true, true},
	{"LMTP: the second reply", LMTP_OFFERS LMTP_MAIL CONTENT "< QUIT\nT 15000\n> 250 ok\n",
		{.protocol = MSUB_LMTP}, 16000, MSUB_PHASE_BODY, true, true},
};

static void init_slow(struct room *room, const struct slow *slow)
{
	room_init(room);
	room->settings.tls = room_tls(&slow->settings);
	room->settings.protocol = slow->settings.protocol;
	room->settings.chunking = slow->settings.chunking;
	room->settings.mechanism = slow->settings.mechanism;
	room->settings.user = slow->settings.user;
	room->settings.password = slow->settings.password;
	room->settings.timeouts = timeouts;
	struct msub_message *message = room_add(room, "b@example.org");
	if (slow->two)
		CHECK_INT(msub_message_add_recipient(message, "c@example.org"), MSUB_OK);
}

/* `part` is said half of the time later: a part of a reply gives no more time. */
static void play_slow(const struct slow *slow, const char *part)
{
	char script[1500];
	struct room room;
	struct msub_result result;
	uint64_t half = slow->patience_ms / 2;
	CHECK_CASE("%s, with %s", slow->name, part);
	init_slow(&room, slow);
	snprintf(script, sizeof script, "%s.\nT %d\n>> %s\n.\nT %d\n.\nT 1\nX\nOVER\n",
		slow->script, (int)half, part, (int)(slow->patience_ms - half - 1));
	room_play(&room, script, NULL);
	size_t last = msub_message_recipient_count(room.messages[0]) - 1;
	CHECK(msub_message_is_finished(room.messages[0]));
	CHECK(msub_message_result(room.messages[0], last, &result));
	CHECK_TEXT(msub_error_name(result.why.error), "TIMEOUT");
	CHECK_TEXT(msub_phase_text(result.why.phase), msub_phase_text(slow->phase));
	CHECK_INT(result.outcome, slow->unsure ? MSUB_MAYBE : MSUB_NOT_TRIED);
	CHECK_INT(result.why.retry, slow->unsure ? MSUB_RETRY_UNSURE : MSUB_RETRY_LATER);
	room_free(&room);
}

static void ends_in_time_wherever_a_server_is_slow(void)
{
	for (size_t i = 0; i < COUNT(slows); i++) {
		play_slow(&slows[i], "");
		play_slow(&slows[i], "2");
		play_slow(&slows[i], "250-x\\r\\n");
	}
}

/* The farewell is not waited for longer, and nothing has failed. */
static void does_not_wait_long_for_a_farewell(void)
{
	struct room room;
	room_init(&room);
	room.settings.timeouts = timeouts;
	room_add(&room, "b@example.org");
	room_play(&room,
		OFFERS("HELP") MAIL RCPT DATA CONTENT
		"> 250 ok\n< QUIT\nT 16999\n.\nT 1\nX\nOVER\n",
		NULL);
	room_check(&room, 0, MSUB_OK, 0, 0);
	room_free(&room);
}

/* ---- without end ---- */

enum { FLOOD_MAX = 8 * 1024 * 1024, PIECE = 4096, MEMORY_MAX = 512 * 1024 };

static const struct flood {
	const char *name;
	const char *opening; /* said first, a reply for each line that comes */
	const char *flood;   /* and then this, for ever */
	struct msub_settings settings;
	enum msub_error error;
	enum msub_phase phase;
	enum msub_outcome outcome;
	size_t most; /* octets of it that are endured */
	bool one_by_one;
} floods[] = {
	{"greeting lines", "", "220-x\r\n", {0}, MSUB_PROTOCOL, MSUB_PHASE_GREETING, MSUB_NOT_TRIED,
		PIECE * 2, false},
	{"text without a line's end", "", "220 xxxxxxxxxxxxxxxxxxxx", {0}, MSUB_PROTOCOL,
		MSUB_PHASE_GREETING, MSUB_NOT_TRIED, 70000, false},
	{"no reply at all", "", "\r\n", {0}, MSUB_PROTOCOL, MSUB_PHASE_GREETING, MSUB_NOT_TRIED,
		PIECE, false},
	{"greetings", "", "220 x\r\n", {0}, MSUB_PROTOCOL, MSUB_PHASE_EHLO, MSUB_NOT_TRIED, PIECE,
		false},
	{"EHLO lines", "220 x\r\n", "250-SIZE 1\r\n", {0}, MSUB_PROTOCOL, MSUB_PHASE_EHLO,
		MSUB_NOT_TRIED, PIECE * 2, false},
	{"long EHLO lines", "220 x\r\n",
		"250-AUTH xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
		{0}, MSUB_PROTOCOL, MSUB_PHASE_EHLO, MSUB_NOT_TRIED, 100000, false},
	{"rounds", "220 x\r\n250-x\r\n250 AUTH LOGIN\r\n", "334 QQ==\r\n",
		{TIM, .mechanism = "LOGIN"}, MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_NOT_TRIED,
		PIECE, false},
	{"rounds, each awaited", "220 x\r\n250-x\r\n250 AUTH LOGIN\r\n", "334 QQ==\r\n",
		{TIM, .mechanism = "LOGIN"}, MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_NOT_TRIED, 100,
		true},
	{"rounds of SCRAM", "220 x\r\n250-x\r\n250 AUTH SCRAM-SHA-1\r\n", "334 QQ==\r\n",
		{TIM, .mechanism = "SCRAM-SHA-1"}, MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_NOT_TRIED,
		100, true},
	{"rounds of XOAUTH2", "220 x\r\n250-x\r\n250 AUTH XOAUTH2\r\n", "334 e30=\r\n",
		{TIM, .mechanism = "XOAUTH2"}, MSUB_PROTOCOL, MSUB_PHASE_ANSWER, MSUB_NOT_TRIED,
		100, true},
	{"lines of a challenge", "220 x\r\n250-x\r\n250 AUTH CRAM-MD5\r\n", "334-QQ==\r\n",
		{TIM, .mechanism = "CRAM-MD5"}, MSUB_PROTOCOL, MSUB_PHASE_AUTH, MSUB_NOT_TRIED,
		PIECE * 2, false},
	{"MAIL lines", "220 x\r\n250 x\r\n", "250-x\r\n", {0}, MSUB_PROTOCOL, MSUB_PHASE_MAIL,
		MSUB_NOT_TRIED, PIECE * 2, false},
	{"RCPT lines", "220 x\r\n250 x\r\n250 ok\r\n", "550-x\r\n", {0}, MSUB_PROTOCOL,
		MSUB_PHASE_RECIPIENT, MSUB_NOT_TRIED, PIECE * 2, false},
	{"lines behind the dot", "220 x\r\n250 x\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250-x\r\n",
		{0}, MSUB_PROTOCOL, MSUB_PHASE_BODY, MSUB_MAYBE, PIECE * 2, false},
	{"refusals", "220 x\r\n250 x\r\n", "550 x\r\n", {0}, MSUB_REFUSED, MSUB_PHASE_MAIL,
		MSUB_REFUSED_FOR_GOOD, PIECE, false},
	{"LMTP: replies", "220 x\r\n250 x\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 x\r\n",
		{.protocol = MSUB_LMTP}, MSUB_OK, MSUB_PHASE_BODY, MSUB_ACCEPTED, PIECE, false},
};

struct reservoir {
	struct failing_memory failing;
	struct msub_memory memory;
	size_t peak;
};

static void *resize(void *context, void *old, size_t old_size, size_t want)
{
	struct reservoir *reservoir = context;
	void *fresh = reservoir->failing.memory.resize(&reservoir->failing, old, old_size, want);
	if (reservoir->failing.live > reservoir->peak)
		reservoir->peak = reservoir->failing.live;
	return fresh;
}

/* Takes all that is said; true where anything was. */
static bool take(struct msub_session *session)
{
	struct msub_piece piece;
	bool any = false;
	while (msub_session_output(session, &piece, 1) == 1) {
		msub_session_taken(session, piece.len, 0);
		any = true;
	}
	return any;
}

/* A reply, of one line or more, for each thing that is said. */
static void open_with(struct msub_session *session, const char *replies)
{
	msub_session_connected(session, "192.0.2.7", 0);
	while (*replies != 0) {
		size_t len = strcspn(replies, "\n") + 1;
		bool more = replies[3] == '-';
		msub_session_input(session, replies, len, 0);
		CHECK_INT(take(session), !more);
		replies += len;
	}
}

/* Returns how many octets it endured. */
static size_t flood(struct msub_session *session, const char *text, bool one_by_one)
{
	char piece[PIECE];
	size_t len = strlen(text), octets = 0;
	for (size_t i = 0; i < PIECE; i++)
		piece[i] = text[i % len];
	size_t whole = one_by_one ? len : PIECE / len * len;
	while (octets < FLOOD_MAX && (msub_session_wants(session) & MSUB_WANTS_CLOSE) == 0) {
		msub_session_input(session, piece, whole, 0);
		octets += whole;
		take(session);
	}
	return octets;
}

static void is_drowned_by_no_flood(void)
{
	for (size_t i = 0; i < COUNT(floods); i++) {
		const struct flood *row = &floods[i];
		struct reservoir reservoir = {.memory = {resize, &reservoir}};
		struct room room;
		struct msub_session *session;
		struct msub_result result;
		CHECK_CASE("%s", row->name);
		failing_memory_init(&reservoir.failing, 0);
		room_init(&room);
		room.settings.memory = &reservoir.memory;
		room.settings.protocol = row->settings.protocol;
		room.settings.mechanism = row->settings.mechanism;
		room.settings.user = row->settings.user;
		room.settings.password = row->settings.password;
		room_add(&room, "b@example.org");
		CHECK_INT(msub_session_new(&session, &room.settings, 0), MSUB_OK);
		CHECK_INT(msub_session_add(session, room.messages[0]), MSUB_OK);
		open_with(session, row->opening);
		CHECK(flood(session, row->flood, row->one_by_one) <= row->most);
		CHECK(reservoir.peak < MEMORY_MAX);
		msub_session_closed(session, 0);
		CHECK_INT(msub_session_wants(session), 0);
		CHECK(msub_message_result(room.messages[0], 0, &result));
		CHECK_TEXT(msub_error_name(result.why.error), msub_error_name(row->error));
		if (row->error != MSUB_OK)
			CHECK_TEXT(msub_phase_text(result.why.phase), msub_phase_text(row->phase));
		CHECK_TEXT(msub_outcome_text(result.outcome), msub_outcome_text(row->outcome));
		msub_session_free(session);
		CHECK_INT(reservoir.failing.live, 0);
		room_free(&room);
	}
}

/* ---- in the midst of a message ---- */

static ptrdiff_t read_forever(void *context, void *at, size_t len)
{
	(void)context;
	memset(at, 'x', len);
	return (ptrdiff_t)len;
}

/* While content is on its way that has no end either. */
static void hears_a_flood_in_the_midst_of_a_message(void)
{
	static const struct {
		const char *flood;
		enum msub_error error;
		enum msub_outcome outcome;
	} rows[] = {
		{"250 x\r\n", MSUB_PROTOCOL, MSUB_NOT_TRIED},
		{"250-x\r\n", MSUB_PROTOCOL, MSUB_NOT_TRIED},
		{"552 x\r\n", MSUB_REFUSED, MSUB_REFUSED_FOR_GOOD},
		{"552-x\r\n", MSUB_PROTOCOL, MSUB_NOT_TRIED},
		{"xxxxxxxxx", MSUB_PROTOCOL, MSUB_NOT_TRIED},
		{"421 x\r\n", MSUB_CLOSING, MSUB_NOT_TRIED},
	};
	static const struct msub_source source = {.read = read_forever};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct msub_session *session;
		struct msub_piece piece;
		struct msub_result result;
		size_t octets = 0;
		CHECK_CASE("%s", rows[i].flood);
		room_init(&room);
		room_add(&room, "b@example.org");
		CHECK_INT(msub_message_source(room.messages[0], &source), MSUB_OK);
		CHECK_INT(msub_session_new(&session, &room.settings, 0), MSUB_OK);
		CHECK_INT(msub_session_add(session, room.messages[0]), MSUB_OK);
		open_with(session, "220 x\r\n250 x\r\n250 ok\r\n250 ok\r\n");
		msub_session_input(session, "354 go\r\n", 8, 0);
		while (octets < FLOOD_MAX && msub_session_output(session, &piece, 1) == 1) {
			msub_session_taken(session, piece.len, 0);
			msub_session_input(session, rows[i].flood, strlen(rows[i].flood), 0);
			octets += strlen(rows[i].flood);
		}
		CHECK_INT(msub_session_wants(session), MSUB_WANTS_CLOSE);
		CHECK(octets < 70000);
		CHECK(msub_message_result(room.messages[0], 0, &result));
		CHECK_TEXT(msub_error_name(result.why.error), msub_error_name(rows[i].error));
		CHECK_TEXT(msub_outcome_text(result.outcome), msub_outcome_text(rows[i].outcome));
		msub_session_free(session);
		room_free(&room);
	}
}

#define TESTS(T)                                                                                   \
	T(ends_in_time_wherever_a_server_is_slow)                                                  \
	T(does_not_wait_long_for_a_farewell)                                                       \
	T(is_drowned_by_no_flood)                                                                  \
	T(hears_a_flood_in_the_midst_of_a_message)
CHECK_MAIN("session_patience", TESTS)
