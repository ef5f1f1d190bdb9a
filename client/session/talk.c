/* talk: tells the transcript what passes, escaped and without secrets. */
#include <stdio.h>

#include "base64.h"
#include "session.h"
#include "text.h"

enum { NOTE_MAX = 1024, LINE_MAX_SHOWN = 64 * 1024 };

static void show(const struct msub_session *session, enum msub_spoken kind, struct octets text)
{
	struct buffer line;
	if (session->settings->transcript == NULL)
		return;
	buffer_init(&line, &session->memory, LINE_MAX_SHOWN);
	if (text_escape(&line, text))
		session->settings->transcript(
			session->settings->transcript_context, kind, buffer_string(&line));
	buffer_free(&line);
}

void talk_said(const struct msub_session *session, struct octets line)
{
	show(session, MSUB_SAID, line);
}

void talk_hide(struct msub_session *session, struct reply_reader *reader)
{
	struct buffer masked;
	struct octets text = reader->reply.text;
	if (!secrets_may_be_in(&session->login.said, text))
		return;
	buffer_init(&masked, &session->memory, 4 * REPLY_TEXT_KEPT);
	if (secrets_mask(&session->login.said, text, &masked))
		reply_reader_put_text(reader,
			buffer_failed(&masked) ? octets_make(NULL, 0) : buffer_octets(&masked));
	buffer_free(&masked);
}

/*
 * A challenge stands as it is, but for one that repeats what was said in confidence, readably or
 * in base64.
 */
static void append_challenge(
	const struct msub_session *session, struct buffer *line, struct octets text)
{
	struct buffer plain, masked;
	buffer_init(&plain, &session->memory, text.len);
	buffer_init(&masked, &session->memory, LINE_MAX_SHOWN);
	bool repeats = base64_decode(&plain, octets_trim(text)) &&
		       secrets_mask(&session->login.said, buffer_octets(&plain), &masked);
	if (repeats || buffer_failed(&plain))
		buffer_append_text(line, "<secret>");
	else
		secrets_mask(&session->login.said, text, line);
	buffer_free(&plain);
	buffer_free(&masked);
}

void talk_heard(struct msub_session *session, const struct reply *reply)
{
	struct octets text, next;
	if (session->settings->transcript == NULL)
		return;
	for (size_t i = 0; reply_line(reply, i, &text); i++) {
		struct buffer line;
		buffer_init(&line, &session->memory, LINE_MAX_SHOWN);
		buffer_format(
			&line, "%d%c", reply->code, reply_line(reply, i + 1, &next) ? '-' : ' ');
		if (reply->code == 334)
			append_challenge(session, &line, text);
		else
			secrets_mask(&session->login.said, text, &line);
		show(session, MSUB_HEARD, octets_trim(buffer_octets(&line)));
		buffer_free(&line);
	}
}

void talk_note(const struct msub_session *session, const char *format, ...)
{
	char note[NOTE_MAX];
	va_list arguments;
	if (session->settings->transcript == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(note, sizeof note, format, arguments);
	va_end(arguments);
	show(session, MSUB_NOTE, octets_of(note));
}
