/*
 * cause: of every fault that our servers have, the settings of the client that meet it, and
 * nothing else; and of servers that do not answer alike each time, nothing at all.
 */
#include "cause.h"
#include "check.h"
#include "known_causes.h"
#include "memory_ground.h"
#include "random.h"
#include "stage.h"

#include <stdlib.h>

static const struct memory_ground_settings plain_account = {.security = PHONE_PLAIN};

/* The keys of a cause, in their order, with blanks between; sets with " | ". */
static void write_keys(const struct profile *client, const struct cause *cause, struct buffer *out)
{
	for (size_t set = 0; set < cause->set_count; set++) {
		for (size_t i = 0; i < cause->setting_count; i++) {
			if (!cause->sets[set].kept[i])
				continue;
			buffer_format(out, "%s%s", out->len == 0 ? "" : " ",
				profile_setting_path(client, i));
		}
		if (set + 1 < cause->set_count)
			buffer_append_text(out, " |");
	}
}

static void print_log(const struct profile *client, const struct cause *cause)
{
	for (size_t i = 0; i < cause->trial_count; i++) {
		const struct cause_trial *trial = &cause->trials[i];
		printf("  %zu: purpose %d, %zu kept:", trial->connection, trial->purpose,
			trial->kept_count);
		for (size_t j = 0; trial->kept_count < 4 && trial->kept && j < cause->setting_count;
			j++) {
			if (trial->kept[j])
				printf(" %s", profile_setting_path(client, j));
		}
		printf(": %s\n", trial->sentence.text);
	}
	printf("  state %d %s %s\n", cause->state, cause->sentence.text, cause->remark.text);
}

static const struct {
	const char *client, *server, *keys;
	enum question question;
} rows[] = {
	{"nokia-e61i", "qmail-spamcontrol", "flow.before-first", QUESTION_MESSAGE},
};

static void the_cause_is_the_fault_of_the_server(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *client = stage_profile(PROFILE_CLIENT, rows[i].client);
		struct profile *server = stage_profile(PROFILE_SERVER, rows[i].server);
		struct memory_ground memory;
		struct memory_ground_settings settings = plain_account;
		settings.server = profile_server(server);
		memory_ground_init(&memory, &settings);
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		CHECK_CASE("%s with %s", rows[i].client, rows[i].server);
		CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
					 .client = client,
					 .question = rows[i].question,
					 .deliver = true,
					 .seed = 1},
			&cause));
		write_keys(client, &cause, &keys);
		CHECK_INT(cause.state, CAUSE_FOUND);
		if (!CHECK_TEXT(buffer_string(&keys), rows[i].keys) || getenv("SHOW") != NULL)
			print_log(client, &cause);
		buffer_free(&keys);
		cause_free(&cause);
		profile_free(client);
		profile_free(server);
	}
}

#define TESTS(T) T(the_cause_is_the_fault_of_the_server)
CHECK_MAIN("cause", TESTS)
