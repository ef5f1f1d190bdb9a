/* serving: lines and commands. The content is msub_serving_content.c. */
#include "msub_serving.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "msub_serving_path.h"

static void say(struct serving *serving, const char *text)
{
	serving->taker.say(serving->taker.context, text, strlen(text));
	serving->taker.say(serving->taker.context, "\r\n", 2);
}

static void forget(struct serving *serving)
{
	serving->taker.forget(serving->taker.context);
	serving->has_sender = false;
	serving->recipients = 0;
}

/* ---- commands; `rest` is what stands behind the verb, without blanks at its ends ---- */

static void say_hello(struct serving *serving, const char *rest, bool extended)
{
	char line[SERVING_REPLY_MAX];
	if (rest[0] == 0) {
		say(serving, "501 5.5.4 say your name, too");
		return;
	}
	forget(serving);
	serving->extended = extended;
	snprintf(line, sizeof line, "250%s%.255s", extended ? "-" : " ", serving->host);
	say(serving, line);
	if (!extended)
		return;
	static const char *const offers[] = {"250-PIPELINING", "250-8BITMIME", "250-DSN",
		"250-SMTPUTF8", "250-ENHANCEDSTATUSCODES", "250-HELP"};
	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
		say(serving, offers[i]);
	snprintf(line, sizeof line, "250 SIZE %d", SERVING_SIZE_MAX);
	say(serving, line);
}

static void ehlo(struct serving *serving, char *rest)
{
	say_hello(serving, rest, true);
}

static void helo(struct serving *serving, char *rest)
{
	say_hello(serving, rest, false);
}

static void mail(struct serving *serving, char *rest)
{
	struct serving_path path;
	struct serving_reply reply = {"250 2.1.0 ok"};
	const char *trouble = serving_path_read(&path, SERVING_PATH_MAIL, rest);
	if (serving->has_sender)
		trouble = "503 5.5.1 there is a sender already; RSET forgets it";
	if (trouble != NULL) {
		say(serving, trouble);
		return;
	}
	serving->has_sender = serving->taker.sender(serving->taker.context, &path, &reply);
	say(serving, reply.text);
	if (!serving->has_sender)
		forget(serving);
}

static void rcpt(struct serving *serving, char *rest)
{
	struct serving_path path;
	struct serving_reply reply = {"250 2.1.5 ok"};
	const char *trouble = serving_path_read(&path, SERVING_PATH_RCPT, rest);
	if (!serving->has_sender)
		trouble = "503 5.5.1 first MAIL, then RCPT";
	if (trouble != NULL) {
		say(serving, trouble);
		return;
	}
	serving->recipients += serving->taker.recipient(serving->taker.context, &path, &reply);
	say(serving, reply.text);
}

static void data(struct serving *serving, char *rest)
{
	struct serving_reply reply = {""};
	if (rest[0] != 0) {
		say(serving, "501 5.5.4 nothing belongs behind DATA");
	} else if (!serving->has_sender) {
		say(serving, "503 5.5.1 first MAIL and RCPT, then DATA");
	} else if (serving->recipients == 0) {
		say(serving, "554 5.5.1 no recipient was accepted");
	} else if (!serving->taker.begin(serving->taker.context, &reply)) {
		say(serving, reply.text);
		forget(serving);
	} else {
		serving->where = SERVING_CONTENT;
		serving->at = LINE_START;
		serving->size = 0;
		serving->lost = false;
		say(serving, "354 send it, and a line with a dot behind it");
	}
}

static void rset(struct serving *serving, char *rest)
{
	(void)rest;
	forget(serving);
	say(serving, "250 2.0.0 ok");
}

static void noop(struct serving *serving, char *rest)
{
	(void)rest;
	say(serving, "250 2.0.0 ok");
}

/* Who is there only the server knows to which it goes (RFC 5321 3.5.3). */
static void vrfy(struct serving *serving, char *rest)
{
	say(serving, rest[0] == 0 ? "501 5.5.4 whom?" : "252 2.1.5 sending to it will show");
}

static void help(struct serving *serving, char *rest)
{
	(void)rest;
	say(serving, "214-2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT");
	say(serving, "214 2.0.0 see msub(1)");
}

