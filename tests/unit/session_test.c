/* session: time, the transcript, and what a driver may do wrong. */
#include "room.h"

/* ---- time ---- */

/* RFC 5321 section 4.5.3.2, and that a drop at a time renews nothing. */
static void keeps_time(void)
{
	static const struct {
		const char *name, *script;
		enum msub_phase phase;
	} rows[] = {
		{"greeting", "O\nT 299999\n.\nT 1\nX\nOVER\n", MSUB_PHASE_GREETING},
		{"half a greeting", "O\nT 299000\n>> 220 hi\nT 999\n.\nT 1\nX\nOVER\n",
			MSUB_PHASE_GREETING},
		{"many lines of a greeting", "O\nT 299000\n> 220-hi\nT 999\n.\nT 1\nX\nOVER\n",
			MSUB_PHASE_GREETING},
		{"EHLO", "O\nT 299999\n> 220 hi\n< EHLO [192.0.2.7]\nT 299999\n.\nT 1\nX\nOVER\n",
			MSUB_PHASE_EHLO},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room_add(&room, "b@example.org");
		room_play(&room, rows[i].script, &(struct script_options){.start_ms = 7});
		room_check(&room, 0, MSUB_TIMEOUT, rows[i].phase, MSUB_RETRY_LATER);
		room_free(&room);
	}
}

/* A deadline that is renewed whenever the network has taken something, however little. */
static void lets_a_slow_network_take_its_time(void)
{
	struct msub_settings settings;
	struct msub_session *session;
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
	msub_session_connected(session, NULL, 0);
	msub_session_input(session, "220 hi\r\n", 8, 1000);
	CHECK_INT(msub_session_deadline_ms(session), 1000 + 180000);
	msub_session_taken(session, 1, 100000);
	CHECK_INT(msub_session_deadline_ms(session), 100000 + 180000);
	msub_session_taken(session, 1000, 200000);
	CHECK_INT(msub_session_deadline_ms(session), 200000 + 300000);
	msub_session_tick(session, 499999);
	CHECK_INT(msub_session_wants(session), MSUB_WANTS_RECEIVE);
	msub_session_tick(session, 500000);
	CHECK_INT(msub_session_wants(session), MSUB_WANTS_CLOSE);
	msub_session_free(session);
}

static void ends_when_the_whole_took_too_long(void)
{
	struct room room;
	room_init(&room);
	room.settings.timeouts.whole_ms = 10000;
	room_add(&room, "b@example.org");
	room_add(&room, "b@example.org");
	room_play(
		&room, "O\nT 6000\n> 220 hi\n< EHLO [192.0.2.7]\nT 3999\n.\nT 1\nX\nOVER\n", NULL);
	room_check(&room, 0, MSUB_TIMEOUT, MSUB_PHASE_EHLO, MSUB_RETRY_LATER);
	room_check(&room, 1, MSUB_TIMEOUT, MSUB_PHASE_EHLO, MSUB_RETRY_LATER);
	room_free(&room);
}

static void waits_without_end_where_it_is_told(void)
{
	struct msub_settings settings;
	struct msub_session *session;
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	settings.timeouts = (struct msub_timeouts){0};
	CHECK_INT(msub_session_new(&session, &settings, 5), MSUB_OK);
	CHECK(msub_session_deadline_ms(session) == MSUB_NEVER);
	msub_session_connected(session, NULL, 5);
	CHECK(msub_session_deadline_ms(session) == MSUB_NEVER);
	msub_session_tick(session, UINT64_MAX - 1);
	CHECK_INT(msub_session_wants(session), MSUB_WANTS_RECEIVE);
	msub_session_free(session);
}

/* ---- the transcript ---- */

static void keep_line(void *context, enum msub_spoken spoken, const char *text)
{
	static const char *const marks[] = {"-> ", "<- ", "== "};
	buffer_format(context, "%s%s\n", marks[spoken], text);
}

