/*
 * libuv: many sessions at once in the loop of libuv, over its own sockets, in clear.
 *
 *     MSUB_PASSWORD=... libuv ADDRESS PORT USER FROM TO COUNT CONNECTIONS
 *
 * The heart is turn(): after whatever happened to a session it does what the session wants, and
 * asks the sender whether another one is worth it.
 */
#include <msub.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static struct {
	uv_loop_t *loop;
	struct msub_sender *sender;
	struct sockaddr_in server;
	char octets[65536]; /* for reading; one for all */
} program;

/* A session and its connection. */
struct seat {
	struct msub_session *session;
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connecting;
	uv_write_t writing;
	size_t written;
	int open_handles, connected, is_writing, is_closing;
};

static void turn(struct seat *seat);
static void ask_for_more(void);

static uint64_t now_ms(void)
{
	return uv_now(program.loop);
}

static void on_closed(uv_handle_t *handle)
{
	struct seat *seat = handle->data;
	if (--seat->open_handles == 0)
		free(seat);
}

/* The session is over, or will be with this. */
static void leave(struct seat *seat)
{
	seat->is_closing = 1;
	if (seat->session != NULL)
		msub_session_closed(seat->session, now_ms());
	seat->session = NULL;
	uv_close((uv_handle_t *)&seat->timer, on_closed);
	uv_close((uv_handle_t *)&seat->tcp, on_closed);
	ask_for_more();
}

static void on_time(uv_timer_t *timer)
{
	struct seat *seat = timer->data;
	msub_session_tick(seat->session, now_ms());
	turn(seat);
}

static void lend_room(uv_handle_t *handle, size_t size, uv_buf_t *room)
{
	(void)handle, (void)size;
	*room = uv_buf_init(program.octets, sizeof program.octets);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
	struct seat *seat = stream->data;
	if (got > 0)
		msub_session_input(seat->session, room->base, (size_t)got, now_ms());
	else if (got < 0)
		msub_session_end_of_input(
			seat->session, got == UV_EOF ? NULL : uv_strerror((int)got), now_ms());
	turn(seat);
}

static void on_connected(uv_connect_t *connecting, int status)
{
	struct seat *seat = connecting->data;
	if (seat->is_closing)
		return;
	seat->connected = status == 0;
	if (status == 0) {
		uv_tcp_nodelay(&seat->tcp, 1);
		msub_session_connected(seat->session, NULL, now_ms());
		uv_read_start((uv_stream_t *)&seat->tcp, lend_room, on_read);
	} else {
		msub_session_connect_failed(seat->session, uv_strerror(status), now_ms());
	}
	turn(seat);
}

static void on_written(uv_write_t *writing, int status)
{
	struct seat *seat = writing->data;
	seat->is_writing = 0;
	if (seat->is_closing)
		return;
	/* where it failed, reading tells: the server may have said why */
	if (status == 0)
		msub_session_taken(seat->session, seat->written, now_ms());
	turn(seat);
}

static void connect_now(struct seat *seat)
{
	seat->connected = 1; /* or on its way */
	uv_tcp_connect(&seat->connecting, &seat->tcp, (const struct sockaddr *)&program.server,
		on_connected);
}

/* What was lent stays as it is until taken() is called, so that it need not be copied. */
static void write_some(struct seat *seat)
{
	struct msub_piece piece;
	union {
		const uint8_t *lent;
		char *wanted;
	} base;
	if (seat->is_writing || msub_session_output(seat->session, &piece, 1) == 0)
		return;
	base.lent = piece.at;
	uv_buf_t room = uv_buf_init(base.wanted, (unsigned int)piece.len);
	seat->is_writing = 1;
	seat->written = piece.len;
	uv_write(&seat->writing, (uv_stream_t *)&seat->tcp, &room, 1, on_written);
}

static void turn(struct seat *seat)
{
	unsigned int wants = msub_session_wants(seat->session);
	if (wants == 0 || (wants & MSUB_WANTS_CLOSE) != 0) {
		leave(seat);
		return;
	}
	if ((wants & MSUB_WANTS_CONNECT) != 0 && !seat->connected)
		connect_now(seat);
	if ((wants & MSUB_WANTS_SEND) != 0)
		write_some(seat);
	uint64_t now = now_ms(), deadline = msub_session_deadline_ms(seat->session);
	if (deadline != MSUB_NEVER)
		uv_timer_start(&seat->timer, on_time, deadline > now ? deadline - now : 0, 0);
	ask_for_more();
}

static void take_seat(struct msub_session *session)
{
	struct seat *seat = calloc(1, sizeof *seat);
	if (seat == NULL)
		abort();
	seat->session = session;
	seat->open_handles = 2;
	uv_tcp_init(program.loop, &seat->tcp);
	uv_timer_init(program.loop, &seat->timer);
	seat->tcp.data = seat->timer.data = seat;
	seat->connecting.data = seat->writing.data = seat;
	turn(seat);
}

static void ask_for_more(void)
{
	struct msub_session *session = msub_sender_session(program.sender, now_ms());
	if (session != NULL)
		take_seat(session); /* which asks again */
}

static void add_message(char **argv)
{
	static const char text[] = "Subject: from libuv\n\nhello\n";
	struct msub_message *message;
	if (msub_message_new(&message, NULL) != MSUB_OK ||
		msub_message_sender(message, argv[4]) != MSUB_OK ||
		msub_message_add_recipient(message, argv[5]) != MSUB_OK ||
		msub_message_content(message, text, sizeof text - 1) != MSUB_OK ||
		msub_sender_add(program.sender, message) != MSUB_OK)
		exit(2);
}

int main(int argc, char **argv)
{
	struct msub_settings settings;
	struct msub_message *message;
	int failed = 0;
	if (argc != 8) {
		fprintf(stderr, "usage: libuv ADDRESS PORT USER FROM TO COUNT CONNECTIONS\n");
		return 2;
	}
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	settings.mechanism = "PLAIN"; /* naming it is consent to say the password in clear */
	settings.user = argv[3];
	settings.password = getenv("MSUB_PASSWORD");
	settings.connections = (unsigned int)strtoul(argv[7], NULL, 10);
	program.loop = uv_default_loop();
	if (settings.connections < 2 || uv_ip4_addr(argv[1], atoi(argv[2]), &program.server) != 0 ||
		msub_sender_new(&program.sender, &settings) != MSUB_OK)
		return 2;
	for (unsigned long i = strtoul(argv[6], NULL, 10); i > 0; i--)
		add_message(argv);
	ask_for_more();
	uv_run(program.loop, UV_RUN_DEFAULT);
	while ((message = msub_sender_finished(program.sender)) != NULL) {
		failed += msub_message_count(message, MSUB_ACCEPTED) == 0;
		msub_message_free(message);
	}
	msub_sender_free(program.sender);
	uv_loop_close(program.loop);
	return failed == 0 ? 0 : 1;
}
