/* office: accepts, answers line by line, remembers. */
#include "office.h"

#include "check.h"
#include "tcp.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 1024, PATIENCE_MS = 10000 };

/* One connection of the server. */
struct line_reader {
	struct office *office;
	int descriptor;
	struct tls *tls;
	uint8_t waiting[OFFICE_MAIL_MAX];
	size_t len;
};

/* False: stop, or nothing for too long. */
static bool wait_ready(struct line_reader *reader, short events)
{
	struct pollfd polled = {.fd = reader->descriptor, .events = events};
	for (int waited = 0; waited < PATIENCE_MS && !atomic_load(&reader->office->stop);
		waited += 20) {
		if (poll(&polled, 1, 20) > 0)
			return true;
	}
	return false;
}

static bool fill(struct line_reader *reader)
{
	uint8_t *at = reader->waiting + reader->len;
	size_t room = sizeof reader->waiting - reader->len, got = 0;
	while (room > 0) {
		if (reader->tls == NULL) {
			ssize_t count = recv(reader->descriptor, at, room, 0);
			if (count == 0)
				return false;
			got = count > 0 ? (size_t)count : 0;
		} else if (tls_read(reader->tls, at, room, &got) > TLS_AGAIN) {
			return false;
		}
		reader->len += got;
		if (got > 0)
			return true;
		if (!wait_ready(reader, POLLIN))
			return false;
	}
	return false;
}

/* The next line without its CR LF; false at the end. */
static bool read_line(struct line_reader *reader, char line[LINE_MAX_LEN])
{
	for (;;) {
		uint8_t *end = memchr(reader->waiting, '\n', reader->len);
		if (end != NULL && end > reader->waiting && end - reader->waiting < LINE_MAX_LEN) {
			size_t len = (size_t)(end - reader->waiting);
			memcpy(line, reader->waiting, len);
			line[len - 1] = 0;
			reader->len -= len + 1;
			memmove(reader->waiting, end + 1, reader->len);
			return true;
		}
		if (!fill(reader))
			return false;
	}
}

static void say(struct line_reader *reader, const char *text)
{
	struct octets octets = octets_of(text);
	while (octets.len > 0) {
		size_t taken = 0;
		if (reader->tls == NULL) {
			ssize_t sent =
				send(reader->descriptor, octets.at, octets.len, MSG_NOSIGNAL);
			taken = sent > 0 ? (size_t)sent : 0;
		} else if (tls_write(reader->tls, &octets, 1, &taken) > TLS_AGAIN) {
			return;
		}
		octets = octets_from(octets, taken);
		if (taken == 0 && !wait_ready(reader, POLLOUT))
			return;
	}
}

static bool start_tls(struct line_reader *reader)
{
	enum tls_result result = TLS_AGAIN;
	reader->tls = tls_server_accept(reader->office->tls_server, reader->descriptor, NULL);
	while (reader->tls != NULL && (result = tls_handshake(reader->tls, 0)) == TLS_AGAIN) {
		if (!wait_ready(reader, tls_wants_write(reader->tls) ? POLLOUT : POLLIN))
			return false;
	}
	return result == TLS_OK;
}

static bool take_mail(struct line_reader *reader)
{
	struct office *office = reader->office;
	char line[LINE_MAX_LEN];
	size_t len = 0;
	office->mail[0] = 0;
	while (read_line(reader, line)) {
		if (strcmp(line, ".") == 0 && office->cuts_at_dot)
			return false;
		if (strcmp(line, ".") == 0) {
			office->messages++;
			say(reader, "250 taken\r\n");
			return true;
		}
		len += (size_t)snprintf(office->mail + len, OFFICE_MAIL_MAX - len, "%s|", line);
	}
	return false;
}

/* Answers one line; false ends the connection. */
static bool answer(struct line_reader *reader, const char *line)
{
	const struct office *office = reader->office;
	bool offers_tls = office->tls_mode == MSUB_TLS_STARTTLS && reader->tls == NULL &&
			  !office->no_starttls;
	const char *hello = office->hello[reader->tls != NULL];
	const char *said = office->clerk == NULL
				   ? NULL
				   : office->clerk(office->clerk_context, line, reader->tls);
	if (said != NULL) {
		say(reader, said);
		return true;
	}
	if (strncmp(line, "EHLO", 4) == 0 && hello != NULL) {
		say(reader, hello);
	} else if (strncmp(line, "EHLO", 4) == 0) {
		say(reader, offers_tls ? "250-office\r\n250 STARTTLS\r\n" : "250 office\r\n");
	} else if (strcmp(line, "STARTTLS") == 0) {
		say(reader, "220 go ahead\r\n");
		return start_tls(reader);
	} else if (strcmp(line, "DATA") == 0) {
		say(reader, "354 go ahead\r\n");
		return take_mail(reader);
	} else if (strcmp(line, "QUIT") == 0) {
		say(reader, "221 bye\r\n");
		return false;
	} else if (office->refused != NULL && strstr(line, office->refused) != NULL) {
		say(reader, "550 5.1.1 nobody of that name\r\n");
	} else {
		say(reader, "250 ok\r\n");
	}
	return true;
}

static void serve_one(struct office *office, int descriptor)
{
	struct line_reader reader = {.office = office, .descriptor = descriptor};
	char line[LINE_MAX_LEN];
	office->connections++;
	bool going = !(office->tls_mode == MSUB_TLS_IMPLICIT) || start_tls(&reader);
	if (going && office->is_silent)
		going = read_line(&reader, line);
	if (going)
		say(&reader, "220 office\r\n");
	while (going && read_line(&reader, line))
		going = answer(&reader, line);
	if (reader.tls != NULL)
		tls_bye(reader.tls);
	tls_free(reader.tls);
	tcp_close(descriptor);
}

static void *serve(void *context)
{
	struct office *office = context;
	struct pollfd polled = {.fd = office->listening, .events = POLLIN};
	while (!atomic_load(&office->stop)) {
		int descriptor = poll(&polled, 1, 20) > 0 ? tcp_accept(office->listening) : -1;
		if (descriptor >= 0)
			serve_one(office, descriptor);
	}
	return NULL;
}

bool office_open(struct office *office)
{
	struct endpoint any, bound;
	atomic_init(&office->stop, false);
	if (!CHECK(endpoint_parse(&any, "127.0.0.1", 0)))
		return false;
	office->listening = tcp_listen(&any, NULL);
	if (!CHECK(office->listening >= 0) || !CHECK(tcp_local(office->listening, &bound)))
		return false;
	office->port = endpoint_port(&bound);
	return CHECK_INT(pthread_create(&office->thread, NULL, serve, office), 0);
}

void office_close(struct office *office)
{
	atomic_store(&office->stop, true);
	pthread_join(office->thread, NULL);
	close(office->listening);
}
