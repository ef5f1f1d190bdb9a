/* handset play, the mail: a message that the client composes: text, files and their types. */
#include "handset_play_mail.h"

#include "charset.h"
#include "handset.h"
#include "text.h"

#include <string.h>

static bool read_attachments(
	struct play_mail *mail, const struct option_list *files, struct message_draft *draft)
{
	struct message_attachment *attachments =
		arena_new(&mail->arena, files->count, sizeof *attachments);
	if (attachments == NULL)
		return play_mail_fail("out of memory", "");
	for (size_t i = 0; i < files->count; i++) {
		const char *slash = strrchr(files->items[i], '/');
		struct octets content,
			name = octets_of(slash == NULL ? files->items[i] : slash + 1);
		if (name.len == 0)
			return play_mail_fail("--attach takes the name of a file, and this is "
					      "none: ",
				slash == NULL ? "''" : files->items[i]);
		if (!play_mail_is_line("--attach", files->items[i]))
			return false;
		if (!play_mail_read(mail, "--attach", files->items[i], &content))
			return false;
		/* its type is the generator's to find */
		attachments[i] = (struct message_attachment){.name = name, .content = content};
	}
	draft->attachments = attachments;
	draft->attachment_count = files->count;
	return true;
}

static bool read_text(struct play_mail *mail, const char *file, struct octets *body)
{
	*body = octets_of("This is a test message. A client of the handset catalogue has sent "
			  "it.\n");
	if (file == NULL)
		return true;
	return play_mail_read(mail, "--body-file", file, body) &&
	       (text_is_utf8(*body) || play_mail_fail("the text has to be UTF-8: ", file));
}

static bool check_charset(const char *name)
{
	struct buffer nothing;
	if (name == NULL || charset_is_known(octets_of(name)))
		return true;
	buffer_init(&nothing, &memory_standard, PLAY_MESSAGE_MAX);
	bool knows = charset_convert(&nothing, octets_of("a"), octets_of(name), false);
	buffer_free(&nothing);
	return play_mail_fail(knows ? "text of a mail cannot be written in the charset of "
				      "--charset, because ASCII is not itself in it: "
				    : "no such charset: ",
		name);
}

bool play_draft_make(struct play_mail *mail, const struct play_mail_options *options,
	struct message_draft *draft)
{
	static const enum message_priority meant[] = {
		MESSAGE_PRIORITY_NORMAL, MESSAGE_PRIORITY_HIGH, MESSAGE_PRIORITY_LOW};
	*draft = (struct message_draft){.reply_to = octets_of(options->reply_to),
		.receipt_to = octets_of(options->receipt_to),
		.subject = octets_of(options->subject == NULL ? "Test" : options->subject),
		.charset = octets_of(options->charset),
		.priority = meant[options->priority],
		.mime = options->mime < 0    ? MESSAGE_MIME_AS_PROFILE
			: options->mime == 1 ? MESSAGE_MIME_ON
					     : MESSAGE_MIME_OFF,
		.unix_time = mail->now,
		.zone_minutes = mail->zone_minutes};
	return play_mail_is_line("--subject", options->subject) &&
	       play_mail_is_line("--reply-to", options->reply_to) &&
	       play_mail_is_line("--receipt", options->receipt_to) &&
	       check_charset(options->charset) &&
	       read_text(mail, options->body_file, &draft->body) &&
	       read_attachments(mail, &options->attachments, draft);
}
