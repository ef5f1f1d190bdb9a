/* content_file: messages from files, pipes and what becomes of both meanwhile. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "failing_memory.h"
#include "message.h"
#include "room.h"
#include "sender.h"

static char path[] = "/tmp/content_file_test.XXXXXX";

static int write_file(const char *text)
{
	strcpy(path + strlen(path) - 6, "XXXXXX");
	int descriptor = mkstemp(path);
	CHECK(descriptor >= 0);
	CHECK_INT(write(descriptor, text, strlen(text)), strlen(text));
	return descriptor;
}

static int make_pipe(const char *text)
{
	int ends[2];
	CHECK_INT(pipe(ends), 0);
	CHECK_INT(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	return ends[0];
}

static struct msub_message *new_message(void)
{
	struct msub_message *message;
	CHECK_INT(msub_message_new(&message, NULL), MSUB_OK);
	return message;
}

/* All that the source gives, twice where it can. */
static void check_reads(struct msub_message *message, const char *text)
{
	struct octets piece;
	for (int i = 0; i < (source_can_rewind(&message->source) ? 2 : 1); i++) {
		struct buffer all;
		buffer_init(&all, &memory_standard, 100000);
		CHECK(source_start(&message->source));
		while (source_read(&message->source, SOURCE_PIECE, &piece) == SOURCE_GIVES) {
			buffer_append_octets(&all, piece);
			source_reclaim(&message->source);
		}
		CHECK_TEXT(buffer_string(&all), text);
		buffer_free(&all);
	}
}

static void reads_files(void)
{
	struct msub_message *message = new_message();
	int descriptor = write_file("Subject: x\r\n\r\nbody\r\n");
	CHECK_INT(msub_message_file(message, path), MSUB_OK);
	check_reads(message, "Subject: x\r\n\r\nbody\r\n");
	CHECK_INT(message_measure(message), MSUB_OK);
	CHECK_INT(message->measure.size, 20);
	msub_message_free(message);
	/* from where it stands, which stays so */
	message = new_message();
	CHECK_INT(lseek(descriptor, 14, SEEK_SET), 14);
	CHECK_INT(msub_message_descriptor(message, descriptor, false), MSUB_OK);
	check_reads(message, "body\r\n");
	CHECK_INT(lseek(descriptor, 0, SEEK_CUR), 14);
	msub_message_free(message);
	CHECK_INT(fcntl(descriptor, F_GETFD) >= 0, true);
	close(descriptor);
	unlink(path);
}

static void refuses_what_is_no_file(void)
{
	struct msub_message *message = new_message();
	CHECK_INT(msub_message_file(message, "/nonexistent/file"), MSUB_SOURCE);
	CHECK_INT(msub_message_file(message, "/tmp"), MSUB_SOURCE);
	CHECK_INT(msub_message_file(message, "/dev/null"), MSUB_SOURCE);
	CHECK_INT(msub_message_descriptor(message, -1, false), MSUB_SOURCE);
	CHECK(!message->source.given);
	message->handed = true;
	CHECK_INT(msub_message_file(message, "/etc/passwd"), MSUB_USE);
	CHECK_INT(msub_message_descriptor(message, 0, true), MSUB_USE);
	CHECK_INT(msub_message_remove_bcc(message, true), MSUB_USE);
	msub_message_free(message);
}

static void spools_pipes(void)
{
	struct msub_message *message = new_message();
	int pipe_end = make_pipe("from a pipe\n");
	CHECK_INT(msub_message_descriptor(message, pipe_end, true), MSUB_OK);
	close(pipe_end);
	check_reads(message, "from a pipe\n");
	msub_message_free(message);
	message = new_message();
	pipe_end = make_pipe("from a pipe\n");
	CHECK_INT(msub_message_descriptor(message, pipe_end, false), MSUB_OK);
	CHECK(!source_can_rewind(&message->source));
	check_reads(message, "from a pipe\n");
	msub_message_free(message);
	close(pipe_end);
	message = new_message();
	pipe_end = make_pipe("x");
	CHECK_INT(setenv("TMPDIR", "/nonexistent", 1), 0);
	CHECK_INT(msub_message_descriptor(message, pipe_end, true), MSUB_SOURCE);
	CHECK_INT(unsetenv("TMPDIR"), 0);
	msub_message_free(message);
	close(pipe_end);
}

/* ---- changed while it is being sent ---- */

static void shorten(void)
{
	CHECK_INT(truncate(path, 20), 0);
}

static void replace(void)
{
	unlink(path);
	int descriptor = open(path, O_CREAT | O_WRONLY, 0600);
	CHECK_INT(write(descriptor, "Subject: x\r\n\r\nbodx\r\n", 20), 20);
	close(descriptor);
}

static void lengthen(void)
{
	int descriptor = open(path, O_WRONLY | O_APPEND);
	CHECK_INT(write(descriptor, "\r\nx\r\n", 5), 5);
	close(descriptor);
}

static void take_away(void)
{
	unlink(path);
}

