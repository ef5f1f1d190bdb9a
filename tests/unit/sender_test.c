/* sender: many messages over the sessions that they take, against servers that forget. */
#include "check.h"
#include "failing_memory.h"
#include "forgetful.h"
#include "sender.h"

#include <stdio.h>

enum { MESSAGES_MAX = 12, RECIPIENTS_MAX = 8 };

/* Messages "m1", "m2", ... with their recipients; a sender that has them. */
struct post {
	struct msub_settings settings;
	struct msub_memory memory;
	struct failing_memory failing;
	struct msub_sender *sender;
	struct msub_message *messages[MESSAGES_MAX];
	char contents[MESSAGES_MAX][64];
	size_t count;
	struct forgetful_result result;
	bool made; /* memory sufficed */
};

static void post_init(struct post *post)
{
	*post = (struct post){.made = true};
	failing_memory_init(&post->failing, 0);
	post->memory = (struct msub_memory){post->failing.memory.resize, &post->failing};
	msub_settings_init(&post->settings);
	post->settings.tls = MSUB_TLS_NONE;
	post->settings.mechanism = "PLAIN";
	post->settings.user = "user";
	post->settings.password = "password";
	post->settings.memory = &post->memory;
}

static bool post_begin(struct post *post)
{
	post->made = msub_sender_new(&post->sender, &post->settings) == MSUB_OK;
	return post->made;
}

/* Adds a message to the recipients up to NULL. */
static void post_add(struct post *post, const char *const *recipients)
{
	struct msub_message **message = &post->messages[post->count];
	char *content = post->contents[post->count];
	if (!post->made || msub_message_new(message, &post->memory) != MSUB_OK) {
		post->made = false;
		return;
	}
	post->count++;
	snprintf(content, sizeof post->contents[0], "Subject: m%zu\r\n\r\n.dot\nbare\r",
		post->count);
	bool whole = msub_message_sender(*message, "sender@example.org") == MSUB_OK;
	for (; *recipients != NULL; recipients++)
		whole = whole && msub_message_add_recipient(*message, *recipients) == MSUB_OK;
	msub_message_content(*message, content, strlen(content));
	post->made = whole && msub_sender_add(post->sender, *message) == MSUB_OK;
}

static void post_add_good(struct post *post, size_t count)
{
	static const char *const good[] = {"good@example.net", NULL};
	for (size_t i = 0; i < count; i++)
		post_add(post, good);
}

static void post_free(struct post *post)
{
	msub_sender_free(post->sender);
	for (size_t i = 0; i < MESSAGES_MAX; i++)
		msub_message_free(post->messages[i]);
	buffer_free(&post->result.talk);
	CHECK_INT(post->failing.live, 0);
}

static size_t copies_of(const struct post *post, size_t message, const char *recipient)
{
	char subject[32];
	snprintf(subject, sizeof subject, "m%zu", message + 1);
	return forgetful_count(&post->result, subject, recipient);
}

/* What every run must hold: results are true, nobody has two copies, no rule is broken. */
static void check_truth(const struct post *post)
{
	CHECK(!post->result.endless);
	CHECK_INT(post->result.resets, 0);
	CHECK_INT(post->result.nested, 0);
	CHECK_INT(post->result.disorder, 0);
	for (size_t i = 0; i < post->count; i++) {
		struct msub_result result;
		CHECK(msub_message_is_finished(post->messages[i]));
		for (size_t k = 0; msub_message_result(post->messages[i], k, &result); k++) {
			size_t copies = copies_of(post, i, result.recipient);
			if (result.outcome == MSUB_MAYBE)
				CHECK(copies <= 1);
			else
				CHECK_INT(copies, result.outcome == MSUB_ACCEPTED);
			CHECK(result.outcome == MSUB_ACCEPTED || result.why.error != MSUB_OK);
			CHECK((result.outcome == MSUB_MAYBE) ==
				(result.why.retry == MSUB_RETRY_UNSURE));
		}
	}
}

