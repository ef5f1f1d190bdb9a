/* writes: a queue of octets and of the places where it is cut. */
#include "writes.h"

#include <string.h>

enum { MAX_PENDING = 64 * 1024 * 1024 };

void writes_init(struct writes *writes, const struct memory *memory)
{
	*writes = (struct writes){0};
	buffer_init(&writes->octets, memory, MAX_PENDING);
	buffer_init(&writes->ends, memory, MAX_PENDING);
}

void writes_free(struct writes *writes)
{
	buffer_free(&writes->octets);
	buffer_free(&writes->ends);
	writes->taken = writes->next = 0;
}

/* A failure is kept: what could not be queued was not said, and the phone must know. */
void writes_clear(struct writes *writes)
{
	buffer_truncate(&writes->octets, 0);
	buffer_truncate(&writes->ends, 0);
	writes->taken = writes->next = 0;
}

void writes_give_back(struct writes *writes)
{
	if (!writes_pending(writes) && !writes_failed(writes) && writes->octets.len == 0)
		writes_free(writes);
}

static size_t end_count(const struct writes *writes)
{
	return writes->ends.len / sizeof(size_t);
}

static size_t end_at(const struct writes *writes, size_t index)
{
	size_t end;
	memcpy(&end, writes->ends.at + index * sizeof end, sizeof end);
	return end;
}

void writes_add(struct writes *writes, struct octets octets)
{
	buffer_append_octets(&writes->octets, octets);
}

void writes_end(struct writes *writes)
{
	size_t end = writes->octets.len, count = end_count(writes);
	size_t before = count == 0 ? 0 : end_at(writes, count - 1);
	if (end > before)
		buffer_append(&writes->ends, &end, sizeof end);
}

bool writes_pending(const struct writes *writes)
{
	return writes->next < end_count(writes);
}

struct octets writes_now(const struct writes *writes)
{
	if (!writes_pending(writes))
		return octets_make(NULL, 0);
	size_t end = end_at(writes, writes->next);
	return octets_make(writes->octets.at + writes->taken, end - writes->taken);
}

void writes_sent(struct writes *writes, size_t count)
{
	size_t left = writes_now(writes).len;
	writes->taken += count < left ? count : left;
	if (left > 0 && count >= left)
		writes->next++;
	if (!writes_pending(writes))
		writes_clear(writes);
}

bool writes_failed(const struct writes *writes)
{
	return buffer_failed(&writes->octets) || buffer_failed(&writes->ends);
}
