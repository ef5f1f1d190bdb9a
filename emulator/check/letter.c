/* letter: the few words that a test message holds. */
#include "letter.h"

#include <stdio.h>

static void write_words(struct letter *letter, const struct trial_wish *wish, size_t index)
{
	struct octets name = profile_client(wish->client)->name;
	int len = name.len > 80 ? 80 : (int)name.len;
	snprintf(letter->subject, sizeof letter->subject, "Test %zu of handset check: %.*s",
		index + 1, len, (const char *)name.at);
	snprintf(letter->body, sizeof letter->body,
		"A test of this mail server by handset check,\r\n"
		"sent the way %.*s sends.\r\n"
		"It may be deleted.\r\n",
		len, (const char *)name.at);
}

void letter_write(struct letter *letter, const struct ground *ground, const struct trial_wish *wish,
	size_t index, uint64_t unix_time)
{
	bool last = index + 1 == wish->messages;
	size_t count = 0;
	*letter = (struct letter){.subject = ""};
	write_words(letter, wish, index);
	if (wish->refused_recipient && last && ground->refused_recipient != NULL)
		letter->to[count++] = octets_of(ground->refused_recipient);
	letter->to[count++] = octets_of(ground->recipient);
	letter->message = (struct phone_message){
		.to = letter->to,
		.to_count = count,
		.draft = {.subject = octets_of(letter->subject),
			.body = octets_of(letter->body),
			.unix_time = unix_time},
		.seed = wish->seed + index + 1,
	};
}
