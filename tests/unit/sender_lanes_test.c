/* sender: several sessions at once. Every message arrives once, whatever servers forget. */
#include "post.h"
#include "sender.h"

#include <stdio.h>

static const char *const good[] = {"good@example.net", NULL};
static const char *const bad[] = {"bad@example.net", NULL};

/* So many messages over so many connections; every third to a refused recipient where asked. */
static void post_many(struct post *post, struct forgetful_options *options, unsigned int lanes,
	size_t messages, bool refuse)
{
	options->refused = refuse ? "bad@" : options->refused;
	post_init(post);
	post->settings.connections = lanes;
	post_begin(post);
	for (size_t i = 0; i < messages; i++)
		post_add(post, refuse && i % 3 == 1 ? bad : good);
	forgetful_run(post->sender, options, &post->result);
	post_check(post);
	CHECK(msub_sender_is_finished(post->sender));
	CHECK(post->result.most <= lanes);
	CHECK(post->result.most_opening <= 1);
}

/* ---- servers that forget ---- */

static void delivers_once_in_every_mode_of_forgetting(void)
{
	static const unsigned int lanes[] = {1, 2, 5};
	static const size_t cuts[] = {0, 1, 17};
	size_t runs = 0;
	for (size_t i = 0; i < 4 * 3 * 3 * 2 * 2 * 3; i++, runs++) {
		struct forgetful_options options = {
			.forgets = (enum forgets)(i % 4),
			.cut = cuts[i / 4 % 3],
			.pipelining = i / 36 % 2 != 0,
			.at_mail = i / 144 % 3 == 1,
			.at_end = i / 144 % 3 == 2,
		};
		unsigned int count = lanes[i / 12 % 3];
		bool refuse = i / 72 % 2 != 0;
		struct post post;
		CHECK_CASE("mode %d, cut %zu, %u lanes, pipelining %d, refuse %d, at %zu",
			options.forgets, options.cut, count, options.pipelining, refuse,
			i / 144 % 3);
		post_many(&post, &options, count, 9, refuse);
		CHECK_INT(post_delivered(&post), refuse ? 6 : 9);
		/* one for each message, one for each lane, and one for what was learned in it */
		CHECK(post.result.logins <= 9 + 2 * count);
		post_free(&post);
	}
	printf("  %zu runs\n", runs);
}

/* What one session has learned holds for those that are opened after it. */
static void learns_for_all_lanes(void)
{
	struct forgetful_options options = {.forgets = FORGETS_ON_END};
	struct msub_counts counts;
	struct post post;
	post_many(&post, &options, 3, 20, false);
	CHECK_INT(post_delivered(&post), 20);
	CHECK_INT(msub_sender_learned(post.sender), MSUB_LEARNED_FORGETS);
	msub_sender_counts(post.sender, &counts);
	CHECK(counts.suspicions <= 3);
	CHECK_INT(counts.sessions, post.result.connections);
	CHECK_INT(counts.logins, post.result.logins);
	post_free(&post);
}

/* The first transaction in a new session is final: other sessions must not get a suspect. */
static void tries_a_suspect_in_a_new_session_only(void)
{
	static const char *const words[] = {"550 5.7.1 relaying denied", "535 authentication"};
	for (size_t i = 0; i < 4; i++) {
		struct forgetful_options options = {.refusal = words[i % 2], .cut = i};
		struct post post;
		CHECK_CASE("%s, cut %zu", words[i % 2], i);
		post_many(&post, &options, 4, 12, true);
		CHECK_INT(post_delivered(&post), 8);
		CHECK_INT(msub_sender_learned(post.sender), 0);
		/* each refused recipient is refused at most twice */
		CHECK(post.result.mails <= 12 + 4);
		post_free(&post);
	}
}

/* ---- how many are opened ---- */

static void opens_as_many_as_are_worth_it(void)
{
	static const struct {
		unsigned int lanes;
		size_t messages, most;
	} rows[] = {{0, 3, 1}, {1, 9, 1}, {5, 1, 1}, {5, 2, 1}, {5, 3, 2}, {5, 20, 5}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct forgetful_options options = {.cut = 5};
		struct post post;
		CHECK_CASE("%u lanes, %zu messages", rows[i].lanes, rows[i].messages);
		post_init(&post);
		post.settings.connections = rows[i].lanes;
		post_begin(&post);
		post_add_good(&post, rows[i].messages);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post.result.most, rows[i].most);
		CHECK_INT(post_delivered(&post), rows[i].messages);
		CHECK_INT(post.result.connections, rows[i].most);
		post_free(&post);
	}
}

