/* failure: keeps what went wrong. */
#include "failure.h"

#include <string.h>

#include "text.h"

enum { TEXT_MAX = 16 * 1024 };

static char *take_text(struct buffer *shown, const struct memory *memory)
{
	char *text = NULL;
	if (!buffer_failed(shown))
		text = memory_copy_text(memory, shown->at, shown->len);
	buffer_free(shown);
	return text;
}

/* What the reply says in words, and its enhanced code. */
static char *reply_text(const struct reply *reply, const struct memory *memory, int enhanced[3])
{
	struct buffer shown;
	struct octets plain;
	if (reply_shows_as(reply, enhanced, &plain))
		return memory_copy_text(memory, plain.at, plain.len);
	reply_enhanced(reply, enhanced);
	buffer_init(&shown, memory, TEXT_MAX);
	reply_show(reply, &shown);
	return take_text(&shown, memory);
}

static char *escaped_text(const char *text, const struct memory *memory)
{
	struct buffer shown;
	buffer_init(&shown, memory, TEXT_MAX);
	text_escape(&shown, octets_of(text));
	return take_text(&shown, memory);
}

void failure_set(struct failure *failure, const struct memory *memory, const struct cause *cause)
{
	failure_free(failure, memory);
	failure->error = cause->error;
	failure->phase = cause->phase;
	failure->retry = cause->retry;
	if (cause->reply != NULL) {
		failure->code = cause->reply->code;
		failure->reply_text = reply_text(cause->reply, memory, failure->enhanced);
	}
	if (cause->text != NULL)
		failure->text = escaped_text(cause->text, memory);
}

static char *copy_text(const struct memory *memory, const char *text)
{
	return text == NULL ? NULL : memory_copy_text(memory, text, strlen(text));
}

void failure_copy(struct failure *to, const struct memory *memory, const struct failure *from)
{
	failure_free(to, memory);
	*to = *from;
	to->reply_text = copy_text(memory, from->reply_text);
	to->text = copy_text(memory, from->text);
}

void failure_free(struct failure *failure, const struct memory *memory)
{
	memory_drop_text(memory, failure->reply_text);
	memory_drop_text(memory, failure->text);
	*failure = (struct failure){0};
}

struct msub_failure failure_view(const struct failure *failure)
{
	return (struct msub_failure){
		.error = failure->error,
		.phase = failure->phase,
		.retry = failure->retry,
		.reply = {.code = failure->code,
			.enhanced = {failure->enhanced[0], failure->enhanced[1],
				failure->enhanced[2]},
			.text = failure->reply_text == NULL ? "" : failure->reply_text},
		.text = failure->text == NULL ? "" : failure->text,
	};
}

enum msub_retry failure_retry_of(const struct reply *reply)
{
	return reply_class(reply) == 4 ? MSUB_RETRY_LATER : MSUB_RETRY_NEVER;
}
