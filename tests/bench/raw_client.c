/*
 * raw_client: the floor. It sends octets that were made beforehand and counts replies; it checks
 * nothing but that each begins with a 2 or a 3. One turn per message: the body, its dot and the
 * next MAIL, RCPT and DATA leave in one flight.
 */
#include "load.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define ENVELOPE "MAIL FROM:<" LOAD_SENDER ">\r\nRCPT TO:<" LOAD_RECIPIENT ">\r\nDATA\r\n"
#define LOGIN "AUTH PLAIN AHVzZXIAc2VjcmV0\r\n"

struct line {
	int descriptor;
	gnutls_session_t tls;
	unsigned int left; /* messages to go, the one under way included */
	unsigned int next; /* number of its text */
	unsigned int awaited;
	bool logged_in, greeted, hello, ready;
	struct iovec rest[3];
	int rest_count;
};

static void write_tls(struct line *line, struct iovec *pieces, int count)
{
	for (int i = 0; i < count; i++) {
		char *at = pieces[i].iov_base;
		for (size_t left = pieces[i].iov_len; left > 0;) {
			ssize_t sent = gnutls_record_send(line->tls, at, left);
			if (sent < 0)
				load_die("gnutls_record_send");
			at += sent;
			left -= (size_t)sent;
		}
	}
}

/* Writes what the socket takes; the rest stays. */
static void write_rest(struct line *line)
{
	while (line->rest_count > 0) {
		ssize_t written = writev(line->descriptor, line->rest, line->rest_count);
		if (written < 0 && errno == EAGAIN)
			return;
		if (written < 0)
			load_die("writev");
		while (line->rest_count > 0 && (size_t)written >= line->rest[0].iov_len) {
			written -= (ssize_t)line->rest[0].iov_len;
			memmove(line->rest, line->rest + 1, 2 * sizeof *line->rest);
			line->rest_count--;
		}
		if (line->rest_count > 0) {
			line->rest[0].iov_base = (char *)line->rest[0].iov_base + written;
			line->rest[0].iov_len -= (size_t)written;
		}
	}
}

static void say(struct line *line, struct iovec *pieces, int count, unsigned int replies)
{
	line->awaited = replies;
	if (line->tls != NULL) {
		write_tls(line, pieces, count);
		return;
	}
	memcpy(line->rest, pieces, (size_t)count * sizeof *pieces);
	line->rest_count = count;
	write_rest(line);
}

static void say_text(struct line *line, const char *text, unsigned int replies)
{
	union {
		const char *in;
		void *out;
	} same = {.in = text};
	struct iovec piece = {same.out, strlen(text)};
	say(line, &piece, 1, replies);
}

/* Everything that was asked has been answered: the next flight; false at the end. */
static bool go_on(const struct load *load, struct line *line)
{
	static char next[] = ".\r\n" ENVELOPE, last[] = ".\r\nQUIT\r\n";
	if (!line->greeted) {
		line->greeted = true;
		say_text(line, "EHLO bench.example.org\r\n", 1);
	} else if (!line->hello && load->login) {
		line->hello = true;
		say_text(line, LOGIN, 1);
	} else if (!line->ready) {
		line->ready = true;
		say_text(line, ENVELOPE, 3);
	} else if (line->left > 0) {
		bool more = --line->left > 0;
		struct iovec pieces[2] = {{load->text[line->next++ % load->made], load->text_len},
			{more ? next : last, more ? sizeof next - 1 : sizeof last - 1}};
		say(line, pieces, 2, more ? 4 : 2);
	} else {
		return false;
	}
	return true;
}

/* Counts the replies in what came: lines whose fourth octet is a blank. */
static void count(struct line *line, const char *at, size_t len)
{
	const char *end = at + len, *start = at, *line_feed;
	while ((line_feed = memchr(start, '\n', (size_t)(end - start))) != NULL) {
		if (line_feed - start > 3 && start[3] == ' ') {
			if (start[0] != '2' && start[0] != '3')
				load_die(start);
			line->awaited--;
		}
		start = line_feed + 1;
	}
}

