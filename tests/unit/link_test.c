/* link: rates, delays, stalls and ends, with a clock that is a number. */
#include "check.h"
#include "failing_memory.h"
#include "link.h"
#include "passage.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#define SPAN(ms)                                                                                   \
	{                                                                                          \
		(ms), (ms)                                                                         \
	}

/* One connection over a link, and what came out of it at the other side. */
struct run {
	struct link *link;
	struct passage *passage;
	uint64_t now_ms;
	struct buffer out[2];
	size_t writes[2];
	bool past_dot;
};

static bool said_dot(void *context)
{
	return ((const struct run *)context)->past_dot;
}

static bool run_begin(struct run *run, const struct link_profile *profile, uint64_t seed)
{
	*run = (struct run){.link = link_new(&memory_standard, profile, seed)};
	buffer_init(&run->out[0], &memory_standard, 1 << 20);
	buffer_init(&run->out[1], &memory_standard, 1 << 20);
	if (!CHECK(run->link != NULL))
		return false;
	const struct way *way = link_way(run->link);
	link_ask(run->link, said_dot, run);
	run->now_ms = way->wait_ms(way->context);
	run->passage = way->open(way->context, run->now_ms);
	return CHECK(run->passage != NULL);
}

static void run_end(struct run *run)
{
	if (run->passage != NULL)
		run->passage->ops->close(run->passage);
	link_free(run->link);
	buffer_free(&run->out[0]);
	buffer_free(&run->out[1]);
}

static uint64_t deadline(const struct run *run)
{
	const struct passage_ops *ops = run->passage->ops;
	uint64_t up = ops->deadline_ms(run->passage, WIRE_CLIENT);
	uint64_t down = ops->deadline_ms(run->passage, WIRE_SERVER);
	return up < down ? up : down;
}

/* Takes what has come through, as a driver does. */
static void take(struct run *run)
{
	const struct passage_ops *ops = run->passage->ops;
	for (int side = WIRE_CLIENT; side <= WIRE_SERVER; side++) {
		enum wire_side from = (enum wire_side)side;
		struct octets piece;
		while ((piece = ops->leaving(run->passage, from, run->now_ms)).len > 0) {
			buffer_append_octets(&run->out[side], piece);
			run->writes[side]++;
			ops->left(run->passage, from, piece.len);
		}
	}
}

/* Says it all, waiting where there is no room; then waits until nothing is under way. */
static void say(struct run *run, enum wire_side from, struct octets octets)
{
	const struct passage_ops *ops = run->passage->ops;
	while (octets.len > 0) {
		size_t taken = ops->enter(run->passage, from, octets, run->now_ms);
		octets = octets_from(octets, taken);
		take(run);
		if (ops->has_room(run->passage, from))
			continue;
		uint64_t next_ms = deadline(run);
		if (!CHECK(next_ms != PLAYER_NEVER && next_ms > run->now_ms))
			return;
		run->now_ms = next_ms;
		take(run);
	}
}

static void drain(struct run *run)
{
	take(run);
	uint64_t next_ms;
	while ((next_ms = deadline(run)) != PLAYER_NEVER) {
		if (!CHECK(next_ms > run->now_ms))
			return;
		run->now_ms = next_ms;
		take(run);
	}
}

/* ---- when ---- */

struct timing {
	const char *name;
	struct link_profile profile;
	enum wire_side from;
	size_t len;
	uint64_t wait_ms;	    /* until the connection stands */
	uint64_t first_ms, last_ms; /* from then until something, everything came through */
	size_t writes;
};

