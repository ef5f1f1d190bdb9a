/* Tests of tools/msub_serving: what is said to whom talks to msub -bs, at every cut of the talk. */
#include "check.h"
#include "msub_serving.h"

#include <stdlib.h>

enum { TOLD_MAX = 4096 };

/* What was said, with its line ends as '|', and what became messages. */
struct office {
	char said[TOLD_MAX], kept[TOLD_MAX];
	size_t said_len, kept_len;
};

static void keep(struct office *office, const char *text, size_t len)
{
	if (office->kept_len + len < TOLD_MAX)
		memcpy(office->kept + office->kept_len, text, len);
	office->kept_len += len;
}

static void keep_text(struct office *office, const char *text)
{
	keep(office, text, strlen(text));
}

static void say(void *context, const char *text, size_t len)
{
	struct office *office = context;
	for (size_t i = 0; i < len && office->said_len + 1 < TOLD_MAX; i++) {
		if (text[i] != '\r')
			office->said[office->said_len++] = text[i] == '\n' ? '|' : text[i];
	}
}

static void keep_path(struct office *office, const char *mark, const struct serving_path *path)
{
	char text[512];
	snprintf(text, sizeof text, "%s%s", mark, path->address);
	keep_text(office, text);
	if (path->body != SERVING_BODY_UNSAID)
		keep_text(office, path->body == SERVING_7BIT ? " 7" : " 8");
	if (path->ret != SERVING_RET_UNSAID)
		keep_text(office, path->ret == SERVING_RET_FULL ? " full" : " headers");
	if (path->envelope_id != NULL)
		snprintf(text, sizeof text, " id=%s", path->envelope_id), keep_text(office, text);
	if (path->notify != 0)
		snprintf(text, sizeof text, " notify=%u", path->notify), keep_text(office, text);
	if (path->original != NULL)
		snprintf(text, sizeof text, " original=%s", path->original),
			keep_text(office, text);
}

static bool sender(void *context, const struct serving_path *path, struct serving_reply *reply)
{
	keep_path(context, "<", path);
	if (strcmp(path->address, "bad") != 0)
		return true;
	snprintf(reply->text, sizeof reply->text, "501 5.1.7 bad sender");
	return false;
}

static bool recipient(void *context, const struct serving_path *path, struct serving_reply *reply)
{
	keep_path(context, ">", path);
	if (strcmp(path->address, "bad") != 0)
		return true;
	snprintf(reply->text, sizeof reply->text, "501 5.1.3 bad recipient");
	return false;
}

static bool begin(void *context, struct serving_reply *reply)
{
	(void)reply;
	keep_text(context, "[");
	return true;
}

static bool content(void *context, const char *at, size_t len, struct serving_reply *reply)
{
	struct office *office = context;
	if (memchr(at, '!', len) != NULL) {
		snprintf(reply->text, sizeof reply->text, "451 4.3.1 full");
		return false;
	}
	keep(office, at, len);
	return true;
}

static void end(void *context, struct serving_reply *reply)
{
	keep_text(context, "]");
	snprintf(reply->text, sizeof reply->text, "250 2.0.0 taken");
}

static void forget(void *context)
{
	keep_text(context, "~");
}

/* Takes the talk in pieces of `first` octets, then of `then`. */
static void talk(struct office *office, const char *text, size_t len, size_t first, size_t then)
{
	const struct serving_taker taker = {.context = office,
		.say = say,
		.sender = sender,
		.recipient = recipient,
		.begin = begin,
		.content = content,
		.end = end,
		.forget = forget};
	struct serving *serving = malloc(sizeof *serving);
	bool more = serving != NULL;
	*office = (struct office){0};
	if (!CHECK(serving != NULL))
		return;
	serving_start(serving, "host", &taker);
	for (size_t piece = first; len > 0 && more; piece = then) {
		if (piece > len)
			piece = len;
		more = serving_take(serving, text, piece);
		text += piece;
		len -= piece;
	}
	serving_end(serving);
	free(serving);
}

