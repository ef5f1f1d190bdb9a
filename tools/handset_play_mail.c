/* handset play, the mail: its options, and a message or several of each set of them. */
#include "handset_play_mail.h"

#include "clock.h"
#include "handset.h"
#include "handset_moment.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char tool[] = "handset play";
enum { COPIES_MAX = 1000 };

static bool begin_next(void *target);

#define AT(member) offsetof(struct play_mail_options, member)
static const char one_each[] = "a message has one; --next begins another message";
static const char *const priorities[] = {"normal", "high", "low", NULL};
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "The mail"},
	{OPTION_TEXT, "from", 'f', "ADDRESS", AT(from),
		"sender of all messages, also \"Name\" <ADDRESS>; otherwise the user, or "
		"phone@example.org"},
	{OPTION_LIST, "to", 't', "ADDRESS", AT(to),
		"recipient, also \"Name\" <ADDRESS>; may be said several times"},
	{OPTION_LIST, "cc", 0, "ADDRESS", AT(cc), "recipient of a copy"},
	{OPTION_LIST, "bcc", 0, "ADDRESS", AT(bcc), "recipient of a blind copy"},
	{OPTION_LIST, "copy-to-self", 0, "ADDRESS", AT(self),
		"own address, for clients that send copies to it"},
	{OPTION_LIST, "message", 'm', "FILE", AT(messages),
		"a whole message, header and body, instead of a composed one; several are sent in "
		"one session; without --to, --cc and --bcc each goes to those of its own To, Cc "
		"and Bcc, and its Bcc is left out"},
	{OPTION_NUMBER, "break-body-at", 0, "N", AT(break_at),
		"the message breaks after N octets; a client that writes line by line: behind the "
		"last whole line of them"},
	{OPTION_NUMBER, "count", 0, "N", AT(copies), "so many of this message, from 1 to 1000 (1)",
		.max = COPIES_MAX},
	{OPTION_NEXT, "next", 0, NULL, 0,
		"the options of the mail that follow are for another message of the same session; "
		"--from, and all options that are not of the mail, are for all",
		.next = begin_next},
	{OPTION_TITLE, .help = "The message that the client composes"},
	{OPTION_TEXT, "subject", 0, "TEXT", AT(subject), "its subject (Test)", .once = one_each},
	{OPTION_TEXT, "body-file", 0, "FILE", AT(body_file), "its text, UTF-8 (-: standard input)",
		.once = one_each},
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

void play_mail_defaults(struct play_mail_options *options)
{
	options->mime = -1;
	options->copies = 1;
}

/* What was said is put away; the sender stays. */
static bool begin_next(void *target)
{
	struct play_mail_options *options = target;
	size_t count = options->earlier_count;
	struct play_mail_options *earlier =
		realloc(options->earlier, (count + 1) * sizeof *earlier);
	if (earlier == NULL)
		return false;
	earlier[count] = *options;
	earlier[count].earlier = NULL;
	earlier[count].earlier_count = 0;
	*options = (struct play_mail_options){
		.from = options->from, .earlier = earlier, .earlier_count = count + 1};
	play_mail_defaults(options);
	return true;
}

void play_mail_options_free(struct play_mail_options *options)
{
	for (size_t i = 0; i < options->earlier_count; i++)
		options_free(&play_mail_command, &options->earlier[i]);
	free(options->earlier);
	options->earlier = NULL;
	options->earlier_count = 0;
}

bool play_mail_fail(const char *what, const char *value)
{
	fprintf(stderr, "%s: %s%s\nTry: %s --help\n", tool, what, value, tool);
	return false;
}

bool play_mail_is_line(const char *option, const char *value)
{
	if (value != NULL && strpbrk(value, "\r\n") != NULL)
		return play_mail_fail("a line break cannot stand in ", option);
	return value == NULL || text_is_utf8(octets_of(value)) ||
	       play_mail_fail("this has to be UTF-8: ", option);
}

