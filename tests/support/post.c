/* post: the sender of tests with the forgetful server. */
#include "post.h"

#include <stdio.h>
#include <string.h>

const char *const post_seven[] = {"r1@example.net", "r2@example.net", "r3@example.net",
	"r4@example.net", "r5@example.net", "r6@example.net", "r7@example.net", NULL};

void post_init(struct post *post)
{
	*post = (struct post){.made = true};
	failing_memory_init(&post->failing, 0);
	post->memory = (struct msub_memory){post->failing.memory.resize, &post->failing};
	msub_settings_init(&post->settings);
	post->settings.tls = MSUB_TLS_NONE;
	post->settings.mechanism = "PLAIN";
	post->settings.user = "user";
	post->settings.password = "password";
	post->settings.memory = &post->memory;
}

void post_begin(struct post *post)
{
	post->made = msub_sender_new(&post->sender, &post->settings) == MSUB_OK;
}

void post_add(struct post *post, const char *const *recipients)
{
	struct msub_message **message = &post->messages[post->count];
	char *content = post->contents[post->count];
	if (!post->made || msub_message_new(message, &post->memory) != MSUB_OK) {
		post->made = false;
		return;
	}
	post->count++;
	snprintf(content, sizeof post->contents[0], "Subject: m%zu\r\n\r\n.dot\nbare\r",
		post->count);
	bool whole = msub_message_sender(*message, "sender@example.org") == MSUB_OK;
	for (; *recipients != NULL; recipients++)
		whole = whole && msub_message_add_recipient(*message, *recipients) == MSUB_OK;
	msub_message_content(*message, content, strlen(content));
	post->made = whole && msub_sender_add(post->sender, *message) == MSUB_OK;
}

void post_add_good(struct post *post, size_t count)
{
	static const char *const good[] = {"good@example.net", NULL};
	for (size_t i = 0; i < count; i++)
		post_add(post, good);
}

void post_free(struct post *post)
{
	msub_sender_free(post->sender);
	for (size_t i = 0; i < POST_MAX; i++)
		msub_message_free(post->messages[i]);
	buffer_free(&post->result.talk);
	CHECK_INT(post->failing.live, 0);
}

static size_t copies_of(const struct post *post, size_t message, const char *recipient)
{
	char subject[32];
	snprintf(subject, sizeof subject, "m%zu", message + 1);
	return forgetful_count(&post->result, subject, recipient);
}

void post_check(const struct post *post)
{
	CHECK(!post->result.endless);
	CHECK_INT(post->result.resets, 0);
	CHECK_INT(post->result.nested, 0);
	CHECK_INT(post->result.disorder, 0);
	for (size_t i = 0; i < post->count; i++) {
		struct msub_result result;
		CHECK(msub_message_is_finished(post->messages[i]));
		for (size_t k = 0; msub_message_result(post->messages[i], k, &result); k++) {
			size_t copies = copies_of(post, i, result.recipient);
			if (result.outcome == MSUB_MAYBE)
				CHECK(copies <= 1);
			else
				CHECK_INT(copies, result.outcome == MSUB_ACCEPTED);
			CHECK(result.outcome == MSUB_ACCEPTED || result.why.error != MSUB_OK);
			CHECK((result.outcome == MSUB_MAYBE) ==
				(result.why.retry == MSUB_RETRY_UNSURE));
		}
	}
}

size_t post_delivered(const struct post *post)
{
	size_t count = 0;
	for (size_t i = 0; i < post->count; i++)
		count += msub_message_count(post->messages[i], MSUB_ACCEPTED);
	return count;
}
