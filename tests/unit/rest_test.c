/* rest: sessions without messages, kept open and used again. */
#include "check.h"
#include "msub.h"

#include <string.h>

enum { KEEP_MS = 60000 };

/* A session or a sender of one connection, with a server that is these lines. */
struct desk {
	struct msub_settings settings;
	struct msub_session *session;
	struct msub_sender *sender;
	struct msub_message *messages[8];
	size_t count;
	uint64_t now_ms;
	char talk[4000];
};

static void show(void *context, enum msub_spoken spoken, const char *text)
{
	struct desk *desk = context;
	size_t len = strlen(desk->talk);
	if (spoken != MSUB_NOTE)
		snprintf(desk->talk + len, sizeof desk->talk - len, "%c %s\n",
			spoken == MSUB_SAID ? '>' : '<', text);
}

static void desk_init(struct desk *desk)
{
	*desk = (struct desk){.now_ms = 1000};
	msub_settings_init(&desk->settings);
	desk->settings.tls = MSUB_TLS_NONE;
	desk->settings.keep_ms = KEEP_MS;
	desk->settings.hello = "me";
	desk->settings.transcript = show;
	desk->settings.transcript_context = desk;
}

static struct msub_message *new_message(struct desk *desk)
{
	struct msub_message **message = &desk->messages[desk->count++];
	CHECK_INT(msub_message_new(message, NULL), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(*message, "a@example.net"), MSUB_OK);
	CHECK_INT(msub_message_content(*message, "x\r\n", 3), MSUB_OK);
	return *message;
}

static void desk_free(struct desk *desk)
{
	msub_session_free(desk->session);
	msub_sender_free(desk->sender);
	for (size_t i = 0; i < desk->count; i++)
		msub_message_free(desk->messages[i]);
}

static void hear(struct desk *desk, const char *text)
{
	msub_session_input(desk->session, text, strlen(text), desk->now_ms);
}

/* Takes what is said; true where there was anything. */
static bool take(struct desk *desk)
{
	struct msub_piece pieces[8];
	size_t count, all = 0;
	while ((count = msub_session_output(desk->session, pieces, 8)) > 0) {
		size_t len = 0;
		for (size_t i = 0; i < count; i++)
			len += pieces[i].len;
		msub_session_taken(desk->session, len, desk->now_ms);
		all += len;
	}
	return all > 0;
}

static void answer(struct desk *desk, const char *text)
{
	CHECK(take(desk));
	hear(desk, text);
}

/* The whole of one message in lock-step. */
static void deliver(struct desk *desk)
{
	answer(desk, "250 ok\r\n");
	answer(desk, "250 ok\r\n");
	answer(desk, "354 go\r\n");
	answer(desk, "250 taken\r\n");
}

static void greet(struct desk *desk)
{
	msub_session_connected(desk->session, NULL, desk->now_ms);
	hear(desk, "220 hi\r\n");
	answer(desk, "250 hi\r\n");
}

static void close_down(struct desk *desk)
{
	CHECK_INT(msub_session_wants(desk->session), MSUB_WANTS_CLOSE);
	msub_session_closed(desk->session, desk->now_ms);
	CHECK_INT(msub_session_wants(desk->session), 0);
}

/* With a sender: one message delivered, and the session rests. */
static void begin_with_sender(struct desk *desk)
{
	desk_init(desk);
	CHECK_INT(msub_sender_new(&desk->sender, &desk->settings), MSUB_OK);
	CHECK_INT(msub_sender_add(desk->sender, new_message(desk)), MSUB_OK);
	desk->session = msub_sender_session(desk->sender, desk->now_ms);
	greet(desk);
	deliver(desk);
	CHECK(!take(desk));
	CHECK(msub_sender_is_finished(desk->sender));
	CHECK_INT(msub_session_wants(desk->session), MSUB_WANTS_RECEIVE);
	CHECK_INT(msub_session_deadline_ms(desk->session), desk->now_ms + KEEP_MS);
}

static void end_with_sender(struct desk *desk)
{
	desk->session = NULL;
	desk_free(desk);
}

static void says_quit_when_the_rest_is_over(void)
{
	struct desk desk;
	begin_with_sender(&desk);
	msub_session_tick(desk.session, desk.now_ms + KEEP_MS - 1);
	CHECK(!take(&desk));
	msub_session_tick(desk.session, desk.now_ms += KEEP_MS);
	answer(&desk, "221 bye\r\n");
	close_down(&desk);
	CHECK(msub_sender_session(desk.sender, desk.now_ms) == NULL);
	end_with_sender(&desk);
}

