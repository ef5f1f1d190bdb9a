/*
 * sink: the server of the benchmark. It takes everything and keeps nothing, in one process, over
 * epoll, with as little work per octet as it can, so that the client is what is measured.
 *
 * usage: sink [--no-pipelining] [--starttls | --implicit] [--no-tickets] [--certificate FILE --key
 * FILE]
 *
 * It prints "port N", serves until its input ends, and then prints one line of JSON: sessions,
 * messages, octets, and turns, the batches of replies that it has written.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_MAX_OCTETS = 4096, REPLIES_MAX = 16384, CHUNK = 256 * 1024 };

struct peer {
	int descriptor;
	gnutls_session_t tls;
	bool shaking; /* the handshake is under way */
	bool in_body, leaving;
	unsigned int answers; /* of a login, still to come */
	uint64_t chunk_left;  /* of a BDAT */
	bool chunk_last;
	unsigned int tail; /* how many octets of CR LF . CR LF the body has ended with so far */
	char line[LINE_MAX_OCTETS];
	size_t line_len;
	char replies[REPLIES_MAX];
	size_t replies_len;
};

static struct {
	bool pipelining, starttls, implicit, tickets;
	const char *certificate, *key;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	gnutls_datum_t ticket_key;
	unsigned long long sessions, messages, turns, octets;
	int poll;
} sink = {.pipelining = true, .tickets = true};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(2);
}

/* ---- what is said ---- */

static void reply(struct peer *peer, const char *text)
{
	size_t len = strlen(text);
	if (len > sizeof peer->replies - peer->replies_len)
		die("too many commands at once");
	memcpy(peer->replies + peer->replies_len, text, len);
	peer->replies_len += len;
}

static void flush(struct peer *peer)
{
	if (peer->replies_len == 0)
		return;
	ssize_t sent =
		peer->tls != NULL
			? gnutls_record_send(peer->tls, peer->replies, peer->replies_len)
			: send(peer->descriptor, peer->replies, peer->replies_len, MSG_NOSIGNAL);
	(void)sent; /* replies are short: they fit, or the client has gone */
	peer->replies_len = 0;
	sink.turns++;
}

static void end_message(struct peer *peer)
{
	sink.messages++;
	reply(peer, "250 2.0.0 taken\r\n");
}

static void start_tls(struct peer *peer)
{
	gnutls_init(&peer->tls,
		GNUTLS_SERVER | GNUTLS_NONBLOCK | (sink.tickets ? 0 : GNUTLS_NO_TICKETS));
	gnutls_priority_set(peer->tls, sink.priority);
	gnutls_credentials_set(peer->tls, GNUTLS_CRD_CERTIFICATE, sink.credentials);
	if (sink.tickets)
		gnutls_session_ticket_enable_server(peer->tls, &sink.ticket_key);
	gnutls_transport_set_int(peer->tls, peer->descriptor);
	gnutls_handshake_set_timeout(peer->tls, GNUTLS_INDEFINITE_TIMEOUT);
	peer->shaking = true;
}

static void hello(struct peer *peer)
{
	reply(peer, "250-sink.example.net\r\n250-8BITMIME\r\n250-SIZE 104857600\r\n");
	if (sink.pipelining)
		reply(peer, "250-PIPELINING\r\n");
	if (sink.starttls && peer->tls == NULL)
		reply(peer, "250-STARTTLS\r\n");
	reply(peer, "250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES\r\n");
}

/* An initial response is enough; without one LOGIN has two answers and PLAIN one. */
static void login(struct peer *peer, const char *line)
{
	bool is_login = strncmp(line, "AUTH LOGIN", 10) == 0;
	if (strchr(line + 5, ' ') != NULL)
		reply(peer, "235 2.7.0 hello\r\n");
	else
		reply(peer, is_login ? "334 VXNlcm5hbWU6\r\n" : "334 \r\n");
	peer->answers = strchr(line + 5, ' ') != NULL ? 0 : is_login ? 2 : 1;
}

