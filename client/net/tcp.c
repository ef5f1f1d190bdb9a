/* tcp: the few socket calls that everything else stands on. */
#include "tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

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
