/* reduce: ddmin, over elements that are several members each. */
#include "reduce.h"

#include <string.h>

struct work {
	const struct reduction *reduction;
	bool *kept;
	bool *candidate;
	size_t *elements; /* labels of what is kept, in order */
	size_t count;
};

static void list_elements(struct work *work)
{
	const struct reduction *reduction = work->reduction;
	work->count = 0;
	for (size_t i = 0; i < reduction->count; i++) {
		size_t known = 0;
		while (known < work->count && work->elements[known] != reduction->labels[i])
			known++;
		if (work->kept[i] && known == work->count)
			work->elements[work->count++] = reduction->labels[i];
	}
}

/* Which of `parts` parts an element is in; they are as even as they can be. */
static size_t part_of(const struct work *work, size_t element, size_t parts)
{
	return element * parts / work->count;
}

/* The elements of one part alone, or of all others. */
static void make_candidate(struct work *work, size_t part, size_t parts, bool others)
{
	const struct reduction *reduction = work->reduction;
	for (size_t i = 0; i < reduction->count; i++) {
		size_t element = 0;
		while (element < work->count && work->elements[element] != reduction->labels[i])
			element++;
		work->candidate[i] =
			work->kept[i] && (part_of(work, element, parts) == part) != others;
	}
}

/* The first candidate of a round that fails is what is kept from here on. */
static enum answer round_of(struct work *work, size_t parts, bool others)
{
	const struct reduction *reduction = work->reduction;
	for (size_t part = 0; part < parts; part++) {
		make_candidate(work, part, parts, others);
		enum answer answer = reduction->ask(reduction->context, work->candidate);
		if (answer == ANSWER_FAILS)
			memcpy(work->kept, work->candidate, reduction->count * sizeof *work->kept);
		if (answer != ANSWER_SENDS)
			return answer;
	}
	return ANSWER_SENDS;
}

static enum answer work_on(struct work *work)
{
	size_t parts = 2;
	list_elements(work);
	while (work->count > 1) {
		enum answer answer = round_of(work, parts, false);
		bool alone = answer == ANSWER_FAILS;
		/* of two parts, one without the other has been asked for */
		if (answer == ANSWER_SENDS && parts > 2)
			answer = round_of(work, parts, true);
		if (answer == ANSWER_STOP)
			return ANSWER_STOP;
		if (answer == ANSWER_SENDS && parts == work->count)
			break;
		if (answer == ANSWER_FAILS)
			list_elements(work);
		if (answer == ANSWER_SENDS)
			parts *= 2;
		else
			parts = alone ? 2 : parts - 1;
		parts = parts > work->count ? work->count : parts;
		parts = parts < 2 ? 2 : parts;
	}
	return ANSWER_FAILS;
}

enum answer reduce(const struct reduction *reduction, bool *kept)
{
	const struct memory *memory = reduction->memory;
	size_t room = reduction->count + 1;
	struct work work = {.reduction = reduction, .kept = kept};
	work.candidate = memory_new(memory, room, sizeof *work.candidate);
	work.elements = memory_new(memory, room, sizeof *work.elements);
	bool good = work.candidate != NULL && work.elements != NULL;
	enum answer answer = good ? work_on(&work) : ANSWER_STOP;
	memory_free(memory, work.candidate, room * sizeof *work.candidate);
	memory_free(memory, work.elements, room * sizeof *work.elements);
	return answer;
}
