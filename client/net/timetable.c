/* timetable: a binary heap, the earliest at number 1. */
#include "timetable.h"

void timetable_init(struct timetable *timetable, const struct memory *memory)
{
	*timetable = (struct timetable){.memory = memory};
}

void timetable_free(struct timetable *timetable)
{
	memory_free(timetable->memory, timetable->at, timetable->room * sizeof *timetable->at);
	timetable_init(timetable, timetable->memory);
}

static void put(struct timetable *timetable, size_t place, struct timetable_entry *entry)
{
	timetable->at[place - 1] = entry;
	entry->place = place;
}

static struct timetable_entry *get(const struct timetable *timetable, size_t place)
{
	return timetable->at[place - 1];
}

static void rise(struct timetable *timetable, struct timetable_entry *entry)
{
	size_t place = entry->place;
	while (place > 1 && get(timetable, place / 2)->due_ms > entry->due_ms) {
		put(timetable, place, get(timetable, place / 2));
		place /= 2;
	}
	put(timetable, place, entry);
}

static void sink(struct timetable *timetable, struct timetable_entry *entry)
{
	size_t place = entry->place, below;
	while ((below = place * 2) <= timetable->count) {
		if (below < timetable->count &&
			get(timetable, below + 1)->due_ms < get(timetable, below)->due_ms)
			below++;
		if (get(timetable, below)->due_ms >= entry->due_ms)
			break;
		put(timetable, place, get(timetable, below));
		place = below;
	}
	put(timetable, place, entry);
}

bool timetable_add(struct timetable *timetable, struct timetable_entry *entry, uint64_t due_ms)
{
	if (timetable->count == timetable->room) {
		size_t size = sizeof *timetable->at;
		size_t room = timetable->room == 0 ? 4 : timetable->room * 2;
		struct timetable_entry **more = memory_resize(
			timetable->memory, timetable->at, timetable->room * size, room * size);
		if (more == NULL)
			return false;
		timetable->at = more;
		timetable->room = room;
	}
	entry->due_ms = due_ms;
	put(timetable, ++timetable->count, entry);
	rise(timetable, entry);
	return true;
}

void timetable_remove(struct timetable *timetable, struct timetable_entry *entry)
{
	size_t place = entry->place;
	if (place == 0)
		return;
	struct timetable_entry *last = get(timetable, timetable->count--);
	entry->place = 0;
	if (last == entry)
		return;
	put(timetable, place, last);
	timetable_set(timetable, last, last->due_ms);
}

void timetable_set(struct timetable *timetable, struct timetable_entry *entry, uint64_t due_ms)
{
	entry->due_ms = due_ms;
	rise(timetable, entry);
	sink(timetable, entry);
}

struct timetable_entry *timetable_first(const struct timetable *timetable)
{
	return timetable->count == 0 ? NULL : timetable->at[0];
}
