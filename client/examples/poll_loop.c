/*
 * poll_loop: a program with a loop of its own. The library opens no socket here: it says what it
 * wants, and this program does it with connect(), poll(), recv() and send(), in clear.
 *
 *     MSUB_PASSWORD=... poll_loop ADDRESS PORT USER FROM TO COUNT
 *
 * Sends COUNT messages in as many sessions as it takes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <msub.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int connect_to(struct msub_session *session, const char *address, const char *port)
{
	struct sockaddr_in server = {.sin_family = AF_INET};
	int descriptor = socket(AF_INET, SOCK_STREAM, 0);
	server.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	if (descriptor >= 0 && inet_pton(AF_INET, address, &server.sin_addr) == 1 &&
		connect(descriptor, (const struct sockaddr *)&server, sizeof server) == 0) {
		msub_session_connected(session, NULL, now_ms());
		return descriptor;
	}
	msub_session_connect_failed(session, strerror(errno), now_ms());
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

/* Waits until the descriptor is ready, or the session's deadline has come. */
static short wait_for(struct msub_session *session, int descriptor, unsigned int wants)
{
	struct pollfd polled = {.fd = descriptor};
	uint64_t now = now_ms(), deadline = msub_session_deadline_ms(session);
	uint64_t left = deadline > now ? deadline - now : 0;
	polled.events = (short)(((wants & MSUB_WANTS_RECEIVE) != 0 ? POLLIN : 0) |
				((wants & MSUB_WANTS_SEND) != 0 ? POLLOUT : 0));
	poll(&polled, 1, left > 1000 ? 1000 : (int)left);
	msub_session_tick(session, now_ms());
	return polled.revents;
}

static void receive_some(struct msub_session *session, int descriptor)
{
	char octets[4096];
	ssize_t got = recv(descriptor, octets, sizeof octets, 0);
	if (got > 0)
		msub_session_input(session, octets, (size_t)got, now_ms());
	else
		msub_session_end_of_input(session, got == 0 ? "closed" : strerror(errno), now_ms());
}

static void send_some(struct msub_session *session, int descriptor)
{
	struct msub_piece piece;
	if (msub_session_output(session, &piece, 1) == 0)
		return;
	ssize_t sent = send(descriptor, piece.at, piece.len, MSG_NOSIGNAL);
	if (sent > 0)
		msub_session_taken(session, (size_t)sent, now_ms());
	else
		receive_some(session, descriptor); /* it may say why */
}

/* One session, from its connection to its end. */
static void drive(struct msub_session *session, char **argv)
{
	int descriptor = -1;
	unsigned int wants;
	while ((wants = msub_session_wants(session)) != 0) {
		short ready = 0;
		if ((wants & MSUB_WANTS_CONNECT) != 0) {
			descriptor = connect_to(session, argv[1], argv[2]);
			continue;
		}
		if ((wants & MSUB_WANTS_CLOSE) != 0) {
			close(descriptor);
			msub_session_closed(session, now_ms());
			continue;
		}
		ready = wait_for(session, descriptor, wants);
		if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0)
			receive_some(session, descriptor);
		else if ((ready & POLLOUT) != 0)
			send_some(session, descriptor);
	}
}

static void add_message(struct msub_sender *sender, char **argv)
{
	static const char text[] = "Subject: from a poll loop\n\nhello\n";
	struct msub_message *message;
	if (msub_message_new(&message, NULL) != MSUB_OK ||
		msub_message_sender(message, argv[4]) != MSUB_OK ||
		msub_message_add_recipient(message, argv[5]) != MSUB_OK ||
		msub_message_content(message, text, sizeof text - 1) != MSUB_OK ||
		msub_sender_add(sender, message) != MSUB_OK)
		exit(2);
}

int main(int argc, char **argv)
{
	struct msub_settings settings;
	struct msub_sender *sender;
	struct msub_session *session;
	struct msub_message *message;
	int failed = 0;
	if (argc != 7) {
		fprintf(stderr, "usage: poll_loop ADDRESS PORT USER FROM TO COUNT\n");
		return 2;
	}
	msub_settings_init(&settings);
	settings.tls = MSUB_TLS_NONE;
	settings.mechanism = "PLAIN"; /* naming it is consent to say the password in clear */
	settings.user = argv[3];
	settings.password = getenv("MSUB_PASSWORD");
	if (msub_sender_new(&sender, &settings) != MSUB_OK)
		return 2;
	for (unsigned long i = strtoul(argv[6], NULL, 10); i > 0; i--)
		add_message(sender, argv);
	while ((session = msub_sender_session(sender, now_ms())) != NULL)
		drive(session, argv);
	while ((message = msub_sender_finished(sender)) != NULL) {
		failed += msub_message_count(message, MSUB_ACCEPTED) == 0;
		msub_message_free(message);
	}
	msub_sender_free(sender);
	return failed == 0 ? 0 : 1;
}