static void quit(struct serving *serving, char *rest)
{
	if (rest[0] != 0) {
		say(serving, "501 5.5.4 nothing belongs behind QUIT");
		return;
	}
	forget(serving);
	serving->where = SERVING_OVER;
	say(serving, "221 2.0.0 bye");
}

/* Whoever could start us has no need to prove who he is, and no way to be overheard. */
static void not_here(struct serving *serving, char *rest)
{
	(void)rest;
	say(serving, "502 5.5.1 this is not had on the standard input");
}

typedef void command(struct serving *serving, char *rest);

static command *command_of(const char *verb, size_t len)
{
	static const struct {
		const char *verb;
		command *command;
	} commands[] = {{"EHLO", ehlo}, {"HELO", helo}, {"MAIL", mail}, {"RCPT", rcpt},
		{"DATA", data}, {"RSET", rset}, {"NOOP", noop}, {"VRFY", vrfy}, {"HELP", help},
		{"QUIT", quit}, {"EXPN", not_here}, {"STARTTLS", not_here}, {"AUTH", not_here},
		{"BDAT", not_here}, {"ETRN", not_here}, {"TURN", not_here}};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strlen(commands[i].verb) == len &&
			strncasecmp(commands[i].verb, verb, len) == 0)
			return commands[i].command;
	}
	return NULL;
}

/* A whole line, without its end. */
static void take_command(struct serving *serving)
{
	char *line = serving->line;
	size_t len = serving->len;
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	line[len] = 0;
	size_t verb = strcspn(line, " \t");
	command *found = command_of(line, verb);
	if (serving->too_long)
		say(serving, "500 5.5.6 the line is too long");
	else if (memchr(line, 0, len) != NULL || memchr(line, '\r', len) != NULL)
		say(serving, "500 5.5.2 there is an octet in it that no command has");
	else if (found == NULL)
		say(serving, "500 5.5.2 HELP tells what is known here");
	else
		found(serving, line + verb + strspn(line + verb, " \t"));
}

/* Takes octets up to a line's end; returns how many. */
static size_t take_line(struct serving *serving, const char *at, size_t len)
{
	const char *end = memchr(at, '\n', len);
	size_t part = end == NULL ? len : (size_t)(end - at);
	/* one octet is left for the NUL */
	size_t room = sizeof serving->line - 1 - serving->len;
	if (part > room)
		serving->too_long = true;
	memcpy(serving->line + serving->len, at, part < room ? part : room);
	serving->len += part < room ? part : room;
	if (end == NULL)
		return part;
#ifdef HANDSET_PLANT_SERVING /* the CR may have come with the octets before */
	serving->ends_lf = part == 0 || at[part - 1] != '\r';
#else
	serving->ends_lf = serving->len == 0 || serving->line[serving->len - 1] != '\r';
#endif
	if (!serving->ends_lf)
		serving->len--;
	take_command(serving);
	serving->len = 0;
	serving->too_long = false;
	return part + 1;
}

void serving_start(struct serving *serving, const char *host, const struct serving_taker *taker)
{
	char line[SERVING_REPLY_MAX];
	*serving = (struct serving){.host = host, .taker = *taker};
	snprintf(line, sizeof line, "220 %.255s ESMTP, on the standard input", host);
	say(serving, line);
}

/* The end of data: the one reply that everything depends on. */
static void end_content(struct serving *serving)
{
	if (!serving->lost)
		serving->taker.end(serving->taker.context, &serving->reply);
	say(serving, serving->reply.text);
	forget(serving);
	serving->where = SERVING_COMMANDS;
}

bool serving_take(struct serving *serving, const char *at, size_t len)
{
	while (len > 0 && serving->where != SERVING_OVER) {
		size_t taken;
		if (serving->where == SERVING_CONTENT) {
			bool ended = false;
			taken = serving_content(serving, at, len, &ended);
			if (ended)
				end_content(serving);
		} else {
			taken = take_line(serving, at, len);
		}
		at += taken;
		len -= taken;
	}
	return serving->where != SERVING_OVER;
}

void serving_end(struct serving *serving)
{
	forget(serving);
	serving->where = SERVING_OVER;
}
