/* session: every phase, and everything that can happen in it. */
#include "room.h"

enum event {
	REPLIES_2,
	REPLIES_3,
	REPLIES_4,
	REPLIES_5,
	REPLIES_421,
	IS_BROKEN,
	IS_SILENT,
	CLOSES
};
enum { EVENTS = CLOSES + 1 };

static const char *const event_replies[EVENTS] = {
	"250 x\r\n", "350 x\r\n", "450 x\r\n", "550 x\r\n", "421 x\r\n", "what?\r\n", "", ""};

struct expected {
	enum msub_error error;
	enum msub_outcome outcome;
	enum msub_retry retry;
};

#define FINE                                                                                       \
	{                                                                                          \
		MSUB_OK, MSUB_ACCEPTED, MSUB_RETRY_NEVER                                           \
	}
#define OUT_OF_STEP                                                                                \
	{                                                                                          \
		MSUB_PROTOCOL, MSUB_NOT_TRIED, MSUB_RETRY_LATER                                    \
	}
#define NOT_NOW(error)                                                                             \
	{                                                                                          \
		error, MSUB_NOT_TRIED, MSUB_RETRY_LATER                                            \
	}
#define NEVER(error)                                                                               \
	{                                                                                          \
		error, MSUB_NOT_TRIED, MSUB_RETRY_NEVER                                            \
	}
#define UNSURE(error)                                                                              \
	{                                                                                          \
		error, MSUB_MAYBE, MSUB_RETRY_UNSURE                                               \
	}
#define FOR_NOW                                                                                    \
	{                                                                                          \
		MSUB_REFUSED, MSUB_REFUSED_FOR_NOW, MSUB_RETRY_LATER                               \
	}
#define FOR_GOOD                                                                                   \
	{                                                                                          \
		MSUB_REFUSED, MSUB_REFUSED_FOR_GOOD, MSUB_RETRY_NEVER                              \
	}
/* 421, nonsense, silence, the end */
#define ENDS NOT_NOW(MSUB_CLOSING), OUT_OF_STEP, NOT_NOW(MSUB_TIMEOUT), NOT_NOW(MSUB_LOST)
#define ENDS_IN_MAIL FOR_NOW, OUT_OF_STEP, NOT_NOW(MSUB_TIMEOUT), NOT_NOW(MSUB_LOST)

static const struct expected matrix[MSUB_PHASE_COUNT][EVENTS] = {
	[MSUB_PHASE_GREETING] = {FINE, OUT_OF_STEP, NOT_NOW(MSUB_REFUSED),
		{MSUB_REFUSED, MSUB_NOT_TRIED, MSUB_RETRY_ELSEWHERE}, ENDS},
	[MSUB_PHASE_EHLO] = {FINE, OUT_OF_STEP, NOT_NOW(MSUB_REFUSED), NEVER(MSUB_REFUSED), ENDS},
	[MSUB_PHASE_HELO] = {FINE, OUT_OF_STEP, NOT_NOW(MSUB_REFUSED), NEVER(MSUB_REFUSED), ENDS},
	[MSUB_PHASE_STARTTLS] = {OUT_OF_STEP, OUT_OF_STEP, NOT_NOW(MSUB_TLS_REFUSED),
		NEVER(MSUB_TLS_REFUSED), ENDS},
	[MSUB_PHASE_AUTH] = {FINE, OUT_OF_STEP, NOT_NOW(MSUB_AUTH_REFUSED),
		NEVER(MSUB_AUTH_REFUSED), ENDS},
	[MSUB_PHASE_ANSWER] = {FINE, OUT_OF_STEP, NOT_NOW(MSUB_AUTH_REFUSED),
		NEVER(MSUB_AUTH_REFUSED), ENDS},
	[MSUB_PHASE_MAIL] = {FINE, OUT_OF_STEP, FOR_NOW, FOR_GOOD, ENDS_IN_MAIL},
	[MSUB_PHASE_RECIPIENT] = {FINE, OUT_OF_STEP, FOR_NOW, FOR_GOOD, ENDS_IN_MAIL},
	[MSUB_PHASE_DATA] = {OUT_OF_STEP, FINE, FOR_NOW, FOR_GOOD, ENDS_IN_MAIL},
	[MSUB_PHASE_BODY] = {FINE, UNSURE(MSUB_PROTOCOL), FOR_NOW, FOR_GOOD, FOR_NOW,
		UNSURE(MSUB_PROTOCOL), UNSURE(MSUB_TIMEOUT), UNSURE(MSUB_LOST)},
	[MSUB_PHASE_CHUNK] = {FINE, UNSURE(MSUB_PROTOCOL), FOR_NOW, FOR_GOOD, FOR_NOW,
		UNSURE(MSUB_PROTOCOL), UNSURE(MSUB_TIMEOUT), UNSURE(MSUB_LOST)},
	[MSUB_PHASE_QUIT] = {FINE, FINE, FINE, FINE, FINE, FINE, FINE, FINE},
};

