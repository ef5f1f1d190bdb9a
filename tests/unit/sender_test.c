/* sender: the forgotten login, turns, and the sender as a player. */
#include "post.h"
#include "room.h"
#include "sender.h"

/* ---- the forgotten login ---- */

static const char *const forget_names[] = {"none", "reset", "hello", "end"};

/* Three messages, the second to a refused recipient where that is asked; checks what came of it. */
static void run_three(struct forgetful_options options, bool refuse, size_t want, size_t logins)
{
	static const char *const good[] = {"good@example.net", NULL};
	static const char *const bad[] = {"bad@example.net", NULL};
	struct post post;
	CHECK_CASE("%s, %s, at %s, second %s", forget_names[options.forgets],
		options.pipelining ? "pipelined" : "lock-step",
		options.at_mail	 ? "mail"
		: options.at_end ? "end"
				 : "recipient",
		refuse ? "refused" : "good");
	options.refused = "bad@";
	post_init(&post);
	post_begin(&post);
	post_add(&post, good);
	post_add(&post, refuse ? bad : good);
	post_add(&post, good);
	forgetful_run(post.sender, &options, &post.result);
	post_check(&post);
	CHECK_INT(post_delivered(&post), want);
	CHECK_INT(post.result.logins, logins);
	bool forgets = options.forgets == FORGETS_ON_END;
	CHECK_INT(
		(msub_sender_learned(post.sender) & MSUB_LEARNED_FORGETS) != 0, forgets && !refuse);
	CHECK_INT((msub_message_remarks(post.messages[1]) & MSUB_REMARK_LOGIN_FORGOTTEN) != 0,
		forgets && !refuse);
	post_free(&post);
}

/* No other client that was measured delivers 3/3/3/3 and 2/2/2/2. */
static void delivers_in_every_mode_of_forgetting(void)
{
	for (enum forgets mode = FORGETS_NEVER; mode <= FORGETS_ON_END; mode++) {
		for (int pipelining = 0; pipelining < 2; pipelining++) {
			struct forgetful_options options = {
				.forgets = mode, .pipelining = pipelining};
			bool forgets = mode == FORGETS_ON_END;
			run_three(options, false, 3, forgets ? 3 : 1);
			/* the refused envelope ends a session; the forgotten login, one before it
			 */
			run_three(options, true, 2, forgets ? 3 : 2);
			options.at_mail = true;
			run_three(options, false, 3, forgets ? 3 : 1);
		}
	}
}

/* One suspicion is enough: from then on nobody is refused for a forgotten login. */
static void learns_at_once(void)
{
	struct forgetful_options options = {.forgets = FORGETS_ON_END};
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct post post;
		struct msub_counts counts;
		CHECK_CASE("pipelining %d", pipelining);
		options.pipelining = pipelining;
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, 6);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), 6);
		CHECK_INT(post.result.mails, 7);
		CHECK_INT(post.result.logins, 6);
		msub_sender_counts(post.sender, &counts);
		CHECK_INT(counts.suspicions, 1);
		post_free(&post);
	}
}

/* A suspicion that no new session could clear keeps the words that raised it. */
static void keeps_a_suspicion_that_stays(void)
{
	struct room room;
	struct msub_result result;
	room_init(&room);
	room.settings.user = "tim";
	room.settings.password = "tanstaaftanstaaf";
	room.settings.mechanism = "PLAIN";
	room_add(&room, "b@example.org");
	room_add(&room, "c@example.org");
	room_play(&room,
		OFFERS("AUTH PLAIN") "< AUTH PLAIN " TIM_PLAIN "\n> 235 ok\n"
				     "< MAIL FROM:<a@example.org>\n> 250 ok\n< RCPT TO:<b@example.org>\n> 250 ok\n"
				     "< DATA\n> 354 go\n<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n> 250 ok\n"
				     "< MAIL FROM:<a@example.org>\n> 530 5.7.0 log in\n< QUIT\n> 221 bye\nX\nO refused\nOVER\n",
		NULL);
	CHECK(msub_message_result(room.messages[1], 0, &result));
	CHECK_INT(result.why.error, MSUB_LOGIN_SUSPECTED);
	CHECK_INT(result.why.retry, MSUB_RETRY_ELSEWHERE);
	CHECK_INT(result.why.reply.code, 530);
	room_free(&room);
}

