/* agenda: a stack, whose top is the front. */
#include "agenda.h"

void agenda_init(struct agenda *agenda, const struct memory *memory)
{
	*agenda = (struct agenda){.memory = memory};
}

void agenda_free(struct agenda *agenda)
{
	memory_free(agenda->memory, agenda->tasks, agenda->room * sizeof *agenda->tasks);
	agenda_init(agenda, agenda->memory);
}

void agenda_clear(struct agenda *agenda)
{
	agenda->count = 0;
}

static bool grow(struct agenda *agenda)
{
	if (agenda->room > SIZE_MAX / 2 / sizeof *agenda->tasks)
		return false;
	size_t room = agenda->room == 0 ? 16 : agenda->room * 2;
	struct task *tasks = memory_resize(
		agenda->memory, agenda->tasks, agenda->room * sizeof *tasks, room * sizeof *tasks);
	if (tasks == NULL)
		return false;
	agenda->tasks = tasks;
	agenda->room = room;
	return true;
}

void agenda_push(struct agenda *agenda, struct task task)
{
	if (agenda->failed || (agenda->count == agenda->room && !grow(agenda))) {
		agenda->failed = true;
		return;
	}
	agenda->tasks[agenda->count++] = task;
}

void agenda_push_step(struct agenda *agenda, enum step step, bool in_session)
{
	agenda_push(agenda,
		(struct task){.kind = TASK_STEP, .step = (uint8_t)step, .in_session = in_session});
}

struct task *agenda_front(struct agenda *agenda)
{
	return agenda_ahead(agenda, 0);
}

struct task *agenda_ahead(struct agenda *agenda, size_t ahead)
{
	return ahead < agenda->count ? &agenda->tasks[agenda->count - 1 - ahead] : NULL;
}

void agenda_pop(struct agenda *agenda)
{
	if (agenda->count > 0)
		agenda->count--;
}

void agenda_abandon(struct agenda *agenda, bool drain)
{
	size_t next = agenda->count;
	while (next > 0 && agenda->tasks[next - 1].kind != TASK_NEXT)
		next--;
	size_t kept = next;
	for (size_t i = next; i < agenda->count; i++) {
		struct task task = agenda->tasks[i];
		if (!drain || !task.said || task.kind != TASK_STEP)
			continue;
		task.deaf = true;
		agenda->tasks[kept++] = task;
	}
	agenda->count = kept;
}
