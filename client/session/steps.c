/* steps: the list and its two cursors. */
#include "steps.h"

void steps_init(struct steps *steps, const struct memory *memory)
{
	*steps = (struct steps){.memory = memory};
}

void steps_free(struct steps *steps)
{
	memory_free(steps->memory, steps->at, steps->room * sizeof *steps->at);
	steps_init(steps, steps->memory);
}

bool steps_grow(struct steps *steps)
{
	size_t size = sizeof *steps->at, room = steps->room == 0 ? 8 : steps->room * 2;
	struct step *more =
		memory_resize(steps->memory, steps->at, steps->room * size, room * size);
	if (more == NULL)
		return false;
	steps->at = more;
	steps->room = room;
	return true;
}

void steps_said(struct steps *steps, uint64_t end)
{
	steps->at[steps->say++].end = end;
}

void steps_heard(struct steps *steps)
{
	if (++steps->hear == steps->count)
		steps->say = steps->hear = steps->count = 0;
}

void steps_drop(struct steps *steps)
{
	steps->count = steps->say;
	if (steps->hear == steps->count)
		steps->say = steps->hear = steps->count = 0;
}

void steps_drop_recipients(struct steps *steps)
{
	size_t kept = steps->say;
	for (size_t i = steps->say; i < steps->count; i++) {
		if (steps->at[i].phase != MSUB_PHASE_RECIPIENT)
			steps->at[kept++] = steps->at[i];
	}
	steps->count = kept;
}