/* What is being answered, told from what was said. */
static enum msub_phase phase_of(struct octets line, bool *in_data, bool in_login)
{
	static const struct {
		const char *start;
		enum msub_phase phase;
	} rows[] = {{"EHLO", MSUB_PHASE_EHLO}, {"HELO", MSUB_PHASE_HELO},
		{"STARTTLS", MSUB_PHASE_STARTTLS}, {"AUTH", MSUB_PHASE_AUTH},
		{"MAIL", MSUB_PHASE_MAIL}, {"RCPT", MSUB_PHASE_RECIPIENT},
		{"DATA", MSUB_PHASE_DATA}, {"BDAT", MSUB_PHASE_CHUNK}, {"QUIT", MSUB_PHASE_QUIT}};
	if (in_login)
		return MSUB_PHASE_ANSWER;
	for (size_t i = 0; i < COUNT(rows) && !*in_data; i++) {
		if (octets_start_nocase(line, rows[i].start))
			return rows[i].phase;
	}
	*in_data = false;
	return MSUB_PHASE_BODY;
}

struct answerer {
	struct msub_session *session;
	enum msub_phase where;
	enum event event;
	bool in_data, in_login, pipelining;
	bool silent; /* from the event on nothing more is said */
	uint64_t now_ms;
	struct buffer said;
};

static const char *good_reply(struct answerer *answerer, enum msub_phase phase)
{
	switch (phase) {
	case MSUB_PHASE_GREETING:
		return "220 hi\r\n";
	case MSUB_PHASE_EHLO:
		if (answerer->where == MSUB_PHASE_HELO)
			return "500 what?\r\n";
		return answerer->pipelining
			       ? "250-hi\r\n250-CHUNKING\r\n250-STARTTLS\r\n250-PIPELINING\r\n250 AUTH LOGIN\r\n"
			       : "250-hi\r\n250-CHUNKING\r\n250-STARTTLS\r\n250 AUTH LOGIN\r\n";
	case MSUB_PHASE_AUTH:
		answerer->in_login = true;
		return "334\r\n";
	case MSUB_PHASE_ANSWER:
		return "235 ok\r\n";
	case MSUB_PHASE_DATA:
		answerer->in_data = true;
		return "354 go\r\n";
	default:
		return "250 ok\r\n";
	}
}

static void answer(struct answerer *answerer, enum msub_phase phase)
{
	const char *text = phase == answerer->where ? event_replies[answerer->event]
						    : good_reply(answerer, phase);
	if (answerer->silent)
		return;
	if (phase == MSUB_PHASE_ANSWER)
		answerer->in_login = false;
	if (phase == answerer->where && phase == MSUB_PHASE_DATA && answerer->event == REPLIES_3)
		answerer->in_data = true;
	if (phase == MSUB_PHASE_STARTTLS && phase != answerer->where)
		text = "220 go\r\n";
	msub_session_input(answerer->session, text, strlen(text), answerer->now_ms);
	if (phase != answerer->where || text[0] != 0)
		return;
	answerer->silent = true;
	if (answerer->event == CLOSES)
		msub_session_end_of_input(answerer->session, NULL, answerer->now_ms);
}