#define GREETING "220 host ESMTP, on the standard input|"
#define OK_MAIL "250 2.1.0 ok|"
#define OK_RCPT "250 2.1.5 ok|"
#define GO "354 send it, and a line with a dot behind it|"
#define TAKEN "250 2.0.0 taken|"
#define OPEN "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n"
#define OPENED OK_MAIL OK_RCPT GO
#define SYNTAX                                                                                     \
	"501 5.5.4 this cannot be read; say MAIL FROM:<ann@example.org> or RCPT "                  \
	"TO:<bob@example.net>|"

struct row {
	const char *text, *said, *kept;
};

static void check_rows(const struct row *rows, size_t count)
{
	struct office office;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(rows[i].text);
		for (size_t cut = 0; cut <= len; cut++) {
			CHECK_CASE("%s, cut at %zu", rows[i].text, cut);
			talk(&office, rows[i].text, len, cut == 0 ? 1 : cut, cut == 0 ? 1 : len);
			CHECK(strncmp(office.said, GREETING, strlen(GREETING)) == 0);
			CHECK_TEXT(office.said + strlen(GREETING), rows[i].said);
			CHECK_TEXT(office.kept, rows[i].kept);
		}
	}
}

static void messages_are_taken_as_they_are(void)
{
	static const struct row rows[] = {
		{OPEN "X: 1\r\n\r\ntext\r\n.\r\nQUIT\r\n", OPENED TAKEN "221 2.0.0 bye|",
			"<a>b[X: 1\r\n\r\ntext\r\n]~~~"},
		{"mail from: <a>\r\nrcpt to:b \r\ndata\r\n.\r\n", OPENED TAKEN, "<a>b[]~~"},
		/* dots */
		{OPEN "..\r\n...x\r\n.y\r\n.\r\n", OPENED TAKEN, "<a>b[.\r\n..x\r\ny\r\n]~~"},
		/* with CR LF nothing else ends a line */
		{OPEN "x\n.\ny\r.\rz\n.\r\n\r.\r\n.\r\n", OPENED TAKEN,
			"<a>b[x\n.\ny\r.\rz\n.\r\n\r.\r\n]~~"},
		{OPEN ".\rx\r\n.\n.\r\n\r\n.\r\n", OPENED TAKEN, "<a>b[\rx\r\n\n.\r\n\r\n]~~"},
		{OPEN "x\r\r\n.\r\n", OPENED TAKEN, "<a>b[x\r\r\n]~~"},
		/* a program without CR */
		{"MAIL FROM:<a>\nRCPT TO:<b>\nDATA\nx\n..y\n.\r\n.\nQUIT\n",
			OPENED TAKEN "221 2.0.0 bye|", "<a>b[x\n.y\n\r\n]~~~"},
		/* two messages, and an envelope that was given up */
		{OPEN "1\r\n.\r\n" OPEN "2\r\n.\r\n", OPENED TAKEN OPENED TAKEN,
			"<a>b[1\r\n]~<a>b[2\r\n]~~"},
		{"MAIL FROM:<a>\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<b>\r\nDATA\r\n.\r\n",
			OK_MAIL "250 2.0.0 ok|" OK_MAIL OK_RCPT GO TAKEN, "<a~<>b[]~~"},
		/* one of two recipients is enough */
		{"MAIL FROM:<a>\r\nRCPT TO:<bad>\r\nRCPT TO:<c>\r\nDATA\r\n.\r\n",
			OK_MAIL "501 5.1.3 bad recipient|" OK_RCPT GO TAKEN, "<a>bad>c[]~~"},
		/* what cannot be kept is read to its end, and nothing is sent */
		{OPEN "1\r\n!\r\n2\r\n.\r\nNOOP\r\n", OPENED "451 4.3.1 full|250 2.0.0 ok|",
			"<a>b[1\r\n~~"},
		/* the end of input in the midst of it sends nothing */
		{OPEN "1\r\n.", OPENED, "<a>b[1\r\n~"},
		{OPEN "1\r\n.\r", OPENED, "<a>b[1\r\n~"},
		{OPEN, OPENED, "<a>b[~"},
		/* QUIT ends it, whatever follows */
		{"QUIT\r\nNOOP\r\n", "221 2.0.0 bye|", "~~"},
	};
	check_rows(rows, sizeof rows / sizeof *rows);
}

