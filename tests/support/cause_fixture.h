/*
 * cause_fixture: an experiment on a ground in memory, for tests, and its result as text.
 */
#ifndef SUPPORT_CAUSE_FIXTURE_H
#define SUPPORT_CAUSE_FIXTURE_H

#include "cause.h"
#include "check.h"
#include "memory_ground.h"

/* The keys of a cause, in their order, with blanks between; causes with " | ". */
static inline void cause_keys(
	const struct profile *client, const struct cause *cause, struct buffer *out)
{
	for (size_t set = 0; set < cause->set_count; set++) {
		for (size_t i = 0; i < cause->setting_count; i++) {
			if (cause->sets[set].kept[i])
				buffer_format(out, "%s%s", out->len == 0 ? "" : " ",
					profile_setting_path(client, i));
		}
		if (set + 1 < cause->set_count)
			buffer_append_text(out, " |");
	}
}

static inline void cause_print(const struct profile *client, const struct cause *cause)
{
	for (size_t i = 0; i < cause->trial_count; i++) {
		const struct cause_trial *trial = &cause->trials[i];
		printf("  %zu: purpose %d, %zu kept:", trial->connection, (int)trial->purpose,
			trial->kept_count);
		for (size_t j = 0; trial->kept_count < 4 && j < cause->setting_count; j++) {
			if (trial->kept != NULL && trial->kept[j])
				printf(" %s", profile_setting_path(client, j));
		}
		printf(": %s\n", trial->sentence.text);
	}
	printf("  state %d, %s %s\n", (int)cause->state, cause->sentence.text, cause->remark.text);
}

static inline void cause_look(const struct memory_ground_settings *account,
	const struct profile *client, enum aspect aspect, struct cause *cause)
{
	struct memory_ground memory;
	memory_ground_init(&memory, account);
	CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
				 .client = client,
				 .aspect = aspect,
				 .deliver = true,
				 .seed = 1},
		cause));
	CHECK_INT(memory.connections, cause->connections);
}

#endif