static void command(struct peer *peer, const char *line, size_t len)
{
	(void)len;
	if (peer->answers > 0) {
		peer->answers--;
		reply(peer, peer->answers > 0 ? "334 UGFzc3dvcmQ6\r\n" : "235 2.7.0 hello\r\n");
		return;
	}
	switch (line[0] & 0x5f) {
	case 'E':
	case 'H':
		hello(peer);
		break;
	case 'A':
		login(peer, line);
		break;
	case 'S':
		reply(peer, "220 2.0.0 go ahead\r\n");
		flush(peer);
		start_tls(peer);
		break;
	case 'D':
		peer->in_body = true;
		peer->tail = 2; /* the line before it has ended */
		reply(peer, "354 go ahead\r\n");
		break;
	case 'B':
		peer->chunk_left = strtoull(line + 5, NULL, 10);
		peer->chunk_last = strstr(line, "LAST") != NULL;
		if (peer->chunk_left == 0 && peer->chunk_last)
			end_message(peer);
		break;
	case 'Q':
		peer->leaving = true;
		reply(peer, "221 2.0.0 bye\r\n");
		break;
	default: /* MAIL, RCPT, NOOP, RSET */
		reply(peer, "250 2.1.0 ok\r\n");
	}
}

/* ---- what is heard ---- */

/* Skips a message; returns how many octets belonged to it. */
static size_t take_body(struct peer *peer, const char *at, size_t len)
{
	static const char end[] = "\r\n.\r\n";
	size_t used = 0;
	/* the end may be split: octet by octet as long as its beginning is in hand */
	while (used < len) {
		if (peer->tail == 0) {
			const char *cr = memchr(at + used, '\r', len - used);
			if (cr == NULL)
				return len;
			/* most line ends are not the end of the message */
			if (len - (size_t)(cr - at) >= 5) {
				const char *found = memmem(cr, len - (size_t)(cr - at), end, 5);
				if (found == NULL) {
					used = len - 4;
					peer->tail = 0;
					continue;
				}
				peer->in_body = false;
				end_message(peer);
				return (size_t)(found - at) + 5;
			}
			used = (size_t)(cr - at) + 1;
			peer->tail = 1;
			continue;
		}
		char octet = at[used++];
		if (octet == end[peer->tail])
			peer->tail++;
		else
			peer->tail = octet == '\r' ? 1 : 0;
		if (peer->tail == 5) {
			peer->in_body = false;
			end_message(peer);
			return used;
		}
	}
	return used;
}

static size_t take_chunk(struct peer *peer, size_t len)
{
	size_t used = len < peer->chunk_left ? len : (size_t)peer->chunk_left;
	peer->chunk_left -= used;
	if (peer->chunk_left > 0)
		return used;
	if (peer->chunk_last)
		end_message(peer);
	else
		reply(peer, "250 2.0.0 more\r\n");
	return used;
}

static size_t take_line(struct peer *peer, const char *at, size_t len)
{
	const char *line_feed = memchr(at, '\n', len);
	size_t used = line_feed == NULL ? len : (size_t)(line_feed - at) + 1;
	if (peer->line_len + used >= sizeof peer->line)
		die("a line that is too long");
	memcpy(peer->line + peer->line_len, at, used);
	peer->line_len += used;
	peer->line[peer->line_len] = '\0';
	if (line_feed != NULL) {
		command(peer, peer->line, peer->line_len);
		peer->line_len = 0;
	}
	return used;
}

static void take(struct peer *peer, const char *at, size_t len)
{
	sink.octets += len;
	while (len > 0 && !peer->leaving) {
		size_t used = peer->in_body	     ? take_body(peer, at, len)
			      : peer->chunk_left > 0 ? take_chunk(peer, len)
						     : take_line(peer, at, len);
		at += used;
		len -= used;
	}
	flush(peer);
}

static void end_peer(struct peer *peer)
{
	if (peer->tls != NULL) {
		gnutls_bye(peer->tls, GNUTLS_SHUT_WR);
		gnutls_deinit(peer->tls);
	}
	close(peer->descriptor);
	free(peer);
}

/* False at the end of the connection. */
static bool shake(struct peer *peer)
{
	int code = gnutls_handshake(peer->tls);
	if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
		return true;
	if (code < 0)
		return false;
	peer->shaking = false;
	if (sink.implicit)
		reply(peer, "220 sink.example.net ESMTP\r\n");
	flush(peer);
	return true;
}

