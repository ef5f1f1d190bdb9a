/* handset play, the mail: a message that the client composes: text, files and their types. */
#include "handset_play_mail.h"

#include "charset.h"
#include "handset.h"
#include "text.h"

#include <string.h>

/* Types as a phone keeps them beside its files. */
static const char *const types[][2] = {{"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"},
	{"gif", "image/gif"}, {"png", "image/png"}, {"bmp", "image/bmp"}, {"txt", "text/plain"},
	{"html", "text/html"}, {"htm", "text/html"}, {"vcf", "text/x-vcard"},
	{"vcs", "text/x-vcalendar"}, {"ics", "text/calendar"}, {"3gp", "video/3gpp"},
	{"mp4", "video/mp4"}, {"amr", "audio/amr"}, {"mp3", "audio/mpeg"}, {"aac", "audio/aac"},
	{"wav", "audio/x-wav"}, {"mid", "audio/midi"}, {"pdf", "application/pdf"},
	{"zip", "application/zip"}, {"eml", "message/rfc822"}};

static struct octets type_of(struct octets name)
{
	size_t dot = name.len;
	while (dot > 0 && name.at[dot - 1] != '.')
		dot--;
	struct octets ending = octets_from(name, dot);
	for (size_t i = 0; dot > 0 && i < sizeof types / sizeof *types; i++) {
		if (octets_equal_nocase(ending, octets_of(types[i][0])))
			return octets_of(types[i][1]);
	}
	return octets_make(NULL, 0);
}

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
		if (name.len == 0 || !text_is_utf8(name))
			return play_mail_fail("a file's name has to be UTF-8: ", files->items[i]);
		if (!play_mail_read(mail, files->items[i], &content))
			return false;
		attachments[i] = (struct message_attachment){name, content, type_of(name)};
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
	return play_mail_read(mail, file, body) &&
	       (text_is_utf8(*body) || play_mail_fail("the text has to be UTF-8: ", file));
}

static bool knows_charset(const char *name)
{
	struct buffer nothing;
	buffer_init(&nothing, &memory_standard, PLAY_MESSAGE_MAX);
	bool knows = charset_convert(&nothing, octets_of("a"), octets_of(name), false);
	buffer_free(&nothing);
	return knows;
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
	if (!text_is_utf8(draft->subject))
		return play_mail_fail("the subject has to be UTF-8", "");
	if (options->charset != NULL && !knows_charset(options->charset))
		return play_mail_fail("no such charset: ", options->charset);
	return read_text(mail, options->body_file, &draft->body) &&
	       read_attachments(mail, &options->attachments, draft);
}
