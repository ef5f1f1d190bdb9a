#include "relay.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "tcp.h"

/* Blocking enough: a stage's dialogue is short, and ends when either side is gone. */
static bool read_all(int from, void *at, size_t len)
{
	uint8_t *next = at;
	while (len > 0) {
		struct pollfd polled = {.fd = from, .events = POLLIN};
		ssize_t got = poll(&polled, 1, 5000) == 1 ? recv(from, next, len, 0) : -1;
		if (got <= 0)
			return false;
		next += got;
		len -= (size_t)got;
	}
	return true;
}

static bool say(int to, const void *at, size_t len)
{
	return send(to, at, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* RFC 1928 and 1929, for one who offers a login and asks for a name. */
static bool serve_proxy(struct relay *relay, int near)
{
	uint8_t in[300], password[256] = "", len;
	bool good = read_all(near, in, 4) && memcmp(in, "\5\2\0\2", 4) == 0 && say(near, "\5\2", 2);
	good = good && read_all(near, in, 2) && read_all(near, in + 2, in[1]) &&
	       read_all(near, &len, 1) && read_all(near, password, len);
	if (good && strcmp((const char *)password, relay->password) != 0) {
		say(near, "\1\1", 2);
		return false;
	}
	good = good && say(near, "\1\0", 2) && read_all(near, in, 5) && in[3] == 3 &&
	       read_all(near, in + 5, in[4] + 2u);
	if (good)
		snprintf(relay->asked, sizeof relay->asked, "%.*s:%u", in[4], (const char *)in + 5,
			in[5 + in[4]] * 256u + in[6 + in[4]]);
	return good && say(near, "\5\0\0\1\0\0\0\0\0\0", 10);
}

static bool carry_some(int from, int to)
{
	uint8_t some[4096];
	ssize_t got = recv(from, some, sizeof some, 0);
	return got > 0 && say(to, some, (size_t)got);
}

static void carry(struct relay *relay, int near)
{
	struct sockaddr_in there = {.sin_family = AF_INET,
		.sin_port = htons(relay->to),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	union {
		struct sockaddr_in *v4;
		struct sockaddr *any;
	} to = {.v4 = &there};
	int far = socket(AF_INET, SOCK_STREAM, 0);
	bool good = (relay->password == NULL || serve_proxy(relay, near)) &&
		    connect(far, to.any, sizeof there) == 0;
	while (good && !relay->stop) {
		struct pollfd polled[] = {
			{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};
		poll(polled, 2, 20);
		if (polled[0].revents != 0)
			good = carry_some(near, far);
		if (good && polled[1].revents != 0)
			good = carry_some(far, near);
	}
	close(far);
	close(near);
}

static void *run(void *context)
{
	struct relay *relay = context;
	while (!relay->stop) {
		struct pollfd polled = {.fd = relay->listening, .events = POLLIN};
		if (poll(&polled, 1, 20) == 1)
			carry(relay, accept(relay->listening, NULL, NULL));
	}
	return NULL;
}

static bool listen_locally(struct relay *relay)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	union {
		struct sockaddr_un *local;
		struct sockaddr *any;
	} at = {.local = &address};
	char folder[] = "/tmp/relay.XXXXXX";
	if (mkdtemp(folder) == NULL)
		return false;
	snprintf(relay->path, sizeof relay->path, "%s/socket", folder);
	memcpy(address.sun_path, relay->path, strlen(relay->path) + 1);
	relay->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	return bind(relay->listening, at.any, sizeof address) == 0 &&
	       listen(relay->listening, 4) == 0;
}

static bool listen_on_port(struct relay *relay)
{
	struct endpoint endpoint;
	struct sentence why = {""};
	endpoint_parse(&endpoint, "127.0.0.1", 0);
	relay->listening = tcp_listen(&endpoint, &why);
	if (relay->listening < 0 || !tcp_local(relay->listening, &endpoint))
		return false;
	relay->port = endpoint_port(&endpoint);
	return true;
}

bool relay_open(struct relay *relay)
{
	bool good = relay->password == NULL ? listen_locally(relay) : listen_on_port(relay);
	return CHECK(good) && CHECK(pthread_create(&relay->thread, NULL, run, relay) == 0);
}

void relay_close(struct relay *relay)
{
	relay->stop = true;
	pthread_join(relay->thread, NULL);
	close(relay->listening);
	if (relay->path[0] != 0) {
		unlink(relay->path);
		*strrchr(relay->path, '/') = 0;
		rmdir(relay->path);
	}
}
