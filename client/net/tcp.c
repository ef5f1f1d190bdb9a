/* tcp: the few socket calls that everything else stands on. */
#include "tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "player.h"

enum { BACKLOG = 1024 };

bool tcp_prepare(int descriptor)
{
	int on = 1, flags = fcntl(descriptor, F_GETFL);
	if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
		fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0)
		return false;
	/* Fails on what is not TCP (a socket pair in a test), where there is no such delay. */
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return true;
}

static void explain(struct sentence *why, const struct endpoint *endpoint, int error)
{
	char text[ENDPOINT_TEXT];
	char reason[128];
	unsigned int port = endpoint_port(endpoint);
	endpoint_text(endpoint, text);
	switch (error) {
	case ECONNREFUSED:
		sentence_set(why, "connection refused by %s port %u", text, port);
		break;
	case ETIMEDOUT:
		sentence_set(why, "timed out while connecting to %s port %u", text, port);
		break;
	case EINTR:
		sentence_set(why, "interrupted while connecting to %s port %u", text, port);
		break;
	default:
		if (strerror_r(error, reason, sizeof reason) != 0)
			strcpy(reason, "unknown error");
		sentence_set(why, "cannot connect to %s port %u: %s", text, port, reason);
	}
}

/* 0 when connected, else the error. */
static int finish_connect(int descriptor, const struct patience *patience)
{
	struct pollfd polled = {.fd = descriptor, .events = POLLOUT};
	while (!patience_over(patience)) {
		int ready = poll(&polled, 1, patience_slice(patience, PLAYER_NEVER));
		if (ready < 0 && errno != EINTR)
			return errno;
		if (ready <= 0)
			continue;
		int error = 0;
		socklen_t len = sizeof error;
		return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error
										       : errno;
	}
	return patience_interrupted(patience) ? EINTR : ETIMEDOUT;
}

static int connect_one(const struct endpoint *endpoint, const struct patience *patience, int *error)
{
	int descriptor = socket(endpoint->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0 || !tcp_prepare(descriptor)) {
		*error = errno;
		tcp_close(descriptor);
		return -1;
	}
	*error = connect(descriptor, &endpoint->address.any, endpoint->len) == 0 ? 0 : errno;
	/* An interrupted connect() goes on in the kernel, as one in progress does. */
	if (*error == EINPROGRESS || *error == EINTR)
		*error = finish_connect(descriptor, patience);
	if (*error == 0)
		return descriptor;
	tcp_close(descriptor);
	return -1;
}

int tcp_connect(const struct endpoint *endpoints, size_t count, const struct patience *patience,
	struct sentence *why)
{
	if (count == 0)
		sentence_set(why, "no address to connect to");
	for (size_t i = 0; i < count; i++) {
		int error = 0;
		int descriptor = connect_one(&endpoints[i], patience, &error);
		if (descriptor >= 0)
			return descriptor;
		explain(why, &endpoints[i], error);
		if (patience_over(patience))
			break;
	}
	return -1;
}

static int listen_failed(int descriptor, const struct endpoint *endpoint, struct sentence *why)
{
	char text[ENDPOINT_TEXT];
	char reason[128];
	int error = errno;
	unsigned int port = endpoint_port(endpoint);
	endpoint_text(endpoint, text);
	if (error == EADDRINUSE)
		sentence_set(why, "port %u of %s is occupied by another program", port, text);
	else if (error == EACCES)
		sentence_set(why,
			"port %u of %s needs more rights (ports below 1024 are the administrator's)",
			port, text);
	else if (error == EADDRNOTAVAIL || error == EAFNOSUPPORT)
		sentence_set(why, "%s is no address of this machine", text);
	else if (strerror_r(error, reason, sizeof reason) == 0)
		sentence_set(why, "cannot listen on port %u of %s: %s", port, text, reason);
	tcp_close(descriptor);
	return -1;
}

int tcp_listen(const struct endpoint *endpoint, struct sentence *why)
{
	int on = 1;
	int family = endpoint->address.any.sa_family;
	int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0 || !tcp_prepare(descriptor))
		return listen_failed(descriptor, endpoint, why);
	(void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* One socket, one family: addresses are then never "::ffff:192.0.2.7". */
	if (family == AF_INET6)
		(void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(descriptor, &endpoint->address.any, endpoint->len) != 0 ||
		listen(descriptor, BACKLOG) != 0)
		return listen_failed(descriptor, endpoint, why);
	return descriptor;
}

int tcp_accept(int listening)
{
	int descriptor = accept(listening, NULL, NULL);
	if (descriptor >= 0 && !tcp_prepare(descriptor)) {
		tcp_close(descriptor);
		return -1;
	}
	return descriptor;
}

bool tcp_local(int descriptor, struct endpoint *endpoint)
{
	memset(endpoint, 0, sizeof *endpoint);
	socklen_t len = sizeof endpoint->address;
	if (getsockname(descriptor, &endpoint->address.any, &len) != 0)
		return false;
	endpoint->len = len;
	return true;
}

bool tcp_remote(int descriptor, struct endpoint *endpoint)
{
	memset(endpoint, 0, sizeof *endpoint);
	socklen_t len = sizeof endpoint->address;
	if (getpeername(descriptor, &endpoint->address.any, &len) != 0)
		return false;
	endpoint->len = len;
	return true;
}

void tcp_close(int descriptor)
{
	if (descriptor >= 0)
		close(descriptor);
}

void tcp_reset(int descriptor)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	if (descriptor < 0)
		return;
	(void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(descriptor);
}
