#include "failing_memory.h"

static void *resize(void *context, void *old, size_t old_size, size_t want)
{
	struct failing_memory *failing = context;
	if (want > 0 && ++failing->count == failing->fail_at)
		return NULL;
	void *fresh = memory_standard.resize(NULL, old, old_size, want);
	if (want == 0 || fresh != NULL)
		failing->live = failing->live - (old == NULL ? 0 : old_size) + want;
	return fresh;
}

void failing_memory_init(struct failing_memory *failing, size_t fail_at)
{
	*failing = (struct failing_memory){.memory = {resize, failing}, .fail_at = fail_at};
}