bool play_mail_read(
	struct play_mail *mail, const char *option, const char *file, struct octets *content)
{
	struct buffer read;
	char label[64];
	snprintf(label, sizeof label, "%s: %s", tool, option);
	buffer_init(&read, &memory_standard, PLAY_MESSAGE_MAX);
	bool good = handset_read(label, file, PLAY_MESSAGE_MAX, &read);
	if (good) {
		*content = arena_copy(&mail->arena, buffer_octets(&read));
		good = content->at != NULL || play_mail_fail("out of memory", "");
	}
	buffer_free(&read);
	return good;
}

bool play_mail_add(struct play_mail *mail, const struct phone_message *message)
{
	if (mail->count == mail->room) {
		size_t room = mail->room == 0 ? 4 : 2 * mail->room;
		struct phone_message *messages = realloc(mail->messages, room * sizeof *messages);
		if (messages == NULL)
			return false;
		mail->messages = messages;
		mail->room = room;
	}
	mail->messages[mail->count++] = *message;
	return true;
}

static bool add_copies(struct play_mail *mail, const struct phone_message *message, uint64_t copies)
{
	if (copies == 0)
		return play_mail_fail("--count takes a number from 1 to 1000", "");
	if (copies > PLAY_FILES_MAX - mail->count)
		return play_mail_fail("too many messages: at most 1000 in one session", "");
	for (uint64_t i = 0; i < copies; i++) {
		if (!play_mail_add(mail, message))
			return play_mail_fail("out of memory", "");
	}
	return true;
}

static const struct octets *make_addresses(struct play_mail *mail, const struct option_list *list)
{
	struct octets *addresses = arena_new(&mail->arena, list->count, sizeof *addresses);
	for (size_t i = 0; addresses != NULL && i < list->count; i++)
		addresses[i] = octets_of(list->items[i]);
	return addresses;
}

/* "a@x,b@y": the phone took what was typed as one, whatever stands in it. */
static bool is_row_of_addresses(const char *typed)
{
	const char *at = strchr(typed, '@'), *comma = at == NULL ? NULL : strpbrk(at, ",;");
	return comma != NULL && strchr(comma, '@') != NULL && strchr(typed, '"') == NULL;
}

static bool are_addresses(const char *option, const struct option_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *typed = list->items[i];
		if (typed[strspn(typed, " \t")] == 0)
			return play_mail_fail("an address is empty: ", option);
		if (!play_mail_is_line(option, typed))
			return false;
		if (is_row_of_addresses(typed))
			fprintf(stderr,
				"%s: %s: \"%s\" is one recipient, as typed; say %s once for each\n",
				tool, option, typed, option);
	}
	return true;
}

/* A message to those who are named, without content. */
static bool address_message(struct play_mail *mail, const struct play_mail_options *options,
	struct phone_message *message)
{
	if (!are_addresses("--to", &options->to) || !are_addresses("--cc", &options->cc) ||
		!are_addresses("--bcc", &options->bcc) ||
		!are_addresses("--copy-to-self", &options->self))
		return false;
	*message = (struct phone_message){
		.to = make_addresses(mail, &options->to),
		.to_count = options->to.count,
		.cc = make_addresses(mail, &options->cc),
		.cc_count = options->cc.count,
		.bcc = make_addresses(mail, &options->bcc),
		.bcc_count = options->bcc.count,
		.self = make_addresses(mail, &options->self),
		.self_count = options->self.count,
		.break_body_at = (size_t)options->break_at,
	};
	return !mail->arena.failed || play_mail_fail("out of memory", "");
}

static bool names_nobody(const struct play_mail_options *options)
{
	return options->to.count + options->cc.count + options->bcc.count == 0;
}

/* What would say how a message is composed has no meaning for one that is given whole. */
static bool is_not_composed(const struct play_mail_options *options)
{
	const struct {
		bool said;
		const char *option;
	} composing[] = {{options->subject != NULL, "--subject"},
		{options->body_file != NULL, "--body-file"},
		{options->attachments.count > 0, "--attach"},
		{options->reply_to != NULL, "--reply-to"},
		{options->receipt_to != NULL, "--receipt"}, {options->priority != 0, "--priority"},
		{options->charset != NULL, "--charset"}, {options->mime >= 0, "--mime"}};
	for (size_t i = 0; i < sizeof composing / sizeof *composing; i++) {
		if (composing[i].said)
			return play_mail_fail("--message is a whole message, and only one that the "
					      "client composes takes ",
				composing[i].option);
	}
	return true;
}