static void paths_are_read(void)
{
	static const struct row rows[] = {
		{"MAIL FROM:<\"a> b\"@c> SIZE=10 BODY=8bitmime\r\n", OK_MAIL, "<\"a> b\"@c 8~"},
		{"MAIL FROM:<a> RET=HDRS ENVID=x+2Fy AUTH=<> BODY=7BIT\r\n", OK_MAIL,
			"<a 7 headers id=x+2Fy~"},
		{"MAIL FROM:<j\xC3\xB6@b> SMTPUTF8 BODY=8BITMIME\r\n", OK_MAIL, "<j\xC3\xB6@b 8~"},
		{"MAIL FROM:<a> SMTPUTF8=1\r\n", "501 5.5.4 a parameter has no such value|", "~"},
		{"MAIL FROM:<@one,@two:a@b>\r\n", OK_MAIL, "<a@b~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b> NOTIFY=success,DELAY ORCPT=rfc822;b\r\n",
			OK_MAIL OK_RCPT, "<a>b notify=10 original=rfc822;b~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b>  NOTIFY=NEVER\t\r\n", OK_MAIL OK_RCPT,
			"<a>b notify=1~"},
		{"MAIL FROM:<a@b\r\n", SYNTAX, "~"},
		{"MAIL FROM:<a@b>SIZE=1\r\n", SYNTAX, "~"},
		{"MAIL FROM:<a \"b@c>\r\n", SYNTAX, "~"},
		{"MAIL FROM:\r\n", SYNTAX, "~"},
		{"MAIL a@b\r\n", SYNTAX, "~"},
		{"MAIL TO:<a@b>\r\n", SYNTAX, "~"},
		{"MAIL FROM:<bad>\r\n", "501 5.1.7 bad sender|", "<bad~~"},
		{"MAIL FROM:<a> SIZE=x\r\n", "501 5.5.4 a parameter has no such value|", "~"},
		{"MAIL FROM:<a> SIZE\r\n", "501 5.5.4 a parameter has no such value|", "~"},
		{"MAIL FROM:<a> RET=\r\n", "501 5.5.4 a parameter has no such value|", "~"},
		{"MAIL FROM:<a> SIZE=99999999999999999999\r\n",
			"552 5.3.4 the message is too large|", "~"},
		{"MAIL FROM:<a> NOTIFY=NEVER\r\n", "555 5.5.4 a parameter is not known here|", "~"},
		{"MAIL FROM:<a> X=1\r\n", "555 5.5.4 a parameter is not known here|", "~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<>\r\n", OK_MAIL "501 5.1.3 a recipient is missing|",
			"<a~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b> NOTIFY=NEVER,DELAY\r\n",
			OK_MAIL "501 5.5.4 a parameter has no such value|", "<a~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b> NOTIFY=DELAY,\r\n",
			OK_MAIL "501 5.5.4 a parameter has no such value|", "<a~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b> ORCPT=b\r\n",
			OK_MAIL "501 5.5.4 a parameter has no such value|", "<a~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b> RET=FULL\r\n",
			OK_MAIL "555 5.5.4 a parameter is not known here|", "<a~"},
	};
	check_rows(rows, sizeof rows / sizeof *rows);
}

