/* timetable: the earliest first, whatever was added, moved and removed. */
#include "timetable.h"

#include "check.h"
#include "failing_memory.h"
#include "player.h"
#include "random.h"

enum { ENTRIES = 300, ACTS = 20000 };

/* The earliest of those that are in, by looking at all of them. */
static uint64_t earliest(const struct timetable_entry *entries)
{
	uint64_t first = PLAYER_NEVER;
	for (size_t i = 0; i < ENTRIES; i++) {
		if (entries[i].place != 0 && entries[i].due_ms < first)
			first = entries[i].due_ms;
	}
	return first;
}

static void gives_the_earliest_of_all(void)
{
	struct timetable timetable;
	struct timetable_entry entries[ENTRIES] = {{0}};
	struct random random;
	random_init(&random, 3);
	timetable_init(&timetable, &memory_standard);
	CHECK(timetable_first(&timetable) == NULL);
	for (size_t act = 0; act < ACTS; act++) {
		struct timetable_entry *entry = &entries[random_below(&random, ENTRIES)];
		uint64_t due_ms = random_below(&random, 1000);
		if (entry->place == 0)
			CHECK(timetable_add(&timetable, entry, due_ms));
		else if (due_ms % 3 == 0)
			timetable_remove(&timetable, entry);
		else
			timetable_set(&timetable, entry, due_ms);
		const struct timetable_entry *first = timetable_first(&timetable);
		CHECK_CASE("act %zu", act);
		if (first != NULL)
			CHECK_INT(first->due_ms, earliest(entries));
		else
			CHECK(earliest(entries) == PLAYER_NEVER);
	}
	timetable_free(&timetable);
}

static void takes_no_more_than_memory_allows(void)
{
	struct failing_memory failing;
	struct timetable_entry entries[6] = {{0}};
	struct timetable timetable;
	failing_memory_init(&failing, 2);
	timetable_init(&timetable, &failing.memory);
	size_t taken = 0;
	for (size_t i = 0; i < 6; i++)
		taken += timetable_add(&timetable, &entries[i], 6 - i);
	CHECK_INT(taken, 5); /* the fifth found no room */
	CHECK_INT(entries[4].place, 0);
	CHECK(timetable_first(&timetable) == &entries[5]);
	timetable_remove(&timetable, &entries[4]); /* it is not in: nothing happens */
	CHECK_INT(timetable.count, 5);
	timetable_free(&timetable);
	CHECK_INT(failing.live, 0);
}

#define TESTS(T) T(gives_the_earliest_of_all) T(takes_no_more_than_memory_allows)
CHECK_MAIN("timetable", TESTS)