static void says_quit_when_it_is_told_to(void)
{
	struct desk desk;
	begin_with_sender(&desk);
	msub_session_quit(desk.session, desk.now_ms);
	answer(&desk, "221 bye\r\n");
	close_down(&desk);
	end_with_sender(&desk);
}

/* A short rest: the next message follows at once. A long one: NOOP, then the message. */
static void is_used_again(void)
{
	static const struct {
		uint64_t rest_ms;
		bool noop;
	} rows[] = {{0, false}, {4999, false}, {5000, true}, {KEEP_MS - 1, true}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk desk;
		CHECK_CASE("%llu ms", (unsigned long long)rows[i].rest_ms);
		begin_with_sender(&desk);
		desk.talk[0] = 0;
		desk.now_ms += rows[i].rest_ms;
		CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
		CHECK(msub_sender_session(desk.sender, desk.now_ms) == desk.session);
		if (rows[i].noop)
			answer(&desk, "250 still here\r\n");
		deliver(&desk);
		CHECK(msub_sender_is_finished(desk.sender));
		CHECK_INT(msub_message_count(desk.messages[1], MSUB_ACCEPTED), 1);
		CHECK_INT(strncmp(desk.talk, "> NOOP\n", 7) == 0, rows[i].noop);
		CHECK(strstr(desk.talk, "RSET") == NULL);
		CHECK_INT(msub_session_deadline_ms(desk.session), desk.now_ms + KEEP_MS);
		end_with_sender(&desk);
	}
}

enum way { REFUSED, CLOSING, NONSENSE, INTERMEDIATE, LOST, SILENT, WAYS };

static void end_in_this_way(struct desk *desk, enum way way)
{
	static const char *const replies[] = {
		"500 what?\r\n", "421 bye\r\n", "what?\r\n", "354 go\r\n"};
	if (way == LOST)
		msub_session_end_of_input(desk->session, "reset", desk->now_ms);
	else if (way == SILENT)
		msub_session_tick(
			desk->session, desk->now_ms = msub_session_deadline_ms(desk->session));
	else
		hear(desk, replies[way]);
	if (take(desk))
		hear(desk, "221 bye\r\n");
	close_down(desk);
}

/* Whatever answers NOOP, or comes while the session rests, is nobody's failure. */
static void a_connection_that_did_not_last_is_no_failure(void)
{
	for (int way = 0; way < WAYS * 2; way++) {
		struct desk desk;
		struct msub_failure failure;
		bool probing = way < WAYS;
		CHECK_CASE("way %d", way);
		begin_with_sender(&desk);
		desk.now_ms += 30000;
		if (probing) {
			CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
			CHECK(msub_sender_session(desk.sender, desk.now_ms) == desk.session);
			CHECK(take(&desk));
		}
		end_in_this_way(&desk, (enum way)(way % WAYS));
		if (!probing)
			CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
		desk.session = msub_sender_session(desk.sender, desk.now_ms);
		if (CHECK(desk.session != NULL)) {
			CHECK_INT(msub_session_wants(desk.session), MSUB_WANTS_CONNECT);
			greet(&desk);
			deliver(&desk);
		}
		msub_sender_failure(desk.sender, &failure);
		CHECK_INT(failure.error, MSUB_OK);
		CHECK_INT(msub_message_count(desk.messages[1], MSUB_ACCEPTED), 1);
		CHECK_INT(msub_message_remarks(desk.messages[1]), 0);
		end_with_sender(&desk);
	}
}

/* What is refused after an idle time may be a forgotten login; so it is tried in a new session. */
static void an_idle_time_may_make_a_server_forget(void)
{
	struct desk desk;
	desk_init(&desk);
	desk.settings.user = "u";
	desk.settings.password = "pw";
	desk.settings.mechanism = "PLAIN";
	CHECK_INT(msub_sender_new(&desk.sender, &desk.settings), MSUB_OK);
	for (int i = 0; i < 2; i++) {
		CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
		desk.session = msub_sender_session(desk.sender, desk.now_ms);
		if (i == 0) {
			msub_session_connected(desk.session, NULL, desk.now_ms);
			hear(&desk, "220 hi\r\n");
			answer(&desk, "250-hi\r\n250 AUTH PLAIN\r\n");
			answer(&desk, "235 ok\r\n");
			/* MAIL is refused: nothing has happened in this session */
			answer(&desk, "550 5.1.0 not from you\r\n");
		} else {
			answer(&desk, "250 still here\r\n");
			answer(&desk, "530 5.7.0 log in\r\n");
		}
		desk.now_ms += 30000;
	}
	CHECK(msub_message_is_finished(desk.messages[0]));
	CHECK(!msub_message_is_finished(desk.messages[1]));
	struct msub_counts counts;
	msub_sender_counts(desk.sender, &counts);
	CHECK_INT(counts.suspicions, 1);
	end_with_sender(&desk);
}

