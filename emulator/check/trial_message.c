/* trial_message: the few words that a test message holds. */
#include "trial_message.h"

#include <stdio.h>

static void write_words(struct trial_message *written, const struct trial_wish *wish, size_t index)
{
	struct octets title = profile_client(wish->client)->name;
	char name[80];
	size_t len = 0;
	/* whatever a profile is called: no client has to encode it */
	for (size_t i = 0; i < title.len && len + 1 < sizeof name; i++) {
		if (title.at[i] >= ' ' && title.at[i] < 0x7F)
			name[len++] = (char)title.at[i];
	}
	name[len] = 0;
	snprintf(written->subject, sizeof written->subject, "Test %zu of handset check: %s",
		index + 1, name);
	snprintf(written->body, sizeof written->body,
		"A test of this mail server by handset check,\r\n"
		"sent the way %s sends.\r\n"
		"It may be deleted.\r\n",
		name);
}

void trial_message_write(struct trial_message *written, const struct ground *ground,
	const struct trial_wish *wish, size_t index, uint64_t unix_time)
{
	bool last = index + 1 == wish->messages;
	size_t count = 0;
	*written = (struct trial_message){.subject = ""};
	write_words(written, wish, index);
	if (wish->refused_recipient && last && ground->refused_recipient != NULL)
		written->to[count++] = octets_of(ground->refused_recipient);
	written->to[count++] = octets_of(ground->recipient);
	written->message = (struct phone_message){
		.to = written->to,
		.to_count = count,
		.draft = {.subject = octets_of(written->subject),
			.body = octets_of(written->body),
			.unix_time = unix_time},
		.seed = wish->seed + index + 1,
	};
}