static size_t delivered(const struct post *post)
{
	size_t count = 0;
	for (size_t i = 0; i < post->count; i++)
		count += msub_message_count(post->messages[i], MSUB_ACCEPTED);
	return count;
}

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
	check_truth(&post);
	CHECK_INT(delivered(&post), want);
	CHECK_INT(post.result.logins, logins);
	bool forgets = options.forgets == FORGETS_ON_END;
	CHECK_INT(
		(msub_sender_learned(post.sender) & MSUB_LEARNED_FORGETS) != 0, forgets && !refuse);
	CHECK_INT((msub_message_remarks(post.messages[1]) & MSUB_REMARK_LOGIN_FORGOTTEN) != 0,
		forgets && !refuse);
	post_free(&post);
}

/* peers.md part 2: no other client delivers 3/3/3/3 and 2/2/2/2. */
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
		check_truth(&post);
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
		check_truth(&post);
		CHECK_INT(delivered(&post), 0);
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
		check_truth(&post);
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
		check_truth(&post);
		CHECK_INT(delivered(&post), 4);
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
		check_truth(&post);
		CHECK_INT(delivered(&post), rows[i].messages);
		CHECK_INT(msub_sender_turns(post.sender), rows[i].turns);
		post_free(&post);
	}
}
/* ---- limits ---- */

static const char *const seven[] = {"r1@example.net", "r2@example.net", "r3@example.net",
	"r4@example.net", "r5@example.net", "r6@example.net", "r7@example.net", NULL};

/* Seven recipients where three are taken at once: three transactions, one session. */
static void makes_further_transactions_of_too_many_recipients(void)
{
	static const struct {
		struct forgetful_options options;
		const char *name;
		bool learned;
		size_t mails;
	} rows[] = {
		{{.recipient_max = 3}, "452, lock-step", true, 3},
		{{.recipient_max = 3, .pipelining = true}, "452, pipelined", true, 3},
		{{.recipient_max = 3, .pipelining = true, .limits = "RCPTMAX=3"}, "limits", false,
			3},
		{{.limits = "RCPTMAX=2 MAILMAX=2"}, "two mails per session", false, 4},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct post post;
		CHECK_CASE("%s", rows[i].name);
		post_init(&post);
		post_begin(&post);
		post_add(&post, seven);
		forgetful_run(post.sender, &rows[i].options, &post.result);
		check_truth(&post);
		CHECK_INT(delivered(&post), 7);
		CHECK_INT(post.result.mails, rows[i].mails);
		CHECK_INT(post.result.logins, rows[i].options.limits != NULL && i == 3 ? 2 : 1);
		CHECK_INT(msub_sender_learned(post.sender) == MSUB_LEARNED_RECIPIENTS,
			rows[i].learned);
		CHECK((msub_message_remarks(post.messages[0]) & MSUB_REMARK_SPLIT) != 0);
		post_free(&post);
	}
}

/* Both at once: each further transaction needs a session of its own, and nobody is lost. */
static void splits_on_a_server_that_forgets(void)
{
	struct forgetful_options options = {
		.recipient_max = 3, .pipelining = true, .forgets = FORGETS_ON_END};
	struct post post;
	post_init(&post);
	post_begin(&post);
	post_add(&post, seven);
	post_add_good(&post, 2);
	forgetful_run(post.sender, &options, &post.result);
	check_truth(&post);
	CHECK_INT(delivered(&post), 9);
	CHECK_INT(post.result.logins, 5);
	post_free(&post);
}

static void goes_on_elsewhere_after_a_421(void)
{
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct forgetful_options options = {.pipelining = pipelining, .closes_after = 2};
		struct post post;
		CHECK_CASE("pipelining %d", pipelining);
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, 7);
		forgetful_run(post.sender, &options, &post.result);
		check_truth(&post);
		CHECK_INT(delivered(&post), 7);
		CHECK_INT(post.result.connections, 4);
		post_free(&post);
	}
}

/* ---- all or nothing ---- */

