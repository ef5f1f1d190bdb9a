/* handset play, the mail: files are read, dates and types of files understood. */
#include "handset_play_mail.h"

#include "charset.h"
#include "clock.h"
#include "handset.h"
#include "handset_moment.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char tool[] = "handset play";
enum { MESSAGE_MAX = 64 * 1024 * 1024, MAX_FILES = 1000 };

#define AT(member) offsetof(struct play_mail_options, member)
static const char *const priorities[] = {"normal", "high", "low", NULL};
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "The mail"},
	{OPTION_TEXT, "from", 'f', "ADDRESS", AT(from),
		"sender, also \"Name\" <ADDRESS>; otherwise the user, or phone@example.org"},
	{OPTION_LIST, "to", 't', "ADDRESS", AT(to),
		"recipient, also \"Name\" <ADDRESS>; may be said several times"},
	{OPTION_LIST, "cc", 0, "ADDRESS", AT(cc), "recipient of a copy"},
	{OPTION_LIST, "bcc", 0, "ADDRESS", AT(bcc), "recipient of a blind copy"},
	{OPTION_LIST, "copy-to-self", 0, "ADDRESS", AT(self),
		"own address, for clients that send copies to it"},
	{OPTION_LIST, "message", 'm', "FILE", AT(messages),
		"a whole message, header and body, instead of a composed one; several are sent in "
		"one session"},
	{OPTION_NUMBER, "break-body-at", 0, "N", AT(break_at), "the message breaks after N octets"},
	{OPTION_TITLE, .help = "The message that the client composes"},
	{OPTION_TEXT, "subject", 0, "TEXT", AT(subject), "its subject (Test)"},
	{OPTION_TEXT, "body-file", 0, "FILE", AT(body_file), "its text, UTF-8 (-: standard input)"},
	{OPTION_LIST, "attach", 0, "FILE", AT(attachments),
		"a file that goes with it; may be said several times"},
	{OPTION_TEXT, "reply-to", 0, "ADDRESS", AT(reply_to), "where answers go"},
	{OPTION_CHOICE, "priority", 0, "high|normal|low", AT(priority), "how urgent it is (normal)",
		priorities},
	{OPTION_TEXT, "receipt", 0, "ADDRESS", AT(receipt_to), "who is told that it was read"},
	{OPTION_TEXT, "charset", 0, "NAME", AT(charset),
		"the charset of the user's settings; otherwise the profile's"},
	{OPTION_SWITCH, "mime", 0, "on|off", AT(mime),
		"whether it is MIME; off: raw text, files uuencoded; otherwise as in the profile"},
	{OPTION_TEXT, "date", 0, "TIME", AT(date),
		"when it is written: 2007-08-16T14:04:16+02:00, or seconds since 1970; otherwise "
		"now (so --seed alone leaves the date different)"},
};

const struct option_command play_mail_command = {
	.name = tool, .rows = rows, .row_count = sizeof rows / sizeof *rows};

/* Types as a phone keeps them beside its files. */
static const char *const types[][2] = {{"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"},
	{"gif", "image/gif"}, {"png", "image/png"}, {"bmp", "image/bmp"}, {"txt", "text/plain"},
	{"html", "text/html"}, {"htm", "text/html"}, {"vcf", "text/x-vcard"},
	{"vcs", "text/x-vcalendar"}, {"ics", "text/calendar"}, {"3gp", "video/3gpp"},
	{"mp4", "video/mp4"}, {"amr", "audio/amr"}, {"mp3", "audio/mpeg"}, {"aac", "audio/aac"},
	{"wav", "audio/x-wav"}, {"mid", "audio/midi"}, {"pdf", "application/pdf"},
	{"zip", "application/zip"}, {"eml", "message/rfc822"}};

void play_mail_defaults(struct play_mail_options *options)
{
	options->mime = -1;
}

static bool fail(const char *what, const char *value)
{
	fprintf(stderr, "%s: %s%s\nTry: %s --help\n", tool, what, value, tool);
	return false;
}

static bool make_addresses(const struct option_list *list, struct octets **addresses)
{
	*addresses = calloc(list->count + 1, sizeof **addresses);
	for (size_t i = 0; *addresses != NULL && i < list->count; i++)
		(*addresses)[i] = octets_of(list->items[i]);
	return *addresses != NULL;
}

/* The next content, read from the file. */
static struct buffer *read_content(struct play_mail *mail, const char *file)
{
	struct buffer *content = &mail->contents[mail->content_count++];
	buffer_init(content, &memory_standard, MESSAGE_MAX);
	return handset_read(tool, file, MESSAGE_MAX, content) ? content : NULL;
}

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

static bool read_attachments(struct play_mail *mail, const struct option_list *files)
{
	mail->attachments = calloc(files->count + 1, sizeof *mail->attachments);
	for (size_t i = 0; mail->attachments != NULL && i < files->count; i++) {
		const char *slash = strrchr(files->items[i], '/');
		struct octets name = octets_of(slash == NULL ? files->items[i] : slash + 1);
		if (name.len == 0 || !text_is_utf8(name))
			return fail("a file's name has to be UTF-8: ", files->items[i]);
		const struct buffer *content = read_content(mail, files->items[i]);
		if (content == NULL)
			return false;
		mail->attachments[i] =
			(struct message_attachment){name, buffer_octets(content), type_of(name)};
	}
	return mail->attachments != NULL;
}

