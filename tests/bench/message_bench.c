/*
 * message_bench: what a message costs in user instructions, in memory, without a network.
 *
 * usage: message_bench COUNT OCTETS crlf|lf|dots [file|data|bdat]
 *
 * A sender works through COUNT distinct messages in one session; the server is a list of replies,
 * since with PIPELINING it is known beforehand which come. Run it under
 *
 *     valgrind --tool=callgrind --callgrind-out-file=/dev/null message_bench 1000 1024 crlf
 *
 * with two counts: the difference of the totals, divided by that of the counts, is what a message
 * takes from msub_message_new() to msub_message_free().
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msub.h"

enum { AHEAD = 3, VARIANTS = 16, PIECES = 16 };

struct bench {
	struct msub_sender *sender;
	char *contents[VARIANTS];
	size_t len, added, count, finished, flights;
	bool chunks;
};

static void require(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "message_bench: %s\n", what);
	exit(1);
}

/* Lines of 76 octets, no two messages alike. */
static char *make_content(size_t len, const char *kind, int variant)
{
	const char *end = strcmp(kind, "lf") == 0 ? "\n" : "\r\n";
	size_t end_len = strlen(end);
	char *text = malloc(len + 1);
	require(text != NULL, "out of memory");
	for (size_t at = 0, column = 0; at < len; at++) {
		if (column == 76 || at + end_len >= len) {
			memcpy(text + at, end, end_len);
			at += end_len - 1;
			column = 0;
		} else {
			text[at] = (char)('a' + (at + (size_t)variant + column) % 26);
			if (column == 0 && strcmp(kind, "dots") == 0)
				text[at] = '.';
			column++;
		}
	}
	text[len] = 0;
	return text;
}

static void add_one(struct bench *bench)
{
	struct msub_message *message;
	const char *content = bench->contents[bench->added++ % VARIANTS];
	require(msub_message_new(&message, NULL) == MSUB_OK &&
			msub_message_sender(message, "sender@example.org") == MSUB_OK &&
			msub_message_add_recipient(message, "recipient@example.net") == MSUB_OK &&
			msub_message_content(message, content, bench->len) == MSUB_OK &&
			msub_sender_add(bench->sender, message) == MSUB_OK,
		"a message was not taken");
}

/* What the server says to flight number n: one turn per message. */
static const char *reply_to(const struct bench *bench)
{
#define ENVELOPE "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n"
#define GO "354 End data with <CR><LF>.<CR><LF>\r\n"
#define QUEUED "250 2.0.0 Ok: queued as 5C0F31A0C9B\r\n"
	size_t message = bench->flights - 2; /* 0 is the greeting, 1 the reply to EHLO */
	if (bench->chunks)
		return message + 1 == bench->count ? ENVELOPE QUEUED "221 bye\r\n"
						   : ENVELOPE QUEUED;
	if (message == 0)
		return ENVELOPE GO;
	return message == bench->count ? QUEUED "221 bye\r\n" : QUEUED ENVELOPE GO;
}

static void take_finished(struct bench *bench)
{
	struct msub_message *message;
	while ((message = msub_sender_finished(bench->sender)) != NULL) {
		require(msub_message_count(message, MSUB_ACCEPTED) == 1, "not accepted");
		msub_message_free(message);
		bench->finished++;
		if (bench->added < bench->count)
			add_one(bench);
	}
}

static void drive(struct bench *bench)
{
	static const char greeting[] = "220 hi\r\n";
	static const char offers[] =
		"250-hi\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-CHUNKING\r\n"
		"250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n";
	struct msub_session *session = msub_sender_session(bench->sender, 0);
	unsigned int wants;
	while ((wants = msub_session_wants(session)) != 0) {
		struct msub_piece pieces[PIECES];
		size_t count, all = 0;
		if ((wants & MSUB_WANTS_CONNECT) != 0)
			msub_session_connected(session, "192.0.2.7", 0);
		else if ((wants & MSUB_WANTS_CLOSE) != 0)
			msub_session_closed(session, 0);
		else if ((wants & MSUB_WANTS_SEND) != 0) {
			count = msub_session_output(session, pieces, PIECES);
			for (size_t i = 0; i < count; i++)
				all += pieces[i].len;
			msub_session_taken(session, all, 0);
		} else {
			const char *said = bench->flights == 0	 ? greeting
					   : bench->flights == 1 ? offers
								 : reply_to(bench);
			msub_session_input(session, said, strlen(said), 0);
			bench->flights++;
			take_finished(bench);
		}
	}
}

int main(int argc, char **argv)
{
	struct bench bench = {0};
	struct msub_settings settings;
	require(argc >= 4, "usage: message_bench COUNT OCTETS crlf|lf|dots");
	bench.count = strtoul(argv[1], NULL, 10);
	bench.len = strtoul(argv[2], NULL, 10);
	for (int i = 0; i < VARIANTS; i++)
		bench.contents[i] = make_content(bench.len, argv[3], i);
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	settings.hello = "client.example.org";
	require(msub_sender_new(&bench.sender, &settings) == MSUB_OK, "no sender");
	while (bench.added < bench.count && bench.added < AHEAD)
		add_one(&bench);
	drive(&bench);
	require(bench.finished == bench.count, "not all were sent");
	msub_sender_free(bench.sender);
	for (int i = 0; i < VARIANTS; i++)
		free(bench.contents[i]);
	return 0;
}