/* What was only behind a message that nobody answered goes on elsewhere. */
static void goes_on_behind_a_message_that_stays_unanswered(void)
{
	struct room room;
	struct msub_result result;
	room_init(&room);
	room_add(&room, "b@example.org");
	room_add(&room, "c@example.org");
	room_play(&room,
		OFFERS("PIPELINING") "<< MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				     "> 250 ok\n> 250 ok\n> 354 go\n<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n"
				     "MAIL FROM:<a@example.org>\\r\\nRCPT TO:<c@example.org>\\r\\nDATA\\r\\n\nT 600000\nX\n"
				     "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250 hi\n< MAIL FROM:<a@example.org>\n> 250 ok\n"
				     "< RCPT TO:<c@example.org>\n> 250 ok\n< DATA\n> 354 go\n"
				     "<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n> 250 ok\n< QUIT\n> 221 bye\nX\nOVER\n",
		NULL);
	CHECK(msub_message_result(room.messages[0], 0, &result));
	CHECK_INT(result.outcome, MSUB_MAYBE);
	CHECK_INT(result.why.error, MSUB_TIMEOUT);
	room_check(&room, 1, MSUB_OK, 0, 0);
	CHECK_INT(msub_message_remarks(room.messages[1]), MSUB_REMARK_SENT_AGAIN);
	room_free(&room);
}

/* Some notice only behind the message that the login is gone. */
static void suspects_a_refusal_behind_the_message_too(void)
{
	struct forgetful_options options = {.forgets = FORGETS_ON_END, .at_end = true};
	run_three(options, false, 3, 3);
	options.pipelining = true;
	run_three(options, false, 3, 3);
}

static void never_suspects_the_first_transaction(void)
{
	struct forgetful_options options = {
		.refused = "good", .refusal = "535 authentication required (#5.7.1)"};
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct post post;
		struct msub_counts counts;
		CHECK_CASE("pipelining %d", pipelining);
		options.pipelining = pipelining;
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, 1);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		msub_sender_counts(post.sender, &counts);
		CHECK_INT(counts.suspicions, 0);
		CHECK_INT(post.result.logins, 1);
		CHECK_INT(counts.logins, 1);
		CHECK_INT(post.result.mails, 1);
		post_free(&post);
	}
}

/*
 * Ten messages, everybody refused. One login per message: each given-up envelope ends its session,
 * and each is the first of its session, so nothing is suspected. With 354 for everybody the lone
 * dot closes the transaction: one session and what its suspicions cost. The first message is first
 * and final; the second is suspected, refused again in session 2, so is the third (session 3) and
 * the fourth (session 4); then suspicion has been wrong three times and is not raised again.
 */
static void does_not_storm_a_server_that_refuses_everybody(void)
{
	static const struct {
		bool pipelining, always_354;
		const char *refusal;
		size_t logins, mails;
	} rows[] = {
		{false, false, "550 5.1.1 no such user", 10, 10},
		{true, false, "550 5.1.1 no such user", 10, 10},
		{false, false, "535 authentication required", 10, 10},
		{true, false, "535 authentication required", 10, 10},
		{true, true, "550 5.1.1 no such user", 1, 10},
		{true, true, "535 authentication required", 4, 13},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct forgetful_options options = {.pipelining = rows[i].pipelining,
			.always_354 = rows[i].always_354,
			.refused = "good",
			.refusal = rows[i].refusal};
		struct post post;
		CHECK_CASE("row %zu", i);
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, 10);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), 0);
		CHECK_INT(post.result.logins, rows[i].logins);
		CHECK_INT(post.result.mails, rows[i].mails);
		CHECK_INT(msub_sender_learned(post.sender), 0);
		post_free(&post);
	}
}

/* A refused MAIL opens nothing: the session goes on, and nothing has happened that could forget. */
static void goes_on_after_a_refused_mail(void)
{
	struct forgetful_options options = {.mail_refused = "sender"};
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct post post;
		CHECK_CASE("pipelining %d", pipelining);
		options.pipelining = pipelining;
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, 10);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post.result.connections, 1);
		CHECK_INT(post.result.mails, 10);
		post_free(&post);
	}
}

/* Those who were taken are finished, the suspected ones alone are tried again. */
static void tries_only_the_suspected_recipients_again(void)
{
	static const char *const mixed[] = {
		"a@example.net", "bad@example.net", "c@example.net", NULL};
	struct forgetful_options options = {
		.refused = "bad@", .refusal = "550 5.7.1 relaying denied"};
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct post post;
		struct msub_result result;
		CHECK_CASE("pipelining %d", pipelining);
		options.pipelining = pipelining;
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, 1);
		post_add(&post, mixed);
		post_add_good(&post, 1);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), 4);
		/* session 2 tries bad@ alone, is refused and so given up; session 3 has the third
		 */
		CHECK_INT(post.result.logins, 3);
		CHECK(msub_message_result(post.messages[1], 1, &result));
		CHECK_INT(result.outcome, MSUB_REFUSED_FOR_GOOD);
		CHECK_INT(result.why.error, MSUB_REFUSED);
		CHECK_INT(result.why.reply.code, 550);
		CHECK_TEXT(result.why.reply.text, "relaying denied");
		post_free(&post);
	}
}

/* ---- turns ---- */