static const struct timing timings[] = {
	{"nothing", {.name = {NULL, 0}}, WIRE_CLIENT, 5000, 0, 0, 0, 1},
	{"half a round trip up", {.round_trip = SPAN(700)}, WIRE_CLIENT, 10, 700, 350, 350, 1},
	{"the other half down", {.round_trip = SPAN(701)}, WIRE_SERVER, 10, 701, 351, 351, 1},
	{"20 kbit/s up", {.rate = {.up = 2500}}, WIRE_CLIENT, 5000, 0, 2000, 2000, 1},
	{"the other way is fast", {.rate = {.up = 2500}}, WIRE_SERVER, 5000, 0, 0, 0, 1},
	{"in segments", {.rate = {.up = 1000}, .segment = 100}, WIRE_CLIENT, 250, 0, 100, 250, 3},
	{"77 octets/s down", {.rate = {.down = 77}}, WIRE_SERVER, 77, 0, 1000, 1000, 1},
	{"rounded up to a millisecond", {.rate = {.up = 3000}}, WIRE_CLIENT, 1, 0, 1, 1, 1},
	{"set-up and all", {.set_up = SPAN(2500), .round_trip = SPAN(600), .rate = {.up = 1000}},
		WIRE_CLIENT, 100, 3100, 400, 400, 1},
	{"jitter", {.jitter = SPAN(30)}, WIRE_CLIENT, 10, 0, 30, 30, 1},
	{"small segments are 64", {.segment = 1}, WIRE_CLIENT, 128, 0, 0, 0, 2},
	/* the line is free for a second, then not for ten: 100 octets each second */
	{"stalls",
		{.rate = {.up = 100},
			.segment = 100,
			.stalls = {.every = SPAN(1000), .length = SPAN(10000)}},
		WIRE_CLIENT, 300, 0, 1000, 23000, 3},
};

static void octets_take_their_time(void)
{
	static uint8_t octets[8192];
	for (size_t i = 0; i < sizeof timings / sizeof *timings; i++) {
		const struct timing *timing = &timings[i];
		struct run run;
		CHECK_CASE("%s", timing->name);
		if (!run_begin(&run, &timing->profile, 7))
			continue;
		uint64_t from_ms = run.now_ms;
		CHECK_INT(from_ms, timing->wait_ms);
		say(&run, timing->from, octets_make(octets, timing->len));
		if (timing->first_ms > 0) {
			run.now_ms = from_ms + timing->first_ms - 1;
			take(&run);
			CHECK_INT(run.out[timing->from].len, 0);
			run.now_ms++;
			take(&run);
		}
		CHECK(run.out[timing->from].len > 0);
		drain(&run);
		CHECK_INT(run.now_ms - from_ms, timing->last_ms);
		CHECK_INT(run.out[timing->from].len, timing->len);
		CHECK_INT(run.writes[timing->from], timing->writes);
		run_end(&run);
	}
}

/* A line that is busy gathers what is said meanwhile into whole segments. */
static void what_waits_fills_segments(void)
{
	static const struct link_profile profile = {.rate = {.up = 1000}, .segment = 100};
	struct run run;
	if (!run_begin(&run, &profile, 1))
		return;
	for (int i = 0; i < 30; i++)
		say(&run, WIRE_CLIENT, octets_of("0123456789"));
	drain(&run);
	CHECK_INT(run.out[WIRE_CLIENT].len, 300);
	CHECK_INT(run.writes[WIRE_CLIENT], 4); /* 10 leave at once, then 100, 100, 90 */
	CHECK_INT(run.now_ms, 300);
	run_end(&run);
}

/* The bearer is set up once; each connection has a round trip of its own. */
static void bearer_is_set_up_again_when_it_was_lost(void)
{
	static const struct link_profile profile = {
		.set_up = SPAN(2000), .round_trip = SPAN(500), .end = {.after_up = 3}};
	struct run run;
	if (!run_begin(&run, &profile, 1))
		return;
	const struct way *way = link_way(run.link);
	CHECK_INT(run.now_ms, 2500);
	CHECK_INT(way->wait_ms(way->context), 500);
	say(&run, WIRE_CLIENT, octets_of("abcdef"));
	drain(&run);
	CHECK_INT(way->wait_ms(way->context), 2500);
	run_end(&run);
}

/* ---- the end ---- */

struct ending {
	const char *name;
	struct link_profile profile;
	const char *up, *down; /* what comes through of "0123456789" */
	enum passage_end for_server, for_client;
};

