/* sender: many recipients, all or nothing, and sessions that end early. */
#include "post.h"

#include <stdio.h>

/* ---- limits ---- */

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
		post_add(&post, post_seven);
		forgetful_run(post.sender, &rows[i].options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), 7);
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
	post_add(&post, post_seven);
	post_add_good(&post, 2);
	forgetful_run(post.sender, &options, &post.result);
	post_check(&post);
	CHECK_INT(post_delivered(&post), 9);
	CHECK_INT(post.result.logins, 5);
	post_free(&post);
}

/* One message pays for it; where nothing follows at once nothing is lost. */
static void learns_that_the_end_of_a_message_stands_alone(void)
{
	static const struct {
		bool pipelining;
		size_t messages, accepted, learned;
	} rows[] = {{true, 5, 4, MSUB_LEARNED_ENDS_ALONE}, {true, 1, 1, 0}, {false, 5, 5, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct forgetful_options options = {
			.dies_of_haste = true, .pipelining = rows[i].pipelining};
		struct post post;
		CHECK_CASE("row %zu", i);
		post_init(&post);
		post_begin(&post);
		post_add_good(&post, rows[i].messages);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), rows[i].accepted);
		CHECK_INT(post.result.copy_count, rows[i].messages);
		CHECK_INT(post.result.logins, rows[i].learned != 0 ? 2 : 1);
		CHECK_INT(msub_sender_learned(post.sender), rows[i].learned);
		post_free(&post);
	}
}

/* Hundreds: what is under way without an answer is bounded, and every reply is read. */
static void takes_hundreds_of_recipients(void)
{
	static const struct {
		struct forgetful_options options;
		const char *name;
		size_t delivered, mails;
	} rows[] = {
		{{.pipelining = true}, "taken", 300, 1},
		{{.pipelining = true, .recipient_max = 100}, "a hundred at a time", 300, 3},
		{{.recipient_max = 100}, "a hundred at a time, lock-step", 300, 3},
		{{.pipelining = true, .refused = "@"}, "refused", 0, 1},
		{{.refused = "@"}, "refused, lock-step", 0, 1},
	};
	static char names[300][32];
	const char *recipients[301] = {0};
	for (size_t i = 0; i < 300; i++) {
		snprintf(names[i], sizeof names[i], "r%zu@example.net", i);
		recipients[i] = names[i];
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct post post;
		CHECK_CASE("%s", rows[i].name);
		post_init(&post);
		post_begin(&post);
		post_add(&post, recipients);
		forgetful_run(post.sender, &rows[i].options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), rows[i].delivered);
		CHECK_INT(post.result.mails, rows[i].mails);
		CHECK(post.result.ahead <= (rows[i].options.pipelining ? 128 : 1));
		CHECK(post.result.ahead > 100 || !rows[i].options.pipelining);
		post_free(&post);
	}
}

/* 452 to the first of a transaction was not about their number: the next ones go together. */
static void unlearns_a_limit_that_was_none(void)
{
	struct forgetful_options options = {
		.pipelining = true, .refused = "r3", .refusal = "452 no room"};
	struct post post;
	post_init(&post);
	post_begin(&post);
	post_add(&post, post_seven);
	post_add(&post, post_seven);
	forgetful_run(post.sender, &options, &post.result);
	post_check(&post);
	CHECK_INT(post_delivered(&post), 12);
	CHECK_INT(msub_sender_learned(post.sender), 0);
	/* r1 to r7 but r3; r3 alone, refused, which ends the session; the same again */
	CHECK_INT(post.result.mails, 4);
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
		post_check(&post);
		CHECK_INT(post_delivered(&post), 7);
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
		post_add(&post, post_seven);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), 7);
		CHECK_INT(msub_message_count(post.messages[0], MSUB_ACCEPTED), 0);
		CHECK(msub_message_result(post.messages[0], 2, &result));
		CHECK_INT(result.outcome, MSUB_NOT_TRIED);
		CHECK_INT(result.why.error, MSUB_OTHER_REFUSED);
		CHECK_INT(result.why.retry, MSUB_RETRY_NEVER);
		struct msub_failure failure;
		msub_message_failure(post.messages[0], &failure);
		CHECK_INT(failure.error, MSUB_REFUSED); /* the reason, not who suffered by it */
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
		post_check(&post);
		CHECK_INT(post_delivered(&post), forgets ? 3 : 1);
		CHECK_INT(msub_sender_learned(post.sender), forgets ? MSUB_LEARNED_FORGETS : 0);
		post_free(&post);
	}
}

#define TESTS(T)                                                                                   \
	T(makes_further_transactions_of_too_many_recipients)                                       \
	T(splits_on_a_server_that_forgets)                                                         \
	T(learns_that_the_end_of_a_message_stands_alone)                                           \
	T(takes_hundreds_of_recipients)                                                            \
	T(unlearns_a_limit_that_was_none)                                                          \
	T(goes_on_elsewhere_after_a_421)                                                           \
	T(sends_to_all_or_to_nobody)                                                               \
	T(suspects_all_or_nobody)
CHECK_MAIN("sender_limits", TESTS)