/* RFC 5322 2.2: a name of printable octets, and a colon, in the first line. */
static bool begins_with_field(struct octets content)
{
	size_t at = 0;
	while (at < content.len && content.at[at] > ' ' && content.at[at] < 0x7F &&
		content.at[at] != ':')
		at++;
	return at > 0 && at < content.len && content.at[at] == ':';
}

static void warn_of_no_header(const char *file, struct octets content)
{
	if (!begins_with_field(content))
		fprintf(stderr,
			"%s: --message %s has no header: its first line is no field such as \"From: "
			"...\"\n",
			tool, file);
}

/* Each message that is given whole, so often as was said. */
static bool make_whole(struct play_mail *mail, const struct play_mail_options *options)
{
	if (!is_not_composed(options))
		return false;
	for (size_t i = 0; i < options->messages.count; i++) {
		const char *file = options->messages.items[i];
		struct phone_message message;
		if (!address_message(mail, options, &message) ||
			!play_mail_read(mail, "--message", file, &message.content))
			return false;
		if (message.content.len == 0)
			return play_mail_fail("a message has a header at least, and this file is "
					      "empty: ",
				file);
		warn_of_no_header(file, message.content);
		if (names_nobody(options) && !play_envelope_read(mail, file, &message))
			return false;
		if (!add_copies(mail, &message, options->copies))
			return false;
	}
	return true;
}

static bool make_one(struct play_mail *mail, const struct play_mail_options *options)
{
	struct phone_message message;
	if (options->messages.count > PLAY_FILES_MAX || options->attachments.count > PLAY_FILES_MAX)
		return play_mail_fail(
			"too many messages or files: at most 1000 in one session", "");
	if (options->messages.count > 0)
		return make_whole(mail, options);
	if (names_nobody(options))
		return play_mail_fail("to whom? Say --to ADDRESS", "");
	return address_message(mail, options, &message) &&
	       play_draft_make(mail, options, &message.draft) &&
	       add_copies(mail, &message, options->copies);
}

static bool read_date(struct play_mail *mail, const struct play_mail_options *options)
{
	mail->now = clock_unix();
	mail->zone_minutes = moment_zone(mail->now);
	if (options->date == NULL || moment_parse(options->date, &mail->now, &mail->zone_minutes))
		return true;
	if (moment_is_no_day(options->date))
		return play_mail_fail("there is no such day: --date ", options->date);
	return play_mail_fail("--date takes 2007-08-16T14:04:16+02:00 or seconds since 1970, not ",
		options->date);
}

/* Nothing was said about a message: none is meant. (A date is that of what waits.) */
static bool says_nothing(const struct play_mail_options *options)
{
	return options->earlier_count == 0 && names_nobody(options) &&
	       options->messages.count + options->attachments.count + options->self.count == 0 &&
	       options->subject == NULL && options->body_file == NULL;
}

void play_mail_init(struct play_mail *mail)
{
	*mail = (struct play_mail){0};
	arena_init(&mail->arena, &memory_standard);
}

bool play_mail_make(struct play_mail *mail, const struct play_mail_options *options,
	const char *user, bool may_be_none)
{
	mail->sender = options->from;
	if (mail->sender == NULL)
		mail->sender =
			user != NULL && strchr(user, '@') != NULL ? user : "phone@example.org";
	if (!play_mail_is_line("--from", options->from))
		return false;
	if (may_be_none && says_nothing(options))
		return read_date(mail, options);
	for (size_t i = 0; i < options->earlier_count; i++) {
		if (!read_date(mail, &options->earlier[i]) || !make_one(mail, &options->earlier[i]))
			return false;
	}
	return read_date(mail, options) && make_one(mail, options);
}

void play_mail_free(struct play_mail *mail)
{
	arena_free(&mail->arena);
	free(mail->messages);
	play_mail_init(mail);
}