static void takes_as_few_turns_as_there_can_be(void)
{
	static const struct {
		size_t messages;
		bool pipelining;
		uint64_t turns;
	} rows[] = {{1, true, 5}, {10, true, 14}, {1, false, 8}, {10, false, 44}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct forgetful_options options = {.pipelining = rows[i].pipelining};
		struct post post;
		CHECK_CASE("%zu messages, pipelining %d", rows[i].messages, rows[i].pipelining);
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, rows[i].messages);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), rows[i].messages);
		CHECK_INT(msub_sender_turns(post.sender), rows[i].turns);
		post_free(&post);
	}
}
/* ---- as a player, and other ends ---- */

static void is_a_player_that_wants_nothing_without_mail(void)
{
	struct post post;
	post_init(&post);
	post_begin(&post);
	struct player *player = sender_player(post.sender, 0);
	CHECK_INT(player->ops->wants(player), 0);
	CHECK(player->ops->deadline_ms(player) == PLAYER_NEVER);
	post_add_good(&post, 1);
	CHECK(sender_player(post.sender, 5000) == player);
	CHECK_INT(player->ops->wants(player), PLAYER_CONNECT);
	CHECK_INT(player->ops->deadline_ms(player), 5000 + 90000);
	player->ops->connect_failed(player, "no route to host", 6000);
	CHECK_INT(player->ops->wants(player), 0);
	struct msub_failure failure;
	msub_message_failure(post.messages[0], &failure);
	CHECK_INT(failure.error, MSUB_CONNECT);
	CHECK_INT(failure.retry, MSUB_RETRY_LATER);
	CHECK_TEXT(failure.text, "no route to host");
	CHECK(msub_sender_finished(post.sender) == post.messages[0]);
	CHECK(msub_sender_finished(post.sender) == NULL);
	post_free(&post);
}

static void ends_messages_when_it_is_freed(void)
{
	struct post post;
	struct msub_result result;
	post_init(&post);
	post_begin(&post);
	post_add_good(&post, 2);
	struct msub_session *session = msub_sender_session(post.sender, 0);
	msub_session_connected(session, "", 0);
	msub_sender_free(post.sender);
	post.sender = NULL;
	CHECK(msub_message_is_finished(post.messages[1]));
	CHECK(msub_message_result(post.messages[1], 0, &result));
	CHECK_INT(result.outcome, MSUB_NOT_TRIED);
	CHECK_INT(result.why.error, MSUB_LOST);
	post_free(&post);
}

/* A finished message may be freed before the sender has told of it. */
static void forgets_a_message_that_is_freed(void)
{
	struct post post;
	struct forgetful_options options = {0};
	post_init(&post);
	post_begin(&post);
	post_add_good(&post, 3);
	forgetful_run(post.sender, &options, &post.result);
	msub_message_free(post.messages[1]);
	post.messages[1] = NULL;
	CHECK(msub_sender_finished(post.sender) == post.messages[0]);
	CHECK(msub_sender_finished(post.sender) == post.messages[2]);
	CHECK(msub_sender_finished(post.sender) == NULL);
	post_free(&post);
}

static void gives_up_when_nothing_is_settled_any_more(void)
{
	struct post post;
	struct msub_counts counts;
	struct msub_session *session;
	uint64_t now_ms = 0;
	post_init(&post);
	post.settings.user = NULL;
	post_begin(&post);
	post_add_good(&post, 9);
	while ((session = msub_sender_session(post.sender, now_ms++)) != NULL) {
		struct msub_piece piece;
		msub_session_connected(session, NULL, now_ms);
		msub_session_input(session, "220 hello\r\n", 11, now_ms);
		msub_session_taken(
			session, msub_session_output(session, &piece, 1) * piece.len, now_ms);
		msub_session_input(session, "250 hello\r\n", 11, now_ms);
		msub_session_end_of_input(session, "broken", now_ms);
		msub_session_closed(session, now_ms);
	}
	msub_sender_counts(post.sender, &counts);
	CHECK_INT(counts.sessions, 3);
	CHECK_INT(msub_message_count(post.messages[8], MSUB_NOT_TRIED), 1);
	CHECK(msub_message_is_finished(post.messages[8]));
	post_free(&post);
}

#define TESTS(T)                                                                                   \
	T(learns_at_once)                                                                          \
	T(keeps_a_suspicion_that_stays)                                                            \
	T(goes_on_behind_a_message_that_stays_unanswered)                                          \
	T(delivers_in_every_mode_of_forgetting)                                                    \
	T(suspects_a_refusal_behind_the_message_too)                                               \
	T(never_suspects_the_first_transaction)                                                    \
	T(does_not_storm_a_server_that_refuses_everybody)                                          \
	T(goes_on_after_a_refused_mail)                                                            \
	T(tries_only_the_suspected_recipients_again)                                               \
	T(takes_as_few_turns_as_there_can_be)                                                      \
	T(is_a_player_that_wants_nothing_without_mail)                                             \
	T(ends_messages_when_it_is_freed)                                                          \
	T(forgets_a_message_that_is_freed)                                                         \
	T(gives_up_when_nothing_is_settled_any_more)
CHECK_MAIN("sender", TESTS)