static bool hear(struct peer *peer)
{
	static char octets[CHUNK];
	for (;;) {
		if (peer->shaking && !shake(peer))
			return false;
		if (peer->shaking)
			return true;
		ssize_t got = peer->tls != NULL
				      ? gnutls_record_recv(peer->tls, octets, sizeof octets)
				      : recv(peer->descriptor, octets, sizeof octets, 0);
		if (got > 0)
			take(peer, octets, (size_t)got);
		if (peer->leaving)
			return false;
		if (got == GNUTLS_E_AGAIN || (got < 0 && peer->tls == NULL && errno == EAGAIN))
			return true;
		if (got <= 0)
			return false;
		if (peer->tls == NULL && (size_t)got < sizeof octets)
			return true;
	}
}

static void welcome(int listening)
{
	int yes = 1, descriptor = accept(listening, NULL, NULL);
	if (descriptor < 0)
		return;
	fcntl(descriptor, F_SETFL, O_NONBLOCK);
	setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	struct peer *peer = calloc(1, sizeof *peer);
	if (peer == NULL)
		die("calloc");
	peer->descriptor = descriptor;
	sink.sessions++;
	if (sink.implicit) {
		start_tls(peer);
	} else {
		reply(peer, "220 sink.example.net ESMTP\r\n");
		flush(peer);
	}
	struct epoll_event event = {EPOLLIN, {.ptr = peer}};
	epoll_ctl(sink.poll, EPOLL_CTL_ADD, descriptor, &event);
}

/* ---- beginning and end ---- */

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {{"no-pipelining", 0, NULL, 'n'},
		{"starttls", 0, NULL, 's'}, {"implicit", 0, NULL, 'i'},
		{"no-tickets", 0, NULL, 't'}, {"certificate", 1, NULL, 'c'}, {"key", 1, NULL, 'k'},
		{NULL, 0, NULL, 0}};
	int option;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'n':
			sink.pipelining = false;
			break;
		case 's':
			sink.starttls = true;
			break;
		case 't':
			sink.tickets = false;
			break;
		case 'i':
			sink.implicit = true;
			break;
		case 'c':
			sink.certificate = optarg;
			break;
		case 'k':
			sink.key = optarg;
			break;
		default:
			exit(2);
		}
	}
}

static void prepare_tls(void)
{
	if (!sink.starttls && !sink.implicit)
		return;
	gnutls_certificate_allocate_credentials(&sink.credentials);
	int code = gnutls_certificate_set_x509_key_file(
		sink.credentials, sink.certificate, sink.key, GNUTLS_X509_FMT_PEM);
	if (code < 0) {
		fprintf(stderr, "sink: %s\n", gnutls_strerror(code));
		exit(2);
	}
	gnutls_priority_init(&sink.priority, "NORMAL", NULL);
	gnutls_session_ticket_key_generate(&sink.ticket_key);
}

static int listen_somewhere(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (listening < 0 || bind(listening, (struct sockaddr *)&address, len) != 0 ||
		listen(listening, 1024) != 0 ||
		getsockname(listening, (struct sockaddr *)&address, &len) != 0)
		die("listen");
	printf("port %u\n", ntohs(address.sin_port));
	fflush(stdout);
	return listening;
}

int main(int argc, char **argv)
{
	static int listening, input = STDIN_FILENO;
	struct epoll_event events[64];
	read_options(argc, argv);
	prepare_tls();
	signal(SIGPIPE, SIG_IGN);
	sink.poll = epoll_create1(0);
	listening = listen_somewhere();
	struct epoll_event newcomers = {EPOLLIN, {.ptr = &listening}},
			   end = {EPOLLIN, {.ptr = &input}};
	epoll_ctl(sink.poll, EPOLL_CTL_ADD, listening, &newcomers);
	if (epoll_ctl(sink.poll, EPOLL_CTL_ADD, input, &end) != 0)
		die("its input must be a pipe");
	for (bool over = false; !over;) {
		int count = epoll_wait(sink.poll, events, 64, -1);
		for (int i = 0; i < count; i++) {
			void *at = events[i].data.ptr;
			if (at == &listening)
				welcome(listening);
			else if (at == &input)
				over = true;
			else if (!hear(at))
				end_peer(at);
		}
	}
	printf("{\"sessions\": %llu, \"messages\": %llu, \"turns\": %llu, \"octets\": %llu}\n",
		sink.sessions, sink.messages, sink.turns, sink.octets);
	return 0;
}
