/* dial_calls: the system's own calls, and one way to watch a descriptor. */
#include "dial_calls.h"

#include <errno.h>

#include "tcp.h"

static int prepare(int descriptor)
{
	return tcp_prepare(descriptor) ? 0 : -1;
}

static int pending_error(int descriptor, int *error)
{
	socklen_t len = sizeof *error;
	return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, error, &len);
}

const struct dial_calls dial_calls_system = {
	.epoll_create = epoll_create1,
	.epoll_ctl = epoll_ctl,
	.epoll_wait = epoll_wait,
	.socket = socket,
	.prepare = prepare,
	.bind = bind,
	.connect = connect,
	.pending_error = pending_error,
	.send = send,
	.receive = recv,
};

bool dial_watch(const struct dial_calls *calls, int epoll, int descriptor, enum dial_watched what,
	uint32_t events)
{
	struct epoll_event event = {
		.events = events, .data.u64 = (uint64_t)what << 32 | (uint32_t)descriptor};
	if (events == 0)
		return calls->epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event) == 0;
	if (calls->epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0)
		return true;
	return errno == ENOENT && calls->epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}
