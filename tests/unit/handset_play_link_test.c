/* handset_play_link: paces in words, and what the options say about a link. */
#include "check.h"
#include "handset_play_link.h"

static void paces_are_read(void)
{
	static const struct {
		const char *text;
		uint32_t percent;
	} rows[] = {{NULL, 0}, {"off", 0}, {"real", 100}, {"1", 100}, {"0.5", 50}, {"2x", 200},
		{"1.25x", 125}, {"0", 0}, {"0.004", 0}, {"0.005", 1}, {"100", 10000}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t percent = 7;
		CHECK_CASE("%s", rows[i].text == NULL ? "not said" : rows[i].text);
		CHECK(play_pace(rows[i].text, &percent));
		CHECK_INT(percent, rows[i].percent);
	}
}

static void wrong_paces_are_not(void)
{
	static const char *const rows[] = {"", "x", "fast", "Real", "-1", "1e3", "1.", ".5", "1,5",
		"0x10", "2xx", "2 x", "100.5", "101", "99999999", "inf", "nan"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t percent;
		CHECK_CASE("\"%s\"", rows[i]);
		CHECK(!play_pace(rows[i], &percent));
	}
}

static void losing_the_bearer_wins_over_the_link(void)
{
	static const struct {
		const char *name, *lose;
		bool good, any, after_dot;
		uint64_t after_up, rate;
	} rows[] = {
		{NULL, NULL, .good = true},
		{"none", NULL, .good = true},
		{NULL, "1", .good = true, .any = true, .after_up = 1},
		{"none", "after-dot", .good = true, .any = true, .after_dot = true},
		{"gprs", "40", .good = true, .any = true, .after_up = 40, .rate = 2500},
		{"tests/profiles/links/loses-after-dot.yaml", NULL, .good = true, .any = true,
			.after_dot = true},
		{"tests/profiles/links/loses-after-dot.yaml", "9", .good = true, .any = true,
			.after_up = 9},
		{"no-such-link", NULL, .good = false},
		{NULL, "0", .good = false},
		{NULL, "-1", .good = false},
		{NULL, "dot", .good = false},
		{NULL, "", .good = false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct play_link link;
		CHECK_CASE("row %zu", i);
		CHECK_INT(play_link_prepare(&link, rows[i].name, rows[i].lose, NULL), rows[i].good);
		if (rows[i].good && CHECK_INT(link.link != NULL, rows[i].any) && rows[i].any) {
			CHECK_INT(link.link->end.after_up, rows[i].after_up);
			CHECK_INT(link.link->end.after_dot, rows[i].after_dot);
			CHECK_INT(link.link->end.how, LINK_END_LOST);
			CHECK_INT(link.link->rate.up, rows[i].rate);
		}
		play_link_finish(&link);
	}
}

#define TESTS(T)                                                                                   \
	T(paces_are_read)                                                                          \
	T(wrong_paces_are_not)                                                                     \
	T(losing_the_bearer_wins_over_the_link)
CHECK_MAIN("handset play link", TESTS)
