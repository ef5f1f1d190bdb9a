/* sender: the truth, wherever a connection breaks or an allocation fails. */
#include "post.h"
#include <stdio.h>
#include <string.h>

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
		post_add(&post, post_seven);
		post_add_good(&post, 2);
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
		CHECK_INT(post_delivered(&post), 9);
		if (cut == 0)
			buffer_append_octets(&whole, buffer_octets(&post.result.talk));
		CHECK_OCTETS(buffer_octets(&post.result.talk), buffer_octets(&whole));
		post_free(&post);
	}
	buffer_free(&whole);
}

/* ---- connections that break ---- */

/* A way to send: what the server is, and what is asked of the sender. */
struct way {
	const char *name;
	struct forgetful_options options;
	struct msub_settings settings; /* those that matter */
	bool more;		       /* two messages come after a rest */
};

static void add_more(void *context)
{
	post_add_good(context, 2);
}

/*
 * Three messages over a connection that breaks once at this octet; returns how many octets passed.
 */
static size_t run_broken(const struct way *way, struct forgetful_options options, size_t *unsure)
{
	static const char *const two[] = {"a@example.net", "b@example.net", NULL};
	struct post post;
	post_init(&post);
	post.settings.chunking = way->settings.chunking;
	post.settings.protocol = way->settings.protocol;
	post.settings.connections = way->settings.connections;
	post.settings.keep_ms = way->settings.keep_ms;
	options.more = way->more ? add_more : NULL;
	options.more_context = &post;
	post_begin(&post);
	post_add(&post, two);
	post_add_good(&post, 1);
	post_add(&post, two);
	forgetful_run(post.sender, &options, &post.result);
	post_check(&post);
	CHECK(post.result.connections <= post.settings.connections + 1);
	bool said = options.lose_said != 0;
	size_t maybe = 0, refused = 0;
	for (size_t i = 0; i < post.count; i++) {
		maybe += msub_message_count(post.messages[i], MSUB_MAYBE);
		refused += msub_message_count(post.messages[i], MSUB_REFUSED_FOR_NOW);
	}
	*unsure += maybe;
	/* what was written came: unsure is only a message that left whole, and this one has come */
	if (said && options.full == NULL)
		CHECK_INT(post_delivered(&post) + maybe, post.result.copy_count);
	/* before the first MAIL nothing is tried again, unless another connection stands */
	if (post.result.mails_before_loss > 0 || !post.result.lost)
		CHECK_INT(post_delivered(&post) + maybe + refused, way->more ? 7 : 5);
	size_t passed = options.lose_said != 0 ? post.result.said : post.result.heard;
	post_free(&post);
	return passed;
}

/* At every octet, from either side; returns how often. */
static size_t break_everywhere(const struct way *way, size_t *unsure)
{
	struct forgetful_options options = way->options;
	size_t cuts = 0, heard = run_broken(way, options, unsure);
	options.lose_said = SIZE_MAX;
	size_t said = run_broken(way, options, unsure);
	CHECK_INT(*unsure, 0);
	for (size_t at = 1; at <= said; at++, cuts++) {
		CHECK_CASE("%s, %zu octets said", way->name, at);
		options.lose_said = at;
		run_broken(way, options, unsure);
	}
	options.lose_said = 0;
	for (size_t at = 1; at <= heard; at++, cuts++) {
		CHECK_CASE("%s, %zu octets heard", way->name, at);
		options.lose_heard = at;
		run_broken(way, options, unsure);
	}
	return cuts;
}

static void tells_the_truth_wherever_the_connection_breaks(void)
{
	static const struct way ways[] = {
		{"in lock-step", {0}, {.connections = 1}, false},
		{"pipelined", {.pipelining = true}, {.connections = 1}, false},
		{"chunks in lock-step", {.chunking = true},
			{.connections = 1, .chunking = MSUB_CHUNKING_PREFERRED}, false},
		{"chunks", {.pipelining = true, .chunking = true},
			{.connections = 1, .chunking = MSUB_CHUNKING_PREFERRED}, false},
		{"LMTP", {.lmtp = true, .pipelining = true, .full = "b@"},
			{.connections = 1, .protocol = MSUB_LMTP}, false},
		{"LMTP in lock-step", {.lmtp = true}, {.connections = 1, .protocol = MSUB_LMTP},
			false},
		{"LMTP in chunks",
			{.lmtp = true, .pipelining = true, .chunking = true, .full = "a@"},
			{.connections = 1,
				.protocol = MSUB_LMTP,
				.chunking = MSUB_CHUNKING_PREFERRED},
			false},
		{"three connections", {.pipelining = true, .cut = 23}, {.connections = 3}, false},
		{"three in chunks", {.pipelining = true, .chunking = true, .cut = 7},
			{.connections = 3, .chunking = MSUB_CHUNKING_PREFERRED}, false},
		{"with a rest", {.pipelining = true}, {.connections = 1, .keep_ms = 60000}, true},
		{"three with a rest", {.cut = 40}, {.connections = 3, .keep_ms = 60000}, true},
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		size_t unsure = 0, cuts = break_everywhere(&ways[i], &unsure);
		CHECK_CASE("%s", ways[i].name);
		CHECK(cuts > 400);
		CHECK(unsure > 0);
		printf("  %s: cut at %zu octets, %zu recipients unsure\n", ways[i].name, cuts,
			unsure);
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
	post_add(&post, post_seven);
	post_add(&post, mixed);
	if (post.made) {
		forgetful_run(post.sender, &options, &post.result);
		post_check(&post);
	}
	*count = post.failing.count;
	bool whole = post.made && post_delivered(&post) == 8;
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
	CHECK(runs > 60);
	printf("  %zu allocations failed in turn\n", runs);
}

#define TESTS(T)                                                                                   \
	T(says_the_same_however_the_stream_is_cut)                                                 \
	T(tells_the_truth_wherever_the_connection_breaks)                                          \
	T(tells_the_truth_whichever_allocation_fails)
CHECK_MAIN("sender_breaks", TESTS)