/* A server that takes only so many: the others go on, and it is not asked again and again. */
static void goes_on_with_those_that_could_be_opened(void)
{
	static const struct {
		size_t connections_max, logins_max, connections;
	} rows[] = {{2, 0, 3}, {1, 0, 2}, {0, 1, 2}, {0, 3, 4}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct forgetful_options options = {.connections_max = rows[i].connections_max,
			.logins_max = rows[i].logins_max,
			.cut = 5};
		struct msub_failure failure;
		struct post post;
		CHECK_CASE("row %zu", i);
		post_many(&post, &options, 5, 20, false);
		CHECK_INT(post_delivered(&post), 20);
		CHECK_INT(post.result.connections, rows[i].connections);
		msub_sender_failure(post.sender, &failure);
		CHECK_INT(
			failure.error, rows[i].logins_max != 0 ? MSUB_AUTH_REFUSED : MSUB_CLOSING);
		post_free(&post);
	}
}

static void gives_up_where_nobody_can_log_in(void)
{
	struct forgetful_options options = {0};
	struct msub_failure failure;
	struct post post;
	post_init(&post);
	post.settings.password = "wrong";
	post.settings.connections = 5;
	post_begin(&post);
	post_add_good(&post, 20);
	forgetful_run(post.sender, &options, &post.result);
	post_check(&post);
	CHECK_INT(post.result.connections, 1);
	msub_message_failure(post.messages[19], &failure);
	CHECK_INT(failure.error, MSUB_AUTH_REFUSED);
	post_free(&post);
}

/* ---- pauses ---- */

static void pauses_longer_and_longer_where_a_server_refuses(void)
{
	static const struct {
		uint64_t pause_ms, took_ms;
		size_t messages;
		unsigned int lanes;
	} rows[] = {{0, 0, 20, 1}, {250, 0, 3, 1}, {250, 250, 4, 1}, {250, 750, 5, 1},
		{250, 250 * 127, 10, 1}, {250, 30000, 11, 1}, {250, 30000, 20, 1},
		{100, 100 * 63, 9, 1}, {1, 1 * 31, 8, 1}, {UINT64_MAX, 30000, 20, 1}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct forgetful_options options = {.refused = "good"};
		struct post post;
		CHECK_CASE("row %zu", i);
		post_init(&post);
		post.settings.pause_ms = rows[i].pause_ms;
		post.settings.connections = rows[i].lanes;
		post_begin(&post);
		post_add_good(&post, rows[i].messages);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post.result.logins, rows[i].messages);
		/* 250 * 127 is more than all pauses together may be */
		CHECK_INT(post.result.took_ms, rows[i].took_ms < 30000 ? rows[i].took_ms : 30000);
		post_free(&post);
	}
}

/* One login per message is what this server wants: no reason to wait. */
static void does_not_pause_where_messages_arrive(void)
{
	struct forgetful_options options = {.forgets = FORGETS_ON_END};
	struct post post;
	post_many(&post, &options, 1, 20, false);
	CHECK_INT(post.result.logins, 20);
	CHECK_INT(post.result.took_ms, 0);
	post_free(&post);
}

static void a_pause_ends_with_the_whole_time(void)
{
	struct forgetful_options options = {.refused = "good"};
	struct msub_failure failure;
	struct post post;
	post_init(&post);
	post.settings.timeouts.whole_ms = 1000;
	post_begin(&post);
	post_add_good(&post, 20);
	forgetful_run(post.sender, &options, &post.result);
	post_check(&post);
	CHECK_INT(post.result.took_ms, 1000);
	msub_message_failure(post.messages[19], &failure);
	CHECK_INT(failure.error, MSUB_TIMEOUT);
	CHECK_INT(msub_message_count(post.messages[19], MSUB_NOT_TRIED), 1);
	post_free(&post);
}

/* ---- what breaks ---- */