static bool read_text(struct play_mail *mail, const struct play_mail_options *options)
{
	buffer_init(&mail->body, &memory_standard, MESSAGE_MAX);
	if (options->body_file == NULL)
		return buffer_append_text(&mail->body,
			"This is a test message. A client of the handset catalogue has sent it.\n");
	if (!handset_read(tool, options->body_file, MESSAGE_MAX, &mail->body))
		return false;
	return text_is_utf8(buffer_octets(&mail->body)) ||
	       fail("the text has to be UTF-8: ", options->body_file);
}

static bool knows_charset(const char *name)
{
	struct buffer nothing;
	buffer_init(&nothing, &memory_standard, MESSAGE_MAX);
	bool knows = charset_convert(&nothing, octets_of("a"), octets_of(name), false);
	buffer_free(&nothing);
	return knows;
}

static bool make_draft(struct play_mail *mail, const struct play_mail_options *options,
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
		.attachment_count = options->attachments.count};
	if (!text_is_utf8(draft->subject))
		return fail("the subject has to be UTF-8", "");
	if (options->charset != NULL && !knows_charset(options->charset))
		return fail("no such charset: ", options->charset);
	draft->unix_time = clock_unix();
	draft->zone_minutes = moment_zone(draft->unix_time);
	if (options->date != NULL &&
		!moment_parse(options->date, &draft->unix_time, &draft->zone_minutes))
		return fail("--date takes 2007-08-16T14:04:16+02:00 or seconds since 1970, not ",
			options->date);
	if (!read_text(mail, options) || !read_attachments(mail, &options->attachments))
		return false;
	draft->body = buffer_octets(&mail->body);
	draft->attachments = mail->attachments;
	return true;
}

static bool make_room(struct play_mail *mail, const struct play_mail_options *options)
{
	size_t whole = options->messages.count, files = options->attachments.count;
	mail->count = whole == 0 ? 1 : whole;
	mail->messages = calloc(mail->count, sizeof *mail->messages);
	mail->contents = calloc(whole + files + 1, sizeof *mail->contents);
	return mail->messages != NULL && mail->contents != NULL &&
	       make_addresses(&options->to, &mail->addresses[0]) &&
	       make_addresses(&options->cc, &mail->addresses[1]) &&
	       make_addresses(&options->bcc, &mail->addresses[2]) &&
	       make_addresses(&options->self, &mail->addresses[3]);
}

static void choose_sender(
	struct play_mail *mail, const struct play_mail_options *options, const char *user)
{
	mail->sender = options->from;
	if (mail->sender == NULL)
		mail->sender =
			user != NULL && strchr(user, '@') != NULL ? user : "phone@example.org";
}

bool play_mail_make(
	struct play_mail *mail, const struct play_mail_options *options, const char *user)
{
	struct message_draft draft = {0};
	const struct option_list *whole = &options->messages;
	if (options->to.count + options->cc.count + options->bcc.count == 0)
		return fail("to whom? Say --to ADDRESS", "");
	if (whole->count > MAX_FILES || options->attachments.count > MAX_FILES)
		return fail("too many messages or files: at most 1000 in one session", "");
	if (whole->count > 0 && options->attachments.count > 0)
		return fail("--attach is for a message that the client composes, not for --message",
			"");
	choose_sender(mail, options, user);
	if (!make_room(mail, options) || (whole->count == 0 && !make_draft(mail, options, &draft)))
		return false;
	for (size_t i = 0; i < mail->count; i++) {
		const struct buffer *content =
			whole->count > 0 ? read_content(mail, whole->items[i]) : NULL;
		if (whole->count > 0 && content == NULL)
			return false;
		if (content != NULL && content->len == 0)
			return fail("a message has a header at least, and this file is empty: ",
				whole->items[i]);
		mail->messages[i] = (struct phone_message){
			.to = mail->addresses[0],
			.to_count = options->to.count,
			.cc = mail->addresses[1],
			.cc_count = options->cc.count,
			.bcc = mail->addresses[2],
			.bcc_count = options->bcc.count,
			.self = mail->addresses[3],
			.self_count = options->self.count,
			.break_body_at = (size_t)options->break_at,
			.draft = draft,
		};
		if (content != NULL)
			mail->messages[i].content = buffer_octets(content);
	}
	return true;
}

void play_mail_free(struct play_mail *mail)
{
	for (size_t i = 0; i < mail->content_count; i++)
		buffer_free(&mail->contents[i]);
	for (size_t i = 0; i < 4; i++)
		free(mail->addresses[i]);
	if (mail->body.memory != NULL)
		buffer_free(&mail->body);
	free(mail->contents);
	free(mail->attachments);
	free(mail->messages);
}