static void does_not_deliver_what_was_changed(void)
{
	static const struct {
		const char *name;
		void (*change)(void);
		bool by_descriptor, chunks;
	} rows[] = {
		{"shortened", shorten, false, false},
		{"shortened, by descriptor", shorten, true, false},
		{"lengthened, by descriptor", lengthen, true, false},
		{"lengthened, by descriptor, in a chunk", lengthen, true, true},
		{"shortened, by descriptor, in a chunk", shorten, true, true},
		{"replaced", replace, false, false},
		{"taken away", take_away, false, true},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct msub_failure failure;
		char text[200] = "Subject: x\r\n\r\nbody that is long enough to be cut\r\n";
		CHECK_CASE("%s", rows[i].name);
		int descriptor = write_file(text);
		CHECK_INT(lseek(descriptor, 0, SEEK_SET), 0);
		room_init(&room);
		room.settings.no_pipelining = true;
		room.settings.chunking =
			rows[i].chunks ? MSUB_CHUNKING_PREFERRED : MSUB_CHUNKING_NEVER;
		room_add(&room, "b@example.org");
		if (rows[i].by_descriptor)
			CHECK_INT(msub_message_descriptor(room.messages[0], descriptor, false),
				MSUB_OK);
		else
			CHECK_INT(msub_message_file(room.messages[0], path), MSUB_OK);
		room_open(&room);
		struct player *player = sender_player(room.sender, 0);
		script_play(player,
			"O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 CHUNKING\n"
			"< MAIL FROM:<a@example.org>\n> 250 ok\n< RCPT TO:<b@example.org>\n",
			NULL);
		rows[i].change();
		script_play(player,
			rows[i].chunks ? "> 250 ok\nX\nOVER\n"
				       : "> 250 ok\n< DATA\n> 354 go\nX\nOVER\n",
			NULL);
		msub_message_failure(room.messages[0], &failure);
		CHECK_TEXT(msub_error_name(failure.error), "SOURCE");
		room_free(&room);
		close(descriptor);
		unlink(path);
	}
}

/* ---- Bcc, and the release hook ---- */

static void sends_without_bcc(void)
{
	struct room room;
	int descriptor = write_file("To: b\r\nBcc: c,\r\n d\r\n\r\nBcc: x\r\n");
	room_init(&room);
	room_add(&room, "b@example.org");
	CHECK_INT(msub_message_file(room.messages[0], path), MSUB_OK);
	CHECK_INT(msub_message_remove_bcc(room.messages[0], true), MSUB_OK);
	room_play(&room,
		OFFERS("SIZE") "< MAIL FROM:<a@example.org> SIZE=17\n> 250 ok\n"
			       "< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n> 354 go\n"
			       "<< To: b\\r\\n\\r\\nBcc: x\\r\\n.\\r\\n\n> 250 ok\n" GIVES_UP,
		NULL);
	room_check(&room, 0, MSUB_OK, 0, 0);
	room_free(&room);
	close(descriptor);
	unlink(path);
}

static ptrdiff_t read_nothing(void *context, void *at, size_t len)
{
	(void)context;
	(void)at;
	(void)len;
	return 0;
}

static void count_release(void *context)
{
	++*(int *)context;
}

static void is_released_once(void)
{
	int first = 0, second = 0;
	struct msub_source sources[] = {
		{.read = read_nothing, .context = &first, .release = count_release},
		{.read = read_nothing, .context = &second, .release = count_release}};
	struct msub_message *message = new_message();
	CHECK_INT(msub_message_source(message, &sources[0]), MSUB_OK);
	CHECK_INT(msub_message_source(message, &sources[1]), MSUB_OK);
	CHECK_INT(first, 1);
	CHECK_INT(second, 0);
	message_finish(message);
	CHECK_INT(second, 1);
	msub_message_free(message);
	CHECK_INT(first, 1);
	CHECK_INT(second, 1);
}

static void leaks_nothing_where_memory_fails(void)
{
	int descriptor = write_file("text");
	for (size_t fail_at = 1; fail_at < 10; fail_at++) {
		struct failing_memory failing;
		struct msub_message *message;
		failing_memory_init(&failing, 0);
		struct msub_memory memory = {failing.memory.resize, failing.memory.context};
		CHECK_INT(msub_message_new(&message, &memory), MSUB_OK);
		failing.fail_at = failing.count + fail_at;
		int pipe_end = make_pipe("text");
		enum msub_error error = msub_message_file(message, path);
		CHECK(error == MSUB_OK || error == MSUB_MEMORY);
		error = msub_message_descriptor(message, pipe_end, true);
		CHECK(error == MSUB_OK || error == MSUB_MEMORY || error == MSUB_SOURCE);
		msub_message_free(message);
		CHECK_INT(failing.live, 0);
		close(pipe_end);
	}
	close(descriptor);
	unlink(path);
}

#define TESTS(T)                                                                                   \
	T(reads_files)                                                                             \
	T(refuses_what_is_no_file)                                                                 \
	T(spools_pipes)                                                                            \
	T(does_not_deliver_what_was_changed)                                                       \
	T(sends_without_bcc)                                                                       \
	T(is_released_once)                                                                        \
	T(leaks_nothing_where_memory_fails)
CHECK_MAIN("content_file", TESTS)
