/*
 * timetable: who is due when, for many.
 *
 * A heap of entries by time. An owner's deadline mostly moves further away, with every octet that
 * passes; so it is not moved here each time: an entry may come up too early, and its owner then
 * says when it is really due. Only what is due earlier than before has to be said at once.
 */
#ifndef NET_TIMETABLE_H
#define NET_TIMETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/* Lies inside what it belongs to, zeroed before it is added. */
struct timetable_entry {
	uint64_t due_ms;
	size_t place; /* from 1; 0: not in the timetable */
};

struct timetable {
	const struct memory *memory; /* borrowed */
	struct timetable_entry **at;
	size_t count, room;
};

void timetable_init(struct timetable *timetable, const struct memory *memory);
/* The entries are their owners'. */
void timetable_free(struct timetable *timetable);
/* False: no memory. The entry is borrowed until it is removed. */
bool timetable_add(struct timetable *timetable, struct timetable_entry *entry, uint64_t due_ms);
void timetable_remove(struct timetable *timetable, struct timetable_entry *entry);
void timetable_set(struct timetable *timetable, struct timetable_entry *entry, uint64_t due_ms);
/* The earliest; NULL where there is none. */
struct timetable_entry *timetable_first(const struct timetable *timetable);

#endif