/* How many octets passed. */
static size_t run_broken(struct forgetful_options options, size_t *unsure)
{
	struct post post;
	post_many(&post, &options, 3, 7, false);
	size_t maybe = 0;
	for (size_t i = 0; i < post.count; i++)
		maybe += msub_message_count(post.messages[i], MSUB_MAYBE);
	*unsure += maybe;
	CHECK(maybe <= 1);
	bool first = options.lose_said != 0 && post.result.connections == 1;
	if (post.result.mails > 0 && !first)
		CHECK_INT(post_delivered(&post) + maybe, 7);
	size_t passed = options.lose_said != 0 ? post.result.said : post.result.heard;
	post_free(&post);
	return passed;
}

static void tells_the_truth_wherever_one_connection_breaks(void)
{
	size_t cuts = 0, unsure = 0;
	for (int pipelining = 0; pipelining < 2; pipelining++) {
		struct forgetful_options options = {.pipelining = pipelining, .cut = 23};
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
	}
	CHECK(cuts > 900);
	CHECK(unsure > 0);
	printf("  cut at %zu places, %zu unsure\n", cuts, unsure);
}

static size_t run_failing(size_t fail_at, bool *whole)
{
	struct forgetful_options options = {
		.pipelining = true, .forgets = FORGETS_ON_END, .refused = "bad@", .cut = 11};
	struct post post;
	post_init(&post);
	post.failing.fail_at = fail_at;
	post.settings.connections = 3;
	post_begin(&post);
	for (size_t i = 0; i < 6 && post.made; i++)
		post_add(&post, i == 2 ? bad : good);
	if (post.made) {
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
	}
	size_t count = post.failing.count;
	*whole = post.made && post_delivered(&post) == 5;
	post_free(&post);
	return count;
}

static void tells_the_truth_whichever_allocation_fails(void)
{
	bool whole;
	size_t count = run_failing(0, &whole), wholes = 0;
	CHECK(whole);
	for (size_t fail_at = 1; fail_at <= count; fail_at++) {
		CHECK_CASE("allocation %zu of %zu", fail_at, count);
		run_failing(fail_at, &whole);
		wholes += whole;
	}
	CHECK(count > 60);
	printf("  %zu allocations failed in turn, %zu runs were whole all the same\n", count,
		wholes);
}

static void frees_sessions_that_are_under_way(void)
{
	struct post post;
	struct msub_session *sessions[3];
	post_init(&post);
	post.settings.connections = 3;
	post.settings.user = NULL;
	post_begin(&post);
	post_add_good(&post, 9);
	for (size_t i = 0; i < 3; i++) {
		struct msub_piece piece;
		sessions[i] = msub_sender_session(post.sender, 0);
		if (!CHECK(sessions[i] != NULL))
			break;
		CHECK(msub_sender_session(post.sender, 0) == NULL); /* it has not said EHLO */
		msub_session_connected(sessions[i], NULL, 0);
		msub_session_input(sessions[i], "220 hi\r\n", 8, 0);
		if (i == 2)
			break; /* this one is still opening */
		msub_session_output(sessions[i], &piece, 1);
		msub_session_taken(sessions[i], piece.len, 0);
		msub_session_input(sessions[i], "250 hi\r\n", 8, 0);
	}
	CHECK(sessions[0] != sessions[1] && sessions[1] != sessions[2]);
	msub_sender_free(post.sender);
	post.sender = NULL;
	for (size_t i = 0; i < 9; i++) {
		CHECK(msub_message_is_finished(post.messages[i]));
		CHECK_INT(msub_message_count(post.messages[i], MSUB_NOT_TRIED), 1);
	}
	post_free(&post);
}

#define TESTS(T)                                                                                   \
	T(delivers_once_in_every_mode_of_forgetting)                                               \
	T(learns_for_all_lanes)                                                                    \
	T(tries_a_suspect_in_a_new_session_only)                                                   \
	T(opens_as_many_as_are_worth_it)                                                           \
	T(goes_on_with_those_that_could_be_opened)                                                 \
	T(gives_up_where_nobody_can_log_in)                                                        \
	T(pauses_longer_and_longer_where_a_server_refuses)                                         \
	T(does_not_pause_where_messages_arrive)                                                    \
	T(a_pause_ends_with_the_whole_time)                                                        \
	T(tells_the_truth_wherever_one_connection_breaks)                                          \
	T(tells_the_truth_whichever_allocation_fails)                                              \
	T(frees_sessions_that_are_under_way)
CHECK_MAIN("sender_lanes", TESTS)