/* LIMITS MAILMAX is a limit of the session, however long it rests. */
static void a_session_that_takes_no_more_does_not_rest(void)
{
	struct desk desk;
	desk_init(&desk);
	CHECK_INT(msub_sender_new(&desk.sender, &desk.settings), MSUB_OK);
	CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
	desk.session = msub_sender_session(desk.sender, desk.now_ms);
	msub_session_connected(desk.session, NULL, desk.now_ms);
	hear(&desk, "220 hi\r\n");
	answer(&desk, "250-hi\r\n250 LIMITS MAILMAX=1\r\n");
	deliver(&desk);
	answer(&desk, "221 bye\r\n");
	close_down(&desk);
	end_with_sender(&desk);
}

/* whole_ms is of each run, not of the time that a session rests. */
static void the_time_of_a_run_begins_anew(void)
{
	struct desk desk;
	desk_init(&desk);
	desk.settings.timeouts.whole_ms = 10000;
	CHECK_INT(msub_sender_new(&desk.sender, &desk.settings), MSUB_OK);
	CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
	desk.session = msub_sender_session(desk.sender, desk.now_ms);
	greet(&desk);
	deliver(&desk);
	CHECK_INT(msub_session_deadline_ms(desk.session), desk.now_ms + KEEP_MS);
	desk.now_ms += 30000;
	CHECK_INT(msub_sender_add(desk.sender, new_message(&desk)), MSUB_OK);
	CHECK(msub_sender_session(desk.sender, desk.now_ms) == desk.session);
	answer(&desk, "250 still here\r\n");
	CHECK_INT(msub_session_deadline_ms(desk.session), desk.now_ms + 10000);
	deliver(&desk);
	CHECK_INT(msub_message_count(desk.messages[1], MSUB_ACCEPTED), 1);
	end_with_sender(&desk);
}

/* ---- without a sender ---- */

static void a_session_alone_is_woken_by_tick(void)
{
	struct desk desk;
	desk_init(&desk);
	CHECK_INT(msub_session_new(&desk.session, &desk.settings, desk.now_ms), MSUB_OK);
	greet(&desk);
	CHECK(!take(&desk)); /* it rests from the beginning */
	for (int i = 0; i < 2; i++) {
		desk.now_ms += 3000 + 3000 * (uint64_t)i;
		CHECK_INT(msub_session_add(desk.session, new_message(&desk)), MSUB_OK);
		CHECK(msub_session_deadline_ms(desk.session) <= desk.now_ms);
		msub_session_tick(desk.session, desk.now_ms);
		if (i == 1)
			answer(&desk, "250 still here\r\n");
		deliver(&desk);
		CHECK_INT(msub_message_count(desk.messages[i], MSUB_ACCEPTED), 1);
	}
	msub_session_quit(desk.session, desk.now_ms);
	CHECK_INT(msub_session_add(desk.session, new_message(&desk)), MSUB_USE);
	answer(&desk, "221 bye\r\n");
	close_down(&desk);
	desk_free(&desk);
}

static void a_session_alone_tells_what_was_not_tried(void)
{
	struct desk desk;
	struct msub_failure failure;
	desk_init(&desk);
	CHECK_INT(msub_session_new(&desk.session, &desk.settings, desk.now_ms), MSUB_OK);
	greet(&desk);
	desk.now_ms += 30000;
	CHECK_INT(msub_session_add(desk.session, new_message(&desk)), MSUB_OK);
	msub_session_tick(desk.session, desk.now_ms);
	answer(&desk, "421 too late\r\n");
	close_down(&desk);
	CHECK_INT(msub_message_count(desk.messages[0], MSUB_NOT_TRIED), 1);
	msub_message_failure(desk.messages[0], &failure);
	CHECK_INT(failure.error, MSUB_ENDED);
	CHECK_INT(failure.retry, MSUB_RETRY_ELSEWHERE);
	CHECK_TEXT(failure.text, "the connection rested, and did not stand any more");
	desk_free(&desk);
}

#define TESTS(T)                                                                                   \
	T(says_quit_when_the_rest_is_over)                                                         \
	T(says_quit_when_it_is_told_to)                                                            \
	T(is_used_again)                                                                           \
	T(a_connection_that_did_not_last_is_no_failure)                                            \
	T(an_idle_time_may_make_a_server_forget)                                                   \
	T(a_session_that_takes_no_more_does_not_rest)                                              \
	T(the_time_of_a_run_begins_anew)                                                           \
	T(a_session_alone_is_woken_by_tick)                                                        \
	T(a_session_alone_tells_what_was_not_tried)
CHECK_MAIN("rest", TESTS)