static const struct ending endings[] = {
	{"never", {.name = {NULL, 0}}, "0123456789", "0123456789", PASSAGE_OPEN, PASSAGE_OPEN},
	{"lost at the first octet", {.end = {.after_up = 1}}, "0", "", PASSAGE_OPEN, PASSAGE_LOST},
	{"lost at the seventh", {.end = {.after_up = 7}, .rate = {.up = 1, .down = 1}}, "0123456",
		"", PASSAGE_OPEN, PASSAGE_LOST},
	{"lost at the last", {.end = {.after_up = 10}, .round_trip = SPAN(100)}, "0123456789", "",
		PASSAGE_OPEN, PASSAGE_LOST},
	{"not lost yet", {.end = {.after_up = 11}}, "0123456789", "0123456789", PASSAGE_OPEN,
		PASSAGE_OPEN},
	{"down", {.end = {.after_down = 4, .how = LINK_END_CLOSED}}, "0123456789", "0123",
		PASSAGE_ENDED, PASSAGE_ENDED},
	{"reset", {.end = {.after_up = 2, .how = LINK_END_RESET}}, "01", "", PASSAGE_RESET,
		PASSAGE_RESET},
	{"silent", {.end = {.after_up = 2, .how = LINK_END_SILENT}}, "01", "", PASSAGE_OPEN,
		PASSAGE_OPEN},
};

static void links_end_at_the_octet(void)
{
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		const struct ending *ending = &endings[i];
		struct run run;
		CHECK_CASE("%s", ending->name);
		if (!run_begin(&run, &ending->profile, 3))
			continue;
		const struct passage_ops *ops = run.passage->ops;
		ops->enter(run.passage, WIRE_CLIENT, octets_of("01234"), run.now_ms);
		ops->enter(run.passage, WIRE_SERVER, octets_of("0123456789"), run.now_ms);
		ops->enter(run.passage, WIRE_CLIENT, octets_of("56789"), run.now_ms);
		drain(&run);
		CHECK_OCTETS(buffer_octets(&run.out[WIRE_CLIENT]), octets_of(ending->up));
		CHECK_OCTETS(buffer_octets(&run.out[WIRE_SERVER]), octets_of(ending->down));
		CHECK_INT(ops->end(run.passage, WIRE_CLIENT, run.now_ms), ending->for_server);
		CHECK_INT(ops->end(run.passage, WIRE_SERVER, run.now_ms), ending->for_client);
		struct link_facts facts = link_facts(run.link);
		CHECK_INT(facts.up, strlen(ending->up));
		CHECK_INT(facts.down, strlen(ending->down));
		CHECK(!facts.past_dot);
		CHECK_INT(ops->mute_ms(run.passage), 0);
		run_end(&run);
	}
}

/* Everything that was said has come up; what the server then says is heard by nobody but us. */
static void link_ends_behind_the_dot(void)
{
	static const struct link_profile profile = {
		.rate = {.up = 10}, .end = {.after_dot = true, .how = LINK_END_LOST}};
	struct run run;
	if (!run_begin(&run, &profile, 3))
		return;
	const struct passage_ops *ops = run.passage->ops;
	say(&run, WIRE_CLIENT, octets_of("a\r\n.\r\n"));
	run.past_dot = true;
	take(&run);
	CHECK_INT(ops->end(run.passage, WIRE_SERVER, run.now_ms), PASSAGE_OPEN);
	drain(&run);
	take(&run);
	CHECK_OCTETS(buffer_octets(&run.out[WIRE_CLIENT]), octets_of("a\r\n.\r\n"));
	CHECK_INT(ops->end(run.passage, WIRE_SERVER, run.now_ms), PASSAGE_LOST);
	CHECK(ops->mute_ms(run.passage) > 0);
	say(&run, WIRE_SERVER, octets_of("250 2.6."));
	say(&run, WIRE_SERVER, octets_of("0 taken\r\n421 bye\r\n"));
	drain(&run);
	CHECK_INT(run.out[WIRE_SERVER].len, 0);
	struct link_facts facts = link_facts(run.link);
	CHECK(facts.ended && facts.past_dot);
	CHECK_INT(facts.how, LINK_END_LOST);
	CHECK_OCTETS(facts.unheard, octets_of("250 2.6.0 taken"));
	run_end(&run);
}

/* The dot was said, and is on its way when the link ends: nobody has it. */
static void a_dot_may_be_lost(void)
{
	static const struct link_profile profile = {
		.rate = {.up = 10}, .end = {.after_up = 3}, .segment = 64};
	struct run run;
	if (!run_begin(&run, &profile, 3))
		return;
	say(&run, WIRE_CLIENT, octets_of("a\r\n.\r\n"));
	run.past_dot = true;
	drain(&run);
	struct link_facts facts = link_facts(run.link);
	CHECK(facts.ended && facts.dot_lost && !facts.past_dot);
	CHECK_INT(run.passage->ops->mute_ms(run.passage), 0);
	run_end(&run);
}

