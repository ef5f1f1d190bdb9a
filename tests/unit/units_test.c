/*
 * units: every key has its place among what is taken away; and a smallest set is found, whatever
 * it is, and whatever the answers are.
 */
#include "check.h"
#include "keys.h"
#include "random.h"
#include "reduce.h"
#include "stage.h"
#include "units.h"

#include <stdlib.h>

static void every_key_has_a_unit(void)
{
	size_t count, seen = 0;
	const struct key *keys = client_keys(&count);
	for (size_t i = 0; i < count; i++) {
		char path[128];
		const char *capitals = strpbrk(keys[i].path, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		size_t names = keys[i].names[0] == NULL ? 1 : keys[i].names[0]->count;
		for (size_t name = 0; name < names; name++, seen++) {
			if (keys[i].names[0] == NULL)
				snprintf(path, sizeof path, "%s", keys[i].path);
			else
				snprintf(path, sizeof path, "%.*s%s%s",
					(int)(capitals - keys[i].path), keys[i].path,
					keys[i].names[0]->texts[name],
					keys[i].names[1] == NULL ? "" : ".535");
			CHECK_CASE("%s", path);
			CHECK(unit_of(path) != NULL);
		}
	}
	CHECK(seen > 150);
	CHECK_CASE("none");
	CHECK(unit_of("nowhere.at-all") == NULL);
	CHECK(unit_of("datas.stuffing") == NULL);
	CHECK(unit_of("") == NULL);
}

/* By hand, from the table of what makes sense alone. */
static void keys_are_in_their_groups(void)
{
	static const struct {
		const char *path, *group, *name;
		bool silent;
	} rows[] = {
		{"flow.before-first", "places", "before-message", false},
		{"flow.before-next", "places", "before-message", false},
		{"flow.after-auth", "places", NULL, false},
		{"flow.before-hello-retry", "hello", NULL, false},
		{"flow.per-connection", "connect", NULL, false},
		{"flow.hello-after-tls", "tls", NULL, false},
		{"reactions.auth.535", "auth", NULL, false},
		{"reactions.auth-login.235-", "auth", NULL, false},
		{"reactions.auth-scram-sha-1.5xx", "auth", NULL, false},
		{"reactions.hello-for-tls.else", "hello", NULL, false},
		{"reactions.recipient.550", "envelope", NULL, false},
		{"reactions.reset.else", "places", NULL, false},
		{"auth.mechanisms", "auth", NULL, false},
		{"auth.cut", "auth", NULL, true},
		{"tls.ciphers", "tls", "offer", true},
		{"replies.reading.transaction", "replies", NULL, true},
		{"writes.dot", "body", NULL, true},
		{"think.mail", "time", "think", true},
		{"timeouts.end", "time", NULL, true},
		{"message.words.span", "message", "message", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct unit *unit = unit_of(rows[i].path);
		CHECK_CASE("%s", rows[i].path);
		if (!CHECK(unit != NULL))
			continue;
		CHECK_TEXT(unit->group, rows[i].group);
		CHECK((unit->name == NULL) == (rows[i].name == NULL));
		if (unit->name != NULL && rows[i].name != NULL)
			CHECK_TEXT(unit->name, rows[i].name);
		CHECK_INT(unit->silent, rows[i].silent);
	}
}

/* Each level is finer than the one before, and cells that say the same are one unit. */
static void labels_are_finer_at_each_level(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "symbian-9.1");
	size_t count = profile_setting_count(client), before = 0;
	size_t *labels = calloc(count, sizeof *labels);
	for (int level = 0; level < LEVEL_COUNT; level++) {
		size_t distinct = 0;
		units_label(client, (enum unit_level)level, labels);
		for (size_t i = 0; i < count; i++) {
			CHECK(labels[i] <= i && labels[labels[i]] == labels[i]);
			distinct += labels[i] == i;
		}
		CHECK_CASE("level %d: %zu", level, distinct);
		CHECK(distinct > before);
		before = distinct;
	}
	CHECK_INT(before, count);
	free(labels);
	profile_free(client);
}

/* ---- reduce ---- */

enum { MEMBERS = 24, NEEDED_MAX = 3 };

/* Fails where all that is needed is there; counts. */
struct oracle {
	size_t needed[NEEDED_MAX], count, asked, stop_at;
	bool at_random;
	struct random random;
};

static enum answer answer(void *context, const bool *kept)
{
	struct oracle *oracle = context;
	bool all = true;
	oracle->asked++;
	if (oracle->asked == oracle->stop_at)
		return ANSWER_STOP;
	if (oracle->at_random)
		return random_below(&oracle->random, 2) == 0 ? ANSWER_FAILS : ANSWER_SENDS;
	for (size_t i = 0; i < oracle->count; i++)
		all = all && kept[oracle->needed[i]];
	return all ? ANSWER_FAILS : ANSWER_SENDS;
}

static enum answer run(struct oracle *oracle, const size_t *labels, bool *kept)
{
	struct reduction reduction = {.memory = &memory_standard,
		.count = MEMBERS,
		.labels = labels,
		.ask = answer,
		.context = oracle};
	for (size_t i = 0; i < MEMBERS; i++)
		kept[i] = true;
	return reduce(&reduction, kept);
}

static void what_is_needed_is_what_is_left(void)
{
	size_t each[MEMBERS], threes[MEMBERS];
	bool kept[MEMBERS];
	for (size_t i = 0; i < MEMBERS; i++) {
		each[i] = i;
		threes[i] = i / 3 * 3;
	}
	for (size_t a = 0; a < MEMBERS; a++) {
		for (size_t b = a; b < MEMBERS; b++) {
			struct oracle oracle = {.needed = {a, b}, .count = 2};
			CHECK_CASE("%zu and %zu", a, b);
			CHECK_INT(run(&oracle, each, kept), ANSWER_FAILS);
			for (size_t i = 0; i < MEMBERS; i++)
				CHECK_INT(kept[i], i == a || i == b);
			CHECK(oracle.asked <= (a == b ? 12 : 60));
			oracle.asked = 0;
			CHECK_INT(run(&oracle, threes, kept), ANSWER_FAILS);
			for (size_t i = 0; i < MEMBERS; i++)
				CHECK_INT(kept[i], i / 3 == a / 3 || i / 3 == b / 3);
		}
	}
}

static void it_stops_when_told_and_ends_at_random(void)
{
	size_t each[MEMBERS];
	bool kept[MEMBERS];
	for (size_t i = 0; i < MEMBERS; i++)
		each[i] = i;
	for (size_t at = 1; at <= 5; at++) {
		struct oracle oracle = {.needed = {7, 20}, .count = 2, .stop_at = at};
		CHECK_CASE("stopped at %zu", at);
		CHECK_INT(run(&oracle, each, kept), ANSWER_STOP);
		CHECK_INT(oracle.asked, at);
		CHECK(kept[7] && kept[20]);
	}
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct oracle oracle = {.at_random = true};
		random_init(&oracle.random, seed);
		CHECK_CASE("seed %llu", (unsigned long long)seed);
		CHECK_INT(run(&oracle, each, kept), ANSWER_FAILS);
		CHECK(oracle.asked < 400);
	}
}

#define TESTS(T)                                                                                   \
	T(every_key_has_a_unit)                                                                    \
	T(keys_are_in_their_groups)                                                                \
	T(labels_are_finer_at_each_level)                                                          \
	T(what_is_needed_is_what_is_left)                                                          \
	T(it_stops_when_told_and_ends_at_random)
CHECK_MAIN("units", TESTS)