static void sends_to_all_or_to_nobody(void)
{
	static const char *const mixed[] = {
		"a@example.net", "bad@example.net", "c@example.net", NULL};
	static const char *const one[] = {"bad@example.net", NULL};
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct forgetful_options options = {.pipelining = pipelining, .refused = "bad@"};
		struct post post;
		struct msub_result result;
		CHECK_CASE("pipelining %d", pipelining);
		post_init(&post);
		post.settings.all_or_nothing = true;
		post_begin(&post);
		post_add(&post, mixed);
		post_add(&post, one);
		post_add(&post, seven);
		forgetful_run(post.sender, &options, &post.result);
		check_truth(&post);
		CHECK_INT(delivered(&post), 7);
		CHECK_INT(msub_message_count(post.messages[0], MSUB_ACCEPTED), 0);
		CHECK(msub_message_result(post.messages[0], 2, &result));
		CHECK_INT(result.outcome, MSUB_NOT_TRIED);
		CHECK_INT(result.why.error, MSUB_OTHER_REFUSED);
		CHECK_INT(result.why.retry, MSUB_RETRY_NEVER);
		CHECK_INT(post.result.logins, 3);
		post_free(&post);
	}
}

/* A suspicion holds for all of them; a true refusal then is not taken for a forgotten login. */
static void suspects_all_or_nobody(void)
{
	static const char *const mixed[] = {"a@example.net", "bad@example.net", NULL};
	struct forgetful_options options = {
		.pipelining = true, .refused = "bad@", .refusal = "550 5.7.1 relaying denied"};
	for (int forgets = 0; forgets < 2; forgets++) {
		struct post post;
		CHECK_CASE("forgets %d", forgets);
		options.forgets = forgets ? FORGETS_ON_END : FORGETS_NEVER;
		options.refused = forgets ? NULL : "bad@";
		post_init(&post);
		post.settings.all_or_nothing = true;
		post_begin(&post);
		post_add_good(&post, 1);
		post_add(&post, mixed);
		forgetful_run(post.sender, &options, &post.result);
		check_truth(&post);
		CHECK_INT(delivered(&post), forgets ? 3 : 1);
		CHECK_INT(msub_sender_learned(post.sender), forgets ? MSUB_LEARNED_FORGETS : 0);
		post_free(&post);
	}
}

/* ---- what it sends ---- */

/* Every way to cut the stream, both directions, gives the same octets. */
static void says_the_same_however_the_stream_is_cut(void)
{
	struct forgetful_options options = {
		.pipelining = true, .forgets = FORGETS_ON_END, .recipient_max = 3, .size = 1000};
	struct buffer whole;
	buffer_init(&whole, &memory_standard, 1 << 20);
	for (size_t cut = 0; cut < 8; cut++) {
		struct post post;
		CHECK_CASE("cut %zu", cut);
		options.cut = cut;
		post_init(&post);
		post_begin(&post);
		post_add(&post, seven);
		post_add_good(&post, 2);
		forgetful_run(post.sender, &options, &post.result);
		check_truth(&post);
		CHECK_INT(delivered(&post), 9);
		if (cut == 0)
			buffer_append_octets(&whole, buffer_octets(&post.result.talk));
		CHECK_OCTETS(buffer_octets(&post.result.talk), buffer_octets(&whole));
		post_free(&post);
	}
	buffer_free(&whole);
}

/* ---- connections that break ---- */

/* Three messages over a connection that breaks once at this octet; returns how many octets passed.
 */
static size_t run_broken(struct forgetful_options options, size_t *unsure)
{
	static const char *const two[] = {"a@example.net", "b@example.net", NULL};
	struct post post;
	post_init(&post);
	post_begin(&post);
	post_add(&post, two);
	post_add_good(&post, 1);
	post_add(&post, two);
	forgetful_run(post.sender, &options, &post.result);
	check_truth(&post);
	CHECK(post.result.connections <= 2);
	size_t maybe = 0;
	for (size_t i = 0; i < post.count; i++)
		maybe += msub_message_count(post.messages[i], MSUB_MAYBE);
	*unsure += maybe;
	bool opened = false; /* before the first MAIL nothing is tried again */
	for (size_t i = 0; i + 4 < post.result.talk.len && !opened; i++)
		opened = memcmp(post.result.talk.at + i, "MAIL", 4) == 0;
	if (opened)
		CHECK_INT(delivered(&post) + maybe, 5);
	size_t passed = options.lose_said != 0 ? post.result.said : post.result.heard;
	post_free(&post);
	return passed;
}