/* Of TLS nothing is understood. */
static void records_are_no_reply(void)
{
	static const struct link_profile profile = {.end = {.after_dot = true}};
	struct run run;
	if (!run_begin(&run, &profile, 3))
		return;
	run.past_dot = true;
	take(&run);
	say(&run, WIRE_SERVER, octets_of("\x17\x03\x03 250 ok\r\n"));
	CHECK(link_facts(run.link).past_dot);
	CHECK_INT(link_facts(run.link).unheard.len, 0);
	run_end(&run);
}

/* It ends once: the next connection is whole. */
static void link_ends_once(void)
{
	static const struct link_profile profile = {.end = {.after_up = 4}};
	struct run run;
	if (!run_begin(&run, &profile, 3))
		return;
	say(&run, WIRE_CLIENT, octets_of("abcdef"));
	run.passage->ops->close(run.passage);
	const struct way *way = link_way(run.link);
	run.passage = way->open(way->context, run.now_ms);
	say(&run, WIRE_CLIENT, octets_of("ghijklm"));
	drain(&run);
	CHECK_OCTETS(buffer_octets(&run.out[WIRE_CLIENT]), octets_of("abcdghijklm"));
	CHECK_INT(run.passage->ops->end(run.passage, WIRE_SERVER, run.now_ms), PASSAGE_OPEN);
	run_end(&run);
}

/* A side that says no more is heard of after its last octet. */
static void ends_come_behind_the_octets(void)
{
	static const struct link_profile profile = {.rate = {.down = 100}, .round_trip = SPAN(20)};
	struct run run;
	if (!run_begin(&run, &profile, 3))
		return;
	const struct passage_ops *ops = run.passage->ops;
	uint64_t from_ms = run.now_ms;
	say(&run, WIRE_SERVER, octets_of("0123456789"));
	ops->enter_end(run.passage, WIRE_SERVER, true, run.now_ms);
	ops->enter_end(run.passage, WIRE_CLIENT, false, run.now_ms);
	CHECK_INT(ops->end(run.passage, WIRE_CLIENT, from_ms + 9), PASSAGE_OPEN);
	CHECK_INT(ops->end(run.passage, WIRE_CLIENT, from_ms + 10), PASSAGE_ENDED);
	CHECK_INT(ops->end(run.passage, WIRE_SERVER, from_ms + 110), PASSAGE_OPEN);
	CHECK_INT(deadline(&run), from_ms + 10);
	run.now_ms = from_ms + 110;
	take(&run);
	CHECK_INT(ops->end(run.passage, WIRE_SERVER, run.now_ms), PASSAGE_RESET);
	CHECK_INT(ops->enter(run.passage, WIRE_SERVER, octets_of("x"), run.now_ms), 1);
	take(&run);
	CHECK_INT(run.out[WIRE_SERVER].len, 10);
	run_end(&run);
}

/* ---- whatever is drawn ---- */

static struct span any_span(struct random *random, uint32_t most)
{
	uint32_t from = random_below(random, most + 1);
	return (struct span){from, from + random_below(random, most + 1)};
}

static struct link_profile any_profile(struct random *random)
{
	return (struct link_profile){
		.rate = {random_below(random, 3) * (1 + random_below(random, 5000)),
			random_below(random, 3) * (1 + random_below(random, 5000))},
		.round_trip = any_span(random, 900),
		.jitter = any_span(random, 200),
		.segment = random_below(random, 2) * random_below(random, 2000),
		.stalls = {any_span(random, 2000), any_span(random, 2000)},
		.end = {.after_up = random_below(random, 2) * random_below(random, 30000)},
	};
}

static void fill(struct random *random, uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		octets[i] = (uint8_t)random_next(random);
}

/* In order, nothing twice, nothing lost but behind the end; and never earlier than the rate says.
 */