static bool hear(const struct load *load, struct line *line)
{
	char octets[16384];
	ssize_t got = line->tls != NULL ? gnutls_record_recv(line->tls, octets, sizeof octets)
					: read(line->descriptor, octets, sizeof octets);
	if (got < 0 && (errno == EAGAIN || got == GNUTLS_E_AGAIN))
		return true;
	if (got <= 0)
		return false;
	count(line, octets, (size_t)got);
	return line->awaited > 0 || go_on(load, line);
}

static void open_line(const struct load *load, struct line *line, unsigned int messages)
{
	*line = (struct line){.descriptor = load_connect(load), .left = messages, .awaited = 1};
}

/* ---- in clear: all lines in one process ---- */

static int run_plain(const struct load *load)
{
	unsigned int share =
		load->per_session != 0 ? load->per_session : load->messages / load->connections;
	unsigned int started = 0, open = 0;
	struct line *lines = calloc(load->connections, sizeof *lines);
	struct epoll_event events[64];
	int poll = epoll_create1(0);
	for (unsigned int i = 0; i < load->connections && started < load->messages; i++) {
		open_line(load, &lines[i], share);
		struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = &lines[i]}};
		epoll_ctl(poll, EPOLL_CTL_ADD, lines[i].descriptor, &event);
		started += share;
		open++;
	}
	while (open > 0) {
		int count = epoll_wait(poll, events, 64, 20000);
		if (count <= 0)
			return 1;
		for (int i = 0; i < count; i++) {
			struct line *line = events[i].data.ptr;
			if (line->rest_count > 0)
				write_rest(line);
			if ((events[i].events & EPOLLIN) == 0 || hear(load, line))
				continue;
			close(line->descriptor);
			open--;
			if (started >= load->messages)
				continue;
			open_line(load, line, share);
			struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = line}};
			epoll_ctl(poll, EPOLL_CTL_ADD, line->descriptor, &event);
			started += share;
			open++;
		}
	}
	free(lines);
	close(poll);
	return 0;
}

/* ---- with TLS: one process per line, blocking; what a careful client checks is checked ---- */

static gnutls_certificate_credentials_t credentials;
static gnutls_priority_t priority;

static void shake_hands(struct line *line)
{
	gnutls_init(&line->tls, GNUTLS_CLIENT);
	gnutls_priority_set(line->tls, priority);
	gnutls_credentials_set(line->tls, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_server_name_set(line->tls, GNUTLS_NAME_DNS, "localhost", 9);
	gnutls_session_set_verify_cert(line->tls, "localhost", 0);
	gnutls_transport_set_int(line->tls, line->descriptor);
	int code = gnutls_handshake(line->tls);
	if (code < 0) {
		fprintf(stderr, "handshake: %s\n", gnutls_strerror(code));
		exit(2);
	}
}

static int tls_part(const struct load *load, unsigned int first, unsigned int last)
{
	unsigned int share = load->per_session != 0 ? load->per_session : last - first;
	for (unsigned int at = first; at < last; at += share) {
		struct line line;
		open_line(load, &line, share);
		line.next = at;
		shake_hands(&line);
		while (hear(load, &line))
			;
		gnutls_bye(line.tls, GNUTLS_SHUT_WR);
		gnutls_deinit(line.tls);
		close(line.descriptor);
	}
	return 0;
}

int run_load(const struct load *load)
{
	if (load->tls == LOAD_PLAIN)
		return run_plain(load);
	gnutls_certificate_allocate_credentials(&credentials);
	gnutls_priority_init(&priority,
		"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM", NULL);
	if (gnutls_certificate_set_x509_trust_file(
		    credentials, load->authority, GNUTLS_X509_FMT_PEM) <= 0)
		load_die(load->authority);
	return load_share(load, tls_part);
}