static void tells_the_truth_wherever_the_connection_breaks(void)
{
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct forgetful_options options = {.pipelining = pipelining};
		size_t cuts = 0, unsure = 0;
		size_t heard = run_broken(options, &unsure);
		options.lose_said = SIZE_MAX;
		size_t said = run_broken(options, &unsure);
		for (size_t at = 1; at <= said; at++, cuts++) {
			CHECK_CASE("pipelining %d, %zu octets said", pipelining, at);
			options.lose_said = at;
			run_broken(options, &unsure);
		}
		options.lose_said = 0;
		for (size_t at = 1; at <= heard; at++, cuts++) {
			CHECK_CASE("pipelining %d, %zu octets heard", pipelining, at);
			options.lose_heard = at;
			run_broken(options, &unsure);
		}
		CHECK(cuts > 400);
		CHECK(unsure > 0);
		printf("  cut at %zu octets, %zu recipients unsure\n", cuts, unsure);
	}
}

/* ---- memory ---- */

/* The forgetful server, a refusal and a split: as many paths as one run can have. */
static bool run_failing(size_t fail_at, size_t *count)
{
	static const char *const mixed[] = {"a@example.net", "bad@example.net", NULL};
	struct forgetful_options options = {.pipelining = true,
		.forgets = FORGETS_ON_END,
		.recipient_max = 3,
		.refused = "bad@"};
	struct post post;
	post_init(&post);
	post.failing.fail_at = fail_at;
	post_begin(&post);
	post_add(&post, seven);
	post_add(&post, mixed);
	if (post.made) {
		forgetful_run(post.sender, &options, &post.result);
		check_truth(&post);
	}
	*count = post.failing.count;
	bool whole = post.made && delivered(&post) == 8;
	post_free(&post);
	return whole;
}

static void tells_the_truth_whichever_allocation_fails(void)
{
	size_t count, runs = 0;
	CHECK(run_failing(0, &count));
	for (size_t fail_at = 1; fail_at <= count; fail_at++, runs++) {
		size_t ignored;
		CHECK_CASE("allocation %zu of %zu", fail_at, count);
		run_failing(fail_at, &ignored);
	}
	CHECK(runs > 100);
	printf("  %zu allocations failed in turn\n", runs);
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
	CHECK_INT(player->ops->deadline_ms(player), 5000 + 60000);
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
	T(delivers_in_every_mode_of_forgetting)                                                    \
	T(suspects_a_refusal_behind_the_message_too)                                               \
	T(never_suspects_the_first_transaction)                                                    \
	T(does_not_storm_a_server_that_refuses_everybody)                                          \
	T(goes_on_after_a_refused_mail)                                                            \
	T(tries_only_the_suspected_recipients_again)                                               \
	T(takes_as_few_turns_as_there_can_be)                                                      \
	T(makes_further_transactions_of_too_many_recipients)                                       \
	T(splits_on_a_server_that_forgets)                                                         \
	T(goes_on_elsewhere_after_a_421)                                                           \
	T(sends_to_all_or_to_nobody)                                                               \
	T(suspects_all_or_nobody)                                                                  \
	T(says_the_same_however_the_stream_is_cut)                                                 \
	T(tells_the_truth_wherever_the_connection_breaks)                                          \
	T(tells_the_truth_whichever_allocation_fails)                                              \
	T(is_a_player_that_wants_nothing_without_mail)                                             \
	T(ends_messages_when_it_is_freed)                                                          \
	T(forgets_a_message_that_is_freed)                                                         \
	T(gives_up_when_nothing_is_settled_any_more)
CHECK_MAIN("sender", TESTS)