static void shows_the_talk_without_secrets(void)
{
	struct room room;
	struct buffer shown;
	buffer_init(&shown, &memory_standard, 10000);
	room_init(&room);
	room.settings.user = "tim";
	room.settings.password = "tanstaaftanstaaf";
	room.settings.mechanism = "PLAIN";
	room.settings.transcript = keep_line;
	room.settings.transcript_context = &shown;
	room_add(&room, "b@example.org");
	room_play(&room,
		OFFERS("AUTH PLAIN") "< AUTH PLAIN " TIM_PLAIN "\n> 235 \x1b[31mok\n" ONE_MESSAGE,
		NULL);
	CHECK_TEXT(buffer_string(&shown),
		"== connected\n<- 220 hi\n-> EHLO [192.0.2.7]\n<- 250-hi\n<- 250 AUTH PLAIN\n"
		"-> AUTH PLAIN <secret>\n<- 235 \\x1B[31mok\n-> MAIL FROM:<a@example.org>\n<- 250 ok\n"
		"-> RCPT TO:<b@example.org>\n<- 250 ok\n-> DATA\n<- 354 go on\n"
		"== 25 octets of content\n-> .\n<- 250 queued\n-> QUIT\n<- 221 bye\n");
	room_free(&room);

	buffer_clear(&shown);
	room_init(&room);
	room.settings.user = "tim";
	room.settings.password = "tanstaaftanstaaf";
	room.settings.mechanism = "LOGIN";
	room.settings.transcript = keep_line;
	room.settings.transcript_context = &shown;
	room_add(&room, "b@example.org");
	room_play(&room,
		OFFERS("AUTH LOGIN") "< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dGlt\n> 334 UGFzc3dvcmQ6\n"
				     "< dGFuc3RhYWZ0YW5zdGFhZg==\n> 535 no\n" GIVES_UP,
		NULL);
	CHECK(strstr(buffer_string(&shown), "-> AUTH LOGIN\n<- 334 VXNlcm5hbWU6\n-> <secret>\n") !=
		NULL);
	CHECK(strstr(buffer_string(&shown), "dGFuc3RhYWZ0YW5zdGFhZg") == NULL);
	CHECK(strstr(buffer_string(&shown), "dGlt") == NULL);
	buffer_free(&shown);
	room_free(&room);
}

/* ---- what is harmless ---- */

static void ignores_calls_that_it_does_not_want(void)
{
	struct msub_settings settings;
	struct msub_session *session;
	struct msub_piece piece;
	struct room room;
	room_init(&room);
	room_add(&room, "b@example.org");
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	CHECK_INT(msub_session_new(&session, &settings, 0), MSUB_OK);
	msub_session_input(session, "220 hi\r\n", 8, 0);
	msub_session_taken(session, 10, 0);
	msub_session_tls_up(session, true, NULL, 0);
	msub_session_tls_failed(session, NULL, 0);
	msub_session_end_of_input(session, NULL, 0);
	CHECK_INT(msub_session_output(session, &piece, 1), 0);
	CHECK_INT(msub_session_wants(session), MSUB_WANTS_CONNECT);
	msub_session_connected(session, NULL, 0);
	msub_session_connected(session, NULL, 0);
	msub_session_connect_failed(session, NULL, 0);
	CHECK_INT(msub_session_wants(session), MSUB_WANTS_RECEIVE);
	msub_session_closed(session, 0);
	CHECK_INT(msub_session_wants(session), 0);
	CHECK_INT(msub_session_add(session, room.messages[0]), MSUB_USE);
	msub_session_connected(session, NULL, 0);
	msub_session_input(session, "220 hi\r\n", 8, 0);
	msub_session_closed(session, 0);
	msub_session_tick(session, UINT64_MAX);
	CHECK_INT(msub_session_wants(session), 0);
	msub_session_free(session);
	msub_session_free(NULL);
	room_free(&room);
}