static void other_commands_are_answered(void)
{
	static const struct row rows[] = {
		{"EHLO me\r\n",
			"250-host|250-PIPELINING|250-8BITMIME|250-DSN|250-SMTPUTF8|250-ENHANCEDSTATUSCODES|"
			"250-HELP|250 SIZE 268435456|",
			"~~"},
		{"HELO me\r\n", "250 host|", "~~"},
		{"EHLO\r\n", "501 5.5.4 say your name, too|", "~"},
		{"MAIL FROM:<a>\r\nEHLO me\r\nRCPT TO:<b>\r\n",
			OK_MAIL
			"250-host|250-PIPELINING|250-8BITMIME|250-DSN|250-SMTPUTF8|250-ENHANCEDSTATUSCODES|"
			"250-HELP|250 SIZE 268435456|503 5.5.1 first MAIL, then RCPT|",
			"<a~~"},
		{"noop\r\nNOOP x\r\nVRFY a\r\nVRFY\r\n",
			"250 2.0.0 ok|250 2.0.0 ok|252 2.1.5 sending to it will show|"
			"501 5.5.4 whom?|",
			"~"},
		{"MAIL FROM:<a>\r\nMAIL FROM:<b>\r\n",
			OK_MAIL "503 5.5.1 there is a sender already; RSET forgets it|", "<a~"},
		{"RCPT TO:<b>\r\nDATA\r\n",
			"503 5.5.1 first MAIL, then RCPT|503 5.5.1 first MAIL and RCPT, then DATA|",
			"~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<bad>\r\nDATA\r\n",
			OK_MAIL "501 5.1.3 bad recipient|554 5.5.1 no recipient was accepted|",
			"<a>bad~"},
		{"MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA now\r\n",
			OK_MAIL OK_RCPT "501 5.5.4 nothing belongs behind DATA|", "<a>b~"},
		{"STARTTLS\r\nAUTH PLAIN AAA=\r\nBDAT 3 LAST\r\n",
			"502 5.5.1 this is not had on the standard input|"
			"502 5.5.1 this is not had on the standard input|"
			"502 5.5.1 this is not had on the standard input|",
			"~"},
		{"WHAT\r\n\r\nMAILFROM:<a>\r\n",
			"500 5.5.2 HELP tells what is known here|"
			"500 5.5.2 HELP tells what is known here|"
			"500 5.5.2 HELP tells what is known here|",
			"~"},
		{"MAIL FROM:<a\rb>\r\nNOOP\r\n",
			"500 5.5.2 there is an octet in it that no command has|250 2.0.0 ok|", "~"},
	};
	check_rows(rows, sizeof rows / sizeof *rows);
}

/* Neither NUL nor length leads anywhere. */
static void lines_have_limits(void)
{
	static const char zero[] = "MAIL FROM:<a\0b>\r\nNOOP\r\n";
	static char longest[2 * SERVING_LINE_MAX + 20];
	struct office office;
	talk(&office, zero, sizeof zero - 1, 5, 100);
	CHECK_TEXT(office.said,
		GREETING "500 5.5.2 there is an octet in it that no command has|250 2.0.0 ok|");
	for (int over = 0; over < 2; over++) {
		size_t len = SERVING_LINE_MAX - 2 + (size_t)over;
		memset(longest, 'x', sizeof longest);
		memcpy(longest, "NOOP ", 5);
		memcpy(longest + len, "\r\nNOOP\r\n", 9);
		CHECK_CASE("%zu octets", len);
		talk(&office, longest, len + 8, 1000, 1000);
		CHECK_TEXT(office.said, over ? GREETING
						"500 5.5.6 the line is too long|250 2.0.0 ok|"
					     : GREETING "250 2.0.0 ok|250 2.0.0 ok|");
	}
}

#define TESTS(T)                                                                                   \
	T(messages_are_taken_as_they_are)                                                          \
	T(paths_are_read)                                                                          \
	T(other_commands_are_answered)                                                             \
	T(lines_have_limits)
CHECK_MAIN("msub_serving", TESTS)