/* Answers every line (or message) that was said whole. */
static void answer_all(struct answerer *answerer)
{
	struct octets all = buffer_octets(&answerer->said);
	struct octets end = octets_of(answerer->in_data ? "\r\n.\r\n" : "\r\n");
	size_t chunk = octets_start_nocase(all, "BDAT") ? strlen(room_content) : 0;
	for (size_t i = 0; i + end.len + chunk <= all.len; i++) {
		if (!octets_equal(octets_make(all.at + i, end.len), end))
			continue;
		i += chunk;
		enum msub_phase phase = phase_of(all, &answerer->in_data, answerer->in_login);
		buffer_consume(&answerer->said, i + end.len);
		answer(answerer, phase);
		answer_all(answerer);
		return;
	}
}

static void run_answerer(struct answerer *answerer)
{
	struct msub_session *session = answerer->session;
	for (unsigned wants, i = 0; i < 1000 && (wants = msub_session_wants(session)) != 0; i++) {
		struct msub_piece piece;
		if ((wants & MSUB_WANTS_CONNECT) != 0) {
			msub_session_connected(session, "192.0.2.7", answerer->now_ms);
			answer(answerer, MSUB_PHASE_GREETING);
		} else if ((wants & MSUB_WANTS_SEND) != 0) {
			CHECK_INT(msub_session_output(session, &piece, 1), 1);
			buffer_append(&answerer->said, piece.at, piece.len);
			msub_session_taken(session, piece.len, answerer->now_ms);
			answer_all(answerer);
		} else if ((wants & MSUB_WANTS_START_TLS) != 0) {
			msub_session_tls_up(session, true, "TLS", answerer->now_ms);
		} else if ((wants & MSUB_WANTS_CLOSE) != 0) {
			msub_session_closed(session, answerer->now_ms);
		} else {
			answerer->now_ms = msub_session_deadline_ms(session);
			CHECK(answerer->now_ms != MSUB_NEVER);
			msub_session_tick(session, answerer->now_ms);
		}
	}
	CHECK_INT(msub_session_wants(session), 0);
}

static void run_event(enum msub_phase where, enum event event, bool pipelining)
{
	struct room room;
	struct answerer answerer = {.where = where, .event = event, .pipelining = pipelining};
	struct msub_result result;
	const struct expected *want = &matrix[where][event];
	CHECK_CASE("%s, event %d, pipelining %d", msub_phase_text(where), (int)event, pipelining);
	room_init(&room);
	room.settings.tls = where == MSUB_PHASE_STARTTLS ? MSUB_TLS_STARTTLS : MSUB_TLS_NONE;
	room.settings.mechanism = "LOGIN";
	if (where == MSUB_PHASE_CHUNK)
		room.settings.chunking = MSUB_CHUNKING_PREFERRED;
	bool login = where != MSUB_PHASE_HELO && where != MSUB_PHASE_EHLO;
	room.settings.user = login ? "u" : NULL;
	room.settings.password = "p";
	room_add(&room, "b@example.org");
	buffer_init(&answerer.said, &memory_standard, 10000);
	CHECK_INT(msub_session_new(&answerer.session, &room.settings, 0), MSUB_OK);
	CHECK_INT(msub_session_add(answerer.session, room.messages[0]), MSUB_OK);
	run_answerer(&answerer);
	CHECK(msub_message_is_finished(room.messages[0]));
	CHECK(msub_message_result(room.messages[0], 0, &result));
	CHECK_TEXT(msub_error_name(result.why.error), msub_error_name(want->error));
	CHECK_TEXT(msub_outcome_text(result.outcome), msub_outcome_text(want->outcome));
	CHECK_TEXT(msub_retry_text(result.why.retry), msub_retry_text(want->retry));
	if (want->error != MSUB_OK)
		CHECK_TEXT(msub_phase_text(result.why.phase), msub_phase_text(where));
	msub_session_free(answerer.session);
	buffer_free(&answerer.said);
	room_free(&room);
}

static void has_a_result_for_every_event_in_every_phase(void)
{
	for (int phase = MSUB_PHASE_GREETING; phase < MSUB_PHASE_COUNT; phase++) {
		if (phase == MSUB_PHASE_NOOP)
			continue; /* only after a rest: rest_test.c */
		for (int event = 0; event < EVENTS; event++) {
			run_event((enum msub_phase)phase, (enum event)event, false);
			run_event((enum msub_phase)phase, (enum event)event, true);
		}
	}
}

#define TESTS(T) T(has_a_result_for_every_event_in_every_phase)
CHECK_MAIN("session_phases", TESTS)