static void nothing_is_lost_or_out_of_order(void)
{
	enum { LEN = 40000, RUNS = 300 };
	static uint8_t said[2][LEN];
	struct random random;
	random_init(&random, 1047);
	for (int number = 0; number < RUNS; number++) {
		struct link_profile profile = any_profile(&random);
		struct run run;
		size_t at[2] = {0, 0};
		CHECK_CASE("run %d", number);
		fill(&random, said[0], LEN);
		fill(&random, said[1], LEN);
		if (!run_begin(&run, &profile, random_next(&random)))
			return;
		uint64_t from_ms = run.now_ms;
		for (int i = 0; i < 40; i++) {
			int side = (int)random_below(&random, 2);
			size_t len = random_below(&random, 2000);
			len = len < LEN - at[side] ? len : LEN - at[side];
			say(&run, (enum wire_side)side, octets_make(said[side] + at[side], len));
			at[side] += len;
			run.now_ms += random_below(&random, 50);
		}
		drain(&run);
		bool ended = link_facts(run.link).ended;
		CHECK_INT(ended, profile.end.after_up > 0 && profile.end.after_up <= at[0]);
		CHECK_INT(run.out[0].len, ended ? profile.end.after_up : at[0]);
		CHECK(ended ? run.out[1].len <= at[1] : run.out[1].len == at[1]);
		for (int side = 0; side < 2; side++)
			CHECK_OCTETS(buffer_octets(&run.out[side]),
				octets_make(said[side], run.out[side].len));
		if (profile.rate.up > 0)
			CHECK(run.now_ms - from_ms + 1 >= run.out[0].len * 1000 / profile.rate.up);
		run_end(&run);
	}
}

/* The same seed is the same run, another is not. */
static void seed_decides(void)
{
	static const struct link_profile profile = {
		.round_trip = {100, 5000}, .jitter = {0, 500}, .segment = 64};
	uint64_t ends[3];
	static const uint8_t octets[1000];
	for (size_t i = 0; i < 3; i++) {
		struct run run;
		if (!run_begin(&run, &profile, i / 2))
			return;
		say(&run, WIRE_CLIENT, octets_make(octets, sizeof octets));
		drain(&run);
		ends[i] = run.now_ms;
		run_end(&run);
	}
	CHECK_INT(ends[0], ends[1]);
	CHECK(ends[1] != ends[2]);
}

/* The largest values that a profile can hold end. */
static void absurd_values_end(void)
{
	static const struct link_profile profile = {.rate = {.up = 1},
		.segment = 64,
		.jitter = {UINT32_MAX * UINT64_C(60000), UINT32_MAX * UINT64_C(60000)},
		.round_trip = {UINT32_MAX, UINT32_MAX * UINT64_C(60000)},
		.stalls = {{1, 1}, {1, 1}},
		.set_up = {0, UINT32_MAX * UINT64_C(60000)}};
	struct run run;
	if (!run_begin(&run, &profile, 5))
		return;
	static const uint8_t octets[60000];
	say(&run, WIRE_CLIENT, octets_make(octets, sizeof octets));
	drain(&run);
	CHECK_INT(run.out[WIRE_CLIENT].len, sizeof octets);
	run_end(&run);
}

static void memory_may_fail(void)
{
	static const struct link_profile profile = {.round_trip = SPAN(1)};
	for (size_t fail_at = 1; fail_at <= 3; fail_at++) {
		struct failing_memory failing;
		failing_memory_init(&failing, fail_at);
		struct link *link = link_new(&failing.memory, &profile, 1);
		CHECK_CASE("allocation %zu", fail_at);
		CHECK_INT(link == NULL, fail_at == 1);
		if (link == NULL)
			continue;
		const struct way *way = link_way(link);
		struct passage *passage = way->open(way->context, 0);
		CHECK_INT(passage == NULL, fail_at == 2);
		if (passage != NULL)
			passage->ops->close(passage);
		link_free(link);
	}
}

#define TESTS(T)                                                                                   \
	T(octets_take_their_time)                                                                  \
	T(what_waits_fills_segments)                                                               \
	T(bearer_is_set_up_again_when_it_was_lost)                                                 \
	T(links_end_at_the_octet)                                                                  \
	T(link_ends_behind_the_dot)                                                                \
	T(a_dot_may_be_lost)                                                                       \
	T(records_are_no_reply)                                                                    \
	T(link_ends_once)                                                                          \
	T(ends_come_behind_the_octets)                                                             \
	T(nothing_is_lost_or_out_of_order)                                                         \
	T(seed_decides)                                                                            \
	T(absurd_values_end)                                                                       \
	T(memory_may_fail)
CHECK_MAIN("link", TESTS)