/* Alone, a session tries nothing again: it says that it should be. */
static void leaves_trying_again_to_others(void)
{
	struct room room;
	struct msub_session *session;
	struct msub_result result;
	room_init(&room);
	room_add(&room, "b@example.org");
	room_add(&room, "c@example.org");
	CHECK_INT(msub_session_new(&session, &room.settings, 0), MSUB_OK);
	CHECK_INT(msub_session_add(session, room.messages[0]), MSUB_OK);
	CHECK_INT(msub_session_add(session, room.messages[1]), MSUB_OK);
	msub_session_free(session);
	for (size_t i = 0; i < 2; i++) {
		CHECK(msub_message_is_finished(room.messages[i]));
		CHECK(msub_message_result(room.messages[i], 0, &result));
		CHECK_INT(result.outcome, MSUB_NOT_TRIED);
		CHECK_INT(result.why.error, MSUB_LOST);
	}
	room_free(&room);
}

/* What is said is taken; then this is the reply. */
static void hear(struct msub_session *session, const char *reply)
{
	struct msub_piece piece;
	while (msub_session_output(session, &piece, 1) > 0)
		msub_session_taken(session, piece.len, 0);
	msub_session_input(session, reply, strlen(reply), 0);
}

/* It ends itself while messages wait: that is not the server's doing. */
static void says_why_it_ended_itself(void)
{
	static const struct {
		const char *name, *replies[8];
		enum msub_error first;
		const char *text; /* of the second */
	} rows[] = {
		{"an envelope that was given up",
			{"250 hi\r\n", "250 ok\r\n", "550 no\r\n", "221 bye\r\n"}, MSUB_REFUSED,
			"after an envelope that was given up: only the end of the session closes it"},
		{"one message in a session",
			{"250-hi\r\n250 LIMITS MAILMAX=1\r\n", "250 ok\r\n", "250 ok\r\n",
				"354 go\r\n", "250 queued\r\n", "221 bye\r\n"},
			MSUB_OK, "the server takes no more messages in one session"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct msub_session *session;
		struct msub_failure failure;
		CHECK_CASE("%s", rows[i].name);
		room_init(&room);
		room_add(&room, "b@example.org");
		room_add(&room, "c@example.org");
		CHECK_INT(msub_session_new(&session, &room.settings, 0), MSUB_OK);
		for (size_t j = 0; j < 2; j++)
			CHECK_INT(msub_session_add(session, room.messages[j]), MSUB_OK);
		msub_session_connected(session, NULL, 0);
		hear(session, "220 hi\r\n");
		for (size_t j = 0; j < COUNT(rows[i].replies) && rows[i].replies[j] != NULL; j++)
			hear(session, rows[i].replies[j]);
		CHECK_INT(msub_session_wants(session), MSUB_WANTS_CLOSE);
		msub_session_closed(session, 0);
		msub_message_failure(room.messages[0], &failure);
		CHECK_TEXT(msub_error_name(failure.error), msub_error_name(rows[i].first));
		CHECK(msub_message_is_finished(room.messages[1]));
		msub_message_failure(room.messages[1], &failure);
		CHECK_TEXT(msub_error_name(failure.error), "ENDED");
		CHECK_TEXT(failure.text, rows[i].text);
		CHECK_INT(msub_message_count(room.messages[1], MSUB_NOT_TRIED), 1);
		CHECK_INT(failure.retry, MSUB_RETRY_ELSEWHERE);
		msub_session_free(session);
		room_free(&room);
	}
}

#define TESTS(T)                                                                                   \
	T(keeps_time)                                                                              \
	T(lets_a_slow_network_take_its_time)                                                       \
	T(ends_when_the_whole_took_too_long)                                                       \
	T(waits_without_end_where_it_is_told)                                                      \
	T(shows_the_talk_without_secrets)                                                          \
	T(ignores_calls_that_it_does_not_want)                                                     \
	T(leaves_trying_again_to_others)                                                           \
	T(says_why_it_ended_itself)
CHECK_MAIN("session", TESTS)
